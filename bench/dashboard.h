// The dashboard's request against the real program: one `omnify serve` process, keep-alive connections, a session.
#pragma once

#include <filesystem>
#include <string>

#include "bench/report.h"

namespace omnify::bench {

struct DashboardPlace {
  std::string runtime_url;
  std::filesystem::path folder;
};

/// 30 days × 6 platforms. Reports latencies of single requests and the throughput of 8 connections: from the cache
/// (the same range) and from the database (ranges that were not asked before), beside the same statements in raw libpq.
void measure_dashboard(Report& report, const DashboardPlace& place);

}  // namespace omnify::bench
