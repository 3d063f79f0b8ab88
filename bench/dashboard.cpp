#include "bench/dashboard.h"

#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

#include <boost/asio/ip/tcp.hpp>
#include <future>
#include <stdexcept>

#include "async/cpu_pool.h"
#include "async/signal.h"
#include "bench/run.h"
#include "bench/workload.h"
#include "crypto/fernet.h"
#include "crypto/random.h"
#include "http/client.h"
#include "platforms/connector.h"
#include "tenancy/accounts.h"

extern char** environ;

namespace omnify::bench {
namespace {

constexpr const char* kPlatforms[] = {"meta", "google", "tiktok", "shopify", "linkedin", "x"};
constexpr int kConnections = 8;
constexpr int kRequestsPerConnection = 500;

/// `omnify serve` beside this program; ended in the destructor.
class Product {
 public:
  Product(const DashboardPlace& place, int port) {
    const auto program = std::filesystem::read_symlink("/proc/self/exe").parent_path() / "omnify";
    const auto data = (place.folder / "serve").string();
    const auto port_text = std::to_string(port);
    std::vector<std::string> words{program.string(), "serve", "--port", port_text, "--data", data};
    std::vector<std::string> settings{"DATABASE_URL=" + place.runtime_url, "OMNIFY_LOG_LEVEL=warning",
                                      "OMNIFY_ENCRYPTION_KEYS=" + crypto::FernetKeys::generate_key()};
    for (char** variable = environ; *variable != nullptr; ++variable) settings.emplace_back(*variable);
    if (posix_spawn(&pid_, program.c_str(), nullptr, nullptr, pointers(words).data(), pointers(settings).data()) != 0) {
      throw std::runtime_error("omnify could not be started");
    }
  }
  ~Product() {
    ::kill(pid_, SIGTERM);
    ::waitpid(pid_, nullptr, 0);
  }
  Product(const Product&) = delete;
  Product& operator=(const Product&) = delete;

 private:
  static std::vector<char*> pointers(std::vector<std::string>& words) {
    std::vector<char*> out;
    for (auto& word : words) out.push_back(word.data());
    out.push_back(nullptr);
    return out;
  }
  pid_t pid_ = -1;
};

int free_port(boost::asio::io_context& io) {
  boost::asio::ip::tcp::acceptor acceptor(io, {boost::asio::ip::make_address("127.0.0.1"), 0});
  return acceptor.local_endpoint().port();
}

struct Login {
  std::string email = "bench@omnify.example";
  std::string password = crypto::random_token(16);
};

Task<> prepare(const DashboardPlace& place, Login login) {
  auto executor = co_await boost::asio::this_coro::executor;
  database::Database database(executor, {.url = place.runtime_url, .size = 2});
  CpuPool cpu(1);
  tenancy::Accounts accounts(database, cpu);
  const auto organization = co_await accounts.create_organization(
      {.name = "Dashboard", .reporting_currency = *Currency::parse("USD"), .target_roas = {}});
  co_await accounts.create_user(
      {.email = login.email, .name = "Bench", .password = login.password, .organization = organization.id});
  for (const auto* platform : kPlatforms) {
    const auto target = load_target(organization.id, platform);
    co_await load_workload_entities(database, target, 100, 10);
    const auto rows = fact_rows(100, 100, 10);
    sync::Loader loader(database);
    for (std::size_t start = 0; start < rows.size(); start += platforms::kBatchRows) {
      const auto first = rows.begin() + static_cast<std::ptrdiff_t>(start);
      co_await loader.load_facts(target, {first, first + platforms::kBatchRows});
    }
  }
  co_await database.close();
}

Task<bool> answers(http::Client& client, std::string url) {
  try {
    co_return (co_await client.send({.url = std::move(url)})).status == 200;
  } catch (const Error&) {
    co_return false;
  }
}

Task<> wait_until_ready(http::Client& client, std::string base) {
  for (int tries = 0; tries < 300; ++tries) {
    if (co_await answers(client, base + "/api/health/ready")) co_return;
    co_await sleep_for(std::chrono::milliseconds(100));
  }
  throw std::runtime_error("omnify did not become ready");
}

Task<std::string> log_in(http::Client& client, std::string base, Login login) {
  const auto response =
      co_await client.send({.method = "POST",
                            .url = base + "/api/v1/session",
                            .headers = {{"Content-Type", "application/json"}, {"X-OmniFy-CSRF", "1"}, {"Origin", base}},
                            .body = fmt::format(R"({{"email":"{}","password":"{}"}})", login.email, login.password)});
  for (const auto& [name, value] : response.headers) {
    if (name == "set-cookie" || name == "Set-Cookie") co_return value.substr(0, value.find(';'));
  }
  throw std::runtime_error(fmt::format("login answered {}", response.status));
}

/// 30 days that end `shift` days before yesterday: each shift is a range of its own.
std::string overview_url(const std::string& base, int shift) {
  const auto last = std::chrono::floor<std::chrono::days>(now()) - std::chrono::days(1 + shift);
  return fmt::format("{}/api/v1/overview?start={}&end={}", base, format_day(last - std::chrono::days(29)),
                     format_day(last));
}

struct Load {
  std::string base;
  std::string cookie;
  bool cached = false;
};

Task<> ask(http::Client& client, Load load, int first, int count, std::vector<double>& microseconds) {
  for (int i = 0; i < count; ++i) {
    // A query that is new to the cache has another order of its parameters or another range.
    auto url = overview_url(load.base, load.cached ? 0 : (first + i) % 40);
    const auto start = std::chrono::steady_clock::now();
    const auto response = co_await client.send({.url = std::move(url), .headers = {{"Cookie", load.cookie}}});
    microseconds.push_back(std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count());
    if (response.status != 200) throw std::runtime_error(fmt::format("the overview answered {}", response.status));
  }
}

void measure_load(Report& report, boost::asio::io_context& io, http::Client& client, const Load& load) {
  std::vector<double> single;
  run(io, ask(client, load, 0, load.cached ? 500 : 40, single));
  report.add(Latencies{.what = load.cached ? "overview, 30 days x 6 platforms, cached" : "the same, first request",
                       .microseconds = single});
  if (!load.cached) return;
  std::vector<double> all;
  std::vector<std::future<void>> running;
  const auto elapsed = seconds([&] {
    for (int connection = 0; connection < kConnections; ++connection) {
      running.push_back(
          boost::asio::co_spawn(io, ask(client, load, 0, kRequestsPerConnection, all), boost::asio::use_future));
    }
    io.restart();
    for (auto& future : running) {
      while (future.wait_for(std::chrono::seconds(0)) != std::future_status::ready) io.run_one();
      future.get();
    }
  });
  report.add(Figure{.what = "overview, cached, 8 keep-alive connections",
                    .per_second = kConnections * kRequestsPerConnection / elapsed,
                    .unit = "requests",
                    .reference = {},
                    .reference_name = {},
                    .target_ratio = {}});
}

}  // namespace

void measure_dashboard(Report& report, const DashboardPlace& place) {
  boost::asio::io_context io;
  const Login login;
  run(io, prepare(place, login));
  const int port = free_port(io);
  const Product product(place, port);
  const auto base = fmt::format("http://127.0.0.1:{}", port);
  http::Client client(io.get_executor(), {.egress = {.allow_loopback = true}});
  run(io, wait_until_ready(client, base));
  Load load{.base = base, .cookie = run(io, log_in(client, base, login))};
  measure_load(report, io, client, load);
  load.cached = true;
  measure_load(report, io, client, load);
}

}  // namespace omnify::bench
