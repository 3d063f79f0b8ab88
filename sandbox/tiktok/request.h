// Parameters as the platform reads them: of the query (lists and objects as JSON text) or of a JSON body, every one of
// them checked.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wire/message.h"

namespace omnify::sandbox::tiktok {

/// Pages count from 1.
struct Page {
  std::int64_t number = 1;
  std::int64_t size = 10;
  /// Positions from 0 in a list of `total`.
  [[nodiscard]] std::int64_t first(std::int64_t total) const noexcept;
  [[nodiscard]] std::int64_t behind(std::int64_t total) const noexcept;
};
[[nodiscard]] boost::json::object page_info(const Page& page, std::int64_t total);

/// Each reader throws 40002 with the parameter's name when its text is not what is expected.
class Parameters {
 public:
  /// Throws 40002 for a name that is not in `known`, and for a body that is not a JSON object.
  Parameters(const wire::Request& request, std::initializer_list<std::string_view> known);

  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const { return wire::find(fields_, name); }
  /// Throws 40002 when it is missing or empty.
  [[nodiscard]] std::string_view required(std::string_view name) const;
  /// A JSON list of strings: `["a","b"]`. Nothing when the parameter is absent.
  [[nodiscard]] std::optional<std::vector<std::string>> list(std::string_view name) const;
  /// A JSON object or array; nothing when the parameter is absent.
  [[nodiscard]] std::optional<boost::json::value> document(std::string_view name) const;
  [[nodiscard]] bool flag(std::string_view name) const;
  /// `page` and `page_size`.
  [[nodiscard]] Page page() const;
  /// What to read the choices of: throws 40002 unless it is absent or one of them.
  void expect(std::string_view name, std::initializer_list<std::string_view> choices) const;

 private:
  [[nodiscard]] std::int64_t integer(std::string_view name, std::int64_t otherwise) const;
  wire::Fields fields_;
};

/// The strings of a JSON array; nothing for anything else.
[[nodiscard]] std::optional<std::vector<std::string>> strings_of(const boost::json::value& value);
/// An id of digits; nothing for other text.
[[nodiscard]] std::optional<std::uint64_t> parse_id(std::string_view text);

}  // namespace omnify::sandbox::tiktok
