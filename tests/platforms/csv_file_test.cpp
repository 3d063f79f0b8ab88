#include "platforms/csv/file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "base/error.h"
#include "base/uuid.h"

namespace omnify::platforms::csv {
namespace {

using testing::ElementsAre;
using Table = std::vector<std::vector<std::string>>;

class CsvFile : public testing::Test {
 public:
  ~CsvFile() override { std::filesystem::remove(path_); }

 protected:
  Layout probe(const std::string& content) {
    std::ofstream(path_, std::ios::binary) << content;
    FileProbe probe(path_);
    while (probe.step()) {
    }
    return probe.finish();
  }

  Table rows(const Layout& layout) {
    Table out;
    lines_.clear();
    FileRows rows(path_, layout, [&](const Record& record) {
      out.emplace_back(record.fields.begin(), record.fields.end());
      lines_.push_back(record.line);
    });
    while (rows.step()) {
    }
    EXPECT_EQ(rows.bytes_read(), layout.bytes);
    return out;
  }

  std::filesystem::path path_ = std::filesystem::temp_directory_path() / ("omnify-csv-" + Uuid::random().text());
  std::vector<std::int64_t> lines_;
};

TEST_F(CsvFile, HasALayoutAndRows) {
  const auto layout = probe("\xEF\xBB\xBF\"Name\";Kosten\r\n\"a;b\";1,5\r\nc;2\r\n");
  EXPECT_EQ(layout.delimiter, ';');
  EXPECT_EQ(layout.encoding, Encoding::utf8);
  EXPECT_THAT(layout.columns, ElementsAre("Name", "Kosten"));
  const Table expected = {{"a;b", "1,5"}, {"c", "2"}};
  EXPECT_EQ(layout.sample, expected);
  EXPECT_EQ(rows(layout), expected);
  EXPECT_THAT(lines_, ElementsAre(2, 3));
}

TEST_F(CsvFile, IsNoPictureAndNoWorkbook) {
  for (const auto* start : {"\x89PNG\r\n\x1a\n", "PK\x03\x04", "%PDF-1.7\n", "\x1f\x8b\x08"}) {
    try {
      probe(std::string(start) + "a,b\n1,2\n");
      ADD_FAILURE() << start;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), Code::invalid_request);
    }
  }
}

TEST_F(CsvFile, ReadsUtf16AndWindows1252) {
  std::string utf16 = "\xFF\xFE";
  for (const char c : std::string("a\tb\n1\t2\n")) utf16 += {c, '\0'};
  auto layout = probe(utf16);
  EXPECT_EQ(layout.encoding, Encoding::utf16_le);
  EXPECT_EQ(layout.delimiter, '\t');
  EXPECT_EQ(rows(layout), (Table{{"1", "2"}}));

  layout = probe("name,cost\nK\xF6ln,1\n");
  EXPECT_EQ(layout.encoding, Encoding::windows_1252);
  EXPECT_EQ(rows(layout), (Table{{"Köln", "1"}}));
}

TEST_F(CsvFile, NamesEveryColumnOnce) {
  EXPECT_THAT(probe("clicks,,clicks, clicks ,\"two\nlines\"\n1,2,3,4,5\n").columns,
              ElementsAre("clicks", "column 2", "clicks (2)", "clicks (3)", "two lines"));
}

TEST_F(CsvFile, ObeysTheHintOfSpreadsheets) {
  for (const std::string delimiter : {";", ",", "\t", "^"}) {
    const auto layout = probe("sep=" + delimiter + "\r\na" + delimiter + "b\r\n1" + delimiter + "2\r\n");
    EXPECT_EQ(layout.delimiter, delimiter[0]);
    EXPECT_THAT(layout.columns, ElementsAre("a", "b"));
    EXPECT_EQ(rows(layout), (Table{{"1", "2"}}));
    EXPECT_THAT(lines_, ElementsAre(3));
  }
}

TEST_F(CsvFile, TheDigestIsThatOfTheContent) {
  const auto first = probe("a,b\n1,2\n").digest;
  EXPECT_EQ(first.size(), 64U);
  EXPECT_EQ(probe("a,b\n1,2\n").digest, first);
  EXPECT_NE(probe("a,b\n1,3\n").digest, first);
}

TEST_F(CsvFile, IsReadInPiecesBeyondTheSample) {
  std::string content = "a,b\n";
  std::size_t count = 0;
  while (content.size() < 2 * kStepBytes + 1000) content += std::to_string(count++) + ",\"ä\n€\"\n";
  const auto layout = probe(content);
  EXPECT_EQ(layout.sample.size(), kSampleRows);
  const auto all = rows(layout);
  ASSERT_EQ(all.size(), count);
  EXPECT_EQ(all.back()[1], "ä\n€");
  EXPECT_EQ(lines_.back(), static_cast<std::int64_t>(2 + 2 * (count - 1)));
}

TEST_F(CsvFile, MustHaveAHeader) {
  EXPECT_THROW((void)probe(""), Error);
  EXPECT_THROW((void)probe("\r\n\r\n"), Error);
  EXPECT_THROW(FileProbe("/nonexistent/file.csv"), Error);
  EXPECT_TRUE(rows(probe("a,b\n")).empty());
}

TEST_F(CsvFile, ShowsSamples) {
  const auto columns = columns_of(probe("a,b\n1,\n1,x\n2,y\n3,z\n"), 2);
  ASSERT_EQ(columns.size(), 2U);
  EXPECT_THAT(columns[0].samples, ElementsAre("1", "2"));
  EXPECT_THAT(columns[1].samples, ElementsAre("x", "y"));
}

}  // namespace
}  // namespace omnify::platforms::csv
