// One window of days: fetched and loaded as a whole.
#pragma once

#include "async/task.h"
#include "platforms/connector.h"
#include "sync/loader.h"
#include "sync/planner.h"

namespace omnify::sync {

/// Loads the window batch by batch; what is stored for its days but was not among them becomes zero in the end. Batches
/// that were loaded before a failure stay, and the window counts as not loaded. `loader` and `connector` outlive it.
Task<LoadCounts> load_window(Loader& loader, platforms::Connector& connector, LoadTarget target, DayRange window);

}  // namespace omnify::sync
