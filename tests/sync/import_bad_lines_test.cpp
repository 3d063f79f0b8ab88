#include "sync/import_bad_lines.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/error.h"

namespace omnify::sync {
namespace {

class BadLinesTest : public testing::Test {
 public:
  BadLinesTest() { std::filesystem::create_directory(folder_); }
  ~BadLinesTest() override { std::filesystem::remove_all(folder_); }
  BadLinesTest(const BadLinesTest&) = delete;
  BadLinesTest& operator=(const BadLinesTest&) = delete;

 protected:
  void write(const std::vector<BadLine>& lines) const {
    BadLinesFile file(path_);
    for (const auto& line : lines) file.add(line);
    file.close();
  }

  std::filesystem::path folder_ = std::filesystem::temp_directory_path() / ("omnify-bad-" + Uuid::random().text());
  std::filesystem::path path_ = bad_lines_path(folder_, ImportId::random());
};

TEST_F(BadLinesTest, WritesEachLineForItsOwnerOnly) {
  write({{.line = 3, .reason = "date: “x” is not a date."}, {.line = 5, .reason = "a \"quoted\", part"}});
  EXPECT_EQ(read_bad_lines(path_, 0, 1000),
            "line,reason\r\n3,\"date: “x” is not a date.\"\r\n5,\"a \"\"quoted\"\", part\"\r\n");
  struct stat status{};
  ASSERT_EQ(::stat(path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
}

TEST_F(BadLinesTest, ComesInPiecesOfWholeLines) {
  std::vector<BadLine> lines;
  for (int i = 0; i < 100; ++i)
    lines.push_back({.line = i + 2, .reason = std::string(static_cast<std::size_t>(i), 'x')});
  write(lines);
  const auto whole = read_bad_lines(path_, 0, 1'000'000);
  std::string together;
  int pieces = 0;
  while (true) {
    const auto piece = read_bad_lines(path_, static_cast<std::int64_t>(together.size()), 256);
    if (piece.empty()) break;
    EXPECT_EQ(piece.back(), '\n');
    together += piece;
    ++pieces;
  }
  EXPECT_EQ(together, whole);
  EXPECT_GT(pieces, 10);
}

TEST_F(BadLinesTest, AnotherAttemptStartsAnew) {
  write({{.line = 3, .reason = "a"}});
  write({{.line = 4, .reason = "b"}});
  EXPECT_EQ(read_bad_lines(path_, 0, 1000), "line,reason\r\n4,\"b\"\r\n");
}

TEST_F(BadLinesTest, WithoutBadLinesThereIsNoFile) {
  write({});
  EXPECT_THROW((void)read_bad_lines(path_, 0, 1000), Error);
}

TEST_F(BadLinesTest, NoCellIsAFormula) {
  for (const std::string start : {"=", "+", "-", "@", "\t", "\r", "\n"}) {
    EXPECT_EQ(safe_cell(start + "cmd|' /C calc'!A0"), "\"'" + start + "cmd|' /C calc'!A0\"");
  }
  EXPECT_EQ(safe_cell("a=b"), "\"a=b\"");
  EXPECT_EQ(safe_cell(""), "\"\"");
}

}  // namespace
}  // namespace omnify::sync
