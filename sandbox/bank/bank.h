// The European Central Bank's reference rates of the simulated market, in the bank's own files.
#pragma once

#include "market/world.h"
#include "wire/message.h"

namespace omnify::sandbox::bank {

/// Answers /stats/eurofxref/eurofxref-daily.xml, …-hist-90d.xml and …-hist.xml as www.ecb.europa.eu does: newest day
/// first, without weekends and holidays, published about 16:00 in Frankfurt. The whole history begins 800 days before
/// the market's epoch.
class Bank {
 public:
  Bank(const market::World& world, const market::Clock& clock) : world_(world), clock_(clock) {}

  [[nodiscard]] static bool owns(const wire::Request& request);
  [[nodiscard]] wire::Reply handle(const wire::Request& request) const;

 private:
  [[nodiscard]] wire::Reply publish(Day oldest, Day newest) const;

  const market::World& world_;
  const market::Clock& clock_;
};

}  // namespace omnify::sandbox::bank
