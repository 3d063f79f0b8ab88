// omnify import: a file into an organization, from the command line.
#include <fmt/format.h>

#include <cstdio>
#include <filesystem>

#include "app/commands.h"
#include "app/events_bridge.h"
#include "app/files.h"
#include "app/run.h"
#include "app/storage.h"
#include "async/cpu_pool.h"
#include "base/error.h"
#include "base/json.h"
#include "database/database.h"
#include "sync/import_service.h"
#include "tenancy/accounts.h"

namespace omnify::app {
namespace {

constexpr int kImportFailed = 1;

std::pair<std::string, std::string> split_pair(const std::string& text, std::string_view option) {
  const auto equals = text.rfind('=');  // a column's name may hold one itself
  if (equals == std::string::npos || equals == 0) {
    throw Error::field(std::string(option), fmt::format("{} takes left=right, and \"{}\" is not.", option, text));
  }
  return {text.substr(0, equals), text.substr(equals + 1)};
}

template <class E>
std::optional<E> choice(const std::string& text, std::string_view option) {
  if (text.empty()) return std::nullopt;
  const auto value = json::enum_value<E>(text);
  if (!value) {
    throw Error::field(std::string(option), fmt::format("{} must be one of {}.", option, json::enum_choices<E>()));
  }
  return value;
}

sync::ImportOptions chosen_options(const ImportArguments& arguments, sync::ImportOptions options) {
  using platforms::csv::Field;
  if (!arguments.mapping.empty()) options.mapping.clear();
  for (const auto& text : arguments.mapping) {
    const auto [column, name] = split_pair(text, "--map");
    const auto field = json::enum_value<Field>(name);
    if (!field) {
      throw Error::field("--map", fmt::format("\"{}\" is no field; there are {}.", name, json::enum_choices<Field>()));
    }
    options.mapping.push_back({column, *field});
  }
  for (const auto& text : arguments.constants) {
    const auto constant = split_pair(text, "--set");
    options.constants[constant.first] = constant.second;
    // What is set holds for every row: a column of the same meaning that was only guessed gives way.
    if (!arguments.mapping.empty()) continue;
    std::erase_if(options.mapping, [&](const auto& one) { return json::enum_name(one.field) == constant.first; });
  }
  if (const auto order = choice<platforms::csv::DateOrder>(arguments.date_order, "--date-order")) {
    options.date_order = order;
  }
  if (const auto mark = choice<platforms::csv::DecimalMark>(arguments.decimal, "--decimal")) options.decimal = mark;
  options.skip_bad_lines = arguments.skip_bad_lines;
  return options;
}

void show_progress(const sync::ImportRun& run) {
  static int shown = -1;
  if (run.bytes_total == 0) return;
  const int percent = static_cast<int>(run.bytes_read * 100 / run.bytes_total);
  if (percent / 5 == shown / 5 && shown >= 0) return;
  shown = percent;
  fmt::print(stderr, "{} %: {} rows read, {} written\n", percent, run.rows_read, run.facts_written);
}

int show_result(const sync::ImportRun& run) {
  for (const auto& bad : run.bad_lines) fmt::print(stderr, "line {}: {}\n", bad.line, bad.reason);
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
  auto preview = co_await imports.preview(file);
  auto options = chosen_options(arguments, std::move(preview.suggested));
  auto run = co_await imports.run(organization, file, std::move(options), show_progress);
  co_await announce_change(co_await boost::asio::this_coro::executor, database, organization);
  co_return run;
}

}  // namespace

int run_import(const Settings& settings, const ImportArguments& arguments) {
  const auto organization = OrganizationId::parse(arguments.organization);
  if (!organization) throw Error::field("--org", "--org must be the id of an organization: see \"omnify org list\".");
  boost::asio::io_context loop(1);
  Storage storage(loop, settings);
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
