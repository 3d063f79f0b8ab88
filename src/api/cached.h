// Answers through the response cache.
#pragma once

#include <functional>
#include <string>

#include "api/context.h"

namespace omnify::api {

/// The cached answer of this caller's organization to `key` and the request's query, or what `compute` makes, which is
/// then kept. What depends on today (a range that was not given, the mark of a partial day) may be as old as an entry
/// gets, a minute, after midnight.
template <class T>
Task<http::Response> cached(CallerCall call, std::string key, std::function<Task<T>(Caller)> compute) {
  auto& cache = call.context.services->cache;
  const auto organization = call.context.organization();
  for (const auto& [name, value] : call.request.query) {
    key += '\n';
    key += name;
    key += '=';
    key += value;
  }
  if (const auto found = cache.find(organization, key)) co_return http::Response::json(*found);
  const auto generation = cache.generation(organization);
  const auto body = std::make_shared<const std::string>(json::print(co_await compute(call.context)));
  cache.store(organization, key, generation, body);
  co_return http::Response::json(*body);
}

}  // namespace omnify::api
