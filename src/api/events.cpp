#include "api/events.h"

#include <boost/json.hpp>

#include "api/routes.h"
#include "base/log.h"

namespace omnify::api {
namespace {

/// The event's name for the browser; empty for what is no event of ours.
std::string kind_of(const std::string& json) {
  boost::system::error_code failure;
  const auto document = boost::json::parse(json, failure);
  if (failure || !document.is_object()) return {};
  const auto* kind = document.as_object().if_contains("kind");
  return kind != nullptr && kind->is_string() ? std::string(kind->as_string()) : std::string();
}

Task<bool> still_signed_in(Services* services, std::string token, OrganizationId organization) {
  const auto principal = co_await services->sessions.find(std::move(token));
  co_return principal && principal->organization == organization;
}

Task<http::Response> open_events(CallerCall call) {
  auto* services = call.context.services;
  const auto organization = call.context.organization();
  http::EventStream::Options options;
  options.still_allowed = [services, token = call.context.token, organization] {
    return still_signed_in(services, token, organization);
  };
  auto stream = std::make_shared<http::EventStream>(std::move(options));
  services->events.subscribe(organization, call.context.token, stream);
  co_return http::Response::event_stream(std::move(stream));
}

}  // namespace

void EventHub::publish(OrganizationId organization, const std::string& json) {
  deliver(organization, json);
  if (forward_) forward_(organization, json);
}

void EventHub::deliver(OrganizationId organization, const std::string& json) {
  const auto kind = kind_of(json);
  if (kind.empty()) return log_warning("events.malformed");
  // Progress changes no figure, and comes several times a second: it would keep the cache empty.
  if (changed_ && kind != "sync" && kind != "import") changed_(organization);
  http::EventFrame frame;
  // A push may close a stream, which then unsubscribes itself: the list changes under the loop.
  std::vector<std::shared_ptr<http::EventStream>> readers;
  for (const auto& subscriber : subscribers_) {
    if (subscriber.organization == organization) readers.push_back(subscriber.stream);
  }
  for (const auto& stream : readers) {
    if (!frame) frame = http::make_event(kind, json);
    stream->push(frame);
  }
}

void EventHub::deliver_all(const std::string& json) {
  const auto frame = http::make_event(kind_of(json), json);
  std::vector<std::shared_ptr<http::EventStream>> readers;
  for (const auto& subscriber : subscribers_) readers.push_back(subscriber.stream);
  for (const auto& stream : readers) stream->push(frame);
}

void EventHub::subscribe(OrganizationId organization, std::string token, std::shared_ptr<http::EventStream> stream) {
  auto* raw = stream.get();
  const auto place = subscribers_.insert(subscribers_.end(), {organization, std::move(token), std::move(stream)});
  raw->on_close([this, place] {
    // Keeps the stream alive until its own close() has returned.
    const auto kept = place->stream;
    subscribers_.erase(place);
  });
}

void EventHub::end_session(const std::string& token) {
  std::vector<std::shared_ptr<http::EventStream>> ended;
  for (const auto& subscriber : subscribers_) {
    if (subscriber.token == token) ended.push_back(subscriber.stream);
  }
  for (const auto& stream : ended) stream->close();
}

std::vector<http::Route> event_routes(Services& services) {
  auto endpoints = private_endpoints(services);
  endpoints.add(
      {.method = http::Method::get,
       .path = "/api/v1/events",
       .operation = {.id = "streamEvents",
                     .summary = "Server-sent events: hints to fetch again",
                     .tag = "Events",
                     .permission = "read",
                     .description =
                         "event: sync, import, data or connection; data: {\"kind\": …, \"connection_id\": …}."},
       .response_media = "text/event-stream"},
      open_events);
  return std::move(endpoints).routes();
}

}  // namespace omnify::api
