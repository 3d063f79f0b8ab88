#include "api/response_cache.h"

#include <algorithm>
#include <iterator>

#include "http/response_head.h"

namespace omnify::api {
namespace {

constexpr std::chrono::seconds kCacheSeconds{60};
constexpr std::size_t kEntryOverhead = 1024;  // nodes, strings and headers
constexpr std::size_t kMostGenerations = 100'000;

}  // namespace

http::Response ready_to_send(std::string json, http::Encoding encoding) {
  auto response = http::Response::json(std::move(json));
  response.headers.add("ETag", http::weak_etag(response.body));
  if (!http::is_worth_compressing(response)) return response;
  http::add_vary(response);
  if (encoding != http::Encoding::identity && response.body.size() <= http::kCompressElsewhereAbove) {
    http::set_compressed(response, encoding, http::compress(encoding, response.body, http::Effort::fast));
  }
  return response;
}

std::string ResponseCache::place(const OrganizationId& organization, const std::string& key) {
  return organization.text() + key;
}

std::size_t ResponseCache::size_of(const Entry& entry) noexcept {
  return entry.response.body.size() + 2 * entry.key.size() + kEntryOverhead;
}

void ResponseCache::erase(Entries::iterator entry) {
  bytes_ -= size_of(*entry);
  places_.erase(place(entry->organization, entry->key));
  entries_.erase(entry);
}

const http::Response* ResponseCache::find(OrganizationId organization, const std::string& key) {
  const auto found = places_.find(place(organization, key));
  if (found == places_.end()) {
    ++misses_;
    return nullptr;
  }
  if (std::chrono::steady_clock::now() >= found->second->until) {
    erase(found->second);
    ++misses_;
    return nullptr;
  }
  ++hits_;
  entries_.splice(entries_.begin(), entries_, found->second);
  return &entries_.front().response;
}

std::uint64_t ResponseCache::generation(OrganizationId organization) const {
  const auto found = generations_.find(organization);
  return epoch_ + (found == generations_.end() ? 0 : found->second);
}

void ResponseCache::store(OrganizationId organization, const std::string& key, std::uint64_t generation,
                          http::Response response) {
  if (generation != this->generation(organization)) return;
  if (const auto old = places_.find(place(organization, key)); old != places_.end()) erase(old->second);
  entries_.push_front({organization, key, std::move(response), std::chrono::steady_clock::now() + kCacheSeconds});
  places_[place(organization, key)] = entries_.begin();
  bytes_ += size_of(entries_.front());
  while (bytes_ > most_bytes_ && !entries_.empty()) erase(std::prev(entries_.end()));
}

void ResponseCache::forget(OrganizationId organization) {
  if (generations_.size() >= kMostGenerations) return forget_all();
  ++generations_[organization];
  for (auto entry = entries_.begin(); entry != entries_.end();) {
    const auto next = std::next(entry);
    if (entry->organization == organization) erase(entry);
    entry = next;
  }
}

void ResponseCache::forget_all() {
  // Above every generation there has been, so that no answer under way can pass for a new one.
  std::uint64_t most = 0;
  for (const auto& [organization, count] : generations_) most = std::max(most, count);
  epoch_ += most + 1;
  generations_.clear();
  entries_.clear();
  places_.clear();
  bytes_ = 0;
}

}  // namespace omnify::api
