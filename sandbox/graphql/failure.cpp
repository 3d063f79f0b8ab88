#include "graphql/failure.h"

namespace omnify::sandbox::graphql {

boost::json::object Failure::to_json() const {
  boost::json::object object{{"message", message}};
  if (!locations.empty()) {
    boost::json::array places;
    for (const auto& at : locations) places.push_back(boost::json::object{{"line", at.line}, {"column", at.column}});
    object["locations"] = std::move(places);
  }
  if (!path.empty()) object["path"] = path;
  if (!extensions.empty()) object["extensions"] = extensions;
  return object;
}

boost::json::array to_json(const std::vector<Failure>& failures) {
  boost::json::array all;
  for (const auto& failure : failures) all.push_back(failure.to_json());
  return all;
}

}  // namespace omnify::sandbox::graphql
