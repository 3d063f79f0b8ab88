#include "shopify/search.h"

#include <algorithm>
#include <charconv>

namespace omnify::sandbox::shopify {
namespace {

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  Search read_any() {
    Search any{Search::Kind::any, {read_all()}, {}};
    while (skip_word("OR")) any.parts.push_back(read_all());
    return any.parts.size() == 1 ? std::move(any.parts.front()) : any;
  }
  [[nodiscard]] bool done() {
    skip_space();
    return place_ >= text_.size();
  }
  void skip_one() { ++place_; }

 private:
  Search read_all() {
    Search all;
    for (;;) {
      while (skip_word("AND")) continue;
      if (done() || look() == ')' || sees_word("OR")) break;
      all.parts.push_back(read_part());
    }
    return all.parts.size() == 1 ? std::move(all.parts.front()) : all;
  }

  Search read_part() {
    if (skip_word("NOT") || skip('-')) return {Search::Kind::negation, {read_part()}, {}};
    if (skip('(')) {
      auto inner = read_any();
      skip(')');
      return inner;
    }
    return {Search::Kind::term, {}, read_term()};
  }

  Term read_term() {
    Term term;
    term.value = read_value(true);
    if (!skip(':')) return term;
    term.field = std::move(term.value);
    if (skip('>')) {
      term.compare = skip('=') ? Term::Compare::at_least : Term::Compare::more;
    } else if (skip('<')) {
      term.compare = skip('=') ? Term::Compare::at_most : Term::Compare::less;
    }
    term.value = read_value(false);
    return term;
  }

  std::string read_value(bool name) {
    std::string value;
    skip_space();
    if (const char quote = look(); quote == '"' || quote == '\'') {
      ++place_;
      while (place_ < text_.size() && look() != quote) {
        if (look() == '\\' && place_ + 1 < text_.size()) ++place_;
        value += text_[place_++];
      }
      ++place_;
      return value;
    }
    while (place_ < text_.size() && look() != ' ' && look() != ')' && !(name && look() == ':')) {
      if (look() == '\\' && place_ + 1 < text_.size()) ++place_;
      value += text_[place_++];
    }
    return value;
  }

  [[nodiscard]] char look() const { return place_ < text_.size() ? text_[place_] : '\0'; }
  void skip_space() {
    while (look() == ' ' || look() == '\n' || look() == '\t') ++place_;
  }
  bool skip(char c) {
    skip_space();
    if (look() != c) return false;
    ++place_;
    return true;
  }
  bool sees_word(std::string_view word) {
    skip_space();
    const auto rest = text_.substr(std::min(place_, text_.size()));
    return rest.starts_with(word) &&
           (rest.size() == word.size() || rest[word.size()] == ' ' || rest[word.size()] == '(');
  }
  bool skip_word(std::string_view word) {
    if (!sees_word(word)) return false;
    place_ += word.size();
    return true;
  }

  std::string_view text_;
  std::size_t place_ = 0;
};

void add_unknown(const Search& search, const std::set<std::string_view>& known, std::vector<std::string>& found) {
  if (search.kind == Search::Kind::term && !search.term.field.empty() && !known.contains(search.term.field)) {
    found.push_back(search.term.field);
  }
  for (const auto& part : search.parts) add_unknown(part, known, found);
}

/// The span that a written time stands for: a second, a day, a year.
std::optional<Span> time_span(std::string_view text, Instant now) {
  if (text == "now") return Span{now, now + std::chrono::microseconds(1)};
  if (const auto instant = parse_instant(text)) return Span{*instant, *instant + std::chrono::seconds(1)};
  if (const auto day = parse_day(text)) return Span{*day, *day + std::chrono::days(1)};
  int year = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), year);
  if (failure != std::errc{} || end != text.data() + text.size() || text.size() != 4) return std::nullopt;
  const auto first = [](int number) { return Day{std::chrono::year(number) / std::chrono::January / 1}; };
  return Span{first(year), first(year + 1)};
}

Span bounds_of(const Term& term, Instant now) {
  const auto written = time_span(term.value, now);
  Span span;
  if (!written) return span;
  switch (term.compare) {
    case Term::Compare::equal:
      return *written;
    case Term::Compare::less:
      span.until = written->from;
      break;
    case Term::Compare::at_most:
      span.until = written->until;
      break;
    case Term::Compare::more:
      span.from = written->until;
      break;
    case Term::Compare::at_least:
      span.from = written->from;
      break;
  }
  return span;
}

}  // namespace

Search parse_search(std::string_view text) {
  Reader reader(text);
  Search all;
  while (!reader.done()) {
    all.parts.push_back(reader.read_any());
    if (!reader.done()) reader.skip_one();  // a parenthesis too many
  }
  return all.parts.size() == 1 ? std::move(all.parts.front()) : all;
}

std::vector<std::string> unknown_fields(const Search& search, const std::set<std::string_view>& known) {
  std::vector<std::string> found;
  add_unknown(search, known, found);
  return found;
}

bool matches(const Search& search, const std::function<bool(const Term&)>& test) {
  const auto inner = [&](const Search& part) { return matches(part, test); };
  switch (search.kind) {
    case Search::Kind::all:
      return std::ranges::all_of(search.parts, inner);
    case Search::Kind::any:
      return std::ranges::any_of(search.parts, inner);
    case Search::Kind::negation:
      return !inner(search.parts.front());
    case Search::Kind::term:
      break;
  }
  return test(search.term);
}

Span span_of(const Search& search, std::string_view field, Instant now) {
  if (search.kind == Search::Kind::term && search.term.field == field) return bounds_of(search.term, now);
  Span span;
  if (search.kind != Search::Kind::all) return span;
  for (const auto& part : search.parts) {
    const auto inner = span_of(part, field, now);
    span.from = std::max(span.from, inner.from);
    span.until = std::min(span.until, inner.until);
  }
  return span;
}

bool compare_time(const Term& term, Instant at, Instant now) {
  const auto span = bounds_of(term, now);
  return at >= span.from && at < span.until;
}

bool compare_number(const Term& term, std::int64_t number) {
  const auto read = [](std::string_view text) {
    std::int64_t value = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    return failure == std::errc{} ? std::optional(value) : std::nullopt;
  };
  const std::string_view text = term.value;
  if (const auto dots = text.find(".."); dots != std::string_view::npos) {
    const auto low = read(text.substr(0, dots));
    const auto high = read(text.substr(dots + 2));
    return (!low || number >= *low) && (!high || number <= *high);
  }
  const auto wanted = read(text);
  if (!wanted) return false;
  switch (term.compare) {
    case Term::Compare::less:
      return number < *wanted;
    case Term::Compare::at_most:
      return number <= *wanted;
    case Term::Compare::more:
      return number > *wanted;
    case Term::Compare::at_least:
      return number >= *wanted;
    case Term::Compare::equal:
      break;
  }
  return number == *wanted;
}

}  // namespace omnify::sandbox::shopify
