#include "database/cluster.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <set>
#include <thread>

#include "async/gate.h"
#include "async/signal.h"
#include "base/error.h"
#include "database/connection.h"
#include "database/database.h"
#include "database/migrations.h"
#include "support/postgres.h"

namespace omnify::database {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr Query kInsertUser{"test.insert_user",
                            "INSERT INTO control.users (id, email, password_hash) VALUES ($1, $2::text, 'x')"};
constexpr Query kUsers{"test.users", "SELECT id FROM control.users"};

/// A cluster of the test's own, in one folder that lives as long as the test suite; in /tmp, because a clone may lie
/// where the server's user cannot go.
class ClusterTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    std::string pattern = "/tmp/omnify-clusters.XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    base = pattern;
    ASSERT_EQ(::chmod(base.c_str(), 0755), 0);
  }
  static void TearDownTestSuite() { fs::remove_all(base); }

  static ClusterOptions options() { return {.folder = base / "one", .durable = false}; }

  bool answers(const std::string& url) {
    try {
      support::run(io, Connection::open(url, 5s));
    } catch (const Error&) {
      return false;
    }
    return true;
  }
  static pid_t server_of(const fs::path& folder) {
    pid_t pid = 0;
    std::ifstream(folder / "data/postmaster.pid") >> pid;
    return pid;
  }

  /// Never process 0: that would be all of our own group.
  static void kill_server_of(const fs::path& folder) {
    const auto pid = server_of(folder);
    ASSERT_GT(pid, 1);
    ASSERT_EQ(::kill(pid, SIGKILL), 0);
  }

  static fs::path base;
  boost::asio::io_context io;
};

fs::path ClusterTest::base;

TEST_F(ClusterTest, LastUserStopsIt) {
  auto first = Cluster::start(options());
  const auto url = first.admin_url("postgres");
  auto second = Cluster::start(options());
  EXPECT_TRUE(answers(url));
  first.stop();
  EXPECT_TRUE(answers(url));
  second.stop();
  EXPECT_FALSE(answers(url));
}

TEST_F(ClusterTest, ServerLeftBehindIsAdopted) {
  auto left = options();
  left.keep_running = true;
  Cluster::start(left).stop();
  const auto pid = server_of(left.folder);
  ASSERT_GT(pid, 0);
  auto cluster = Cluster::start(options());
  EXPECT_EQ(server_of(left.folder), pid);
  EXPECT_TRUE(answers(cluster.admin_url("postgres")));
}

TEST_F(ClusterTest, KilledServerStartsAgain) {
  auto cluster = Cluster::start(options());
  cluster.create_database("kept");
  cluster.create_database("kept");
  kill_server_of(options().folder);
  auto again = Cluster::start(options());
  EXPECT_TRUE(answers(again.admin_url("kept")));
}

TEST_F(ClusterTest, ProcessIdOfSomebodyElseIsNotTakenForTheServer) {
  Cluster::start(options()).stop();
  std::ofstream(options().folder / "data/postmaster.pid") << ::getpid() << "\n" << (options().folder / "data").string();
  auto cluster = Cluster::start(options());
  EXPECT_TRUE(answers(cluster.admin_url("postgres")));
}

TEST_F(ClusterTest, HalfMadeDataIsMadeAgain) {
  const auto folder = base / "half";
  fs::create_directories(folder / "data.new/base");
  auto cluster = Cluster::start({.folder = folder, .durable = false});
  EXPECT_TRUE(answers(cluster.admin_url("postgres")));
}

TEST_F(ClusterTest, LongPathGetsAShortSocket) {
  const auto folder = base / std::string(120, 'x') / "with space";
  auto cluster = Cluster::start({.folder = folder, .durable = false});
  const auto url = cluster.admin_url("postgres");
  EXPECT_TRUE(answers(url));
  cluster.stop();
  const auto start = url.find('/');
  const fs::path socket = url.substr(start, url.find(' ', start) - start);
  EXPECT_EQ(socket.parent_path(), "/tmp");
  EXPECT_TRUE(fs::remove(socket));
}

TEST_F(ClusterTest, RuntimeRoleConnectsAfterMigration) {
  auto cluster = Cluster::start(options());
  cluster.create_database("migrated");
  support::run(io, migrate(cluster.admin_url("migrated")));
  PoolOptions pool;
  pool.url = cluster.runtime_url("migrated");
  Database database(io.get_executor(), pool);
  support::run(io, check_runtime_role(database));
}

TEST_F(ClusterTest, UnreachableFolderIsServedFromElsewhere) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root runs the server as another user";
  const auto closed = base / "closed";
  fs::create_directories(closed / "inner");
  ASSERT_EQ(::chmod(closed.c_str(), 0700), 0);
  const ClusterOptions where{.folder = closed / "inner/postgres", .durable = false};
  std::string place;
  // The program lets nobody read what it makes, and may be the first to make /var/lib/omnify.
  std::error_code in_use;
  fs::remove("/var/lib/omnify", in_use);
  const auto usual = ::umask(077);
  {
    auto cluster = Cluster::start(where);
    cluster.create_database("kept");
    std::ifstream(where.folder / "location") >> place;
    EXPECT_TRUE(place.starts_with("/var/lib/omnify/")) << place;
  }
  ::umask(usual);
  {
    auto cluster = Cluster::start(where);
    EXPECT_TRUE(answers(cluster.admin_url("kept")));
  }
  fs::remove_all(place);
}

TEST_F(ClusterTest, FileInTheWayIsOneSentence) {
  std::ofstream(base / "file") << "x";
  try {
    auto cluster = Cluster::start({.folder = base / "file", .durable = false});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Code::unavailable);
    EXPECT_NE(error.detail().find((base / "file").string()), std::string::npos) << error.detail();
  }
}

/// Inserts rows one after the other and notes those that were acknowledged.
struct Load {
  explicit Load(Database& target) : database(target) {}

  Database& database;
  bool stop = false;
  std::vector<Uuid> acknowledged;
  int refused = 0;
  int wrong = 0;

  Task<> run() {
    while (!stop) {
      const auto id = Uuid::random();
      try {
        co_await database.run_control(kInsertUser, Params(id, id.text() + "@example.com"));
        acknowledged.push_back(id);
      } catch (const Error& error) {
        (error.code() == Code::unavailable ? refused : wrong)++;
      }
    }
  }
};

TEST_F(ClusterTest, RestartUnderLoadLosesNothingAcknowledged) {
  auto where = options();
  where.durable = true;
  auto cluster = Cluster::start(where);
  cluster.create_database("load");
  support::run(io, migrate(cluster.admin_url("load")));
  PoolOptions pool;
  pool.url = cluster.runtime_url("load");
  pool.size = 4;
  Database database(io.get_executor(), pool);
  Load load(database);
  Gate gate(io.get_executor());
  for (int i = 0; i < 8; ++i) gate.spawn("test.load", load.run());
  for (const bool killed : {false, true}) {
    const auto before = load.acknowledged.size();
    support::run_until(io, [&] { return load.acknowledged.size() > before + 200; });
    std::atomic<bool> restarted = false;
    std::thread administrator([&] {
      killed ? kill_server_of(where.folder) : cluster.stop();
      cluster = Cluster::start(where);
      restarted = true;
    });
    support::run_until(io, [&] { return restarted.load(); });
    administrator.join();
    // From here on everything succeeds.
    const auto refused = load.refused;
    const auto after = load.acknowledged.size();
    support::run_until(io, [&] { return load.acknowledged.size() > after + 200; });
    EXPECT_EQ(load.refused, refused);
  }
  load.stop = true;
  support::run(io, gate.close(10s));
  EXPECT_EQ(load.wrong, 0);
  const auto rows = support::run(io, database.run_control(kUsers));
  std::set<Uuid> kept;
  for (int row = 0; row < rows.rows(); ++row) kept.insert(rows.get<Uuid>(row, 0));
  for (const auto& id : load.acknowledged) EXPECT_TRUE(kept.contains(id));
  support::run(io, database.close());
}

}  // namespace
}  // namespace omnify::database
