#include "http/session.h"

#include <fmt/format.h>

#include <boost/system/system_error.hpp>
#include <random>

#include "async/cpu_pool.h"
#include "async/deadline.h"
#include "base/log.h"
#include "http/compress.h"
#include "http/event_stream.h"
#include "http/response_head.h"
#include "http/url.h"

namespace omnify::http {
namespace {

constexpr std::chrono::seconds kRefuseLimit{3};
constexpr std::chrono::seconds kFallbackLimit{30};

TransportLimits transport_limits(const ServerOptions& options) {
  return {options.header_limit, options.target_limit, options.read_limit, options.idle_limit, options.write_limit};
}

/// The path and query of origin-form and absolute-form targets (RFC 9112 §3.2).
std::string_view origin_form(std::string_view target) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!target.starts_with(scheme)) continue;
    const auto slash = target.find('/', scheme.size());
    return slash == std::string_view::npos ? std::string_view("/") : target.substr(slash);
  }
  return target;
}

std::string allow_list(const std::vector<Method>& methods) {
  std::string list;
  for (const auto method : methods) {
    if (!list.empty()) list += ", ";
    list += to_string(method);
  }
  return list;
}

class TransportBody final : public BodyReader {
 public:
  TransportBody(std::shared_ptr<Transport> transport, std::size_t limit)
      : transport_(std::move(transport)), limit_(limit) {}

  Task<std::string> next() override { return read(transport_, limit_); }
  [[nodiscard]] std::optional<std::uint64_t> announced() const noexcept override { return transport_->announced(); }

 private:
  static Task<std::string> read(std::shared_ptr<Transport> transport, std::size_t limit) {
    try {
      co_return co_await transport->read_piece(limit);
    } catch (const Refusal& refusal) {
      throw Error(refusal.status == 408 ? Code::deadline_exceeded : Code::invalid_request, std::string(refusal.detail));
    }
  }

  std::shared_ptr<Transport> transport_;
  std::size_t limit_;
};

/// The answer to an exception that is not an Error: a bug of ours. The client learns only the id to ask about.
Response internal_problem(const std::string& id, std::string_view route, std::string_view what) {
  log_error("http.failed", {{"request_id", id}, {"route", route}, {"error", what}});
  return Response::problem(
      Error(Code::internal, "Something went wrong on our side. Tell support the request id if it happens again."), id);
}

}  // namespace

Session::Session(std::shared_ptr<Core> core, boost::asio::ip::tcp::socket socket)
    : core_(std::move(core)),
      transport_(std::make_shared<Transport>(std::move(socket), transport_limits(core_->options))),
      place_(core_->sessions.insert(core_->sessions.end(), this)) {
  if (core_->options.metrics != nullptr) core_->options.metrics->connection_opened();
}

Session::~Session() {
  if (events_) events_->close();
  core_->sessions.erase(place_);
  if (core_->options.metrics != nullptr) core_->options.metrics->connection_closed();
}

Task<> Session::serve(std::shared_ptr<Core> core, boost::asio::ip::tcp::socket socket) {
  Session session(std::move(core), std::move(socket));
  session.transport_->start();
  while (co_await session.exchange()) {
  }
}

Task<> Session::turn_away(std::shared_ptr<Core> core, boost::asio::ip::tcp::socket socket) {
  auto limits = transport_limits(core->options);
  limits.write = kRefuseLimit;
  const auto transport = std::make_shared<Transport>(std::move(socket), limits);
  transport->start();
  const auto id = request_id("");
  auto response =
      Response::problem(Error(Code::unavailable, "The server has too many connections. Try again in a moment.")
                            .with_retry_after(std::chrono::seconds(1)),
                        id);
  add_common_headers(response, core->options, id, true);
  auto head = print_head(response, false);
  co_await transport->write(std::move(head), std::move(response.body));
  co_await transport->linger();
}

void Session::drain() {
  if (events_) events_->close();
  if (transport_->idle()) transport_->cancel();
}

/// Keeps the gauge right whichever way an exchange ends.
struct Session::InFlight {
  explicit InFlight(Metrics* counted) : metrics(counted) {
    if (metrics != nullptr) metrics->in_flight(1);
  }
  ~InFlight() {
    if (metrics != nullptr) metrics->in_flight(-1);
  }
  InFlight(const InFlight&) = delete;
  InFlight& operator=(const InFlight&) = delete;
  Metrics* metrics;
};

Task<bool> Session::exchange() {
  if (core_->draining) co_return false;
  std::optional<RequestHead> head;
  std::optional<Refusal> refused;
  try {
    head = co_await transport_->read_head();
  } catch (const Refusal& refusal) {
    refused = refusal;
  }
  if (refused) {
    co_await refuse(*refused);
    co_return false;
  }
  if (!head) co_return false;
  const InFlight in_flight(core_->options.metrics);
  auto exchange = start_exchange(*std::move(head));
  auto response = co_await answer(exchange);
  if (!transport_->body_finished()) exchange.close = true;
  co_await finish(exchange, std::move(response));
  co_return !exchange.close;
}

Session::Exchange Session::start_exchange(RequestHead head) const {
  Exchange exchange;
  exchange.started = std::chrono::steady_clock::now();
  exchange.close = !head.keep_alive;
  exchange.method = std::move(head.method);
  exchange.target = origin_form(head.target);
  exchange.id = request_id(head.headers.value("X-Request-Id"));
  exchange.remote = client_address(transport_->peer_address(), head.headers, core_->options.trusted_proxies);
  exchange.accept_encoding = head.headers.value("Accept-Encoding");
  exchange.if_none_match = head.headers.value("If-None-Match");
  exchange.request.headers = std::move(head.headers);
  exchange.request.request_id = exchange.id;
  exchange.request.remote_address = exchange.remote;
  return exchange;
}

/// Every failure becomes a problem here, and only here.
Task<Response> Session::answer(Exchange& exchange) {
  const auto route = [&exchange] { return exchange.route != nullptr ? std::string_view(exchange.route->path) : ""; };
  try {
    co_return co_await dispatch(exchange);
  } catch (const Refusal& refusal) {
    exchange.close = true;
    co_return problem_response(refusal.status, refusal.type, refusal.title, refusal.detail, exchange.id);
  } catch (const Error& error) {
    if (error.code() == Code::internal) co_return internal_problem(exchange.id, route(), error.detail());
    co_return Response::problem(error, exchange.id);
  } catch (const boost::system::system_error& error) {
    if (error.code() == boost::asio::error::operation_aborted) throw;
    co_return internal_problem(exchange.id, route(), error.what());
  } catch (const std::exception& error) {
    co_return internal_problem(exchange.id, route(), error.what());
  }
}

Task<Response> Session::dispatch(Exchange& exchange) {
  auto& request = exchange.request;
  const std::string_view target = exchange.target;
  const auto path = target.substr(0, target.find_first_of("?#"));
  const auto method = parse_method(exchange.method);
  exchange.is_api = path.starts_with("/api/") || path == "/metrics";
  exchange.is_head = method == Method::head;
  exchange.is_get = method == Method::get || exchange.is_head;
  auto decoded = percent_decode(path);
  if (!decoded || decoded->find('\0') != std::string::npos || !path.starts_with('/')) {
    throw Error(Code::invalid_request, "The address of the request is malformed.");
  }
  request.path = *std::move(decoded);
  if (!method) co_return co_await refuse_route(exchange, {Method::get, Method::head});
  request.method = exchange.is_head ? Method::get : *method;
  if (path.size() < target.size() && target[path.size()] == '?') {
    const auto query = target.substr(path.size() + 1);
    request.query = Parameters::parse(query.substr(0, query.find('#')));
  }
  auto match = core_->router.find(*method, path);
  if (match.route != nullptr) {
    exchange.route = match.route;
    request.path_parameters = std::move(match.path_parameters);
    co_return co_await run_route(exchange, *match.route);
  }
  if (!match.allowed.empty()) co_return co_await refuse_route(exchange, std::move(match.allowed));
  if (!exchange.is_get || !core_->router.fallback() || request.path.starts_with("/api/")) {
    throw Error(Code::not_found, "There is nothing at this address.");
  }
  request.body = co_await read_body(kDefaultBodyLimit);
  co_return co_await with_deadline(kFallbackLimit, core_->router.fallback()(std::move(request)));
}

Task<Response> Session::run_route(Exchange& exchange, const Route& route) {
  auto& request = exchange.request;
  request.route = route.path;
  if (!route.streaming) {
    request.body = co_await read_body(route.body_limit);
    co_return co_await with_deadline(route.handle_limit, route.handler(std::move(request)));
  }
  transport_->limit_each_piece();
  request.body_reader = std::make_shared<TransportBody>(transport_, route.body_limit);
  co_return co_await route.handler(std::move(request));
}

Task<Response> Session::refuse_route(Exchange& exchange, std::vector<Method> allowed) {
  auto response =
      Response::problem(Error(Code::method_not_allowed, "This address does not answer that method."), exchange.id);
  response.headers.add("Allow", allow_list(allowed));
  co_return response;
}

Task<std::string> Session::read_body(std::size_t limit) {
  std::string body;
  for (;;) {
    auto piece = co_await transport_->read_piece(limit);
    if (piece.empty()) co_return body;
    if (body.empty()) {
      body = std::move(piece);
    } else {
      body += piece;
    }
  }
}

Task<> Session::shrink(Exchange& exchange, Response& response) {
  if (!is_worth_compressing(response)) co_return;
  const auto encoding = choose_encoding(exchange.accept_encoding, Effort::fast);
  if (encoding == Encoding::identity) co_return;
  std::optional<std::string> smaller;
  if (core_->options.cpu == nullptr || response.body.size() <= kCompressElsewhereAbove) {
    smaller = compress(encoding, response.body, Effort::fast);
  } else {
    try {
      smaller = co_await core_->options.cpu->run(
          [encoding, body = response.body] { return compress(encoding, body, Effort::fast); });
    } catch (const Error& error) {
      if (error.code() != Code::unavailable) throw;  // the pool is full: send it as it is
    }
  }
  if (smaller) set_compressed(response, encoding, *std::move(smaller));
}

Task<> Session::finish(Exchange& exchange, Response response) {
  const bool streams = response.events != nullptr;
  if (streams) {
    response.headers.set("Content-Type", "text/event-stream; charset=utf-8");
    response.headers.set("X-Accel-Buffering", "no");
  }
  add_common_headers(response, core_->options, exchange.id, exchange.is_api);
  if (is_worth_compressing(response)) add_vary(response);  // a 304 says it, too
  if (exchange.is_get) apply_etag(response, exchange.if_none_match);
  co_await shrink(exchange, response);
  if (core_->draining || streams) exchange.close = true;
  record(exchange, response);
  auto head = print_head(response, !exchange.close);
  co_await transport_->write(std::move(head), exchange.is_head || streams ? std::string() : std::move(response.body));
  if (streams && !exchange.is_head) co_await stream(response.events);
  if (!transport_->body_finished()) co_await transport_->linger();
}

Task<> Session::stream(std::shared_ptr<EventStream> events) {
  std::minstd_rand random(std::random_device{}());
  events_ = events;
  const std::weak_ptr<Transport> transport = transport_;
  events->on_interrupt([transport] {
    if (const auto live = transport.lock()) live->cancel();
  });
  transport_->watch_peer([weak = std::weak_ptr(events)] {
    if (const auto live = weak.lock()) live->close();
  });
  const auto& options = events->options();
  const auto retry = static_cast<double>(options.retry.count()) * std::uniform_real_distribution(0.8, 1.2)(random);
  co_await transport_->write(fmt::format("retry: {}\n\n", static_cast<std::int64_t>(retry)), "");
  auto checked = std::chrono::steady_clock::now();
  if (core_->draining) events->close();
  while (!events->closed()) {
    auto piece = co_await events->take(options.comment_interval);
    if (options.still_allowed && std::chrono::steady_clock::now() - checked >= options.recheck_interval) {
      if (!co_await options.still_allowed()) events->close();
      checked = std::chrono::steady_clock::now();
    }
    if (piece.empty() && events->closed()) break;
    co_await transport_->write(piece.empty() ? ":\n\n" : std::move(piece), "");
  }
  // Browsers come back spread over some seconds, not all at once.
  if (core_->draining) {
    const auto spread = std::uniform_int_distribution(1000, 10'000)(random);
    co_await transport_->write(fmt::format("retry: {}\n\n", spread), "");
  }
}

void Session::record(const Exchange& exchange, const Response& response) const {
  const auto took = std::chrono::steady_clock::now() - exchange.started;
  const std::string route = exchange.route != nullptr ? exchange.route->path : "";
  if (core_->options.metrics != nullptr) {
    core_->options.metrics->request_finished(exchange.method, route, response.status, took);
  }
  if (!core_->options.access_log) return;
  log_info("http.request", {{"method", exchange.method},
                            {"route", route},
                            {"status", response.status},
                            {"ms", std::chrono::duration<double, std::milli>(took).count()},
                            {"bytes", response.body.size()},
                            {"remote", exchange.remote},
                            {"request_id", exchange.id}});
}

Task<> Session::refuse(const Refusal& refusal) {
  const auto id = request_id("");
  auto response = problem_response(refusal.status, refusal.type, refusal.title, refusal.detail, id);
  add_common_headers(response, core_->options, id, true);
  if (core_->options.access_log) {
    log_info("http.refused", {{"status", refusal.status}, {"remote", transport_->peer_address()}, {"request_id", id}});
  }
  auto head = print_head(response, false);
  co_await transport_->write(std::move(head), std::move(response.body));
  co_await transport_->linger();
}

}  // namespace omnify::http
