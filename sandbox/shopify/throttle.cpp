#include "shopify/throttle.h"

#include <algorithm>
#include <cmath>

namespace omnify::sandbox::shopify {

Throttle::Bucket& Throttle::filled(std::string_view shop, Instant now) {
  const auto full = static_cast<double>(plan_.bucket);
  auto& bucket = buckets_.try_emplace(std::string(shop), Bucket{full, now}).first->second;
  const auto past = std::chrono::duration<double>(now - bucket.at).count();
  if (past > 0) bucket.points = std::min(full, bucket.points + past * static_cast<double>(plan_.restore_rate));
  bucket.at = now;
  return bucket;
}

bool Throttle::take(std::string_view shop, std::int64_t points, Instant now) {
  auto& bucket = filled(shop, now);
  if (bucket.points < static_cast<double>(points)) return false;
  bucket.points -= static_cast<double>(points);
  return true;
}

void Throttle::give_back(std::string_view shop, std::int64_t points) {
  const auto found = buckets_.find(shop);
  if (found == buckets_.end()) return;
  found->second.points =
      std::min(static_cast<double>(plan_.bucket), found->second.points + static_cast<double>(points));
}

boost::json::object Throttle::status(std::string_view shop, Instant now) {
  return {{"maximumAvailable", static_cast<double>(plan_.bucket)},
          {"currentlyAvailable", static_cast<std::int64_t>(std::floor(filled(shop, now).points))},
          {"restoreRate", static_cast<double>(plan_.restore_rate)}};
}

}  // namespace omnify::sandbox::shopify
