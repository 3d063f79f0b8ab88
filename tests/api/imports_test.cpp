// Imports from the upload to the end, with a worker.
#include <fmt/format.h>

#include <boost/json.hpp>
#include <future>

#include "api/fixture.h"

namespace omnify::api {
namespace {

class ImportsTest : public ApiTest {
 protected:
  ImportsTest() : ApiTest("all") {}

  boost::json::value import(const std::string& content) const {
    const auto upload = ask({.method = "POST",
                             .path = "/api/v1/imports/uploads?file_name=figures.csv",
                             .body = content,
                             .cookie = first.owner,
                             .headers = {"X-OmniFy-CSRF: 1", "Content-Type: application/octet-stream"}});
    EXPECT_EQ(upload.status, 201) << upload.body;
    const auto id = std::string(upload.json().at("upload_id").as_string());
    const auto queued = post("/api/v1/imports/uploads/" + id + "/import", kOptions, first.owner);
    EXPECT_EQ(queued.status, 202) << queued.body;
    const auto path = "/api/v1/imports/" + std::string(queued.json().at("id").as_string());
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    auto run = queued.json();
    while (run.at("state").as_string() == "running" && std::chrono::steady_clock::now() < until) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      run = get(path, first.owner).json();
    }
    return run;
  }

  static constexpr const char* kHeader = "date,campaign,impressions\n";
  static constexpr const char* kOptions =
      R"({"mapping":[{"column":"date","field":"date"},{"column":"campaign","field":"campaign"},)"
      R"({"column":"impressions","field":"impressions"}],"constants":{"platform":"display","currency":"USD"},)"
      R"("skip_bad_lines":false})";
};

TEST_F(ImportsTest, NewFiguresReachTheOtherDashboards) {
  auto heard = std::async(std::launch::async, [this] {
    return ask({.path = "/api/v1/events", .cookie = first.owner, .until = R"({"kind":"data"})"});
  });
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(5);
  while (open_streams() == 0 && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
  const auto run = import(std::string(kHeader) + "2026-01-01,A,5\n");
  EXPECT_EQ(run.at("state").as_string(), "succeeded");
  EXPECT_EQ(run.at("facts_written").as_int64(), 1);
  EXPECT_NE(heard.get().body.find("event: data"), std::string::npos);
}

TEST_F(ImportsTest, EveryBadLineCanBeDownloaded) {
  std::string content = kHeader;
  for (int i = 0; i < 250; ++i) content += "never,A,1\n";
  const auto run = import(content);
  EXPECT_EQ(run.at("state").as_string(), "failed");
  EXPECT_EQ(run.at("rows_skipped").as_int64(), 250);
  EXPECT_EQ(run.at("bad_lines").as_array().size(), 100U);
  const auto path = "/api/v1/imports/" + std::string(run.at("id").as_string()) + "/bad-lines";
  const auto list = get(path, first.owner);
  ASSERT_EQ(list.status, 200) << list.body;
  EXPECT_EQ(list.header("content-type"), "text/csv; charset=utf-8");
  EXPECT_TRUE(list.header("content-disposition").starts_with("attachment; filename=\"bad-lines-"));
  EXPECT_TRUE(list.body.starts_with("line,reason\r\n2,\"date: “never” is not a date.\"\r\n"));
  EXPECT_TRUE(list.body.ends_with("251,\"date: “never” is not a date.\"\r\n"));
  EXPECT_EQ(std::ranges::count(list.body, '\n'), 251);
  EXPECT_EQ(get(path + fmt::format("?offset={}", list.body.size()), first.owner).body, "") << "the end";
  EXPECT_EQ(get(path + "?offset=-1", first.owner).status, 422);
}

TEST_F(ImportsTest, AFileWithoutBadLinesHasNoList) {
  const auto run = import(std::string(kHeader) + "2026-01-01,A,5\n");
  const auto path = "/api/v1/imports/" + std::string(run.at("id").as_string()) + "/bad-lines";
  EXPECT_EQ(get(path, first.owner).status, 404);
}

}  // namespace
}  // namespace omnify::api
