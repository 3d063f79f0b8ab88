#include "wire/server.h"

#include <fmt/format.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <filesystem>
#include <fstream>

#include "async/gate.h"
#include "async/signal.h"
#include "base/error.h"
#include "base/log.h"

namespace omnify::sandbox::wire {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using tcp = asio::ip::tcp;

constexpr std::size_t kHeaderLimit = std::size_t{64} << 10U;
constexpr std::size_t kBodyLimit = std::size_t{16} << 20U;
constexpr std::chrono::seconds kIdleLimit{60};
constexpr std::size_t kPiece = std::size_t{64} << 10U;

Request to_request(const beast::http::request<beast::http::string_body>& message, std::uint16_t port) {
  Request request;
  request.method = message.method_string();
  const std::string_view target(message.target().data(), message.target().size());
  const auto mark = std::min(target.find('?'), target.size());
  request.path = std::string(target.substr(0, mark));
  if (mark < target.size()) request.query = parse_form(target.substr(mark + 1));
  for (const auto& field : message) {
    std::string name(field.name_string());
    std::transform(name.begin(), name.end(), name.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    request.headers.emplace_back(std::move(name), std::string(field.value()));
  }
  request.body = message.body();
  const auto host = find(request.headers, "host");
  request.base_url = host ? fmt::format("http://{}", *host) : fmt::format("http://127.0.0.1:{}", port);
  return request;
}

std::uintmax_t size_of(const Reply& reply) {
  return reply.file.empty() ? reply.body.size() : std::filesystem::file_size(reply.file);
}

std::string to_text(const Reply& reply, bool keep_alive) {
  const auto reason = beast::http::obsolete_reason(static_cast<beast::http::status>(reply.status));
  auto text = fmt::format("HTTP/1.1 {} {}\r\nContent-Type: {}\r\nContent-Length: {}\r\n", reply.status,
                          std::string_view(reason.data(), reason.size()), reply.content_type, size_of(reply));
  for (const auto& [name, value] : reply.headers) fmt::format_to(std::back_inserter(text), "{}: {}\r\n", name, value);
  text += keep_alive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n";
  const auto sent = reply.ending == Ending::truncated ? reply.body.size() / 2 : reply.body.size();
  return text.append(reply.body, 0, sent);
}

Reply answer(const Handler& handler, const Request& request) {
  try {
    return handler(request);
  } catch (const std::exception& error) {
    log_error("sandbox.handler_failed", {{"path", request.path}, {"error", error.what()}});
  }
  return Reply{.status = 500, .body = R"({"error":{"message":"The emulator failed.","code":1}})"};
}

}  // namespace

struct Server::State : std::enable_shared_from_this<Server::State> {
  State(asio::any_io_executor executor, Handler given, std::string where, std::uint16_t wanted)
      : acceptor(executor), gate(executor), handler(std::move(given)), address(std::move(where)), port(wanted) {}

  tcp::acceptor acceptor;
  Gate gate;
  Handler handler;
  std::string address;
  std::uint16_t port;

  Task<> accept() {
    while (acceptor.is_open()) {
      boost::system::error_code failure;
      auto socket = co_await acceptor.async_accept(asio::redirect_error(asio::use_awaitable, failure));
      if (failure == asio::error::operation_aborted) co_return;
      if (!failure) {
        gate.spawn("sandbox.session", serve(std::move(socket)));
        continue;
      }
      // Out of descriptors, most likely: connections that end give some back.
      co_await sleep_for(std::chrono::milliseconds(100));
    }
  }

  Task<> serve(tcp::socket socket) {
    socket.set_option(tcp::no_delay(true));
    beast::tcp_stream stream(std::move(socket));
    beast::flat_buffer buffer;
    boost::system::error_code failure;
    while (!gate.closed()) {
      beast::http::request_parser<beast::http::string_body> parser;
      parser.header_limit(kHeaderLimit);
      parser.body_limit(kBodyLimit);
      stream.expires_after(kIdleLimit);
      co_await beast::http::async_read(stream, buffer, parser, asio::redirect_error(asio::use_awaitable, failure));
      if (failure) co_return;
      const auto reply = answer(handler, to_request(parser.get(), port));
      if (reply.delay.count() > 0) co_await sleep_for(reply.delay);
      if (reply.ending == Ending::reset) co_return reset(stream);
      const bool keep = parser.keep_alive() && reply.ending == Ending::whole && !gate.closed();
      const auto text = to_text(reply, keep);
      stream.expires_after(kIdleLimit);
      co_await asio::async_write(stream, asio::buffer(text), asio::redirect_error(asio::use_awaitable, failure));
      if (!failure && !reply.file.empty()) failure = co_await send_file(stream, reply.file);
      if (failure || !keep) break;
    }
    stream.socket().shutdown(tcp::socket::shutdown_send, failure);
  }

  /// By value: the reply may be gone before the last piece.
  static Task<boost::system::error_code> send_file(beast::tcp_stream& stream, std::string path) {
    std::ifstream file(path, std::ios::binary);
    std::string piece(kPiece, '\0');
    boost::system::error_code failure;
    while (!failure && file) {
      file.read(piece.data(), static_cast<std::streamsize>(piece.size()));
      const auto count = static_cast<std::size_t>(file.gcount());
      if (count == 0) break;
      stream.expires_after(kIdleLimit);
      co_await asio::async_write(stream, asio::buffer(piece.data(), count),
                                 asio::redirect_error(asio::use_awaitable, failure));
    }
    co_return failure;
  }

  /// Closing without lingering makes the system send RST.
  static void reset(beast::tcp_stream& stream) {
    boost::system::error_code ignored;
    stream.socket().set_option(asio::socket_base::linger(true, 0), ignored);
    stream.socket().close(ignored);
  }
};

Server::Server(asio::any_io_executor executor, Handler handler, std::string address, std::uint16_t port)
    : state_(std::make_shared<State>(std::move(executor), std::move(handler), std::move(address), port)) {}

Server::~Server() = default;

void Server::listen() {
  auto& acceptor = state_->acceptor;
  try {
    const tcp::endpoint endpoint(asio::ip::make_address(state_->address), state_->port);
    acceptor.open(endpoint.protocol());
    acceptor.set_option(asio::socket_base::reuse_address(true));
    acceptor.bind(endpoint);
    acceptor.listen();
    state_->port = acceptor.local_endpoint().port();
  } catch (const boost::system::system_error& error) {
    throw Error(Code::unavailable, fmt::format("The sandbox cannot listen on {}:{}: {}.", state_->address, state_->port,
                                               error.code().message()));
  }
  state_->gate.spawn("sandbox.accept", state_->accept());
}

std::uint16_t Server::port() const noexcept { return state_->port; }

Task<> Server::stop() {
  boost::system::error_code ignored;
  state_->acceptor.close(ignored);
  co_await state_->gate.close(std::chrono::milliseconds(300));
}

}  // namespace omnify::sandbox::wire
