#include "sync/service.h"

#include <fmt/format.h>

#include <utility>

#include "async/deadline.h"
#include "async/signal.h"
#include "base/json.h"
#include "base/log.h"
#include "platforms/registry.h"
#include "sync/backfill.h"
#include "sync/reconciliation_store.h"
#include "sync/runner.h"
#include "sync/store.h"

namespace omnify::sync {
namespace {

constexpr std::size_t kMaxName = 200;
constexpr std::int64_t kMostHours = 24;
/// A started run without a job gets one after so long; one that waits for its next attempt keeps it.
constexpr std::chrono::minutes kReviveAfter{15};

Error not_found() { return {Code::not_found, "This connection does not exist."}; }

std::string checked_name(std::string name) {
  const auto first = name.find_first_not_of(" \t\r\n");
  if (first == std::string::npos) throw Error::field("/name", "The name must not be empty.");
  name = name.substr(first, name.find_last_not_of(" \t\r\n") - first + 1);
  if (name.size() > kMaxName)
    throw Error::field("/name", fmt::format("The name must not be longer than {} bytes.", kMaxName));
  return name;
}

/// Refused credentials and accounts are what the test is there to tell; a cancelled one is not an answer.
Task<ConnectionTest> try_account(std::unique_ptr<platforms::Connector> connector, std::chrono::seconds limit) {
  ConnectionTest test;
  try {
    const auto account = co_await with_deadline(limit, connector->fetch_account());
    test.ok = true;
    test.account_name = account.name;
    test.currency = std::string(account.currency.text());
    test.time_zone = account.time_zone;
    test.message = fmt::format("Connected to {} ({}, {}).", account.name, account.currency.text(), account.time_zone);
  } catch (const Error& error) {
    if (error.code() == Code::cancelled || error.code() == Code::internal) throw;
    test.message = error.detail();
  }
  co_return test;
}

}  // namespace

struct Service::State {
  State(ServiceParts given_parts, ServiceOptions given_options)
      : parts(std::move(given_parts)),
        options(given_options),
        store(parts.database),
        ledger(parts.database),
        loader(parts.database),
        backfill(parts, options, loader),
        runner(parts, options, loader, backfill) {}

  [[nodiscard]] jobs::NewJob job(OrganizationId organization, ConnectionId connection) const {
    return {.organization = organization,
            .kind = std::string(kSyncJob),
            .key = "sync:" + connection.text(),
            .payload = json::print(SyncPayload{connection}),
            .run_at = std::nullopt,
            .max_attempts = options.max_attempts};
  }
  void emit(OrganizationId organization, std::string_view kind, ConnectionId connection) const {
    if (parts.events) parts.events(organization, event_json(kind, connection));
  }
  Task<bool> schedule(OrganizationId organization, DueConnection due, Service& service) const;

  ServiceParts parts;
  ServiceOptions options;
  Store store;
  ReconciliationStore ledger;
  Loader loader;
  Backfill backfill;
  Runner runner;
};

ConnectorFactory connector_factory(const platforms::PlatformContext& context) {
  return [&context](std::string platform, std::string account, std::map<std::string, std::string> credentials) {
    return platforms::make_connector(platform, std::move(account), std::move(credentials), context);
  };
}

Service::Service(ServiceParts parts, ServiceOptions options)
    : state_(std::make_unique<State>(std::move(parts), options)) {}
Service::~Service() = default;

PlatformList Service::platforms() {
  PlatformList list;
  for (const auto& one : platforms::descriptions()) {
    list.items.push_back({one.platform, one.label, one.account_label, one.account_help, one.fields});
  }
  return list;
}

Task<ConnectionList> Service::list(OrganizationId organization) {
  co_return ConnectionList{co_await state_->store.list(organization)};
}

Task<Connection> Service::get(OrganizationId organization, ConnectionId id) {
  auto found = co_await state_->store.find(organization, id);
  if (!found) throw not_found();
  co_return std::move(*found);
}

Task<Connection> Service::create(OrganizationId organization, NewConnection request) {
  const auto account = platforms::normalise_account_id(request.platform, request.external_account_id);
  const auto credentials = platforms::check_credentials(request.platform, request.credentials);
  const auto name = request.name ? checked_name(*request.name) : unnamed_connection(request.platform, account);
  const auto id = ConnectionId::random();
  if (!co_await state_->store.insert(organization, id, request.platform, account, name)) {
    throw Error(Code::conflict, fmt::format("The account {} is connected already.", account));
  }
  state_->emit(organization, "connection", id);
  co_return co_await get(organization, id);
}

Task<Connection> Service::change(OrganizationId organization, ConnectionId id, ConnectionChange request) {
  if (request.name) request.name = checked_name(std::move(*request.name));
  const auto hours = request.sync_hours;
  if (hours && (*hours < 1 || *hours > kMostHours)) {
    throw Error::field("/sync_hours", fmt::format("Choose 1 to {} hours.", kMostHours));
  }
  if (request.name && !co_await state_->store.rename(organization, id, *request.name)) throw not_found();
  if (hours && !co_await state_->store.reschedule(organization, id, *hours)) throw not_found();
  if (request.name || hours) state_->emit(organization, "connection", id);
  co_return co_await get(organization, id);
}

Task<SyncRun> Service::credentials_changed(OrganizationId organization, ConnectionId id) {
  co_await state_->store.reactivate(organization, id);
  state_->emit(organization, "connection", id);
  auto run = co_await request_sync(organization, id);
  // One that waits after a failure need not wait any longer.
  if (run.state == RunState::running) co_await state_->parts.queue.enqueue(state_->job(organization, id));
  co_return run;
}

Task<> Service::remove(OrganizationId organization, ConnectionId id) {
  if (!co_await state_->store.remove(organization, id)) throw not_found();
  state_->emit(organization, "connection", id);
}

Task<ConnectionTest> Service::test(NewConnection request) {
  auto account = platforms::normalise_account_id(request.platform, request.external_account_id);
  auto credentials = platforms::check_credentials(request.platform, std::move(request.credentials));
  co_return co_await try_account(state_->parts.connectors(request.platform, std::move(account), std::move(credentials)),
                                 state_->options.test_limit);
}

Task<ConnectionTest> Service::test(OrganizationId organization, ConnectionId id) {
  const auto row = co_await state_->store.find_row(organization, id);
  if (!row) throw not_found();
  auto credentials = co_await state_->parts.credentials.read(organization, id);
  if (credentials.empty()) {
    ConnectionTest test;
    test.message = "No credentials are stored for this connection. Enter them.";
    co_return test;
  }
  co_return co_await try_account(
      state_->parts.connectors(row->platform, row->external_account_id, std::move(credentials)),
      state_->options.test_limit);
}

Task<Reconciliation> Service::reconciliation(OrganizationId organization, ReconciliationQuery query) {
  const Day end = query.end.value_or(local_day("UTC", now()));
  const DayRange range{query.start.value_or(end - std::chrono::days(89)), end};
  if (range.days() < 1) throw Error::field("start", "The range starts after it ends.");
  if (range.days() > kLongestLedger) {
    throw Error::field("start",
                       fmt::format("A range has at most {} days, this one has {}.", kLongestLedger, range.days()));
  }
  co_return Reconciliation{range.first, range.last, co_await state_->ledger.read(organization, range)};
}

Task<SyncRun> Service::request_sync(OrganizationId organization, ConnectionId id) {
  const auto row = co_await state_->store.find_row(organization, id);
  if (!row) throw not_found();
  const auto& description = platforms::description(row->platform);
  const auto last_success =
      row->last_synced_at ? std::optional(local_day(row->time_zone, *row->last_synced_at)) : std::nullopt;
  const auto range = plan_days(local_day(row->time_zone, now()), last_success,
                               {.first_sync_days = state_->options.first_sync_days,
                                .lookback_days = description.lookback_days,
                                .retention_days = description.retention_days});
  auto run = co_await state_->store.open_run(organization, id, range, state_->job(organization, id));
  state_->parts.queue.wake();
  state_->emit(organization, "sync", id);
  co_return run;
}

void Service::register_jobs(jobs::Worker& worker) {
  worker.handle(std::string(kSyncJob), [this](jobs::Job job) { return run_job(std::move(job)); });
  worker.on_dead(std::string(kSyncJob), [this](jobs::Job job, std::string error) {
    return state_->runner.give_up(std::move(job), std::move(error));
  });
  worker.handle(std::string(kBackfillJob), [this](jobs::Job job) { return run_backfill(std::move(job)); });
  worker.on_dead(std::string(kBackfillJob), [this](jobs::Job job, std::string error) {
    return give_up_backfill(std::move(job), std::move(error));
  });
}

Task<> Service::run_job(jobs::Job job) { return state_->runner.run(std::move(job)); }
Task<> Service::give_up_backfill(jobs::Job job, std::string error) {
  return state_->backfill.give_up(std::move(job), std::move(error));
}
Task<> Service::run_backfill(jobs::Job job) { return state_->backfill.run(std::move(job)); }

Task<bool> Service::State::schedule(OrganizationId organization, DueConnection due, Service& service) const {
  try {
    if (due.running) {
      auto again = job(organization, due.id);
      again.run_at = now() + kReviveAfter;
      co_await parts.queue.enqueue_if_absent(std::move(again));
      co_return false;
    }
    co_await service.request_sync(organization, due.id);
    co_return true;
  } catch (const Error& error) {
    if (error.code() == Code::cancelled) throw;
    // One connection must not hold up the others.
    log_warning("sync.schedule_failed", {{"connection", due.id.text()}, {"error", error.detail()}});
  }
  co_return false;
}

Task<int> Service::schedule_due() {
  int due = 0;
  for (const auto organization : co_await state_->store.organizations()) {
    for (const auto& connection : co_await state_->store.due(organization)) {
      if (co_await state_->schedule(organization, connection, *this)) ++due;
    }
  }
  co_return due;
}

Task<> Service::schedule_loop() {
  for (;;) {
    try {
      co_await schedule_due();
    } catch (const Error& error) {
      if (error.code() == Code::cancelled) throw;
      log_warning("sync.schedule_failed", {{"error", error.detail()}});
    }
    co_await sleep_for(state_->options.schedule_every);
  }
}

}  // namespace omnify::sync
