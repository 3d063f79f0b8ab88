#include "sandbox/shopify_fixture.h"

namespace omnify::sandbox::shopify {
namespace {

TEST_F(Shopify, DescribesTheShop) {
  const auto found =
      data(
          "{ shop { id name myshopifyDomain currencyCode ianaTimezone timezoneOffsetMinutes taxesIncluded "
          "enabledPresentmentCurrencies plan { publicDisplayName } primaryDomain { host } } }")
          .at("shop");
  EXPECT_EQ(found.at("myshopifyDomain"), value(shop().domain));
  EXPECT_EQ(found.at("currencyCode"), "USD");
  EXPECT_EQ(found.at("ianaTimezone"), "America/New_York");
  EXPECT_EQ(found.at("enabledPresentmentCurrencies"), (array{"USD", "CAD"}));
}

TEST_F(Shopify, AShopIsChosenByHostOrByPath) {
  const object body{{"query", "{ shop { name } }"}};
  const auto name = [&](const std::string& path, wire::Fields headers) {
    headers.emplace_back("x-shopify-access-token", access.default_token());
    const auto reply = post(path, body, std::move(headers));
    return reply.status == 200
               ? std::string(boost::json::parse(reply.body).at("data").at("shop").at("name").as_string())
               : std::to_string(reply.status);
  };
  const std::string path = "/admin/api/2026-10/graphql.json";
  EXPECT_EQ(name(path, {{"host", shop(1).domain}}), shop(1).name);
  EXPECT_EQ(name(path, {{"host", "127.0.0.1:80"}, {"x-forwarded-host", shop(2).domain}}), shop(2).name);
  EXPECT_EQ(name("/" + shop(1).domain + path, {{"host", "127.0.0.1:80"}}), shop(1).name);
  EXPECT_EQ(name(path, {{"host", "127.0.0.1"}}), "404");
  EXPECT_EQ(name(path, {{"host", "unknown.myshopify.com"}}), "404");
  EXPECT_EQ(name("/admin/api/2026-13x/graphql.json", {{"host", shop().domain}}), "404");
  EXPECT_EQ(name("/admin/api/2023-01/graphql.json", {{"host", shop().domain}}), shop().name) << "falls forward";
}

TEST_F(Shopify, SaysWhichVersionAnswered) {
  const auto reply = post("/admin/api/2023-01/graphql.json", object{{"query", "{ shop { id } }"}},
                          {{"x-shopify-access-token", access.default_token()}});
  EXPECT_EQ(wire::find(reply.headers, "X-Shopify-API-Version"), "2026-01");
  EXPECT_EQ(wire::find(send("{ shop { id } }").headers, "X-Shopify-API-Version"), "2026-10");
  EXPECT_TRUE(wire::find(send("{ currentBulkOperation { id } }").headers, "X-Shopify-API-Deprecated-Reason"));
}

TEST_F(Shopify, OrdersOfADayAddUpToTheTruth) {
  const int age = 50;
  const auto known = truth(age);
  double gross = 0;
  double discounts = 0;
  double tax = 0;
  double shipping = 0;
  std::int64_t count = 0;
  for (const auto& order :
       all("orders", day_filter(age),
           "id test totalDiscountsSet { shopMoney { amount } } totalTaxSet { shopMoney { amount } } "
           "totalShippingPriceSet { shopMoney { amount } } "
           "lineItems(first: 7) { nodes { isGiftCard originalTotalSet { shopMoney { amount } } } }",
           20)) {
    if (order.at("test").as_bool()) continue;
    ++count;
    discounts += amount(order.at("totalDiscountsSet"));
    tax += amount(order.at("totalTaxSet"));
    shipping += amount(order.at("totalShippingPriceSet"));
    for (const auto& line : order.at("lineItems").at("nodes").as_array()) {
      if (!line.at("isGiftCard").as_bool()) gross += amount(line.at("originalTotalSet"));
    }
  }
  EXPECT_EQ(count, known.orders);
  EXPECT_NEAR(gross, static_cast<double>(known.gross) / 100, 0.005);
  EXPECT_NEAR(discounts, static_cast<double>(known.discounts) / 100, 0.005);
  EXPECT_NEAR(tax, static_cast<double>(known.tax) / 100, 0.005);
  EXPECT_NEAR(shipping, static_cast<double>(known.shipping) / 100, 0.005);
}

TEST_F(Shopify, RefundsAreFoundByChangeAndBookedOnTheirDay) {
  const int age = 2;
  const auto begins = market::day_begins(shop().time_zone, today - days{age});
  double refunded = 0;
  double returned = 0;
  for (const auto& order :
       all("orders", fmt::format(", sortKey: UPDATED_AT, query: \"updated_at:>='{}'\"", format_instant(begins)),
           "test updatedAt refunds { processedAt totalRefundedSet { shopMoney { amount } } "
           "refundLineItems(first: 7) { nodes { subtotalSet { shopMoney { amount } } lineItem { isGiftCard } } } }",
           15)) {
    if (order.at("test").as_bool()) continue;
    for (const auto& refund : order.at("refunds").as_array()) {
      const auto at = *parse_instant(refund.at("processedAt").as_string());
      if (local_day(shop().time_zone, at) != today - days{age}) continue;
      refunded += amount(refund.at("totalRefundedSet"));
      for (const auto& line : refund.at("refundLineItems").at("nodes").as_array()) {
        if (!line.at("lineItem").at("isGiftCard").as_bool()) returned += amount(line.at("subtotalSet"));
      }
    }
  }
  EXPECT_NEAR(refunded, static_cast<double>(truth(age).refunded) / 100, 0.005);
  EXPECT_NEAR(returned, static_cast<double>(truth(age).refunds) / 100, 0.005);
  EXPECT_GT(refunded, 0);
}

TEST_F(Shopify, PagesHoldEveryOrderOnceInEverySort) {
  std::set<std::string> expected;
  for (const auto& order : all("orders", day_filter(40), "id", 250)) expected.emplace(order.at("id").as_string());
  EXPECT_GT(expected.size(), 100U);
  for (const auto* sort : {"PROCESSED_AT", "CREATED_AT", "ID", "UPDATED_AT"}) {
    for (const auto* reverse : {"false", "true"}) {
      std::set<std::string> found;
      std::string previous;
      const auto nodes =
          all("orders", fmt::format("{}, sortKey: {}, reverse: {}", day_filter(40), sort, reverse), "id updatedAt", 37);
      for (const auto& order : nodes) {
        EXPECT_TRUE(found.emplace(order.at("id").as_string()).second) << sort;
        const std::string updated(order.at("updatedAt").as_string());
        if (std::string_view(sort) != "UPDATED_AT") continue;
        if (!previous.empty()) EXPECT_TRUE(reverse[0] == 't' ? updated <= previous : updated >= previous);
        previous = updated;
      }
      EXPECT_EQ(found, expected) << sort << ' ' << reverse;
    }
  }
}

TEST_F(Shopify, TheLastPageIsReadFromBehind) {
  const auto page =
      data(fmt::format(
               "{{ orders(last: 3{}) {{ nodes {{ id }} pageInfo {{ hasNextPage hasPreviousPage startCursor }} }} }}",
               day_filter(40)))
          .at("orders");
  const auto every = all("orders", day_filter(40), "id", 250);
  ASSERT_EQ(page.at("nodes").as_array().size(), 3U);
  EXPECT_EQ(page.at("nodes").at(2), every.back());
  EXPECT_EQ(page.at("nodes").at(0), every[every.size() - 3]);
  EXPECT_TRUE(page.at("pageInfo").at("hasPreviousPage").as_bool());
  const auto before = data(fmt::format("{{ orders(last: 2, before: \"{}\"{}) {{ nodes {{ id }} }} }}",
                                       std::string(page.at("pageInfo").at("startCursor").as_string()), day_filter(40)))
                          .at("orders");
  EXPECT_EQ(before.at("nodes").at(1), every[every.size() - 4]);
}

TEST_F(Shopify, FiltersByWhatItKnowsAndWarnsOfTheRest) {
  const auto count = [&](const std::string& more) {
    return data(fmt::format("{{ ordersCount(query: \"created_at:>='{}' {}\", limit: null) {{ count precision }} }}",
                            format_day(today - days{20}), more))
        .at("ordersCount")
        .at("count")
        .as_int64();
  };
  const auto everything = count("");
  EXPECT_EQ(count("test:true") + count("test:false"), everything);
  EXPECT_EQ(count("source_name:pos") + count("-source_name:pos"), everything);
  EXPECT_GT(count("status:cancelled"), 0);
  EXPECT_GT(count("financial_status:partially_refunded"), 0);
  EXPECT_EQ(count("fulfillment_status:unshipped") + count("fulfillment_status:shipped"), everything);
  EXPECT_GT(count("discount_code:WELCOME10"), 0);
  const auto warned = ask("{ orders(first: 1, query: \"nope:1\") { nodes { id } } }");
  EXPECT_EQ(warned.at("extensions").at("search").at(0).at("warnings").at(0).at("field"), "nope");
  const auto limited = data("{ ordersCount(limit: 10) { count precision } }").at("ordersCount");
  EXPECT_EQ(limited, (object{{"count", 10}, {"precision", "AT_LEAST"}}));
}

TEST_F(Shopify, MoneyIsShownInBothCurrencies) {
  bool foreign = false;
  for (const auto& order : all("orders", day_filter(30),
                               "presentmentCurrencyCode totalPriceSet { shopMoney { amount currencyCode } "
                               "presentmentMoney { amount currencyCode } }",
                               100)) {
    const auto& bag = order.at("totalPriceSet");
    EXPECT_EQ(bag.at("shopMoney").at("currencyCode"), "USD");
    EXPECT_EQ(bag.at("presentmentMoney").at("currencyCode"), order.at("presentmentCurrencyCode"));
    if (order.at("presentmentCurrencyCode") == "USD") continue;
    foreign = true;
    const double rate = std::stod(std::string(bag.at("presentmentMoney").at("amount").as_string())) / amount(bag);
    EXPECT_NEAR(rate, 1.36, 0.05);
  }
  EXPECT_TRUE(foreign);
}

TEST_F(Shopify, JourneysComeLateAndNameTheCampaign) {
  const auto fields =
      "sourceName customerJourneySummary { ready customerOrderIndex lastVisit { landingPage utmParameters { source "
      "campaign } } }";
  std::set<std::string> campaigns;
  for (const auto& order : all("orders", day_filter(10), fields, 60)) {
    const auto& journey = order.at("customerJourneySummary");
    EXPECT_EQ(journey.is_null(), order.at("sourceName") == "pos");
    if (journey.is_null() || journey.at("lastVisit").is_null()) continue;
    EXPECT_TRUE(journey.at("ready").as_bool());
    const auto& utm = journey.at("lastVisit").at("utmParameters");
    if (utm.is_object() && utm.at("source") == "facebook") campaigns.emplace(utm.at("campaign").as_string());
  }
  ASSERT_FALSE(campaigns.empty());
  for (const auto& campaign : campaigns) {
    const auto place = world.find_object(std::stoull(campaign));
    ASSERT_TRUE(place);
    EXPECT_EQ(place->account, shop().accounts[0]);
    EXPECT_EQ(place->kind, market::Kind::campaign);
  }
}

TEST_F(Shopify, CustomersKnowTheirOrders) {
  const auto page = data(
                        "{ customers(first: 30) { nodes { id numberOfOrders amountSpent { amount } lastOrder { id } "
                        "orders(first: 10) { nodes { id customer { id } } } defaultEmailAddress { emailAddress } } } }")
                        .at("customers");
  for (const auto& customer : page.at("nodes").as_array()) {
    const auto& orders = customer.at("orders").at("nodes").as_array();
    EXPECT_EQ(customer.at("numberOfOrders"), value(std::to_string(orders.size())));
    EXPECT_EQ(customer.at("lastOrder").at("id"), orders.back().at("id"));
    for (const auto& order : orders) EXPECT_EQ(order.at("customer").at("id"), customer.at("id"));
    const auto again = data(fmt::format("{{ customer(id: \"{}\") {{ defaultEmailAddress {{ emailAddress }} }} }}",
                                        std::string(customer.at("id").as_string())));
    EXPECT_EQ(again.at("customer").at("defaultEmailAddress"), customer.at("defaultEmailAddress"));
  }
}

TEST_F(Shopify, ProductsHaveVariantsWithTheirCost) {
  const auto products =
      all("products", "",
          "id isGiftCard variants(first: 10) { nodes { id price sku inventoryItem { unitCost { amount } } } }", 10);
  EXPECT_EQ(products.size(), shop().products.size());
  std::size_t variants = 0;
  for (const auto& product : products) {
    for (const auto& variant : product.at("variants").at("nodes").as_array()) {
      ++variants;
      const auto& cost = variant.at("inventoryItem").at("unitCost");
      EXPECT_EQ(cost.is_null(), product.at("isGiftCard").as_bool());
      if (!cost.is_null())
        EXPECT_LT(std::stod(std::string(cost.at("amount").as_string())),
                  std::stod(std::string(variant.at("price").as_string())));
    }
  }
  EXPECT_EQ(variants, shop().variants.size());
  EXPECT_EQ(all("productVariants", "", "id", 100).size(), variants);
}

TEST_F(Shopify, NodesAreFoundByTheirIds) {
  const auto order = data("{ orders(first: 1) { nodes { id name } } }").at("orders").at("nodes").at(0);
  const auto found = data("query($ids: [ID!]!) { nodes(ids: $ids) { id ... on Order { name } } }",
                          {{"ids", array{order.at("id"), "gid://shopify/Order/5", "gid://shopify/Nothing/1"}}})
                         .at("nodes");
  EXPECT_EQ(found, (array{order, nullptr, nullptr}));
  EXPECT_TRUE(data("{ order(id: \"gid://shopify/Order/17\") { id } }").at("order").is_null());
  EXPECT_EQ(code("{ order(id: \"17\") { id } }"), "RESOURCE_NOT_FOUND");
}

TEST_F(Shopify, BulkQueriesLeaveAFileOfLines) {
  const auto filter = day_filter(12).substr(2);
  const auto done =
      finish(fmt::format("{{ orders({}) {{ edges {{ node {{ id name test refunds {{ id }} lineItems {{ edges {{ node "
                         "{{ id quantity }} }} }} }} }} }} }}",
                         filter));
  EXPECT_EQ(done.at("status"), "COMPLETED");
  const auto lines = lines_of(done.at("url"));
  EXPECT_EQ(done.at("objectCount"), value(std::to_string(lines.size())));
  std::set<std::string> orders;
  std::size_t items = 0;
  for (const auto& line : lines) {
    if (line.contains("__parentId")) {
      ++items;
      EXPECT_TRUE(orders.contains(std::string(line.at("__parentId").as_string())));
    } else {
      EXPECT_TRUE(line.at("refunds").is_array());
      EXPECT_FALSE(line.contains("lineItems"));
      orders.emplace(line.at("id").as_string());
    }
  }
  EXPECT_EQ(orders.size(), all("orders", day_filter(12), "id", 250).size());
  EXPECT_EQ(done.at("rootObjectCount"), value(std::to_string(orders.size())));
  EXPECT_GT(items, orders.size());
}

TEST_F(Shopify, BulkOperationsEndInEveryWay) {
  EXPECT_TRUE(finish("{ orders(query: \"id:1\") { edges { node { id } } } }").at("url").is_null()) << "nothing found";
  faults.add({"shopify", shop().domain, faults::Kind::report_failed, 1, {}});
  const auto failed = finish("{ orders { edges { node { id } } } }");
  EXPECT_EQ(failed.at("status"), "FAILED");
  EXPECT_EQ(failed.at("errorCode"), "INTERNAL_SERVER_ERROR");
  EXPECT_TRUE(failed.at("url").is_null());
  EXPECT_EQ(lines_of(failed.at("partialDataUrl")).size(), 100U);
  const auto refused = [&](const std::string& query) {
    return data(
               "mutation($q: String!) { bulkOperationRunQuery(query: $q) { bulkOperation { id } userErrors { code } } "
               "}",
               {{"q", query}})
        .at("bulkOperationRunQuery");
  };
  const value invalid = array{object{{"code", "INVALID"}}};
  EXPECT_EQ(refused("{ shop { name } }").at("userErrors"), invalid) << "no list";
  EXPECT_EQ(refused("{ orders { edges { node { nope } } } }").at("userErrors"), invalid);
  EXPECT_EQ(refused("{ orders { edges { node { refunds { refundLineItems { edges { node { id } } } } } } } }")
                .at("userErrors"),
            invalid)
      << "a list within a plain list";
  EXPECT_EQ(
      refused("{ customers { edges { node { orders { edges { node { lineItems { edges { node { id } } } } } } } } } }")
          .at("userErrors"),
      invalid)
      << "too deep";
}

TEST_F(Shopify, FiveBulkOperationsMayRunAtATime) {
  Api slow(shops, clock, faults, access, {.shortest_bulk = hours(1)});
  const auto ask_slow = [&](const std::string& query) {
    wire::Request request{"POST",
                          "/admin/api/2026-10/graphql.json",
                          {},
                          {{"host", shop().domain}, {"x-shopify-access-token", access.default_token()}},
                          boost::json::serialize(object{{"query", query}}),
                          ""};
    return boost::json::parse(slow.handle(request).body).at("data");
  };
  const std::string start =
      "mutation { bulkOperationRunQuery(query: \"{ products { edges { node { id } } } }\") { bulkOperation { id status "
      "} userErrors { code } } }";
  std::string id;
  for (int i = 0; i < 5; ++i) {
    const auto started = ask_slow(start).at("bulkOperationRunQuery");
    ASSERT_TRUE(started.at("userErrors").as_array().empty());
    id = started.at("bulkOperation").at("id").as_string();
  }
  EXPECT_EQ(ask_slow(start).at("bulkOperationRunQuery").at("userErrors").at(0).at("code"), "OPERATION_IN_PROGRESS");
  const auto cancelled =
      ask_slow(fmt::format("mutation {{ bulkOperationCancel(id: \"{}\") {{ bulkOperation {{ status }} }} }}", id));
  EXPECT_EQ(cancelled.at("bulkOperationCancel").at("bulkOperation").at("status"), "CANCELING");
  EXPECT_EQ(
      ask_slow("{ bulkOperations(first: 10) { nodes { id } } }").at("bulkOperations").at("nodes").as_array().size(),
      5U);
}

}  // namespace
}  // namespace omnify::sandbox::shopify
