#include "sync/import_aggregate.h"

#include <gtest/gtest.h>
#include <malloc.h>
#if __has_feature(address_sanitizer)
#include <sanitizer/allocator_interface.h>
#endif

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <tuple>

#include "base/error.h"
#include "base/uuid.h"

namespace omnify::sync {
namespace {

using platforms::csv::Metrics;
using platforms::csv::Row;
using Key = std::tuple<std::string, std::string, Day, std::string, std::string, std::string>;

Key key_of(const Row& row) {
  return {std::string(row.currency.text()), row.platform, row.day, row.campaign, row.ad_group, row.ad};
}

class Folder {
 public:
  Folder() : path_(std::filesystem::temp_directory_path() / fmt::format("omnify-aggregate-{}", Uuid::random().text())) {
    std::filesystem::create_directory(path_);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

Row random_row(std::mt19937& random, int campaigns) {
  Row row;
  row.day = Day{std::chrono::days{18'000 + static_cast<int>(random() % 5)}};
  row.platform = random() % 2 == 0 ? "display" : "search";
  row.currency = *Currency::parse(random() % 3 == 0 ? "EUR" : "USD");
  row.campaign = fmt::format("campaign {}", random() % static_cast<unsigned>(campaigns));
  row.ad_group = random() % 2 == 0 ? "a" : "ab";
  row.ad = random() % 2 == 0 ? "b" : "größe";
  row.metrics.impressions = static_cast<std::int64_t>(random() % 100);
  row.metrics.clicks = static_cast<std::int64_t>(random() % 10);
  row.metrics.spend = static_cast<Micros>(random() % 1'000'000);
  if (random() % 2 == 0) row.metrics.conversions = static_cast<Micros>(random() % 1'000'000);
  if (random() % 3 == 0) row.metrics.revenue = -static_cast<Micros>(random() % 1'000'000);
  return row;
}

/// All rows in the order they come; checks what a batch promises.
std::vector<Row> drain(ImportAggregate& aggregate, std::size_t limit) {
  std::vector<Row> out;
  while (true) {
    auto batch = aggregate.next_batch(limit);
    if (batch.empty()) return out;
    EXPECT_LE(batch.size(), limit);
    for (auto& row : batch) {
      EXPECT_EQ(row.platform, batch.front().platform);
      EXPECT_EQ(row.currency, batch.front().currency);
      out.push_back(row);
    }
  }
}

class Aggregates : public testing::TestWithParam<std::size_t> {};

// Property: the sums by key equal those of a plain map, in the map's order, however often it goes to disk.
TEST_P(Aggregates, EqualAPlainMap) {
  const Folder folder;
  std::mt19937 random(11);
  ImportAggregate aggregate(folder.path(), GetParam());
  std::map<Key, Metrics> expected;
  for (int i = 0; i < 20'000; ++i) {
    const auto row = random_row(random, 200);
    expected[key_of(row)].add(row.metrics);
    aggregate.add(row);
    EXPECT_TRUE(std::filesystem::is_empty(folder.path())) << "a run has no name";
  }
  aggregate.finish();
  EXPECT_EQ(aggregate.runs() > 1, GetParam() < 1'000'000);
  const auto rows = drain(aggregate, 97);
  ASSERT_EQ(rows.size(), expected.size());
  auto next = expected.begin();
  for (const auto& row : rows) {
    ASSERT_EQ(key_of(row), next->first);
    ASSERT_EQ(row.metrics, next->second);
    ++next;
  }
}

INSTANTIATE_TEST_SUITE_P(Memory, Aggregates, testing::Values(20'000, 300'000, 100'000'000));

TEST(ImportAggregate, HoldsNothing) {
  const Folder folder;
  ImportAggregate aggregate(folder.path(), 1000);
  aggregate.finish();
  EXPECT_TRUE(aggregate.next_batch(10).empty());
}

/// Bytes in use on the heap. The resident size would count what a sanitizer keeps back of freed memory.
std::size_t heap_bytes() {
#if __has_feature(address_sanitizer)
  return __sanitizer_get_current_allocated_bytes();
#else
  const auto usage = mallinfo2();
  return usage.uordblks + usage.hblkhd;
#endif
}

TEST(ImportAggregate, StaysWithinItsMemory) {
  constexpr std::size_t kMemory = 8 * 1024 * 1024;
  const Folder folder;
  const std::size_t before = heap_bytes();
  std::size_t most = 0;
  std::int64_t impressions = 0;
  {
    ImportAggregate aggregate(folder.path(), kMemory);
    Row row;
    row.platform = "csv";
    for (int i = 0; i < 400'000; ++i) {  // all different: about 100 MB in one map
      row.day = Day{std::chrono::days{18'000 + i % 90}};
      row.campaign = fmt::format("a campaign with a rather long name {}", i);
      row.metrics.impressions = 1;
      aggregate.add(row);
      if (i % 10'000 == 0) most = std::max(most, heap_bytes());
    }
    aggregate.finish();
    EXPECT_GT(aggregate.runs(), 5U);
    while (true) {
      const auto batch = aggregate.next_batch(1000);
      if (batch.empty()) break;
      for (const auto& entry : batch) impressions += entry.metrics.impressions;
    }
    most = std::max(most, heap_bytes());
  }
  EXPECT_EQ(impressions, 400'000);
  EXPECT_LT(most - std::min(most, before), 6 * kMemory);
}

TEST(ImportAggregate, SaysWhenItCannotWrite) {
  ImportAggregate aggregate("/nonexistent/folder", 1000);
  Row row;
  row.platform = "csv";
  try {
    for (int i = 0; i < 100; ++i) {
      row.campaign = std::to_string(i);
      aggregate.add(row);
    }
    FAIL() << "expected a refusal";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Code::unavailable);
  }
}

}  // namespace
}  // namespace omnify::sync
