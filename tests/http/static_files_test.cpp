#include "http/static_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "http/support.h"

namespace omnify::http {
namespace {

namespace fs = std::filesystem;
using testing::get;
using ::testing::HasSubstr;
using testing::RawClient;
using testing::TestServer;

class Folder {
 public:
  Folder() : root_(fs::temp_directory_path() / ("omnify-http-" + std::to_string(::getpid()))) {
    fs::create_directories(root_ / "web/assets");
    write("secret.txt", "secret");
    write("web/index.html", "<!doctype html><title>app</title>");
    write("web/favicon.svg", "<svg/>");
    write("web/assets/app-B4x7Qz1k.js", std::string(5000, 'j'));
    write("web/assets/app-B4x7Qz1k.js.br", "ready-made");
    write("web/assets/plain.css", std::string(5000, 'c'));
    fs::create_symlink(root_ / "secret.txt", root_ / "web/link.txt");
  }
  ~Folder() { fs::remove_all(root_); }

  [[nodiscard]] fs::path web() const { return root_ / "web"; }
  [[nodiscard]] fs::path root() const { return root_; }

 private:
  void write(const std::string& name, const std::string& contents) {
    std::ofstream(root_ / name, std::ios::binary) << contents;
  }

  fs::path root_;
};

class StaticFilesTest : public ::testing::Test {
 protected:
  static Router make_router(const fs::path& web) {
    Router router;
    router.set_fallback(StaticFiles(web).handler());
    return router;
  }
  testing::RawResponse once(const std::string& bytes) { return RawClient(server.port()).exchange(bytes); }

  Folder folder;
  TestServer server{make_router(folder.web())};
};

TEST_F(StaticFilesTest, ServesThePageForTheAddressesOfTheApp) {
  for (const auto* path : {"/", "/index.html", "/campaigns", "/campaigns/7?x=1"}) {
    const auto response = once(get(path, "Accept: text/html,*/*\r\n"));
    EXPECT_EQ(response.status, 200) << path;
    EXPECT_THAT(response.body, HasSubstr("<title>app</title>"));
    EXPECT_EQ(response.headers.value("Cache-Control"), "no-cache");
    EXPECT_THAT(std::string(response.headers.value("Content-Security-Policy")), HasSubstr("script-src 'self'"));
  }
  EXPECT_EQ(once(get("/campaigns")).status, 404);
  EXPECT_EQ(once(get("/missing.js", "Accept: text/html\r\n")).status, 404);
  EXPECT_EQ(once(get("/api/none", "Accept: text/html\r\n")).status, 404);
  EXPECT_EQ(once(testing::post("/", "")).status, 404);
}

TEST_F(StaticFilesTest, CachesHashedFilesForEver) {
  const auto script = once(get("/assets/app-B4x7Qz1k.js"));
  EXPECT_EQ(script.headers.value("Cache-Control"), "public, max-age=31536000, immutable");
  EXPECT_EQ(script.headers.value("Content-Type"), "text/javascript; charset=utf-8");
  EXPECT_EQ(script.body, std::string(5000, 'j'));
  const std::string etag(script.headers.value("ETag"));
  EXPECT_EQ(once(get("/assets/app-B4x7Qz1k.js", "If-None-Match: " + etag + "\r\n")).status, 304);
  EXPECT_EQ(once(get("/favicon.svg")).headers.value("Cache-Control"), "public, max-age=3600");
}

TEST_F(StaticFilesTest, CompressesOnceAndTakesWhatIsThere) {
  const auto ready = once(get("/assets/app-B4x7Qz1k.js", "Accept-Encoding: br\r\n"));
  EXPECT_EQ(ready.headers.value("Content-Encoding"), "br");
  EXPECT_EQ(ready.body, "ready-made");
  for (int i = 0; i < 2; ++i) {
    const auto made = once(get("/assets/plain.css", "Accept-Encoding: gzip\r\n"));
    EXPECT_EQ(made.headers.value("Content-Encoding"), "gzip");
    EXPECT_EQ(made.headers.value("Vary"), "Accept-Encoding");
    EXPECT_LT(made.body.size(), 200U);
  }
}

TEST_F(StaticFilesTest, NeverLeavesTheFolder) {
  for (const auto* path : {"/../secret.txt", "/assets/../../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt",
                           "/%2e%2e%2fsecret.txt", "/..%5csecret.txt", "//secret.txt", "/link.txt", "/.",
                           "/assets/..%00/secret.txt", "/./../secret.txt", "/assets//../../secret.txt"}) {
    const auto response = once(get(path));
    EXPECT_THAT(response.status, ::testing::AnyOf(400, 404)) << path;
    EXPECT_EQ(response.body.find("\"secret\""), std::string::npos);
  }
  const auto absolute = once(get(folder.root().string() + "/secret.txt"));
  EXPECT_EQ(absolute.status, 404);
}

TEST(StaticFiles, NeedsAPage) { EXPECT_THROW(StaticFiles("/nonexistent-folder"), Error); }

}  // namespace
}  // namespace omnify::http
