// The composition root: everything that a serving process is made of, started and stopped in order.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "app/settings.h"
#include "async/task.h"
#include "crypto/fernet.h"

namespace omnify::api {
struct Services;
}

namespace omnify::app {

struct ServiceOptions {
  Settings settings;
  std::string database_url;  ///< of the runtime role
  crypto::FernetKeys keys;
  std::filesystem::path web;    ///< folder of the web app; empty: the API alone
  bool allow_loopback = false;  ///< outgoing requests may go to this machine: the sandbox
};

/// Used on the I/O thread only.
class Service {
 public:
  Service(boost::asio::any_io_executor executor, ServiceOptions options);
  ~Service();
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  /// Checks the role and the schema of the database, then listens, and works if its role says so. Throws Error with one
  /// sentence for who started the program.
  Task<> start();
  /// Not ready any more, drains requests, gives back jobs, closes the database.
  Task<> stop(std::chrono::steady_clock::duration grace);

  [[nodiscard]] std::uint16_t port() const noexcept;
  [[nodiscard]] api::Services& services() noexcept;

  /// Where Meta's API is, from now on.
  void set_meta_url(std::string url);
  /// Where the reference rates are, from now on.
  void set_rates_url(std::string url);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// The program's version.
[[nodiscard]] std::string_view version() noexcept;

/// The folder of the web app: the one named, or what lies beside the program; empty when there is none.
[[nodiscard]] std::filesystem::path find_web(const std::string& named);

}  // namespace omnify::app
