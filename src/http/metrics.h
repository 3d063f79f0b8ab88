// Prometheus metrics: a thin wrapper around prometheus-cpp's registry.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "http/route.h"

namespace omnify::http {

/// Names: omnify_http_requests_total{method,route,status}, omnify_http_request_seconds{route} (histogram),
/// omnify_http_requests_in_flight, omnify_http_connections. `route` is the template, never the path: bounded labels.
class Metrics {
 public:
  using Labels = std::map<std::string, std::string>;

  Metrics();
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  void in_flight(int change);
  /// `method` as received: one that we do not know is counted as "other".
  void request_finished(std::string_view method, const std::string& route, int status, std::chrono::nanoseconds took);
  void connection_opened();
  void connection_closed();

  /// A gauge of any room, read at each scrape. `name` by the rules of Prometheus (omnify_jobs_queued).
  void add_gauge(const std::string& name, const std::string& help, std::function<double()> read,
                 const Labels& labels = {});
  /// Adds to a counter, which is made on first use.
  void count(const std::string& name, const std::string& help, const Labels& labels = {}, double amount = 1);

  /// The text format 0.0.4.
  [[nodiscard]] std::string expose();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// GET /metrics. With a token: `Authorization: Bearer <token>`. Without one: only for clients on this machine that no
/// proxy speaks for.
[[nodiscard]] Route metrics_route(Metrics& metrics, std::string token);

}  // namespace omnify::http
