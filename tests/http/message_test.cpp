#include "http/message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/compress.h"
#include "http/csrf.h"
#include "http/event_stream.h"
#include "http/rate_limit.h"
#include "http/route.h"
#include "http/static_files.h"
#include "http/url.h"

namespace omnify::http {
namespace {

using ::testing::ElementsAre;

template <class Function>
std::optional<Code> thrown_by(Function function) {
  try {
    function();
  } catch (const Error& error) {
    return error.code();
  }
  return std::nullopt;
}

TEST(Headers, CompareNamesWithoutCase) {
  Headers headers{{"Content-Type", "text/plain"}, {"Set-Cookie", "a=1"}};
  headers.add("set-cookie", "b=2");
  EXPECT_EQ(headers.value("content-TYPE"), "text/plain");
  EXPECT_EQ(headers.count("SET-COOKIE"), 2U);
  headers.set("Set-Cookie", "c=3");
  EXPECT_EQ(headers.count("Set-Cookie"), 1U);
  EXPECT_EQ(headers.value("X-None"), "");
}

TEST(Headers, RefuseToForgeAnother) {
  Headers headers;
  EXPECT_EQ(thrown_by([&] { headers.add("Location", "/x\r\nSet-Cookie: a=1"); }), Code::internal);
  EXPECT_EQ(headers.size(), 0U);
}

TEST(Parameters, DecodeForms) {
  const auto parsed = Parameters::parse("a=1&b=x+y%26z&a=%C3%A9&&flag&empty=");
  EXPECT_EQ(parsed.value("b"), "x y&z");
  EXPECT_THAT(parsed.all("a"), ElementsAre("1", "é"));
  EXPECT_TRUE(parsed.contains("flag"));
  EXPECT_EQ(parsed.find("empty"), "");
  EXPECT_FALSE(parsed.find("none"));
  for (const auto* broken : {"a=%", "a=%1", "a=%zz", "%=1"}) {
    EXPECT_EQ(thrown_by([&] { (void)Parameters::parse(broken); }), Code::invalid_request) << broken;
  }
}

TEST(Parameters, SurviveEncodingAndDecoding) {
  Parameters all;
  std::string bytes;
  for (int c = 1; c < 256; ++c) bytes += static_cast<char>(c);
  all.add("all bytes", bytes);
  all.add("&=+%", "&=+%");
  const auto again = Parameters::parse(encode_form(all));
  EXPECT_EQ(again.value("all bytes"), bytes);
  EXPECT_EQ(again.value("&=+%"), "&=+%");
}

TEST(Url, AddsToAQuery) {
  EXPECT_EQ(with_query("https://x/y", {}), "https://x/y");
  EXPECT_EQ(with_query("https://x/y", {{"a b", "c&d"}}), "https://x/y?a%20b=c%26d");
  EXPECT_EQ(with_query("https://x/y?z=1#end", {{"a", "b"}}), "https://x/y?z=1&a=b#end");
}

TEST(Request, FindsCookiesByTheirWholeName) {
  Request request;
  request.headers.add("Cookie", "omnify_session_old=1; omnify_session=abc=; last=z");
  EXPECT_EQ(request.cookie("omnify_session"), "abc=");
  EXPECT_EQ(request.cookie("last"), "z");
  EXPECT_FALSE(request.cookie("session"));
}

TEST(Request, KnowsItsMediaType) {
  Request request;
  EXPECT_EQ(request.media_type(), "");
  request.headers.set("Content-Type", "Application/JSON ; charset=UTF-8");
  EXPECT_EQ(request.media_type(), "application/json");
}

TEST(Compress, ChoosesByQuality) {
  for (const auto effort : {Effort::fast, Effort::small}) {
    EXPECT_EQ(choose_encoding("", effort), Encoding::identity);
    EXPECT_EQ(choose_encoding("gzip;q=1.0, br;q=0.5", effort), Encoding::gzip);
    EXPECT_EQ(choose_encoding("gzip;q=0.5, br", effort), Encoding::brotli);
    EXPECT_EQ(choose_encoding("gzip", effort), Encoding::gzip);
    EXPECT_EQ(choose_encoding("br", effort), Encoding::brotli);
    EXPECT_EQ(choose_encoding("br;q=0, gzip;q=0", effort), Encoding::identity);
    EXPECT_EQ(choose_encoding("identity", effort), Encoding::identity);
    EXPECT_EQ(choose_encoding("br;q=0, *;q=0.1", effort), Encoding::gzip);
    EXPECT_EQ(choose_encoding("br;q=nan, gzip;q=x", effort), Encoding::identity);
  }
}

TEST(Compress, ChoosesBetweenEqualsByEffort) {
  EXPECT_EQ(choose_encoding("gzip, deflate, br, zstd", Effort::fast), Encoding::gzip);
  EXPECT_EQ(choose_encoding("gzip, deflate, br, zstd", Effort::small), Encoding::brotli);
  EXPECT_EQ(choose_encoding("*", Effort::fast), Encoding::gzip);
  EXPECT_EQ(choose_encoding("*", Effort::small), Encoding::brotli);
}

Request from(std::initializer_list<Headers::Field> fields, Method method = Method::post) {
  Request request;
  request.method = method;
  request.headers = Headers(fields);
  return request;
}

TEST(Csrf, AllowsOurOwnPagesAndPrograms) {
  const Request allowed[] = {
      from({{"Sec-Fetch-Site", "same-origin"}, {"Content-Type", "application/json"}}),
      from({{"Sec-Fetch-Site", "none"}, {"X-OmniFy-CSRF", "1"}}),
      from({{"Origin", "https://app.example"}, {"Host", "app.example"}, {"Content-Type", "application/json"}}),
      from({{"X-OmniFy-CSRF", "1"}, {"Cookie", "a=b"}}),
      from({{"Content-Type", "application/json"}}),
      from({{"Sec-Fetch-Site", "same-origin"}}, Method::delete_),
      from({{"Sec-Fetch-Site", "cross-site"}}, Method::get),
  };
  for (const auto& request : allowed) EXPECT_NO_THROW(check_csrf(request));
}

TEST(Csrf, RefusesOtherSites) {
  const Request refused[] = {
      from({{"Sec-Fetch-Site", "cross-site"}, {"Content-Type", "application/json"}, {"X-OmniFy-CSRF", "1"}}),
      from({{"Sec-Fetch-Site", "same-site"}, {"Content-Type", "application/json"}}),
      from({{"Sec-Fetch-Site", "same-origin"}, {"Content-Type", "text/plain"}}),
      from({{"Sec-Fetch-Site", "same-origin"}}),
      from({{"Origin", "https://evil.example"}, {"Host", "app.example"}, {"Content-Type", "application/json"}}),
      from({{"Origin", "null"}, {"Host", "app.example"}, {"X-OmniFy-CSRF", "1"}}),
      from({{"Content-Type", "application/json"}, {"Cookie", "a=b"}}),
      from({{"Content-Type", "application/x-www-form-urlencoded"}}),
      from({{"Content-Type", "text/plain"}}),
      from({{"Cookie", "a=b"}}, Method::delete_),
  };
  for (const auto& request : refused) {
    EXPECT_EQ(thrown_by([&] { check_csrf(request); }), Code::permission_denied);
  }
  const auto listed = from({{"Origin", "https://a.example"}, {"Host", "b"}, {"Content-Type", "application/json"}});
  EXPECT_NO_THROW(check_csrf(listed, {"https://a.example"}));
  EXPECT_EQ(thrown_by([&] { check_csrf(listed, {"https://c.example"}); }), Code::permission_denied);
}

TEST(RateLimiter, PassesTheRateAndNoMore) {
  using std::chrono::milliseconds;
  RateLimiter limiter({10, std::chrono::seconds(60)});
  auto now = RateLimiter::Clock::time_point{};
  int passed = 0;
  for (int i = 0; i < 120; ++i, now += milliseconds(500)) passed += limiter.take("a", now).count() == 0 ? 1 : 0;
  EXPECT_GE(passed, 19);  // the burst, and one every six seconds
  EXPECT_LE(passed, 20);
  EXPECT_EQ(limiter.take("b", now).count(), 0);
}

TEST(RateLimiter, SaysWhenToComeBack) {
  RateLimiter limiter({1, std::chrono::seconds(10)});
  const auto now = RateLimiter::Clock::now();
  limiter.require("a", now);
  try {
    limiter.require("a", now);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.retry_after(), std::chrono::seconds(10));
  }
  EXPECT_EQ(limiter.take("a", now + std::chrono::seconds(10)).count(), 0);
  limiter.reset("a");
  EXPECT_EQ(limiter.take("a", now).count(), 0);
}

TEST(RateLimiter, StaysBounded) {
  RateLimiter limiter({5, std::chrono::seconds(60)}, 100);
  auto now = RateLimiter::Clock::time_point{};
  for (int i = 0; i < 1000; ++i) {
    now += std::chrono::milliseconds(1);
    (void)limiter.take(std::to_string(i), now);
    ASSERT_LE(limiter.size(), 100U);
  }
}

Task<Response> nothing(Request) { co_return Response{}; }

Route row(Method method, std::string path) { return {method, std::move(path), {}, nothing}; }

TEST(Router, PrefersLiteralsAndKnowsVerbs) {
  Router router;
  router.add(row(Method::get, "/things/{id}"));
  router.add(row(Method::get, "/things/new"));
  router.add(row(Method::post, "/things/{id}:archive"));
  router.add(row(Method::get, "/{version}/things/{id}/parts"));
  EXPECT_EQ(router.find(Method::get, "/things/new").route->path, "/things/new");
  const auto match = router.find(Method::head, "/things/a%20b");
  EXPECT_EQ(match.route->path, "/things/{id}");
  EXPECT_EQ(match.path_parameters.value("id"), "a b");
  EXPECT_EQ(router.find(Method::post, "/things/7:archive").path_parameters.value("id"), "7");
  EXPECT_EQ(router.find(Method::get, "/v1/things/7/parts").path_parameters.value("version"), "v1");
  EXPECT_EQ(router.find(Method::get, "/things").route, nullptr);
  EXPECT_EQ(router.find(Method::get, "/things/").route, nullptr);
  EXPECT_THAT(router.find(Method::delete_, "/things/7").allowed, ElementsAre(Method::get, Method::head));
}

TEST(Router, RefusesTablesThatCannotWork) {
  Router router;
  router.add(row(Method::get, "/a/{id}"));
  for (const auto* path : {"/a/{other}", "a", "/b/{", "/b/x{id}", "/b/{}"}) {
    EXPECT_EQ(thrown_by([&] { router.add(row(Method::get, path)); }), Code::internal) << path;
  }
  EXPECT_EQ(thrown_by([&] { router.add(Route{Method::get, "/c", {}}); }), Code::internal);
}

TEST(Events, CannotBeForged) {
  EXPECT_EQ(*make_event("a\nevent: b", "1\r\n2\r3", "4\ndata: x"), "id: 4\nevent: a\ndata: 1\ndata: 2\ndata: 3\n\n");
  EXPECT_EQ(*make_event("", ""), "data: \n\n");
}

TEST(MimeType, KnowsWhatTheWebAppHas) {
  EXPECT_EQ(mime_type("/assets/app.js"), "text/javascript; charset=utf-8");
  EXPECT_EQ(mime_type("/x.unknown"), "application/octet-stream");
}

}  // namespace
}  // namespace omnify::http
