#include "wire/server.h"

#include <gtest/gtest.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <thread>

namespace omnify::sandbox::wire {
namespace {

using tcp = boost::asio::ip::tcp;

/// A server on a thread of its own; the test is its blocking client.
class Wire : public testing::Test {
 public:
  Wire() : server(context.get_executor(), [this](const Request& request) { return answer(request); }, "127.0.0.1", 0) {
    server.listen();
    thread = std::thread([this] { context.run(); });
  }
  ~Wire() override {
    boost::asio::co_spawn(context, server.stop(), [](const std::exception_ptr&) {});
    thread.join();
  }

 protected:
  Reply answer(const Request& request) {
    Reply reply;
    reply.body = request.method + " " + request.path + " " + std::string(find(request.query, "q").value_or("-")) + " " +
                 request.body;
    if (request.path == "/half") reply.ending = Ending::truncated;
    if (request.path == "/gone") reply.ending = Ending::reset;
    if (request.path == "/fails") throw std::runtime_error("on purpose");
    return reply;
  }
  /// Everything that the server sends until it closes, and how it closed.
  std::pair<std::string, boost::system::error_code> exchange(const std::string& text) {
    boost::asio::io_context own;
    tcp::socket socket(own);
    socket.connect({boost::asio::ip::make_address("127.0.0.1"), server.port()});
    boost::asio::write(socket, boost::asio::buffer(text));
    std::string received;
    boost::system::error_code ending;
    boost::asio::read(socket, boost::asio::dynamic_buffer(received), ending);
    return {received, ending};
  }

  boost::asio::io_context context{1};
  Server server;
  std::thread thread;
};

TEST_F(Wire, KeepsTheConnectionAndReadsBodiesOfEveryMethod) {
  const auto [text, ending] = exchange(
      "GET /a%20b?q=1%2B1+2 HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}"
      "POST /c HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc");
  EXPECT_NE(text.find("GET /a%20b 1+1 2 {}"), std::string::npos) << text;
  EXPECT_NE(text.find("POST /c - abc"), std::string::npos) << text;
  EXPECT_EQ(ending, boost::asio::error::eof);
}

TEST_F(Wire, BreaksOffAsOrdered) {
  const auto [half, half_ending] = exchange("GET /half HTTP/1.1\r\nHost: x\r\n\r\n");
  const auto body = half.substr(half.find("\r\n\r\n") + 4);
  EXPECT_EQ(half_ending, boost::asio::error::eof);
  EXPECT_NE(half.find("Content-Length: 12"), std::string::npos) << half;
  EXPECT_EQ(body.size(), 6U);
  const auto [none, reset] = exchange("GET /gone HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_TRUE(none.empty());
  EXPECT_EQ(reset, boost::asio::error::connection_reset);
}

TEST_F(Wire, AFailingHandlerGives500) {
  const auto [text, ending] = exchange("GET /fails HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_TRUE(text.starts_with("HTTP/1.1 500 "));
}

TEST(WireForm, DecodesAndEncodes) {
  const auto fields = parse_form("a=1&b=%7B%22x%22%3A1%7D&c&d=%zz");
  EXPECT_EQ(find(fields, "b"), R"({"x":1})");
  EXPECT_EQ(find(fields, "c"), "");
  EXPECT_EQ(find(fields, "d"), "%zz");
  EXPECT_EQ(url_encode("a b&c/ä"), "a%20b%26c%2F%C3%A4");
}

}  // namespace
}  // namespace omnify::sandbox::wire
