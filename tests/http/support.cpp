#include "http/support.h"

#include <fmt/format.h>
#include <poll.h>

#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

namespace omnify::http::testing {
namespace {

constexpr std::chrono::seconds kPatience{10};

}  // namespace

TestServer::TestServer(Router router, ServerOptions options) {
  options.cpu = &cpu_;
  options.access_log = false;
  io_.call([&] {
    server_ = std::make_unique<Server>(io_.executor(), std::move(router), std::move(options));
    server_->listen();
  });
}

TestServer::~TestServer() {
  if (!stopped_) stop(std::chrono::milliseconds(0));
  io_.call([this] { server_.reset(); });
}

std::future<void> TestServer::begin_stop(std::chrono::milliseconds grace) {
  stopped_ = true;
  return boost::asio::co_spawn(io_.executor(), server_->stop(grace), boost::asio::use_future);
}

void TestServer::stop(std::chrono::milliseconds grace) { begin_stop(grace).get(); }

RawClient::RawClient(std::uint16_t port) : socket_(context_) {
  socket_.connect({boost::asio::ip::address_v4::loopback(), port});
}

void RawClient::send(std::string_view bytes) {
  boost::system::error_code ignored;  // the server may close while we still send: what it answered counts
  boost::asio::write(socket_, boost::asio::buffer(bytes), ignored);
}

bool RawClient::read_more() {
  pollfd entry{socket_.native_handle(), POLLIN, 0};
  const auto limit = std::chrono::duration_cast<std::chrono::milliseconds>(kPatience).count();
  if (::poll(&entry, 1, static_cast<int>(limit)) != 1) return false;
  char piece[16 * 1024];
  boost::system::error_code failure;
  const auto count = socket_.read_some(boost::asio::buffer(piece), failure);
  buffer_.append(piece, count);
  return !failure;
}

RawResponse RawClient::receive(bool has_body) {
  RawResponse response;
  while (buffer_.find("\r\n\r\n") == std::string::npos) {
    if (!read_more()) return response;
  }
  const auto end = buffer_.find("\r\n\r\n");
  const auto head = buffer_.substr(0, end + 2);
  buffer_.erase(0, end + 4);
  response.status = std::stoi(head.substr(9, 3));
  for (auto at = head.find("\r\n") + 2; at < head.size();) {
    const auto line_end = head.find("\r\n", at);
    const auto colon = head.find(": ", at);
    response.headers.add(head.substr(at, colon - at), head.substr(colon + 2, line_end - colon - 2));
    at = line_end + 2;
  }
  const auto length = response.headers.find("Content-Length");
  if (!length || !has_body) return response;
  const auto size = std::stoul(std::string(*length));
  while (buffer_.size() < size) {
    if (!read_more()) break;
  }
  response.body = buffer_.substr(0, size);
  buffer_.erase(0, size);
  return response;
}

bool RawClient::receive_until(std::string_view text) {
  while (buffer_.find(text) == std::string::npos) {
    if (!read_more()) return false;
  }
  return true;
}

bool RawClient::closed() {
  const auto until = std::chrono::steady_clock::now() + kPatience;
  while (std::chrono::steady_clock::now() < until) {
    if (!read_more()) return std::chrono::steady_clock::now() < until;
  }
  return false;
}

bool eventually(const std::function<bool()>& condition) {
  const auto until = std::chrono::steady_clock::now() + kPatience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > until) return false;
    ::poll(nullptr, 0, 5);
  }
  return true;
}

std::string get(std::string_view target, std::string_view lines) {
  return fmt::format("GET {} HTTP/1.1\r\nHost: localhost\r\n{}\r\n", target, lines);
}

std::string post(std::string_view target, std::string_view body, std::string_view lines) {
  return fmt::format("POST {} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n{}\r\n{}", target, body.size(),
                     lines, body);
}

}  // namespace omnify::http::testing
