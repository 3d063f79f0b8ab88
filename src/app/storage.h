// Which database a command uses: the one of DATABASE_URL, or the private PostgreSQL of the data folder.
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <optional>
#include <string>

#include "app/settings.h"
#include "async/gate.h"
#include "database/cluster.h"

namespace omnify::app {

/// Of a data folder that holds no database yet.
enum class IfMissing { make, refuse };

/// Open while the object lives. The private PostgreSQL is started, and its schema brought up to date, by the
/// constructor; an outside one is only named.
class Storage {
 public:
  Storage(boost::asio::io_context& loop, const Settings& settings, IfMissing if_missing = IfMissing::make);

  [[nodiscard]] const std::string& runtime_url() const noexcept { return runtime_url_; }
  /// Starts the private PostgreSQL again whenever it has ended, which stops all else for the second that it takes.
  /// Until close(); nothing for an outside one. `lost` is called before.
  void keep_running(std::function<void()> lost);
  /// Stops the private PostgreSQL unless another process uses it.
  void close();

 private:
  Task<> watch(std::function<void()> lost);

  boost::asio::io_context& loop_;
  Gate watching_;
  database::ClusterOptions options_;
  std::optional<database::Cluster> cluster_;
  std::string runtime_url_;
};

}  // namespace omnify::app
