#include "database/connection.h"

#include <fmt/format.h>
#include <libpq-fe.h>
#include <poll.h>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "async/deadline.h"
#include "base/error.h"
#include "base/log.h"

namespace omnify::database {
namespace {

using Descriptor = boost::asio::posix::stream_descriptor;

Error unavailable() { return {Code::unavailable, "The database is not reachable at the moment."}; }

/// Turns a failed result into our error. The server's own text goes to the log only: it can quote values.
Error to_error(const PGresult* result, std::string_view query) {
  const char* state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  const std::string_view code = state != nullptr ? state : "";
  const char* message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
  log_warning("database.refused",
              {{"query", query}, {"sqlstate", code}, {"message", message != nullptr ? message : ""}});
  if (code == "57014") return {Code::deadline_exceeded, "The database took too long to answer."};
  if (code.starts_with("08") || code.starts_with("57") || code.starts_with("53")) return unavailable();
  if (code == "23505" || code.starts_with("40") || code == "55P03") {
    return {Code::conflict, "Somebody else changed this at the same time."};
  }
  return {Code::internal, fmt::format("The query {} failed with SQLSTATE {}.", query, code)};
}

}  // namespace

void Connection::Close::operator()(pg_conn* connection) const noexcept { PQfinish(connection); }

Connection::Connection(boost::asio::any_io_executor executor, pg_conn* connection)
    : connection_(connection), socket_(std::move(executor)) {
  if (PQsocket(connection) >= 0) socket_.assign(PQsocket(connection));
}

Connection::~Connection() {
  // libpq owns and closes the descriptor.
  if (socket_.is_open()) socket_.release();
}

bool Connection::broken() const noexcept {
  if (broken_ || PQstatus(connection_.get()) != CONNECTION_OK) return true;
  // An idle connection has nothing to say; a readable socket is the server's farewell.
  pollfd descriptor{.fd = PQsocket(connection_.get()), .events = POLLIN, .revents = 0};
  return idle() && ::poll(&descriptor, 1, 0) > 0;
}

bool Connection::idle() const noexcept { return PQtransactionStatus(connection_.get()) == PQTRANS_IDLE; }
int Connection::server_version() const noexcept { return PQserverVersion(connection_.get()); }

Task<std::unique_ptr<Connection>> Connection::open(std::string url, std::chrono::milliseconds limit) {
  auto executor = co_await boost::asio::this_coro::executor;
  auto* raw = PQconnectStart(url.c_str());
  if (raw == nullptr) throw unavailable();
  std::unique_ptr<Connection> connection(new Connection(executor, raw));
  if (PQstatus(raw) == CONNECTION_BAD) {
    log_warning("database.connect_failed", {{"message", PQerrorMessage(raw)}});
    throw unavailable();
  }
  co_await with_deadline(limit, connection->finish_handshake());
  if (PQsetnonblocking(raw, 1) != 0 || PQenterPipelineMode(raw) != 1) throw unavailable();
  co_return connection;
}

Task<> Connection::finish_handshake() {
  auto state = PGRES_POLLING_WRITING;
  while (state != PGRES_POLLING_OK) {
    // libpq may have moved on to another address of the host, with another descriptor.
    if (socket_.native_handle() != PQsocket(connection_.get())) {
      if (socket_.is_open()) socket_.release();
      socket_.assign(PQsocket(connection_.get()));
    }
    co_await socket_.async_wait(state == PGRES_POLLING_READING ? Descriptor::wait_read : Descriptor::wait_write,
                                boost::asio::use_awaitable);
    state = PQconnectPoll(connection_.get());
    if (state == PGRES_POLLING_FAILED) {
      log_warning("database.connect_failed", {{"message", PQerrorMessage(connection_.get())}});
      throw unavailable();
    }
  }
}

template <class T>
Task<T> Connection::bounded(std::chrono::milliseconds limit, Task<T> work) {
  if (broken_) throw unavailable();
  broken_ = true;  // until the work has come to its regular end
  try {
    auto result = co_await with_deadline(limit, std::move(work));
    broken_ = false;
    co_return result;
  } catch (const boost::system::system_error&) {
    throw unavailable();
  } catch (const Error& error) {
    // A refusal by the server ends at a Sync and leaves the connection usable; a wait that was cut off does not.
    const bool cut_off = error.code() == Code::cancelled || (error.code() == Code::deadline_exceeded && !idle());
    broken_ = cut_off || PQstatus(connection_.get()) != CONNECTION_OK ||
              PQtransactionStatus(connection_.get()) == PQTRANS_ACTIVE;
    throw;
  }
}

void Connection::send(const Execution& execution) {
  const auto& [query, params] = execution;
  std::vector<Oid> types;
  std::vector<const char*> values;
  std::vector<int> lengths;
  std::vector<int> formats;
  for (const auto& value : params.values_) {
    types.push_back(value.type);
    values.push_back(value.null ? nullptr : value.bytes.c_str());
    lengths.push_back(static_cast<int>(value.bytes.size()));
    formats.push_back(value.binary ? 1 : 0);
  }
  auto* raw = connection_.get();
  auto known = prepared_.find(query.name);
  if (known == prepared_.end()) {
    const std::string statement(query.name);
    // A parameter that is null now may carry a type later: the statement decides, so no types are declared for text.
    if (PQsendPrepare(raw, statement.c_str(), std::string(query.sql).c_str(), params.size(), types.data()) != 1)
      throw unavailable();
    known = prepared_.emplace(query.name, statement).first;
  }
  if (PQsendQueryPrepared(raw, known->second.c_str(), params.size(), values.data(), lengths.data(), formats.data(),
                          1) != 1) {
    throw unavailable();
  }
}

Task<> Connection::wait_readable() {
  co_await socket_.async_wait(Descriptor::wait_read, boost::asio::use_awaitable);
  if (PQconsumeInput(connection_.get()) != 1) throw unavailable();
}

Task<> Connection::flush() {
  // The server may stop reading until we have read its answers: take in what arrives while sending.
  for (int rest = PQflush(connection_.get()); rest != 0; rest = PQflush(connection_.get())) {
    if (rest < 0) throw unavailable();
    if (PQconsumeInput(connection_.get()) != 1) throw unavailable();
    co_await socket_.async_wait(Descriptor::wait_write, boost::asio::use_awaitable);
  }
}

Task<pg_result*> Connection::next_result() {
  while (PQisBusy(connection_.get()) != 0) co_await wait_readable();
  co_return PQgetResult(connection_.get());
}

/// Reads up to the Sync. `names` has one entry per statement sent; an empty one is a Prepare, whose answer is dropped.
Task<std::vector<Result>> Connection::collect(std::vector<std::string_view> names) {
  std::vector<Result> results;
  std::optional<Error> failure;
  std::size_t index = 0;
  for (;;) {
    auto* raw = co_await next_result();
    if (raw == nullptr) {  // the end of one statement's results
      ++index;
      continue;
    }
    const auto name = index < names.size() ? names[index] : std::string_view{};
    const auto status = PQresultStatus(raw);
    Result result(raw, name);
    if (status == PGRES_PIPELINE_SYNC) break;
    if (status == PGRES_FATAL_ERROR) {
      if (!failure) failure = to_error(raw, name);
      if (PQstatus(connection_.get()) != CONNECTION_OK) throw unavailable();
    } else if (status != PGRES_PIPELINE_ABORTED && !name.empty()) {
      results.push_back(std::move(result));
    }
  }
  if (failure) throw Error(*failure);
  co_return results;
}

Task<std::vector<Result>> Connection::execute(std::vector<Execution> executions, std::chrono::milliseconds limit) {
  if (broken_) throw unavailable();
  std::vector<std::string_view> names;
  std::vector<std::string_view> newly_prepared;
  for (const auto& execution : executions) {
    if (!prepared_.contains(execution.query.name)) {
      names.emplace_back();
      newly_prepared.push_back(execution.query.name);
    }
    send(execution);
    names.push_back(execution.query.name);
  }
  if (PQpipelineSync(connection_.get()) != 1) throw unavailable();
  const auto exchange = [](Connection* self, std::vector<std::string_view> sent) -> Task<std::vector<Result>> {
    co_await self->flush();
    co_return co_await self->collect(std::move(sent));
  };
  try {
    co_return co_await bounded(limit, exchange(this, std::move(names)));
  } catch (const Error&) {
    // After a failure it is unknown which of these the server still prepared; the connection is not worth repairing.
    if (!newly_prepared.empty()) broken_ = true;
    throw;
  }
}

Task<> Connection::run_script(std::string sql, std::chrono::milliseconds limit) {
  if (broken_) throw unavailable();
  auto* raw = connection_.get();
  // Several statements in one text need the simple protocol, which pipeline mode does not allow.
  if (PQexitPipelineMode(raw) != 1 || PQsendQuery(raw, sql.c_str()) != 1) throw unavailable();
  const auto exchange = [](Connection* self) -> Task<bool> {
    co_await self->flush();
    std::optional<Error> failure;
    while (auto* result = co_await self->next_result()) {
      if (PQresultStatus(result) == PGRES_FATAL_ERROR && !failure) failure = to_error(result, "script");
      PQclear(result);
    }
    if (failure) throw Error(*failure);
    co_return true;
  };
  std::exception_ptr failure;
  try {
    co_await bounded(limit, exchange(this));
  } catch (const Error&) {
    failure = std::current_exception();
  }
  if (!broken_ && PQenterPipelineMode(raw) != 1) broken_ = true;
  if (failure) std::rethrow_exception(failure);
}

}  // namespace omnify::database
