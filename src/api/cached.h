// Answers through the response cache.
#pragma once

#include <fmt/format.h>

#include <functional>
#include <string>

#include "api/context.h"
#include "http/compress.h"
#include "http/url.h"

namespace omnify::api {

/// The cached answer of this caller's organization to `key` and the request's query, or what `compute` makes, which is
/// then kept as it goes out. What depends on today (a range that was not given, the mark of a partial day, where the
/// trend ends) may be as old as an entry gets, a minute, after midnight.
template <class T>
Task<http::Response> cached(CallerCall call, std::string key, std::function<Task<T>(Caller)> compute) {
  auto& cache = call.context.services->cache;
  const auto organization = call.context.organization();
  const auto encoding = http::choose_encoding(call.request.header("Accept-Encoding"), http::Effort::fast);
  key = fmt::format("{}?{} {}", key, http::encode_form(call.request.query), http::to_string(encoding));
  if (const auto found = cache.find(organization, key)) co_return *found;
  const auto generation = cache.generation(organization);
  auto response = ready_to_send(json::print(co_await compute(call.context)), encoding);
  cache.store(organization, key, generation, response);
  co_return response;
}

}  // namespace omnify::api
