// Who is watching which organization: server-sent events as hints to fetch again.
#pragma once

#include <functional>
#include <list>
#include <memory>
#include <string>
#include <unordered_map>

#include "base/uuid.h"
#include "http/event_stream.h"

namespace omnify::api {

/// Used on the I/O thread only. `changed` is called for every event that may change figures, before streams get it.
class EventHub {
 public:
  using Changed = std::function<void(OrganizationId)>;
  using Forward = std::function<void(OrganizationId, std::string json)>;

  explicit EventHub(Changed changed) : changed_(std::move(changed)) {}

  /// Where events of this process also go: to the other processes.
  void set_forward(Forward forward) { forward_ = std::move(forward); }

  /// An event of this process: {"kind":"sync"|"import"|"data"|"connection", …}.
  void publish(OrganizationId organization, const std::string& json);
  /// An event of another process, or of this one as the database returns it: idempotent for who reads it.
  void deliver(OrganizationId organization, const std::string& json);

  /// To everybody: something may have changed, and what is not known.
  void deliver_all(const std::string& json);

  void subscribe(OrganizationId organization, std::string token, std::shared_ptr<http::EventStream> stream);
  /// Closes the streams of a session that has ended.
  void end_session(const std::string& token);
  [[nodiscard]] std::size_t streams() const noexcept { return subscribers_.size(); }

 private:
  struct Subscriber {
    OrganizationId organization;
    std::string token;
    std::shared_ptr<http::EventStream> stream;
  };

  Changed changed_;
  Forward forward_;
  std::list<Subscriber> subscribers_;
};

}  // namespace omnify::api
