#include "faults/faults.h"

#include <algorithm>

namespace omnify::sandbox::faults {

std::optional<Fault> Faults::take(std::string_view platform, std::string_view account, const std::vector<Kind>& kinds) {
  const auto moment = now();
  std::erase_if(faults_, [&](const Fault& fault) {
    return (fault.count && *fault.count <= 0) || (fault.until && *fault.until <= moment);
  });
  for (auto& fault : faults_) {
    if (fault.platform != platform || (!fault.account.empty() && fault.account != account)) continue;
    if (std::find(kinds.begin(), kinds.end(), fault.kind) == kinds.end()) continue;
    if (fault.count) --*fault.count;
    return fault;
  }
  return std::nullopt;
}

wire::Reply through_line(Faults& faults, std::string_view platform, std::string_view account,
                         const std::function<wire::Reply()>& answer) {
  if (faults.take(platform, account, {Kind::reset})) return {.ending = wire::Ending::reset};
  auto reply = answer();
  if (const auto fault = faults.take(platform, account, {Kind::latency})) {
    reply.delay = std::chrono::milliseconds(fault->milliseconds);
  }
  if (faults.take(platform, account, {Kind::truncated})) reply.ending = wire::Ending::truncated;
  return reply;
}

}  // namespace omnify::sandbox::faults
