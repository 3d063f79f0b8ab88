// omnify-bench: what the product costs beside the plainest way to do the same, all in one run against one private
// PostgreSQL. Ratios hold from machine to machine; the figures per second do not.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "async/cpu_pool.h"
#include "bench/dashboard.h"
#include "bench/raw.h"
#include "bench/report.h"
#include "bench/run.h"
#include "bench/workload.h"
#include "database/cluster.h"
#include "database/migrations.h"
#include "platforms/connector.h"
#include "sync/import_service.h"
#include "sync/loader.h"
#include "tenancy/accounts.h"

namespace {

using namespace omnify;
using namespace omnify::bench;

constexpr database::Query kSeries{"bench.series", "SELECT n, n * 2 FROM generate_series(1, 120) AS n"};

struct Place {
  std::string admin_url;
  std::string runtime_url;
  std::filesystem::path folder;
};

Task<> transactions(database::Database& database, OrganizationId organization, int count) {
  for (int i = 0; i < count; ++i) co_await database.run(organization, kSeries);
}

void measure_transactions(Report& report, const Place& place, OrganizationId organization) {
  constexpr int kCount = 4000;
  const double raw = raw_transactions(place.runtime_url, organization, kCount);
  boost::asio::io_context io;
  database::Database database(io.get_executor(), {.url = place.runtime_url, .size = 1});
  run(io, transactions(database, organization, 10));
  const double ours = kCount / seconds([&] { run(io, transactions(database, organization, kCount)); });
  run(io, database.close());
  report.add(Figure{.what = "organization-scoped transaction, 120 rows",
                    .per_second = ours,
                    .unit = "transactions",
                    .reference = raw,
                    .reference_name = "raw pipelined libpq",
                    .target_ratio = 0.5});
}

Task<std::int64_t> load(database::Database& database, sync::LoadTarget target,
                        const std::vector<platforms::FactRow>& rows) {
  sync::Loader loader(database);
  std::int64_t changed = 0;
  for (std::size_t start = 0; start < rows.size(); start += platforms::kBatchRows) {
    const auto end = std::min(rows.size(), start + platforms::kBatchRows);
    const auto counts = co_await loader.load_facts(
        target, {rows.begin() + static_cast<std::ptrdiff_t>(start), rows.begin() + static_cast<std::ptrdiff_t>(end)});
    changed += counts.changed;
  }
  co_return changed;
}

void measure_load(Report& report, const Place& place, OrganizationId organization) {
  const auto rows = fact_rows(1000, 100, 100);
  make_plain_table(place.admin_url);
  const double upsert = raw_upsert(place.admin_url, organization, rows);
  make_plain_table(place.admin_url);
  const double copy = raw_copy(place.admin_url, organization, rows);
  boost::asio::io_context io;
  database::Database database(io.get_executor(), {.url = place.runtime_url, .size = 2});
  const auto target = load_target(organization, "meta");
  run(io, load_workload_entities(database, target, 1000, 100));
  const auto count = static_cast<double>(rows.size());
  const double ours = count / seconds([&] { run(io, load(database, target, rows)); });
  std::int64_t changed = 0;
  const double again = count / seconds([&] { changed = run(io, load(database, target, rows)); });
  if (changed != 0) throw std::runtime_error("loading the same rows again changed some");
  run(io, database.close());
  report.add(Figure{.what = "load of new facts, with rollups and RLS",
                    .per_second = ours,
                    .unit = "rows",
                    .reference = upsert,
                    .reference_name = "bare multi-row upsert",
                    .target_ratio = 0.6});
  report.add(Figure{.what = "load of new facts, with rollups and RLS",
                    .per_second = ours,
                    .unit = "rows",
                    .reference = copy,
                    .reference_name = "COPY, no RLS",
                    .target_ratio = {}});
  report.add(Figure{.what = "load of unchanged facts",
                    .per_second = again,
                    .unit = "rows",
                    .reference = upsert,
                    .reference_name = "bare multi-row upsert",
                    .target_ratio = {}});
}

void measure_import(Report& report, const Place& place, OrganizationId organization) {
  constexpr std::int64_t kRows = 200'000;
  const auto file = place.folder / "import.csv";
  write_csv(file, kRows);
  boost::asio::io_context io;
  database::Database database(io.get_executor(), {.url = place.runtime_url, .size = 2});
  CpuPool cpu(1);
  sync::ImportService imports(database, cpu, {});
  const auto elapsed = seconds([&] {
    const auto done = run(io, imports.run(organization, {.path = file, .file_name = "import.csv"}, csv_options(), {}));
    if (done.state != sync::ImportState::succeeded) throw std::runtime_error(done.error.value_or("import failed"));
  });
  run(io, database.close());
  report.add(Figure{.what = "import of a CSV file, checked, sorted and loaded",
                    .per_second = static_cast<double>(kRows) / elapsed,
                    .unit = "rows",
                    .reference = {},
                    .reference_name = {},
                    .target_ratio = {}});
}

OrganizationId make_organization(const Place& place, const std::string& name) {
  boost::asio::io_context io;
  database::Database database(io.get_executor(), {.url = place.runtime_url, .size = 1});
  CpuPool cpu(1);
  tenancy::Accounts accounts(database, cpu);
  const auto organization = run(
      io,
      accounts.create_organization({.name = name, .reporting_currency = *Currency::parse("USD"), .target_roas = {}}));
  run(io, database.close());
  return organization.id;
}

void measure_all(Report& report, const Place& place) {
  measure_transactions(report, place, make_organization(place, "Transactions"));
  measure_load(report, place, make_organization(place, "Load"));
  measure_import(report, place, make_organization(place, "Import"));
  measure_dashboard(report, {.runtime_url = place.runtime_url, .folder = place.folder});
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App arguments("Measures OmniFy beside the plainest way to do the same.");
  CLI11_PARSE(arguments, argc, argv);
  char pattern[] = "/tmp/omnify-bench.XXXXXX";
  if (::mkdtemp(pattern) == nullptr) return EXIT_FAILURE;
  const std::filesystem::path folder = pattern;
  int status = EXIT_FAILURE;
  try {
    auto cluster = database::Cluster::start({.folder = folder / "postgres"});
    cluster.create_database();
    boost::asio::io_context io;
    run(io, database::migrate(cluster.admin_url()));
    Report report;
    measure_all(report, {.admin_url = cluster.admin_url(), .runtime_url = cluster.runtime_url(), .folder = folder});
    cluster.stop();
    status = report.print() ? EXIT_SUCCESS : EXIT_FAILURE;
  } catch (const std::exception& failure) {
    std::cerr << "omnify-bench: " << failure.what() << '\n';
  }
  std::filesystem::remove_all(folder);
  return status;
}
