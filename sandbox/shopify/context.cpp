#include "shopify/context.h"

#include <fmt/format.h>

#include <charconv>

#include "graphql/failure.h"

namespace omnify::sandbox::shopify {
namespace {

constexpr std::string_view kPrefix = "gid://shopify/";
constexpr std::int64_t kMostPerPage = 250;

}  // namespace

std::string gid(std::string_view type, std::uint64_t id) { return fmt::format("{}{}/{}", kPrefix, type, id); }

std::string_view type_of(std::string_view text) {
  if (!text.starts_with(kPrefix)) return {};
  text.remove_prefix(kPrefix.size());
  return text.substr(0, text.find('/'));
}

std::optional<std::uint64_t> id_of(std::string_view text, std::string_view type) {
  if (type.empty() || type_of(text) != type) return std::nullopt;
  text.remove_prefix(kPrefix.size() + type.size());
  if (!text.starts_with('/')) return std::nullopt;
  text.remove_prefix(1);
  std::uint64_t id = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), id);
  return failure == std::errc{} && end == text.data() + text.size() ? std::optional(id) : std::nullopt;
}

boost::json::value time_value(Instant at) {
  return boost::json::value(format_instant(std::chrono::floor<std::chrono::seconds>(at)));
}

boost::json::value time_value(Instant at, Instant now) { return at <= now ? time_value(at) : boost::json::value(); }

std::string amount_text(std::int64_t minor, std::int64_t minor_units) {
  return format_decimal(minor * (kMicrosPerUnit / minor_units), minor_units == 1 ? 0 : 2);
}

boost::json::object money(std::int64_t minor, std::int64_t minor_units, const Currency& currency) {
  return {{"amount", amount_text(minor, minor_units)}, {"currencyCode", currency.text()}};
}

boost::json::object money(std::int64_t minor, const market::Shop& shop) {
  return money(minor, shop.minor_units, shop.currency);
}

boost::json::object money_bag(std::int64_t minor, const market::Order& order) {
  const auto& shop = *order.shop;
  auto own = money(minor, shop);
  if (!order.foreign) return {{"shopMoney", own}, {"presentmentMoney", own}};
  const double major = static_cast<double>(minor) / static_cast<double>(shop.minor_units) * order.foreign_rate;
  const auto foreign = std::llround(major * static_cast<double>(shop.foreign_minor_units));
  return {{"shopMoney", std::move(own)},
          {"presentmentMoney", money(foreign, shop.foreign_minor_units, shop.foreign_currency)}};
}

boost::json::value text_or_null(std::string_view text) {
  return text.empty() ? boost::json::value() : boost::json::value(text);
}

void require(const Context& context, std::string_view scope, std::string_view field) {
  if (context.grant.allows(scope)) return;
  const auto access = fmt::format("`{}` access scope.", scope);
  graphql::Failure failure(fmt::format("Access denied for {} field. Required access: {}", field, access),
                           "ACCESS_DENIED");
  failure.extensions["documentation"] = "https://shopify.dev/api/usage/access-scopes";
  failure.extensions["requiredAccess"] = access;
  throw failure;
}

boost::json::value personal(const Context& context, std::string_view text) {
  return context.grant.personal_data ? text_or_null(text) : boost::json::value();
}

void check_page(const Context& context, const graphql::Call& call) {
  if (context.bulk) return;
  const auto first = call.integer("first");
  const auto last = call.integer("last");
  if (!first && !last) {
    throw graphql::Failure("you must provide one of first or last", "BAD_REQUEST");
  }
  if (first && last) throw graphql::Failure("providing both first and last is not supported", "BAD_REQUEST");
  const auto size = first ? *first : *last;
  if (size < 1 || size > kMostPerPage) {
    throw graphql::Failure(fmt::format("{} must be between 1 and {}", first ? "first" : "last", kMostPerPage),
                           "BAD_REQUEST");
  }
}

}  // namespace omnify::sandbox::shopify
