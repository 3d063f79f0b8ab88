#include "http/static_files.h"

#include <fmt/format.h>

#include <fstream>
#include <map>

#include "async/cpu_pool.h"
#include "base/error.h"
#include "http/compress.h"
#include "http/response_head.h"

namespace omnify::http {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kIndex = "/index.html";

struct File {
  fs::path place;
  std::uintmax_t size = 0;
  std::string type;
  std::string caching;
  std::string etag = {};
  std::map<Encoding, std::shared_ptr<const std::string>> forms = {};  ///< what was read or compressed so far
};

std::string read_whole(const fs::path& place) {
  std::ifstream in(place, std::ios::binary);
  std::string contents{std::istreambuf_iterator<char>(in), {}};
  if (!in) throw Error(Code::unavailable, "A file of the web app cannot be read.");
  return contents;
}

/// "app-B4x7Qz1k.js": the build puts eight characters of a hash of the contents before the extension.
bool has_content_hash(std::string_view path) {
  constexpr std::size_t kHashLength = 8;
  const auto name = path.substr(path.rfind('/') + 1);
  const auto dot = name.find('.', name.rfind('-') == std::string_view::npos ? 0 : name.rfind('-'));
  if (dot == std::string_view::npos || dot < kHashLength + 1 || name[dot - kHashLength - 1] != '-') return false;
  const auto hash = name.substr(dot - kHashLength, kHashLength);
  return std::all_of(hash.begin(), hash.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-';
  });
}

std::string caching_of(std::string_view path) {
  if (path == kIndex) return "no-cache";
  return has_content_hash(path) ? "public, max-age=31536000, immutable" : "public, max-age=3600";
}

bool accepts_html(const Request& request) {
  return request.header("Accept").find("text/html") != std::string_view::npos;
}

}  // namespace

std::string_view mime_type(std::string_view path) noexcept {
  static constexpr std::pair<std::string_view, std::string_view> kTypes[] = {
      {".html", "text/html; charset=utf-8"},
      {".js", "text/javascript; charset=utf-8"},
      {".mjs", "text/javascript; charset=utf-8"},
      {".css", "text/css; charset=utf-8"},
      {".json", "application/json"},
      {".map", "application/json"},
      {".webmanifest", "application/manifest+json"},
      {".svg", "image/svg+xml"},
      {".png", "image/png"},
      {".jpg", "image/jpeg"},
      {".webp", "image/webp"},
      {".avif", "image/avif"},
      {".gif", "image/gif"},
      {".ico", "image/x-icon"},
      {".woff2", "font/woff2"},
      {".woff", "font/woff"},
      {".wasm", "application/wasm"},
      {".txt", "text/plain; charset=utf-8"},
      {".xml", "application/xml"},
      {".pdf", "application/pdf"},
  };
  for (const auto& [ending, type] : kTypes) {
    if (path.ends_with(ending)) return type;
  }
  return "application/octet-stream";
}

struct StaticFiles::Store {
  std::map<std::string, File, std::less<>> files;
  CpuPool* cpu = nullptr;

  void list(const fs::path& root);
  [[nodiscard]] File* choose(const Request& request);
  static Task<Response> serve(std::shared_ptr<Store> store, Request request);
  Task<std::shared_ptr<const std::string>> form(File& file, Encoding encoding);
};

void StaticFiles::Store::list(const fs::path& root) {
  std::error_code failure;
  for (fs::recursive_directory_iterator entry(root, failure), end; !failure && entry != end; entry.increment(failure)) {
    if (!entry->is_regular_file(failure) || entry->is_symlink(failure)) continue;
    const auto path = "/" + entry->path().lexically_relative(root).generic_string();
    files[path] = {entry->path(), entry->file_size(failure), std::string(mime_type(path)), caching_of(path)};
  }
  if (!files.contains(kIndex)) {
    throw Error(Code::unavailable, fmt::format("There is no web app in {}: index.html is missing.", root.string()));
  }
}

File* StaticFiles::Store::choose(const Request& request) {
  const auto path = request.path == "/" ? kIndex : std::string_view(request.path);
  if (const auto found = files.find(path); found != files.end()) return &found->second;
  const auto name = path.substr(path.rfind('/') + 1);
  if (!accepts_html(request) || name.find('.') != std::string_view::npos) return nullptr;
  return &files.find(kIndex)->second;
}

Task<std::shared_ptr<const std::string>> StaticFiles::Store::form(File& file, Encoding encoding) {
  if (const auto made = file.forms.find(encoding); made != file.forms.end()) co_return made->second;
  auto place = file.place;
  bool ready = encoding == Encoding::identity;
  if (encoding != Encoding::identity) {
    auto beside = fs::path(place.string() + (encoding == Encoding::brotli ? ".br" : ".gz"));
    for (const auto& [path, known] : files) {
      if (known.place != beside) continue;
      place = std::move(beside);
      ready = true;
      break;
    }
  }
  const auto make = [place, encoding, ready] {
    auto contents = read_whole(place);
    return ready ? contents : compress(encoding, contents, Effort::small);
  };
  auto contents = cpu != nullptr ? co_await cpu->run(make) : make();
  auto shared = std::make_shared<const std::string>(std::move(contents));
  file.forms[encoding] = shared;
  co_return shared;
}

Task<Response> StaticFiles::Store::serve(std::shared_ptr<Store> store, Request request) {
  auto* file = store->choose(request);
  if (file == nullptr) throw Error(Code::not_found, "There is nothing at this address.");
  if (file->etag.empty()) {
    const auto plain = co_await store->form(*file, Encoding::identity);
    file->etag = weak_etag(*plain);
  }
  Response response;
  response.headers.add("Content-Type", file->type);
  response.headers.add("Cache-Control", file->caching);
  response.headers.add("ETag", file->etag);
  auto encoding = Encoding::identity;
  if (file->size > kCompressAbove && is_compressible(file->type)) {
    encoding = choose_encoding(request.header("Accept-Encoding"), Effort::small);
    add_vary(response);
  }
  if (matches_etag(request.header("If-None-Match"), file->etag)) co_return response;  // becomes 304 with its head
  if (encoding != Encoding::identity) response.headers.add("Content-Encoding", std::string(to_string(encoding)));
  response.body = *co_await store->form(*file, encoding);
  co_return response;
}

StaticFiles::StaticFiles(fs::path root, CpuPool* cpu) : store_(std::make_shared<Store>()) {
  store_->cpu = cpu;
  store_->list(root);
}

Handler StaticFiles::handler() const {
  return [store = store_](Request request) { return Store::serve(store, std::move(request)); };
}

}  // namespace omnify::http
