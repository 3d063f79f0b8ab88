// The façade: answers a request as the platform's Graph host would.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "faults/faults.h"
#include "market/world.h"
#include "meta/access.h"
#include "meta/objects.h"
#include "meta/reports.h"
#include "meta/usage.h"
#include "wire/message.h"

namespace omnify::sandbox::meta {

/// One request while it is answered.
struct Call {
  const wire::Request& request;
  wire::Fields parameters;        ///< of the query and the body
  std::string url;                ///< without the query, for paging
  std::vector<std::string> path;  ///< segments behind the version
  Token token;
  Instant now{};
};

class Api {
 public:
  Api(const market::World& world, const market::Clock& clock, faults::Faults& faults, Access& access, Tier tier,
      InsightsLimits limits)
      : world_(world), clock_(clock), faults_(faults), access_(access), usage_(tier), reports_(limits) {}

  [[nodiscard]] wire::Reply handle(const wire::Request& request);

 private:
  wire::Reply answer(const wire::Request& request);
  wire::Reply faulty(const wire::Request& request, std::string_view account);
  boost::json::object route(Call& call, wire::Reply& reply);
  boost::json::object route_me(const Call& call);
  boost::json::object route_oauth(const Call& call);
  boost::json::object route_node(Call& call, wire::Reply& reply);
  boost::json::object route_report(Call& call, const Report& report, wire::Reply& reply);
  wire::Reply batch(Call& call);

  boost::json::object debug_token(const Call& call);
  boost::json::object exchange_token(const Call& call);
  boost::json::object list_accounts(const Call& call);
  boost::json::object list_objects(const Call& call, const Subject& parent, NodeType type);
  boost::json::object insights(Call& call, const Subject& node);
  boost::json::object page_of(const Call& call, const InsightsRequest& request);

  /// Counts the call against the account's quota and throws the limit's error when it is used up, or when a fault says
  /// so.
  void meter(const Subject& node, UseCase use_case, wire::Reply& reply);
  void check_permission(const Call& call, const market::Account& account) const;
  [[nodiscard]] std::string account_of(const wire::Request& request) const;

  const market::World& world_;
  const market::Clock& clock_;
  faults::Faults& faults_;
  Access& access_;
  Usage usage_;
  Reports reports_;
};

}  // namespace omnify::sandbox::meta
