// What a sync is doing, on its way to the database and to whoever watches.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "async/gate.h"
#include "async/task.h"
#include "base/uuid.h"
#include "sync/service.h"
#include "sync/store.h"

namespace omnify::sync {

/// {"kind":"sync","connection_id":"…"}: what an EventSink gets.
[[nodiscard]] std::string event_json(std::string_view kind, ConnectionId connection);

/// Of one run. say() never blocks and may be called often: the newest sentence is written a few times a second at most.
class Progress : public std::enable_shared_from_this<Progress> {
 public:
  Progress(const ServiceParts& parts, OrganizationId organization, ConnectionId connection, SyncRunId run);

  void say(std::string activity);

 private:
  static Task<> write(std::shared_ptr<Progress> self);

  Store store_;
  Gate& gate_;
  EventSink events_;
  OrganizationId organization_;
  ConnectionId connection_;
  SyncRunId run_;
  std::optional<std::string> pending_;
  bool writing_ = false;
};

}  // namespace omnify::sync
