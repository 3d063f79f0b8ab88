// How much of Meta's rate limits is used up, from the headers of an answer, and what that asks of the next call.
#pragma once

#include <chrono>

#include "http/message.h"

namespace omnify::platforms::meta {

/// The worst of all limits. `regain` is Meta's own estimate until calls are allowed again; zero when it gives none.
struct Usage {
  double percent = 0;
  std::chrono::seconds regain{0};
};

/// X-App-Usage, X-Ad-Account-Usage, X-Business-Use-Case-Usage and X-FB-Ads-Insights-Throttle. What cannot be read
/// counts as unused: a header is a hint.
[[nodiscard]] Usage read_usage(const http::Headers& headers);

/// How long to wait before the next call: nothing below 75 %, growing to 5 s at 95 %, from there until access is
/// regained (a minute when Meta does not say): a call made while blocked lengthens the block.
[[nodiscard]] std::chrono::milliseconds pause_before_next(const Usage& usage);

}  // namespace omnify::platforms::meta
