#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include "async/signal.h"
#include "http/event_stream.h"
#include "http/support.h"

namespace omnify::http {
namespace {

using testing::eventually;
using testing::get;
using ::testing::HasSubstr;
using testing::post;
using testing::RawClient;
using testing::TestServer;

Route row(Method method, std::string path, Handler handler) {
  return {method, std::move(path), {"test", "A test", "Test", ""}, std::move(handler)};
}

/// Hands each stream that a client opens to the test.
struct Hub {
  EventStream::Options options;
  std::vector<std::shared_ptr<EventStream>> streams;
  std::atomic<int> closed = 0;

  static Task<Response> open(Hub* hub) {
    auto stream = std::make_shared<EventStream>(hub->options);
    stream->on_close([hub] { ++hub->closed; });
    hub->streams.push_back(stream);
    co_return Response::event_stream(stream);
  }
  Route route() {
    return row(Method::get, "/api/events", [this](Request) { return open(this); });
  }
};

class EventsTest : public ::testing::Test {
 protected:
  void start() {
    Router router;
    router.add(hub.route());
    server = std::make_unique<TestServer>(std::move(router));
  }
  bool push(const EventFrame& frame) {
    return server->io().call([&] { return hub.streams.at(0)->push(frame); });
  }
  void open(RawClient& client) {
    client.send(get("/api/events"));
    ASSERT_TRUE(client.receive_until("retry: "));
  }

  Hub hub;
  std::unique_ptr<TestServer> server;
};

TEST_F(EventsTest, DeliversEventsAsTheyCome) {
  start();
  RawClient client(server->port());
  open(client);
  EXPECT_THAT(client.received(), HasSubstr("Content-Type: text/event-stream; charset=utf-8\r\n"));
  EXPECT_THAT(client.received(), HasSubstr("Cache-Control: no-store\r\n"));
  EXPECT_TRUE(push(make_event("sync", "{\"a\":1}\nsecond", "17")));
  EXPECT_TRUE(client.receive_until("id: 17\nevent: sync\ndata: {\"a\":1}\ndata: second\n\n"));
  EXPECT_TRUE(push(make_event("data", "x")));
  EXPECT_TRUE(client.receive_until("event: data\ndata: x\n\n"));
}

TEST_F(EventsTest, SendsCommentsWhileNothingHappens) {
  hub.options.comment_interval = std::chrono::seconds(1);
  start();
  RawClient client(server->port());
  open(client);
  EXPECT_TRUE(client.receive_until("\n\n:\n\n"));
}

TEST_F(EventsTest, DropsAReaderThatIsTooSlowAndNobodyElse) {
  start();
  RawClient slow(server->port());
  open(slow);
  RawClient good(server->port());
  open(good);
  const auto frame = make_event("data", std::string(256 * 1024, 'x'));
  int pushed = 0;
  EXPECT_TRUE(eventually([&] { return ++pushed > 100'000 || !push(frame); }));
  EXPECT_TRUE(server->io().call([&] { return hub.streams.at(0)->overflowed(); }));
  EXPECT_TRUE(eventually([&] { return server->connections() == 1; }));
  server->io().call([&] { return hub.streams.at(1)->push(make_event("data", "still here")); });
  EXPECT_TRUE(good.receive_until("data: still here\n\n"));
}

TEST_F(EventsTest, NoticesThatTheClientLeft) {
  start();
  {
    RawClient client(server->port());
    open(client);
  }
  EXPECT_TRUE(eventually([&] { return hub.closed == 1; }));
  EXPECT_TRUE(eventually([&] { return server->connections() == 0; }));
  EXPECT_FALSE(push(make_event("data", "x")));
}

TEST_F(EventsTest, EndsWhenTheRightToReadIsGone) {
  hub.options.comment_interval = std::chrono::seconds(1);
  hub.options.recheck_interval = std::chrono::seconds(1);
  hub.options.still_allowed = []() -> Task<bool> { co_return false; };
  start();
  RawClient client(server->port());
  open(client);
  EXPECT_TRUE(client.closed());
}

TEST_F(EventsTest, ClosesFirstWhenTheServerStops) {
  start();
  RawClient client(server->port());
  open(client);
  push(make_event("data", "last"));
  server->stop(std::chrono::seconds(5));
  EXPECT_TRUE(client.closed());
  EXPECT_THAT(client.received(), HasSubstr("data: last\n\nretry: "));
  EXPECT_EQ(hub.closed, 1);
}

Task<Response> count_body(Request request) {
  std::uint64_t total = 0;
  std::size_t most = 0;
  for (;;) {
    const auto piece = co_await request.body_reader->next();
    if (piece.empty()) break;
    total += piece.size();
    most = std::max(most, piece.size());
  }
  co_return Response::text(fmt::format("{} {} {}", total, most, request.body_reader->announced().value_or(0)));
}

Task<Response> refuse_body(Request) {
  throw Error(Code::permission_denied, "You may not upload.");
  co_return Response{};
}

class UploadTest : public ::testing::Test {
 protected:
  static Router make_router() {
    Router router;
    auto upload = row(Method::post, "/api/uploads", count_body);
    upload.streaming = true;
    upload.body_limit = 8 << 20;
    router.add(std::move(upload));
    auto refused = row(Method::post, "/api/refused", refuse_body);
    refused.streaming = true;
    router.add(std::move(refused));
    return router;
  }
  static ServerOptions make_options() {
    ServerOptions options;
    options.read_limit = std::chrono::seconds(1);
    return options;
  }

  TestServer server{make_router(), make_options()};
};

TEST_F(UploadTest, StreamsInPiecesUpToTheLimit) {
  RawClient client(server.port());
  EXPECT_EQ(client.exchange(post("/api/uploads", std::string(8 << 20, 'u'))).body, "8388608 65536 8388608");
  EXPECT_EQ(client.exchange(post("/api/uploads", "abc")).body, "3 3 3");
  EXPECT_EQ(client.exchange(post("/api/uploads", std::string((8 << 20) + 1, 'u'))).status, 413);
}

TEST_F(UploadTest, StreamsChunks) {
  RawClient client(server.port());
  client.send("POST /api/uploads HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
  for (int i = 0; i < 10; ++i) client.send(fmt::format("{:x}\r\n{}\r\n", 100'000, std::string(100'000, 'c')));
  client.send("0\r\n\r\n");
  EXPECT_THAT(client.receive().body, HasSubstr("1000000 "));
  EXPECT_EQ(client.exchange(post("/api/uploads", "again")).body, "5 5 5");
}

TEST_F(UploadTest, AnswersBeforeTheBodyWhenTheHandlerRefuses) {
  RawClient client(server.port());
  client.send("POST /api/refused HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\nstart");
  EXPECT_EQ(client.receive().status, 403);
  client.send(std::string(500'000, 'x'));
  client.close();
  EXPECT_TRUE(eventually([&] { return server.connections() == 0; }));
}

TEST_F(UploadTest, GivesUpOnAStalledBodyAndOnOneThatEndsEarly) {
  RawClient stalled(server.port());
  stalled.send("POST /api/uploads HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc");
  EXPECT_EQ(stalled.receive().status, 503);
  RawClient cut(server.port());
  cut.send("POST /api/uploads HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc");
  cut.close();
  EXPECT_TRUE(eventually([&] { return server.connections() == 0; }));
}

/// Requests wait in the handler until the test lets them go.
struct Lock {
  Signal opened;
  bool open = false;
  std::atomic<int> waiting = 0;

  static Task<Response> wait(Lock* lock) {
    ++lock->waiting;
    while (!lock->open) co_await lock->opened.wait(std::chrono::seconds(30));
    co_return Response::text("done");
  }
};

class DrainTest : public ::testing::Test {
 protected:
  Router make_router() {
    Router router;
    router.add(row(Method::get, "/api/wait", [this](Request) { return Lock::wait(&lock); }));
    return router;
  }

  Lock lock;
  TestServer server{make_router()};
};

TEST_F(DrainTest, FinishesWhatIsInFlightAndClosesWhatIsIdle) {
  RawClient idle(server.port());
  RawClient busy(server.port());
  EXPECT_EQ(idle.exchange(get("/api/none")).status, 404);
  busy.send(get("/api/wait"));
  ASSERT_TRUE(eventually([&] { return lock.waiting == 1; }));
  auto stopped = server.begin_stop(std::chrono::seconds(10));
  EXPECT_TRUE(idle.closed());
  EXPECT_THROW(RawClient(server.port()), boost::system::system_error);
  server.io().call([this] {
    lock.open = true;
    lock.opened.ring_all();
  });
  const auto response = busy.receive();
  EXPECT_EQ(response.body, "done");
  EXPECT_EQ(response.headers.value("Connection"), "close");
  EXPECT_TRUE(busy.closed());
  stopped.get();
}

TEST_F(DrainTest, CutsWhatDoesNotEndInTime) {
  RawClient busy(server.port());
  busy.send(get("/api/wait"));
  ASSERT_TRUE(eventually([&] { return lock.waiting == 1; }));
  server.stop(std::chrono::milliseconds(50));
  EXPECT_TRUE(busy.closed());
}

}  // namespace
}  // namespace omnify::http
