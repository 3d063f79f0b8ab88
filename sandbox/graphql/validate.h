// Refuses what the schema does not have, in the words of the library that Shopify's server is built on (graphql-ruby):
// whoever writes a client must see the same mistakes. Source: GraphQL specification, September 2025, section 5.
#pragma once

#include <vector>

#include "graphql/failure.h"
#include "graphql/schema.h"

namespace omnify::sandbox::graphql {

/// Everything that is wrong with the document; nothing when it may be executed.
[[nodiscard]] std::vector<Failure> validate(const Schema& schema, const Document& document);

/// The operation to execute: the only one, or the one of that name. Throws Failure.
[[nodiscard]] const Operation& choose_operation(const Document& document, std::string_view name);

}  // namespace omnify::sandbox::graphql
