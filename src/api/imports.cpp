// Files of figures: send one, look at what it holds, import it.
#include <fmt/format.h>

#include <filesystem>

#include "api/routes.h"
#include "base/log.h"

namespace omnify::api {
namespace {

struct UploadQuery {
  std::string file_name;
};
BOOST_DESCRIBE_STRUCT(UploadQuery, (), (file_name))

struct ImportList {
  std::vector<sync::ImportRun> items;
};
BOOST_DESCRIBE_STRUCT(ImportList, (), (items))

struct BadLinesQuery {
  std::optional<std::int64_t> offset;
};
BOOST_DESCRIBE_STRUCT(BadLinesQuery, (), (offset))

sync::ImportFile as_file(const Upload& upload) { return {upload.path, upload.file_name, upload.id}; }

Task<std::exception_ptr> try_preview(Services* services, Upload upload, sync::ImportPreview* preview) {
  try {
    *preview = co_await services->imports.preview(as_file(upload));
  } catch (const std::exception&) {
    co_return std::current_exception();
  }
  co_return nullptr;
}

Task<http::Created<sync::ImportPreview>> receive_upload(CallerCall call, http::Query<UploadQuery> query) {
  auto* services = call.context.services;
  const auto organization = call.context.organization();
  const auto upload = co_await services->uploads.receive(organization, query->file_name, call.request.body_reader);
  sync::ImportPreview preview;
  if (const auto failure = co_await try_preview(services, upload, &preview)) {
    co_await services->uploads.remove(organization, upload.id);  // what is no table can never be imported
    std::rethrow_exception(failure);
  }
  co_return http::Created<sync::ImportPreview>{std::move(preview)};
}

Task<sync::ImportCheck> check_upload(CallerCall call, http::Path<IdPath> path, http::Body<sync::ImportOptions> body) {
  auto* services = call.context.services;
  const auto upload = co_await services->uploads.find(call.context.organization(), path->id);
  co_return co_await services->imports.check(as_file(upload), body.value);
}

Task<http::Accepted<sync::ImportRun>> import_upload(CallerCall call, http::Path<IdPath> path,
                                                    http::Body<sync::ImportOptions> body) {
  auto* services = call.context.services;
  const auto organization = call.context.organization();
  const auto upload = co_await services->uploads.find(organization, path->id);
  auto run = co_await services->imports.enqueue(services->queue, organization, as_file(upload), body.value);
  log_info("import.queued", {{"organization", organization.text()},
                             {"import", run.id.text()},
                             {"user", call.context.principal.user.id.text()}});
  co_return http::Accepted<sync::ImportRun>{std::move(run)};
}

Task<ImportList> list_imports(CallerCall call) {
  co_return ImportList{co_await call.context.services->imports.list(call.context.organization())};
}

Task<sync::ImportRun> get_import(CallerCall call, http::Path<IdPath> path) {
  co_return co_await call.context.services->imports.find(call.context.organization(), ImportId{path->id});
}

Task<http::Response> get_bad_lines(CallerCall call, http::Path<IdPath> path, http::Query<BadLinesQuery> query) {
  const auto offset = query->offset.value_or(0);
  if (offset < 0) throw Error::field("offset", "The offset must not be negative.");
  auto* services = call.context.services;
  const auto run = co_await services->imports.find(call.context.organization(), ImportId{path->id});
  if (run.state == sync::ImportState::running) {
    throw Error(Code::conflict, "The import still runs. Its list of bad lines is complete when it has ended.");
  }
  http::Response response;
  response.body = co_await services->uploads.bad_lines(call.context.organization(), run.id, offset);
  response.headers.set("Content-Type", "text/csv; charset=utf-8");
  response.headers.set("Content-Disposition", fmt::format("attachment; filename=\"bad-lines-{}.csv\"", run.id.text()));
  co_return response;
}

http::Route row(http::Method method, std::string path, std::string id, std::string summary, std::string permission,
                std::string rate_class = "default") {
  http::Route out;
  out.method = method;
  out.path = "/api/v1/imports" + path;
  out.operation.id = std::move(id);
  out.operation.summary = std::move(summary);
  out.operation.tag = "Imports";
  out.operation.permission = std::move(permission);
  out.operation.rate_class = std::move(rate_class);
  return out;
}

}  // namespace

std::vector<http::Route> import_routes(Services& services) {
  using http::Method;
  auto endpoints = private_endpoints(services);
  auto upload = row(Method::post, "/uploads", "uploadFile", "Send a file and see what it holds", "manage", "expensive");
  upload.operation.description = "The body is the file itself, at most 2 GiB. It is kept for a day.";
  upload.request_media = "application/octet-stream";
  upload.body_limit = http::kUploadBodyLimit;
  upload.streaming = true;
  endpoints.add(std::move(upload), receive_upload);
  auto check = row(Method::post, "/uploads/{id}/check", "checkUpload",
                   "Read the whole file and tell what would be loaded", "manage");
  check.handle_limit = std::chrono::seconds(300);  // millions of rows
  endpoints.add(std::move(check), check_upload);
  endpoints.add(row(Method::post, "/uploads/{id}/import", "importUpload", "Import the file", "manage"), import_upload);
  endpoints.add(row(Method::get, "", "listImports", "Imports, newest first", "read"), list_imports);
  endpoints.add(row(Method::get, "/{id}", "getImport", "One import: progress, and its bad lines", "read"), get_import);
  auto bad_lines =
      row(Method::get, "/{id}/bad-lines", "getBadLines", "All lines that could not be read, as CSV", "read");
  bad_lines.operation.description =
      "Kept for a day. Comes in pieces of a few MB of whole lines: ask again with `offset` raised by the bytes of what "
      "came, until nothing comes.";
  bad_lines.response_media = "text/csv";
  endpoints.add(std::move(bad_lines), get_bad_lines);
  return std::move(endpoints).routes();
}

}  // namespace omnify::api
