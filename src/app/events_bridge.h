// Carries events between the processes of one installation: NOTIFY out, LISTEN in.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <memory>
#include <string>

#include "api/events.h"
#include "api/response_cache.h"
#include "async/task.h"
#include "base/uuid.h"
#include "database/listener.h"

namespace omnify::app {

/// Where all processes of an installation listen.
inline constexpr const char* kEventsChannel = "omnify_events";

/// What is sent there: an event of an organization, and the process that it comes from.
[[nodiscard]] std::string event_payload(const std::string& from, OrganizationId organization, const std::string& json);

/// Tells the serving processes that an organization's data changed: for commands that change them beside a server.
Task<> announce_change(boost::asio::any_io_executor executor, database::Database& database,
                       OrganizationId organization);

/// Used on the I/O thread only.
class EventsBridge {
 public:
  EventsBridge(boost::asio::any_io_executor executor, database::Database& database, const std::string& url,
               api::EventHub& hub, api::ResponseCache& cache);

  void start();
  Task<> stop();

 private:
  void receive(const std::string& payload);

  api::EventHub& hub_;
  api::ResponseCache& cache_;
  std::string self_;  // our own events come back: they were delivered already
  database::Listener listener_;
  database::Notifier notifier_;
  std::shared_ptr<void> subscription_;
};

}  // namespace omnify::app
