// An entry of "errors" in an answer.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <exception>
#include <string>
#include <vector>

#include "graphql/document.h"

namespace omnify::sandbox::graphql {

struct Failure : std::exception {
  std::string message;
  std::vector<Location> locations;
  boost::json::array path;  ///< names and indexes; empty: left out
  boost::json::object extensions;

  Failure(std::string text, std::string_view code) : message(std::move(text)) { extensions["code"] = code; }
  explicit Failure(std::string text) : message(std::move(text)) {}
  [[nodiscard]] const char* what() const noexcept override { return message.c_str(); }
  [[nodiscard]] boost::json::object to_json() const;
};

[[nodiscard]] boost::json::array to_json(const std::vector<Failure>& failures);

}  // namespace omnify::sandbox::graphql
