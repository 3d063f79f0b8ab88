// Carries out a validated operation on objects that know their own fields.
#pragma once

#include <boost/json/object.hpp>
#include <concepts>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "graphql/failure.h"
#include "graphql/schema.h"

namespace omnify::sandbox::graphql {

class Source;
using SourcePtr = std::shared_ptr<const Source>;

/// A page of a list.
struct Connection {
  std::vector<SourcePtr> nodes;
  std::vector<std::string> cursors;  ///< of the nodes
  bool has_next = false;
  bool has_previous = false;
};

/// What a field is: JSON (a scalar, a list of such, or a small object that holds all its fields, with `__typename`
/// where the schema says only an interface), an object, a list of objects, or a page. An empty pointer is null.
/// Converts from all of these, so that a resolver just returns what it has.
struct Result {
  std::variant<boost::json::value, SourcePtr, std::vector<SourcePtr>, Connection> value;

  Result(boost::json::value json) : value(std::move(json)) {}
  Result(boost::json::object json) : value(boost::json::value(std::move(json))) {}
  Result(boost::json::array json) : value(boost::json::value(std::move(json))) {}
  Result(const std::string& text) : value(boost::json::value(text)) {}
  Result(const char* text) : value(boost::json::value(text)) {}
  Result(std::string_view text) : value(boost::json::value(text)) {}
  Result(std::nullptr_t) : value(boost::json::value()) {}
  template <class Number>
    requires std::is_arithmetic_v<Number>
  Result(Number number) : value(boost::json::value(number)) {}
  template <std::derived_from<Source> T>
  Result(std::shared_ptr<T> source) : value(SourcePtr(std::move(source))) {}
  Result(std::vector<SourcePtr> sources) : value(std::move(sources)) {}
  Result(Connection page) : value(std::move(page)) {}
};

struct Call {
  std::string_view field;
  const boost::json::object& arguments;

  /// The argument's text; empty when it is absent or null.
  [[nodiscard]] std::string_view text(std::string_view name) const;
  [[nodiscard]] std::optional<std::int64_t> integer(std::string_view name) const;
  [[nodiscard]] bool flag(std::string_view name) const;
};

/// An object. Throws Failure from resolve() for a field that it does not give.
class Source {
 public:
  virtual ~Source() = default;
  [[nodiscard]] virtual std::string_view type() const = 0;
  [[nodiscard]] virtual Result resolve(const Call& call) const = 0;
};

/// An object whose fields stand in a table of T: `static const Fields<T> kFields`, and `static constexpr kType`.
template <class T>
using Fields = std::map<std::string_view, Result (*)(const T&, const Call&)>;

template <class T>
class Tabled : public Source {
 public:
  [[nodiscard]] std::string_view type() const final { return T::kType; }
  [[nodiscard]] Result resolve(const Call& call) const final {
    const auto found = T::fields().find(call.field);
    if (found == T::fields().end()) {
      throw std::logic_error("the façade does not resolve " + std::string(T::kType) + "." + std::string(call.field));
    }
    return found->second(static_cast<const T&>(*this), call);
  }
};

/// A small object of ready values and a few links to others.
class Record final : public Source {
 public:
  Record(std::string type, boost::json::object values, std::map<std::string, SourcePtr, std::less<>> links = {})
      : type_(std::move(type)), values_(std::move(values)), links_(std::move(links)) {}
  [[nodiscard]] std::string_view type() const override { return type_; }
  [[nodiscard]] Result resolve(const Call& call) const override;

 private:
  std::string type_;
  boost::json::object values_;
  std::map<std::string, SourcePtr, std::less<>> links_;
};

/// A page of a list that is at hand as a whole. Its cursors are places in it. Throws Failure for sizes that are
/// refused.
[[nodiscard]] Connection page_of(const std::vector<SourcePtr>& all, const Call& call);

/// Points that an operation costs, by the rules of Shopify's documents: objects 1, lists by the size that is asked for,
/// mutations 10.
struct Cost {
  static constexpr std::int64_t kMutation = 10;
  static constexpr std::int64_t kConnection = 2;
};

class Executor {
 public:
  Executor(const Schema& schema, const Document& document, const boost::json::object& variables)
      : schema_(schema), document_(document), variables_(variables) {}

  /// What it may cost at most, before it is carried out.
  [[nodiscard]] std::int64_t requested_cost(const Operation& operation) const;
  /// The "data" of the answer: null when a field failed that may not be null. See failures().
  [[nodiscard]] boost::json::value run(const Operation& operation, const SourcePtr& root);
  [[nodiscard]] const std::vector<Failure>& failures() const noexcept { return failures_; }
  /// What the last run cost by what it found.
  [[nodiscard]] std::int64_t actual_cost() const noexcept { return actual_; }
  [[nodiscard]] bool used_deprecated() const noexcept { return deprecated_; }

  /// One page within a bulk query: what to select of its nodes.
  struct Nested {
    std::vector<const Selection*> fields;  ///< the connection's field, all places where it is selected
    Connection page;
  };
  /// The object without its pages, which go to `nested`. Throws Failure.
  [[nodiscard]] boost::json::object project(const Source& source, const std::vector<const Selection*>& parents,
                                            std::vector<Nested>& nested);
  /// What is selected of the nodes of a page, through edges{node} and nodes.
  [[nodiscard]] static std::vector<const Selection*> node_selections(const std::vector<const Selection*>& fields);

 private:
  using Places = std::vector<const Selection*>;  ///< of one field: where it is selected
  using Collected = std::vector<std::pair<std::string, Places>>;

  [[nodiscard]] bool included(const Selection& selection) const;
  void collect(const std::vector<Selection>& selections, const Type& type, Collected& found) const;
  [[nodiscard]] Collected collect_all(const Places& parents, const Type& type) const;
  [[nodiscard]] std::int64_t cost_of(const std::vector<Selection>& selections, const Type& type) const;
  [[nodiscard]] std::int64_t cost_of_field(const Selection& selection, const Type& type) const;
  [[nodiscard]] std::int64_t cost_of_page(const std::vector<Selection>& selections, const Type& type,
                                          std::int64_t size) const;

  boost::json::object select(const Source& source, const Collected& fields, const Type& type);
  boost::json::value select_json(const boost::json::value& value, const TypeRef& type, const Places& places);
  boost::json::value complete(Result result, const FieldType& field, const Places& places);
  boost::json::value complete_source(const SourcePtr& source, const Places& places);
  boost::json::value page_info(const Connection& page, const Places& places);
  boost::json::object edge_of(const Connection& page, std::size_t index, const Type& edge, const Collected& fields);
  boost::json::array items_of(const Connection& page, const Type& type, const Places& places);
  boost::json::object complete_page(const Connection& page, const Type& type, const Places& places);
  boost::json::value resolve_field(const Source& source, const Type& type, const Places& places);
  Result ask(const Source& source, const FieldType& field, const Selection& selection);

  const Schema& schema_;
  const Document& document_;
  const boost::json::object& variables_;
  std::vector<Failure> failures_;
  boost::json::array path_;
  std::int64_t actual_ = 0;
  bool deprecated_ = false;
  std::vector<Nested>* nested_ = nullptr;
};

}  // namespace omnify::sandbox::graphql
