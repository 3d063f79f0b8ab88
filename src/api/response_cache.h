// Finished answers of expensive reads, per organization and query: what makes a dashboard that nobody changed free.
#pragma once

#include <chrono>
#include <cstdint>
#include <list>
#include <string>
#include <unordered_map>

#include "async/task.h"
#include "base/uuid.h"
#include "http/compress.h"
#include "http/message.h"

namespace omnify::api {

/// The answer with its tag, and compressed where that pays: what a cached answer need not do again. What is too large
/// to be compressed on the I/O thread stays as it is, and the server compresses it for each request on the CPU pool.
[[nodiscard]] http::Response ready_to_send(std::string json, http::Encoding encoding);

/// Bounded, least recently used goes first; used on the I/O thread only. An entry dies when its organization's data
/// change (`forget`), and after `kCacheSeconds` in any case, because a hint of another process can be lost.
class ResponseCache {
 public:
  explicit ResponseCache(std::size_t most_bytes = 32U << 20U) : most_bytes_(most_bytes) {}

  /// The answer, valid until the cache is changed; null when there is none. `key` names the endpoint and all that the
  /// answer depends on.
  [[nodiscard]] const http::Response* find(OrganizationId organization, const std::string& key);

  /// What `generation` of the organization an answer that is now being computed will belong to: if data change
  /// meanwhile, store() drops it.
  [[nodiscard]] std::uint64_t generation(OrganizationId organization) const;
  void store(OrganizationId organization, const std::string& key, std::uint64_t generation, http::Response response);

  void forget(OrganizationId organization);
  /// What may have changed is not known: hints were lost.
  void forget_all();

  struct Counts {
    std::uint64_t hits = 0;
    std::uint64_t misses = 0;
    std::size_t bytes = 0;
    std::size_t entries = 0;
  };
  [[nodiscard]] Counts counts() const noexcept { return {hits_, misses_, bytes_, places_.size()}; }

 private:
  struct Entry {
    OrganizationId organization;
    std::string key;
    http::Response response;
    std::chrono::steady_clock::time_point until;
  };
  using Entries = std::list<Entry>;

  static std::string place(const OrganizationId& organization, const std::string& key);
  [[nodiscard]] static std::size_t size_of(const Entry& entry) noexcept;
  void erase(Entries::iterator entry);

  std::size_t most_bytes_;
  std::size_t bytes_ = 0;
  std::uint64_t hits_ = 0;
  std::uint64_t misses_ = 0;
  Entries entries_;  // most recently used first
  std::unordered_map<std::string, Entries::iterator> places_;
  std::unordered_map<OrganizationId, std::uint64_t> generations_;
  std::uint64_t epoch_ = 0;  // added to every generation
};

}  // namespace omnify::api
