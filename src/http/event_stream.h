// Server-sent events (HTML standard §9.2). A handler makes a stream, registers it with whoever publishes, and returns
// Response::event_stream(stream); the connection then writes what is pushed until one side ends it.
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "async/signal.h"
#include "async/task.h"

namespace omnify::http {

/// One event in its wire form, made once and shared by all streams that get it.
using EventFrame = std::shared_ptr<const std::string>;
/// `data` may have several lines. `id` comes back as Last-Event-ID when the browser reconnects.
[[nodiscard]] EventFrame make_event(std::string_view event, std::string_view data, std::string_view id = {});

/// Used on the I/O thread only.
class EventStream {
 public:
  static constexpr std::size_t kQueueLimit = 64;

  struct Options {
    std::chrono::seconds comment_interval{15};
    std::chrono::milliseconds retry{3000};  ///< what the browser waits before it reconnects; ± 20 % jitter is added
    /// Asked every `recheck_interval`: false ends the stream (the session ended, a role was taken away).
    std::function<Task<bool>()> still_allowed = {};
    std::chrono::seconds recheck_interval{60};
  };

  EventStream() : EventStream(Options{}) {}
  explicit EventStream(Options options) : options_(std::move(options)) {}

  /// False when the stream is closed, or closes now because the reader is kQueueLimit events behind: forget it.
  bool push(EventFrame frame);
  void close();
  [[nodiscard]] bool closed() const noexcept { return closed_; }
  /// The reader was too slow.
  [[nodiscard]] bool overflowed() const noexcept { return overflowed_; }
  /// Called once when the stream closes, whoever closed it: to unsubscribe.
  void on_close(std::function<void()> callback);

  // For the connection.
  [[nodiscard]] const Options& options() const noexcept { return options_; }
  /// All that is queued as one piece; empty when nothing came within `limit` or the stream closed.
  Task<std::string> take(std::chrono::steady_clock::duration limit);
  /// Called when the stream closes while a write may be stuck.
  void on_interrupt(std::function<void()> callback) { interrupt_ = std::move(callback); }

 private:
  Options options_;
  std::deque<EventFrame> queue_;
  Signal arrived_;
  std::function<void()> closed_callback_;
  std::function<void()> interrupt_;
  bool closed_ = false;
  bool overflowed_ = false;
};

}  // namespace omnify::http
