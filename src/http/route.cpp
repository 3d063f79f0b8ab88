#include "http/route.h"

#include <fmt/format.h>

#include <map>

#include "http/url.h"

namespace omnify::http {
namespace {

struct Segment {
  std::string name;    ///< of the parameter; empty for a literal
  std::string suffix;  ///< what follows {name}; the whole of a literal
};

[[noreturn]] void malformed(const std::string& path) {
  throw Error(Code::internal, fmt::format("The route {} has a malformed path.", path));
}

std::vector<Segment> split_template(const std::string& path) {
  if (!path.starts_with('/')) malformed(path);
  std::vector<Segment> segments;
  std::string_view rest = std::string_view(path).substr(1);
  while (true) {
    const auto end = rest.find('/');
    const auto part = rest.substr(0, end);
    if (part.starts_with('{')) {
      const auto close = part.find('}');
      if (close == std::string_view::npos || close < 2) malformed(path);
      segments.push_back({std::string(part.substr(1, close - 1)), std::string(part.substr(close + 1))});
    } else if (part.find_first_of("{}") != std::string_view::npos) {
      malformed(path);
    } else {
      segments.push_back({"", std::string(part)});
    }
    if (end == std::string_view::npos) return segments;
    rest = rest.substr(end + 1);
  }
}

std::string decode(std::string_view text) {
  auto decoded = percent_decode(text);
  if (!decoded || decoded->find('\0') != std::string::npos) {
    throw Error(Code::invalid_request, "The address has a broken percent escape.");
  }
  return *std::move(decoded);
}

}  // namespace

struct Router::Node {
  struct Row {
    const Route* route;
    std::vector<std::string> names;
  };
  std::map<std::string, std::unique_ptr<Node>, std::less<>> literals;
  /// By what follows the parameter, longest first: "{id}:mutate" is tried before "{id}".
  std::vector<std::pair<std::string, std::unique_ptr<Node>>> parameters;
  std::map<Method, Row> rows;

  Node& child(const Segment& segment) {
    if (segment.name.empty()) {
      auto& node = literals[segment.suffix];
      if (!node) node = std::make_unique<Node>();
      return *node;
    }
    for (auto& [suffix, node] : parameters) {
      if (suffix == segment.suffix) return *node;
    }
    const auto place = std::find_if(parameters.begin(), parameters.end(),
                                    [&](const auto& entry) { return entry.first.size() < segment.suffix.size(); });
    return *parameters.emplace(place, segment.suffix, std::make_unique<Node>())->second;
  }
};

Router::Router() : root_(std::make_unique<Node>()) {}
Router::~Router() = default;
Router::Router(Router&&) noexcept = default;
Router& Router::operator=(Router&&) noexcept = default;

void Router::add(Route route) {
  if (!route.handler) throw Error(Code::internal, fmt::format("The route {} has no handler.", route.path));
  auto* node = root_.get();
  Node::Row row{nullptr, {}};
  for (const auto& segment : split_template(route.path)) {
    node = &node->child(segment);
    if (!segment.name.empty()) row.names.push_back(segment.name);
  }
  if (node->rows.contains(route.method)) {
    throw Error(Code::internal, fmt::format("Two routes answer {} {}.", to_string(route.method), route.path));
  }
  const auto method = route.method;
  routes_.push_back(std::move(route));
  row.route = &routes_.back();
  node->rows.emplace(method, std::move(row));
}

void Router::add(std::vector<Route> routes) {
  for (auto& route : routes) add(std::move(route));
}

void Router::set_fallback(Handler handler) { fallback_ = std::move(handler); }

const Router::Node* Router::descend(const Node& node, std::string_view rest, std::vector<std::string>& values) const {
  const auto end = rest.find('/');
  const auto part = rest.substr(0, end);
  const auto next = [&](const Node& child) -> const Node* {
    if (end != std::string_view::npos) return descend(child, rest.substr(end + 1), values);
    return child.rows.empty() ? nullptr : &child;
  };
  if (const auto literal = node.literals.find(part); literal != node.literals.end()) {
    if (const auto* found = next(*literal->second)) return found;
  }
  for (const auto& [suffix, child] : node.parameters) {
    if (part.size() <= suffix.size() || !part.ends_with(suffix)) continue;
    values.push_back(decode(part.substr(0, part.size() - suffix.size())));
    if (const auto* found = next(*child)) return found;
    values.pop_back();
  }
  return nullptr;
}

Router::Match Router::find(Method method, std::string_view path) const {
  Match match;
  if (!path.starts_with('/')) return match;
  std::vector<std::string> values;
  const auto* node = descend(*root_, path.substr(1), values);
  if (node == nullptr) return match;
  auto row = node->rows.find(method);
  if (row == node->rows.end() && method == Method::head) row = node->rows.find(Method::get);
  if (row != node->rows.end()) {
    match.route = row->second.route;
    for (std::size_t i = 0; i < values.size(); ++i) {
      match.path_parameters.add(row->second.names[i], std::move(values[i]));
    }
    return match;
  }
  for (const auto& [allowed, entry] : node->rows) {
    match.allowed.push_back(allowed);
    if (allowed == Method::get) match.allowed.push_back(Method::head);
  }
  return match;
}

}  // namespace omnify::http
