#include "sandbox/shopify_fixture.h"

namespace omnify::sandbox::shopify {
namespace {

TEST_F(Shopify, RefusesWhatThePlatformRefuses) {
  EXPECT_EQ(code("{ shop { nope } }"), "undefinedField");
  EXPECT_EQ(code("{ orders(first: 1, nope: 2) { nodes { id } } }"), "argumentNotAccepted");
  EXPECT_EQ(code("{ orders(first: 1, sortKey: NOPE) { nodes { id } } }"), "argumentLiteralsIncompatible");
  EXPECT_EQ(code("{ orders { nodes { id } } }"), "BAD_REQUEST") << "a page needs a size";
  EXPECT_EQ(code("{ orders(first: 251) { nodes { id } } }"), "BAD_REQUEST");
  EXPECT_EQ(code("{ orders(first: 2, after: \"x\") { nodes { id } } }"), "BAD_REQUEST");
  EXPECT_FALSE(ask("{ shop { nope } }").contains("data"));
  EXPECT_FALSE(ask("{ shop { ").contains("data"));
  EXPECT_EQ(
      post("/admin/api/2026-10/graphql.json", array{}, {{"x-shopify-access-token", access.default_token()}}).status,
      400);
  const auto unknown = send("{ shop { id } }", {}, "shpat_unknown");
  EXPECT_EQ(unknown.status, 401);
  EXPECT_EQ(unknown.body,
            R"x({"errors":"[API] Invalid API key or access token (unrecognized login or wrong password)"})x");
}

TEST_F(ShopifyStandard, CostsArePaidFromABucket) {
  EXPECT_EQ(code("{ orders(first: 250) { nodes { id totalPriceSet { shopMoney { amount } } totalTaxSet { shopMoney { "
                 "amount } } } } }"),
            "MAX_COST_EXCEEDED");
  const std::string dear =
      "{ orders(first: 250, query: \"id:1\") { nodes { id totalPriceSet { shopMoney { amount } } } } }";
  const auto cost = ask(dear).at("extensions").at("cost");
  EXPECT_EQ(cost.at("requestedQueryCost"), 752);
  EXPECT_EQ(cost.at("actualQueryCost"), 2) << "nothing was found";
  EXPECT_EQ(cost.at("throttleStatus").at("maximumAvailable"), 2000.0);
  EXPECT_GE(cost.at("throttleStatus").at("currentlyAvailable").as_int64(), 1990) << "what was not needed came back";

  Throttle throttle(kStandard);
  const auto start = clock.now();
  EXPECT_TRUE(throttle.take("a", 1500, start));
  EXPECT_FALSE(throttle.take("a", 600, start));
  EXPECT_TRUE(throttle.take("b", 600, start)) << "another shop";
  EXPECT_TRUE(throttle.take("a", 600, start + std::chrono::seconds(1)));
  throttle.give_back("a", 5000);
  EXPECT_EQ(throttle.status("a", start + std::chrono::seconds(1)).at("currentlyAvailable"), 2000);
}

TEST_F(ShopifyStandard, AnEmptyBucketThrottles) {
  const std::string dear =
      "{ orders(first: 150, sortKey: ID) { nodes { id shippingLine { id } totalPriceSet { shopMoney { amount } } } } }";
  object last;
  for (int i = 0; i < 8 && !last.contains("errors"); ++i) last = ask(dear);
  ASSERT_TRUE(last.contains("errors"));
  EXPECT_FALSE(last.contains("data"));
  EXPECT_EQ(last.at("errors").at(0).at("message"), "Throttled");
  EXPECT_EQ(last.at("errors").at(0).at("extensions").at("code"), "THROTTLED");
  EXPECT_TRUE(last.at("extensions").at("cost").at("actualQueryCost").is_null());
  EXPECT_GT(last.at("extensions").at("cost").at("requestedQueryCost").as_int64(),
            last.at("extensions").at("cost").at("throttleStatus").at("currentlyAvailable").as_int64());
}

TEST_F(Shopify, OldOrdersNeedAScopeOfTheirOwn) {
  const auto token = token_with({"read_orders"});
  const auto oldest = data("{ orders(first: 1) { nodes { id createdAt } } }", {}, token).at("orders").at("nodes").at(0);
  const auto created = *parse_instant(oldest.at("createdAt").as_string());
  EXPECT_GE(created, clock.now() - days{60} - hours(1));
  const auto first = data("{ orders(first: 1) { nodes { id createdAt } } }").at("orders").at("nodes").at(0);
  EXPECT_LT(*parse_instant(first.at("createdAt").as_string()), clock.now() - days{700});
  EXPECT_TRUE(data(fmt::format("{{ order(id: \"{}\") {{ id }} }}", std::string(first.at("id").as_string())), {}, token)
                  .at("order")
                  .is_null())
      << "absent, not an error";
}

TEST_F(Shopify, ScopesAndPersonalDataAreKept) {
  const auto orders_only = token_with({"read_orders"});
  EXPECT_EQ(code("{ products(first: 1) { nodes { id } } }", {}, orders_only), "ACCESS_DENIED");
  const auto partial = ask("{ orders(first: 20) { nodes { id customer { id } } } }", {}, orders_only);
  EXPECT_TRUE(partial.contains("errors"));
  EXPECT_EQ(partial.at("data").at("orders").at("nodes").as_array().size(), 20U) << "the rest of the answer stands";
  const auto blind = token_with({"read_orders", "read_customers", "read_all_orders"}, false);
  const auto customer =
      data("{ customers(first: 1) { nodes { id firstName defaultEmailAddress { emailAddress } numberOfOrders } } }", {},
           blind)
          .at("customers")
          .at("nodes")
          .at(0);
  EXPECT_TRUE(customer.at("firstName").is_null());
  EXPECT_TRUE(customer.at("defaultEmailAddress").is_null());
  EXPECT_TRUE(customer.at("numberOfOrders").is_string());
  EXPECT_TRUE(
      data("{ orders(first: 1) { nodes { email } } }", {}, blind).at("orders").at("nodes").at(0).at("email").is_null());
  const auto scopes = data("{ currentAppInstallation { accessScopes { handle } } }", {}, orders_only);
  EXPECT_EQ(scopes.at("currentAppInstallation").at("accessScopes"), (array{object{{"handle", "read_orders"}}}));
}

TEST_F(Shopify, CodesAreGoodForOneTokenPair) {
  wire::Request request;
  request.method = "GET";
  request.path = "/admin/oauth/authorize";
  request.headers = {{"host", shop().domain}};
  request.query = {{"client_id", access.client_id()},
                   {"scope", "read_orders,write_products"},
                   {"state", "n 1"},
                   {"redirect_uri", "https://app.test/back?x=1"}};
  const auto redirect = api.handle(request);
  ASSERT_EQ(redirect.status, 302);
  const auto location = std::string(*wire::find(redirect.headers, "Location"));
  ASSERT_THAT(location, testing::StartsWith("https://app.test/back?x=1&code="));
  auto query = wire::parse_form(location.substr(location.find('?') + 1));
  EXPECT_EQ(wire::find(query, "state"), "n 1");
  query.erase(query.begin());
  EXPECT_EQ(wire::find(query, "hmac"), access.sign_query(query));
  const object exchange{{"client_id", access.client_id()},
                        {"client_secret", access.client_secret()},
                        {"code", *wire::find(query, "code")},
                        {"expiring", "1"}};
  const auto granted = post("/admin/oauth/access_token", exchange);
  ASSERT_EQ(granted.status, 200) << granted.body;
  const auto pair = boost::json::parse(granted.body).as_object();
  EXPECT_EQ(pair.at("scope"), "read_orders,read_products");
  EXPECT_EQ(pair.at("expires_in"), 3600);
  EXPECT_EQ(pair.at("refresh_token_expires_in"), 7'776'000);
  EXPECT_EQ(post("/admin/oauth/access_token", exchange).status, 400) << "used";
  const std::string token(pair.at("access_token").as_string());
  EXPECT_EQ(send("{ shop { id } }", {}, token).status, 200);
  clock.advance(days{1});
  EXPECT_EQ(send("{ shop { id } }", {}, token).status, 401) << "over after an hour";
  auto wrong = exchange;
  wrong["client_secret"] = "nope";
  EXPECT_EQ(post("/admin/oauth/access_token", wrong).status, 400);
}

TEST_F(Shopify, RefreshTokensRotateWithGrace) {
  const auto now = clock.now();
  const Grant grant{shop().domain, {"read_orders"}, true};
  const auto first = *access.exchange_code(access.issue_code(grant, now), shop().domain, true, now);
  const auto second = access.refresh(*first.refresh_token, shop().domain, now);
  ASSERT_TRUE(second);
  EXPECT_TRUE(access.refresh(*first.refresh_token, shop().domain, now + days{29})) << "the answer may have been lost";
  EXPECT_FALSE(access.refresh(*first.refresh_token, shop().domain, now + days{31}));
  EXPECT_FALSE(access.refresh(*second->refresh_token, shop(1).domain, now)) << "another shop's";
  EXPECT_TRUE(access.refresh(*second->refresh_token, shop().domain, now + days{2}));
  EXPECT_FALSE(access.refresh(*first.refresh_token, shop().domain, now + days{3})) << "its successor was used";
  const auto third = *access.exchange_code(access.issue_code(grant, now), shop().domain, true, now);
  EXPECT_FALSE(access.refresh(*third.refresh_token, shop().domain, now + days{91}));
  const auto old = access.issue(grant);
  EXPECT_TRUE(access.migrate(old, shop().domain, now));
  EXPECT_EQ(access.find(old, shop().domain, now), nullptr);
  access.uninstall(shop().domain);
  EXPECT_EQ(access.find(second->access_token, shop().domain, now), nullptr);
  EXPECT_EQ(access.find(access.default_token(), shop().domain, now), nullptr);
  EXPECT_NE(access.find(access.default_token(), shop(1).domain, now), nullptr);
}

TEST_F(Shopify, WebhookSubscriptionsAreKept) {
  const std::string create =
      "mutation($uri: String!) { webhookSubscriptionCreate(topic: ORDERS_UPDATED, webhookSubscription: {uri: $uri}) { "
      "webhookSubscription { id topic uri } userErrors { field message } } }";
  const auto made = data(create, {{"uri", "https://app.test/hooks"}}).at("webhookSubscriptionCreate");
  EXPECT_TRUE(made.at("userErrors").as_array().empty());
  EXPECT_FALSE(data(create, {{"uri", "https://app.test/hooks"}})
                   .at("webhookSubscriptionCreate")
                   .at("userErrors")
                   .as_array()
                   .empty())
      << "twice";
  EXPECT_FALSE(data(create, {{"uri", "http://app.test/hooks"}})
                   .at("webhookSubscriptionCreate")
                   .at("userErrors")
                   .as_array()
                   .empty())
      << "not https";
  EXPECT_EQ(
      data("{ webhookSubscriptions(first: 5) { nodes { id topic uri } } }").at("webhookSubscriptions").at("nodes"),
      (array{made.at("webhookSubscription")}));
  const auto removed = data(
      "mutation($id: ID!) { webhookSubscriptionDelete(id: $id) { deletedWebhookSubscriptionId userErrors { message } } "
      "}",
      {{"id", made.at("webhookSubscription").at("id")}});
  EXPECT_EQ(removed.at("webhookSubscriptionDelete").at("deletedWebhookSubscriptionId"),
            made.at("webhookSubscription").at("id"));
  EXPECT_TRUE(data("{ webhookSubscriptions(first: 5) { nodes { id } } }")
                  .at("webhookSubscriptions")
                  .at("nodes")
                  .as_array()
                  .empty());
}

TEST_F(Shopify, EventsFollowTheOrdersAndAreSigned) {
  const auto until = clock.now();
  const auto events = events_between(shops, shop(), until - hours(30), until);
  std::map<std::string, int> counts;
  for (const auto& event : events) {
    ++counts[event.topic];
    EXPECT_GT(event.at, until - hours(30));
    EXPECT_LE(event.at, until);
  }
  for (const auto* topic :
       {"ORDERS_CREATE", "ORDERS_PAID", "ORDERS_UPDATED", "ORDERS_FULFILLED", "ORDERS_CANCELLED", "REFUNDS_CREATE"})
    EXPECT_GT(counts[topic], 0) << topic;
  Subscription subscription;
  subscription.shop = shop().domain;
  subscription.topic = "ORDERS_CREATE";
  const auto body = event_body(shops, shop(), events.back());
  const auto delivery = make_delivery(subscription, body, "secret", events.back().at);
  EXPECT_EQ(wire::find(delivery.headers, "X-Shopify-Topic"), "orders/create");
  EXPECT_EQ(wire::find(delivery.headers, "X-Shopify-Hmac-Sha256"), sign_body("secret", body));
  // printf body | openssl dgst -sha256 -hmac 'secret' -binary | base64
  EXPECT_EQ(sign_body("secret", "body"), "3EaYNVf+oSe0OvchRn65s/3iM4/j4U9RlSqoR4wT01U=");
  EXPECT_EQ(topic_path("ORDER_TRANSACTIONS_CREATE"), "order_transactions/create");
  EXPECT_EQ(topic_path("CUSTOMERS_REDACT"), "customers/redact");
  EXPECT_EQ(topic_path("CUSTOMERS_DATA_REQUEST"), "customers/data_request");
  EXPECT_EQ(topic_path("BULK_OPERATIONS_FINISH"), "bulk_operations/finish");
}

TEST_F(Shopify, FaultsHitAsManyRequestsAsOrdered) {
  const std::string query = "{ shop { id } }";
  for (const int status : {402, 423, 429, 430, 500, 503}) {
    faults.add({"shopify", shop().domain, faults::Kind::server_error, 1, {}, 0, status});
    const auto reply = send(query);
    EXPECT_EQ(reply.status, status);
    EXPECT_EQ(wire::find(reply.headers, "Retry-After").has_value(), status == 429);
    EXPECT_EQ(send(query).status, 200);
  }
  faults.add({"shopify", "", faults::Kind::throttle, 1, {}});
  EXPECT_EQ(code(query), "THROTTLED");
  faults.add({"shopify", "", faults::Kind::shop_inactive, 1, {}});
  EXPECT_EQ(code(query), "SHOP_INACTIVE");
  faults.add({"shopify", "", faults::Kind::access_denied, 1, {}});
  const auto partial = ask("{ orders(first: 30) { nodes { id customer { id } } } }");
  EXPECT_EQ(partial.at("errors").at(0).at("extensions").at("code"), "ACCESS_DENIED");
  EXPECT_EQ(partial.at("data").at("orders").at("nodes").as_array().size(), 30U);
  faults.add({"shopify", "", faults::Kind::expired_token, 1, {}});
  EXPECT_EQ(send(query).status, 401);
  faults.add({"shopify", "", faults::Kind::truncated, 1, {}});
  EXPECT_EQ(send(query).ending, wire::Ending::truncated);
  faults.add({"shopify", "", faults::Kind::reset, 1, {}});
  EXPECT_EQ(send(query).ending, wire::Ending::reset);
  EXPECT_EQ(code(query), "");
}

TEST_F(Shopify, ControlKnowsTheShops) {
  meta::Access meta_access(3);
  control::Control control(world, clock, faults, meta_access, "secret");
  EXPECT_TRUE(boost::json::parse(control.access_document()).at("shopify").is_null());
  const control::ShopifyControl parts({shops, clock, access, api}, "http://shop.test");
  control.set_shopify(parts);
  const auto known = boost::json::parse(control.access_document()).at("shopify");
  EXPECT_EQ(known.at("url"), "http://shop.test");
  EXPECT_EQ(known.at("client_id"), value(access.client_id()));
  EXPECT_EQ(known.at("shops").at(0).at("domain"), value(shop().domain));
  const wire::Fields headers{{"authorization", "Bearer secret"}};
  const auto day = truth(5);
  const auto told = boost::json::parse(control
                                           .handle({"GET",
                                                    "/control/truth",
                                                    {{"shop", shop().domain}, {"day", format_day(today - days{5})}},
                                                    headers,
                                                    "",
                                                    ""})
                                           .body);
  EXPECT_EQ(told.at("total").at("orders"), day.orders);
  EXPECT_EQ(told.at("days").at(0).at("incremental").at("meta"), day.incremental[0]);
  const auto token =
      boost::json::parse(
          control
              .handle(
                  {"POST", "/control/tokens", {}, headers, R"({"platform":"shopify","scopes":["read_products"]})", ""})
              .body)
          .at("access_token");
  EXPECT_EQ(code("{ orders(first: 1) { nodes { id } } }", {}, std::string(token.as_string())), "ACCESS_DENIED");
  const auto dead =
      boost::json::parse(
          control.handle({"POST", "/control/tokens", {}, headers, R"({"platform":"shopify","state":"revoked"})", ""})
              .body)
          .at("access_token");
  EXPECT_EQ(send("{ shop { id } }", {}, std::string(dead.as_string())).status, 401);
  EXPECT_EQ(
      control.handle({"POST", "/control/uninstall", {}, headers, fmt::format(R"({{"shop":"{}"}})", shop().domain), ""})
          .status,
      200);
  EXPECT_EQ(send("{ shop { id } }").status, 401);
  EXPECT_EQ(control.handle({"GET", "/control/truth", {{"shop", "x"}, {"day", "2026-01-01"}}, headers, "", ""}).status,
            404);
}

}  // namespace
}  // namespace omnify::sandbox::shopify
