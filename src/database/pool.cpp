#include "database/pool.h"

#include <fmt/format.h>

#include <algorithm>

#include "async/deadline.h"
#include "base/error.h"
#include "base/log.h"

namespace omnify::database {
namespace {

constexpr std::chrono::milliseconds kFirstPause{20};
constexpr std::chrono::milliseconds kLongestPause{320};
constexpr std::chrono::milliseconds kShortestTry{100};

Error busy() { return {Code::unavailable, "The server is busy. Try again in a moment."}; }

Error unreachable() { return {Code::unavailable, "The database is not reachable at the moment."}; }

}  // namespace

class Pool::Place {
 public:
  explicit Place(Pool& pool) : pool_(&pool) {}
  ~Place() {
    if (pool_ != nullptr) pool_->free_place();
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  void keep() noexcept { pool_ = nullptr; }

 private:
  Pool* pool_;
};

Pool::Lease& Pool::Lease::operator=(Lease&& other) noexcept {
  if (pool_) pool_->give_back(std::move(connection_));
  pool_ = std::move(other.pool_);
  connection_ = std::move(other.connection_);
  return *this;
}

Pool::Lease::~Lease() {
  if (pool_) pool_->give_back(std::move(connection_));
}

Task<Pool::Lease> Pool::acquire() {
  const auto self = shared_from_this();
  const auto until = Clock::now() + options_.wait_limit;
  co_await wait_for_place(until);
  Place place(*this);
  while (!idle_.empty()) {
    auto connection = std::move(idle_.back());
    idle_.pop_back();
    if (connection->broken()) continue;
    place.keep();
    ++leases_;
    co_return Lease(self, std::move(connection));
  }
  auto connection = co_await connect(until);
  place.keep();
  ++leases_;
  co_return Lease(self, std::move(connection));
}

Task<> Pool::wait_for_place(Clock::time_point until) {
  if (closed_) throw Error(Code::unavailable, "The server is stopping.");
  if (places_taken_ < options_.size && waiters_.empty()) {
    ++places_taken_;
    co_return;
  }
  Waiter waiter;
  const auto position = waiters_.insert(waiters_.end(), &waiter);
  // Leaves the queue however this ends; a place that was granted but not taken goes to the next one.
  struct Leave {
    Pool& pool;
    Waiter& waiter;
    std::list<Waiter*>::iterator position;
    bool taken = false;
    ~Leave() {
      if (!waiter.granted) pool.waiters_.erase(position);
      if (waiter.granted && !taken) pool.free_place();
    }
  } leave{*this, waiter, position};
  while (!waiter.granted && !closed_ && Clock::now() < until) {
    co_await waiter.signal.wait(until - Clock::now());
  }
  if (!waiter.granted) throw busy();
  leave.taken = true;
}

void Pool::free_place() noexcept {
  if (!waiters_.empty() && !closed_) {
    auto* next = waiters_.front();
    waiters_.pop_front();
    next->granted = true;
    next->signal.ring_all();
    return;
  }
  --places_taken_;
  returned_.ring_all();
}

void Pool::give_back(std::unique_ptr<Connection> connection) noexcept {
  if (connection && !closed_ && !connection->broken() && connection->idle()) idle_.push_back(std::move(connection));
  connection.reset();
  --leases_;
  free_place();
}

Task<std::unique_ptr<Connection>> Pool::connect(Clock::time_point until) {
  // Connections opened before an outage are as dead as the one that was found broken.
  std::erase_if(idle_, [](const auto& connection) { return connection->broken(); });
  auto pause = kFirstPause;
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now());
    std::exception_ptr failure;
    try {
      auto connection = co_await open_one(std::clamp(left, kShortestTry, options_.connect_limit));
      failing_since_.reset();
      co_return connection;
    } catch (const Error& error) {
      if (error.code() == Code::cancelled) throw;
      // A server that does not answer in time is not reachable; "too slow" is for queries.
      const bool silent = error.code() == Code::deadline_exceeded;
      failure = silent ? std::make_exception_ptr(unreachable()) : std::current_exception();
    }
    if (!failing_since_) failing_since_ = Clock::now();
    const bool long_outage = Clock::now() - *failing_since_ > options_.wait_limit;
    if (closed_ || long_outage || Clock::now() + pause >= until) std::rethrow_exception(failure);
    co_await sleep_for(pause);
    pause = std::min(pause * 2, kLongestPause);
  }
}

Task<std::unique_ptr<Connection>> Pool::open_one(std::chrono::milliseconds limit) {
  auto connection = co_await Connection::open(options_.url, limit);
  // The server stops by itself what we no longer wait for.
  co_await connection->run_script(fmt::format("SET application_name = 'omnify'; SET statement_timeout = {}; "
                                              "SET idle_in_transaction_session_timeout = {}",
                                              options_.query_limit.count(), options_.query_limit.count() * 8),
                                  limit);
  co_return connection;
}

Task<> Pool::close() {
  closed_ = true;
  for (auto* waiter : waiters_) waiter->signal.ring_all();
  idle_.clear();
  while (places_taken_ > 0) co_await returned_.wait(std::chrono::seconds(1));
}

Database::Usage Pool::usage() const noexcept {
  return {.open = leases_ + idle_.size(), .idle = idle_.size(), .waiting = waiters_.size()};
}

}  // namespace omnify::database
