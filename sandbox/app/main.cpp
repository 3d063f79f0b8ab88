// omnify-sandbox: an emulator of the platforms over one simulated market.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "bank/bank.h"
#include "base/error.h"
#include "base/log.h"
#include "control/control.h"
#include "crypto/random.h"
#include "google/api.h"
#include "meta/api.h"
#include "shopify/api.h"
#include "shopify/sender.h"
#include "tiktok/api.h"
#include "wire/server.h"

namespace omnify::sandbox {
namespace {

struct Options {
  std::string address = "127.0.0.1";
  std::uint16_t port = 8099;
  std::uint16_t control_port = 0;
  std::uint16_t tiktok_port = 0;
  std::uint16_t google_port = 0;
  std::uint16_t shopify_port = 0;
  bool shopify_plus = false;
  std::int64_t webhook_retry_milliseconds = 56'000;
  std::uint64_t seed = 1;
  std::string size = "small";
  std::string epoch;
  std::string control_token;
  std::string ready_file;
  bool require_proof = false;
  bool limited_tier = false;
  std::int64_t report_milliseconds = 1200;
};

void describe(CLI::App& app, Options& options) {
  app.add_option("--address", options.address, "Address to listen on")->capture_default_str();
  app.add_option("--port", options.port, "Port of Meta's API; 0: any free one")->capture_default_str();
  app.add_option("--control-port", options.control_port, "Port of the control interface; 0: any free one");
  app.add_option("--tiktok-port", options.tiktok_port, "Port of TikTok's API; 0: any free one");
  app.add_option("--google-port", options.google_port, "Port of Google Ads; 0: any free one");
  app.add_option("--shopify-port", options.shopify_port, "Port of Shopify's API; 0: any free one");
  app.add_flag("--shopify-plus", options.shopify_plus, "The large cost bucket of a Plus shop");
  app.add_option("--webhook-retry-milliseconds", options.webhook_retry_milliseconds,
                 "Pause before the first of eight retries of a webhook; it doubles")
      ->capture_default_str();
  app.add_option("--seed", options.seed, "Another seed is another market")->capture_default_str();
  app.add_option("--size", options.size, "small, agency or large")
      ->check(CLI::IsMember({"small", "agency", "large"}))
      ->capture_default_str();
  app.add_option("--epoch", options.epoch,
                 "Day (YYYY-MM-DD) around which the market's stories are told; today without it. Keep it to see the "
                 "same history again on a later day");
  app.add_option("--control-token", options.control_token, "Token of the control interface; generated without it");
  app.add_option("--ready-file", options.ready_file, "Written once both ports answer: addresses and access as JSON");
  app.add_flag("--require-proof", options.require_proof, "Every call needs appsecret_proof");
  app.add_flag("--limited-tier", options.limited_tier, "The small call quotas of a new app");
  app.add_option("--report-milliseconds", options.report_milliseconds, "Time that a small report takes")
      ->capture_default_str();
}

/// Appears whole or not at all, and for its owner only: it holds a token.
void write_ready_file(const std::string& path, const std::string& document) {
  const auto temporary = fmt::format("{}.{}", path, ::getpid());
  {
    std::ofstream file(temporary, std::ios::trunc);
    std::filesystem::permissions(temporary, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    file << document << '\n';
    if (!file.flush()) throw Error(Code::unavailable, fmt::format("The file {} cannot be written.", path));
  }
  std::filesystem::rename(temporary, path);
}

meta::InsightsLimits insights_limits(const Options& options) {
  meta::InsightsLimits limits;
  limits.report_time = std::chrono::milliseconds(options.report_milliseconds);
  return limits;
}

shopify::SenderOptions sender_options(const Options& options) {
  shopify::SenderOptions sender;
  sender.first_retry = std::chrono::milliseconds(options.webhook_retry_milliseconds);
  return sender;
}

shopify::ApiOptions shopify_options(const Options& options) {
  return {.plan = options.shopify_plus ? shopify::kPlus : shopify::kStandard,
          .shortest_bulk = std::chrono::milliseconds(options.report_milliseconds)};
}

/// All façades over one market, each on a port of its own.
class Emulator {
 public:
  Emulator(const Options& options, Day epoch, const std::string& token)
      : options_(options),
        world_(options.seed, market::parse_size(options.size).value_or(market::Size::small), epoch),
        control_(world_, clock_, faults_, meta_access_, token) {
    meta_access_.require_proof(options.require_proof);
  }

  void listen() {
    for (auto* server : servers()) server->listen();
    shopify_.set_url(url_of(shopify_server_));
    control_.set_urls(url_of(meta_server_), url_of(control_server_));
    control_.set_tiktok(tiktok_access_, url_of(tiktok_server_));
    control_.set_google(google_access_, url_of(google_server_));
    shopify_control_.emplace(control::ShopifyParts{shops_, clock_, shopify_access_, shopify_, &sender_},
                             url_of(shopify_server_));
    control_.set_shopify(*shopify_control_);
    sender_.start();
    if (!options_.ready_file.empty()) write_ready_file(options_.ready_file, control_.access_document());
    fmt::print("Meta on {}, TikTok on {}, Google on {}, Shopify on {}, control on {}\n", url_of(meta_server_),
               url_of(tiktok_server_), url_of(google_server_), url_of(shopify_server_), url_of(control_server_));
  }

  /// Until SIGINT or SIGTERM.
  void run() {
    boost::asio::signal_set signals(context_, SIGINT, SIGTERM);
    signals.async_wait([this](boost::system::error_code failure, int) {
      if (!failure) boost::asio::co_spawn(context_, stop(), [](const std::exception_ptr&) {});
    });
    context_.run();
  }

 private:
  [[nodiscard]] std::string url_of(const wire::Server& server) const {
    return fmt::format("http://{}:{}", options_.address, server.port());
  }
  [[nodiscard]] std::array<wire::Server*, 5> servers() {
    return {&meta_server_, &tiktok_server_, &google_server_, &shopify_server_, &control_server_};
  }
  Task<> stop() {
    co_await sender_.stop();
    for (auto* server : servers()) co_await server->stop();
  }
  template <class Facade>
  [[nodiscard]] static wire::Handler handler(Facade& facade) {
    return [&facade](const wire::Request& request) { return facade.handle(request); };
  }

  const Options& options_;
  market::World world_;
  market::Clock clock_;
  faults::Faults faults_;
  meta::Access meta_access_{options_.seed};
  meta::Api meta_{world_,
                  clock_,
                  faults_,
                  meta_access_,
                  options_.limited_tier ? meta::Tier::limited : meta::Tier::full,
                  insights_limits(options_)};
  tiktok::Access tiktok_access_{options_.seed};
  tiktok::Api tiktok_{world_, clock_, faults_, tiktok_access_,
                      options_.limited_tier ? tiktok::kBasic : tiktok::kUltimate};
  google::Access google_access_{options_.seed};
  google::Api google_{world_, clock_, faults_, google_access_,
                      options_.limited_tier ? google::AccessLevel::explorer : google::AccessLevel::standard};
  bank::Bank bank_{world_, clock_};
  market::Shops shops_{world_};
  shopify::Access shopify_access_{options_.seed};
  shopify::Api shopify_{shops_, clock_, faults_, shopify_access_, shopify_options(options_)};
  control::Control control_;
  std::optional<control::ShopifyControl> shopify_control_;
  boost::asio::io_context context_{1};
  shopify::Sender sender_{
      context_.get_executor(), {shops_, clock_, shopify_.webhooks(), shopify_access_}, sender_options(options_)};
  /// The bank publishes on Meta's port.
  wire::Server meta_server_{context_.get_executor(),
                            [this](const wire::Request& request) {
                              return bank::Bank::owns(request) ? bank_.handle(request) : meta_.handle(request);
                            },
                            options_.address, options_.port};
  wire::Server tiktok_server_{context_.get_executor(), handler(tiktok_), options_.address, options_.tiktok_port};
  wire::Server google_server_{context_.get_executor(), handler(google_), options_.address, options_.google_port};
  wire::Server shopify_server_{context_.get_executor(), handler(shopify_), options_.address, options_.shopify_port};
  wire::Server control_server_{context_.get_executor(), handler(control_), options_.address, options_.control_port};
};

void serve(const Options& options) {
  const auto epoch = options.epoch.empty() ? std::chrono::floor<std::chrono::days>(now()) : parse_day(options.epoch);
  if (!epoch) throw Error(Code::invalid_request, "--epoch must be a day as YYYY-MM-DD.");
  const bool generated = options.control_token.empty();
  const auto token = generated ? crypto::random_token(20) : options.control_token;
  Emulator emulator(options, *epoch, token);
  emulator.listen();
  if (generated) fmt::print("Control token: {}\n", token);
  std::fflush(stdout);
  emulator.run();
}

int run(int argc, char** argv) {
  Options options;
  CLI::App app("omnify-sandbox: the ad platforms' APIs over a simulated market");
  describe(app, options);
  CLI11_PARSE(app, argc, argv);
  try {
    serve(options);
    return 0;
  } catch (const Error& error) {
    fmt::print(stderr, "omnify-sandbox: {}\n", error.detail());
  } catch (const std::exception& error) {
    fmt::print(stderr, "omnify-sandbox: {}\n", error.what());
  }
  return 1;
}

}  // namespace
}  // namespace omnify::sandbox

int main(int argc, char** argv) { return omnify::sandbox::run(argc, argv); }
