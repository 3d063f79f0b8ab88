// Bulk operations: a query over whole lists that runs in the background and leaves a file. Each has a thread and a
// market of its own. Source: Shopify, "Perform bulk operations with the GraphQL Admin API".
#pragma once

#include <chrono>
#include <filesystem>
#include <list>
#include <memory>
#include <string>

#include "shopify/context.h"

namespace omnify::sandbox::shopify {

/// Query operations of one app in one shop that may run at a time.
inline constexpr std::size_t kMostBulk = 5;
inline constexpr std::chrono::days kFileLife{7};

/// Used on the I/O thread only.
class Bulk {
 public:
  /// `shortest`: no operation ends sooner, so that a client must wait for it. `world` outlives this.
  Bulk(const market::World& world, std::chrono::milliseconds shortest);
  ~Bulk();
  Bulk(const Bulk&) = delete;
  Bulk& operator=(const Bulk&) = delete;

  /// The payload of bulkOperationRunQuery. `fails`: it will end in the middle of its work.
  [[nodiscard]] graphql::SourcePtr run(const Context& context, const std::string& query, bool fails);
  /// The payload of bulkOperationCancel.
  [[nodiscard]] graphql::SourcePtr cancel(const Context& context, std::string_view id);
  /// Null for an unknown one.
  [[nodiscard]] graphql::SourcePtr find(const Context& context, std::string_view id) const;
  /// All of the shop, the oldest first.
  [[nodiscard]] std::vector<graphql::SourcePtr> list(const Context& context) const;
  /// The file behind a link's path; nothing when there is none, or it is too old.
  [[nodiscard]] std::optional<std::filesystem::path> file(std::string_view path, Instant now) const;

 private:
  struct Job;

  [[nodiscard]] graphql::SourcePtr show(const Job& job, const Context& context) const;
  [[nodiscard]] std::size_t running(const std::string& shop) const;
  void forget_old(Instant now);

  const market::World& world_;
  std::chrono::milliseconds shortest_;
  std::filesystem::path folder_;
  std::uint64_t next_id_ = 1;
  std::list<std::unique_ptr<Job>> jobs_;
};

}  // namespace omnify::sandbox::shopify
