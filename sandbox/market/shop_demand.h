// How many orders a shop has on a day and where each comes from: people who come anyway, customers who come back, and
// what the client's ads truly bring on top.
#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <utility>
#include <vector>

#include "market/shop_customers.h"
#include "market/world.h"

namespace omnify::sandbox::market {

struct Returning {
  CustomerRef customer;
  std::uint32_t nth = 2;  ///< which of the customer's orders it is
};

/// Where an order comes from. `source` is that of a new customer.
struct Origin {
  enum class Kind { organic, returning, ad };
  Kind kind = Kind::organic;
  std::uint32_t source = 0;
  Returning returning;
  CampaignRef campaign;
};

/// All orders of one day, known by rank (order of time) or by position (order of origin).
struct DayPlan {
  struct AdOrders {
    CampaignRef campaign;
    std::uint32_t count = 0;
    std::uint32_t behind = 0;  ///< position behind the last of them
  };
  Day day;
  Instant begins{};
  Instant ends{};  ///< not always 24 hours later
  std::uint32_t total = 0;
  std::uint32_t fresh = 0;  ///< new customers whom no ad brought: the first positions
  std::vector<Returning> returning;
  std::vector<AdOrders> ads;
  /// Orders that come anyway, yet after an ad's click or view, so that its platform claims them: cumulative weights
  /// over `claims`, and the share of the orders without a cause that they concern.
  std::vector<CampaignRef> claims;
  std::vector<double> claim_weights;
  double claimed_share = 0;

  [[nodiscard]] std::uint32_t position_of(std::uint32_t rank) const noexcept;
  [[nodiscard]] std::uint32_t rank_of(std::uint32_t position) const noexcept;
  [[nodiscard]] Origin origin(std::uint32_t position) const;
  /// Where the first order of a new customer stands; nothing when the day has no such customer.
  [[nodiscard]] std::optional<std::uint32_t> position_of_source(std::uint32_t source) const noexcept;

  std::uint64_t step = 1;  ///< of the permutation between ranks and positions; coprime to `total`
  std::uint64_t shift = 0;
};

/// The least recently used of more than `limit` entries are forgotten.
template <class Key, class Value>
class Recent {
 public:
  explicit Recent(std::size_t limit) : limit_(limit) {}

  template <class Make>
  const Value& get(const Key& key, Make make) {
    if (const auto found = places_.find(key); found != places_.end()) {
      entries_.splice(entries_.begin(), entries_, found->second);
      return found->second->second;
    }
    // Made first: making it may ask for other entries.
    auto value = make();
    entries_.emplace_front(key, std::move(value));
    places_[key] = entries_.begin();
    if (entries_.size() > limit_) {
      places_.erase(entries_.back().first);
      entries_.pop_back();
    }
    return entries_.front().second;
  }

 private:
  std::size_t limit_;
  std::list<std::pair<Key, Value>> entries_;
  std::map<Key, typename std::list<std::pair<Key, Value>>::iterator> places_;
};

/// Answers from keys; what it keeps are bounded caches. Not for several threads at once.
class Demand {
 public:
  explicit Demand(const World& world) : world_(world) {}

  /// Valid until plans of many other days have been asked for. Days before the opening have no orders.
  const DayPlan& plan(const Shop& shop, Day day);
  /// Orders that the client's ads of a platform will truly bring on `day`, as the mean of a chance process.
  [[nodiscard]] double expected_incremental(const Shop& shop, Platform platform, Day day);

 private:
  using Key = std::pair<std::uint32_t, Day>;
  enum class Scope { all, sample };
  struct Expected {
    CampaignRef campaign;
    double orders = 0;  ///< that the platform can claim
    double share = 0;   ///< of them that would not have come otherwise
  };

  [[nodiscard]] DayPlan make_plan(const Shop& shop, Day day);
  void plan_ads(DayPlan& plan, const Shop& shop);
  [[nodiscard]] std::vector<float> clicks_of(const Shop& shop, Day day, Scope scope) const;
  const std::vector<float>& cached_clicks(const Shop& shop, Day day, Scope scope);
  /// By campaign: the orders of `day` that follow the clicks of this and the days before.
  [[nodiscard]] std::vector<Expected> expected(const Shop& shop, Day day, Scope scope);
  [[nodiscard]] std::uint32_t ad_orders(const Shop& shop, Day day, const Expected& expected) const;
  [[nodiscard]] std::uint32_t fresh_customers(const Shop& shop, Day day) const;
  [[nodiscard]] std::vector<std::vector<Returning>> make_returning(const Shop& shop, Day first);
  void add_returns(std::vector<std::vector<Returning>>& days, const Shop& shop, const CustomerRef& customer,
                   Day first) const;

  const World& world_;
  Recent<Key, DayPlan> plans_{96};
  Recent<Key, std::vector<float>> clicks_{32};
  Recent<Key, std::vector<float>> sampled_clicks_{2048};
  Recent<Key, std::vector<std::vector<Returning>>> returning_{16};
};

}  // namespace omnify::sandbox::market
