// Content codings of responses.
#pragma once

#include <string>
#include <string_view>

namespace omnify::http {

enum class Encoding { identity, gzip, brotli };
/// Fast for what is made per request, small for files that are compressed once.
enum class Effort { fast, small };

/// The best coding that an Accept-Encoding header allows (brotli, gzip, none), by its q-values.
[[nodiscard]] Encoding choose_encoding(std::string_view accept) noexcept;
/// The Content-Encoding value; empty for identity.
[[nodiscard]] std::string_view to_string(Encoding encoding) noexcept;
/// Text, JSON, XML, SVG…: what shrinks. `type` is a Content-Type value.
[[nodiscard]] bool is_compressible(std::string_view type) noexcept;
/// Blocking, about 20 to 100 MB/s with Effort::fast. Safe on any thread.
[[nodiscard]] std::string compress(Encoding encoding, std::string_view data, Effort effort);

}  // namespace omnify::http
