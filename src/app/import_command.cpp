// omnify import: a file into an organization, from the command line.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <utility>

#include "app/commands.h"
#include "app/events_bridge.h"
#include "app/files.h"
#include "app/run.h"
#include "app/storage.h"
#include "async/cpu_pool.h"
#include "base/error.h"
#include "base/json.h"
#include "database/database.h"
#include "sync/import_map.h"
#include "sync/import_service.h"
#include "tenancy/accounts.h"

namespace omnify::app {
namespace {

constexpr int kImportFailed = 1;

template <class E>
std::optional<E> choice(const std::string& text, std::string_view option) {
  if (text.empty()) return std::nullopt;
  const auto value = json::enum_value<E>(text);
  if (!value) {
    throw Error::field(std::string(option), fmt::format("{} must be one of {}.", option, json::enum_choices<E>()));
  }
  return value;
}

/// Without --map the columns mean what their names suggest; what is set holds for every row, so that a column of the
/// same meaning that was only guessed gives way.
sync::ImportOptions suggested_options(const ImportArguments& arguments, sync::ImportOptions options) {
  for (auto& [field, value] : sync::parse_import_map({}, arguments.constants, {}).constants) {
    std::erase_if(options.mapping, [&](const auto& one) { return json::enum_name(one.field) == field; });
    options.constants[field] = std::move(value);
  }
  return options;
}

sync::ImportOptions mapped_options(const ImportArguments& arguments, const sync::ImportPreview& preview) {
  std::vector<std::string> columns;
  for (const auto& column : preview.columns) columns.push_back(column.name);
  return sync::parse_import_map(arguments.mapping, arguments.constants, columns);
}

bool names_currency(const sync::ImportOptions& options) {
  return options.constants.contains("currency") || std::ranges::any_of(options.mapping, [](const auto& one) {
           return one.field == platforms::csv::Field::currency;
         });
}

sync::ImportOptions chosen_options(const ImportArguments& arguments, const sync::ImportPreview& preview) {
  auto options =
      arguments.mapping.empty() ? suggested_options(arguments, preview.suggested) : mapped_options(arguments, preview);
  const auto& suggested = preview.suggested.constants;
  if (const auto found = suggested.find("currency"); found != suggested.end() && !names_currency(options)) {
    options.constants.insert(*found);
  }
  if (const auto order = choice<platforms::csv::DateOrder>(arguments.date_order, "--date-order")) {
    options.date_order = order;
  }
  if (const auto mark = choice<platforms::csv::DecimalMark>(arguments.decimal, "--decimal")) options.decimal = mark;
  options.skip_bad_lines = arguments.skip_bad_lines;
  return options;
}

/// A person at a terminal is told, not asked: the page asks.
Task<> add_currency(sync::ImportService& imports, OrganizationId organization, sync::ImportOptions& options) {
  if (names_currency(options)) co_return;
  const std::string currency((co_await imports.reporting_currency(organization)).text());
  fmt::print(stderr,
             "The file names no currency: its amounts are taken to be in {}, the organization's. "
             "--set currency=CODE says otherwise.\n",
             currency);
  options.constants["currency"] = currency;
}

/// A line for each 5 % that are read, and then for each 50,000 rows that are loaded.
class ProgressLines {
 public:
  void show(const sync::ImportRun& run) {
    if (run.bytes_total == 0) return;
    const std::pair step{run.bytes_read * 20 / run.bytes_total, (run.facts_written + kRows - 1) / kRows};
    if (step == shown_) return;
    shown_ = step;
    fmt::print(stderr, "{} %: {} rows read, {} new or changed\n", step.first * 5, run.rows_read, run.facts_written);
  }

 private:
  static constexpr std::int64_t kRows = 50'000;
  std::pair<std::int64_t, std::int64_t> shown_{-1, -1};
};

void show_bad_line(const sync::BadLine& bad) { fmt::print(stderr, "line {}: {}\n", bad.line, bad.reason); }

int show_result(const sync::ImportRun& run) {
  if (run.state != sync::ImportState::succeeded) {
    fmt::print(stderr, "omnify: {}\n", run.error.value_or("The import failed."));
    return kImportFailed;
  }
  fmt::print("import {}\nrows_read {}\nrows_skipped {}\nfacts_written {}\n", run.id.text(), run.rows_read,
             run.rows_skipped, run.facts_written);
  return 0;
}

Task<sync::ImportRun> import_file(database::Database& database, sync::ImportService& imports, CpuPool& cpu,
                                  OrganizationId organization, ImportArguments arguments) {
  tenancy::Accounts accounts(database, cpu);
  co_await accounts.organization(organization);  // an unknown one is refused before the file is read
  const std::filesystem::path path = arguments.file;
  const sync::ImportFile file{path, path.filename().string(), {}};
  auto options = chosen_options(arguments, co_await imports.preview(file));
  co_await add_currency(imports, organization, options);
  ProgressLines lines;
  const auto show = [&lines](const sync::ImportRun& run) { lines.show(run); };
  auto run = co_await imports.run(organization, file, std::move(options), show, show_bad_line);
  co_await announce_change(co_await boost::asio::this_coro::executor, database, organization);
  co_return run;
}

}  // namespace

int run_import(const Settings& settings, const ImportArguments& arguments) {
  const auto organization = OrganizationId::parse(arguments.organization);
  if (!organization) throw Error::field("--org", "--org must be the id of an organization: see \"omnify org list\".");
  boost::asio::io_context loop(1);
  Storage storage(loop, settings, IfMissing::refuse);
  CpuPool cpu(1);
  database::Database database(loop.get_executor(), {.url = storage.runtime_url(), .size = 3});
  sync::ImportService imports(database, cpu, {});
  std::optional<sync::ImportRun> run;
  std::exception_ptr failure;
  try {
    run = run_to_end(loop, import_file(database, imports, cpu, *organization, arguments));
  } catch (...) {
    failure = std::current_exception();
  }
  run_to_end(loop, database.close());
  storage.close();
  if (failure) std::rethrow_exception(failure);
  return show_result(*run);
}

}  // namespace omnify::app
