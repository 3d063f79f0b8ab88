#include "sync/backfill.h"

#include <algorithm>
#include <chrono>
#include <exception>

#include "base/error.h"
#include "base/json.h"
#include "platforms/registry.h"
#include "sync/open_connector.h"
#include "sync/progress.h"
#include "sync/runner.h"
#include "sync/window.h"

namespace omnify::sync {
namespace {

using Clock = std::chrono::steady_clock;

/// Without any progress for so long, no slice is at work.
constexpr std::chrono::seconds kSilence{600};

std::chrono::milliseconds since(Clock::time_point start) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start);
}

}  // namespace

Backfill::Backfill(const ServiceParts& parts, const ServiceOptions& options, Loader& loader)
    : parts_(parts),
      options_(options),
      loader_(loader),
      store_(parts.database),
      backfills_(parts.database),
      reconciler_(parts.database, loader) {}

void Backfill::emit(OrganizationId organization, std::string_view kind, ConnectionId connection) const {
  if (parts_.events) parts_.events(organization, event_json(kind, connection));
}

/// The key holds the day where the slice begins: the job that queues the next one still has its own.
Task<> Backfill::queue_slice(OrganizationId organization, ConnectionId connection, Day next_day) {
  co_await parts_.queue.enqueue({.organization = organization,
                                 .kind = std::string(kBackfillJob),
                                 .key = "backfill:" + connection.text() + ":" + format_day(next_day),
                                 .payload = json::print(SyncPayload{connection}),
                                 .run_at = std::nullopt,
                                 .max_attempts = options_.max_attempts});
}

Task<> Backfill::follow(OrganizationId organization, ConnectionRow connection, std::string time_zone) {
  const auto& description = platforms::description(connection.platform);
  const int reach = std::min(options_.backfill_days, description.retention_days);
  if (reach <= 0) co_return;
  co_await backfills_.plan(organization, connection.id, local_day(time_zone, now()) - std::chrono::days(reach - 1));
  if (const auto left = co_await backfills_.find_silent(organization, connection.id, kSilence)) {
    co_await queue_slice(organization, connection.id, left->last);
  }
}

Task<> Backfill::load(OrganizationId organization, ConnectionRow connection, DayRange left) {
  const auto connector = co_await open_connector(parts_, organization, connection);
  const LoadTarget target{organization, connection.id, connection.platform, co_await connector->fetch_account()};
  const auto window_days = platforms::description(connection.platform).window_days;
  const auto started = Clock::now();
  for (const auto& window : plan_windows(left, std::nullopt, window_days)) {
    if (window.last < left.last && since(started) > options_.backfill_slice) {
      co_await queue_slice(organization, connection.id, window.last);
      break;
    }
    const auto window_started = Clock::now();
    co_await load_window(loader_, *connector, target, window);
    // Before the checkpoint: a window that was killed here is compared when it is loaded again.
    co_await reconciler_.reconcile(target, *connector, window, window_days, [](std::string) {});
    co_await backfills_.checkpoint(organization, connection.id, window, since(window_started));
    emit(organization, "connection", connection.id);
  }
  emit(organization, "data", connection.id);
}

Task<> Backfill::run(jobs::Job job) {
  const auto id = json::parse<SyncPayload>(job.payload).connection_id;
  const auto connection = co_await store_.find_row(job.organization, id);
  const auto left = co_await backfills_.find_open(job.organization, id);
  if (!connection || !left) co_return;
  std::string reason;
  std::exception_ptr failure;
  try {
    co_return co_await load(job.organization, *connection, *left);
  } catch (const Error& error) {
    if (error.code() == Code::cancelled || error.code() == Code::internal) throw;
    reason = error.detail();
    failure = std::current_exception();
  }
  co_await backfills_.waits(job.organization, id, std::move(reason));
  emit(job.organization, "connection", id);
  std::rethrow_exception(failure);
}

Task<> Backfill::give_up(jobs::Job job, std::string error) {
  const auto id = json::parse<SyncPayload>(job.payload).connection_id;
  co_await backfills_.fail(job.organization, id, std::move(error));
  emit(job.organization, "connection", id);
}

}  // namespace omnify::sync
