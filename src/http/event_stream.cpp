#include "http/event_stream.h"

#include <utility>

namespace omnify::http {
namespace {

/// A field's value ends at the line end: anything after it would be a field of its own.
std::string_view first_line(std::string_view text) { return text.substr(0, text.find_first_of("\r\n")); }

}  // namespace

EventFrame make_event(std::string_view event, std::string_view data, std::string_view id) {
  std::string frame;
  if (!id.empty()) frame.append("id: ").append(first_line(id)).append("\n");
  if (!event.empty()) frame.append("event: ").append(first_line(event)).append("\n");
  while (true) {
    const auto end = data.find_first_of("\r\n");
    frame.append("data: ").append(data.substr(0, end)).append("\n");
    if (end == std::string_view::npos) break;
    data = data.substr(data.substr(end).starts_with("\r\n") ? end + 2 : end + 1);
  }
  frame += '\n';
  return std::make_shared<const std::string>(std::move(frame));
}

bool EventStream::push(EventFrame frame) {
  if (closed_) return false;
  if (queue_.size() >= kQueueLimit) {
    overflowed_ = true;
    close();
    return false;
  }
  queue_.push_back(std::move(frame));
  arrived_.ring_all();
  return true;
}

void EventStream::close() {
  if (std::exchange(closed_, true)) return;
  arrived_.ring_all();
  if (const auto callback = std::exchange(closed_callback_, nullptr)) callback();
  if (overflowed_ && interrupt_) interrupt_();
}

void EventStream::on_close(std::function<void()> callback) {
  if (closed_) return callback();
  closed_callback_ = std::move(callback);
}

Task<std::string> EventStream::take(std::chrono::steady_clock::duration limit) {
  if (queue_.empty() && !closed_) co_await arrived_.wait(limit);
  std::string out;
  if (overflowed_) co_return out;
  for (const auto& frame : queue_) out += *frame;
  queue_.clear();
  co_return out;
}

}  // namespace omnify::http
