#include "graphql/validate.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <map>
#include <set>

#include "graphql/values.h"

namespace omnify::sandbox::graphql {
namespace {

const FieldType& typename_field() {
  static const FieldType kField{"__typename", {"String", true, false, false}, {}, false};
  return kField;
}

std::string written(const Value& value) {
  switch (value.kind) {
    case Value::Kind::text:
      return fmt::format("\"{}\"", value.text);
    case Value::Kind::list:
    case Value::Kind::object:
      return boost::json::serialize(to_json(value, {}));
    case Value::Kind::variable:
      return "$" + value.text;
    case Value::Kind::null:
      return "null";
    default:
      return value.text;
  }
}

/// One operation with the fragments that it uses.
class Validator {
 public:
  Validator(const Schema& schema, const Document& document, std::vector<Failure>& failures)
      : schema_(schema), document_(document), failures_(failures) {}

  void check(const Operation& operation) {
    operation_ = &operation;
    const bool mutation = operation.kind == Operation::Kind::mutation;
    const std::string kind = mutation ? "mutation" : "query";
    path_ = {boost::json::value(operation.name.empty() ? kind : kind + " " + operation.name)};
    const auto* root = schema_.root(operation.kind);
    if (root == nullptr) {
      return refuse(fmt::format("Schema is not configured for {}s", "subscription"), "missingSubscriptionConfiguration",
                    operation.at);
    }
    for (const auto& variable : operation.variables) check_declaration(variable);
    check_selections(operation.selections, *root);
    for (const auto& variable : operation.variables) {
      if (used_variables_.contains(variable.name)) continue;
      refuse(fmt::format("Variable ${} is declared by {} but not used", variable.name, operation_name()),
             "variableNotUsed", variable.at, {{"variableName", variable.name}});
    }
  }

  [[nodiscard]] const std::set<std::string>& used_fragments() const noexcept { return used_fragments_; }

 private:
  [[nodiscard]] std::string operation_name() const {
    return operation_->name.empty() ? "anonymous " + std::string(path_.front().as_string()) : operation_->name;
  }

  void refuse(std::string message, std::string_view code, Location at, boost::json::object details = {}) {
    Failure failure(std::move(message), code);
    failure.locations = {at};
    failure.path = path_;
    for (auto& entry : details) failure.extensions[entry.key()] = std::move(entry.value());
    failures_.push_back(std::move(failure));
  }

  void check_declaration(const Variable& variable) {
    const auto* type = schema_.find(variable.type.name);
    if (type != nullptr && !type->composite()) return;
    const auto* const problem =
        type == nullptr ? "{} isn't a defined input type (on ${})" : "{} isn't a valid input type (on ${})";
    refuse(fmt::format(fmt::runtime(problem), variable.type.name, variable.name), "variableRequiresValidType",
           variable.at, {{"typeName", variable.type.name}, {"variableName", variable.name}});
  }

  void check_selections(const std::vector<Selection>& selections, const Type& type) {
    std::map<std::string, const Selection*> seen;
    check_merged(selections, type, seen);
  }

  /// `seen`: the fields of this level by their key in the answer, over all fragments.
  void check_merged(const std::vector<Selection>& selections, const Type& type,
                    std::map<std::string, const Selection*>& seen) {
    for (const auto& selection : selections) {
      check_directives(selection);
      if (selection.kind == Selection::Kind::field) {
        check_conflict(selection, seen);
        check_field(selection, type);
      } else if (selection.kind == Selection::Kind::inline_fragment) {
        check_condition(selection.type_condition, selection.selections, type, seen, selection.at);
      } else {
        check_spread(selection, type, seen);
      }
    }
  }

  void check_conflict(const Selection& field, std::map<std::string, const Selection*>& seen) {
    const auto [found, first] = seen.emplace(field.key(), &field);
    if (first || found->second->name == field.name) return;
    refuse(fmt::format("Field '{}' has a field conflict: {} or {}?", field.key(), found->second->name, field.name),
           "fieldConflict", field.at, {{"fieldName", field.key()}});
  }

  void check_spread(const Selection& spread, const Type& type, std::map<std::string, const Selection*>& seen) {
    const auto* fragment = document_.find_fragment(spread.name);
    if (fragment == nullptr) {
      return refuse(fmt::format("Fragment {} was used, but not defined", spread.name), "useAndDefineFragment",
                    spread.at, {{"fragmentName", spread.name}});
    }
    used_fragments_.insert(spread.name);
    if (!open_fragments_.insert(spread.name).second) {
      return refuse(fmt::format("Fragment {} contains an infinite loop", spread.name), "infiniteLoop", spread.at,
                    {{"fragmentName", spread.name}});
    }
    check_condition(fragment->type_condition, fragment->selections, type, seen, spread.at);
    open_fragments_.erase(spread.name);
  }

  void check_condition(const std::string& condition, const std::vector<Selection>& selections, const Type& type,
                       std::map<std::string, const Selection*>& seen, Location at) {
    if (condition.empty()) return check_merged(selections, type, seen);
    const auto* wanted = schema_.find(condition);
    if (wanted == nullptr) {
      return refuse(fmt::format("No such type {}, so it can't be a fragment condition", condition), "undefinedType", at,
                    {{"typeName", condition}});
    }
    if (!wanted->composite() || !schema_.overlap(*wanted, type)) {
      return refuse(fmt::format("Fragment on {} can't be spread inside {}", condition, type.name),
                    "cannotSpreadFragment", at, {{"typeName", condition}, {"parentName", type.name}});
    }
    check_merged(selections, *wanted, seen);
  }

  void check_field(const Selection& selection, const Type& type) {
    path_.push_back(boost::json::value(selection.key()));
    const auto* field = selection.name == "__typename" ? &typename_field() : type.find_field(selection.name);
    if (field == nullptr) {
      refuse(fmt::format("Field '{}' doesn't exist on type '{}'", selection.name, type.name), "undefinedField",
             selection.at, {{"typeName", type.name}, {"fieldName", selection.name}});
    } else {
      check_arguments(*field, selection);
      check_depth(*field, selection);
    }
    path_.pop_back();
  }

  void check_depth(const FieldType& field, const Selection& selection) {
    const auto& type = schema_.at(field.type.name);
    if (!type.composite()) {
      if (selection.selections.empty()) return;
      return refuse(
          fmt::format("Selections can't be made on scalars (field '{}' returns {} but has selections [\"{}\"])",
                      selection.name, type.name, selection.selections.front().name),
          "selectionMismatch", selection.at, {{"nodeName", "field '" + selection.name + "'"}});
    }
    if (!selection.selections.empty()) return check_selections(selection.selections, type);
    refuse(
        fmt::format("Field must have selections (field '{0}' returns {1} but has no selections. Did you mean '{0} {{ "
                    "... }}'?)",
                    selection.name, type.name),
        "selectionMismatch", selection.at, {{"nodeName", "field '" + selection.name + "'"}});
  }

  void check_arguments(const FieldType& field, const Selection& selection) {
    for (const auto& argument : selection.arguments) {
      const auto* known = field.find_argument(argument.name);
      if (known == nullptr) {
        refuse(fmt::format("Field '{}' doesn't accept argument '{}'", field.name, argument.name), "argumentNotAccepted",
               argument.at, {{"name", field.name}, {"typeName", "Field"}, {"argumentName", argument.name}});
      } else {
        check_value(argument.value, known->type, known->otherwise.has_value(), argument.name);
        if (!fits(schema_, known->type, argument.value)) refuse_value(field, argument, known->type);
      }
    }
    for (const auto& known : field.arguments) {
      if (!known.type.required || known.otherwise) continue;
      if (std::ranges::find(selection.arguments, known.name, &Argument::name) != selection.arguments.end()) continue;
      refuse(fmt::format("Field '{}' is missing required arguments: {}", field.name, known.name),
             "missingRequiredArguments", selection.at,
             {{"className", "Field"}, {"name", field.name}, {"arguments", known.name}});
    }
  }

  void refuse_value(const FieldType& field, const Argument& argument, const TypeRef& type) {
    refuse(fmt::format("Argument '{}' on Field '{}' has an invalid value ({}). Expected type '{}'.", argument.name,
                       field.name, written(argument.value), to_text(type)),
           "argumentLiteralsIncompatible", argument.at, {{"typeName", "Field"}, {"argumentName", argument.name}});
  }

  /// The variables inside `value`: declared, and of a type that may stand there.
  void check_value(const Value& value, const TypeRef& type, bool has_default, const std::string& argument) {
    if (value.kind == Value::Kind::variable) return check_variable(value, type, has_default, argument);
    const TypeRef item{type.name, type.item_required, false, false};
    const auto* input = schema_.find(type.name);
    for (std::size_t i = 0; i < value.items.size(); ++i) {
      if (value.kind == Value::Kind::list) {
        check_value(value.items[i], item, false, argument);
      } else if (const auto* field = input == nullptr ? nullptr : input->find_field(value.names[i])) {
        check_value(value.items[i], field->type, false, value.names[i]);
      }
    }
  }

  void check_variable(const Value& value, const TypeRef& type, bool has_default, const std::string& argument) {
    used_variables_.insert(value.text);
    const auto declared = std::ranges::find(operation_->variables, value.text, &Variable::name);
    if (declared == operation_->variables.end()) {
      return refuse(fmt::format("Variable ${} is used by {} but not declared", value.text, operation_name()),
                    "variableNotDefined", value.at, {{"variableName", value.text}});
    }
    const bool same = declared->type.name == type.name && (declared->type.list == type.list || !declared->type.list);
    const bool present = !type.required || declared->type.required || declared->otherwise || has_default;
    if (same && present) return;
    refuse(fmt::format("Type mismatch on variable ${} and argument {} ({} / {})", value.text, argument,
                       to_text(declared->type), to_text(type)),
           "variableMismatch", value.at,
           {{"variableName", value.text}, {"typeName", to_text(declared->type)}, {"argumentName", argument}});
  }

  void check_directives(const Selection& selection) {
    for (const auto& directive : selection.directives) {
      if (directive.name != "include" && directive.name != "skip") {
        refuse(fmt::format("Directive @{} is not defined", directive.name), "undefinedDirective", directive.at,
               {{"directiveName", directive.name}});
        continue;
      }
      const bool given = directive.arguments.size() == 1 && directive.arguments[0].name == "if";
      const TypeRef boolean{"Boolean", true, false, false};
      if (given) check_value(directive.arguments[0].value, boolean, false, "if");
      if (given && fits(schema_, boolean, directive.arguments[0].value)) continue;
      refuse(fmt::format("Directive '{}' is missing required arguments: if", directive.name),
             "missingRequiredArguments", directive.at, {{"className", "Directive"}, {"name", directive.name}});
    }
  }

  const Schema& schema_;
  const Document& document_;
  std::vector<Failure>& failures_;
  const Operation* operation_ = nullptr;
  boost::json::array path_;
  std::set<std::string> used_variables_;
  std::set<std::string> used_fragments_;
  std::set<std::string> open_fragments_;
};

}  // namespace

std::vector<Failure> validate(const Schema& schema, const Document& document) {
  std::vector<Failure> failures;
  std::set<std::string> used;
  for (const auto& operation : document.operations) {
    Validator validator(schema, document, failures);
    validator.check(operation);
    used.insert(validator.used_fragments().begin(), validator.used_fragments().end());
  }
  for (const auto& fragment : document.fragments) {
    if (used.contains(fragment.name)) continue;
    Failure failure(fmt::format("Fragment {} was defined, but not used", fragment.name), "useAndDefineFragment");
    failure.locations = {fragment.at};
    failure.path = {boost::json::value("fragment " + fragment.name)};
    failure.extensions["fragmentName"] = fragment.name;
    failures.push_back(std::move(failure));
  }
  return failures;
}

const Operation& choose_operation(const Document& document, std::string_view name) {
  if (name.empty() && document.operations.size() == 1) return document.operations.front();
  if (name.empty()) throw Failure("An operation name is required");
  const auto found = std::ranges::find(document.operations, name, &Operation::name);
  if (found == document.operations.end()) throw Failure(fmt::format("No operation named \"{}\"", name));
  return *found;
}

}  // namespace omnify::sandbox::graphql
