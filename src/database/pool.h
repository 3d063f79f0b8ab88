// The connections of one process to its database, lent one at a time.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "async/signal.h"
#include "async/task.h"
#include "database/connection.h"
#include "database/database.h"

namespace omnify::database {

/// At most `size` connections are lent or open. Who finds none free waits in order of arrival, up to wait_limit. A
/// connection that broke, or comes back inside of a transaction, is closed; the next borrower opens another one, trying
/// again while the server restarts. After an outage of more than wait_limit borrowers fail after one try, until one of
/// them gets through.
class Pool : public std::enable_shared_from_this<Pool> {
 public:
  /// A borrowed connection; gives it back when destroyed.
  class Lease {
   public:
    Lease(std::shared_ptr<Pool> pool, std::unique_ptr<Connection> connection)
        : pool_(std::move(pool)), connection_(std::move(connection)) {}
    Lease(Lease&&) noexcept = default;
    Lease& operator=(Lease&& other) noexcept;
    ~Lease();
    Connection* operator->() const noexcept { return connection_.get(); }

   private:
    std::shared_ptr<Pool> pool_;
    std::unique_ptr<Connection> connection_;
  };

  explicit Pool(PoolOptions options) : options_(std::move(options)) {}

  /// Errors: Error{unavailable}, Error{cancelled}.
  Task<Lease> acquire();
  /// Refuses new borrowers and those that wait, and waits until all is given back.
  Task<> close();
  [[nodiscard]] Database::Usage usage() const noexcept;
  [[nodiscard]] const PoolOptions& options() const noexcept { return options_; }

 private:
  using Clock = std::chrono::steady_clock;
  struct Waiter {
    Signal signal;
    bool granted = false;
  };
  /// A place among the `size`, given back unless it is kept.
  class Place;

  Task<> wait_for_place(Clock::time_point until);
  Task<std::unique_ptr<Connection>> connect(Clock::time_point until);
  Task<std::unique_ptr<Connection>> open_one(std::chrono::milliseconds limit);
  void give_back(std::unique_ptr<Connection> connection) noexcept;
  void free_place() noexcept;

  PoolOptions options_;
  std::vector<std::unique_ptr<Connection>> idle_;
  std::list<Waiter*> waiters_;
  std::size_t places_taken_ = 0;  // by leases, and by those who are about to get one
  std::size_t leases_ = 0;
  std::optional<Clock::time_point> failing_since_;
  Signal returned_;
  bool closed_ = false;
};

}  // namespace omnify::database
