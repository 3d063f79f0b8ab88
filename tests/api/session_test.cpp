#include <fmt/format.h>

#include <boost/json.hpp>

#include "api/fixture.h"

namespace omnify::api {
namespace {

using SessionApiTest = ApiTest;

TEST_F(SessionApiTest, TheCookieIsSafe) {
  const auto answer = login("first-owner@example.com", kPassword);
  ASSERT_EQ(answer.status, 200) << answer.body;
  const auto cookie = answer.header("set-cookie");
  EXPECT_TRUE(cookie.starts_with("omnify_session=")) << cookie;
  for (const char* part : {"HttpOnly", "SameSite=Lax", "Path=/"}) EXPECT_NE(cookie.find(part), std::string::npos);
  EXPECT_EQ(cookie.find("Domain"), std::string::npos);
  const auto session = answer.json();
  EXPECT_EQ(session.at("user").at("email").as_string(), "first-owner@example.com");
  EXPECT_EQ(session.at("role").as_string(), "owner");
  EXPECT_EQ(session.at("organization").at("id").as_string(), first.organization.text());
  EXPECT_EQ(session.at("today").as_string().size(), 10U);
}

TEST_F(SessionApiTest, SigningOutEndsIt) {
  const auto cookie = cookie_of("first-owner@example.com");
  EXPECT_EQ(get("/api/v1/session", cookie).status, 200);
  const auto out = ask({.method = "DELETE", .path = "/api/v1/session", .cookie = cookie});
  EXPECT_EQ(out.status, 204);
  EXPECT_NE(out.header("set-cookie").find("Max-Age=0"), std::string::npos);
  EXPECT_EQ(get("/api/v1/session", cookie).status, 401);
}

TEST_F(SessionApiTest, SigningInAgainEndsTheOldSession) {
  const auto old = cookie_of("first-owner@example.com");
  const auto body = fmt::format(R"({{"email":"first-owner@example.com","password":"{}"}})", kPassword);
  EXPECT_EQ(post("/api/v1/session", body, old).status, 200);
  EXPECT_EQ(get("/api/v1/session", old).status, 401);
}

TEST_F(SessionApiTest, GuessingIsStopped) {
  for (int i = 0; i < tenancy::kFreeFailures; ++i) {
    EXPECT_EQ(login("first-owner@example.com", "wrong").status, 401);
  }
  const auto refused = login("first-owner@example.com", kPassword);
  EXPECT_EQ(refused.status, 429);
  EXPECT_FALSE(refused.header("retry-after").empty());
  EXPECT_EQ(refused.header("content-type").substr(0, 24), "application/problem+json");
}

TEST_F(SessionApiTest, AnswersAreNeverStored) {
  const auto answer = get("/api/v1/session", first.owner);
  EXPECT_NE(answer.header("cache-control").find("no-store"), std::string::npos);
  EXPECT_EQ(answer.header("x-content-type-options"), "nosniff");
}

}  // namespace
}  // namespace omnify::api
