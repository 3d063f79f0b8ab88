#include "api/client.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <memory>
#include <stdexcept>

namespace omnify::api {
namespace {

struct Reading {
  Answer answer;
  const std::string* until = nullptr;
  bool found = false;
};

std::size_t take_body(char* data, std::size_t size, std::size_t count, void* user) {
  auto& reading = *static_cast<Reading*>(user);
  reading.answer.body.append(data, size * count);
  reading.found = !reading.until->empty() && reading.answer.body.find(*reading.until) != std::string::npos;
  return reading.found ? 0 : size * count;  // 0 ends the transfer
}

std::size_t take_header(char* data, std::size_t size, std::size_t count, void* user) {
  const std::string line(data, size * count);
  const auto colon = line.find(':');
  if (colon == std::string::npos) return size * count;
  auto name = line.substr(0, colon);
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
  const auto first = line.find_first_not_of(' ', colon + 1);
  const auto last = line.find_last_not_of("\r\n");
  static_cast<Reading*>(user)->answer.headers.emplace(std::move(name),
                                                      first > last ? "" : line.substr(first, last - first + 1));
  return size * count;
}

}  // namespace

boost::json::value Answer::json() const { return boost::json::parse(body); }

std::string Answer::header(const std::string& name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? std::string() : found->second;
}

Answer send(int port, const Ask& ask) {
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> handle(curl_easy_init(), &curl_easy_cleanup);
  curl_slist* list = nullptr;
  for (const auto& header : ask.headers) list = curl_slist_append(list, header.c_str());
  const std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> headers(list, &curl_slist_free_all);
  const auto url = fmt::format("http://127.0.0.1:{}{}", port, ask.path);
  Reading reading;
  reading.until = &ask.until;
  curl_easy_setopt(handle.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(handle.get(), CURLOPT_CUSTOMREQUEST, ask.method.c_str());
  curl_easy_setopt(handle.get(), CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(handle.get(), CURLOPT_TIMEOUT, 10L);
  curl_easy_setopt(handle.get(), CURLOPT_NOPROXY, "*");
  curl_easy_setopt(handle.get(), CURLOPT_WRITEFUNCTION, &take_body);
  curl_easy_setopt(handle.get(), CURLOPT_WRITEDATA, &reading);
  curl_easy_setopt(handle.get(), CURLOPT_HEADERFUNCTION, &take_header);
  curl_easy_setopt(handle.get(), CURLOPT_HEADERDATA, &reading);
  if (!ask.cookie.empty()) curl_easy_setopt(handle.get(), CURLOPT_COOKIE, ask.cookie.c_str());
  if (ask.method != "GET" && ask.method != "DELETE") {
    curl_easy_setopt(handle.get(), CURLOPT_POSTFIELDS, ask.body.c_str());
    curl_easy_setopt(handle.get(), CURLOPT_POSTFIELDSIZE, static_cast<long>(ask.body.size()));
  }
  const auto result = curl_easy_perform(handle.get());
  if (result != CURLE_OK && !reading.found) {
    throw std::runtime_error(fmt::format("{} {}: {}", ask.method, ask.path, curl_easy_strerror(result)));
  }
  long status = 0;
  curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &status);
  reading.answer.status = static_cast<int>(status);
  return std::move(reading.answer);
}

}  // namespace omnify::api
