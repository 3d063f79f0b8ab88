#include "bench/visitor.h"

#include <fmt/format.h>

#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <stdexcept>

namespace omnify::bench {

namespace asio = boost::asio;

Visitor::Visitor(const asio::any_io_executor& executor, int port, std::string cookie)
    : socket_(executor), port_(port), cookie_(std::move(cookie)) {}

Task<> Visitor::connect() {
  co_await socket_.async_connect({asio::ip::make_address("127.0.0.1"), static_cast<asio::ip::port_type>(port_)},
                                 asio::use_awaitable);
  socket_.set_option(asio::ip::tcp::no_delay(true));
}

Task<> Visitor::get(std::string target) {
  if (!socket_.is_open()) co_await connect();
  const auto request = fmt::format(
      "GET {} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nCookie: {}\r\nAccept: application/json\r\n"
      "Accept-Encoding: gzip, deflate, br\r\n\r\n",
      target, port_, cookie_);
  co_await asio::async_write(socket_, asio::buffer(request), asio::use_awaitable);
  boost::beast::http::response<boost::beast::http::string_body> answer;
  co_await boost::beast::http::async_read(socket_, buffer_, answer, asio::use_awaitable);
  if (answer.result_int() != 200) throw std::runtime_error(fmt::format("{} answered {}", target, answer.result_int()));
}

}  // namespace omnify::bench
