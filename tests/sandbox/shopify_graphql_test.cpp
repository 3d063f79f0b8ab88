#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "graphql/execute.h"
#include "graphql/validate.h"
#include "graphql/values.h"
#include "shopify/schema.h"
#include "shopify/search.h"

namespace omnify::sandbox::graphql {
namespace {

constexpr std::string_view kSchema = R"(
schema { query: Root mutation: Change }
interface Node { id: ID! }
type Root {
  pets(first: Int, after: String, reverse: Boolean = false, kind: Kind): PetConnection!
  pet(id: ID!): Pet
  any: Creature
  old: String @deprecated
  broken: String
  needed: Pet
}
type Change { adopt(input: Wish!, count: Int! = 1): Pet }
input Wish { name: String! tags: [String!] kind: Kind }
enum Kind { CAT DOG }
union Creature = Pet | Stone
type Stone { weight: Float! }
type Pet implements Node { id: ID! name: String! friends: [Pet!]! owner: Owner broken: String! }
type Owner { name: String! }
type PetConnection { edges: [PetEdge!]! nodes: [Pet!]! pageInfo: PageInfo! }
type PetEdge { cursor: String! node: Pet! }
type PageInfo { hasNextPage: Boolean! hasPreviousPage: Boolean! startCursor: String endCursor: String }
)";

const Schema& schema() {
  static const Schema kParsed(kSchema);
  return kParsed;
}

class Pet final : public Tabled<Pet> {
 public:
  static constexpr std::string_view kType = "Pet";
  explicit Pet(std::string given) : name(std::move(given)) {}
  static const Fields<Pet>& fields() {
    static const Fields<Pet> kFields{
        {"id", [](const Pet& pet, const Call&) -> Result { return "id-" + pet.name; }},
        {"name", [](const Pet& pet, const Call&) -> Result { return pet.name; }},
        {"friends",
         [](const Pet& pet, const Call&) -> Result {
           return std::vector<SourcePtr>{std::make_shared<Pet>(pet.name + "2"), std::make_shared<Pet>(pet.name + "3")};
         }},
        {"owner", [](const Pet&, const Call&) -> Result { return boost::json::object{{"name", "Ada"}}; }},
        {"broken", [](const Pet&, const Call&) -> Result { throw Failure("no", "BROKEN"); }}};
    return kFields;
  }
  std::string name;
};

class Root final : public Tabled<Root> {
 public:
  static constexpr std::string_view kType = "Root";
  static const Fields<Root>& fields() {
    static const Fields<Root> kFields{
        {"pets",
         [](const Root&, const Call& call) -> Result {
           std::vector<SourcePtr> all;
           for (const auto* name : {"a", "b", "c", "d", "e"}) all.push_back(std::make_shared<Pet>(name));
           return page_of(all, call);
         }},
        {"pet",
         [](const Root&, const Call& call) -> Result { return std::make_shared<Pet>(std::string(call.text("id"))); }},
        {"any",
         [](const Root&, const Call&) -> Result {
           return boost::json::object{{"__typename", "Stone"}, {"weight", 2.5}};
         }},
        {"old", [](const Root&, const Call&) -> Result { return "old"; }},
        {"broken", [](const Root&, const Call&) -> Result { throw Failure("no", "BROKEN"); }},
        {"needed", [](const Root&, const Call&) -> Result { return std::make_shared<Pet>("n"); }}};
    return kFields;
  }
};

std::vector<std::string> problems(std::string_view query) {
  std::vector<std::string> messages;
  for (const auto& failure : validate(schema(), parse_document(query))) messages.push_back(failure.message);
  return messages;
}

struct Answer {
  boost::json::value data;
  std::vector<Failure> failures;
  std::int64_t requested = 0;
  std::int64_t actual = 0;
  bool deprecated = false;
};

Answer run(std::string_view query, const boost::json::object& given = {}) {
  const auto document = parse_document(query);
  EXPECT_THAT(problems(query), testing::IsEmpty()) << query;
  const auto& operation = choose_operation(document, "");
  const auto variables = read_variables(schema(), operation, given);
  Executor executor(schema(), document, variables);
  Answer answer;
  answer.requested = executor.requested_cost(operation);
  answer.data = executor.run(operation, std::make_shared<Root>());
  answer.failures = executor.failures();
  answer.actual = executor.actual_cost();
  answer.deprecated = executor.used_deprecated();
  return answer;
}

boost::json::value json(std::string_view text) { return boost::json::parse(text); }

TEST(GraphqlSyntax, ReadsEveryPartOfADocument) {
  const auto document = parse_document(R"(
    # a comment
    query Q($a: [String!]! = ["x", "y"], $b: Int) { first: field(a: $a, n: -1.5e3, o: {k: null, l: ENUM}, s: "q\"\u00e9\n") @skip(if: true) { ...F ... on T { id } ... @include(if: false) { id } } }
    fragment F on T { id }
    mutation M { x(text: """block "quoted" text""") })");
  ASSERT_EQ(document.operations.size(), 2U);
  ASSERT_EQ(document.fragments.size(), 1U);
  const auto& query = document.operations[0];
  EXPECT_EQ(to_text(query.variables[0].type), "[String!]!");
  EXPECT_EQ(query.variables[0].otherwise->items.size(), 2U);
  const auto& field = query.selections[0];
  EXPECT_EQ(field.key(), "first");
  EXPECT_EQ(field.arguments[1].value.text, "-1.5e3");
  EXPECT_EQ(field.arguments[2].value.names.size(), 2U);
  EXPECT_EQ(field.arguments[3].value.text, "q\"\xc3\xa9\n");
  ASSERT_EQ(field.selections.size(), 3U);
  EXPECT_EQ(field.selections[0].kind, Selection::Kind::spread);
  EXPECT_EQ(field.selections[1].type_condition, "T");
  EXPECT_EQ(document.operations[1].selections[0].arguments[0].value.text, R"(block "quoted" text)");
}

TEST(GraphqlSyntax, RefusesWhatIsNoDocument) {
  for (const auto* text :
       {"", "{", "{ a", "{ a(", "{ a(b:) }", "{ a } }", "query Q($a) { a }", "{ \"text\" }", "{ a(b: \"x) }",
        "fragment on T { a }", "{ a(b: 1x) }", "{ a ? }", "{ }", "{ a(b: \"\\q\") }"}) {
    EXPECT_THROW((void)parse_document(text), SyntaxError) << text;
  }
  std::string deep;
  for (int i = 0; i < 500; ++i) deep += "{ a ";
  EXPECT_THROW((void)parse_document(deep), SyntaxError);
  try {
    (void)parse_document("{\n  a(b:) }");
    FAIL();
  } catch (const SyntaxError& error) {
    EXPECT_EQ(error.at().line, 2);
    EXPECT_EQ(error.at().column, 7);
  }
}

TEST(GraphqlValidation, RefusesWhatTheSchemaDoesNotHave) {
  using testing::ElementsAre;
  EXPECT_THAT(problems("{ nope }"), ElementsAre("Field 'nope' doesn't exist on type 'Root'"));
  EXPECT_THAT(problems("{ pets(first: 1, size: 2) { nodes { id } } }"),
              ElementsAre("Field 'pets' doesn't accept argument 'size'"));
  EXPECT_THAT(problems("{ pet { id } }"), ElementsAre("Field 'pet' is missing required arguments: id"));
  EXPECT_THAT(problems("{ pets(kind: BIRD) { nodes { id } } }"),
              ElementsAre("Argument 'kind' on Field 'pets' has an invalid value (BIRD). Expected type 'Kind'."));
  EXPECT_THAT(problems("{ pets(first: \"3\") { nodes { id } } }"),
              ElementsAre("Argument 'first' on Field 'pets' has an invalid value (\"3\"). Expected type 'Int'."));
  EXPECT_THAT(problems("{ pet(id: 1) }"), ElementsAre(testing::StartsWith("Field must have selections")));
  EXPECT_THAT(problems("{ old { x } }"), ElementsAre(testing::StartsWith("Selections can't be made on scalars")));
  EXPECT_THAT(problems("{ any { ...F } }"), ElementsAre("Fragment F was used, but not defined"));
  EXPECT_THAT(problems("{ old } fragment F on Pet { id }"), ElementsAre("Fragment F was defined, but not used"));
  EXPECT_THAT(problems("{ pet(id: 1) { ...F } } fragment F on Pet { friends { ...F } }"),
              ElementsAre("Fragment F contains an infinite loop"));
  EXPECT_THAT(problems("{ pet(id: 1) { ... on Stone { weight } } }"),
              ElementsAre("Fragment on Stone can't be spread inside Pet"));
  EXPECT_THAT(problems("{ pet(id: 1) { ... on Nothing { weight } } }"),
              ElementsAre("No such type Nothing, so it can't be a fragment condition"));
  EXPECT_THAT(problems("query Q { pet(id: $id) { id } }"), ElementsAre("Variable $id is used by Q but not declared"));
  EXPECT_THAT(problems("query Q($x: Int) { old }"), ElementsAre("Variable $x is declared by Q but not used"));
  EXPECT_THAT(problems("query Q($x: ID) { pet(id: $x) { id } }"),
              ElementsAre("Type mismatch on variable $x and argument id (ID / ID!)"));
  EXPECT_THAT(problems("query Q($x: Pet!) { pet(id: $x) { id } }"),
              testing::Contains(testing::StartsWith("Pet isn't a valid")));
  EXPECT_THAT(problems("{ old @cached }"), ElementsAre("Directive @cached is not defined"));
  EXPECT_THAT(problems("{ old @skip }"), ElementsAre("Directive 'skip' is missing required arguments: if"));
  EXPECT_THAT(problems("{ x: old x: broken }"), ElementsAre("Field 'x' has a field conflict: old or broken?"));
  EXPECT_THAT(problems("mutation { adopt(input: {tags: [\"a\"]}) { id } }"),
              ElementsAre(testing::StartsWith("Argument 'input' on Field 'adopt' has an invalid value")));
  EXPECT_THAT(problems("mutation($n: Int!) { adopt(input: {name: \"a\"}, count: $n) { id } }"), testing::IsEmpty());
  EXPECT_THAT(problems("subscription { old }"), ElementsAre("Schema is not configured for subscriptions"));
}

TEST(GraphqlValidation, SaysWhereAndWhat) {
  const auto failures = validate(schema(), parse_document("query Q {\n  pet(id: 1) { nope } }"));
  ASSERT_EQ(failures.size(), 1U);
  EXPECT_EQ(failures[0].to_json(), json(R"({"message":"Field 'nope' doesn't exist on type 'Pet'",
    "locations":[{"line":2,"column":16}],"path":["query Q","pet","nope"],
    "extensions":{"code":"undefinedField","typeName":"Pet","fieldName":"nope"}})"));
}

TEST(GraphqlVariables, AreReadByTheirType) {
  const auto document = parse_document("query Q($a: Int!, $b: [String!] = [\"x\"], $c: Kind) { old }");
  const auto read = [&](std::string_view given) {
    return read_variables(schema(), document.operations[0], json(given).as_object());
  };
  EXPECT_EQ(read(R"({"a":1,"c":"CAT"})"), json(R"({"a":1,"b":["x"],"c":"CAT"})").as_object());
  for (const auto* given : {"{}", R"({"a":null})", R"({"a":"1"})", R"({"a":1,"c":"BIRD"})", R"({"a":1,"b":[null]})",
                            R"({"a":3000000000})"}) {
    EXPECT_THROW((void)read(given), Failure) << given;
  }
}

TEST(GraphqlExecution, SelectsAliasesFragmentsAndDirectives) {
  const auto answer = run(R"(query Q($yes: Boolean!) {
      one: pet(id: "a") { ...Name owner { name } __typename }
      two: pet(id: "b") { ... on Node { id } name @skip(if: $yes) friends @include(if: $yes) { name } }
      any { __typename ... on Stone { weight } ... on Pet { name } } }
      fragment Name on Pet { name })",
                          {{"yes", true}});
  EXPECT_EQ(answer.data, json(R"({"one":{"name":"a","owner":{"name":"Ada"},"__typename":"Pet"},
      "two":{"id":"id-b","friends":[{"name":"b2"},{"name":"b3"}]},"any":{"__typename":"Stone","weight":2.5}})"));
  EXPECT_TRUE(answer.failures.empty());
  EXPECT_FALSE(answer.deprecated);
  EXPECT_TRUE(run("{ old }").deprecated);
}

TEST(GraphqlExecution, PagesLeadThroughTheWholeList) {
  std::string seen;
  std::string after;
  for (;;) {
    const auto answer =
        run("query($a: String) { pets(first: 2, after: $a) { edges { cursor node { name } } pageInfo { hasNextPage "
            "hasPreviousPage endCursor } } }",
            after.empty() ? boost::json::object{} : boost::json::object{{"a", after}});
    const auto& pets = answer.data.at("pets");
    for (const auto& edge : pets.at("edges").as_array()) seen += edge.at("node").at("name").as_string();
    EXPECT_EQ(pets.at("pageInfo").at("hasPreviousPage"), boost::json::value(!after.empty()));
    after = pets.at("pageInfo").at("endCursor").as_string();
    if (!pets.at("pageInfo").at("hasNextPage").as_bool()) break;
  }
  EXPECT_EQ(seen, "abcde");
  const auto back = run("{ pets(first: 2, reverse: true) { nodes { name } } }");
  EXPECT_EQ(back.data, json(R"({"pets":{"nodes":[{"name":"e"},{"name":"d"}]}})"));
}

TEST(GraphqlExecution, AFailureEndsAtTheNearestNullableParent) {
  const auto answer =
      run("{ old broken pets(first: 1) { nodes { name } } pet(id: \"a\") { name friends { broken } } }");
  EXPECT_EQ(answer.data, json(R"({"old":"old","broken":null,"pets":{"nodes":[{"name":"a"}]},"pet":null})"));
  ASSERT_EQ(answer.failures.size(), 2U);
  EXPECT_EQ(answer.failures[0].to_json().at("path"), json(R"(["broken"])"));
  EXPECT_EQ(answer.failures[1].to_json().at("path"), json(R"(["pet","friends",0,"broken"])"));
  EXPECT_TRUE(run("{ pets(first: 1) { nodes { broken } } }").data.is_null()) << "up to the root";
}

TEST(GraphqlCost, CountsObjectsAndListsBySize) {
  EXPECT_EQ(run("{ old }").requested, 0);
  EXPECT_EQ(run("{ pet(id: 1) { name owner { name } } }").requested, 2);
  const auto page = run("{ pets(first: 100) { edges { node { name owner { name } } } pageInfo { endCursor } } }");
  EXPECT_EQ(page.requested, 2 + 100 * 2);
  EXPECT_EQ(page.actual, 2 + 5 * 2) << "there are five";
  EXPECT_EQ(run("query($n: Int) { pets(first: $n) { nodes { id } } }", {{"n", 50}}).requested, 52);
  EXPECT_EQ(run("{ pets(first: 10) { nodes @skip(if: true) { id } pageInfo { endCursor } } }").requested, 2);
}

TEST(GraphqlSchema, OfTheShopIsReadWhole) {
  const auto& shop = shopify::schema();
  EXPECT_TRUE(shop.at("OrderConnection").connection());
  EXPECT_TRUE(shop.is_a(shop.at("Order"), "Node"));
  EXPECT_TRUE(shop.is_a(shop.at("PricingPercentageValue"), "PricingValue"));
  EXPECT_TRUE(shop.at("Customer").find_field("email")->deprecated);
  EXPECT_EQ(to_text(shop.at("QueryRoot").find_field("nodes")->type), "[Node]!");
  EXPECT_THROW(Schema("type A { b: C }"), SyntaxError);
}

TEST(ShopifySearch, DecidesTermsByTheirOperators) {
  const auto found = [](std::string_view text, const std::map<std::string, std::int64_t>& facts) {
    return shopify::matches(shopify::parse_search(text), [&](const shopify::Term& term) {
      const auto fact = facts.find(term.field);
      return fact == facts.end() || shopify::compare_number(term, fact->second);
    });
  };
  EXPECT_TRUE(found("", {}));
  EXPECT_TRUE(found("a:1 b:2", {{"a", 1}, {"b", 2}}));
  EXPECT_FALSE(found("a:1 AND b:3", {{"a", 1}, {"b", 2}}));
  EXPECT_TRUE(found("a:5 OR b:2", {{"a", 1}, {"b", 2}}));
  EXPECT_FALSE(found("(a:5 OR b:2) AND NOT a:1", {{"a", 1}, {"b", 2}}));
  EXPECT_TRUE(found("-a:2 b:>=2 b:<3 a:0..4", {{"a", 1}, {"b", 2}}));
  EXPECT_TRUE(found("a:5.. OR (b:..2", {{"a", 1}, {"b", 2}})) << "an open parenthesis";
  EXPECT_FALSE(found("a:'2'", {{"a", 1}}));
}

TEST(ShopifySearch, TimesBoundTheListing) {
  const auto now = *parse_instant("2026-11-25T10:00:00Z");
  const auto search =
      shopify::parse_search("updated_at:>='2026-11-01T00:00:00Z' AND updated_at:<2026-11-20 test:false");
  const auto span = shopify::span_of(search, "updated_at", now);
  EXPECT_EQ(format_instant(span.from), "2026-11-01T00:00:00Z");
  EXPECT_EQ(format_instant(span.until), "2026-11-20T00:00:00Z");
  EXPECT_EQ(shopify::span_of(search, "created_at", now).until, Instant::max());
  const auto either = shopify::parse_search("updated_at:>2026-11-01 OR test:true");
  EXPECT_EQ(shopify::span_of(either, "updated_at", now).from, Instant::min()) << "only one of two ways to match";
  const auto at = [&](std::string_view text, std::string_view instant) {
    return shopify::compare_time(shopify::parse_search(text).term, *parse_instant(instant), now);
  };
  EXPECT_TRUE(at("created_at:<=2024", "2024-12-31T23:59:59Z"));
  EXPECT_FALSE(at("created_at:<=2024", "2025-01-01T00:00:00Z"));
  EXPECT_TRUE(at("created_at:<now", "2026-11-25T09:59:59Z"));
  EXPECT_TRUE(at("created_at:2026-11-25", "2026-11-25T09:59:59Z"));
  EXPECT_EQ(shopify::unknown_fields(shopify::parse_search("nope:1 test:true"), {"test"}),
            std::vector<std::string>{"nope"});
}

}  // namespace
}  // namespace omnify::sandbox::graphql
