#include "api/response_cache.h"

#include <gtest/gtest.h>

namespace omnify::api {
namespace {

class ResponseCacheTest : public testing::Test {
 protected:
  void store(const std::string& key, const std::string& text, OrganizationId organization) {
    cache.store(organization, key, cache.generation(organization), http::Response::json(text));
  }
  std::string find(const std::string& key, OrganizationId organization) {
    const auto found = cache.find(organization, key);
    return found != nullptr ? found->body : "";
  }

  ResponseCache cache{16'000};
  OrganizationId first = OrganizationId::random();
  OrganizationId second = OrganizationId::random();
};

TEST_F(ResponseCacheTest, KeepsOrganizationsApart) {
  store("overview", "of the first", first);
  EXPECT_EQ(find("overview", first), "of the first");
  EXPECT_EQ(find("overview", second), "");
  EXPECT_EQ(find("overview\nstart=1", first), "");
}

TEST_F(ResponseCacheTest, ForgetsWhatChanged) {
  store("overview", "a", first);
  store("overview", "b", second);
  cache.forget(first);
  EXPECT_EQ(find("overview", first), "");
  EXPECT_EQ(find("overview", second), "b");
  cache.forget_all();
  EXPECT_EQ(find("overview", second), "");
}

TEST_F(ResponseCacheTest, AnAnswerThatWasOvertakenIsNotKept) {
  for (const bool all : {false, true}) {
    const auto generation = cache.generation(first);
    all ? cache.forget_all() : cache.forget(first);
    cache.store(first, "overview", generation, http::Response::json("old"));
    EXPECT_EQ(find("overview", first), "");
  }
}

TEST_F(ResponseCacheTest, TheLeastRecentlyUsedGoesFirst) {
  store("a", std::string(3000, 'a'), first);
  store("b", std::string(3000, 'b'), first);
  EXPECT_FALSE(find("a", first).empty());
  store("c", std::string(3000, 'c'), first);
  store("d", std::string(3000, 'd'), first);
  EXPECT_FALSE(find("d", first).empty());
  EXPECT_EQ(find("b", first), "");
  EXPECT_LE(cache.counts().bytes, 16'000U);
  store("huge", std::string(20'000, 'x'), first);
  EXPECT_EQ(find("huge", first), "");
  EXPECT_EQ(cache.counts().bytes, 0U);
}

TEST_F(ResponseCacheTest, ReplacesAnAnswer) {
  store("a", "old", first);
  store("a", "new", first);
  EXPECT_EQ(find("a", first), "new");
  EXPECT_EQ(cache.counts().entries, 1U);
}

}  // namespace
}  // namespace omnify::api
