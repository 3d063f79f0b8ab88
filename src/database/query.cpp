#include "database/query.h"

#include <fmt/format.h>
#include <libpq-fe.h>

#include <bit>
#include <charconv>
#include <cstring>
#include <map>

#include "base/error.h"

namespace omnify::database {
namespace {

// Object ids of the built-in types (PostgreSQL src/include/catalog/pg_type.dat).
constexpr unsigned kBool = 16, kBytea = 17, kInt8 = 20, kInt2 = 21, kInt4 = 23, kText = 25, kFloat8 = 701, kDate = 1082,
                   kTimestampTz = 1184, kUuid = 2950, kVarchar = 1043, kJson = 114, kName = 19;

// PostgreSQL counts days and microseconds from 2000-01-01.
constexpr std::chrono::sys_days kEpoch = std::chrono::year{2000} / 1 / 1;

template <class Unsigned>
Unsigned big_endian(std::string_view bytes) noexcept {
  Unsigned value = 0;
  for (const char c : bytes) value = static_cast<Unsigned>(value << 8) | static_cast<unsigned char>(c);
  return value;
}

}  // namespace

Query bulk_query(std::string_view name, std::size_t rows,
                 const std::function<std::string(std::size_t rows)>& make_sql) {
  // Nodes of a map never move, so the views into them stay valid. Used on the I/O thread only, like all of this room.
  static std::map<std::string, std::string, std::less<>> texts;
  auto full_name = fmt::format("{}.{}", name, rows);
  auto found = texts.find(full_name);
  if (found == texts.end()) found = texts.emplace(std::move(full_name), make_sql(rows)).first;
  return {found->first, found->second};
}

std::string value_rows(std::size_t rows, std::size_t columns, std::span<const std::string_view> casts) {
  std::string sql;
  std::size_t parameter = 0;
  for (std::size_t row = 0; row < rows; ++row) {
    sql += row == 0 ? "(" : ", (";
    for (std::size_t column = 0; column < columns; ++column) {
      if (column != 0) sql += ", ";
      sql += fmt::format("${}", ++parameter);
      if (column < casts.size()) sql += casts[column];
    }
    sql += ')';
  }
  return sql;
}

template <class Number>
void Params::add_big_endian(unsigned type, Number value) {
  std::string bytes(sizeof(Number), '\0');
  auto rest = static_cast<std::make_unsigned_t<Number>>(value);
  for (auto place = bytes.rbegin(); place != bytes.rend(); ++place) {
    *place = static_cast<char>(rest & 0xff);
    rest >>= 8;
  }
  values_.push_back({.type = type, .bytes = std::move(bytes), .null = false, .binary = true});
}

void Params::add(bool value) {
  values_.push_back({.type = kBool, .bytes = std::string(1, value ? '\1' : '\0'), .null = false, .binary = true});
}

void Params::add(std::int64_t value) { add_big_endian(kInt8, value); }
void Params::add(double value) { add_big_endian(kFloat8, std::bit_cast<std::int64_t>(value)); }

void Params::add(std::string_view value) {
  if (value.find('\0') != std::string_view::npos) {
    throw Error(Code::invalid_request, "Text may not contain the character U+0000.");
  }
  values_.push_back({.type = 0, .bytes = std::string(value), .null = false, .binary = false});
}

void Params::add(const Uuid& value) {
  values_.push_back({.type = kUuid,
                     .bytes = {reinterpret_cast<const char*>(value.bytes.data()), value.bytes.size()},
                     .null = false,
                     .binary = true});
}

void Params::add(Day value) { add_big_endian(kDate, static_cast<std::int32_t>((value - kEpoch).count())); }
void Params::add(Instant value) { add_big_endian(kTimestampTz, static_cast<std::int64_t>((value - kEpoch).count())); }

void Params::add_bytes(std::string_view value) {
  values_.push_back({.type = kBytea, .bytes = std::string(value), .null = false, .binary = true});
}

void Result::clear(pg_result* result) noexcept { PQclear(result); }

int Result::rows() const noexcept { return PQntuples(result_.get()); }

std::int64_t Result::affected() const {
  const std::string_view text = PQcmdTuples(result_.get());
  std::int64_t count = 0;
  std::from_chars(text.data(), text.data() + text.size(), count);
  return count;
}

bool Result::is_null(int row, int column) const noexcept { return PQgetisnull(result_.get(), row, column) != 0; }

std::string_view Result::bytes(int row, int column) const {
  // libpq calls what does not exist null.
  if (is_null(row, column)) wrong_type(column, "a value that exists and is not null");
  return {PQgetvalue(result_.get(), row, column), static_cast<std::size_t>(PQgetlength(result_.get(), row, column))};
}

void Result::wrong_type(int column, std::string_view expected) const {
  throw Error(Code::internal, fmt::format("Query {}: column {} is not {} (type {}).", query_, column, expected,
                                          PQftype(result_.get(), column)));
}

void Result::read(int row, int column, bool& out) const {
  const auto value = bytes(row, column);
  if (PQftype(result_.get(), column) != kBool) wrong_type(column, "a bool");
  out = value[0] != 0;
}

void Result::read(int row, int column, std::int64_t& out) const {
  const auto value = bytes(row, column);
  switch (PQftype(result_.get(), column)) {
    case kInt8:
      out = static_cast<std::int64_t>(big_endian<std::uint64_t>(value));
      return;
    case kInt4:
      out = static_cast<std::int32_t>(big_endian<std::uint32_t>(value));
      return;
    case kInt2:
      out = static_cast<std::int16_t>(big_endian<std::uint16_t>(value));
      return;
    default:
      wrong_type(column, "an integer (cast sums to bigint)");
  }
}

void Result::read(int row, int column, double& out) const {
  const auto value = bytes(row, column);
  if (PQftype(result_.get(), column) != kFloat8) wrong_type(column, "a double precision");
  out = std::bit_cast<double>(big_endian<std::uint64_t>(value));
}

void Result::read(int row, int column, std::string& out) const {
  const auto value = bytes(row, column);
  const auto type = PQftype(result_.get(), column);
  if (type != kText && type != kVarchar && type != kBytea && type != kJson && type != kName) wrong_type(column, "text");
  out = value;
}

void Result::read(int row, int column, Uuid& out) const {
  const auto value = bytes(row, column);
  if (PQftype(result_.get(), column) != kUuid) wrong_type(column, "a uuid");
  std::memcpy(out.bytes.data(), value.data(), out.bytes.size());
}

void Result::read(int row, int column, Day& out) const {
  const auto value = bytes(row, column);
  if (PQftype(result_.get(), column) != kDate) wrong_type(column, "a date");
  out = kEpoch + std::chrono::days{static_cast<std::int32_t>(big_endian<std::uint32_t>(value))};
}

void Result::read(int row, int column, Instant& out) const {
  const auto value = bytes(row, column);
  if (PQftype(result_.get(), column) != kTimestampTz) wrong_type(column, "a timestamptz");
  out = Instant{kEpoch} + std::chrono::microseconds{static_cast<std::int64_t>(big_endian<std::uint64_t>(value))};
}

}  // namespace omnify::database
