#include "shopify/bulk.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <thread>

#include "base/log.h"
#include "crypto/random.h"
#include "shopify/bulk_export.h"

namespace omnify::sandbox::shopify {
namespace {

using boost::json::object;
using graphql::Record;
using graphql::SourcePtr;

/// Root objects that an operation which fails has written before.
constexpr std::int64_t kBeforeFailure = 100;
/// Finished operations that a shop keeps.
constexpr std::size_t kKept = 20;
constexpr std::string_view kPath = "/bulk/";

SourcePtr payload(std::string type, SourcePtr operation, boost::json::array errors) {
  std::map<std::string, SourcePtr, std::less<>> links;
  links["bulkOperation"] = std::move(operation);
  return std::make_shared<Record>(std::move(type), object{{"userErrors", std::move(errors)}}, std::move(links));
}

SourcePtr refused(std::string_view message, std::string_view code) {
  object error{{"field", boost::json::array{"query"}}, {"message", message}, {"code", code}};
  return payload("BulkOperationRunQueryPayload", nullptr, {std::move(error)});
}

}  // namespace

struct Bulk::Job {
  enum class End { none, completed, cancelled, failed, denied };

  std::uint64_t id = 0;
  std::string shop;
  Grant grant;
  std::string query;
  std::string link;  ///< behind kPath
  std::filesystem::path file;
  bool fails = false;
  Instant created{};
  std::chrono::steady_clock::time_point started;
  Progress progress;
  std::atomic<End> end = End::none;
  std::atomic<std::int64_t> worked_milliseconds = 0;
  std::jthread thread;  ///< the last member: it uses the others until it ends

  ~Job() {
    thread = {};
    std::error_code ignored;
    std::filesystem::remove(file, ignored);
  }

  /// Over, and long enough for the clients.
  [[nodiscard]] bool over(std::chrono::milliseconds shortest) const {
    return end != End::none && std::chrono::steady_clock::now() - started >= shortest;
  }
  [[nodiscard]] const char* status(std::chrono::milliseconds shortest) const {
    if (!over(shortest)) return thread.get_stop_token().stop_requested() ? "CANCELING" : "RUNNING";
    if (end == End::completed) return "COMPLETED";
    return end == End::cancelled ? "CANCELED" : "FAILED";
  }

  void work(const market::World& world, const std::stop_token& stop) {
    // A market of its own: its caches are not for several threads.
    market::Shops shops(world);
    Context context{shops, *shops.find(shop), grant, created, {}, true};
    ExportTarget target{.path = file.string(), .progress = progress, .stop = stop};
    if (fails) target.limit = kBeforeFailure;
    auto ended = fails ? End::failed : End::completed;
    try {
      export_lines(context, query, target);
      if (stop.stop_requested()) ended = End::cancelled;
    } catch (const graphql::Failure& failure) {
      ended = End::denied;
    } catch (const std::exception& error) {
      log_error("sandbox.bulk_failed", {{"error", error.what()}});
      ended = End::failed;
    }
    worked_milliseconds =
        std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - started).count();
    end = ended;
  }
};

Bulk::Bulk(const market::World& world, std::chrono::milliseconds shortest)
    : world_(world),
      shortest_(shortest),
      folder_(std::filesystem::temp_directory_path() /
              fmt::format("omnify-sandbox-bulk-{}-{}", ::getpid(), crypto::random_token(6))) {}

Bulk::~Bulk() {
  jobs_.clear();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

std::size_t Bulk::running(const std::string& shop) const {
  return static_cast<std::size_t>(
      std::ranges::count_if(jobs_, [&](const auto& job) { return job->shop == shop && !job->over(shortest_); }));
}

void Bulk::forget_old(Instant now) {
  std::erase_if(jobs_, [&](const auto& job) { return job->over(shortest_) && now - job->created > kFileLife; });
  while (jobs_.size() > kKept && jobs_.front()->over(shortest_)) jobs_.pop_front();
}

SourcePtr Bulk::run(const Context& context, const std::string& query, bool fails) {
  forget_old(context.now);
  if (const auto problem = refuse_bulk(query)) return refused(*problem, "INVALID");
  if (running(context.shop.domain) >= kMostBulk) {
    return refused("Too many bulk query operations for this app and shop are already in progress.",
                   "OPERATION_IN_PROGRESS");
  }
  std::filesystem::create_directories(folder_);
  auto job = std::make_unique<Job>();
  job->id = 4'000'000'000'000ULL + next_id_++;
  job->shop = context.shop.domain;
  job->grant = context.grant;
  job->query = query;
  job->link = fmt::format("{}-{}.jsonl", job->id, crypto::random_token(16));
  job->file = folder_ / job->link;
  job->fails = fails;
  job->created = context.now;
  job->started = std::chrono::steady_clock::now();
  auto* const shown = job.get();
  job->thread = std::jthread([this, shown](const std::stop_token& stop) { shown->work(world_, stop); });
  jobs_.push_back(std::move(job));
  return payload("BulkOperationRunQueryPayload", show(*shown, context), {});
}

SourcePtr Bulk::cancel(const Context& context, std::string_view id) {
  const auto number = id_of(id, "BulkOperation").value_or(0);
  const auto found = std::ranges::find_if(jobs_, [&](const auto& job) { return job->id == number; });
  if (found == jobs_.end() || (*found)->shop != context.shop.domain) {
    return payload("BulkOperationCancelPayload", nullptr,
                   {object{{"field", boost::json::array{"id"}}, {"message", "Bulk operation does not exist"}}});
  }
  if ((*found)->over(shortest_)) {
    return payload(
        "BulkOperationCancelPayload", show(**found, context),
        {object{{"field", nullptr}, {"message", "A bulk operation cannot be canceled when it is completed"}}});
  }
  (*found)->thread.request_stop();
  return payload("BulkOperationCancelPayload", show(**found, context), {});
}

SourcePtr Bulk::show(const Job& job, const Context& context) const {
  const bool over = job.over(shortest_);
  const std::int64_t objects = job.progress.objects;
  const bool whole = over && job.end == Job::End::completed && objects > 0;
  const bool partial = over && !whole && objects > 0;
  const auto url = context.base_url + std::string(kPath) + job.link;
  const auto worked = std::max(std::chrono::milliseconds(job.worked_milliseconds), shortest_);
  boost::json::value error;
  if (over && job.end == Job::End::failed) error = "INTERNAL_SERVER_ERROR";
  if (over && job.end == Job::End::denied) error = "ACCESS_DENIED";
  return std::make_shared<Record>(
      "BulkOperation", object{{"id", gid("BulkOperation", job.id)},
                              {"status", job.status(shortest_)},
                              {"errorCode", std::move(error)},
                              {"type", "QUERY"},
                              {"query", job.query},
                              {"createdAt", time_value(job.created)},
                              {"completedAt", over ? time_value(job.created + worked) : boost::json::value()},
                              {"objectCount", std::to_string(objects)},
                              {"rootObjectCount", std::to_string(job.progress.roots)},
                              {"fileSize", whole ? boost::json::value(std::to_string(job.progress.bytes)) : nullptr},
                              {"url", whole ? boost::json::value(url) : nullptr},
                              {"partialDataUrl", partial ? boost::json::value(url) : nullptr}});
}

SourcePtr Bulk::find(const Context& context, std::string_view id) const {
  const auto number = id_of(id, "BulkOperation");
  for (const auto& job : jobs_) {
    if (job->id == number && job->shop == context.shop.domain) return show(*job, context);
  }
  return nullptr;
}

std::vector<SourcePtr> Bulk::list(const Context& context) const {
  std::vector<SourcePtr> all;
  for (const auto& job : jobs_) {
    if (job->shop == context.shop.domain) all.push_back(show(*job, context));
  }
  return all;
}

std::optional<std::filesystem::path> Bulk::file(std::string_view path, Instant now) const {
  if (!path.starts_with(kPath)) return std::nullopt;
  path.remove_prefix(kPath.size());
  for (const auto& job : jobs_) {
    if (job->link == path && job->over(shortest_) && now - job->created < kFileLife) return job->file;
  }
  return std::nullopt;
}

}  // namespace omnify::sandbox::shopify
