#include "shopify/sender.h"

#include "async/gate.h"
#include "async/signal.h"
#include "base/error.h"
#include "http/client.h"

namespace omnify::sandbox::shopify {
namespace {

constexpr int kRetries = 8;
constexpr std::chrono::hours kOldest{1};

http::ClientOptions client_options() {
  http::ClientOptions options;
  options.egress.allow_loopback = true;
  options.user_agent = "Shopify-Captain-Hook";
  options.connect_limit = std::chrono::milliseconds(1000);
  return options;
}

}  // namespace

struct Sender::State : std::enable_shared_from_this<Sender::State> {
  State(boost::asio::any_io_executor executor, SenderSources given, SenderOptions wanted)
      : gate(executor), client(executor, client_options()), sources(given), options(wanted) {}

  Gate gate;
  http::Client client;
  SenderSources sources;
  SenderOptions options;
  Instant seen{};

  Task<> watch() {
    seen = sources.clock.now();
    for (;;) {
      co_await sleep_for(options.tick);
      look();
    }
  }

  void look() {
    const auto now = sources.clock.now();
    const auto from = std::max(std::exchange(seen, now), now - kOldest);
    for (const auto& shop : sources.shops.all()) {
      if (!sources.webhooks.listens(shop.domain)) continue;
      for (const auto& event : events_between(sources.shops, shop, from, now)) {
        for (const auto& subscription : sources.webhooks.subscriptions(shop.domain, event.topic)) {
          auto delivery = make_delivery(subscription, event_body(sources.shops, shop, event),
                                        sources.access.client_secret(), event.at);
          gate.spawn("sandbox.webhook", deliver(std::move(delivery)));
        }
      }
    }
  }

  Task<bool> attempt(const Delivery& delivery) {
    http::ClientRequest request;
    request.method = "POST";
    request.url = delivery.uri;
    for (const auto& [name, value] : delivery.headers) request.headers.add(name, value);
    request.body = delivery.body;
    request.timeout = options.answer_limit;
    try {
      const auto response = co_await client.send(std::move(request));
      co_return response.status >= 200 && response.status < 300;
    } catch (const Error& error) {
      if (error.code() == Code::cancelled) throw;
      co_return false;
    }
  }

  Task<> deliver(Delivery delivery) {
    auto pause = options.first_retry;
    for (int retry = 0; retry <= kRetries; ++retry) {
      if (co_await attempt(delivery)) co_return;
      if (retry == kRetries) break;
      co_await sleep_for(pause);
      pause *= 2;
    }
    sources.webhooks.give_up(delivery.subscription);
  }

  Task<> deliver_in_order(std::vector<Delivery> deliveries, int copies) {
    for (const auto& delivery : deliveries) {
      for (int copy = 0; copy < copies; ++copy) co_await deliver(delivery);
    }
  }
};

Sender::Sender(boost::asio::any_io_executor executor, SenderSources sources, SenderOptions options)
    : state_(std::make_shared<State>(std::move(executor), sources, options)) {}

Sender::~Sender() = default;

void Sender::start() { state_->gate.spawn("sandbox.webhooks", state_->watch()); }

void Sender::send(std::vector<Delivery> deliveries, int copies) {
  state_->gate.spawn("sandbox.webhook", state_->deliver_in_order(std::move(deliveries), copies));
}

Task<> Sender::stop() { co_await state_->gate.close(std::chrono::milliseconds(300)); }

}  // namespace omnify::sandbox::shopify
