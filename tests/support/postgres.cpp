#include "support/postgres.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/file.h>
#include <unistd.h>

#include <charconv>

#include "database/cluster.h"
#include "database/connection.h"
#include "database/migrations.h"

namespace omnify::support {
namespace {

constexpr std::chrono::seconds kLimit{60};

// Named beside the query: no two test programs make the template at once, even in different build trees.
constexpr database::Query kFindDatabases{"support.find_databases",
                                         "SELECT datname::text FROM pg_database WHERE datname LIKE 'test\\_%'"};
constexpr database::Query kFindTemplate{"support.find_template",
                                        "SELECT 1::bigint FROM pg_database WHERE datname = $1::name"};

Task<> run_script(std::string url, std::string sql) {
  auto connection = co_await database::Connection::open(std::move(url), kLimit);
  co_await connection->run_script(std::move(sql), kLimit);
}

Task<database::Result> query(std::string url, database::Execution execution) {
  auto connection = co_await database::Connection::open(std::move(url), kLimit);
  std::vector<database::Execution> executions;
  executions.push_back(std::move(execution));
  auto results = co_await connection->execute(std::move(executions), kLimit);
  co_return std::move(results.front());
}

/// The server of this build tree, with the template database of the present migrations.
class SharedServer {
 public:
  SharedServer() : cluster_(database::Cluster::start({.folder = OMNIFY_BINARY_DIR "/test-cluster", .durable = false})) {
    const int lock = ::open(OMNIFY_BINARY_DIR "/test-cluster/template.lock", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock < 0 || ::flock(lock, LOCK_EX) != 0) throw std::runtime_error("the lock of the test server failed");
    drop_leftovers();
    make_template();
    ::close(lock);
  }

  [[nodiscard]] const database::Cluster& cluster() const { return cluster_; }
  [[nodiscard]] const std::string& template_name() const { return template_; }

 private:
  /// Databases of test programs that were killed: their names carry the process id.
  void drop_leftovers() {
    boost::asio::io_context io;
    const auto rows = run(io, query_names());
    for (int row = 0; row < rows.rows(); ++row) {
      const auto name = rows.get<std::string>(row, 0);
      pid_t pid = 0;
      std::from_chars(name.data() + 5, name.data() + name.size(), pid);
      if (pid > 0 && (::kill(pid, 0) == 0 || errno == EPERM)) continue;
      run(io, run_script(cluster_.admin_url("postgres"), fmt::format("DROP DATABASE \"{}\" WITH (FORCE)", name)));
    }
  }

  Task<database::Result> query_names() {
    return query(cluster_.admin_url("postgres"), {kFindDatabases, database::Params()});
  }

  void make_template() {
    boost::asio::io_context io;
    template_ = "template_" + database::schema_fingerprint();
    const auto admin = cluster_.admin_url("postgres");
    if (!run(io, query(admin, {kFindTemplate, database::Params(template_)})).empty()) return;
    const auto making = template_ + "_new";
    run(io, run_script(admin, fmt::format("DROP DATABASE IF EXISTS \"{}\" WITH (FORCE)", making)));
    cluster_.create_database(making);
    run(io, database::migrate(cluster_.admin_url(making)), kLimit);
    run(io, run_script(admin, fmt::format("ALTER DATABASE \"{}\" RENAME TO \"{}\"", making, template_)));
  }

  database::Cluster cluster_;
  std::string template_;
};

SharedServer& shared_server() {
  static SharedServer server;
  return server;
}

}  // namespace

std::string shared_admin_url(const std::string& database) { return shared_server().cluster().admin_url(database); }

TestDatabase::TestDatabase() {
  static int count = 0;
  auto& server = shared_server();
  name_ = fmt::format("test_{}_{}", ::getpid(), ++count);
  boost::asio::io_context io;
  run(io, run_script(server.cluster().admin_url("postgres"),
                     fmt::format("CREATE DATABASE \"{}\" TEMPLATE \"{}\"", name_, server.template_name())));
}

TestDatabase::~TestDatabase() {
  try {
    boost::asio::io_context io;
    run(io, run_script(shared_admin_url("postgres"), fmt::format("DROP DATABASE \"{}\" WITH (FORCE)", name_)));
  } catch (const std::exception&) {
    return;  // the next test program drops it as a leftover
  }
}

std::string TestDatabase::database_url() const { return shared_server().cluster().runtime_url(name_); }
std::string TestDatabase::admin_url() const { return shared_server().cluster().admin_url(name_); }

database::PoolOptions TestDatabase::pool_options(std::size_t size) const {
  database::PoolOptions options;
  options.url = database_url();
  options.size = size;
  return options;
}

void TestDatabase::execute_as_admin(const std::string& sql) const {
  boost::asio::io_context io;
  run(io, run_script(admin_url(), sql));
}

void run_until(boost::asio::io_context& io, const std::function<bool()>& finished, std::chrono::milliseconds limit) {
  const auto until = std::chrono::steady_clock::now() + limit;
  io.restart();
  // Something to do keeps the context from counting as finished while another thread still owes it a result.
  const auto work = boost::asio::make_work_guard(io);
  while (!finished()) {
    if (std::chrono::steady_clock::now() > until) throw std::runtime_error("the task did not end in time");
    io.run_one_for(std::chrono::milliseconds(100));
  }
}

}  // namespace omnify::support
