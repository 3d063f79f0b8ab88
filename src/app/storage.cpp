#include "app/storage.h"

#include <fmt/format.h>

#include <filesystem>

#include "app/files.h"
#include "app/run.h"
#include "async/signal.h"
#include "base/error.h"
#include "base/log.h"
#include "database/migrations.h"

namespace omnify::app {
namespace {

constexpr std::chrono::seconds kWatch{1};

}  // namespace

Storage::Storage(boost::asio::io_context& loop, const Settings& settings, IfMissing if_missing)
    : loop_(loop), watching_(loop.get_executor()), runtime_url_(settings.database_url) {
  if (!runtime_url_.empty()) return;
  const auto data = std::filesystem::absolute(settings.data);
  if (if_missing == IfMissing::refuse && !std::filesystem::exists(data / "postgres")) {
    throw Error(Code::not_found, fmt::format("There is no OmniFy in {}.", data.string()));
  }
  make_private_folder(data);
  options_.folder = data / "postgres";
  cluster_.emplace(database::Cluster::start(options_));
  cluster_->create_database();
  run_to_end(loop, database::migrate(cluster_->admin_url()));
  runtime_url_ = cluster_->runtime_url();
}

void Storage::keep_running(std::function<void()> lost) {
  if (cluster_) watching_.spawn("storage.watch", watch(std::move(lost)));
}

Task<> Storage::watch(std::function<void()> lost) {
  while (true) {
    co_await sleep_for(kWatch);
    if (cluster_->running()) continue;
    lost();
    try {
      cluster_ = database::Cluster::start(options_);
    } catch (const Error& error) {
      log_error("database.not_restarted", {{"error", error.detail()}});  // a full disk may have room the next time
    }
  }
}

void Storage::close() {
  run_to_end(loop_, watching_.close(std::chrono::seconds(0)));
  if (cluster_) cluster_->stop();
}

}  // namespace omnify::app
