#include "http/endpoint.h"

#include <fmt/format.h>

namespace omnify::http {

void refuse_unknown(const Parameters& given, const std::vector<std::string_view>& known) {
  for (const auto& [name, value] : given) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    throw Error(Code::invalid_request, fmt::format("The parameter {} is not known here.", name.substr(0, 100)))
        .with_fields({{name, "is not a known parameter"}});
  }
}

void require_json(const Request& request) {
  const auto type = request.media_type();
  if (type.empty() || type == "application/json" || type.ends_with("+json")) return;
  throw Error(Code::unsupported_media, "The body must be JSON: send Content-Type: application/json.");
}

void require_same_names(const std::string& path, const std::vector<std::string_view>& names) {
  std::size_t found = 0;
  for (auto open = path.find('{'); open != std::string::npos; open = path.find('{', open + 1)) {
    const auto name = std::string_view(path).substr(open + 1, path.find('}', open) - open - 1);
    ++found;
    if (std::find(names.begin(), names.end(), name) != names.end()) continue;
    throw Error(Code::internal, fmt::format("The route {} names {{{}}}, which its handler does not take.", path, name));
  }
  if (found != names.size()) {
    throw Error(Code::internal, fmt::format("The handler of {} takes a parameter that the path lacks.", path));
  }
}

}  // namespace omnify::http
