// The demonstration from an empty folder to figures, through a kill, to a clean end.
#include <arpa/inet.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <fstream>
#include <sstream>

#include "api/client.h"
#include "app/process.h"

namespace omnify::app {
namespace {

constexpr std::chrono::seconds kFirstStart{120};
constexpr std::chrono::seconds kSecondStart{30};

int free_port() {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  const bool bound = ::bind(socket, reinterpret_cast<const sockaddr*>(&address), size) == 0 &&
                     ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  ::close(socket);
  return bound ? ntohs(address.sin_port) : 0;
}

class DemoTest : public testing::Test {
 protected:
  std::unique_ptr<Process> start() const {
    return std::make_unique<Process>(
        "omnify",
        std::vector<std::string>{"demo", "--no-browser", "--port", std::to_string(port_), "--data", data().string()},
        std::map<std::string, std::string>{}, folder_.path() / "demo.log");
  }
  std::filesystem::path data() const { return folder_.path() / "demo"; }
  bool usable(std::chrono::seconds limit) const {
    return wait_until([this] { return std::filesystem::exists(data() / "demo.json"); }, limit);
  }
  boost::json::value description() const {
    std::ifstream file(data() / "demo.json");
    std::stringstream content;
    content << file.rdbuf();
    return boost::json::parse(content.str());
  }
  pid_t server() const {
    pid_t pid = 0;
    std::ifstream(data() / "postgres/data/postmaster.pid") >> pid;
    return pid;
  }
  std::string sign_in() const {
    const auto facts = description();
    const auto answer = api::send(port_, {.method = "POST",
                                          .path = "/api/v1/session",
                                          .body = boost::json::serialize(boost::json::object{
                                              {"email", facts.at("email")}, {"password", facts.at("password")}})});
    EXPECT_EQ(answer.status, 200) << answer.body;
    const auto cookie = answer.header("set-cookie");
    return cookie.substr(0, cookie.find(';'));
  }
  boost::json::value overview() const {
    return api::send(port_, {.path = "/api/v1/overview", .cookie = sign_in()}).json();
  }

  ScratchFolder folder_;
  int port_ = free_port();
};

TEST_F(DemoTest, ShowsFiguresSurvivesAKillAndEndsCleanly) {
  auto first = start();
  ASSERT_TRUE(usable(kFirstStart)) << first->output();
  const auto before = description();
  EXPECT_EQ(before.at("url").as_string(), fmt::format("http://127.0.0.1:{}", port_));
  const auto spend = std::string(overview().at("previous").at("spend").as_string());
  EXPECT_NE(spend, "0.00");
  for (const char* secret : {"demo.json", "encryption.keys", "password"}) {
    struct stat status{};
    ASSERT_EQ(::stat((data() / secret).c_str(), &status), 0) << secret;
    EXPECT_EQ(status.st_mode & 0777, 0600U) << secret;
  }

  first->signal(SIGKILL);
  EXPECT_EQ(first->wait().status, 128 + SIGKILL);
  std::filesystem::remove(data() / "demo.json");
  auto second = start();
  ASSERT_TRUE(usable(kSecondStart)) << second->output();
  EXPECT_EQ(description().at("password").as_string(), before.at("password").as_string());
  EXPECT_EQ(overview().at("previous").at("spend").as_string(), spend);

  // Whoever kills the database alone gets it back.
  const auto server = this->server();
  ASSERT_GT(server, 1);
  ::kill(server, SIGKILL);
  ASSERT_TRUE(
      wait_until([&] { return second->output().find("The database has ended") != std::string::npos; }, kSecondStart))
      << second->output();
  ASSERT_TRUE(wait_until([&] { return api::send(port_, {.path = "/api/health/ready"}).status == 200; }, kSecondStart))
      << second->output();
  EXPECT_EQ(overview().at("previous").at("spend").as_string(), spend);

  std::filesystem::remove(data() / "demo.json");
  auto third = start();  // takes over from the one that runs
  ASSERT_TRUE(usable(kSecondStart)) << third->output();
  EXPECT_EQ(second->wait().status, 0);

  third->signal(SIGINT);
  const auto ended = third->wait();
  EXPECT_EQ(ended.status, 0) << ended.out;
  EXPECT_NE(ended.out.find("Stopped."), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(data() / "sandbox.pid"));
  EXPECT_FALSE(std::filesystem::exists(data() / "demo.json"));
}

}  // namespace
}  // namespace omnify::app
