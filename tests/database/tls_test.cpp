// An outside database is reached over TLS: a real server with a certificate of its own.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "base/error.h"
#include "database/child_process.h"
#include "database/cluster.h"
#include "database/connection.h"
#include "database/database.h"
#include "database/migrations.h"
#include "support/postgres.h"

namespace omnify::database {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr Query kEncrypted{"test.encrypted", "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"};
constexpr Query kMuchText{"test.much_text", "SELECT repeat('x', 1000) FROM generate_series(1, $1::int)"};

class TlsTest : public testing::Test {
 protected:
  void SetUp() override {
    cluster_.emplace(Cluster::start(options_));
    make_certificate("server");
    make_certificate("stranger");
    run_as_admin("ALTER SYSTEM SET ssl = on");
    run_as_admin(fmt::format("ALTER SYSTEM SET ssl_cert_file = '{}'", file("server.crt").string()));
    run_as_admin(fmt::format("ALTER SYSTEM SET ssl_key_file = '{}'", file("server.key").string()));
    run_as_admin(fmt::format("ALTER SYSTEM SET listen_addresses = '{}'", address_));
    run_as_admin("ALTER ROLE postgres PASSWORD 'secret'");
    cluster_.reset();
    cluster_.emplace(Cluster::start(options_));
    std::ofstream(folder_ / "data/pg_hba.conf", std::ios::app) << "hostssl all all 127.0.0.0/8 scram-sha-256\n";
    run_as_admin("SELECT pg_reload_conf()");
    run_as_admin("CREATE DATABASE outside");
  }
  void TearDown() override {
    cluster_.reset();
    fs::remove_all(folder_);
  }

  fs::path file(const std::string& name) const { return folder_ / "data" / name; }

  /// Self-signed, so that it is its own root; made by the server's user, who alone may read the key.
  void make_certificate(const std::string& name) const {
    const auto made = run_program({"/usr/bin/openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
                                   "-subj", "/CN=database.test", "-addext", "subjectAltName=DNS:database.test",
                                   "-keyout", file(name + ".key").string(), "-out", file(name + ".crt").string()},
                                  server_user());
    ASSERT_EQ(made.status, 0) << made.output;
  }

  void run_as_admin(const std::string& sql) {
    support::run(io_, [](std::string url, std::string statement) -> Task<> {
      auto connection = co_await Connection::open(std::move(url), 10s);
      co_await connection->run_script(std::move(statement), 10s);
    }(cluster_->admin_url("postgres"), sql));
  }

  std::string url(const std::string& security) const {
    return fmt::format("host=database.test hostaddr={} port=5432 user=postgres password=secret dbname=outside {}",
                       address_, security);
  }
  std::string verified(const std::string& root) const {
    return url(fmt::format("sslmode=verify-full sslrootcert={}", file(root).string()));
  }

  std::string refusal(const std::string& target) {
    try {
      support::run(io_, Connection::open(target, 5s));
    } catch (const Error& error) {
      return error.detail();
    }
    return {};
  }

  // Port 5432 of 127.0.0.1 may be taken by a server of this machine.
  const std::string address_ = fmt::format("127.54.{}.{}", ::getpid() / 250 % 250, 1 + ::getpid() % 250);
  // Not in the build folder: a clone may lie where the server's user cannot go.
  const fs::path folder_ = fs::path("/tmp") / fmt::format("omnify-tls-{}", ::getpid());
  const ClusterOptions options_{.folder = folder_, .durable = false};
  std::optional<Cluster> cluster_;
  boost::asio::io_context io_;
};

TEST_F(TlsTest, MigratesAndReadsOverAVerifiedConnection) {
  support::run(io_, migrate(verified("server.crt")));
  PoolOptions pool;
  pool.url = verified("server.crt");
  Database database(io_.get_executor(), pool);
  const auto encrypted = support::run(io_, database.run_control(kEncrypted));
  EXPECT_TRUE(encrypted.get<bool>(0, 0));
  // Much more than a TLS record and the socket's buffer hold.
  const auto text = support::run(io_, database.run_control(kMuchText, Params(20'000)));
  EXPECT_EQ(text.rows(), 20'000);
  support::run(io_, database.close());
}

TEST_F(TlsTest, RefusesAStrangersCertificateAndAPlainConnection) {
  EXPECT_EQ(refusal(verified("server.crt")), "");
  EXPECT_NE(refusal(verified("stranger.crt")), "");
  EXPECT_NE(refusal(url("sslmode=disable")), "");
}

}  // namespace
}  // namespace omnify::database
