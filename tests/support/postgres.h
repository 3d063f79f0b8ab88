// Tests on a real PostgreSQL: one private server for all test programs of a build tree, a fresh migrated database each.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <type_traits>

#include "async/task.h"
#include "database/database.h"

namespace omnify::support {

/// A database of its own with all migrations applied; dropped in the destructor. Making one takes about 50 ms.
class TestDatabase {
 public:
  TestDatabase();
  ~TestDatabase();
  TestDatabase(const TestDatabase&) = delete;
  TestDatabase& operator=(const TestDatabase&) = delete;

  /// As the runtime role, bound by the policies: what the product uses.
  [[nodiscard]] std::string database_url() const;
  /// As superuser, bound by nothing: to look behind the scenes.
  [[nodiscard]] std::string admin_url() const;
  [[nodiscard]] database::PoolOptions pool_options(std::size_t size = 4) const;
  [[nodiscard]] const std::string& name() const noexcept { return name_; }

  /// One script as superuser, in its own connection: arranging what the product would not do.
  void execute_as_admin(const std::string& sql) const;

 private:
  std::string name_;
};

/// The url of the superuser for another database of the shared server ("postgres" exists).
[[nodiscard]] std::string shared_admin_url(const std::string& database);

/// Runs `io` until `finished()` holds; throws std::runtime_error after `limit`.
void run_until(boost::asio::io_context& io, const std::function<bool()>& finished,
               std::chrono::milliseconds limit = std::chrono::seconds(30));

/// Runs `io` until `task` is done and returns its result or throws its exception. Other tasks of `io` go on meanwhile.
template <class T>
T run(boost::asio::io_context& io, Task<T> task, std::chrono::milliseconds limit = std::chrono::seconds(30)) {
  struct Outcome {
    bool done = false;
    std::exception_ptr failure;
    std::conditional_t<std::is_void_v<T>, bool, std::optional<T>> value{};
  };
  auto outcome = std::make_shared<Outcome>();
  // The result does not pass through co_spawn, which would have to be able to make an empty one.
  const auto keep = [](Task<T> work, std::shared_ptr<Outcome> target) -> Task<> {
    if constexpr (std::is_void_v<T>) {
      co_await std::move(work);
    } else {
      target->value.emplace(co_await std::move(work));
    }
  };
  boost::asio::co_spawn(io, keep(std::move(task), outcome), [outcome](std::exception_ptr failure) {
    outcome->failure = failure;
    outcome->done = true;
  });
  run_until(io, [outcome] { return outcome->done; }, limit);
  if (outcome->failure) std::rethrow_exception(outcome->failure);
  if constexpr (!std::is_void_v<T>) return std::move(*outcome->value);
}

}  // namespace omnify::support
