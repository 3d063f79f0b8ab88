// Routes are rows of one table: the router, the OpenAPI document and the permission test all read the same row.
#pragma once

#include <boost/json/fwd.hpp>
#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "async/task.h"
#include "http/message.h"

namespace omnify::http {

/// Answers one request. Throws Error for expected failures: the server makes the problem of it.
using Handler = std::function<Task<Response>(Request)>;
/// Puts named schemas into the components and returns the schema itself, or a reference to it (base/schema.h).
using SchemaFunction = boost::json::value (*)(boost::json::object& components);

inline constexpr std::size_t kDefaultBodyLimit = std::size_t{1} << 20;
inline constexpr std::size_t kUploadBodyLimit = std::size_t{2} << 30;

/// What a program and a reader of the docs know about a route.
struct Operation {
  std::string id;          ///< operationId: "getOverview"
  std::string summary;     ///< one line
  std::string tag;         ///< the section of the docs
  std::string permission;  ///< what the caller must hold; empty: public. Checked by the wrapper of the api room.
  std::string rate_class = "default";
  std::string description = {};  ///< more than the summary, if needed
};

struct ParameterDoc {
  enum class Place { path, query, header };
  std::string name;
  Place place = Place::query;
  bool required = false;
  std::string description;
  SchemaFunction schema = nullptr;  ///< nothing: a string
};

struct Route {
  Method method = Method::get;
  std::string path;  ///< "/api/v1/campaigns/{id}": a parameter is a whole segment, or {name} followed by ":verb"
  Operation operation;
  Handler handler = {};
  std::vector<ParameterDoc> parameters = {};
  SchemaFunction request_schema = nullptr;
  std::string request_media = "application/json";
  SchemaFunction response_schema = nullptr;
  std::string response_media = "application/json";
  int success_status = 200;
  std::size_t body_limit = kDefaultBodyLimit;
  /// The handler is called before the body is read and takes it from Request::body_reader; handle_limit does not apply.
  bool streaming = false;
  std::chrono::seconds handle_limit{30};
  bool documented = true;  ///< false: not part of the OpenAPI document
};

/// The table. A literal segment wins over a parameter; HEAD is answered by GET.
class Router {
 public:
  Router();
  ~Router();
  Router(Router&&) noexcept;
  Router& operator=(Router&&) noexcept;

  /// Throws Error{internal} for a malformed path, a missing handler, or a second row of the same method and path.
  void add(Route route);
  void add(std::vector<Route> routes);
  /// Answers GET and HEAD requests that no route matches by path: the web app (http/static_files.h). Paths under
  /// "/api/" never get there.
  void set_fallback(Handler handler);

  struct Match {
    const Route* route = nullptr;      ///< nothing: see `allowed`
    Parameters path_parameters;        ///< decoded
    std::vector<Method> allowed = {};  ///< what the path does answer; empty: the path is unknown
  };
  /// `path` as received, still percent-encoded. Throws Error{invalid_request} for a broken percent escape.
  [[nodiscard]] Match find(Method method, std::string_view path) const;
  [[nodiscard]] const Handler& fallback() const noexcept { return fallback_; }
  /// All rows in the order in which they were added.
  [[nodiscard]] const std::deque<Route>& routes() const noexcept { return routes_; }

 private:
  struct Node;
  [[nodiscard]] const Node* descend(const Node& node, std::string_view rest, std::vector<std::string>& values) const;

  std::deque<Route> routes_;  // rows stay where they are: nodes point at them
  std::unique_ptr<Node> root_;
  Handler fallback_;
};

}  // namespace omnify::http
