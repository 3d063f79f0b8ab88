// What to do next, decided by statistics alone.
#pragma once

#include "async/cpu_pool.h"
#include "async/task.h"
#include "base/uuid.h"
#include "metrics/service.h"
#include "recommendations/model.h"

namespace omnify::recommendations {

class Service {
 public:
  Service(metrics::Service& metrics, CpuPool& cpu) : metrics_(metrics), cpu_(cpu) {}

  /// At most kMostShown; computed on the CPU pool from the last complete days. The api room may cache it.
  Task<RecommendationList> list(OrganizationId organization);

 private:
  metrics::Service& metrics_;
  CpuPool& cpu_;
};

}  // namespace omnify::recommendations
