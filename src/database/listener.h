// LISTEN and NOTIFY: hints that something changed, fanned out to this process's subscribers. Never the truth: whoever
// must not miss a change polls as well.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <functional>
#include <memory>
#include <string>

#include "async/task.h"
#include "database/database.h"

namespace omnify::database {

/// The payload that subscribers get after every connect but the first: what was said meanwhile is lost, read again.
inline constexpr std::string_view kListenerReset = "reset";

/// One dedicated connection that listens on one channel and reconnects with back-off. On the I/O thread only.
class Listener {
 public:
  using Callback = std::function<void(const std::string& payload)>;

  /// `url` as in PoolOptions; `channel` letters, digits and underscores. Not through a transaction-mode pooler.
  Listener(boost::asio::any_io_executor executor, std::string url, std::string channel);
  ~Listener();

  void start();
  /// Called for each payload until the returned handle is destroyed. Must not throw or block.
  [[nodiscard]] std::shared_ptr<void> subscribe(Callback callback);
  /// True while the connection stands.
  [[nodiscard]] bool connected() const noexcept;
  Task<> stop();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Sends payloads to a channel at most ten times a second, outside of the caller's transaction (NOTIFY makes commits
/// wait for one another). Equal payloads that wait together are sent once.
class Notifier {
 public:
  Notifier(boost::asio::any_io_executor executor, Database& database, std::string channel);
  ~Notifier();

  /// Returns at once. `payload`: JSON with the organization's id, under 8,000 bytes, ids only; longer throws
  /// Error{internal}. A failure to send is logged, not reported: it is a hint.
  void notify(std::string payload);
  /// Sends what waits (up to two seconds) and ends.
  Task<> stop();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace omnify::database
