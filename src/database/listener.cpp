#include "database/listener.h"

#include <fmt/format.h>

#include <algorithm>
#include <list>

#include "async/backoff.h"
#include "async/gate.h"
#include "async/signal.h"
#include "base/error.h"
#include "base/log.h"
#include "database/connection.h"

namespace omnify::database {
namespace {

constexpr std::chrono::seconds kConnectLimit{5};
// A half-open connection says nothing: ask now and then.
constexpr std::chrono::seconds kQuietLimit{30};
constexpr std::chrono::milliseconds kFirstPause{100};
constexpr std::chrono::milliseconds kLongestPause{5000};

constexpr std::chrono::milliseconds kNotifyPause{100};
constexpr std::size_t kLongestPayload = 7999;  // PostgreSQL refuses 8,000 bytes
constexpr std::size_t kMostWaiting = 1000;

void check_channel(std::string_view channel) {
  const bool plain = !channel.empty() && channel.size() <= 63 && std::ranges::all_of(channel, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
  if (!plain) throw Error(Code::internal, "A notification channel has lower-case letters, digits and underscores.");
}

constexpr Query kNotify{"database.notify", "SELECT pg_notify($1::text, $2::text)"};

}  // namespace

struct Listener::State {
  State(boost::asio::any_io_executor executor, std::string where, std::string name)
      : url(std::move(where)), channel(std::move(name)), gate(std::move(executor)) {}

  Task<> loop() {
    int attempt = 0;
    for (;;) {
      std::string reason;
      try {
        co_await listen(attempt);
      } catch (const Error& error) {
        if (error.code() == Code::cancelled) throw;
        reason = error.detail();
      }
      connected = false;
      ++attempt;
      log_warning("database.listener_lost", {{"channel", channel}, {"error", reason}});
      co_await sleep_for(backoff(attempt, kFirstPause, kLongestPause, random));
    }
  }

  /// One connection's life.
  Task<> listen(int& attempt) {
    auto connection = co_await Connection::open(url, kConnectLimit);
    co_await connection->run_script(fmt::format("LISTEN \"{}\"", channel), kConnectLimit, "database.listen");
    connected = true;
    attempt = 0;
    if (connected_before) deliver(std::string(kListenerReset));
    connected_before = true;
    for (;;) {
      const auto payloads = co_await connection->notifications(kQuietLimit);
      for (const auto& payload : payloads) deliver(payload);
      if (payloads.empty()) co_await connection->run_script("SELECT 1", kConnectLimit, "database.listener_ping");
    }
  }

  /// A callback may end its own subscription, or begin another one.
  void deliver(const std::string& payload) {
    std::vector<std::shared_ptr<Callback>> live;
    for (const auto& entry : subscribers) {
      if (auto callback = entry.lock()) live.push_back(std::move(callback));
    }
    std::erase_if(subscribers, [](const auto& entry) { return entry.expired(); });
    for (const auto& callback : live) (*callback)(payload);
  }

  std::string url;
  std::string channel;
  std::vector<std::weak_ptr<Callback>> subscribers;
  bool connected = false;
  bool connected_before = false;
  std::mt19937_64 random{std::random_device{}()};
  Gate gate;
};

Listener::Listener(boost::asio::any_io_executor executor, std::string url, std::string channel) {
  check_channel(channel);
  state_ = std::make_unique<State>(std::move(executor), std::move(url), std::move(channel));
}
Listener::~Listener() = default;

void Listener::start() { state_->gate.spawn("database.listener", state_->loop()); }

std::shared_ptr<void> Listener::subscribe(Callback callback) {
  auto shared = std::make_shared<Callback>(std::move(callback));
  state_->subscribers.push_back(shared);
  return shared;
}

bool Listener::connected() const noexcept { return state_->connected; }

Task<> Listener::stop() { return state_->gate.close(std::chrono::seconds(0)); }

struct Notifier::State {
  State(boost::asio::any_io_executor executor, Database& db, std::string name)
      : database(db), channel(std::move(name)), gate(std::move(executor)) {}

  Task<> flush() {
    while (!waiting.empty()) {
      std::vector<Execution> executions;
      for (const auto& payload : waiting) executions.push_back({kNotify, Params(channel, payload)});
      waiting.clear();
      try {
        co_await database.run_control(std::move(executions));
      } catch (const Error& error) {
        if (error.code() == Code::cancelled) throw;
        log_warning("database.notify_failed", {{"channel", channel}, {"error", error.detail()}});
      }
      co_await pause.wait(stopping ? std::chrono::milliseconds(0) : kNotifyPause);
    }
    flushing = false;
  }

  Database& database;
  std::string channel;
  std::vector<std::string> waiting;
  Signal pause;
  bool flushing = false;
  bool stopping = false;
  Gate gate;
};

Notifier::Notifier(boost::asio::any_io_executor executor, Database& database, std::string channel) {
  check_channel(channel);
  state_ = std::make_unique<State>(std::move(executor), database, std::move(channel));
}
Notifier::~Notifier() = default;

void Notifier::notify(std::string payload) {
  if (payload.size() > kLongestPayload) throw Error(Code::internal, "A notification is longer than 7,999 bytes.");
  auto& waiting = state_->waiting;
  if (std::ranges::find(waiting, payload) != waiting.end()) return;
  // So many that reading all again is cheaper.
  if (waiting.size() >= kMostWaiting) waiting.assign(1, std::string(kListenerReset));
  waiting.push_back(std::move(payload));
  if (state_->flushing || state_->gate.closed()) return;
  state_->flushing = true;
  state_->gate.spawn("database.notify", state_->flush());
}

Task<> Notifier::stop() {
  state_->stopping = true;
  state_->pause.ring_all();
  return state_->gate.close(std::chrono::seconds(2));
}

}  // namespace omnify::database
