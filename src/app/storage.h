// Which database a command uses: the one of DATABASE_URL, or the private PostgreSQL of the data folder.
#pragma once

#include <boost/asio/io_context.hpp>
#include <optional>
#include <string>

#include "app/settings.h"
#include "database/cluster.h"

namespace omnify::app {

/// Open while the object lives. The private PostgreSQL is started, and its schema brought up to date, by the
/// constructor; an outside one is only named.
class Storage {
 public:
  Storage(boost::asio::io_context& loop, const Settings& settings);

  [[nodiscard]] const std::string& runtime_url() const noexcept { return runtime_url_; }
  /// Stops the private PostgreSQL unless another process uses it.
  void close();

 private:
  std::optional<database::Cluster> cluster_;
  std::string runtime_url_;
};

}  // namespace omnify::app
