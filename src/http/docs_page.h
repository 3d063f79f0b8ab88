// The pages that show the OpenAPI document: our own, because the content policy forbids foreign and inline scripts.
#pragma once

#include <string_view>

namespace omnify::http {

/// Has {title} and {problems} to be filled in.
extern const std::string_view kDocsHtml;
extern const std::string_view kDocsScript;
extern const std::string_view kDocsStyle;

}  // namespace omnify::http
