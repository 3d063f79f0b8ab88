#include "app/events_bridge.h"

#include <boost/json.hpp>

#include "base/log.h"
#include "base/uuid.h"

namespace omnify::app {
namespace {

std::string member(const boost::json::object& object, std::string_view name) {
  const auto* found = object.if_contains(name);
  return found != nullptr && found->is_string() ? std::string(found->as_string()) : std::string();
}

}  // namespace

std::string event_payload(const std::string& from, OrganizationId organization, const std::string& json) {
  return boost::json::serialize(
      boost::json::object{{"from", from}, {"organization", organization.text()}, {"event", json}});
}

Task<> announce_change(boost::asio::any_io_executor executor, database::Database& database,
                       OrganizationId organization) {
  database::Notifier notifier(executor, database, kEventsChannel);
  notifier.notify(event_payload("", organization, R"({"kind":"data"})"));
  co_await notifier.stop();
}

EventsBridge::EventsBridge(boost::asio::any_io_executor executor, database::Database& database, const std::string& url,
                           api::EventHub& hub, api::ResponseCache& cache)
    : hub_(hub),
      cache_(cache),
      self_(Uuid::random().text()),
      listener_(executor, url, kEventsChannel),
      notifier_(executor, database, kEventsChannel) {}

void EventsBridge::start() {
  subscription_ = listener_.subscribe([this](const std::string& payload) { receive(payload); });
  listener_.start();
  hub_.set_forward([this](OrganizationId organization, const std::string& json) {
    notifier_.notify(event_payload(self_, organization, json));
  });
}

Task<> EventsBridge::stop() {
  hub_.set_forward({});
  co_await notifier_.stop();
  co_await listener_.stop();
  subscription_.reset();
}

void EventsBridge::receive(const std::string& payload) {
  if (payload == database::kListenerReset) {
    cache_.forget_all();
    return hub_.deliver_all(R"({"kind":"data"})");
  }
  boost::system::error_code failure;
  const auto document = boost::json::parse(payload, failure);
  if (failure || !document.is_object()) return log_warning("events.malformed");
  const auto& object = document.as_object();
  if (member(object, "from") == self_) return;
  if (const auto organization = OrganizationId::parse(member(object, "organization"))) {
    hub_.deliver(*organization, member(object, "event"));
  }
}

}  // namespace omnify::app
