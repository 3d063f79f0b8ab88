#include "platforms/csv/reader.h"

#include <gtest/gtest.h>

#include <ostream>
#include <random>
#include <string>
#include <vector>

#include "base/error.h"
#include "platforms/csv/encoding.h"

namespace omnify::platforms::csv {
namespace {

struct Line {
  std::int64_t line;
  std::vector<std::string> fields;
  bool unclosed = false;
  friend bool operator==(const Line&, const Line&) = default;
  friend void PrintTo(const Line& self, std::ostream* out) {
    *out << self.line << ':';
    for (const auto& field : self.fields) *out << '[' << field << ']';
  }
};
using Table = std::vector<std::vector<std::string>>;

std::vector<Line> read_pieces(const std::vector<std::string>& pieces, char delimiter, Encoding encoding) {
  std::vector<Line> out;
  Reader reader(delimiter, [&](const Record& record) {
    out.push_back({record.line, {record.fields.begin(), record.fields.end()}, record.unclosed_quote});
  });
  Decoder decoder(encoding);
  for (const auto& piece : pieces) reader.feed(decoder.decode(piece));
  reader.feed(decoder.finish());
  reader.finish();
  return out;
}

std::vector<Line> read_all(const std::string& text, char delimiter = ',') {
  return read_pieces({text}, delimiter, Encoding::utf8);
}

TEST(Reader, ReadsQuotesAndLineEnds) {
  const std::vector<Line> expected = {
      {1, {"a", "b"}}, {2, {"1", "two\nlines"}}, {4, {"say \"hi\"", ""}}, {5, {"x", "y"}}, {6, {"", ""}}};
  EXPECT_EQ(read_all("a,b\n1,\"two\nlines\"\n\"say \"\"hi\"\"\",\nx,y\n,\n"), expected);
  EXPECT_EQ(read_all("a,b\r1,\"two\nlines\"\r\"say \"\"hi\"\"\",\rx,y\r,"), expected);
  EXPECT_EQ(read_all("a,b\r\n1,\"two\nlines\"\r\n\"say \"\"hi\"\"\",\r\nx,y\r\n,\r\n"), expected);
}

TEST(Reader, KeepsCrlfWithinQuotesAndCountsItOnce) {
  const std::vector<Line> expected = {{1, {"a\r\nb"}}, {3, {"c"}}};
  EXPECT_EQ(read_all("\"a\r\nb\"\r\nc"), expected);
}

TEST(Reader, SkipsBlankLinesButCountsThem) {
  const std::vector<Line> expected = {{2, {"a"}}, {5, {"b"}}, {6, {""}}};
  EXPECT_EQ(read_all("\na\n\n  \t\nb\n\"\"\n\n"), expected);
}

TEST(Reader, IsLenientBesideQuotes) { EXPECT_EQ(read_all("ab\"c,\"d\"e"), (std::vector<Line>{{1, {"ab\"c", "de"}}})); }

TEST(Reader, MarksAnUnclosedQuote) {
  EXPECT_EQ(read_all("a\n\"b\nc"), (std::vector<Line>{{1, {"a"}}, {2, {"b\nc"}, true}}));
}

TEST(Reader, RefusesAnEndlessField) {
  const std::string text = "a,b\n1,\"" + std::string(kMaxFieldBytes + 1, 'x');
  try {
    read_all(text);
    FAIL() << "expected a refusal";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Code::invalid_request);
    EXPECT_NE(error.detail().find("line 2"), std::string::npos) << error.detail();
  }
}

TEST(Reader, HoldsNothing) {
  EXPECT_TRUE(read_all("").empty());
  EXPECT_TRUE(read_all("\n\r\n").empty());
}

TEST(Delimiter, IsTheOneThatSplitsEvenly) {
  EXPECT_EQ(detect_delimiter("a;b;c\n1,5;2,5;3,5\n1;2;3\n"), ';');
  EXPECT_EQ(detect_delimiter("a\tb\n1,000\t2\n3\t4,5\n"), '\t');
  EXPECT_EQ(detect_delimiter("a|b|c\n1|2|3\n"), '|');
  EXPECT_EQ(detect_delimiter("a,b\n\"x;y;z\",1\n\"p;q;r\",2\n"), ',');
  EXPECT_EQ(detect_delimiter("only\n1\n2\n"), ',');
  EXPECT_EQ(detect_delimiter(""), ',');
}

std::string utf16(const std::string& text, bool little) {
  std::string out;
  const auto put = [&](std::uint32_t unit) {
    const char low = static_cast<char>(unit & 0xFF);
    const char high = static_cast<char>(unit >> 8 & 0xFF);
    out += little ? low : high;
    out += little ? high : low;
  };
  for (std::size_t i = 0; i < text.size();) {
    const auto first = static_cast<unsigned char>(text[i]);
    const std::size_t length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    std::uint32_t character = length == 1 ? first : first & (0x7FU >> length);
    for (std::size_t k = 1; k < length; ++k)
      character = character << 6 | (static_cast<unsigned char>(text[i + k]) & 0x3F);
    i += length;
    if (character < 0x10000) {
      put(character);
    } else {
      put(0xD800 + ((character - 0x10000) >> 10));
      put(0xDC00 + ((character - 0x10000) & 0x3FF));
    }
  }
  return out;
}

Encoding detect(const std::vector<std::string>& pieces) {
  EncodingDetector detector;
  for (const auto& piece : pieces) detector.feed(piece);
  return detector.finish();
}

std::string decode(const std::string& bytes, Encoding encoding) {
  Decoder decoder(encoding);
  std::string out(decoder.decode(bytes));
  out += decoder.finish();
  return out;
}

TEST(EncodingOf, IsFound) {
  const std::string text = "größe,preis\n€,😀\n";
  EXPECT_EQ(detect({text}), Encoding::utf8);
  EXPECT_EQ(detect({"\xEF\xBB\xBF" + text}), Encoding::utf8);
  EXPECT_EQ(detect({"\xFF\xFE" + utf16(text, true)}), Encoding::utf16_le);
  EXPECT_EQ(detect({"\xFE\xFF" + utf16(text, false)}), Encoding::utf16_be);
  EXPECT_EQ(detect({utf16(text, true)}), Encoding::utf16_le);
  EXPECT_EQ(detect({utf16(text, false)}), Encoding::utf16_be);
  EXPECT_EQ(detect({"gr\xF6\xDF"
                    "e,preis\n"}),
            Encoding::windows_1252);
  EXPECT_EQ(detect({""}), Encoding::utf8);
  EXPECT_EQ(detect({"a,b\n\xC3"}), Encoding::windows_1252) << "cut within a character";
}

TEST(EncodingOf, DependsOnTheWholeFile) {
  const std::string start(100'000, 'a');
  EXPECT_EQ(detect({start, start + "\xE4"}), Encoding::windows_1252);
  EXPECT_EQ(detect({start + "\xC3", "\xA4" + start}), Encoding::utf8) << "a character cut by the pieces is whole";
  EXPECT_EQ(detect({start + "\xF0\x9F", "\x98", "\x80" + start}), Encoding::utf8);
  EXPECT_EQ(detect({start + "\xC3", start}), Encoding::windows_1252);
}

TEST(Decoding, MakesUtf8) {
  const std::string text = "größe €😀";
  EXPECT_EQ(decode("\xEF\xBB\xBF" + text, Encoding::utf8), text);
  EXPECT_EQ(decode("\xEF\xBB", Encoding::utf8), "\xEF\xBB");
  EXPECT_EQ(decode("\xFF\xFE" + utf16(text, true), Encoding::utf16_le), text);
  EXPECT_EQ(decode(utf16(text, false), Encoding::utf16_be), text);
  EXPECT_EQ(decode("gr\xF6\xDF"
                   "e \x80 \x93x\x94 \x81",
                   Encoding::windows_1252),
            "größe € “x” \uFFFD");
  EXPECT_EQ(decode(std::string("\x3D\xD8"
                               "a\0",
                               4),
                   Encoding::utf16_le),
            "\uFFFDa")
      << "unpaired surrogate";
  EXPECT_EQ(decode(std::string("a\0b", 3), Encoding::utf16_le), "a\uFFFD") << "half a unit";
}

class Writer {
 public:
  explicit Writer(std::mt19937& random) : random_(random) {}

  Table table(bool latin) {
    Table table(1 + pick(30));
    const auto columns = 2 + pick(6);
    for (auto& row : table) {
      for (std::size_t i = 0; i < columns; ++i) row.push_back(field(latin));
    }
    return table;
  }

  std::string write(const Table& table, char delimiter) {
    static const std::vector<std::string> ends = {"\n", "\r\n", "\r"};
    const auto& end = ends[pick(3)];
    std::string out;
    for (const auto& row : table) {
      for (std::size_t i = 0; i < row.size(); ++i) {
        if (i > 0) out += delimiter;
        out += quoted(row[i], delimiter);
      }
      out += end;
    }
    if (pick(2) == 0) out.resize(out.size() - end.size());  // the last line end is optional
    return out;
  }

  std::vector<std::string> split(const std::string& text) {
    std::vector<std::string> pieces;
    for (std::size_t at = 0; at < text.size();) {
      const auto length = 1 + pick(pick(4) == 0 ? 3 : 40);
      pieces.push_back(text.substr(at, length));
      at += length;
    }
    return pieces;
  }

 private:
  std::size_t pick(std::size_t below) { return random_() % below; }

  std::string field(bool latin) {
    static const std::vector<std::string> wide = {"a", "7", "ö",  "€", "漢", "😀",   "\"",
                                                  ",", ";", "\t", "|", "\n", "\r\n", " "};
    static const std::vector<std::string> narrow = {"a", "7",  "ö", "€",  "é",  "\"", ",",
                                                    ";", "\t", "|", "\n", "\r", " "};
    const auto& alphabet = latin ? narrow : wide;
    std::string out;
    for (auto length = pick(6); length > 0; --length) out += alphabet[pick(alphabet.size())];
    return out;
  }

  std::string quoted(const std::string& text, char delimiter) {
    const bool must = text.find(delimiter) != std::string::npos || text.find_first_of("\"\r\n") != std::string::npos;
    if (!must && pick(3) > 0) return text;
    std::string out = "\"";
    for (const char c : text) {
      out += c;
      if (c == '"') out += c;
    }
    return out + '"';
  }

  std::mt19937& random_;
};

std::string windows_1252(const std::string& utf8) {
  std::string out;
  for (std::size_t i = 0; i < utf8.size(); ++i) {
    const auto rest = std::string_view(utf8).substr(i);
    if (rest.starts_with("€")) {
      out += '\x80';
      i += 2;
    } else if (rest.starts_with("ö")) {
      out += '\xF6';
      ++i;
    } else if (rest.starts_with("é")) {
      out += '\xE9';
      ++i;
    } else {
      out += utf8[i];
    }
  }
  return out;
}

// Property: any table, quoted at will, in any encoding, with any delimiter and line end, cut into any pieces, comes
// back as it was; and its records carry the line they start on.
TEST(Reader, GivesBackWhatWasWritten) {
  std::mt19937 random(20260301);
  Writer writer(random);
  for (int round = 0; round < 3'000; ++round) {
    const auto encoding = static_cast<Encoding>(random() % 4);
    const char delimiter = ",;\t|"[random() % 4];
    const auto table = writer.table(encoding == Encoding::windows_1252);
    const auto text = writer.write(table, delimiter);
    std::string bytes = text;
    if (encoding == Encoding::windows_1252) bytes = windows_1252(text);
    if (encoding == Encoding::utf8 && random() % 2 == 0) bytes = "\xEF\xBB\xBF" + text;
    if (encoding == Encoding::utf16_le) bytes = "\xFF\xFE" + utf16(text, true);
    if (encoding == Encoding::utf16_be) bytes = "\xFE\xFF" + utf16(text, false);
    const auto pieces = writer.split(bytes);
    if (encoding != Encoding::windows_1252) ASSERT_EQ(detect(pieces), encoding);
    const auto whole = read_pieces({bytes}, delimiter, encoding);
    const auto cut = read_pieces(pieces, delimiter, encoding);
    ASSERT_EQ(cut, whole) << text;
    ASSERT_EQ(whole.size(), table.size()) << text;
    for (std::size_t i = 0; i < table.size(); ++i) ASSERT_EQ(whole[i].fields, table[i]) << text;
  }
}

}  // namespace
}  // namespace omnify::platforms::csv
