#include "sync/window.h"

#include <utility>

namespace omnify::sync {
namespace {

/// Loads the batches as they come, and counts. Of the rows it keeps their keys, to know in the end which ones are
/// missing.
class WindowLoad {
 public:
  WindowLoad(Loader& loader, LoadTarget target, DayRange window) : loader_(loader), target_(std::move(target)) {
    for (Day day = window.first; day <= window.last; day += std::chrono::days(1)) reported_[day];
  }

  Task<> load(std::vector<platforms::FactRow> rows) {
    const auto loaded = co_await loader_.load_facts(target_, std::move(rows), &reported_);
    counts_.rows += loaded.rows;
    counts_.changed += loaded.changed;
  }
  Task<LoadCounts> finish() {
    counts_.changed += co_await loader_.zero_unreported(target_, std::move(reported_));
    co_return counts_;
  }

 private:
  Loader& loader_;
  LoadTarget target_;
  ReportedAds reported_;
  LoadCounts counts_;
};

}  // namespace

Task<LoadCounts> load_window(Loader& loader, platforms::Connector& connector, LoadTarget target, DayRange window) {
  WindowLoad load(loader, std::move(target), window);
  co_await connector.fetch_facts(window.first, window.last,
                                 [&load](std::vector<platforms::FactRow> rows) { return load.load(std::move(rows)); });
  co_return co_await load.finish();
}

}  // namespace omnify::sync
