// The web app's files. The folder is listed once at the start: only what was found then is ever served, so no path can
// lead out of it.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "async/task.h"
#include "http/route.h"

namespace omnify {
class CpuPool;
}

namespace omnify::http {

/// Contents are read on first use and kept, with their brotli and gzip forms (file.br and file.gz beside a file are
/// used as they are). Names with a content hash of eight characters (app-B4x7Qz1k.js) are cached by browsers for ever,
/// index.html never.
class StaticFiles {
 public:
  /// Throws Error{unavailable} when `root` has no index.html. Symbolic links are not followed.
  explicit StaticFiles(std::filesystem::path root, CpuPool* cpu = nullptr);

  /// For Router::set_fallback. A path that is no file gets index.html when the client accepts HTML and the last
  /// segment has no dot (a page of the single-page app), Error{not_found} otherwise.
  [[nodiscard]] Handler handler() const;

 private:
  struct Store;
  std::shared_ptr<Store> store_;
};

/// "text/javascript; charset=utf-8" for "x/app.js"; application/octet-stream for what we do not know.
[[nodiscard]] std::string_view mime_type(std::string_view path) noexcept;

}  // namespace omnify::http
