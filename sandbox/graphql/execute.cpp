#include "graphql/execute.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "graphql/values.h"

namespace omnify::sandbox::graphql {
namespace {

/// A field failed whose type allows no null: its parent is null, too. The failure is already noted.
struct NoValue {};

}  // namespace

std::string_view Call::text(std::string_view name) const {
  const auto* found = arguments.if_contains(name);
  return found != nullptr && found->is_string() ? std::string_view(found->as_string()) : std::string_view();
}

std::optional<std::int64_t> Call::integer(std::string_view name) const {
  const auto* found = arguments.if_contains(name);
  return found != nullptr && found->is_int64() ? std::optional(found->as_int64()) : std::nullopt;
}

bool Call::flag(std::string_view name) const {
  const auto* found = arguments.if_contains(name);
  return found != nullptr && found->is_bool() && found->as_bool();
}

Result Record::resolve(const Call& call) const {
  if (const auto link = links_.find(call.field); link != links_.end()) return link->second;
  const auto* found = values_.if_contains(call.field);
  if (found == nullptr) throw std::logic_error("no value of " + type_ + "." + std::string(call.field));
  return *found;
}

Connection page_of(const std::vector<SourcePtr>& all, const Call& call) {
  const auto count = std::ssize(all);
  const auto place = [&](std::string_view name, std::int64_t otherwise) {
    const auto cursor = call.text(name);
    if (cursor.empty()) return otherwise;
    std::int64_t number = -1;
    const auto [end, failure] = std::from_chars(cursor.data(), cursor.data() + cursor.size(), number);
    if (failure != std::errc{} || end != cursor.data() + cursor.size() || number < 0 || number >= count) {
      throw Failure(fmt::format("`{}` is not a valid cursor.", name), "BAD_REQUEST");
    }
    return number;
  };
  std::int64_t first = place("after", -1) + 1;
  std::int64_t behind = place("before", count);
  const bool reverse = call.flag("reverse");
  if (const auto size = call.integer("first")) {
    behind = std::min(behind, first + *size);
  } else if (const auto last = call.integer("last")) {
    first = std::max(first, behind - *last);
  }
  Connection page;
  for (auto i = first; i < behind; ++i) {
    page.nodes.push_back(all[static_cast<std::size_t>(reverse ? count - 1 - i : i)]);
    page.cursors.push_back(std::to_string(i));
  }
  page.has_next = behind < count;
  page.has_previous = first > 0;
  return page;
}

bool Executor::included(const Selection& selection) const {
  return std::ranges::all_of(selection.directives, [&](const Directive& directive) {
    const bool condition = to_json(directive.arguments.front().value, variables_) == boost::json::value(true);
    return condition == (directive.name == "include");
  });
}

void Executor::collect(const std::vector<Selection>& selections, const Type& type, Collected& found) const {
  for (const auto& selection : selections) {
    if (!included(selection)) continue;
    if (selection.kind == Selection::Kind::field) {
      const auto place = std::ranges::find(found, selection.key(), [](const auto& one) { return one.first; });
      if (place == found.end()) {
        found.emplace_back(selection.key(), Places{&selection});
      } else {
        place->second.push_back(&selection);
      }
      continue;
    }
    const auto* fragment = document_.find_fragment(selection.name);
    const bool spread = selection.kind == Selection::Kind::spread;
    const auto& condition = spread ? fragment->type_condition : selection.type_condition;
    if (!condition.empty() && !schema_.is_a(type, condition)) continue;
    collect(spread ? fragment->selections : selection.selections, type, found);
  }
}

Executor::Collected Executor::collect_all(const Places& parents, const Type& type) const {
  Collected found;
  for (const auto* parent : parents) collect(parent->selections, type, found);
  return found;
}

Result Executor::ask(const Source& source, const FieldType& field, const Selection& selection) {
  deprecated_ = deprecated_ || field.deprecated;
  const auto arguments = read_arguments(field, selection.arguments, variables_);
  return source.resolve({field.name, arguments});
}

boost::json::value Executor::resolve_field(const Source& source, const Type& type, const Places& places) {
  const auto& selection = *places.front();
  if (selection.name == "__typename") return boost::json::value(type.name);
  const auto& field = *type.find_field(selection.name);
  const auto depth = path_.size();
  try {
    return complete(ask(source, field, selection), field, places);
  } catch (Failure& failure) {
    path_.resize(depth);
    failure.path = path_;
    failure.locations = {selection.at};
    failures_.push_back(failure);
  } catch (const NoValue&) {
    path_.resize(depth);
  }
  if (field.type.required) throw NoValue{};
  return nullptr;
}

boost::json::object Executor::select(const Source& source, const Collected& fields, const Type& type) {
  boost::json::object object;
  for (const auto& [key, places] : fields) {
    path_.push_back(boost::json::value(key));
    auto value = resolve_field(source, type, places);
    path_.pop_back();
    // A page of a bulk query stands in the file, not in the object.
    if (!value.is_null() || nested_ == nullptr ||
        !schema_.at(type.find_field(places.front()->name)->type.name).connection()) {
      object[key] = std::move(value);
    }
  }
  return object;
}

boost::json::value Executor::complete_source(const SourcePtr& source, const Places& places) {
  if (!source) return nullptr;
  ++actual_;
  const auto& type = schema_.at(source->type());
  return select(*source, collect_all(places, type), type);
}

boost::json::value Executor::complete(Result result, const FieldType& field, const Places& places) {
  if (const auto* value = std::get_if<boost::json::value>(&result.value))
    return select_json(*value, field.type, places);
  if (const auto* source = std::get_if<SourcePtr>(&result.value)) return complete_source(*source, places);
  if (auto* page = std::get_if<Connection>(&result.value)) {
    if (nested_ == nullptr) return complete_page(*page, schema_.at(field.type.name), places);
    nested_->push_back({places, std::move(*page)});
    return nullptr;
  }
  boost::json::array items;
  for (const auto& source : std::get<std::vector<SourcePtr>>(result.value)) {
    path_.push_back(boost::json::value(items.size()));
    items.push_back(complete_source(source, places));
    path_.pop_back();
  }
  return items;
}

boost::json::value Executor::select_json(const boost::json::value& value, const TypeRef& type, const Places& places) {
  const auto& known = schema_.at(type.name);
  if (!known.composite() || value.is_null()) return value;
  if (const auto* items = value.if_array()) {
    boost::json::array selected;
    for (const auto& item : *items) selected.push_back(select_json(item, type, places));
    return selected;
  }
  ++actual_;
  const auto& object = value.as_object();
  const auto* name = object.if_contains("__typename");
  const auto& actual = name == nullptr ? known : schema_.at(name->as_string());
  boost::json::object selected;
  for (const auto& [key, found] : collect_all(places, actual)) {
    const auto& field_name = found.front()->name;
    if (field_name == "__typename") {
      selected[key] = actual.name;
      continue;
    }
    const auto* field = actual.find_field(field_name);
    deprecated_ = deprecated_ || field->deprecated;
    selected[key] = select_json(object.at(field_name), field->type, found);
  }
  return selected;
}

boost::json::value Executor::page_info(const Connection& page, const Places& places) {
  const auto cursor = [&](bool last) {
    if (page.cursors.empty()) return boost::json::value();
    return boost::json::value(last ? page.cursors.back() : page.cursors.front());
  };
  const boost::json::object info{{"hasNextPage", page.has_next},
                                 {"hasPreviousPage", page.has_previous},
                                 {"startCursor", cursor(false)},
                                 {"endCursor", cursor(true)}};
  auto selected = select_json(info, {"PageInfo", true, false, false}, places);
  --actual_;  // costs nothing
  return selected;
}

boost::json::object Executor::edge_of(const Connection& page, std::size_t index, const Type& edge,
                                      const Collected& fields) {
  boost::json::object object;
  for (const auto& [key, places] : fields) {
    const auto& wanted = places.front()->name;
    path_.push_back(boost::json::value(key));
    if (wanted == "node") {
      object[key] = complete_source(page.nodes[index], places);
    } else {
      object[key] = wanted == "cursor" ? page.cursors[index] : edge.name;
    }
    path_.pop_back();
  }
  return object;
}

boost::json::array Executor::items_of(const Connection& page, const Type& type, const Places& places) {
  const bool edges = places.front()->name == "edges";
  const auto& edge = schema_.at(type.find_field("edges")->type.name);
  const auto fields = edges ? collect_all(places, edge) : Collected{};
  boost::json::array items;
  for (std::size_t i = 0; i < page.nodes.size(); ++i) {
    path_.push_back(boost::json::value(i));
    if (edges) {
      items.push_back(edge_of(page, i, edge, fields));
    } else {
      items.push_back(complete_source(page.nodes[i], places));
    }
    path_.pop_back();
  }
  return items;
}

boost::json::object Executor::complete_page(const Connection& page, const Type& type, const Places& places) {
  actual_ += Cost::kConnection;
  boost::json::object object;
  for (const auto& [key, found] : collect_all(places, type)) {
    const auto& name = found.front()->name;
    path_.push_back(boost::json::value(key));
    if (name == "pageInfo") {
      object[key] = page_info(page, found);
    } else if (name == "__typename") {
      object[key] = type.name;
    } else {
      object[key] = items_of(page, type, found);
    }
    path_.pop_back();
  }
  return object;
}

boost::json::value Executor::run(const Operation& operation, const SourcePtr& root) {
  actual_ = operation.kind == Operation::Kind::mutation ? Cost::kMutation : 0;
  const auto& type = *schema_.root(operation.kind);
  Collected fields;
  collect(operation.selections, type, fields);
  try {
    return select(*root, fields, type);
  } catch (const NoValue&) {
    return nullptr;
  }
}

boost::json::object Executor::project(const Source& source, const std::vector<const Selection*>& parents,
                                      std::vector<Nested>& nested) {
  nested_ = &nested;
  const auto& type = schema_.at(source.type());
  try {
    auto object = select(source, collect_all(parents, type), type);
    nested_ = nullptr;
    return object;
  } catch (const NoValue&) {
    nested_ = nullptr;
    throw failures_.back();
  }
}

std::vector<const Selection*> Executor::node_selections(const std::vector<const Selection*>& fields) {
  std::vector<const Selection*> found;
  for (const auto* field : fields) {
    for (const auto& part : field->selections) {
      if (part.name == "nodes") found.push_back(&part);
      if (part.name != "edges") continue;
      for (const auto& inner : part.selections) {
        if (inner.name == "node") found.push_back(&inner);
      }
    }
  }
  return found;
}

}  // namespace omnify::sandbox::graphql
