// Described structs ⇄ JSON. A type listed in BOOST_DESCRIBE_STRUCT is read, checked, written and turned into an OpenAPI
// schema by this one mechanism; nothing is written twice. Sources: RFC 8259, RFC 6901 (pointers), OpenAPI 3.1.
//
// Types: bool, int64, double, std::string, Decimal, Day, Instant, Uuid, Id<>, Currency, described enums and structs,
// std::optional (null or absent), std::vector, std::map<std::string, T>, boost::json::value (as it is).
#pragma once

#include <boost/describe.hpp>
#include <boost/json/value.hpp>
#include <boost/mp11/algorithm.hpp>
#include <concepts>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/calendar.h"
#include "base/error.h"
#include "base/money.h"
#include "base/uuid.h"

namespace omnify {

/// An amount on the wire: a decimal string in major units ("12.34").
struct Decimal {
  Micros micros = 0;
  friend auto operator<=>(const Decimal&, const Decimal&) = default;
};

namespace json {

/// What is wrong with an input, gathered so that a form can show all of it at once.
class Problems {
 public:
  void add(std::string pointer, std::string detail) { fields_.push_back({std::move(pointer), std::move(detail)}); }
  [[nodiscard]] bool empty() const noexcept { return fields_.empty(); }
  /// Throws Error{invalid_field} naming all fields, unless there are none.
  void throw_if_any() &&;

 private:
  std::vector<FieldError> fields_;
};

template <class T>
concept DescribedStruct = std::is_class_v<T> && boost::describe::has_describe_members<T>::value;
template <class T>
concept DescribedEnum = std::is_enum_v<T> && boost::describe::has_describe_enumerators<T>::value;
template <class T>
concept ChecksItself =
    requires(const T& value, Problems& problems, const std::string& pointer) { value.check(problems, pointer); };

template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};
template <class T>
struct IsVector : std::false_type {};
template <class T>
struct IsVector<std::vector<T>> : std::true_type {};
template <class T>
struct IsMap : std::false_type {};
template <class T>
struct IsMap<std::map<std::string, T>> : std::true_type {};
template <class T>
struct IsId : std::false_type {};
template <class Tag>
struct IsId<Id<Tag>> : std::true_type {};

template <class T, class Visit>
void for_each_member(Visit visit) {
  boost::mp11::mp_for_each<boost::describe::describe_members<T, boost::describe::mod_public>>(visit);
}

/// The JSON name of a member: a trailing underscore only dodges a C++ keyword.
[[nodiscard]] std::string_view member_name(const char* name) noexcept;

template <DescribedEnum E>
[[nodiscard]] std::string_view enum_name(E value) {
  std::string_view found;
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>([&](auto entry) {
    if (entry.value == value) found = member_name(entry.name);
  });
  return found;
}

template <DescribedEnum E>
[[nodiscard]] std::optional<E> enum_value(std::string_view name) {
  std::optional<E> found;
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>([&](auto entry) {
    if (member_name(entry.name) == name) found = entry.value;
  });
  return found;
}

template <DescribedEnum E>
[[nodiscard]] std::string enum_choices() {
  std::string choices;
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>([&](auto entry) {
    if (!choices.empty()) choices += ", ";
    choices += member_name(entry.name);
  });
  return choices;
}

/// Scalars in their text form, shared by JSON strings, path segments and query parameters.
bool read_text(std::string_view text, std::string& out, std::string& why);
bool read_text(std::string_view text, bool& out, std::string& why);
bool read_text(std::string_view text, std::int64_t& out, std::string& why);
bool read_text(std::string_view text, double& out, std::string& why);
bool read_text(std::string_view text, Decimal& out, std::string& why);
bool read_text(std::string_view text, Day& out, std::string& why);
bool read_text(std::string_view text, Instant& out, std::string& why);
bool read_text(std::string_view text, Uuid& out, std::string& why);
bool read_text(std::string_view text, Currency& out, std::string& why);

template <class Tag>
bool read_text(std::string_view text, Id<Tag>& out, std::string& why) {
  return read_text(text, out.uuid, why);
}

template <DescribedEnum E>
bool read_text(std::string_view text, E& out, std::string& why) {
  if (const auto value = enum_value<E>(text)) {
    out = *value;
    return true;
  }
  why = "expected one of " + enum_choices<E>();
  return false;
}

/// The JSON text form: the value of a string, or a complaint.
[[nodiscard]] std::optional<std::string_view> as_text(const boost::json::value& value) noexcept;
bool read_value(const boost::json::value& value, bool& out, std::string& why);
bool read_value(const boost::json::value& value, std::int64_t& out, std::string& why);
bool read_value(const boost::json::value& value, double& out, std::string& why);
/// "" + "name" → "/name", escaping ~ and / (RFC 6901).
[[nodiscard]] std::string child(const std::string& pointer, std::string_view name);

template <class T>
void read(const boost::json::value& value, T& out, Problems& problems, const std::string& pointer);

template <DescribedStruct T>
void read_struct(const boost::json::value& value, T& out, Problems& problems, const std::string& pointer) {
  const auto* object = value.if_object();
  if (object == nullptr) return problems.add(pointer, "expected an object");
  std::size_t known = 0;
  for_each_member<T>([&](auto member) {
    using Member = std::remove_reference_t<decltype(out.*member.pointer)>;
    const auto name = member_name(member.name);
    if (const auto* found = object->if_contains(name)) {
      ++known;
      read(*found, out.*member.pointer, problems, child(pointer, name));
    } else if constexpr (!IsOptional<Member>::value) {
      problems.add(child(pointer, name), "is required");
    }
  });
  if (known == object->size()) return;
  for (const auto& entry : *object) {
    bool expected = false;
    for_each_member<T>(
        [&](auto member) { expected = expected || member_name(member.name) == std::string_view(entry.key()); });
    if (!expected) problems.add(child(pointer, entry.key()), "is not a known member");
  }
}

template <class T>
void read_list(const boost::json::value& value, std::vector<T>& out, Problems& problems, const std::string& pointer) {
  const auto* array = value.if_array();
  if (array == nullptr) return problems.add(pointer, "expected a list");
  out.resize(array->size());
  for (std::size_t i = 0; i < array->size(); ++i)
    read((*array)[i], out[i], problems, child(pointer, std::to_string(i)));
}

template <class T>
void read_map(const boost::json::value& value, std::map<std::string, T>& out, Problems& problems,
              const std::string& pointer) {
  const auto* object = value.if_object();
  if (object == nullptr) return problems.add(pointer, "expected an object");
  for (const auto& entry : *object) read(entry.value(), out[entry.key()], problems, child(pointer, entry.key()));
}

template <class T>
void read(const boost::json::value& value, T& out, Problems& problems, const std::string& pointer) {
  if constexpr (IsOptional<T>::value) {
    if (value.is_null()) return out.reset();
    read(value, out.emplace(), problems, pointer);
  } else if constexpr (IsVector<T>::value) {
    read_list(value, out, problems, pointer);
  } else if constexpr (IsMap<T>::value) {
    read_map(value, out, problems, pointer);
  } else if constexpr (std::same_as<T, boost::json::value>) {
    out = value;
  } else if constexpr (DescribedStruct<T>) {
    read_struct(value, out, problems, pointer);
    if constexpr (ChecksItself<T>) {
      if (problems.empty()) out.check(problems, pointer);
    }
  } else if constexpr (std::same_as<T, bool> || std::same_as<T, std::int64_t> || std::same_as<T, double>) {
    std::string why;
    if (!read_value(value, out, why)) problems.add(pointer, std::move(why));
  } else {
    std::string why = "expected a string";
    const auto text = as_text(value);
    if (!text || !read_text(*text, out, why)) problems.add(pointer, std::move(why));
  }
}

/// Parses a body. Throws Error{invalid_request} when it is not JSON (or nested deeper than 32), Error{invalid_field}
/// naming every refused field otherwise.
[[nodiscard]] boost::json::value parse_document(std::string_view text);

template <class T>
[[nodiscard]] T parse(std::string_view text) {
  const auto document = parse_document(text);
  T out{};
  Problems problems;
  read(document, out, problems, "");
  std::move(problems).throw_if_any();
  return out;
}

void write_value(std::string& out, bool value);
void write_value(std::string& out, std::int64_t value);
/// The shortest text that reads back as the same number, such as 0.1 or 1e+05; null when it is not finite.
void write_value(std::string& out, double value);
void write_value(std::string& out, std::string_view value);
inline void write_value(std::string& out, const std::string& value) { write_value(out, std::string_view(value)); }
void write_value(std::string& out, const Decimal& value);
void write_value(std::string& out, const Day& value);
void write_value(std::string& out, const Instant& value);
void write_value(std::string& out, const Uuid& value);
void write_value(std::string& out, const Currency& value);
void write_value(std::string& out, const boost::json::value& value);
template <class Tag>
void write_value(std::string& out, const Id<Tag>& value) {
  write_value(out, value.uuid);
}

template <class T>
void write(std::string& out, const T& value) {
  if constexpr (IsOptional<T>::value) {
    if (value) {
      write(out, *value);
    } else {
      out += "null";
    }
  } else if constexpr (IsVector<T>::value) {
    out += '[';
    for (bool first = true; const auto& item : value) {
      if (!std::exchange(first, false)) out += ',';
      write(out, item);
    }
    out += ']';
  } else if constexpr (IsMap<T>::value) {
    out += '{';
    for (bool first = true; const auto& [key, item] : value) {
      if (!std::exchange(first, false)) out += ',';
      write_value(out, std::string_view(key));
      out += ':';
      write(out, item);
    }
    out += '}';
  } else if constexpr (DescribedEnum<T>) {
    write_value(out, enum_name(value));
  } else if constexpr (DescribedStruct<T>) {
    out += '{';
    bool first = true;
    for_each_member<T>([&](auto member) {
      if (!std::exchange(first, false)) out += ',';
      out += '"';
      out += member_name(member.name);
      out += "\":";
      write(out, value.*member.pointer);
    });
    out += '}';
  } else {
    write_value(out, value);
  }
}

template <class T>
[[nodiscard]] std::string print(const T& value) {
  std::string out;
  out.reserve(4096);  // growing from nothing would copy it eight times
  write(out, value);
  return out;
}

}  // namespace json
}  // namespace omnify
