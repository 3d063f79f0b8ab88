// Sends webhooks: what happens in the shops while the emulator runs, and what a test orders.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <memory>
#include <vector>

#include "async/task.h"
#include "shopify/access.h"
#include "shopify/webhooks.h"

namespace omnify::sandbox::shopify {

struct SenderOptions {
  std::chrono::milliseconds tick{2000};           ///< between two looks at what has happened
  std::chrono::milliseconds answer_limit{5000};   ///< for an answer of 2xx
  std::chrono::milliseconds first_retry{56'000};  ///< doubles seven times: eight retries within four hours
};

/// What the sender reads; all of it outlives the sender.
struct SenderSources {
  market::Shops& shops;
  const market::Clock& clock;
  Webhooks& webhooks;
  const Access& access;
};

/// Used on the I/O thread only.
class Sender {
 public:
  Sender(boost::asio::any_io_executor executor, SenderSources sources, SenderOptions options);
  ~Sender();
  Sender(const Sender&) = delete;
  Sender& operator=(const Sender&) = delete;

  /// Looks for events until it is stopped. After the clock was advanced only those of the last hour are sent: what a
  /// long outage lost is to be found by reading again.
  void start();
  /// Sends each message `copies` times, one after the other: the same webhook id every time.
  void send(std::vector<Delivery> deliveries, int copies);
  Task<> stop();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace omnify::sandbox::shopify
