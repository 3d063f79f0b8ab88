#include "platforms/csv/reader.h"

#include <array>
#include <map>

#include <fmt/format.h>

#include "base/error.h"

namespace omnify::platforms::csv {
namespace {

[[noreturn]] void refuse_length(std::int64_t line) {
  throw Error(
      Code::invalid_request,
      fmt::format("The record that starts on line {} is too long to be one. Most likely a quotation mark there is "
                  "never closed.",
                  line));
}

}  // namespace

void Reader::feed(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    if (after_cr_) {
      after_cr_ = false;
      // The LF of a CRLF. Within quotation marks it belongs to the text, but not to the count of lines.
      if (text[at] == '\n') {
        if (state_ == State::quoted) append("\n");
        ++at;
        continue;
      }
    }
    switch (state_) {
      case State::field_start:
      case State::plain:
        at = take_plain(text, at);
        break;
      case State::quoted:
        at = take_quoted(text, at);
        break;
      case State::quote_in_quoted:
        take_other(text[at++]);
        break;
    }
  }
}

/// Copies up to the next special character, and takes that.
std::size_t Reader::take_plain(std::string_view text, std::size_t at) {
  if (state_ == State::field_start && text[at] == '"') {
    if (!started_) record_line_ = line_;
    started_ = true;
    was_quoted_ = true;
    state_ = State::quoted;
    return at + 1;
  }
  std::size_t end = at;
  while (end < text.size() && text[end] != delimiter_ && text[end] != '\n' && text[end] != '\r') ++end;
  if (end > at) {
    if (!started_) record_line_ = line_;
    started_ = true;
    state_ = State::plain;
    append(text.substr(at, end - at));
  }
  if (end == text.size()) return end;
  take_other(text[end]);
  return end + 1;
}

std::size_t Reader::take_quoted(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && text[end] != '"' && text[end] != '\n' && text[end] != '\r') ++end;
  append(text.substr(at, end - at));
  if (end == text.size()) return end;
  if (text[end] == '"') {
    state_ = State::quote_in_quoted;
  } else {
    append(text.substr(end, 1));
    ++line_;
    after_cr_ = text[end] == '\r';
  }
  return end + 1;
}

/// A character outside quotation marks that may end the field; after a quotation mark within them it may double that.
void Reader::take_other(char c) {
  if (c == '"' && state_ == State::quote_in_quoted) {
    append("\"");
    state_ = State::quoted;
  } else if (c == delimiter_) {
    if (!started_) record_line_ = line_;
    started_ = true;
    end_field();
  } else if (c == '\n' || c == '\r') {
    end_line();
    after_cr_ = c == '\r';
  } else {
    append({&c, 1});
    state_ = State::plain;
  }
}

void Reader::append(std::string_view text) {
  text_ += text;
  const std::size_t begin = ends_.empty() ? 0 : ends_.back();
  if (text_.size() - begin > kMaxFieldBytes || text_.size() > kMaxRecordBytes) refuse_length(record_line_);
}

void Reader::end_field() {
  if (ends_.size() >= kMaxRecordBytes / 16) refuse_length(record_line_);
  ends_.push_back(text_.size());
  state_ = State::field_start;
}

void Reader::end_line() {
  end_record();
  ++line_;
}

void Reader::end_record() {
  const bool unclosed = state_ == State::quoted;
  if (started_) {
    end_field();
    fields_.clear();
    std::size_t begin = 0;
    for (const auto end : ends_) {
      fields_.push_back(std::string_view(text_).substr(begin, end - begin));
      begin = end;
    }
    // White space alone is a blank line, too; a delimiter or quotation marks make it a record.
    const bool blank = fields_.size() == 1 && !was_quoted_ && fields_[0].find_first_not_of(" \t") == std::string::npos;
    if (!blank) sink_({.line = record_line_, .fields = fields_, .unclosed_quote = unclosed});
  }
  text_.clear();
  ends_.clear();
  state_ = State::field_start;
  started_ = false;
  was_quoted_ = false;
}

void Reader::finish() {
  end_record();
  after_cr_ = false;
}

namespace {

struct Split {
  std::size_t records = 0;
  std::size_t fields = 0;    // in most records
  std::size_t agreeing = 0;  // records that have so many
};

Split split_with(char delimiter, std::string_view start) {
  constexpr std::size_t kRecords = 50;
  std::map<std::size_t, std::size_t> counts;
  Split split;
  Reader reader(delimiter, [&](const Record& record) {
    // The last record of a sample may be cut.
    if (split.records >= kRecords || record.unclosed_quote) return;
    ++split.records;
    ++counts[record.fields.size()];
  });
  try {
    reader.feed(start);
    reader.finish();
  } catch (const Error&) {
    return {};  // does not look like records at all under this delimiter
  }
  for (const auto& [fields, records] : counts) {
    if (records < split.agreeing) continue;
    split.fields = fields;
    split.agreeing = records;
  }
  return split;
}

}  // namespace

char detect_delimiter(std::string_view start) {
  constexpr std::array<char, 4> kDelimiters = {',', ';', '\t', '|'};
  char best = ',';
  double best_score = 0;
  for (const char delimiter : kDelimiters) {
    const auto split = split_with(delimiter, start);
    if (split.fields < 2) continue;
    // How evenly it splits counts most; among even ones, more columns are less likely to be an accident.
    const double even = static_cast<double>(split.agreeing) / static_cast<double>(split.records);
    const double score = even * even * (10 + static_cast<double>(std::min<std::size_t>(split.fields, 40)));
    if (score > best_score) {
      best = delimiter;
      best_score = score;
    }
  }
  return best;
}

}  // namespace omnify::platforms::csv
