#include "http/client.h"

#include <curl/curl.h>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <unordered_map>

#include "base/error.h"
#include "http/client_transfer.h"

namespace omnify::http {
namespace {

using boost::asio::posix::stream_descriptor;
using boost::system::error_code;

void initialise_curl() {
  static const CURLcode result = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (result != CURLE_OK) throw Error(Code::internal, "libcurl cannot start.");
}

/// A socket of libcurl while libcurl wants to hear about it. libcurl opens and closes sockets: this only watches, and
/// lets go with release().
struct Watch {
  Watch(boost::asio::any_io_executor executor, curl_socket_t given) : descriptor(executor, given), socket(given) {}

  stream_descriptor descriptor;
  curl_socket_t socket;
  int wanted = CURL_POLL_NONE;
  bool reading = false;
  bool writing = false;
  bool released = false;
};

}  // namespace

struct Client::State : std::enable_shared_from_this<Client::State> {
  State(boost::asio::any_io_executor io, ClientOptions given)
      : executor(io), options(std::move(given)), timer(io), multi(curl_multi_init()) {
    if (multi == nullptr) throw std::bad_alloc();
    curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, &State::on_socket);
    curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, this);
    curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, &State::on_timer);
    curl_multi_setopt(multi, CURLMOPT_TIMERDATA, this);
    curl_multi_setopt(multi, CURLMOPT_MAX_HOST_CONNECTIONS, options.max_connections_per_host);
  }
  ~State() {
    curl_multi_cleanup(multi);
    for (auto& [socket, watch] : watches) release(*watch);
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  static int on_socket(CURL*, curl_socket_t socket, int what, void* self, void*) {
    static_cast<State*>(self)->watch(socket, what);
    return 0;
  }
  static int on_timer(CURLM*, long milliseconds, void* self) {
    static_cast<State*>(self)->set_timer(milliseconds);
    return 0;
  }

  void watch(curl_socket_t socket, int what);
  void wait_read(const std::shared_ptr<Watch>& watch);
  void wait_write(const std::shared_ptr<Watch>& watch);
  void on_ready(const std::shared_ptr<Watch>& watch, int event, const error_code& failure);
  static void release(Watch& watch);
  void set_timer(long milliseconds);
  void act(curl_socket_t socket, int events);

  boost::asio::any_io_executor executor;
  ClientOptions options;
  boost::asio::steady_timer timer;
  std::uint64_t timer_generation = 0;
  CURLM* multi;
  std::unordered_map<curl_socket_t, std::shared_ptr<Watch>> watches;
  std::size_t in_flight = 0;
};

void Client::State::release(Watch& watch) {
  if (watch.released) return;
  watch.released = true;
  watch.descriptor.release();
}

void Client::State::watch(curl_socket_t socket, int what) {
  auto found = watches.find(socket);
  if (what == CURL_POLL_REMOVE) {
    if (found == watches.end()) return;
    release(*found->second);
    watches.erase(found);
    return;
  }
  if (found == watches.end()) found = watches.emplace(socket, std::make_shared<Watch>(executor, socket)).first;
  const auto entry = found->second;
  entry->wanted = what;
  if ((what & CURL_POLL_IN) != 0) wait_read(entry);
  if ((what & CURL_POLL_OUT) != 0) wait_write(entry);
}

void Client::State::wait_read(const std::shared_ptr<Watch>& watch) {
  if (std::exchange(watch->reading, true)) return;
  watch->descriptor.async_wait(stream_descriptor::wait_read, [weak = weak_from_this(), watch](error_code failure) {
    watch->reading = false;
    if (const auto self = weak.lock()) self->on_ready(watch, CURL_CSELECT_IN, failure);
  });
}

void Client::State::wait_write(const std::shared_ptr<Watch>& watch) {
  if (std::exchange(watch->writing, true)) return;
  watch->descriptor.async_wait(stream_descriptor::wait_write, [weak = weak_from_this(), watch](error_code failure) {
    watch->writing = false;
    if (const auto self = weak.lock()) self->on_ready(watch, CURL_CSELECT_OUT, failure);
  });
}

void Client::State::on_ready(const std::shared_ptr<Watch>& watch, int event, const error_code& failure) {
  if (watch->released || failure == boost::asio::error::operation_aborted) return;
  const int wanted = event == CURL_CSELECT_IN ? CURL_POLL_IN : CURL_POLL_OUT;
  if (!failure && (watch->wanted & wanted) == 0) return;  // libcurl changed its mind while we waited
  act(watch->socket, failure ? CURL_CSELECT_ERR : event);
  if (watch->released) return;
  if ((watch->wanted & CURL_POLL_IN) != 0) wait_read(watch);
  if ((watch->wanted & CURL_POLL_OUT) != 0) wait_write(watch);
}

void Client::State::set_timer(long milliseconds) {
  ++timer_generation;
  if (milliseconds < 0) {
    timer.cancel();
    return;
  }
  timer.expires_after(std::chrono::milliseconds(milliseconds));
  timer.async_wait([weak = weak_from_this(), generation = timer_generation](error_code failure) {
    const auto self = weak.lock();
    if (!self || failure || generation != self->timer_generation) return;
    self->act(CURL_SOCKET_TIMEOUT, 0);
  });
}

/// Lets libcurl work and tells those whose transfers ended. They resume later, never inside libcurl.
void Client::State::act(curl_socket_t socket, int events) {
  int running = 0;
  curl_multi_socket_action(multi, socket, events, &running);
  int left = 0;
  while (const auto* message = curl_multi_info_read(multi, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    void* owner = nullptr;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &owner);
    if (owner != nullptr) static_cast<Transfer*>(owner)->finish(message->data.result);
  }
}

Client::Client(boost::asio::any_io_executor executor, ClientOptions options) {
  initialise_curl();
  state_ = std::make_shared<State>(std::move(executor), std::move(options));
}

Client::~Client() = default;

std::size_t Client::in_flight() const noexcept { return state_->in_flight; }

Task<ClientResponse> Client::send(ClientRequest request) {
  const auto state = state_;
  Transfer transfer(std::move(request), state->options);
  /// In the multi handle exactly as long as this: also when the coroutine is cancelled or destroyed.
  struct Membership {
    State& state;
    CURL* handle;
    Membership(State& owner, CURL* added) : state(owner), handle(added) {
      if (curl_multi_add_handle(state.multi, handle) != CURLM_OK) throw std::bad_alloc();
      ++state.in_flight;
    }
    ~Membership() {
      curl_multi_remove_handle(state.multi, handle);
      --state.in_flight;
    }
    Membership(const Membership&) = delete;
    Membership& operator=(const Membership&) = delete;
  } membership(*state, transfer.handle());
  co_await transfer.wait();
  co_return transfer.take();
}

}  // namespace omnify::http
