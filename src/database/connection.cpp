#include "database/connection.h"

#include <fmt/format.h>
#include <libpq-fe.h>
#include <poll.h>

#include <algorithm>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "async/deadline.h"
#include "base/error.h"
#include "base/log.h"

namespace omnify::database {
namespace {

using Descriptor = boost::asio::posix::stream_descriptor;

Error unavailable() { return {Code::unavailable, "The database is not reachable at the moment."}; }

/// At most once a second: while the server is down many try, again and again.
void report_failed_connect(const pg_conn* connection) {
  static std::chrono::steady_clock::time_point quiet_until;
  const auto now = std::chrono::steady_clock::now();
  if (now < quiet_until) return;
  quiet_until = now + std::chrono::seconds(1);
  log_warning("database.connect_failed", {{"message", PQerrorMessage(connection)}});
}

std::string_view sqlstate_of(const PGresult* result) {
  const char* state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  return state != nullptr ? state : "";
}

/// Turns a failed result into our error. The server's own text goes to the log only: it can quote values.
Error to_error(const PGresult* result, std::string_view query) {
  const auto code = sqlstate_of(result);
  const char* message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
  log_warning("database.refused",
              {{"query", query}, {"sqlstate", code}, {"message", message != nullptr ? message : ""}});
  if (code == "57014") return {Code::deadline_exceeded, "The database took too long to answer."};
  if (code == "53100") return {Code::unavailable, "The database has no space left on its disk."};
  if (code.empty() || code.starts_with("08") || code.starts_with("57") || code.starts_with("53") || code == "25006") {
    return unavailable();
  }
  if (code == "23505" || code.starts_with("40") || code == "55P03") {
    return {Code::conflict, "Somebody else changed this at the same time."};
  }
  if (code == "23503") return {Code::conflict, "This belongs to something that does not exist (any more)."};
  if (code == "42501") return {Code::permission_denied, "The database does not allow this."};
  return {Code::internal, fmt::format("The query {} failed with SQLSTATE {}.", query, code)};
}

/// The server ends this session: shut down by an administrator, by a crash of another session, or not yet up.
bool is_farewell(std::string_view sqlstate) {
  return sqlstate == "57P01" || sqlstate == "57P02" || sqlstate == "57P03";
}

/// What this connection has prepared no longer fits: a migration changed a result type, or a pooler swapped sessions.
bool spoils_prepared(std::string_view sqlstate) { return sqlstate == "0A000" || sqlstate == "26000"; }

}  // namespace

void Connection::Close::operator()(pg_conn* connection) const noexcept { PQfinish(connection); }

Connection::Connection(const boost::asio::any_io_executor& executor, pg_conn* connection)
    : connection_(connection), socket_(executor) {
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
  // By default libpq writes notices to standard error.
  PQsetNoticeReceiver(raw, [](void*, const PGresult*) {}, nullptr);
  if (PQstatus(raw) == CONNECTION_BAD) {
    report_failed_connect(raw);
    throw unavailable();
  }
  co_await with_deadline(limit, connection->finish_handshake());
  if (PQsetnonblocking(raw, 1) != 0 || PQenterPipelineMode(raw) != 1) throw unavailable();
  co_return connection;
}

Task<> Connection::finish_handshake() {
  auto state = PGRES_POLLING_WRITING;
  while (state != PGRES_POLLING_OK) {
    // libpq may have moved on to another address of the host; the new descriptor can even have the old one's number.
    if (socket_.is_open()) socket_.release();
    socket_.assign(PQsocket(connection_.get()));
    co_await socket_.async_wait(state == PGRES_POLLING_READING ? Descriptor::wait_read : Descriptor::wait_write,
                                boost::asio::use_awaitable);
    state = PQconnectPoll(connection_.get());
    if (state == PGRES_POLLING_FAILED) {
      report_failed_connect(connection_.get());
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
  } catch (const boost::system::system_error& error) {
    if (error.code() == boost::asio::error::operation_aborted) {
      throw Error(Code::cancelled, "The operation was cancelled.");
    }
    throw unavailable();
  } catch (const Error& error) {
    // A refusal by the server ends at a Sync and leaves the connection usable; a wait that was cut off does not.
    const bool cut_off = error.code() == Code::cancelled || (error.code() == Code::deadline_exceeded && !idle());
    broken_ = cut_off || error.code() == Code::unavailable || PQstatus(connection_.get()) != CONNECTION_OK ||
              PQtransactionStatus(connection_.get()) == PQTRANS_ACTIVE;
    throw;
  }
}

void Connection::send_plain(const std::string& sql, std::vector<Sent>& sent) {
  if (PQsendQueryParams(connection_.get(), sql.c_str(), 0, nullptr, nullptr, nullptr, nullptr, 1) != 1) {
    throw unavailable();
  }
  sent.push_back({"database.envelope", Sent::Kind::envelope});
}

void Connection::send(const Execution& execution, std::vector<Sent>& sent) {
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
  const std::string statement(query.name);
  const auto known = prepared_.find(query.name);
  if (known == prepared_.end()) {
    // Text and nulls without a type carry none: there the statement decides.
    if (PQsendPrepare(raw, statement.c_str(), std::string(query.sql).c_str(), params.size(), types.data()) != 1) {
      throw unavailable();
    }
    prepared_.emplace(query.name, Prepared{types, false});
    sent.push_back({query.name, Sent::Kind::prepare});
  } else {
    const auto& expected = known->second.types;
    const auto fits = [](unsigned a, unsigned b) { return a == b || a == 0 || b == 0; };
    if (!std::equal(types.begin(), types.end(), expected.begin(), expected.end(), fits)) {
      throw Error(Code::internal, fmt::format("The query {} got parameters of other types than before.", query.name));
    }
  }
  if (PQsendQueryPrepared(raw, statement.c_str(), params.size(), values.data(), lengths.data(), formats.data(), 1) !=
      1) {
    throw unavailable();
  }
  sent.push_back({query.name, Sent::Kind::execute});
}

Task<> Connection::wait_readable() {
  co_await socket_.async_wait(Descriptor::wait_read, boost::asio::use_awaitable);
  if (PQconsumeInput(connection_.get()) != 1) throw unavailable();
}

Task<> Connection::flush() {
  using namespace boost::asio::experimental::awaitable_operators;
  // The server may stop reading until we have read its answers: take in what arrives while sending.
  for (int rest = PQflush(connection_.get()); rest != 0; rest = PQflush(connection_.get())) {
    if (rest < 0) throw unavailable();
    co_await (socket_.async_wait(Descriptor::wait_write, boost::asio::use_awaitable) ||
              socket_.async_wait(Descriptor::wait_read, boost::asio::use_awaitable));
    if (PQconsumeInput(connection_.get()) != 1) throw unavailable();
  }
}

Task<pg_result*> Connection::next_result() {
  while (PQisBusy(connection_.get()) != 0) co_await wait_readable();
  co_return PQgetResult(connection_.get());
}

/// Reads up to the Sync; throws the first failure.
Task<std::vector<Result>> Connection::collect(std::vector<Sent> sent) {
  std::vector<Result> results;
  std::optional<Error> failure;
  std::size_t index = 0;
  for (;;) {
    auto* raw = co_await next_result();
    if (raw == nullptr) {  // the end of one statement's results
      if (++index > sent.size() || PQstatus(connection_.get()) != CONNECTION_OK) throw unavailable();
      continue;
    }
    const auto current = index < sent.size() ? sent[index] : Sent{"database.sync", Sent::Kind::envelope};
    const auto status = PQresultStatus(raw);
    Result result(raw, current.query);
    if (status == PGRES_PIPELINE_SYNC) break;
    if (status == PGRES_FATAL_ERROR) {
      const auto code = sqlstate_of(raw);
      if (!failure) {
        failure = to_error(raw, current.query);
        ended_before_commit_ = (is_farewell(code) || spoils_prepared(code)) && index < sent.size();
      }
      if (PQstatus(connection_.get()) != CONNECTION_OK || is_farewell(code)) throw unavailable();
      if (spoils_prepared(code)) throw Error(Code::unavailable, "The database changed meanwhile. Try again.");
    } else if (status != PGRES_PIPELINE_ABORTED) {
      if (current.kind == Sent::Kind::prepare) prepared_.at(current.query).confirmed = true;
      if (current.kind == Sent::Kind::execute) results.push_back(std::move(result));
    }
  }
  if (failure) throw Error(*failure);
  co_return results;
}

Task<std::vector<Result>> Connection::execute(std::vector<Execution> executions, std::chrono::milliseconds limit) {
  const Envelope none;
  co_return co_await execute(none, executions, limit);
}

Task<std::vector<Result>> Connection::execute(const Envelope& envelope, const std::vector<Execution>& executions,
                                              std::chrono::milliseconds limit) {
  if (broken_) throw unavailable();
  broken_ = true;  // what follows must not stop half sent
  ended_before_commit_ = false;
  std::vector<Sent> sent;
  for (const auto& statement : envelope.before) send_plain(statement, sent);
  for (const auto& execution : executions) send(execution, sent);
  for (const auto& statement : envelope.after) send_plain(statement, sent);
  if (PQpipelineSync(connection_.get()) != 1) throw unavailable();
  broken_ = false;
  const auto exchange = [](Connection* self, std::vector<Sent> all) -> Task<std::vector<Result>> {
    co_await self->flush();
    co_return co_await self->collect(std::move(all));
  };
  try {
    co_return co_await bounded(limit, exchange(this, std::move(sent)));
  } catch (const Error&) {
    std::erase_if(prepared_, [](const auto& entry) { return !entry.second.confirmed; });
    throw;
  }
}

Task<std::vector<std::string>> Connection::notifications(std::chrono::milliseconds limit) {
  std::vector<std::string> payloads;
  const auto until = std::chrono::steady_clock::now() + limit;
  for (;;) {
    while (auto* raw = PQnotifies(connection_.get())) {
      payloads.emplace_back(raw->extra);
      PQfreemem(raw);
    }
    const auto left = until - std::chrono::steady_clock::now();
    if (!payloads.empty() || left.count() <= 0) co_return payloads;
    try {
      co_await with_deadline(left, wait_readable());
    } catch (const Error& error) {
      if (error.code() == Code::deadline_exceeded) co_return payloads;
      broken_ = true;
      throw;
    }
  }
}

Task<> Connection::run_script(std::string sql, std::chrono::milliseconds limit, std::string_view name) {
  if (broken_) throw unavailable();
  auto* raw = connection_.get();
  // Several statements in one text need the simple protocol, which pipeline mode does not allow.
  if (PQexitPipelineMode(raw) != 1 || PQsendQuery(raw, sql.c_str()) != 1) throw unavailable();
  const auto exchange = [](Connection* self, std::string label) -> Task<bool> {
    co_await self->flush();
    std::optional<Error> failure;
    while (auto* result = co_await self->next_result()) {
      if (PQresultStatus(result) == PGRES_FATAL_ERROR && !failure) failure = to_error(result, label);
      PQclear(result);
    }
    if (failure) throw Error(*failure);
    co_return true;
  };
  std::exception_ptr failure;
  try {
    co_await bounded(limit, exchange(this, std::string(name)));
  } catch (const Error&) {
    failure = std::current_exception();
  }
  if (!broken_ && PQenterPipelineMode(raw) != 1) broken_ = true;
  if (failure) std::rethrow_exception(failure);
}

}  // namespace omnify::database
