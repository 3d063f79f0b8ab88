// What goes to PostgreSQL and what comes back: named statements, binary parameters, typed rows.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/calendar.h"
#include "base/uuid.h"

struct pg_result;

namespace omnify::database {

/// A statement with a name. The name is unique in the program: logs, errors and the prepared statement carry it. Both
/// texts are literals (or come from bulk_query) and live as long as the program; values travel as parameters only.
struct Query {
  std::string_view name;
  std::string_view sql;
};

/// A statement whose text depends on the number of rows: `INSERT … VALUES ($1, …), ($7, …), …`. Its name is
/// `<name>.<rows>`; `make_sql` is called once per program for each number of rows and its text is kept for ever, so use
/// few different numbers (full batches of one size, and the rest). PostgreSQL allows 65,535 parameters a statement.
[[nodiscard]] Query bulk_query(std::string_view name, std::size_t rows,
                               const std::function<std::string(std::size_t rows)>& make_sql);

/// `($1, $2, $3), ($4, $5, $6), …`: the placeholders of `rows` rows of `columns` values. `casts`, when given, has one
/// entry per column, such as "::text" (empty: none).
[[nodiscard]] std::string value_rows(std::size_t rows, std::size_t columns,
                                     std::span<const std::string_view> casts = {});

/// The parameters $1, $2, … of one execution, in PostgreSQL's binary form. Text is sent untyped, so that the statement
/// decides what it is; everything else carries its type, an empty std::optional too. Text with a NUL character throws
/// Error{invalid_request}: PostgreSQL cannot store it.
class Params {
 public:
  template <class... Values>
  explicit Params(const Values&... values) {
    (add(values), ...);
  }

  void add(bool value);
  void add(std::int64_t value);
  void add(int value) { add(static_cast<std::int64_t>(value)); }
  void add(double value);
  void add(std::string_view value);
  void add(const std::string& value) { add(std::string_view(value)); }
  void add(const char* value) { add(std::string_view(value)); }
  void add(const Uuid& value);
  void add(Day value);
  void add(Instant value);
  template <class Tag>
  void add(const Id<Tag>& value) {
    add(value.uuid);
  }
  template <class T>
  void add(const std::optional<T>& value) {
    if (value) return add(*value);
    add(T{});  // a null has the type that a value would have
    values_.back().null = true;
  }
  /// A null whose type the statement decides.
  void add(std::nullopt_t) { values_.push_back({.type = 0, .bytes = {}, .null = true, .binary = false}); }
  /// bytea
  void add_bytes(std::string_view value);

  [[nodiscard]] int size() const noexcept { return static_cast<int>(values_.size()); }

 private:
  friend class Connection;
  struct Value {
    unsigned type = 0;
    std::string bytes;
    bool null = false;
    bool binary = true;
  };
  template <class Number>
  void add_big_endian(unsigned type, Number value);

  std::vector<Value> values_;
};

/// All rows of one statement. Reading a null where the type is not optional, or a column of another type, is a bug and
/// throws Error{internal}. Cheap to move; views point into it.
class Result {
 public:
  explicit Result(pg_result* result, std::string_view query) : result_(result, &clear), query_(query) {}

  [[nodiscard]] int rows() const noexcept;
  [[nodiscard]] bool empty() const noexcept { return rows() == 0; }
  /// Rows written by an INSERT, UPDATE or DELETE.
  [[nodiscard]] std::int64_t affected() const;

  template <class T>
  [[nodiscard]] T get(int row, int column) const {
    if constexpr (requires { typename T::value_type; } && !std::is_same_v<T, std::string>) {
      if (is_null(row, column)) return std::nullopt;
      typename T::value_type value{};
      read(row, column, value);
      return value;
    } else {
      T value{};
      read(row, column, value);
      return value;
    }
  }
  [[nodiscard]] bool is_null(int row, int column) const noexcept;

 private:
  static void clear(pg_result* result) noexcept;
  [[nodiscard]] std::string_view bytes(int row, int column) const;
  [[noreturn]] void wrong_type(int column, std::string_view expected) const;
  void read(int row, int column, bool& out) const;
  void read(int row, int column, std::int64_t& out) const;
  void read(int row, int column, double& out) const;
  void read(int row, int column, std::string& out) const;
  void read(int row, int column, Uuid& out) const;
  void read(int row, int column, Day& out) const;
  void read(int row, int column, Instant& out) const;
  template <class Tag>
  void read(int row, int column, Id<Tag>& out) const {
    read(row, column, out.uuid);
  }

  std::unique_ptr<pg_result, void (*)(pg_result*) noexcept> result_;
  std::string_view query_;
};

}  // namespace omnify::database
