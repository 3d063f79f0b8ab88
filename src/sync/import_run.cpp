#include <algorithm>
#include <chrono>
#include <iterator>

#include <fmt/format.h>

#include "async/cpu_pool.h"
#include "base/display.h"
#include "base/error.h"
#include "base/log.h"
#include "crypto/digest.h"
#include "database/database.h"
#include "platforms/connector.h"
#include "platforms/csv/values.h"
#include "sync/import_store.h"
#include "sync/import_work.h"

namespace omnify::sync {
namespace {

namespace csv = platforms::csv;

// How many ads are remembered as loaded; beyond it they are loaded again, which changes nothing.
constexpr std::size_t kKnownAds = 300'000;
// A campaign whose own last day lies longer ago than this is over. A file says nothing about it.
constexpr std::chrono::days kStillActive{7};
constexpr std::chrono::seconds kSaveEvery{1};

/// A failure that lies in the file or the options.
bool is_refusal(Code code) noexcept {
  return code == Code::invalid_request || code == Code::invalid_field || code == Code::not_found ||
         code == Code::too_large;
}

/// Of the current exception. Two transactions that got in each other's way are worth another try.
std::exception_ptr failure_of(const Error& error) {
  if (error.code() != Code::conflict) return std::current_exception();
  return std::make_exception_ptr(Error(Code::unavailable, "The database was busy."));
}

[[noreturn]] void refuse_bad_lines(const ImportScan& scan) {
  const auto& first = scan.first_bad().front();
  throw Error(Code::invalid_request, fmt::format("{} of {} lines cannot be read, so nothing was imported. Line {}: {}",
                                                 display::whole(scan.bad()), display::whole(scan.bad() + scan.good()),
                                                 first.line, first.reason));
}

/// Ended until mark_active() knows its last day.
platforms::EntityRows entities_of(const csv::Row& row) {
  constexpr auto status = platforms::EntityStatus::ended;
  platforms::EntityRows rows;
  platforms::CampaignRow campaign;
  campaign.external_id = row.campaign;
  campaign.name = row.campaign;
  campaign.status = status;
  rows.campaigns.push_back(std::move(campaign));
  rows.ad_sets.push_back({.external_id = csv::ad_set_external_id(row),
                          .campaign_external_id = row.campaign,
                          .name = row.ad_group,
                          .status = status});
  platforms::AdRow ad;
  ad.external_id = csv::ad_external_id(row);
  ad.ad_set_external_id = csv::ad_set_external_id(row);
  ad.name = row.ad;
  ad.status = status;
  rows.ads.push_back(std::move(ad));
  return rows;
}

void append(platforms::EntityRows& to, platforms::EntityRows from) {
  std::ranges::move(from.campaigns, std::back_inserter(to.campaigns));
  std::ranges::move(from.ad_sets, std::back_inserter(to.ad_sets));
  std::ranges::move(from.ads, std::back_inserter(to.ads));
}

bool holds(const LoadTarget& target, const csv::Row& row) {
  return target.platform == row.platform && target.account.currency == row.currency;
}

}  // namespace

std::string import_fingerprint(const csv::Layout& layout, const ImportOptions& options) {
  return crypto::sha256_hex(layout.digest + json::print(options));
}

Task<> ImportService::read_rows(std::shared_ptr<Work> work) {
  work->aggregate = std::make_unique<ImportAggregate>(settings_.scratch, settings_.sort_memory);
  work->scan =
      std::make_unique<ImportScan>(work->file.path, work->layout, work->options, work->aggregate.get(), work->bad_line);
  bool more = true;
  while (more) {
    more = co_await pool_.run([work] { return work->scan->step(); });
    work->run.bytes_read = work->scan->bytes_read();
    work->run.rows_read = work->scan->good() + work->scan->bad();
    co_await report(work);
  }
  if (work->bad_lines) co_await close_bad_lines(work);
  work->run.bad_lines = work->scan->first_bad();
  work->run.rows_skipped = work->scan->bad();
  if (work->scan->bad() > 0 && !work->options.skip_bad_lines) refuse_bad_lines(*work->scan);
  if (work->scan->good() == 0) throw Error(Code::invalid_request, "The file has no row that can be imported.");
  co_await pool_.run([work] {
    work->aggregate->finish();
    return true;
  });
}

Task<> ImportService::close_bad_lines(std::shared_ptr<Work> work) {
  co_await pool_.run([work] { work->bad_lines->close(); });
}

/// A batch of another platform or currency follows: another account.
Task<> ImportService::enter_account(std::shared_ptr<Work> work) {
  const auto& row = work->batch.front();
  if (!work->accounts.empty() && holds(work->accounts.back().target, row)) co_return;
  auto& target = work->accounts.emplace_back().target;
  target.organization = work->organization;
  target.platform = row.platform;
  target.account.external_id = fmt::format("import:{}:{}", row.platform, row.currency.text());
  target.account.name = fmt::format("Imported files ({}, {})", row.platform, row.currency.text());
  target.account.currency = row.currency;
  target.account.time_zone = work->time_zone;
  work->known_ads.clear();
}

Task<> ImportService::load_batch(std::shared_ptr<Work> work, database::Transaction& transaction) {
  co_await enter_account(work);
  auto& [target, changed_days] = work->accounts.back();
  platforms::EntityRows entities;
  std::vector<platforms::FactRow> facts;
  facts.reserve(work->batch.size());
  if (work->known_ads.size() > kKnownAds) work->known_ads.clear();
  for (const auto& row : work->batch) {
    facts.push_back(csv::to_fact(row));
    if (work->known_ads.insert(ad_id(target, facts.back().ad_external_id)).second) append(entities, entities_of(row));
  }
  if (!entities.ads.empty()) co_await Loader::load_entities(transaction, target, std::move(entities));
  const auto counts = co_await Loader::load_facts(transaction, target, std::move(facts));
  work->run.facts_written += counts.changed;
  if (counts.changed == 0) co_return;
  for (const auto& row : work->batch) changed_days.insert(row.day);
}

/// One import of an organization loads at a time, and a statement that waits for another one is cut off.
Task<database::Transaction> ImportService::begin_load(std::shared_ptr<Work> work) {
  while (true) {
    auto transaction = co_await database_.begin(work->organization);
    try {
      co_await ImportStore::lock(transaction, work->organization);
      co_return transaction;
    } catch (const Error& error) {
      if (error.code() != Code::deadline_exceeded) throw;
    }
    co_await report(work);
  }
}

/// All or nothing: what is loaded, and that it is, becomes true in one moment.
Task<> ImportService::load(std::shared_ptr<Work> work) {
  co_await Loader(database_).ensure_months(work->organization, work->scan->months());
  auto transaction = co_await begin_load(work);
  while (true) {
    work->batch = co_await pool_.run([work] { return work->aggregate->next_batch(platforms::kBatchRows); });
    if (work->batch.empty()) break;
    co_await load_batch(work, transaction);
    co_await report(work);
  }
  co_await commit(work, std::move(transaction));
}

Task<> ImportService::commit(std::shared_ptr<Work> work, database::Transaction transaction) {
  const Day active_since = std::chrono::floor<std::chrono::days>(now()) - kStillActive;
  for (auto& [target, changed_days] : work->accounts) {
    co_await ImportStore::mark_active(transaction, work->organization, account_id(target), active_since);
    co_await Loader::roll_up_platform(transaction, target, std::move(changed_days));
  }
  auto run = work->run;
  run.state = ImportState::succeeded;
  run.finished_at = now();
  co_await ImportStore::update(transaction, work->organization, run, work->fingerprint);
  co_await transaction.commit();
  work->run = std::move(run);
}

Task<> ImportService::import(std::shared_ptr<Work> work) {
  const auto organization = co_await ImportStore(database_).organization(work->organization);
  work->time_zone = organization.time_zone;
  co_await probe(work);
  work->options = settled_options(work->layout, std::move(work->options));
  work->fingerprint = import_fingerprint(work->layout, work->options);
  co_await read_rows(work);
  co_await load(work);
}

/// To whoever watches at once, to the database once a second; that the run lives is part of it.
Task<> ImportService::report(std::shared_ptr<Work> work) {
  if (work->progress) work->progress(work->run);
  const auto time = std::chrono::steady_clock::now();
  if (time < work->next_save) co_return;
  work->next_save = time + kSaveEvery;
  auto run = work->run;
  run.bad_lines.clear();  // they come with the outcome
  co_await ImportStore(database_).update(work->organization, std::move(run), work->fingerprint);
}

Task<> ImportService::fail(std::shared_ptr<Work> work, std::string error) {
  auto& run = work->run;
  run.state = ImportState::failed;
  run.facts_written = 0;
  run.error = std::move(error);
  run.finished_at = now();
  co_await ImportStore(database_).update(work->organization, run, work->fingerprint);
  announce_end(*work);
}

void ImportService::announce_end(Work& work) {
  work.scan.reset();
  work.aggregate.reset();
  if (work.progress) work.progress(work.run);
  log_info("import.finished", {{"organization", work.organization.text()},
                               {"import", work.run.id.text()},
                               {"state", json::enum_name(work.run.state)},
                               {"rows", work.run.rows_read},
                               {"changed", work.run.facts_written}});
}

Task<std::exception_ptr> ImportService::attempt(std::shared_ptr<Work> work) {
  std::exception_ptr failure;
  std::optional<std::string> refusal;
  try {
    co_await import(work);
  } catch (const Error& error) {
    if (is_refusal(error.code())) {
      refusal = csv::clean_name(error.detail());
    } else {
      failure = failure_of(error);
    }
  } catch (const std::exception&) {
    failure = std::current_exception();
  }
  if (failure) co_return failure;
  if (refusal) {
    co_await fail(work, std::move(*refusal));
  } else {
    announce_end(*work);
  }
  co_return nullptr;
}

}  // namespace omnify::sync
