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

Task<> stop_all(std::vector<wire::Server*> servers) {
  for (auto* server : servers) co_await server->stop();
}

void run_until_signal(boost::asio::io_context& context, const std::vector<wire::Server*>& servers) {
  boost::asio::signal_set signals(context, SIGINT, SIGTERM);
  signals.async_wait([&](boost::system::error_code failure, int) {
    if (failure) return;
    boost::asio::co_spawn(context, stop_all(servers), [](const std::exception_ptr&) {});
  });
  context.run();
}

void serve(const Options& options) {
  const auto epoch = options.epoch.empty() ? std::chrono::floor<std::chrono::days>(now()) : parse_day(options.epoch);
  if (!epoch) throw Error(Code::invalid_request, "--epoch must be a day as YYYY-MM-DD.");
  const market::World world(options.seed, market::parse_size(options.size).value_or(market::Size::small), *epoch);
  market::Clock clock;
  faults::Faults faults;
  meta::Access access(options.seed);
  access.require_proof(options.require_proof);
  meta::InsightsLimits limits;
  limits.report_time = std::chrono::milliseconds(options.report_milliseconds);
  meta::Api api(world, clock, faults, access, options.limited_tier ? meta::Tier::limited : meta::Tier::full, limits);
  const bank::Bank bank(world, clock);
  const bool generated = options.control_token.empty();
  const auto token = generated ? crypto::random_token(20) : options.control_token;
  control::Control control(world, clock, faults, access, token);
  tiktok::Access tiktok_access(options.seed);
  tiktok::Api tiktok_api(world, clock, faults, tiktok_access,
                         options.limited_tier ? tiktok::kBasic : tiktok::kUltimate);
  google::Access google_access(options.seed);
  google::Api google_api(world, clock, faults, google_access,
                         options.limited_tier ? google::AccessLevel::explorer : google::AccessLevel::standard);

  boost::asio::io_context context(1);
  wire::Server platforms(
      context.get_executor(),
      [&](const auto& request) { return bank::Bank::owns(request) ? bank.handle(request) : api.handle(request); },
      options.address, options.port);
  const auto handler = [](auto& facade) {
    return [&facade](const wire::Request& request) { return facade.handle(request); };
  };
  wire::Server controls(context.get_executor(), handler(control), options.address, options.control_port);
  wire::Server tiktok_server(context.get_executor(), handler(tiktok_api), options.address, options.tiktok_port);
  wire::Server google_server(context.get_executor(), handler(google_api), options.address, options.google_port);
  const std::vector<wire::Server*> servers{&platforms, &tiktok_server, &google_server, &controls};
  for (auto* server : servers) server->listen();
  const auto url = [&](const wire::Server& server) {
    return fmt::format("http://{}:{}", options.address, server.port());
  };
  control.set_urls(url(platforms), url(controls));
  control.set_tiktok(tiktok_access, url(tiktok_server));
  control.set_google(google_access, url(google_server));
  if (!options.ready_file.empty()) write_ready_file(options.ready_file, control.access_document());
  fmt::print("Meta on {}, TikTok on {}, Google on {}, control on {}\n", url(platforms), url(tiktok_server),
             url(google_server), url(controls));
  if (generated) fmt::print("Control token: {}\n", token);
  std::fflush(stdout);
  run_until_signal(context, servers);
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
