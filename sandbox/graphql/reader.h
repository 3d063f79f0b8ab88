// Parts of the grammar that documents and schemas share.
#pragma once

#include "graphql/lexer.h"

namespace omnify::sandbox::graphql {

[[nodiscard]] TypeRef read_type(Lexer& lexer);
[[nodiscard]] Value read_value(Lexer& lexer);
[[nodiscard]] std::vector<Directive> read_directives(Lexer& lexer);

}  // namespace omnify::sandbox::graphql
