// The façade: answers a request as the Google Ads API (and Google's token endpoint) would over REST.
#pragma once

#include <boost/json/object.hpp>
#include <string_view>

#include "faults/faults.h"
#include "google/access.h"
#include "google/failure.h"
#include "google/quota.h"
#include "google/request.h"
#include "market/world.h"
#include "wire/message.h"

namespace omnify::sandbox::google {

/// Rows of a page, and of a batch of a stream.
inline constexpr std::size_t kPageRows = 10'000;

class Api {
 public:
  Api(const market::World& world, const market::Clock& clock, faults::Faults& faults, const Access& access,
      AccessLevel level, std::size_t page_rows = kPageRows)
      : world_(world), clock_(clock), faults_(faults), access_(access), quota_(level), page_rows_(page_rows) {}

  [[nodiscard]] wire::Reply handle(const wire::Request& request);

 private:
  wire::Reply faulty(const wire::Request& request, std::string_view customer, const Envelope& envelope);
  wire::Reply answer(const wire::Request& request, Envelope envelope);
  wire::Reply route(const wire::Request& request, const Route& route, const Envelope& envelope);
  wire::Reply list_customers(const Grant& grant) const;
  wire::Reply search(const Plan& plan, const SearchRequest& request, const Customer& customer);
  wire::Reply stream(const Plan& plan, const SearchRequest& request, const Customer& customer,
                     const Envelope& envelope);
  [[nodiscard]] Customer find_customer(const wire::Request& request, const Route& route, const Grant& grant) const;
  void meter(std::string_view customer, bool first_page);

  const market::World& world_;
  const market::Clock& clock_;
  faults::Faults& faults_;
  const Access& access_;
  Quota quota_;
  std::size_t page_rows_;
};

}  // namespace omnify::sandbox::google
