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
#include "bench/raw.h"
#include "bench/run.h"
#include "bench/visitor.h"
#include "bench/workload.h"
#include "crypto/fernet.h"
#include "crypto/random.h"
#include "http/client.h"
#include "metrics/store.h"
#include "platforms/connector.h"
#include "tenancy/accounts.h"

extern char** environ;

namespace omnify::bench {
namespace {

constexpr const char* kPlatforms[] = {"meta", "google", "tiktok", "shopify", "linkedin", "x"};
constexpr int kConnections = 8;
constexpr int kVisitors = 16;  // enough that the product, too, always has work
constexpr int kDays = 320;     // of data: enough for the longest range and the one before it, wherever they end

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

/// Returns the organization that was filled.
Task<OrganizationId> prepare(const DashboardPlace& place, Login login) {
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
    const auto rows = fact_rows(100, kDays, 10);
    sync::Loader loader(database);
    for (std::size_t start = 0; start < rows.size(); start += platforms::kBatchRows) {
      const auto first = rows.begin() + static_cast<std::ptrdiff_t>(start);
      co_await loader.load_facts(target, {first, first + platforms::kBatchRows});
    }
  }
  co_await database.close();
  co_return organization.id;
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

Day yesterday() { return std::chrono::floor<std::chrono::days>(now()) - std::chrono::days(1); }

/// 30 days on average, none twice: what the cache cannot know.
std::vector<RawRange> distinct_ranges() {
  std::vector<RawRange> out;
  // The lengths change fastest, so that any part of the list has 30 days on average.
  for (int shift = 0; shift < 240; ++shift) {
    for (int length = 21; length < 40; ++length) {
      const auto last = yesterday() - std::chrono::days(shift);
      out.push_back({last - std::chrono::days(length - 1), last});
    }
  }
  return out;
}

std::vector<RawRange> one_range(std::size_t times) {
  return std::vector<RawRange>(times, {yesterday() - std::chrono::days(29), yesterday()});
}

/// Every `step`-th range from `first` on, one after the other.
Task<> ask(Visitor& visitor, const std::vector<RawRange>& ranges, std::size_t first, std::size_t step,
           std::vector<double>& microseconds) {
  for (std::size_t i = first; i < ranges.size(); i += step) {
    const auto start = std::chrono::steady_clock::now();
    co_await visitor.get(
        fmt::format("/api/v1/overview?start={}&end={}", format_day(ranges[i].first), format_day(ranges[i].last)));
    microseconds.push_back(std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count());
  }
}

/// Requests per second of all visitors together.
double throughput(boost::asio::io_context& io, std::vector<Visitor>& visitors, const std::vector<RawRange>& ranges) {
  std::vector<double> unused;
  std::vector<std::future<void>> running;
  const auto elapsed = seconds([&] {
    for (std::size_t i = 0; i < visitors.size(); ++i) {
      running.push_back(
          boost::asio::co_spawn(io, ask(visitors[i], ranges, i, visitors.size(), unused), boost::asio::use_future));
    }
    io.restart();
    for (auto& future : running) {
      while (future.wait_for(std::chrono::seconds(0)) != std::future_status::ready) io.run_one();
      future.get();
    }
  });
  return static_cast<double>(ranges.size()) / elapsed;
}

double raw_throughput(const DashboardPlace& place, OrganizationId organization, const std::vector<RawRange>& ranges) {
  std::vector<RawStatement> statements;
  auto executions = metrics::store::overview(organization, {ranges.front().first, ranges.front().last});
  executions.push_back(metrics::store::settings(organization));
  for (const auto& execution : executions) {
    statements.push_back({std::string(execution.query.sql), execution.params.size()});
  }
  // The overview reads the previous period, too.
  auto both = ranges;
  for (auto& range : both) range.first -= range.last - range.first + std::chrono::days(1);
  return raw_overviews(place.runtime_url, organization, statements, both, kConnections);
}

}  // namespace

void measure_dashboard(Report& report, const DashboardPlace& place) {
  boost::asio::io_context io;
  const Login login;
  const auto organization = run(io, prepare(place, login));
  const int port = free_port(io);
  const Product product(place, port);
  http::Client client(io.get_executor(), {.egress = {.allow_loopback = true}});
  const auto base = fmt::format("http://127.0.0.1:{}", port);
  run(io, wait_until_ready(client, base));
  const auto cookie = run(io, log_in(client, base, login));
  std::vector<Visitor> visitors;
  for (int i = 0; i < kVisitors; ++i) visitors.emplace_back(io.get_executor(), port, cookie);

  const auto ranges = distinct_ranges();
  const auto quarter = static_cast<std::ptrdiff_t>(ranges.size() / 4);
  const std::vector<RawRange> warming(ranges.begin(), ranges.begin() + quarter);
  const std::vector<RawRange> alone(ranges.begin() + quarter, ranges.begin() + 2 * quarter);
  const std::vector<RawRange> together(ranges.begin() + 2 * quarter, ranges.end());
  const auto raw_before = raw_throughput(place, organization, together);
  // The product, too, has its connections open and its statements prepared before it is measured.
  throughput(io, visitors, warming);
  std::vector<double> single;
  run(io, ask(visitors.front(), alone, 0, 1, single));
  report.add(Latencies{.what = "overview, 30 days x 6 platforms, from the database", .microseconds = single});
  const auto from_database = throughput(io, visitors, together);
  // Before and after, because machines that share their processors change their speed within seconds.
  const auto raw = (raw_before + raw_throughput(place, organization, together)) / 2;
  report.add(Figure{.what = fmt::format("overview from the database, {} keep-alive connections", kVisitors),
                    .per_second = from_database,
                    .unit = "requests",
                    .reference = raw,
                    .reference_name = "raw pipelined libpq",
                    .target_ratio = 0.5});
  std::vector<double> cached;
  run(io, ask(visitors.front(), one_range(500), 0, 1, cached));
  report.add(Latencies{.what = "overview, 30 days x 6 platforms, cached", .microseconds = cached});
  report.add(Figure{.what = fmt::format("overview from the cache, {} keep-alive connections", kVisitors),
                    .per_second = throughput(io, visitors, one_range(4000)),
                    .unit = "requests",
                    .reference = raw,
                    .reference_name = "raw pipelined libpq",
                    .target_ratio = 1.0});
}

}  // namespace omnify::bench
