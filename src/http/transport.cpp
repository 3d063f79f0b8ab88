#include "http/transport.h"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>

#include "base/error.h"

namespace omnify::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using boost::system::error_code;
using Clock = std::chrono::steady_clock;
using Parser = beast::http::request_parser<beast::http::buffer_body>;

constexpr std::size_t kPieceSize = 64 * 1024;
constexpr std::size_t kReadSize = 4096;
constexpr std::size_t kWritePiece = 256 * 1024;
constexpr std::string_view kHeadEnd = "\r\n\r\n";

constexpr Refusal kMalformed{400, "invalid-request", "Invalid request", "The request is not well-formed HTTP/1.1."};
constexpr Refusal kTimeout{408, "request-timeout", "Request timeout", "The request did not arrive in time."};
constexpr Refusal kTargetTooLong{414, "target-too-long", "Address too long", "The address of the request is too long."};
constexpr Refusal kHeadersTooLarge{431, "headers-too-large", "Headers too large",
                                   "The header fields of the request are too large."};

[[noreturn]] void throw_gone() { throw Error(Code::cancelled, "The client went away."); }

/// Beast is lenient where intermediaries differ: a bare CR or LF, a folded line or a NUL lets two parsers see two
/// different requests. Looks at whole lines only; a CR at the very end may still get its LF.
bool has_ambiguous_bytes(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\0') return true;
    if (c == '\n' && (i == 0 || text[i - 1] != '\r')) return true;
    if (c == '\r' && i + 1 < text.size() && text[i + 1] != '\n') return true;
    if (c == '\n' && i + 1 < text.size() && (text[i + 1] == ' ' || text[i + 1] == '\t')) return true;
  }
  return false;
}

RequestHead to_head(const Parser& parser) {
  const auto& message = parser.get();
  RequestHead head{std::string(message.method_string()), std::string(message.target()), {}, parser.keep_alive()};
  for (const auto& field : message) head.headers.add(std::string(field.name_string()), std::string(field.value()));
  return head;
}

/// RFC 9112 §6.3 and §3.2: one unambiguous length, and exactly one Host.
bool is_unambiguous(const RequestHead& head, unsigned version) {
  const auto lengths = head.headers.count("Content-Length");
  const auto codings = head.headers.count("Transfer-Encoding");
  if (lengths > 1 || codings > 1 || (lengths == 1 && codings == 1)) return false;
  if (codings == 1 && (version < 11 || !equal_ignoring_case(head.headers.value("Transfer-Encoding"), "chunked"))) {
    return false;
  }
  const auto length = head.headers.value("Content-Length");
  if (!std::all_of(length.begin(), length.end(), [](char c) { return c >= '0' && c <= '9'; })) return false;
  const auto hosts = head.headers.count("Host");
  return hosts == 1 || (version < 11 && hosts == 0);
}

}  // namespace

struct Transport::State {
  State(asio::ip::tcp::socket connected, TransportLimits given)
      : socket(std::move(connected)), limits(given), watchdog(socket.get_executor()) {
    error_code failure;
    const auto peer = socket.remote_endpoint(failure);
    if (!failure) {
      auto address = peer.address();
      if (address.is_v6() && address.to_v6().is_v4_mapped()) {
        address = asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
      }
      peer_address = address.to_string();
    }
    socket.set_option(asio::ip::tcp::no_delay(true), failure);
  }

  void arm(Clock::duration limit) { arm_at(Clock::now() + limit); }
  void arm_at(Clock::time_point when) {
    deadline = when;
    timed_out = false;
    // The clock looks at `deadline` when it fires, so that a request does not cost a timer; only an earlier one does.
    if (when < watchdog.expiry()) watchdog.expires_at(when);
  }

  /// Turns a failed wait into what it means.
  void check(const error_code& failure) const {
    if (!failure) return;
    if (timed_out && !cancelled) throw kTimeout;
    throw_gone();
  }

  Task<std::size_t> read_more();
  Task<std::size_t> wait_for_head();
  RequestHead parse_head(std::size_t size);

  asio::ip::tcp::socket socket;
  TransportLimits limits;
  asio::steady_timer watchdog;
  Clock::time_point deadline = Clock::time_point::max();
  Clock::time_point request_deadline;
  std::string peer_address;
  beast::flat_buffer buffer;
  std::optional<Parser> parser;
  std::size_t body_read = 0;
  std::optional<std::uint64_t> announced;
  bool expects_continue = false;
  bool each_piece = false;
  bool timed_out = false;
  bool cancelled = false;
  bool idle = false;
};

Transport::Transport(asio::ip::tcp::socket socket, TransportLimits limits)
    : state_(std::make_unique<State>(std::move(socket), limits)) {}

Transport::~Transport() = default;

void Transport::start() {
  auto& timer = state_->watchdog;
  timer.expires_at(std::min(state_->deadline, Clock::now() + state_->limits.idle));
  timer.async_wait([weak = weak_from_this()](error_code) {
    const auto self = weak.lock();
    if (!self || self->state_->cancelled) return;
    auto& state = *self->state_;
    if (Clock::now() >= state.deadline) {
      state.timed_out = true;
      state.deadline = Clock::time_point::max();
      error_code ignored;
      state.socket.cancel(ignored);
    }
    self->start();
  });
}

Task<std::size_t> Transport::State::read_more() {
  error_code failure;
  const auto count =
      co_await socket.async_read_some(buffer.prepare(kReadSize), asio::redirect_error(asio::use_awaitable, failure));
  buffer.commit(count);
  if (failure == asio::error::eof) co_return 0;
  check(failure);
  co_return count;
}

/// The size of the whole head in the buffer; 0 when the peer closed.
Task<std::size_t> Transport::State::wait_for_head() {
  for (;;) {
    const std::string_view text(static_cast<const char*>(buffer.data().data()), buffer.size());
    if (text.starts_with("\r\n")) {  // RFC 9112 §2.2: an empty line before a request is ignored
      buffer.consume(2);
      continue;
    }
    const auto end = text.find(kHeadEnd);
    const auto size = end == std::string_view::npos ? text.size() : end + kHeadEnd.size();
    if (has_ambiguous_bytes(text.substr(0, size))) throw kMalformed;
    const auto line_end = text.find("\r\n");
    constexpr std::size_t kAroundTarget = 32;  // method and version
    if (line_end == std::string_view::npos && text.size() > limits.target + kAroundTarget) throw kTargetTooLong;
    if (size > limits.header || (end == std::string_view::npos && size == limits.header)) throw kHeadersTooLarge;
    if (end != std::string_view::npos) co_return size;
    const bool first = text.empty();
    idle = first;
    if (first) arm(limits.idle);
    const auto count = co_await read_more();
    idle = false;
    if (count == 0) co_return 0;
    if (first) {
      request_deadline = Clock::now() + limits.read;
      arm_at(request_deadline);
    }
  }
}

RequestHead Transport::State::parse_head(std::size_t size) {
  parser.emplace();
  parser->header_limit(static_cast<std::uint32_t>(limits.header + kReadSize));
  parser->body_limit(boost::none);
  error_code failure;
  const auto used = parser->put(asio::buffer(buffer.data().data(), size), failure);
  buffer.consume(used);
  if (failure || !parser->is_header_done()) throw kMalformed;
  auto head = to_head(*parser);
  if (!is_unambiguous(head, parser->get().version())) throw kMalformed;
  if (head.target.size() > limits.target) throw kTargetTooLong;
  body_read = 0;
  each_piece = false;
  announced.reset();
  if (const auto length = parser->content_length()) announced = *length;
  expects_continue = equal_ignoring_case(head.headers.value("Expect"), "100-continue");
  return head;
}

Task<std::optional<RequestHead>> Transport::read_head() {
  if (state_->buffer.size() != 0) {  // sent without waiting for our last answer
    state_->request_deadline = Clock::now() + state_->limits.read;
    state_->arm_at(state_->request_deadline);
  }
  std::size_t size = 0;
  try {
    size = co_await state_->wait_for_head();
  } catch (const Refusal& refusal) {
    if (refusal.status != kTimeout.status || state_->buffer.size() != 0) throw;
  }
  if (size == 0) co_return std::nullopt;
  co_return state_->parse_head(size);
}

Task<std::string> Transport::read_piece(std::size_t limit) {
  auto& state = *state_;
  if (body_finished()) co_return std::string();
  if (state.announced && *state.announced > limit)
    throw Error(Code::too_large, "The body of the request is too large.");
  if (std::exchange(state.expects_continue, false) && state.buffer.size() == 0) {
    co_await write("HTTP/1.1 100 Continue\r\n\r\n", "");
  }
  state.arm_at(state.each_piece ? Clock::now() + state.limits.read : state.request_deadline);
  const auto left = state.announced ? *state.announced - state.body_read : kPieceSize;
  std::string piece(static_cast<std::size_t>(std::min<std::uint64_t>(left, kPieceSize)), '\0');
  // Beast reads as much as the buffer holds: more than its first few KiB are worth it for a large body only.
  if (left > kReadSize) state.buffer.reserve(kPieceSize);
  auto& body = state.parser->get().body();
  do {
    body.data = piece.data();
    body.size = piece.size();
    error_code failure;
    co_await beast::http::async_read_some(state.socket, state.buffer, *state.parser,
                                          asio::redirect_error(asio::use_awaitable, failure));
    if (failure == beast::http::error::need_buffer) failure = {};
    if (failure.category() == beast::http::make_error_code(beast::http::error::need_buffer).category()) {
      if (failure == beast::http::error::partial_message || failure == beast::http::error::end_of_stream) throw_gone();
      throw kMalformed;
    }
    state.check(failure);
  } while (body.size == piece.size() && !state.parser->is_done());
  piece.resize(piece.size() - body.size);
  state.body_read += piece.size();
  if (state.body_read > limit) throw Error(Code::too_large, "The body of the request is too large.");
  if (body_finished()) state.buffer.shrink_to_fit();
  co_return piece;
}

bool Transport::body_finished() const noexcept { return !state_->parser || state_->parser->is_done(); }
std::optional<std::uint64_t> Transport::announced() const noexcept { return state_->announced; }
void Transport::limit_each_piece() noexcept { state_->each_piece = true; }

Task<> Transport::write(std::string head, std::string body) {
  std::string_view rest = body;
  std::string_view first = head;
  do {
    const auto piece = rest.substr(0, kWritePiece);
    rest.remove_prefix(piece.size());
    const std::array<asio::const_buffer, 2> buffers{asio::buffer(first), asio::buffer(piece)};
    first = {};
    state_->arm(state_->limits.write);  // a slow line is fine as long as it moves
    error_code failure;
    co_await asio::async_write(state_->socket, buffers, asio::redirect_error(asio::use_awaitable, failure));
    if (failure) throw_gone();
  } while (!rest.empty());
}

Task<> Transport::linger() {
  constexpr auto kPatience = std::chrono::seconds(2);
  constexpr std::size_t kMostPieces = 256;
  error_code failure;
  state_->socket.shutdown(asio::ip::tcp::socket::shutdown_send, failure);
  state_->arm(kPatience);
  std::string scratch(kPieceSize, '\0');
  for (std::size_t i = 0; i < kMostPieces && !failure; ++i) {
    co_await state_->socket.async_read_some(asio::buffer(scratch), asio::redirect_error(asio::use_awaitable, failure));
  }
}

void Transport::watch_peer(std::function<void()> gone) {
  state_->socket.async_wait(asio::ip::tcp::socket::wait_read,
                            [weak = weak_from_this(), gone = std::move(gone)](error_code failure) {
                              const auto self = weak.lock();
                              if (!self || failure == asio::error::operation_aborted) return;
                              // Nothing is expected any more: whatever arrives, even data, ends the stream.
                              gone();
                            });
}

void Transport::cancel() noexcept {
  state_->cancelled = true;
  error_code ignored;
  state_->socket.cancel(ignored);
  state_->socket.shutdown(asio::ip::tcp::socket::shutdown_both, ignored);
}

bool Transport::idle() const noexcept { return state_->idle; }
std::string Transport::peer_address() const { return state_->peer_address; }

}  // namespace omnify::http
