#include "sync/runner.h"

#include <fmt/format.h>

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>
#include <exception>
#include <utility>

#include "base/json.h"
#include "base/log.h"
#include "platforms/registry.h"
#include "sync/backfill.h"
#include "sync/open_connector.h"
#include "sync/window.h"

namespace omnify::sync {
namespace {

constexpr std::string_view kOwnFault = "The sync stopped because of an error in OmniFy. It will be tried again.";

std::string spoken(std::chrono::seconds wait) {
  return wait.count() < 120 ? fmt::format("{} s", wait.count()) : fmt::format("{} min", (wait.count() + 59) / 60);
}

}  // namespace

std::string unnamed_connection(std::string_view platform, std::string_view account) {
  return fmt::format("{} {}", platforms::description(platform).label, account);
}

/// What ended an attempt: our sentence about it, and the exception itself for the worker.
struct Runner::Failure {
  Error error;
  bool passes;  ///< worth another attempt
  std::exception_ptr original;

  /// The current exception; nothing for a cancellation, which goes through untouched.
  static std::optional<Failure> current() {
    auto original = std::current_exception();
    try {
      throw;
    } catch (const Error& error) {
      if (error.code() == Code::cancelled) return std::nullopt;
      if (error.code() == Code::internal) return Failure{{Code::internal, std::string(kOwnFault)}, true, original};
      if (error.code() != Code::conflict) return Failure{error, traits(error.code()).retryable, original};
      // Two transactions got in each other's way; nobody asked for anything that could not be.
      const Error busy(Code::unavailable, "The database was busy.");
      return Failure{busy, true, std::make_exception_ptr(busy)};
    } catch (const boost::system::system_error& error) {
      if (error.code() == boost::asio::error::operation_aborted) return std::nullopt;
      return Failure{{Code::internal, std::string(kOwnFault)}, true, original};
    } catch (const std::exception&) {
      return Failure{{Code::internal, std::string(kOwnFault)}, true, original};
    }
  }
};

Runner::Runner(const ServiceParts& parts, const ServiceOptions& options, Loader& loader, Backfill& backfill)
    : parts_(parts),
      options_(options),
      store_(parts.database),
      loader_(loader),
      backfill_(backfill),
      reconciler_(parts.database, loader) {}

void Runner::emit(const Context& context, std::string_view kind) const {
  if (parts_.events) parts_.events(context.organization, event_json(kind, context.connection.id));
}

/// With jitter, so that connections that were made together do not stay together.
Instant Runner::next_sync(const ConnectionRow& connection) {
  std::uniform_real_distribution<double> jitter(0.9, 1.1);
  const std::chrono::minutes own = std::chrono::hours(connection.sync_hours.value_or(0));
  const std::chrono::duration<double, std::ratio<60>> interval(connection.sync_hours ? own : options_.interval);
  return now() + std::chrono::duration_cast<std::chrono::microseconds>(interval * jitter(random_));
}

Task<> Runner::run(jobs::Job job) {
  const auto id = json::parse<SyncPayload>(job.payload).connection_id;
  auto connection = co_await store_.find_row(job.organization, id);
  if (!connection) co_return;
  const auto open = co_await store_.find_open_run(job.organization, id);
  if (!open) co_return;
  const Context context{job.organization, std::move(*connection), *open,
                        std::make_shared<Progress>(parts_, job.organization, id, open->id)};
  std::optional<Failure> failure;
  try {
    co_await perform(context);
  } catch (...) {
    failure = Failure::current();
    if (!failure) throw;
  }
  if (!failure) co_return;
  co_await settle(context, std::move(job), *failure);
  std::rethrow_exception(failure->original);
}

/// The range of a run is planned when it is queued, before the account's own zone is known for sure.
Task<DayRange> Runner::begin(Context context, std::string time_zone) {
  if (context.run.started) co_return context.run.range;
  const auto& description = platforms::description(context.connection.platform);
  const auto& synced = context.connection.last_synced_at;
  const auto last_success = synced ? std::optional(local_day(time_zone, *synced)) : std::nullopt;
  const auto range = plan_days(local_day(time_zone, now()), last_success,
                               {.first_sync_days = options_.first_sync_days,
                                .lookback_days = description.lookback_days,
                                .retention_days = description.retention_days});
  co_await store_.start_run(context.organization, context.run.id, range);
  co_return range;
}

Task<> Runner::load_windows(Context context, platforms::Connector& connector, LoadTarget target, DayRange range) {
  const auto& description = platforms::description(context.connection.platform);
  for (const auto& window : plan_windows(range, context.run.next_day, description.window_days)) {
    context.progress->say(fmt::format("Reading {} to {}", format_day(window.first), format_day(window.last)));
    const auto counts = co_await load_window(loader_, connector, target, window);
    co_await store_.checkpoint(context.organization, context.run.id, window, counts.rows, counts.changed);
    emit(context, counts.changed > 0 ? "data" : "sync");
  }
}

Task<> Runner::reconcile(Context context, platforms::Connector& connector, LoadTarget target, DayRange range) {
  const auto window_days = platforms::description(context.connection.platform).window_days;
  const auto wrong = co_await reconciler_.reconcile(
      std::move(target), connector, range, window_days,
      [progress = context.progress](std::string activity) { progress->say(std::move(activity)); });
  if (wrong > 0) {
    log_warning("sync.deviates", {{"connection", context.connection.id.text()}, {"days", wrong}});
  }
}

Task<> Runner::perform(Context context) {
  if (context.run.started) {
    context.progress->say("Going on where the sync stopped");
  } else {
    co_await store_.start_run(context.organization, context.run.id, context.run.range);
    context.progress->say("Reading the account");
  }
  const auto connector = co_await open_connector(parts_, context.organization, context.connection);
  connector->on_activity([progress = context.progress](std::string activity) { progress->say(std::move(activity)); });
  LoadTarget target{context.organization, context.connection.id, context.connection.platform,
                    co_await connector->fetch_account()};
  if (!target.account.name.empty()) {
    co_await store_.name_after_account(
        context.organization, context.connection.id,
        unnamed_connection(context.connection.platform, context.connection.external_account_id), target.account.name);
  }
  const auto range = co_await begin(context, target.account.time_zone);
  context.progress->say("Reading campaigns and ads");
  auto entities = co_await connector->fetch_entities();
  co_await loader_.load_entities(target, std::move(entities));
  emit(context, "data");
  co_await load_windows(context, *connector, target, range);
  co_await reconcile(context, *connector, target, range);
  co_await backfill_.follow(context.organization, context.connection, target.account.time_zone);
  co_await store_.finish_run(context.organization, context.connection.id, context.run.id,
                             next_sync(context.connection));
  log_info("sync.finished", {{"connection", context.connection.id.text()}, {"run", context.run.id.text()}});
  emit(context, "sync");
  emit(context, "connection");
}

Task<> Runner::settle(Context context, jobs::Job job, const Failure& failure) {
  const auto& error = failure.error;
  log_warning("sync.failed", {{"connection", context.connection.id.text()},
                              {"run", context.run.id.text()},
                              {"attempt", job.attempt},
                              {"code", to_string(error.code())},
                              {"error", error.detail()}});
  if (failure.passes && !job.last_attempt()) {
    const auto wait = error.retry_after();
    context.progress->say(
        fmt::format("Waiting{}: {}", wait ? " " + spoken(*wait) : std::string(" to try again"), error.detail()));
    co_return;
  }
  const auto status =
      error.code() == Code::upstream_reconnect ? ConnectionStatus::reconnect : ConnectionStatus::failing;
  co_await store_.fail_run(context.organization, context.connection.id, context.run.id, status, error.detail(),
                           next_sync(context.connection));
  emit(context, "sync");
  emit(context, "connection");
}

Task<> Runner::give_up(jobs::Job job, std::string error) {
  const auto id = json::parse<SyncPayload>(job.payload).connection_id;
  const auto connection = co_await store_.find_row(job.organization, id);
  const auto open = co_await store_.find_open_run(job.organization, id);
  if (!connection || !open) co_return;
  co_await store_.fail_run(job.organization, id, open->id, ConnectionStatus::failing, std::move(error),
                           next_sync(*connection));
  if (parts_.events) parts_.events(job.organization, event_json("connection", id));
}

}  // namespace omnify::sync
