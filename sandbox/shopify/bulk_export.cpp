#include "shopify/bulk_export.h"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <fstream>

#include "graphql/execute.h"
#include "graphql/validate.h"
#include "graphql/values.h"
#include "shopify/root.h"
#include "shopify/schema.h"

namespace omnify::sandbox::shopify {
namespace {

using graphql::Executor;
using graphql::Selection;
using graphql::Type;

constexpr int kMostConnections = 5;
constexpr int kMostDepth = 2;

/// Counts the lists of a query and finds what bulk queries may not have.
class Shape {
 public:
  explicit Shape(const graphql::Document& document) : document_(document) {}

  void look(const std::vector<Selection>& selections, const Type& type, int depth, bool in_list) {
    for (const auto& selection : selections) {
      if (selection.kind == Selection::Kind::field) {
        look_at_field(selection, type, depth, in_list);
        continue;
      }
      const auto* fragment = document_.find_fragment(selection.name);
      const bool spread = selection.kind == Selection::Kind::spread;
      const auto& condition = spread ? fragment->type_condition : selection.type_condition;
      look(spread ? fragment->selections : selection.selections, condition.empty() ? type : schema().at(condition),
           depth, in_list);
    }
  }
  [[nodiscard]] std::optional<std::string> problem() const {
    if (in_list_) return "Queries that contain a connection field within a list field are not currently supported.";
    if (count_ == 0) return "Bulk queries must contain at least one connection.";
    if (count_ > kMostConnections) return "Bulk queries cannot contain more than 5 connections.";
    if (depth_ > kMostDepth) return "Bulk queries cannot contain connections with a nesting depth greater than 2.";
    return std::nullopt;
  }

 private:
  void look_at_field(const Selection& selection, const Type& type, int depth, bool in_list) {
    const auto* field = type.find_field(selection.name);
    if (field == nullptr) return;
    const auto& inner = schema().at(field->type.name);
    if (!inner.composite()) return;
    const bool list = field->type.list && selection.name != "edges" && selection.name != "nodes";
    const int level = depth + (inner.connection() ? 1 : 0);
    if (inner.connection()) {
      ++count_;
      depth_ = std::max(depth_, level);
      in_list_ = in_list_ || in_list;
    }
    look(selection.selections, inner, level, in_list || list);
  }

  const graphql::Document& document_;
  int count_ = 0;
  int depth_ = 0;
  bool in_list_ = false;
};

class Export {
 public:
  Export(const graphql::Document& document, const ExportTarget& target)
      : executor_(schema(), document, variables_),
        file_(target.path, std::ios::binary | std::ios::trunc),
        target_(target) {}

  [[nodiscard]] bool wants_more() const {
    return !target_.stop.stop_requested() && target_.progress.roots < target_.limit;
  }
  void write_root(const graphql::Source& node, const std::vector<const Selection*>& selections) {
    write_node(node, selections, "");
    ++target_.progress.roots;
  }
  void finish() {
    if (!file_.flush()) throw std::runtime_error("the file of a bulk operation cannot be written");
  }

 private:
  void write_node(const graphql::Source& node, const std::vector<const Selection*>& selections,
                  const std::string& parent) {
    std::vector<Executor::Nested> nested;
    auto object = executor_.project(node, selections, nested);
    if (!parent.empty()) object["__parentId"] = parent;
    write_line(object);
    if (nested.empty()) return;
    const boost::json::object none;
    const auto id = std::get<boost::json::value>(node.resolve({"id", none}).value);
    for (const auto& list : nested) {
      const auto inner = Executor::node_selections(list.fields);
      for (const auto& child : list.page.nodes) write_node(*child, inner, std::string(id.as_string()));
    }
  }
  void write_line(const boost::json::object& object) {
    const auto line = boost::json::serialize(object) + "\n";
    file_ << line;
    ++target_.progress.objects;
    target_.progress.bytes += static_cast<std::int64_t>(line.size());
  }

  boost::json::object variables_;
  Executor executor_;
  std::ofstream file_;
  const ExportTarget& target_;
};

/// All pages of one list of the root.
void export_list(const graphql::Source& root, const Selection& selection, Export& out) {
  const auto& field = *schema().root(graphql::Operation::Kind::query)->find_field(selection.name);
  auto arguments = graphql::read_arguments(field, selection.arguments, {});
  const auto nodes = Executor::node_selections({&selection});
  for (;;) {
    const auto result = root.resolve({field.name, arguments});
    const auto* page = std::get_if<graphql::Connection>(&result.value);
    if (page == nullptr) return;
    for (const auto& node : page->nodes) {
      if (!out.wants_more()) return;
      out.write_root(*node, nodes);
    }
    if (!page->has_next || page->cursors.empty()) return;
    arguments["after"] = page->cursors.back();
  }
}

}  // namespace

std::optional<std::string> refuse_bulk(const std::string& query) {
  try {
    const auto document = graphql::parse_document(query);
    const auto failures = graphql::validate(schema(), document);
    if (!failures.empty()) return "Invalid bulk query: " + failures.front().message;
    const auto& operation = graphql::choose_operation(document, "");
    if (operation.kind != graphql::Operation::Kind::query) return "Bulk queries must be queries, not mutations.";
    Shape shape(document);
    shape.look(operation.selections, *schema().root(operation.kind), 0, false);
    return shape.problem();
  } catch (const graphql::SyntaxError& error) {
    return std::string("Invalid bulk query: ") + error.what();
  } catch (const graphql::Failure& failure) {
    return "Invalid bulk query: " + failure.message;
  }
}

void export_lines(Context& context, const std::string& query, const ExportTarget& target) {
  const auto document = graphql::parse_document(query);
  UpdatedCache cache;
  const auto root = query_root(context, {cache});
  Export out(document, target);
  for (const auto& selection : graphql::choose_operation(document, "").selections) {
    if (selection.kind == Selection::Kind::field) export_list(*root, selection, out);
  }
  out.finish();
}

}  // namespace omnify::sandbox::shopify
