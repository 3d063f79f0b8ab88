// The part of Admin GraphQL 2026-10 that the façade offers.
#pragma once

#include <string_view>

#include "graphql/schema.h"

namespace omnify::sandbox::shopify {

/// In the schema language, for checks against the platform's own schema.
[[nodiscard]] std::string_view schema_text() noexcept;
[[nodiscard]] const graphql::Schema& schema();

}  // namespace omnify::sandbox::shopify
