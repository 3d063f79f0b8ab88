#include "sync/progress.h"

#include <fmt/format.h>

#include <utility>

#include "async/signal.h"

namespace omnify::sync {
namespace {

constexpr std::chrono::milliseconds kBetweenWrites{300};

}  // namespace

std::string event_json(std::string_view kind, ConnectionId connection) {
  return fmt::format(R"({{"kind":"{}","connection_id":"{}"}})", kind, connection.text());
}

Progress::Progress(const ServiceParts& parts, OrganizationId organization, ConnectionId connection, SyncRunId run)
    : store_(parts.database),
      gate_(parts.gate),
      events_(parts.events),
      organization_(organization),
      connection_(connection),
      run_(run) {}

void Progress::say(std::string activity) {
  pending_ = std::move(activity);
  if (std::exchange(writing_, true)) return;
  gate_.spawn("sync.progress", write(shared_from_this()));
}

Task<> Progress::write(std::shared_ptr<Progress> self) {
  struct Done {
    bool& writing;
    ~Done() { writing = false; }
  } done{self->writing_};
  while (self->pending_) {
    auto activity = std::exchange(self->pending_, std::nullopt);
    co_await self->store_.write_activity(self->organization_, self->run_, std::move(*activity));
    if (self->events_) self->events_(self->organization_, event_json("sync", self->connection_));
    co_await sleep_for(kBetweenWrites);
  }
}

}  // namespace omnify::sync
