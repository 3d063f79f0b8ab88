// Typed endpoints: a function from described structs to a described struct becomes a row of the route table. Parsing,
// errors that name the field, serialisation and the OpenAPI schemas all follow from the structs.
//
//   struct CampaignPath { CampaignId id; };                            // {id} of the path
//   BOOST_DESCRIBE_STRUCT(CampaignPath, (), (id))
//   struct RangeQuery { Day start; Day end; std::optional<std::int64_t> limit; };
//   BOOST_DESCRIBE_STRUCT(RangeQuery, (), (start, end, limit))
//   struct Caller { Principal principal; Services* services; };        // the context: whatever the handlers need
//
//   Task<CampaignDetail> get_campaign(Call<Caller> call, Path<CampaignPath> path, Query<RangeQuery> range) {
//     co_return co_await call.context.services->campaigns.detail(call.context.principal, path->id, range->start, …);
//   }
//   Task<Created<Connection>> add_connection(Call<Caller> call, Body<NewConnection> body);
//
//   Endpoints<Caller> endpoints(authenticate);   // Task<Caller> authenticate(const Request&, const Operation&)
//   endpoints.add({Method::get, "/api/v1/campaigns/{id}", {"getCampaign", "One campaign", "Campaigns", "read"}},
//                 get_campaign);
//   router.add(std::move(endpoints).routes());
//
// The context comes first (it authenticates, checks operation.permission and throws), then path, query and body.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/schema.h"
#include "http/route.h"

namespace omnify::http {

/// The request as it came, and what the wrapper made of it. `request.body` is there for who needs the raw bytes.
template <class Context>
struct Call {
  Request request;
  Context context;
};

/// Members are path parameters: a value that cannot be read answers 404.
template <class T>
struct Path {
  T value;
  [[nodiscard]] const T* operator->() const noexcept { return &value; }
};
/// Members are query parameters: optional ones may be absent, vectors are repeated parameters. An unknown parameter
/// answers 400, a bad or missing value 422 with the parameter's name as pointer.
template <class T>
struct Query {
  T value;
  [[nodiscard]] const T* operator->() const noexcept { return &value; }
};
/// A JSON body: 415 for another media type, 400 when it is not JSON, 422 with the pointers of all refused members.
template <class T>
struct Body {
  T value;
  [[nodiscard]] const T* operator->() const noexcept { return &value; }
};

/// A result with another status than 200 or with headers of its own (Set-Cookie).
template <class T, int Status = 200>
struct Reply {
  T value;
  Headers headers = {};
};
template <class T>
using Created = Reply<T, 201>;
template <class T>
using Accepted = Reply<T, 202>;
/// 204 with headers.
struct NoContent {
  Headers headers = {};
};

template <class T>
[[nodiscard]] Response json_response(const T& value, int status = 200) {
  return Response::json(json::print(value), status);
}

/// Throws Error{invalid_request} for the first parameter that T does not have.
void refuse_unknown(const Parameters& given, const std::vector<std::string_view>& known);
/// Throws Error{unsupported_media} unless the body is announced as JSON (or not announced at all).
void require_json(const Request& request);
/// Throws Error{internal} unless `names` are exactly the {parameters} of the path: a row that could never work.
void require_same_names(const std::string& path, const std::vector<std::string_view>& names);

template <json::DescribedStruct T>
[[nodiscard]] std::vector<std::string_view> member_names() {
  std::vector<std::string_view> names;
  json::for_each_member<T>([&](auto member) { names.push_back(json::member_name(member.name)); });
  return names;
}

template <class Member>
void read_parameter(const Parameters& given, std::string_view name, Member& out, json::Problems& problems) {
  std::string why;
  if constexpr (json::IsVector<Member>::value) {
    for (const auto text : given.all(name)) {
      if (!json::read_text(text, out.emplace_back(), why)) return problems.add(std::string(name), why);
    }
  } else if constexpr (json::IsOptional<Member>::value) {
    const auto text = given.find(name);
    if (text && !json::read_text(*text, out.emplace(), why)) problems.add(std::string(name), why);
  } else {
    const auto text = given.find(name);
    if (!text) return problems.add(std::string(name), "is required");
    if (!json::read_text(*text, out, why)) problems.add(std::string(name), why);
  }
}

/// A described struct from query parameters (or a form body): errors as Query<T> says. T::check, if there is one, gets
/// an empty pointer.
template <json::DescribedStruct T>
[[nodiscard]] T read_parameters(const Parameters& given) {
  refuse_unknown(given, member_names<T>());
  T out{};
  json::Problems problems;
  json::for_each_member<T>(
      [&](auto member) { read_parameter(given, json::member_name(member.name), out.*member.pointer, problems); });
  if constexpr (json::ChecksItself<T>) {
    if (problems.empty()) out.check(problems, "");
  }
  std::move(problems).throw_if_any();
  return out;
}

template <json::DescribedStruct T>
void describe_parameters(Route& row, ParameterDoc::Place place) {
  json::for_each_member<T>([&](auto member) {
    using Member = std::remove_reference_t<decltype(std::declval<T&>().*member.pointer)>;
    constexpr bool kMayLack = json::IsOptional<Member>::value || json::IsVector<Member>::value;
    const std::string name(json::member_name(member.name));
    SchemaFunction schema = nullptr;
    if constexpr (json::IsOptional<Member>::value) {
      schema = &json::schema<typename Member::value_type>;
    } else {
      schema = &json::schema<Member>;
    }
    for (auto& given : row.parameters) {  // a description written by hand in the row stays
      if (given.name != name || given.place != place) continue;
      given.schema = schema;
      given.required = !kMayLack;
      return;
    }
    row.parameters.push_back({name, place, !kMayLack, "", schema});
  });
}

/// How a handler's argument is taken from a request, and what it adds to the row.
template <class Input>
struct Extract;

template <class T>
struct Extract<Path<T>> {
  static Path<T> from(const Request& request) {
    try {
      return {read_parameters<T>(request.path_parameters)};
    } catch (const Error&) {
      throw Error(Code::not_found, "There is nothing at this address.");
    }
  }
  static void describe(Route& row) {
    require_same_names(row.path, member_names<T>());
    describe_parameters<T>(row, ParameterDoc::Place::path);
  }
};

template <class T>
struct Extract<Query<T>> {
  static Query<T> from(const Request& request) { return {read_parameters<T>(request.query)}; }
  static void describe(Route& row) { describe_parameters<T>(row, ParameterDoc::Place::query); }
};

template <class T>
struct Extract<Body<T>> {
  static Body<T> from(const Request& request) {
    require_json(request);
    return {json::parse<T>(request.body)};
  }
  static void describe(Route& row) { row.request_schema = &json::schema<T>; }
};

/// How a handler's result becomes a response, and what it adds to the row.
template <class Result>
struct Answer {
  static Response make(const Result& result) { return json_response(result); }
  static void describe(Route& row) { row.response_schema = &json::schema<Result>; }
};
template <class T, int Status>
struct Answer<Reply<T, Status>> {
  static Response make(const Reply<T, Status>& reply) {
    auto response = json_response(reply.value, Status);
    for (const auto& [name, value] : reply.headers) response.headers.add(name, value);
    return response;
  }
  static void describe(Route& row) {
    row.response_schema = &json::schema<T>;
    row.success_status = Status;
  }
};
template <>
struct Answer<NoContent> {
  static Response make(const NoContent& reply) {
    auto response = Response::no_content();
    for (const auto& [name, value] : reply.headers) response.headers.add(name, value);
    return response;
  }
  static void describe(Route& row) { row.success_status = 204; }
};
/// The handler makes the response itself; the row says what it looks like.
template <>
struct Answer<Response> {
  static Response make(Response response) { return response; }
  static void describe(Route&) {}
};

/// Authenticates and authorizes: makes the context of a call, or throws. The references live as long as the task.
template <class Context>
using ContextSource = std::function<Task<Context>(const Request& request, const Operation& operation)>;

/// The handler behind a typed row.
template <class Context, class Result, class... Inputs>
class EndpointHandler {
 public:
  using Function = std::function<Task<Result>(Call<Context>, Inputs...)>;

  EndpointHandler(ContextSource<Context> source, Operation operation, Function function)
      : parts_(std::make_shared<const Parts>(Parts{std::move(source), std::move(operation), std::move(function)})) {}

  Task<Response> operator()(Request request) const { return run(parts_, std::move(request)); }

 private:
  struct Parts {
    ContextSource<Context> source;
    Operation operation;
    Function function;
  };

  static Task<Response> run(std::shared_ptr<const Parts> parts, Request request) {
    Context context = co_await parts->source(request, parts->operation);
    std::tuple<Inputs...> inputs{Extract<Inputs>::from(request)...};
    Call<Context> call{std::move(request), std::move(context)};
    auto task =
        std::apply([&](Inputs&... input) { return parts->function(std::move(call), std::move(input)...); }, inputs);
    if constexpr (std::is_void_v<Result>) {
      co_await std::move(task);
      co_return Response::no_content();
    } else {
      co_return Answer<Result>::make(co_await std::move(task));
    }
  }

  std::shared_ptr<const Parts> parts_;
};

/// Collects typed rows that share one kind of context.
template <class Context>
class Endpoints {
 public:
  explicit Endpoints(ContextSource<Context> source) : source_(std::move(source)) {}

  /// `row` says method, path and operation; the rest follows from the types of `function`.
  template <class Result, class... Inputs>
  void add(Route row, Task<Result> (*function)(Call<Context>, Inputs...)) {
    add<Result, Inputs...>(std::move(row), std::function<Task<Result>(Call<Context>, Inputs...)>(function));
  }
  template <class Result, class... Inputs>
  void add(Route row, std::function<Task<Result>(Call<Context>, Inputs...)> function) {
    (Extract<Inputs>::describe(row), ...);
    if constexpr (std::is_void_v<Result>) {
      row.success_status = 204;
    } else {
      Answer<Result>::describe(row);
    }
    row.handler = EndpointHandler<Context, Result, Inputs...>(source_, row.operation, std::move(function));
    rows_.push_back(std::move(row));
  }

  [[nodiscard]] std::vector<Route> routes() && { return std::move(rows_); }

 private:
  ContextSource<Context> source_;
  std::vector<Route> rows_;
};

}  // namespace omnify::http
