// INSERT statements with many rows. Statements are prepared per row count, so the counts come from a short list.
#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "database/connection.h"

namespace omnify::sync {

/// One INSERT in several sizes. Objects live as long as the program (static): the queries point into them.
class BulkInsert {
 public:
  /// `head` ends in VALUES. `row` is the row's pattern: "($1, @, @)", where $n is a parameter that all rows share and
  /// each @ one of the row's own. `tail` is the ON CONFLICT clause.
  BulkInsert(std::string_view name, std::string_view head, std::string_view row, std::string_view tail);
  BulkInsert(const BulkInsert&) = delete;
  BulkInsert& operator=(const BulkInsert&) = delete;

  /// `rows` in as few statements as the sizes allow. `add(params, row)` adds the row's own parameters in order.
  template <class Row, class Add>
  [[nodiscard]] std::vector<database::Execution> executions(std::span<const Row> rows, const database::Params& shared,
                                                            Add add) const {
    std::vector<database::Execution> out;
    for (const auto& statement : statements_) {
      while (rows.size() >= statement.rows) {
        auto params = shared;
        for (const auto& row : rows.first(statement.rows)) add(params, row);
        out.push_back({{statement.name, statement.sql}, std::move(params)});
        rows = rows.subspan(statement.rows);
      }
    }
    return out;
  }

  static constexpr std::size_t kMaxRows = 1000;

 private:
  struct Statement {
    std::size_t rows;
    std::string name;
    std::string sql;
  };
  std::array<Statement, 6> statements_;  // largest first; the last one has one row
};

}  // namespace omnify::sync
