#include "base/json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "base/schema.h"

namespace omnify {
namespace {

enum class Color { red, dark_blue };
BOOST_DESCRIBE_ENUM(Color, red, dark_blue)

struct Leaf {
  std::string name;
  std::optional<std::int64_t> size;
};
BOOST_DESCRIBE_STRUCT(Leaf, (), (name, size))

struct Tree {
  std::vector<Leaf> leaves;
  Color color{};
  Decimal price;
  Day planted{};
  std::map<std::string, std::string> labels;
  double height = 0;
  bool alive = false;

  void check(json::Problems& problems, const std::string& pointer) const {
    if (height < 0) problems.add(json::child(pointer, "height"), "must not be negative");
  }
};
BOOST_DESCRIBE_STRUCT(Tree, (), (leaves, color, price, planted, labels, height, alive))

constexpr std::string_view kTree =
    R"({"leaves":[{"name":"a\"b\n","size":null},{"name":"c","size":3}],"color":"dark_blue","price":"12.50",)"
    R"("planted":"2026-02-28","labels":{"x":"y"},"height":1.5,"alive":true})";

std::vector<std::string> refused(std::string_view text) {
  try {
    (void)json::parse<Tree>(text);
  } catch (const Error& error) {
    std::vector<std::string> pointers;
    for (const auto& field : error.fields()) pointers.push_back(field.pointer);
    return pointers;
  }
  return {};
}

TEST(Json, ReadsAndWritesTheSameText) { EXPECT_EQ(json::print(json::parse<Tree>(kTree)), kTree); }

TEST(Json, NamesEveryRefusedField) {
  EXPECT_THAT(refused(R"({"leaves":[{"size":"x"}],"color":"pink","price":1,"planted":"2026-02-30","labels":{},)"
                      R"("height":"tall","alive":1,"extra/key":0})"),
              testing::ElementsAre("/leaves/0/name", "/leaves/0/size", "/color", "/price", "/planted", "/height",
                                   "/alive", "/extra~1key"));
}

TEST(Json, RunsAStructsOwnCheckAfterItsFields) {
  EXPECT_THAT(
      refused(R"({"leaves":[],"color":"red","price":"1","planted":"2026-01-01","labels":{},"height":-1,"alive":true})"),
      testing::ElementsAre("/height"));
}

TEST(Json, RefusesWhatIsNotJsonOrNestedTooDeep) {
  EXPECT_THROW((void)json::parse<Tree>("{"), Error);
  EXPECT_THROW((void)json::parse<Tree>(std::string(100, '[') + std::string(100, ']')), Error);
}

TEST(Json, WritesControlCharactersEscapedAndNonFiniteNumbersAsNull) {
  EXPECT_EQ(json::print(std::string("\x01\t")), R"("\u0001\u0009")");
  EXPECT_EQ(json::print(std::numeric_limits<double>::infinity()), "null");
}

TEST(Json, WritesEveryNumberSoThatItReadsBack) {
  for (const double number : {0.1, 100'000.0, 1e-4, 1e300, -std::numeric_limits<double>::max(), 5e-324, 6107.0}) {
    EXPECT_EQ(json::parse<std::vector<double>>('[' + json::print(number) + ']').front(), number);
  }
  EXPECT_EQ(json::print(6107.0), "6107");
  EXPECT_EQ(json::print(std::numeric_limits<std::int64_t>::min()), "-9223372036854775808");
}

TEST(Schema, DescribesStructsByReference) {
  boost::json::object components;
  const auto schema = json::schema<Tree>(components);
  EXPECT_EQ(boost::json::serialize(schema), R"({"$ref":"#/components/schemas/Tree"})");
  EXPECT_EQ(components.at("Leaf").at("properties").at("size").at("type"), (boost::json::array{"integer", "null"}));
  EXPECT_EQ(components.at("Tree").at("properties").at("color").at("enum"), (boost::json::array{"red", "dark_blue"}));
}

}  // namespace
}  // namespace omnify
