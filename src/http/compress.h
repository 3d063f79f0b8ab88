// Content codings of responses.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace omnify::http {

struct Response;

/// Smaller bodies are sent as they are: they fit into one packet.
constexpr std::size_t kCompressAbove = 1024;
/// Larger ones are compressed on the CPU pool, so that nobody waits for them on the I/O thread.
constexpr std::size_t kCompressElsewhereAbove = 64 * 1024;

enum class Encoding { identity, gzip, brotli };
/// Fast for what is made per request, small for files that are compressed once.
enum class Effort { fast, small };

/// The best coding that an Accept-Encoding header allows, by its q-values. Between equals: the one that is made faster
/// (gzip) or smaller (brotli).
[[nodiscard]] Encoding choose_encoding(std::string_view accept, Effort effort) noexcept;
/// The Content-Encoding value; empty for identity.
[[nodiscard]] std::string_view to_string(Encoding encoding) noexcept;
/// Text, JSON, XML, SVG…: what shrinks. `type` is a Content-Type value.
[[nodiscard]] bool is_compressible(std::string_view type) noexcept;
/// Blocking, about 200 to 500 MB/s with Effort::fast. Safe on any thread.
[[nodiscard]] std::string compress(Encoding encoding, std::string_view data, Effort effort);
/// A large body that shrinks and was not encoded before.
[[nodiscard]] bool is_worth_compressing(const Response& response) noexcept;
/// Says to caches that the body depends on Accept-Encoding, once.
void add_vary(Response& response);
/// Makes the compressed form the response's body and names its coding. The caller has called add_vary().
void set_compressed(Response& response, Encoding encoding, std::string body);

}  // namespace omnify::http
