#include "http/server.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "async/signal.h"
#include "http/endpoint.h"
#include "http/metrics.h"
#include "http/support.h"

namespace omnify::http {
namespace {

using testing::get;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::post;
using testing::RawClient;
using testing::RawResponse;
using ::testing::StartsWith;
using testing::TestServer;

constexpr std::size_t kBodyLimit = 100'000;

Task<Response> answer_hello(Request request) { co_return Response::json("{\"id\":\"" + request.request_id + "\"}"); }
Task<Response> answer_echo(Request request) { co_return Response::text(std::move(request.body)); }
Task<Response> answer_large(Request) { co_return Response::json("[\"" + std::string(200'000, 'a') + "\"]"); }
Task<Response> answer_small(Request) { co_return Response::json("[\"" + std::string(500, 'a') + "\"]"); }
Task<Response> answer_bug(Request) {
  throw std::runtime_error("password=hunter2");
  co_return Response{};
}
Task<Response> answer_refusal(Request) {
  throw Error(Code::rate_limited, "Wait a moment.").with_retry_after(std::chrono::seconds(7));
  co_return Response{};
}
Task<Response> answer_slowly(Request) {
  co_await sleep_for(std::chrono::seconds(60));
  co_return Response{};
}
Task<Response> answer_name(Request request) {
  co_return Response::text(std::string(request.path_parameters.value("name")) + "|" + request.remote_address);
}

Route row(Method method, std::string path, Handler handler) {
  return {method, std::move(path), {"test", "A test", "Test", ""}, std::move(handler)};
}

Router make_router() {
  Router router;
  router.add(row(Method::get, "/api/hello", answer_hello));
  router.add(row(Method::get, "/api/large", answer_large));
  router.add(row(Method::get, "/api/small", answer_small));
  router.add(row(Method::get, "/api/bug", answer_bug));
  router.add(row(Method::get, "/api/refusal", answer_refusal));
  router.add(row(Method::get, "/api/names/{name}", answer_name));
  auto slow = row(Method::get, "/api/slow", answer_slowly);
  slow.handle_limit = std::chrono::seconds(1);
  router.add(std::move(slow));
  auto echo = row(Method::post, "/api/echo", answer_echo);
  echo.body_limit = kBodyLimit;
  router.add(std::move(echo));
  return router;
}

class ServerTest : public ::testing::Test {
 protected:
  RawResponse once(std::string_view bytes) { return RawClient(server.port()).exchange(bytes); }

  TestServer server{make_router()};
};

boost::json::object problem_of(const RawResponse& response) {
  EXPECT_EQ(response.headers.value("Content-Type"), "application/problem+json");
  auto problem = boost::json::parse(response.body).as_object();
  EXPECT_EQ(problem["status"], response.status);
  EXPECT_EQ(problem["request_id"].as_string(), std::string(response.headers.value("X-Request-Id")));
  EXPECT_THAT(std::string(problem["type"].as_string()), StartsWith("/api/problems/"));
  EXPECT_FALSE(problem["title"].as_string().empty());
  EXPECT_FALSE(problem["detail"].as_string().empty());
  return problem;
}

TEST_F(ServerTest, KeepsTheConnectionAndAnswersRequestsSentAtOnceInTheirOrder) {
  RawClient client(server.port());
  client.send(post("/api/echo", "one") + post("/api/echo", "two") + get("/api/names/three"));
  EXPECT_EQ(client.receive().body, "one");
  EXPECT_EQ(client.receive().body, "two");
  EXPECT_EQ(client.receive().body, "three|127.0.0.1");
  EXPECT_EQ(client.exchange(get("/api/hello", "Connection: close\r\n")).headers.value("Connection"), "close");
  EXPECT_TRUE(client.closed());
}

TEST_F(ServerTest, ClosesAfterHttp10) {
  RawClient client(server.port());
  EXPECT_EQ(client.exchange("GET /api/hello HTTP/1.0\r\n\r\n").status, 200);
  EXPECT_TRUE(client.closed());
}

TEST_F(ServerTest, SendsTheSecurityHeadersAndNoServerHeader) {
  const auto response = once(get("/api/hello"));
  EXPECT_THAT(std::string(response.headers.value("Content-Security-Policy")), HasSubstr("frame-ancestors 'none'"));
  EXPECT_THAT(std::string(response.headers.value("Content-Security-Policy")), Not(HasSubstr("unsafe")));
  EXPECT_EQ(response.headers.value("X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(response.headers.value("Referrer-Policy"), "strict-origin-when-cross-origin");
  EXPECT_EQ(response.headers.value("Cross-Origin-Opener-Policy"), "same-origin");
  EXPECT_EQ(response.headers.value("Cache-Control"), "no-store");
  EXPECT_FALSE(response.headers.contains("Server"));
  EXPECT_FALSE(response.headers.contains("Strict-Transport-Security"));
  EXPECT_TRUE(response.headers.contains("Date"));
}

TEST_F(ServerTest, TakesASaneRequestIdAndReplacesAnotherOne) {
  EXPECT_EQ(once(get("/api/hello", "X-Request-Id: abc-123.DEF_4\r\n")).headers.value("X-Request-Id"), "abc-123.DEF_4");
  const auto replaced = once(get("/api/hello", "X-Request-Id: <script>alert\r\n"));
  EXPECT_EQ(replaced.headers.value("X-Request-Id").size(), 36U);
  EXPECT_THAT(replaced.body, HasSubstr(std::string(replaced.headers.value("X-Request-Id"))));
}

TEST_F(ServerTest, AnswersUnknownPathsAndMethodsWithProblems) {
  EXPECT_EQ(problem_of(once(get("/api/none"))).at("type"), "/api/problems/not-found");
  const auto wrong = once(post("/api/hello", ""));
  EXPECT_EQ(wrong.status, 405);
  EXPECT_EQ(wrong.headers.value("Allow"), "GET, HEAD");
  problem_of(wrong);
  for (const std::string method : {"TRACE", "CONNECT", "BREW"}) {
    const auto response = once(method + " /api/hello HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(response.status, 405) << method;
    EXPECT_TRUE(response.headers.contains("Allow"));
  }
}

TEST_F(ServerTest, AnswersHeadWithoutABody) {
  RawClient client(server.port());
  client.send("HEAD /api/large HTTP/1.1\r\nHost: x\r\n\r\n");
  const auto head = client.receive(false);
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.headers.value("Content-Length"), "200004");
  EXPECT_EQ(client.exchange(get("/api/hello")).status, 200);
}

TEST_F(ServerTest, TurnsErrorsIntoProblemsAndBugsIntoAnIdOnly) {
  const auto refusal = once(get("/api/refusal"));
  EXPECT_EQ(refusal.status, 429);
  EXPECT_EQ(refusal.headers.value("Retry-After"), "7");
  EXPECT_EQ(problem_of(refusal).at("detail"), "Wait a moment.");
  const auto bug = once(get("/api/bug"));
  EXPECT_EQ(bug.status, 500);
  problem_of(bug);
  EXPECT_THAT(bug.body, Not(HasSubstr("hunter2")));
}

TEST_F(ServerTest, StopsAHandlerThatTakesTooLong) {
  const auto response = once(get("/api/slow"));
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(problem_of(response).at("type"), "/api/problems/deadline-exceeded");
}

TEST_F(ServerTest, HoldsTheLimitOfTheHeader) {
  constexpr std::size_t kLimit = 16 * 1024;
  const auto request = [](std::size_t size) {
    const std::string start = "GET /api/hello HTTP/1.1\r\nHost: x\r\nX-Filler: ";
    return start + std::string(size - start.size() - 4, 'f') + "\r\n\r\n";
  };
  ASSERT_EQ(request(kLimit).size(), kLimit);
  EXPECT_EQ(once(request(kLimit)).status, 200);
  const auto above = once(request(kLimit + 1));
  EXPECT_EQ(above.status, 431);
  problem_of(above);
}

TEST_F(ServerTest, HoldsTheLimitOfTheTarget) {
  constexpr std::size_t kLimit = 8 * 1024;
  const auto target = [](std::size_t size) { return "/api/hello?" + std::string(size - 11, 'q'); };
  EXPECT_EQ(once(get(target(kLimit))).status, 200);
  EXPECT_EQ(once(get(target(kLimit + 1))).status, 414);
  EXPECT_EQ(once(get(target(kLimit * 4))).status, 414);
}

TEST_F(ServerTest, HoldsTheLimitOfTheBodyWithALength) {
  EXPECT_EQ(once(post("/api/echo", std::string(kBodyLimit, 'b'))).body.size(), kBodyLimit);
  RawClient client(server.port());
  const auto above = client.exchange(post("/api/echo", std::string(kBodyLimit + 1, 'b')));
  EXPECT_EQ(above.status, 413);
  problem_of(above);
  EXPECT_TRUE(client.closed());
}

TEST_F(ServerTest, HoldsTheLimitOfTheBodyInChunks) {
  const auto chunked = [](std::size_t size) {
    return fmt::format(
        "POST /api/echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n{:x};note=1\r\n{}\r\n0\r\n\r\n", size,
        std::string(size, 'c'));
  };
  EXPECT_EQ(once(chunked(kBodyLimit)).body, std::string(kBodyLimit, 'c'));
  EXPECT_EQ(once(chunked(kBodyLimit + 1)).status, 413);
}

TEST_F(ServerTest, AsksForTheBodyOnlyWhenItWillTakeIt) {
  RawClient client(server.port());
  client.send("POST /api/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.receive().status, 100);
  EXPECT_EQ(client.exchange("abc").body, "abc");
  client.send("POST /api/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 999999\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.receive().status, 413);
}

TEST_F(ServerTest, RefusesWhatTwoParsersCouldReadDifferently) {
  const std::string start = "POST /api/echo HTTP/1.1\r\nHost: x\r\n";
  const std::string cases[] = {
      start + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      start + "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
      start + "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
      start + "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabc",
      start + "Content-Length: 3, 3\r\n\r\nabc",
      start + "Content-Length: +3\r\n\r\nabc",
      start + "Content-Length: 0x3\r\n\r\nabc",
      start + "Content-Length: -1\r\n\r\n",
      start + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
      start + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
      start + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
      "POST /api/echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      start + "X-A: 1\rX-B: 2\r\n\r\n",
      start + "X-A: 1\nX-B: 2\r\n\r\n",
      start + "X-A: 1\r\n folded\r\n\r\n",
      start + "X-A : 1\r\n\r\n",
      start + "X\x01: 1\r\n\r\n",
      start + "Host: y\r\n\r\n",
      "GET /api/hello HTTP/1.1\r\n\r\n",
      "GET /api/hello HTTP/2.0\r\nHost: x\r\n\r\n",
      "GET /api/hello\r\n\r\n",
      "GET  /api/hello HTTP/1.1\r\nHost: x\r\n\r\n",
      start + std::string("X-A: 1\0\r\n\r\n", 11),
      start + "Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n",
      start + "Transfer-Encoding: chunked\r\n\r\n3\nabc\r\n0\r\n\r\n",
  };
  for (const auto& bytes : cases) {
    RawClient client(server.port());
    EXPECT_EQ(client.exchange(bytes).status, 400) << bytes;
    EXPECT_TRUE(client.closed()) << bytes;
  }
}

TEST_F(ServerTest, RefusesBrokenEscapesAndDecodesPathsOnce) {
  EXPECT_EQ(once(get("/api/names/%zz")).status, 400);
  EXPECT_EQ(once(get("/api/names/a%00b")).status, 400);
  EXPECT_EQ(once(get("/api/hello?x=%4")).status, 400);
  EXPECT_EQ(once(get("/api/names/a%2Fb%252F")).body, "a/b%2F|127.0.0.1");
  EXPECT_EQ(once(get("http://localhost/api/names/x")).body, "x|127.0.0.1");
}

TEST_F(ServerTest, CompressesLargeBodiesAsTheClientPrefers) {
  const auto plain = once(get("/api/large"));
  EXPECT_FALSE(plain.headers.contains("Content-Encoding"));
  EXPECT_EQ(plain.headers.value("Vary"), "Accept-Encoding");
  for (const std::string coding : {"gzip", "br"}) {
    const auto response = once(get("/api/large", "Accept-Encoding: " + coding + "\r\n"));
    EXPECT_EQ(response.headers.value("Content-Encoding"), coding);
    EXPECT_LT(response.body.size(), 1000U);
    EXPECT_EQ(response.headers.value("ETag"), plain.headers.value("ETag"));
  }
  EXPECT_FALSE(once(get("/api/small", "Accept-Encoding: br\r\n")).headers.contains("Content-Encoding"));
}

TEST_F(ServerTest, AnswersNotModified) {
  const auto first = once(get("/api/small"));
  const std::string etag(first.headers.value("ETag"));
  EXPECT_THAT(etag, StartsWith("W/\""));
  RawClient client(server.port());
  const auto again = client.exchange(get("/api/small", "If-None-Match: \"x\", " + etag + "\r\n"));
  EXPECT_EQ(again.status, 304);
  EXPECT_EQ(again.headers.value("ETag"), etag);
  EXPECT_FALSE(again.headers.contains("Content-Length"));
  EXPECT_EQ(client.exchange(get("/api/small", "If-None-Match: \"x\"\r\n")).status, 200);
}

TEST(ServerLimits, TimesOutASlowRequest) {
  ServerOptions options;
  options.read_limit = std::chrono::seconds(1);
  TestServer server(make_router(), options);
  RawClient head(server.port());
  head.send("GET /api/hel");
  RawClient body(server.port());
  body.send("POST /api/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab");
  EXPECT_EQ(head.receive().status, 408);
  EXPECT_TRUE(head.closed());
  const auto late = body.receive();
  EXPECT_EQ(late.status, 408);
  problem_of(late);
}

TEST(ServerLimits, ClosesIdleConnectionsSilently) {
  ServerOptions options;
  options.idle_limit = std::chrono::seconds(1);
  TestServer server(make_router(), options);
  RawClient client(server.port());
  EXPECT_EQ(client.exchange(get("/api/hello")).status, 200);
  EXPECT_TRUE(client.closed());
  EXPECT_EQ(client.received(), "");
}

TEST(ServerLimits, TurnsAwayConnectionsAboveTheLimit) {
  ServerOptions options;
  options.max_connections = 2;
  TestServer server(make_router(), options);
  RawClient first(server.port());
  RawClient second(server.port());
  EXPECT_EQ(first.exchange(get("/api/hello")).status, 200);
  EXPECT_EQ(second.exchange(get("/api/hello")).status, 200);
  RawClient third(server.port());
  const auto refused = third.exchange(get("/api/hello"));
  EXPECT_EQ(refused.status, 503);
  EXPECT_TRUE(refused.headers.contains("Retry-After"));
  first.close();
  EXPECT_TRUE(testing::eventually([&] { return server.connections() < 2; }));
  EXPECT_EQ(RawClient(server.port()).exchange(get("/api/hello")).status, 200);
}

TEST(ServerLimits, BelievesOnlyTrustedProxies) {
  const std::string forwarded = "X-Forwarded-For: 9.9.9.9, 203.0.113.7\r\n";
  TestServer plain(make_router());
  EXPECT_EQ(RawClient(plain.port()).exchange(get("/api/names/x", forwarded)).body, "x|127.0.0.1");
  ServerOptions options;
  options.trusted_proxies = {"127.0.0.1"};
  options.behind_tls = true;
  TestServer proxied(make_router(), options);
  const auto response = RawClient(proxied.port()).exchange(get("/api/names/x", forwarded));
  EXPECT_EQ(response.body, "x|203.0.113.7");
  EXPECT_TRUE(response.headers.contains("Strict-Transport-Security"));
}

TEST(ServerStart, SaysThatThePortIsTaken) {
  TestServer first(make_router());
  testing::IoThread io;
  ServerOptions options;
  options.port = first.port();
  io.call([&] {
    Server second(io.executor(), make_router(), options);
    try {
      second.listen();
      ADD_FAILURE() << "two servers on one port";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), Code::unavailable);
      EXPECT_THAT(error.detail(), HasSubstr(std::to_string(first.port())));
    }
  });
}

TEST(ServerMetrics, CountsByTemplateAndStatus) {
  Metrics metrics;
  metrics.add_gauge("omnify_test_gauge", "A test.", [] { return 42.0; });
  auto router = make_router();
  router.add(metrics_route(metrics, ""));
  ServerOptions options;
  options.metrics = &metrics;
  TestServer server(std::move(router), options);
  RawClient client(server.port());
  client.exchange(get("/api/names/one"));
  client.exchange(get("/api/names/two"));
  client.exchange(get("/api/none"));
  const auto text = client.exchange(get("/metrics")).body;
  EXPECT_THAT(text, HasSubstr(R"(omnify_http_requests_total{method="GET",route="/api/names/{name}",status="200"} 2)"));
  EXPECT_THAT(text, HasSubstr(R"(route="",status="404"} 1)"));
  EXPECT_THAT(text, HasSubstr("omnify_http_requests_in_flight 1"));
  EXPECT_THAT(text, HasSubstr("omnify_http_connections 1"));
  EXPECT_THAT(text, HasSubstr("omnify_test_gauge 42"));
  EXPECT_EQ(client.exchange(get("/metrics", "X-Forwarded-For: 1.2.3.4\r\n")).status, 404);
}

}  // namespace
}  // namespace omnify::http
