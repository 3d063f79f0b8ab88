// Splits UTF-8 text into records (RFC 4180, and what spreadsheets write besides), in pieces of any size and flat
// memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace omnify::platforms::csv {

/// One record; the views live until the sink returns.
struct Record {
  std::int64_t line = 0;  ///< physical line of its first character, from 1
  std::span<const std::string_view> fields;
  bool unclosed_quote = false;  ///< the file ended within its quotation marks
};
using RecordSink = std::function<void(const Record&)>;

/// A field longer than this is refused with Error{invalid_request}: almost always a quotation mark that nobody closed.
inline constexpr std::size_t kMaxFieldBytes = 64 * 1024;
inline constexpr std::size_t kMaxRecordBytes = 1024 * 1024;

/// Lines end with LF, CRLF or CR. A field that starts with a quotation mark may hold delimiters, line ends and doubled
/// quotation marks; text after its closing mark is kept. Blank lines are no records.
class Reader {
 public:
  Reader(char delimiter, RecordSink sink) : delimiter_(delimiter), sink_(std::move(sink)) {}

  void feed(std::string_view text);
  void finish();
  /// The line that the next character belongs to.
  [[nodiscard]] std::int64_t line() const noexcept { return line_; }

 private:
  enum class State { field_start, plain, quoted, quote_in_quoted };
  std::size_t take_plain(std::string_view text, std::size_t at);
  std::size_t take_quoted(std::string_view text, std::size_t at);
  void take_other(char c);
  void append(std::string_view text);
  void end_field();
  void end_line();
  void end_record();

  char delimiter_;
  RecordSink sink_;
  State state_ = State::field_start;
  std::string text_;               // of the current record's fields, one after the other
  std::vector<std::size_t> ends_;  // where each finished field ends in text_
  std::vector<std::string_view> fields_;
  std::int64_t line_ = 1;
  std::int64_t record_line_ = 1;
  bool after_cr_ = false;
  bool started_ = false;     // the current record has a character, a quotation mark or a delimiter
  bool was_quoted_ = false;  // a lone "" is a record with one empty field, not a blank line
};

/// The delimiter that splits the start of a file most evenly: , ; tab or |. A comma when none of them occurs.
[[nodiscard]] char detect_delimiter(std::string_view start);

}  // namespace omnify::platforms::csv
