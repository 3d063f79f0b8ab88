#include "app/storage.h"

#include <filesystem>

#include "app/files.h"
#include "app/run.h"
#include "database/migrations.h"

namespace omnify::app {

Storage::Storage(boost::asio::io_context& loop, const Settings& settings) : runtime_url_(settings.database_url) {
  if (!runtime_url_.empty()) return;
  const auto data = std::filesystem::absolute(settings.data);
  make_private_folder(data);
  database::ClusterOptions options;
  options.folder = data / "postgres";
  cluster_.emplace(database::Cluster::start(std::move(options)));
  cluster_->create_database();
  run_to_end(loop, database::migrate(cluster_->admin_url()));
  runtime_url_ = cluster_->runtime_url();
}

void Storage::close() {
  if (cluster_) cluster_->stop();
}

}  // namespace omnify::app
