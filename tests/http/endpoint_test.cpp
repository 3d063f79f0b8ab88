#include "http/endpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <set>

#include "http/openapi.h"
#include "http/support.h"

namespace omnify::http {
namespace {

using ::testing::ElementsAre;
using testing::get;
using ::testing::HasSubstr;
using testing::post;
using testing::RawClient;
using testing::TestServer;

struct ThingPath {
  Uuid id;
};
BOOST_DESCRIBE_STRUCT(ThingPath, (), (id))

enum class Order { ascending, descending };
BOOST_DESCRIBE_ENUM(Order, ascending, descending)

struct ThingQuery {
  Day start{};
  std::optional<std::int64_t> limit;
  std::optional<Order> order;
  std::vector<std::string> tag;

  void check(json::Problems& problems, const std::string&) const {
    if (limit && *limit > 200) problems.add("limit", "must be at most 200");
  }
};
BOOST_DESCRIBE_STRUCT(ThingQuery, (), (start, limit, order, tag))

struct Part {
  std::string name;
  Decimal price;
};
BOOST_DESCRIBE_STRUCT(Part, (), (name, price))

struct NewThing {
  static constexpr bool kRequest = true;
  std::string name;
  std::vector<Part> parts;
  std::optional<std::string> note;
};
BOOST_DESCRIBE_STRUCT(NewThing, (), (name, parts, note))

struct Thing {
  std::string name;
  std::string caller;
  std::int64_t parts = 0;
};
BOOST_DESCRIBE_STRUCT(Thing, (), (name, caller, parts))

struct Caller {
  std::string name;
};

Task<Caller> authenticate(const Request& request, const Operation& operation) {
  const auto user = request.header("X-User");
  if (user.empty() && !operation.permission.empty()) throw Error(Code::unauthenticated, "Sign in first.");
  co_return Caller{std::string(user)};
}

Task<Thing> get_thing(Call<Caller> call, Path<ThingPath> path, Query<ThingQuery> query) {
  co_return Thing{path->id.text() + " " + format_day(query->start), call.context.name,
                  static_cast<std::int64_t>(query->tag.size())};
}

Task<Created<Thing>> add_thing(Call<Caller> call, Body<NewThing> body) {
  Created<Thing> created{{body->name, call.context.name, static_cast<std::int64_t>(body->parts.size())}};
  created.headers.add("Location", "/api/v1/things/1");
  co_return created;
}

Task<> delete_thing(Call<Caller>, Path<ThingPath>) { co_return; }

constexpr std::string_view kId = "7f1b6f0e-4f55-4d3b-9a63-0d9f6a6a4c11";
const std::string kOne = "/api/v1/things/" + std::string(kId);

Router make_router() {
  Endpoints<Caller> endpoints(authenticate);
  Route list{Method::get, "/api/v1/things/{id}", {"getThing", "One thing", "Things", "things.read"}};
  list.parameters.push_back({"limit", ParameterDoc::Place::query, false, "How many at most."});
  endpoints.add(std::move(list), get_thing);
  endpoints.add({Method::post, "/api/v1/things", {"addThing", "Add a thing", "Things", "things.write"}}, add_thing);
  endpoints.add({Method::delete_, "/api/v1/things/{id}", {"deleteThing", "Delete it", "Things", "things.write"}},
                delete_thing);
  Router router;
  router.add(std::move(endpoints).routes());
  router.add(documentation_routes(router, {"Test <API>", "1.2.3"}));
  return router;
}

class EndpointTest : public ::testing::Test {
 protected:
  testing::RawResponse once(const std::string& bytes) { return RawClient(server.port()).exchange(bytes); }
  std::vector<std::string> refused(const std::string& bytes, int status) {
    const auto response = once(bytes);
    EXPECT_EQ(response.status, status) << response.body;
    std::vector<std::string> pointers;
    const auto problem = boost::json::parse(response.body).as_object();
    if (const auto* errors = problem.if_contains("errors")) {
      for (const auto& entry : errors->as_array()) {
        pointers.emplace_back(entry.as_object().at("pointer").as_string());
      }
    }
    return pointers;
  }

  TestServer server{make_router()};
};

constexpr std::string_view kUser = "X-User: ada\r\n";

TEST_F(EndpointTest, ReadsPathQueryAndContext) {
  const auto response = once(get(kOne + "?start=2026-03-01&tag=a&tag=b&limit=200", kUser));
  EXPECT_EQ(response.body, R"({"name":"7f1b6f0e-4f55-4d3b-9a63-0d9f6a6a4c11 2026-03-01","caller":"ada","parts":2})");
  EXPECT_EQ(response.headers.value("Content-Type"), "application/json");
}

TEST_F(EndpointTest, NamesTheRefusedParameter) {
  EXPECT_THAT(refused(get(kOne, kUser), 422), ElementsAre("start"));
  EXPECT_THAT(refused(get(kOne + "?start=2026-02-30&order=up&limit=x", kUser), 422),
              ElementsAre("start", "limit", "order"));
  EXPECT_THAT(refused(get(kOne + "?start=2026-03-01&limit=201", kUser), 422), ElementsAre("limit"));
  EXPECT_THAT(refused(get(kOne + "?start=2026-03-01&other=1", kUser), 400), ElementsAre("other"));
  refused(get("/api/v1/things/7?start=2026-03-01", kUser), 404);
}

TEST_F(EndpointTest, ReadsBodiesAndNamesTheirRefusedMembers) {
  const std::string json = "Content-Type: application/json\r\n" + std::string(kUser);
  const auto created = once(post("/api/v1/things", R"({"name":"x","parts":[{"name":"p","price":"1.50"}]})", json));
  EXPECT_EQ(created.status, 201);
  EXPECT_EQ(created.body, R"({"name":"x","caller":"ada","parts":1})");
  EXPECT_EQ(created.headers.value("Location"), "/api/v1/things/1");
  EXPECT_THAT(refused(post("/api/v1/things", R"({"parts":[{"name":"p","price":"a"}],"role":"owner"})", json), 422),
              ElementsAre("/name", "/parts/0/price", "/role"));
  refused(post("/api/v1/things", "{\"name\":", json), 400);
  refused(post("/api/v1/things", std::string(40, '[') + std::string(40, ']'), json), 400);
  refused(post("/api/v1/things", "name=x", "Content-Type: application/x-www-form-urlencoded\r\nX-User: a\r\n"), 415);
}

TEST_F(EndpointTest, AuthenticatesBeforeItLooksAtInputs) {
  EXPECT_EQ(once(get(kOne + "?nonsense=1")).status, 401);
  EXPECT_EQ(once("DELETE " + kOne + " HTTP/1.1\r\nHost: x\r\nX-User: a\r\n\r\n").status, 204);
}

TEST(Endpoints, RefuseAPathThatDoesNotFitItsStruct) {
  Endpoints<Caller> endpoints(authenticate);
  EXPECT_THROW(endpoints.add({Method::get, "/api/v1/things/{name}", {}}, delete_thing), Error);
  EXPECT_THROW(endpoints.add({Method::get, "/api/v1/things", {}}, delete_thing), Error);
}

/// Every "$ref" of a document leads to something in it.
void expect_references_resolve(const boost::json::value& document, const boost::json::value& part) {
  if (const auto* list = part.if_array()) {
    for (const auto& item : *list) expect_references_resolve(document, item);
  } else if (const auto* object = part.if_object()) {
    for (const auto& entry : *object) {
      if (entry.key() == "$ref") {
        boost::system::error_code failure;
        const auto pointer = std::string(entry.value().as_string()).substr(1);
        EXPECT_NE(document.find_pointer(pointer, failure), nullptr) << pointer;
      } else {
        expect_references_resolve(document, entry.value());
      }
    }
  }
}

TEST_F(EndpointTest, DescribesItselfAsOpenApi) {
  const auto document = boost::json::parse(once(get("/api/openapi.json")).body);
  expect_references_resolve(document, document);
  EXPECT_EQ(document.at("openapi"), "3.1.0");
  EXPECT_EQ(document.at("info").at("version"), "1.2.3");
  EXPECT_EQ(document.at("servers").as_array().at(0).at("url"), "/");
  EXPECT_EQ(document.at("tags").as_array().at(0).at("name"), "Things");
  EXPECT_TRUE(document.at("security").as_array().at(0).as_object().contains("session"));
  EXPECT_EQ(document.at("components").at("securitySchemes").at("session").at("in"), "cookie");
  const auto& paths = document.at("paths").as_object();
  EXPECT_EQ(paths.size(), 2U);
  std::set<std::string> ids;
  for (const auto& path : paths) {
    for (const auto& entry : path.value().as_object()) {
      const auto& operation = entry.value().as_object();
      EXPECT_TRUE(ids.insert(std::string(operation.at("operationId").as_string())).second);
      EXPECT_TRUE(operation.at("tags").is_array());
      EXPECT_TRUE(operation.at("responses").is_object());
      EXPECT_THAT(std::string(operation.at("x-permission").as_string()), HasSubstr("things."));
    }
  }
  EXPECT_THAT(ids, ElementsAre("addThing", "deleteThing", "getThing"));
}

TEST_F(EndpointTest, DescribesParametersAndBodies) {
  const auto document = boost::json::parse(once(get("/api/openapi.json")).body);
  const auto& one = document.at("paths").at("/api/v1/things/{id}").at("get");
  const auto& parameters = one.at("parameters").as_array();
  ASSERT_EQ(parameters.size(), 5U);
  for (const auto& parameter : parameters) {
    const auto& name = parameter.at("name").as_string();
    EXPECT_EQ(parameter.at("in"), name == "id" ? "path" : "query");
    EXPECT_EQ(parameter.at("required").as_bool(), name == "id" || name == "start");
    if (name == "limit") EXPECT_EQ(parameter.at("description"), "How many at most.");
    if (name == "limit") EXPECT_EQ(parameter.at("schema").at("type"), "integer");
    if (name == "order") EXPECT_EQ(parameter.at("schema").at("enum").as_array().size(), 2U);
  }
  const auto& add = document.at("paths").at("/api/v1/things").at("post");
  EXPECT_EQ(add.at("requestBody").at("content").at("application/json").at("schema").at("$ref"),
            "#/components/schemas/NewThing");
  EXPECT_EQ(add.at("responses").at("201").at("content").at("application/json").at("schema").at("$ref"),
            "#/components/schemas/Thing");
  for (const auto* status : {"400", "401", "403", "413", "415", "422", "429", "500", "503"}) {
    EXPECT_EQ(add.at("responses").at(status).at("$ref"), "#/components/responses/Problem") << status;
  }
  const auto& wanted = document.at("components").at("schemas").at("NewThing").at("required").as_array();
  EXPECT_EQ(wanted.size(), 2U);
  EXPECT_EQ(document.at("components").at("schemas").at("Problem").at("required").as_array().size(), 5U);
}

TEST_F(EndpointTest, ShowsThePages) {
  const auto page = once(get("/api/docs"));
  EXPECT_EQ(page.headers.value("Content-Type"), "text/html; charset=utf-8");
  EXPECT_THAT(page.body, HasSubstr("<title>Test &lt;API></title>"));
  EXPECT_THAT(page.body, HasSubstr("<tr id=\"problem-invalid-field\">"));
  EXPECT_EQ(page.body.find("<script>"), std::string::npos);
  EXPECT_EQ(page.body.find("style="), std::string::npos);
  EXPECT_EQ(once(get("/api/docs/docs.js")).headers.value("Content-Type"), "text/javascript; charset=utf-8");
  const auto style = once(get("/api/docs/docs.css"));
  EXPECT_EQ(style.headers.value("Content-Type"), "text/css; charset=utf-8");
  const std::string etag(style.headers.value("ETag"));
  EXPECT_EQ(once(get("/api/docs/docs.css", "If-None-Match: " + etag + "\r\n")).status, 304);
  EXPECT_EQ(once(get("/api/problems/not-found")).headers.value("Location"), "/api/docs#problem-not-found");
}

}  // namespace
}  // namespace omnify::http
