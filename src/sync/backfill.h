// What lies before a connection's first sync, as far back as its platform answers: loaded newest first, a slice of time
// at a time, so that the regular syncs of the same organization get their turn.
#pragma once

#include "jobs/queue.h"
#include "sync/backfill_store.h"
#include "sync/reconciler.h"
#include "sync/service.h"
#include "sync/store.h"

namespace omnify::sync {

inline constexpr std::string_view kBackfillJob = "sync.backfill";

class Backfill {
 public:
  /// `parts`, `options` and `loader` outlive it.
  Backfill(const ServiceParts& parts, const ServiceOptions& options, Loader& loader);

  /// When all windows of a sync are loaded: plans the backfill at the first time, and queues its next slice unless one
  /// is at work.
  Task<> follow(OrganizationId organization, ConnectionRow connection, std::string time_zone);

  /// One slice: windows until its time is over, then the next slice is queued. A killed slice goes on at its last
  /// window.
  Task<> run(jobs::Job job);
  /// No further attempt: it has failed, until new credentials come.
  Task<> give_up(jobs::Job job, std::string error);

 private:
  Task<> load(OrganizationId organization, ConnectionRow connection, DayRange left);
  Task<> queue_slice(OrganizationId organization, ConnectionId connection, Day next_day);
  void emit(OrganizationId organization, std::string_view kind, ConnectionId connection) const;

  const ServiceParts& parts_;
  const ServiceOptions& options_;
  Loader& loader_;
  Store store_;
  BackfillStore backfills_;
  Reconciler reconciler_;
};

}  // namespace omnify::sync
