#include "sync/bulk.h"

#include <fmt/format.h>

#include <algorithm>

namespace omnify::sync {
namespace {

constexpr std::array<std::size_t, 6> kSizes{BulkInsert::kMaxRows, 256, 64, 16, 4, 1};

/// The highest $n of the pattern: the rows' own parameters are numbered after it. Single digits suffice here.
int shared_parameters(std::string_view row) {
  int highest = 0;
  for (std::size_t i = 0; i + 1 < row.size(); ++i) {
    if (row[i] == '$') highest = std::max(highest, row[i + 1] - '0');
  }
  return highest;
}

std::string values(std::string_view row, std::size_t rows) {
  std::string text;
  int next = shared_parameters(row);
  for (std::size_t i = 0; i < rows; ++i) {
    if (i > 0) text += ", ";
    for (const char c : row) {
      if (c == '@') {
        text += fmt::format("${}", ++next);
      } else {
        text += c;
      }
    }
  }
  return text;
}

}  // namespace

BulkInsert::BulkInsert(std::string_view name, std::string_view head, std::string_view row, std::string_view tail) {
  for (std::size_t i = 0; i < kSizes.size(); ++i) {
    statements_[i] = {.rows = kSizes[i],
                      .name = fmt::format("{}_{}", name, kSizes[i]),
                      .sql = fmt::format("{} {} {}", head, values(row, kSizes[i]), tail)};
  }
}

}  // namespace omnify::sync
