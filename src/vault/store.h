// All SQL of the room.
#pragma once

#include "database/query.h"

namespace omnify::vault::sql {

using database::Query;

inline constexpr Query kUpsertCredential{"vault.upsert_credential", R"(
  INSERT INTO credentials (organization_id, connection_id, field, token, key_id, masked, updated_at)
  VALUES ($1, $2, $3::text, $4::text, $5::text, $6::text, now())
  ON CONFLICT (organization_id, connection_id, field)
  DO UPDATE SET token = excluded.token, key_id = excluded.key_id, masked = excluded.masked, updated_at = now())"};

inline constexpr Query kSelectCredentials{"vault.select_credentials", R"(
  SELECT field, token FROM credentials WHERE organization_id = $1 AND connection_id = $2 ORDER BY field)"};

inline constexpr Query kSelectMasked{"vault.select_masked", R"(
  SELECT connection_id, field, masked FROM credentials WHERE organization_id = $1 ORDER BY connection_id, field)"};

inline constexpr Query kDeleteCredentials{"vault.delete_credentials", R"(
  DELETE FROM credentials WHERE organization_id = $1 AND connection_id = $2)"};

}  // namespace omnify::vault::sql
