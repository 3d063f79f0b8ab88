#include "google/figures.h"

namespace omnify::sandbox::google {
namespace {

constexpr std::int64_t kQuarters = 4;

Credit whole(const market::Tally& tally) { return {tally.count * kQuarters, tally.value}; }

/// A quarter of each ad's credit goes to the next ad that delivered, around the group.
void share_credit(std::vector<Figures>& all, const std::vector<std::size_t>& delivered, Credit Figures::* kind) {
  if (delivered.size() < 2) return;
  std::vector<Credit> given;
  for (const auto ad : delivered) {
    const auto& credit = all[ad].*kind;
    given.push_back({credit.quarters / kQuarters, credit.value / kQuarters});
  }
  for (std::size_t i = 0; i < delivered.size(); ++i) {
    auto& from = all[delivered[i]].*kind;
    from.quarters -= given[i].quarters;
    from.value -= given[i].value;
    all[delivered[(i + 1) % delivered.size()]].*kind += given[i];
  }
}

}  // namespace

Figures& Figures::operator+=(const Figures& other) noexcept {
  spend += other.spend;
  impressions += other.impressions;
  clicks += other.clicks;
  engagements += other.engagements;
  video_views += other.video_views;
  purchases += other.purchases;
  leads += other.leads;
  carts += other.carts;
  return *this;
}

bool Figures::any() const noexcept {
  return spend != 0 || impressions != 0 || clicks != 0 || engagements != 0 || video_views != 0 ||
         purchases.quarters != 0 || leads.quarters != 0 || carts.quarters != 0;
}

std::vector<Figures> figures_of(const market::World& world, const market::Account& account, std::uint32_t ad_set,
                                Day day, const market::Moment& moment) {
  const auto& group = account.ad_sets[ad_set];
  std::vector<Figures> all(group.ad_count);
  std::vector<std::size_t> delivered;
  for (std::uint32_t i = 0; i < group.ad_count; ++i) {
    const auto numbers = world.observe(account, group.first_ad + i, day, moment);
    if (!numbers.delivered()) continue;
    delivered.push_back(i);
    auto& out = all[i];
    out.spend = numbers.spend;
    out.impressions = numbers.impressions;
    out.clicks = numbers.clicks;
    out.engagements = numbers.reactions;
    out.video_views = numbers.video_views;
    out.purchases = whole(numbers.purchases.attributed());
    out.leads = whole(numbers.leads.attributed());
    out.carts = {numbers.carts * kQuarters, 0};
  }
  for (const auto kind : {&Figures::purchases, &Figures::leads}) share_credit(all, delivered, kind);
  return all;
}

}  // namespace omnify::sandbox::google
