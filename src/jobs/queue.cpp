#include "jobs/queue.h"

#include "base/error.h"
#include "database/database.h"
#include "jobs/store.h"

namespace omnify::jobs {
namespace {

constexpr std::size_t kLongestName = 200;

void check(const NewJob& job) {
  const auto fits = [](const std::string& text) { return !text.empty() && text.size() <= kLongestName; };
  if (!fits(job.kind) || !fits(job.key) || job.kind.find(',') != std::string::npos || job.max_attempts < 1) {
    throw Error(Code::internal, "A job was queued with a kind, key or number of attempts that is not allowed.");
  }
}

database::Execution statement(database::Query query, const NewJob& job) {
  check(job);
  return {query, database::Params(Uuid::random(), job.organization, job.kind, job.key, job.payload, job.max_attempts,
                                  job.run_at)};
}

}  // namespace

database::Execution Queue::enqueue_statement(const NewJob& job) { return statement(kEnqueue, job); }

Task<> Queue::write(database::Execution statement) {
  std::vector<database::Execution> executions;
  executions.push_back(std::move(statement));
  co_await database_.run_control(std::move(executions));
  wake();
}

Task<> Queue::enqueue(NewJob job) { return write(statement(kEnqueue, job)); }

Task<> Queue::enqueue_if_absent(NewJob job) { return write(statement(kEnqueueIfAbsent, job)); }

}  // namespace omnify::jobs
