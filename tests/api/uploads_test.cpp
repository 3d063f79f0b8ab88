#include "api/uploads.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <boost/asio/io_context.hpp>
#include <deque>
#include <fstream>
#include <sstream>

#include "api/context.h"
#include "base/error.h"
#include "support/postgres.h"

namespace omnify::api {
namespace {

/// A body that comes in the given pieces; an empty one stands for a client that goes away.
class Pieces final : public http::BodyReader {
 public:
  explicit Pieces(std::deque<std::string> pieces, bool breaks = false) : pieces_(std::move(pieces)), breaks_(breaks) {}
  Task<std::string> next() override {
    if (pieces_.empty() && breaks_) throw Error(Code::cancelled, "The client went away.");
    if (pieces_.empty()) co_return "";
    auto piece = std::move(pieces_.front());
    pieces_.pop_front();
    co_return piece;
  }
  [[nodiscard]] std::optional<std::uint64_t> announced() const noexcept override { return std::nullopt; }

 private:
  std::deque<std::string> pieces_;
  bool breaks_;
};

class UploadsTest : public testing::Test {
 protected:
  void TearDown() override { std::filesystem::remove_all(folder); }

  Upload receive(std::deque<std::string> pieces, bool breaks = false, const std::string& name = "a.csv") {
    return support::run(io, uploads.receive(organization, name, std::make_shared<Pieces>(std::move(pieces), breaks)));
  }
  std::size_t files() const {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) count += entry.is_regular_file();
    return count;
  }

  boost::asio::io_context io;
  CpuPool cpu{1};
  std::filesystem::path folder = std::filesystem::temp_directory_path() / ("omnify-uploads-" + Uuid::random().text());
  Uploads uploads{folder, cpu};
  OrganizationId organization = OrganizationId::random();
};

TEST_F(UploadsTest, WritesThePiecesForItsOwnerOnly) {
  const auto upload = receive({"one,", "two\n"}, false, "../../etc/passwd");
  std::ifstream file(upload.path);
  std::stringstream content;
  content << file.rdbuf();
  EXPECT_EQ(content.str(), "one,two\n");
  EXPECT_EQ(upload.bytes, 8);
  EXPECT_EQ(upload.path.parent_path(), folder / organization.text());
  struct stat status{};
  ASSERT_EQ(::stat(upload.path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
  const auto found = support::run(io, uploads.find(organization, upload.id));
  EXPECT_EQ(found.file_name, "../../etc/passwd");
  EXPECT_EQ(found.bytes, 8);
}

TEST_F(UploadsTest, AnotherOrganizationFindsNothing) {
  const auto upload = receive({"x"});
  EXPECT_THROW(support::run(io, uploads.find(OrganizationId::random(), upload.id)), Error);
}

TEST_F(UploadsTest, LeavesNothingOfAnUploadThatFailed) {
  EXPECT_THROW(receive({"half of it"}, true), Error);
  EXPECT_THROW(receive({}), Error);
  EXPECT_THROW(receive({"x"}, false, ""), Error);
  EXPECT_EQ(files(), 0U);
}

TEST_F(UploadsTest, GoesAfterADay) {
  const auto old = receive({"x"});
  const auto young = receive({"y"});
  const auto yesterday = std::filesystem::file_time_type::clock::now() - std::chrono::hours(25);
  std::filesystem::last_write_time(old.path, yesterday);
  std::filesystem::last_write_time(old.path.string() + ".name", yesterday);
  support::run(io, uploads.sweep());
  EXPECT_EQ(files(), 2U);
  EXPECT_NO_THROW(support::run(io, uploads.find(organization, young.id)));
  support::run(io, uploads.remove(organization, young.id));
  EXPECT_EQ(files(), 0U);
}

TEST(SessionCookie, IsBoundToTheHostOverHttps) {
  ApiOptions options;
  EXPECT_EQ(cookie_name(options), "omnify_session");
  EXPECT_EQ(session_cookie(options, "t").find("Secure"), std::string::npos);
  options.secure_cookies = true;
  EXPECT_TRUE(session_cookie(options, "t").starts_with("__Host-omnify=t; Path=/; HttpOnly; SameSite=Lax;"));
  EXPECT_NE(session_cookie(options, "t").find("; Secure"), std::string::npos);
  EXPECT_NE(ended_cookie(options).find("Max-Age=0"), std::string::npos);
}

}  // namespace
}  // namespace omnify::api
