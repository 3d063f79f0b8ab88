// The façade: answers a request as the platform's business API (v1.3) would.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>

#include "faults/faults.h"
#include "market/world.h"
#include "tiktok/access.h"
#include "tiktok/objects.h"
#include "tiktok/quota.h"
#include "tiktok/report.h"
#include "wire/message.h"

namespace omnify::sandbox::tiktok {

class Api {
 public:
  Api(const market::World& world, const market::Clock& clock, faults::Faults& faults, Access& access, Limits limits,
      std::int64_t ad_ceiling = kAdCeiling)
      : world_(world), clock_(clock), faults_(faults), access_(access), quota_(limits), reports_(ad_ceiling) {}

  [[nodiscard]] wire::Reply handle(const wire::Request& request);

 private:
  /// One request while it is answered; `headers` go into its reply.
  struct Call {
    const wire::Request& request;
    wire::Fields headers = {};
  };
  struct Endpoint {
    std::string_view method;
    std::string_view path;  ///< behind the version: "campaign/get"
    boost::json::object (Api::*answer)(Call& call);
  };

  wire::Reply faulty(const wire::Request& request, std::string_view account);
  wire::Reply answer(const wire::Request& request);
  wire::Reply consent(const wire::Request& request);
  static const Endpoint* find_endpoint(const wire::Request& request);

  boost::json::object exchange_code(Call& call);
  boost::json::object revoke_token(Call& call);
  boost::json::object list_advertisers(Call& call);
  boost::json::object advertiser_info(Call& call);
  boost::json::object campaigns(Call& call);
  boost::json::object ad_groups(Call& call);
  boost::json::object ads(Call& call);
  boost::json::object report(Call& call);

  /// Throws the token's error, or 40001 for an account that it does not reach.
  Subject advertiser(const Call& call, std::string_view id, Scope scope) const;
  /// Counts the call against the app's limits and throws 40100 when they are used up, or when a fault says so.
  void meter(std::string_view account);

  const market::World& world_;
  const market::Clock& clock_;
  faults::Faults& faults_;
  Access& access_;
  Quota quota_;
  Reports reports_;
};

/// The objects of `level` that the parameters ask for. Throws 40002 for what the platform refuses.
[[nodiscard]] boost::json::object list_objects(const wire::Request& request, const Subject& advertiser, Level level);
/// The account as /advertiser/info/ shows it. Throws 40002 for a field that it does not have.
[[nodiscard]] boost::json::object describe_advertiser(const Subject& advertiser,
                                                      const std::vector<std::string>& fields);

}  // namespace omnify::sandbox::tiktok
