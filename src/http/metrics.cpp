#include "http/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <boost/asio/ip/address.hpp>
#include <unordered_map>
#include <vector>

namespace omnify::http {
namespace {

using prometheus::BuildCounter;
using prometheus::BuildGauge;
using prometheus::BuildHistogram;

const prometheus::Histogram::BucketBoundaries kSeconds{0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1, 5, 30};

bool is_local(const std::string& address) {
  boost::system::error_code failure;
  const auto parsed = boost::asio::ip::make_address(address, failure);
  return !failure && parsed.is_loopback();
}

/// Takes the same time wherever the two differ.
bool is_same_secret(std::string_view given, std::string_view secret) noexcept {
  unsigned difference = given.size() == secret.size() ? 0 : 1;
  for (std::size_t i = 0; i < given.size(); ++i) {
    difference |= static_cast<unsigned char>(given[i]) ^ static_cast<unsigned char>(secret[i % secret.size()]);
  }
  return difference == 0;
}

Task<Response> answer_metrics(Metrics* metrics, std::string token, Request request) {
  if (token.empty()) {
    const bool proxied = request.headers.contains("X-Forwarded-For") || request.headers.contains("Forwarded");
    if (proxied || !is_local(request.remote_address)) {
      throw Error(Code::not_found, "There is nothing at this address.");
    }
  } else {
    const auto given = request.header("Authorization");
    if (!given.starts_with("Bearer ") || !is_same_secret(given.substr(7), token)) {
      throw Error(Code::unauthenticated, "Metrics need the metrics token.");
    }
  }
  auto response = Response::text(metrics->expose());
  response.headers.set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
  co_return response;
}

}  // namespace

struct Metrics::State {
  struct ReadGauge {
    prometheus::Gauge* gauge;
    std::function<double()> read;
  };

  prometheus::Registry registry;
  prometheus::Family<prometheus::Counter>& requests =
      BuildCounter().Name("omnify_http_requests_total").Help("Requests answered.").Register(registry);
  prometheus::Family<prometheus::Histogram>& durations = BuildHistogram()
                                                             .Name("omnify_http_request_seconds")
                                                             .Help("From the request's head to its response.")
                                                             .Register(registry);
  prometheus::Gauge& in_flight =
      BuildGauge().Name("omnify_http_requests_in_flight").Help("Requests being handled.").Register(registry).Add({});
  prometheus::Gauge& connections =
      BuildGauge().Name("omnify_http_connections").Help("Open connections.").Register(registry).Add({});
  std::vector<ReadGauge> gauges;
  // Finding a child in a family costs a map lookup and a lock: these remember it per row.
  std::unordered_map<std::string, prometheus::Counter*> request_counters;
  std::unordered_map<std::string, prometheus::Histogram*> histograms;
};

Metrics::Metrics() : state_(std::make_unique<State>()) {}
Metrics::~Metrics() = default;

void Metrics::in_flight(int change) { state_->in_flight.Increment(change); }
void Metrics::connection_opened() { state_->connections.Increment(); }
void Metrics::connection_closed() { state_->connections.Decrement(); }

void Metrics::request_finished(std::string_view method, const std::string& route, int status,
                               std::chrono::nanoseconds took) {
  const std::string name(parse_method(method) ? method : "other");
  const auto code = std::to_string(status);
  auto& counter = state_->request_counters[name + ' ' + code + ' ' + route];
  if (counter == nullptr) counter = &state_->requests.Add({{"method", name}, {"route", route}, {"status", code}});
  counter->Increment();
  auto& histogram = state_->histograms[route];
  if (histogram == nullptr) histogram = &state_->durations.Add({{"route", route}}, kSeconds);
  histogram->Observe(std::chrono::duration<double>(took).count());
}

void Metrics::add_gauge(const std::string& name, const std::string& help, std::function<double()> read,
                        const Labels& labels) {
  auto& gauge = BuildGauge().Name(name).Help(help).Register(state_->registry).Add(labels);
  state_->gauges.push_back({&gauge, std::move(read)});
}

void Metrics::count(const std::string& name, const std::string& help, const Labels& labels, double amount) {
  BuildCounter().Name(name).Help(help).Register(state_->registry).Add(labels).Increment(amount);
}

std::string Metrics::expose() {
  for (const auto& entry : state_->gauges) entry.gauge->Set(entry.read());
  return prometheus::TextSerializer().Serialize(state_->registry.Collect());
}

Route metrics_route(Metrics& metrics, std::string token) {
  Route row{Method::get, "/metrics", {"getMetrics", "Metrics for Prometheus", "Operations", ""}};
  row.documented = false;
  row.handler = [metrics = &metrics, token = std::move(token)](Request request) {
    return answer_metrics(metrics, token, std::move(request));
  };
  return row;
}

}  // namespace omnify::http
