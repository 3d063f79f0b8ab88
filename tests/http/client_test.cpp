#include "http/client.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include "async/deadline.h"
#include "async/signal.h"
#include "http/support.h"
#include "http/url.h"

namespace omnify::http {
namespace {

using testing::eventually;
using ::testing::HasSubstr;
using testing::IoThread;
using ::testing::Not;
using testing::TestServer;

Task<Response> answer_mirror(Request request) {
  std::string text = std::string(to_string(request.method)) + " " + request.path;
  for (const auto& [name, value] : request.query) text += " " + name + "=" + value;
  text += " [" + std::string(request.header("X-Test")) + "] " + request.body;
  co_return Response::text(text);
}
Task<Response> answer_large(Request) { co_return Response::text(std::string(300'000, 'l')); }
Task<Response> answer_redirect(Request) { co_return Response::see_other("/mirror"); }
Task<Response> answer_never(Request) {
  co_await sleep_for(std::chrono::minutes(5));
  co_return Response{};
}

Route row(Method method, std::string path, Handler handler) {
  return {method, std::move(path), {"test", "A test", "Test", ""}, std::move(handler)};
}

class ClientTest : public ::testing::Test {
 protected:
  ClientTest() {
    ClientOptions options;
    options.egress.allow_loopback = true;
    io.call([&] { client = std::make_unique<Client>(io.executor(), options); });
  }
  void TearDown() override {
    io.call([&] { client.reset(); });
  }

  static Router make_router() {
    Router router;
    for (const auto method : {Method::get, Method::post, Method::put, Method::delete_}) {
      router.add(row(method, "/mirror", answer_mirror));
    }
    router.add(row(Method::get, "/large", answer_large));
    router.add(row(Method::get, "/redirect", answer_redirect));
    router.add(row(Method::get, "/never", answer_never));
    return router;
  }
  [[nodiscard]] std::string url(const std::string& path) const {
    return fmt::format("http://127.0.0.1:{}{}", server.port(), path);
  }
  ClientResponse send(ClientRequest request) { return io.run(client->send(std::move(request))); }
  ClientResponse fetch(const std::string& path) { return send({.url = url(path)}); }
  std::pair<std::optional<Code>, std::string> refused(ClientRequest request) {
    try {
      send(std::move(request));
    } catch (const Error& error) {
      return {error.code(), error.detail()};
    }
    return {};
  }

  TestServer server{make_router()};
  IoThread io;
  std::unique_ptr<Client> client;
};

TEST_F(ClientTest, SendsAndReceives) {
  const auto target = with_query(url("/mirror"), {{"a", "b c"}});
  const auto get = send({.url = target, .headers = {{"X-Test", "yes"}}});
  EXPECT_EQ(get.status, 200);
  EXPECT_EQ(get.body, "GET /mirror a=b c [yes] ");
  EXPECT_EQ(get.headers.value("content-type"), "text/plain; charset=utf-8");
  const std::string large(200'000, 'p');
  EXPECT_EQ(send({.method = "POST", .url = url("/mirror"), .body = large}).body, "POST /mirror [] " + large);
  EXPECT_EQ(send({.method = "POST", .url = url("/mirror")}).body, "POST /mirror [] ");
  EXPECT_EQ(send({.method = "PUT", .url = url("/mirror"), .body = "x"}).body, "PUT /mirror [] x");
  EXPECT_EQ(send({.method = "DELETE", .url = url("/mirror")}).body, "DELETE /mirror [] ");
  EXPECT_EQ(send({.method = "HEAD", .url = url("/large")}).body, "");
}

TEST_F(ClientTest, ReusesConnections) {
  for (int i = 0; i < 20; ++i) EXPECT_EQ(fetch("/mirror").status, 200);
  EXPECT_EQ(server.connections(), 1U);
}

TEST_F(ClientTest, RunsManyAtOnce) {
  std::vector<std::future<ClientResponse>> all;
  for (int i = 0; i < 100; ++i) {
    all.push_back(boost::asio::co_spawn(io.executor(), client->send({.url = url("/large")}), boost::asio::use_future));
  }
  for (auto& one : all) EXPECT_EQ(one.get().body.size(), 300'000U);
  EXPECT_LE(server.connections(), 16U);
  EXPECT_EQ(io.call([&] { return client->in_flight(); }), 0U);
}

TEST_F(ClientTest, DecodesAndStreamsBodies) {
  std::size_t total = 0;
  ClientRequest request{.url = url("/large")};
  request.sink = [&total](std::string_view piece) { total += piece.size(); };
  const auto response = send(std::move(request));
  EXPECT_EQ(response.headers.value("Content-Encoding"), "gzip");
  EXPECT_EQ(response.body, "");
  EXPECT_EQ(total, 300'000U);
}

TEST_F(ClientTest, PassesOnWhatTheSinkThrows) {
  ClientRequest request{.url = url("/large")};
  request.sink = [](std::string_view) { throw Error(Code::conflict, "No more."); };
  EXPECT_EQ(refused(std::move(request)).first, Code::conflict);
}

TEST_F(ClientTest, CapsTheResponse) {
  EXPECT_EQ(send({.url = url("/large"), .response_limit = 300'000}).body.size(), 300'000U);
  EXPECT_EQ(refused({.url = url("/large"), .response_limit = 299'999}).first, Code::upstream_permanent);
}

TEST_F(ClientTest, FollowsNoRedirect) {
  const auto response = fetch("/redirect");
  EXPECT_EQ(response.status, 303);
  EXPECT_EQ(response.headers.value("Location"), "/mirror");
}

TEST_F(ClientTest, GivesUpAfterItsTimeout) {
  const auto [code, detail] =
      refused({.url = url("/never?access_token=hunter2"), .timeout = std::chrono::milliseconds(200)});
  EXPECT_EQ(code, Code::upstream_retry);
  EXPECT_THAT(detail, Not(HasSubstr("hunter2")));
}

TEST_F(ClientTest, SaysThatNobodyAnswers) {
  server.stop(std::chrono::milliseconds(0));
  EXPECT_EQ(refused({.url = url("/mirror")}).first, Code::upstream_retry);
}

TEST_F(ClientTest, EndsAtOnceWhenCancelled) {
  auto signal = std::make_shared<boost::asio::cancellation_signal>();
  auto result = io.call([&] {
    return boost::asio::co_spawn(io.executor(), client->send({.url = url("/never")}),
                                 boost::asio::bind_cancellation_slot(signal->slot(), boost::asio::use_future));
  });
  ASSERT_TRUE(eventually([&] { return server.connections() == 1; }));
  io.call([&] { signal->emit(boost::asio::cancellation_type::terminal); });
  EXPECT_ANY_THROW(result.get());
  EXPECT_EQ(io.call([&] { return client->in_flight(); }), 0U);
  EXPECT_EQ(fetch("/mirror").status, 200);
  EXPECT_THROW(io.run(with_deadline(std::chrono::milliseconds(100), client->send({.url = url("/never")}))), Error);
  EXPECT_EQ(io.call([&] { return client->in_flight(); }), 0U);
}

TEST_F(ClientTest, GuardsAgainstAddressesInDisguise) {
  ClientOptions strict;
  strict.egress.allowed = {fmt::format("localhost:{}", server.port())};
  auto guarded = io.call([&] { return std::make_unique<Client>(io.executor(), strict); });
  const auto code = [&](std::string target) -> std::optional<Code> {
    try {
      io.run(guarded->send({.url = std::move(target), .timeout = std::chrono::seconds(5)}));
    } catch (const Error& error) {
      return error.code();
    }
    return std::nullopt;
  };
  EXPECT_EQ(code(fmt::format("http://localhost:{}/mirror", server.port())), std::nullopt);
  for (const auto* host : {"127.0.0.1", "2130706433", "0177.0.0.1", "0x7f.0.0.1", "0x7f000001", "127.1", "0", "[::1]",
                           "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::]", "169.254.169.254", "10.0.0.1", "localhost",
                           "user@example.com", "%31%32%37.0.0.1", "8.8.8.8"}) {
    EXPECT_EQ(code(fmt::format("https://{}/", host)), Code::upstream_permanent) << host;
    EXPECT_EQ(code(fmt::format("http://{}:{}/", host, server.port())),
              std::string_view(host) == "localhost" ? std::nullopt : std::optional(Code::upstream_permanent))
        << host;
  }
  for (const auto* target : {"file:///etc/passwd", "ftp://example.com/", "gopher://example.com/", "http://example.com/",
                             "https://example.com:8443/", "https://", "nonsense", "https://a:b@example.com/"}) {
    EXPECT_EQ(code(target), Code::upstream_permanent) << target;
  }
  io.call([&] { guarded.reset(); });
}

TEST(Egress, ForbidsEverythingThatIsNotPublic) {
  for (const auto* address : {"0.0.0.0",
                              "10.255.255.255",
                              "100.64.0.1",
                              "100.127.255.255",
                              "127.0.0.1",
                              "127.255.255.254",
                              "169.254.169.254",
                              "172.16.0.1",
                              "172.31.255.255",
                              "192.0.0.1",
                              "192.168.1.1",
                              "198.18.0.1",
                              "198.19.255.255",
                              "224.0.0.1",
                              "240.0.0.1",
                              "255.255.255.255",
                              "::",
                              "::1",
                              "fc00::1",
                              "fdff::1",
                              "fe80::1",
                              "febf::1",
                              "ff02::1",
                              "::ffff:10.0.0.1",
                              "::ffff:127.0.0.1",
                              "64:ff9b::10.0.0.1",
                              "64:ff9b::a9fe:a9fe",
                              "2002:7f00:1::",
                              "nonsense"}) {
    EXPECT_TRUE(is_forbidden_address(address)) << address;
  }
  for (const auto* address :
       {"8.8.8.8", "1.1.1.1", "100.63.255.255", "100.128.0.1", "172.15.0.1", "172.32.0.1", "192.0.1.1", "198.17.0.1",
        "198.20.0.1", "223.255.255.255", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8"}) {
    EXPECT_FALSE(is_forbidden_address(address)) << address;
  }
}

}  // namespace
}  // namespace omnify::http
