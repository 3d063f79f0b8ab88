// A small blocking HTTP client for black-box tests: it sees what a browser sees.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <boost/json/value.hpp>

namespace omnify::api {

struct Answer {
  int status = 0;
  std::multimap<std::string, std::string> headers;  ///< names in lower case
  std::string body;

  [[nodiscard]] boost::json::value json() const;
  [[nodiscard]] std::string header(const std::string& name) const;
};

struct Ask {
  std::string method = "GET";
  std::string path;
  std::string body = {};
  std::string cookie = {};  ///< "name=value"
  std::vector<std::string> headers = {"X-OmniFy-CSRF: 1", "Content-Type: application/json"};
  /// Streams of events never end: stop reading once this text has come.
  std::string until = {};
};

/// Sends one request to 127.0.0.1. Throws std::runtime_error when no answer comes within ten seconds.
[[nodiscard]] Answer send(int port, const Ask& ask);

}  // namespace omnify::api
