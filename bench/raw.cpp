#include "bench/raw.h"

#include <fmt/format.h>
#include <libpq-fe.h>

#include <array>
#include <future>
#include <memory>
#include <stdexcept>

#include "bench/report.h"
#include "crypto/digest.h"

namespace omnify::bench {
namespace {

struct Finish {
  void operator()(PGconn* connection) const { PQfinish(connection); }
  void operator()(PGresult* result) const { PQclear(result); }
};
using Connection = std::unique_ptr<PGconn, Finish>;
using Answer = std::unique_ptr<PGresult, Finish>;

constexpr int kRowsPerStatement = 1000;

Connection connect(const std::string& url) {
  Connection connection(PQconnectdb(url.c_str()));
  if (PQstatus(connection.get()) != CONNECTION_OK) throw std::runtime_error(PQerrorMessage(connection.get()));
  return connection;
}

void require(const PGresult* result, ExecStatusType wanted) {
  if (PQresultStatus(result) != wanted) throw std::runtime_error(PQresultErrorMessage(result));
}

void script(PGconn* connection, const std::string& sql) {
  Answer result(PQexec(connection, sql.c_str()));
  require(result.get(), PQresultStatus(result.get()) == PGRES_TUPLES_OK ? PGRES_TUPLES_OK : PGRES_COMMAND_OK);
}

/// Reads results up to the Sync of the pipeline.
void drain(PGconn* connection) {
  for (;;) {
    Answer result(PQgetResult(connection));
    if (!result) continue;
    const auto status = PQresultStatus(result.get());
    if (status == PGRES_PIPELINE_SYNC) return;
    if (status == PGRES_FATAL_ERROR) throw std::runtime_error(PQresultErrorMessage(result.get()));
  }
}

std::string upsert_statement() {
  std::string sql =
      "INSERT INTO bench_facts (organization_id, day, ad_id, campaign_id, platform, currency, impressions, clicks, "
      "spend, conversions, revenue) VALUES ";
  for (int row = 0; row < kRowsPerStatement; ++row) {
    sql += row == 0 ? "(" : ",(";
    for (int column = 1; column <= 11; ++column) sql += fmt::format("{}${}", column == 1 ? "" : ",", row * 11 + column);
    sql += ')';
  }
  return sql +
         " ON CONFLICT (organization_id, day, ad_id) DO UPDATE SET impressions = excluded.impressions, clicks = "
         "excluded.clicks, spend = excluded.spend, conversions = excluded.conversions, revenue = excluded.revenue";
}

/// The columns of a row as text, in the order of the table.
std::vector<std::string> columns(const OrganizationId& organization, const platforms::FactRow& row) {
  return {organization.text(),
          format_day(row.day),
          crypto::derived_uuid(organization.uuid, row.ad_external_id).text(),
          crypto::derived_uuid(organization.uuid, row.campaign_external_id).text(),
          "meta",
          "USD",
          std::to_string(row.impressions),
          std::to_string(row.clicks),
          std::to_string(row.spend),
          std::to_string(row.conversions.value_or(0)),
          std::to_string(row.revenue.value_or(0))};
}

}  // namespace

double raw_transactions(const std::string& url, const OrganizationId& organization, int count) {
  auto connection = connect(url);
  auto* raw = connection.get();
  const auto set_local = fmt::format("SET LOCAL app.organization_id = '{}'", organization.text());
  Answer prepared(PQprepare(raw, "series", "SELECT n, n * 2 FROM generate_series(1, 120) AS n", 0, nullptr));
  require(prepared.get(), PGRES_COMMAND_OK);
  PQenterPipelineMode(raw);
  const auto plain = [raw](const char* sql) { PQsendQueryParams(raw, sql, 0, nullptr, nullptr, nullptr, nullptr, 1); };
  const auto elapsed = seconds([&] {
    for (int i = 0; i < count; ++i) {
      plain("BEGIN");
      plain(set_local.c_str());
      PQsendQueryPrepared(raw, "series", 0, nullptr, nullptr, nullptr, 1);
      plain("COMMIT");
      PQpipelineSync(raw);
      drain(raw);
    }
  });
  return count / elapsed;
}

namespace {

void ask_overviews(PGconn* raw, const OrganizationId& organization, const std::vector<RawStatement>& statements,
                   const std::vector<RawRange>& ranges, std::size_t first, std::size_t step) {
  const auto set_local = fmt::format("SET LOCAL app.organization_id = '{}'", organization.text());
  const auto id = organization.text();
  const auto plain = [raw](const char* sql) { PQsendQueryParams(raw, sql, 0, nullptr, nullptr, nullptr, nullptr, 1); };
  for (std::size_t i = first; i < ranges.size(); i += step) {
    const auto start = format_day(ranges[i].first);
    const auto end = format_day(ranges[i].last);
    const std::array<const char*, 3> values{id.c_str(), start.c_str(), end.c_str()};
    plain("BEGIN");
    plain(set_local.c_str());
    for (std::size_t statement = 0; statement < statements.size(); ++statement) {
      PQsendQueryPrepared(raw, std::to_string(statement).c_str(), statements[statement].parameters, values.data(),
                          nullptr, nullptr, 1);
    }
    plain("COMMIT");
    PQpipelineSync(raw);
    drain(raw);
  }
}

}  // namespace

double raw_overviews(const std::string& url, const OrganizationId& organization,
                     const std::vector<RawStatement>& statements, const std::vector<RawRange>& ranges,
                     int connections) {
  std::vector<Connection> open;
  for (int i = 0; i < connections; ++i) {
    open.push_back(connect(url));
    for (std::size_t statement = 0; statement < statements.size(); ++statement) {
      Answer prepared(PQprepare(open.back().get(), std::to_string(statement).c_str(), statements[statement].sql.c_str(),
                                0, nullptr));
      require(prepared.get(), PGRES_COMMAND_OK);
    }
    PQenterPipelineMode(open.back().get());
  }
  const auto elapsed = seconds([&] {
    std::vector<std::future<void>> running;
    for (std::size_t i = 0; i < open.size(); ++i) {
      running.push_back(std::async(std::launch::async, [&, i] {
        ask_overviews(open[i].get(), organization, statements, ranges, i, open.size());
      }));
    }
    for (auto& one : running) one.get();
  });
  return static_cast<double>(ranges.size()) / elapsed;
}

void make_plain_table(const std::string& admin_url) {
  auto connection = connect(admin_url);
  script(
      connection.get(),
      "DROP TABLE IF EXISTS bench_facts; CREATE TABLE bench_facts (organization_id uuid NOT NULL, day date NOT NULL, "
      "ad_id uuid NOT NULL, campaign_id uuid NOT NULL, platform text NOT NULL, currency text NOT NULL, impressions "
      "bigint NOT NULL, clicks bigint NOT NULL, spend bigint NOT NULL, conversions bigint, revenue bigint, PRIMARY "
      "KEY (organization_id, day, ad_id)); CREATE INDEX ON bench_facts (organization_id, campaign_id, day)");
}

double raw_upsert(const std::string& admin_url, const OrganizationId& organization,
                  const std::vector<platforms::FactRow>& rows) {
  auto connection = connect(admin_url);
  const auto sql = upsert_statement();
  Answer prepared(PQprepare(connection.get(), "upsert", sql.c_str(), 0, nullptr));
  require(prepared.get(), PGRES_COMMAND_OK);
  const auto statements = rows.size() / kRowsPerStatement;
  const auto elapsed = seconds([&] {
    for (std::size_t statement = 0; statement < statements; ++statement) {
      std::vector<std::string> values;
      values.reserve(kRowsPerStatement * 11);
      for (std::size_t i = 0; i < kRowsPerStatement; ++i) {
        for (auto& value : columns(organization, rows[statement * kRowsPerStatement + i])) {
          values.push_back(std::move(value));
        }
      }
      std::vector<const char*> pointers;
      pointers.reserve(values.size());
      for (const auto& value : values) pointers.push_back(value.c_str());
      Answer result(PQexecPrepared(connection.get(), "upsert", static_cast<int>(pointers.size()), pointers.data(),
                                   nullptr, nullptr, 0));
      require(result.get(), PGRES_COMMAND_OK);
    }
  });
  return static_cast<double>(statements * kRowsPerStatement) / elapsed;
}

double raw_copy(const std::string& admin_url, const OrganizationId& organization,
                const std::vector<platforms::FactRow>& rows) {
  auto connection = connect(admin_url);
  const auto elapsed = seconds([&] {
    Answer started(PQexec(connection.get(), "COPY bench_facts FROM STDIN"));
    require(started.get(), PGRES_COPY_IN);
    std::string line;
    for (const auto& row : rows) {
      line = fmt::format("{}\n", fmt::join(columns(organization, row), "\t"));
      PQputCopyData(connection.get(), line.data(), static_cast<int>(line.size()));
    }
    PQputCopyEnd(connection.get(), nullptr);
    Answer finished(PQgetResult(connection.get()));
    require(finished.get(), PGRES_COMMAND_OK);
  });
  return static_cast<double>(rows.size()) / elapsed;
}

}  // namespace omnify::bench
