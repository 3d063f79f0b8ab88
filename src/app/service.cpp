#include "app/service.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include "api/routes.h"
#include "app/events_bridge.h"
#include "app/files.h"
#include "async/gate.h"
#include "base/error.h"
#include "base/log.h"
#include "database/database.h"
#include "database/migrations.h"
#include "http/client.h"
#include "http/metrics.h"
#include "http/server.h"
#include "http/static_files.h"
#include "jobs/queue.h"
#include "platforms/registry.h"
#include "sync/exchange_rates.h"

namespace omnify::app {
namespace {

constexpr std::chrono::hours kSweep{1};
constexpr std::size_t kCpuThreads = 2;

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> out;
  for (std::size_t start = 0; start <= text.size();) {
    const auto comma = std::min(text.find(',', start), text.size());
    const auto first = text.find_first_not_of(' ', start);
    if (first < comma) out.push_back(text.substr(first, text.find_last_not_of(' ', comma - 1) - first + 1));
    start = comma + 1;
  }
  return out;
}

bool over_https(const Settings& settings) { return settings.public_url.starts_with("https://"); }

api::ApiOptions api_options(const Settings& settings) {
  api::ApiOptions options;
  options.secure_cookies = over_https(settings);
  if (!settings.public_url.empty()) options.origins.push_back(settings.public_url);
  options.version = version();
  return options;
}

/// Every connection takes a file descriptor, and the usual limit is 1,024 although 500,000 are allowed: the limit is
/// raised as far as it goes, and what the rest of the program needs is kept back, so that a crowd gets 503 and not
/// silence.
std::size_t possible_connections(std::size_t wanted) {
  constexpr rlim_t kKeptBack = 256;
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return wanted;
  limit.rlim_cur = limit.rlim_max;
  if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) ::getrlimit(RLIMIT_NOFILE, &limit);
  const rlim_t usable = limit.rlim_cur > 2 * kKeptBack ? limit.rlim_cur - kKeptBack : limit.rlim_cur / 2;
  return std::min<rlim_t>(usable, wanted);
}

http::ServerOptions server_options(const Settings& settings, CpuPool& cpu, http::Metrics& metrics) {
  http::ServerOptions options;
  options.address = settings.address;
  options.port = static_cast<std::uint16_t>(settings.port);
  options.trusted_proxies = split(settings.trusted_proxies);
  options.behind_tls = over_https(settings);
  options.max_connections = possible_connections(options.max_connections);
  options.cpu = &cpu;
  options.metrics = &metrics;
  return options;
}

http::ClientOptions client_options(const ServiceOptions& options) {
  http::ClientOptions out;
  out.egress.allowed = split(options.settings.egress_allowed);
  out.egress.allow_loopback = options.allow_loopback;
  return out;
}

sync::ServiceOptions sync_options(const Settings& settings) {
  sync::ServiceOptions options;
  options.interval = std::chrono::minutes(settings.sync_minutes);
  options.backfill_days = settings.backfill_days;
  return options;
}

jobs::WorkerOptions worker_options(const Settings& settings) {
  jobs::WorkerOptions options;
  options.concurrency = static_cast<std::size_t>(settings.worker_jobs);
  options.lease = std::chrono::seconds(settings.job_lease_seconds);
  options.heartbeat = std::chrono::seconds(std::max(1, settings.job_lease_seconds / 4));
  return options;
}

sync::ImportSettings import_settings(const Settings& settings) {
  const std::filesystem::path scratch = std::filesystem::absolute(settings.data) / "scratch";
  make_private_folder(scratch);
  sync::ImportSettings out;
  out.scratch = scratch;
  return out;
}

/// Empty: nothing is fetched.
std::string rates_url(const Settings& settings) { return settings.rates_url == "none" ? "" : settings.rates_url; }

/// The vault as the room sync sees it.
class VaultCredentials final : public sync::CredentialSource {
 public:
  explicit VaultCredentials(vault::Vault& vault) : vault_(vault) {}
  Task<std::map<std::string, std::string>> read(OrganizationId organization, ConnectionId connection) override {
    return vault_.read(organization, connection);
  }

 private:
  vault::Vault& vault_;
};

Task<std::string> schema_problem(database::Database* database) {
  const int found = co_await database::schema_version(*database);
  const int expected = database::binary_schema_version();
  if (found < expected) co_return "The database needs \"omnify migrate\" before this version can serve.";
  // A newer program may be rolling out: ours keeps serving, because migrations are compatible with the version before.
  co_return "";
}

}  // namespace

std::string_view version() noexcept { return "0.1.0"; }

std::filesystem::path find_web(const std::string& named) {
  if (!named.empty()) return named;
  const auto beside = program_folder();
  for (const auto& folder : {beside / "../../../web/dist", beside / "../share/omnify/web"}) {
    std::error_code failure;
    if (std::filesystem::exists(folder / "index.html", failure)) return std::filesystem::canonical(folder, failure);
  }
  return {};
}

struct Service::State {
  State(boost::asio::any_io_executor the_executor, ServiceOptions the_options)
      : executor(the_executor), options(std::move(the_options)) {}

  boost::asio::any_io_executor executor;
  ServiceOptions options;
  CpuPool cpu{kCpuThreads};
  Gate gate{executor};
  database::Database database{
      executor, {.url = options.database_url, .size = static_cast<std::size_t>(options.settings.database_connections)}};
  jobs::Queue queue{database};
  jobs::Worker worker{executor, queue, worker_options(options.settings)};
  http::Client client{executor, client_options(options)};
  platforms::PlatformContext platform_context{.client = client,
                                              .meta_base_url = options.settings.meta_url,
                                              .tiktok_base_url = options.settings.tiktok_url,
                                              .google_base_url = options.settings.google_url,
                                              .google_token_url = options.settings.google_oauth_url};

  api::ResponseCache cache;
  api::EventHub events{[this](OrganizationId organization) { cache.forget(organization); }};
  EventsBridge bridge{executor, database, options.database_url, events, cache};

  tenancy::Accounts accounts{database, cpu};
  tenancy::Sessions sessions{database, cpu};
  vault::Vault vault{database, options.keys};
  VaultCredentials credentials{vault};
  sync::Service sync{
      sync::ServiceParts{
          database, queue, gate, credentials,
          [this](std::string platform, std::string account, std::map<std::string, std::string> fields) {
            return platforms::make_connector(platform, std::move(account), std::move(fields), platform_context);
          },
          [this](OrganizationId organization, const std::string& json) { events.publish(organization, json); }},
      sync_options(options.settings)};
  sync::ExchangeRates rates{{.database = database, .client = client, .cpu = cpu}, rates_url(options.settings)};
  sync::ImportService imports{database, cpu, import_settings(options.settings)};
  metrics::Service metrics{database};
  insights::Service insights{metrics, cpu};
  recommendations::Service recommendations{metrics, cpu};
  api::Uploads uploads{std::filesystem::absolute(options.settings.data) / "uploads", cpu};
  api::Health health{database, [this] { return schema_problem(&database); }};
  api::Services services{accounts, sessions,        vault,   queue,  sync,  imports, metrics,
                         insights, recommendations, uploads, events, cache, health,  api_options(options.settings)};

  http::Metrics measurements;
  std::unique_ptr<http::Server> server;
  bool working = false;

  [[nodiscard]] http::Router router();
  void add_gauges();
  void start_work();
  Task<> sweep_loop();
};

/// A worker answers whether it lives, and its figures; the rest is the business of the others.
http::Router Service::State::router() {
  http::Router out;
  if (options.settings.role == "worker") {
    out.add(api::health_routes(services));
  } else {
    out = api::make_router(services);
    if (!options.web.empty()) out.set_fallback(http::StaticFiles(options.web, &cpu).handler());
  }
  out.add(http::metrics_route(measurements, options.settings.metrics_token));
  return out;
}

void Service::State::add_gauges() {
  measurements.add_gauge("omnify_database_connections_open", "Open connections to the database",
                         [this] { return static_cast<double>(database.usage().open); });
  measurements.add_gauge("omnify_database_waiting", "Callers that wait for a connection to the database",
                         [this] { return static_cast<double>(database.usage().waiting); });
  measurements.add_gauge("omnify_event_streams", "Open streams of server-sent events",
                         [this] { return static_cast<double>(events.streams()); });
  measurements.add_gauge("omnify_cache_bytes", "Bytes of cached answers",
                         [this] { return static_cast<double>(cache.counts().bytes); });
  measurements.add_gauge("omnify_cache_hits", "Answers from the cache since the start",
                         [this] { return static_cast<double>(cache.counts().hits); });
}

void Service::State::start_work() {
  sync.register_jobs(worker);
  imports.register_jobs(worker);
  imports.on_change([this](OrganizationId organization, const sync::ImportRun& run) {
    const bool figures = run.state == sync::ImportState::succeeded && run.facts_written > 0;
    if (figures) events.publish(organization, R"({"kind":"data"})");
    events.publish(organization, fmt::format(R"({{"kind":"import","import_id":"{}"}})", run.id.text()));
  });
  // Answers of other processes are at most as old as their caches keep them, a minute.
  rates.on_change([this] {
    cache.forget_all();
    events.deliver_all(R"({"kind":"data"})");
  });
  worker.start();
  gate.spawn("sync.schedule", sync.schedule_loop());
  gate.spawn("rates.refresh", rates.refresh_loop());
  working = true;
}

Task<> Service::State::sweep_loop() {
  while (true) {
    try {
      co_await sessions.sweep();
      co_await uploads.sweep();
    } catch (const Error& error) {
      if (error.code() == Code::cancelled) throw;
      log_warning("sweep.failed", {{"error", error.detail()}});
    }
    co_await sleep_for(kSweep);
  }
}

Service::Service(boost::asio::any_io_executor executor, ServiceOptions options)
    : state_(std::make_unique<State>(std::move(executor), std::move(options))) {}

Service::~Service() = default;

Task<> Service::start() {
  auto& state = *state_;
  if (const auto problem = co_await schema_problem(&state.database); !problem.empty()) {
    throw Error(Code::conflict, problem);
  }
  co_await database::check_runtime_role(state.database);
  state.add_gauges();
  state.server = std::make_unique<http::Server>(state.executor, state.router(),
                                                server_options(state.options.settings, state.cpu, state.measurements));
  state.server->listen();
  state.bridge.start();
  state.gate.spawn("sweep", state.sweep_loop());
  if (state.options.settings.role != "api") {
    co_await state.imports.fail_interrupted_imports();
    state.start_work();
  }
  log_info("server.started", {{"address", state.options.settings.address},
                              {"port", state.server->port()},
                              {"role", state.options.settings.role},
                              {"version", version()}});
}

Task<> Service::stop(std::chrono::steady_clock::duration grace) {
  auto& state = *state_;
  const auto until = std::chrono::steady_clock::now() + grace;
  const auto left = [until] {
    return std::max(until - std::chrono::steady_clock::now(), std::chrono::steady_clock::duration::zero());
  };
  log_info("server.stopping");
  state.health.start_draining();
  if (state.server) co_await state.server->stop(left());
  if (state.working) co_await state.worker.stop(left());
  co_await state.gate.close(std::chrono::seconds(0));
  co_await state.bridge.stop();
  co_await state.database.close();
  log_info("server.stopped");
}

std::uint16_t Service::port() const noexcept { return state_->server ? state_->server->port() : 0; }

api::Services& Service::services() noexcept { return state_->services; }

void Service::set_meta_url(std::string url) { state_->platform_context.meta_base_url = std::move(url); }
void Service::set_rates_url(std::string url) { state_->rates.set_url(std::move(url)); }

}  // namespace omnify::app
