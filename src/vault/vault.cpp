#include "vault/vault.h"

#include <boost/json.hpp>
#include <chrono>

#include "base/error.h"
#include "base/log.h"
#include "database/database.h"
#include "vault/store.h"

namespace omnify::vault {
namespace {

constexpr std::size_t kShownBytes = 4;
constexpr std::size_t kShortestShown = 12;

std::string sealed_text(const OrganizationId& organization, const ConnectionId& connection, const std::string& field,
                        const std::string& value) {
  return boost::json::serialize(boost::json::object{
      {"organization", organization.text()}, {"connection", connection.text()}, {"field", field}, {"value", value}});
}

Error unreadable() {
  return {Code::upstream_reconnect,
          "The stored credentials of this connection cannot be read with the encryption keys of this server. "
          "Enter them again."};
}

std::string opened_value(const crypto::FernetKeys& keys, const std::string& token, const OrganizationId& organization,
                         const ConnectionId& connection, const std::string& field) {
  const auto document = boost::json::parse(keys.decrypt(token));
  const auto& object = document.as_object();
  if (object.at("organization").as_string() != organization.text() ||
      object.at("connection").as_string() != connection.text() || object.at("field").as_string() != field) {
    throw unreadable();
  }
  return std::string(object.at("value").as_string());
}

}  // namespace

std::string masked(std::string_view secret) {
  if (secret.size() < kShortestShown) return "••••";
  for (const char c : secret) {
    // The ends of anything but ASCII could be cut inside a character.
    if (static_cast<unsigned char>(c) >= 0x80) return "••••";
  }
  return std::string(secret.substr(0, kShownBytes)) + "…" + std::string(secret.substr(secret.size() - kShownBytes));
}

Task<> Vault::store(OrganizationId organization, ConnectionId connection, std::map<std::string, std::string> fields) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  std::vector<database::Execution> upserts;
  for (const auto& [field, value] : fields) {
    const auto token = keys_.encrypt(sealed_text(organization, connection, field, value), seconds);
    upserts.push_back({sql::kUpsertCredential,
                       database::Params(organization, connection, field, token, keys_.key_id(), masked(value))});
  }
  if (!upserts.empty()) co_await database_.run(organization, std::move(upserts));
}

Task<std::map<std::string, std::string>> Vault::read(OrganizationId organization, ConnectionId connection) {
  const auto rows =
      co_await database_.run(organization, sql::kSelectCredentials, database::Params(organization, connection));
  std::map<std::string, std::string> out;
  for (int row = 0; row < rows.rows(); ++row) {
    auto field = rows.get<std::string>(row, 0);
    try {
      out[field] = opened_value(keys_, rows.get<std::string>(row, 1), organization, connection, field);
    } catch (const std::exception&) {
      // One answer for a lost key, a changed token and a token of another row: nothing can be learned from it.
      log_warning("vault.unreadable", {{"connection", connection.text()}, {"field", field}});
      throw unreadable();
    }
  }
  co_return out;
}

Task<std::vector<MaskedCredential>> Vault::list(OrganizationId organization) {
  const auto rows = co_await database_.run(organization, sql::kSelectMasked, database::Params(organization));
  std::vector<MaskedCredential> out;
  for (int row = 0; row < rows.rows(); ++row) {
    out.push_back({rows.get<ConnectionId>(row, 0), rows.get<std::string>(row, 1), rows.get<std::string>(row, 2)});
  }
  co_return out;
}

Task<> Vault::remove(OrganizationId organization, ConnectionId connection) {
  co_await database_.run(organization, sql::kDeleteCredentials, database::Params(organization, connection));
}

}  // namespace omnify::vault
