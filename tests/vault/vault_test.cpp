#include "vault/vault.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "base/error.h"
#include "database/database.h"
#include "support/postgres.h"
#include "vault/keys.h"

namespace omnify::vault {
namespace {

crypto::FernetKeys new_keys() { return crypto::FernetKeys::parse(crypto::FernetKeys::generate_key()); }

class VaultTest : public testing::Test {
 protected:
  void SetUp() override {
    for (const auto organization : {first, second}) {
      postgres.execute_as_admin(fmt::format(
          "INSERT INTO organizations (organization_id, name, reporting_currency, time_zone) VALUES ('{}', 'O', 'USD', "
          "'UTC')",
          organization.text()));
    }
    add_connection(first, connection);
    add_connection(first, other);
    add_connection(second, foreign);
  }
  void TearDown() override { support::run(io, database.close()); }

  void add_connection(OrganizationId organization, ConnectionId id) {
    postgres.execute_as_admin(fmt::format(
        "INSERT INTO connections (organization_id, id, platform, name, external_account_id, status) VALUES ('{}', "
        "'{}', 'meta', 'C', '{}', 'active')",
        organization.text(), id.text(), id.text()));
  }

  std::map<std::string, std::string> read(Vault& from, OrganizationId organization, ConnectionId id) {
    return support::run(io, from.read(organization, id));
  }
  Code read_code(Vault& from, OrganizationId organization, ConnectionId id) {
    try {
      read(from, organization, id);
    } catch (const Error& error) {
      return error.code();
    }
    return Code::internal;
  }

  support::TestDatabase postgres;
  boost::asio::io_context io;
  database::Database database{io.get_executor(), postgres.pool_options()};
  OrganizationId first = OrganizationId::random();
  OrganizationId second = OrganizationId::random();
  ConnectionId connection = ConnectionId::random();
  ConnectionId other = ConnectionId::random();
  ConnectionId foreign = ConnectionId::random();
  Vault vault{database, new_keys()};
  const std::map<std::string, std::string> secrets{{"access_token", "EAABsbCS1234567890wxyz"}, {"app_secret", "kurz"}};
};

TEST_F(VaultTest, ReadsBackWhatWasStored) {
  support::run(io, vault.store(first, connection, secrets));
  EXPECT_EQ(read(vault, first, connection), secrets);
  EXPECT_TRUE(read(vault, first, other).empty());
}

TEST_F(VaultTest, ReplacesNamedFieldsOnly) {
  support::run(io, vault.store(first, connection, secrets));
  support::run(io, vault.store(first, connection, {{"access_token", "another token value"}}));
  const auto stored = read(vault, first, connection);
  EXPECT_EQ(stored.at("access_token"), "another token value");
  EXPECT_EQ(stored.at("app_secret"), "kurz");
}

TEST_F(VaultTest, NothingReadableIsInTheDatabase) {
  support::run(io, vault.store(first, connection, secrets));
  postgres.execute_as_admin(
      "DO $$ BEGIN IF EXISTS (SELECT FROM credentials c WHERE c::text LIKE '%EAABsbCS1234567890wxyz%' OR c::text LIKE "
      "'%kurz%') THEN RAISE EXCEPTION 'plain'; END IF; END $$");
}

TEST_F(VaultTest, ShowsMaskedOnly) {
  support::run(io, vault.store(first, connection, secrets));
  const auto list = support::run(io, vault.list(first));
  ASSERT_EQ(list.size(), 2U);
  EXPECT_EQ(list[0].field, "access_token");
  EXPECT_EQ(list[0].masked, "EAAB…wxyz");
  EXPECT_EQ(list[1].masked, "••••");
  EXPECT_TRUE(support::run(io, vault.list(second)).empty());
}

TEST_F(VaultTest, OtherOrganizationsReadNothing) {
  support::run(io, vault.store(first, connection, secrets));
  EXPECT_TRUE(read(vault, second, connection).empty());
}

TEST_F(VaultTest, AMovedRowOpensNothing) {
  support::run(io, vault.store(first, connection, secrets));
  postgres.execute_as_admin(
      fmt::format("UPDATE credentials SET connection_id = '{}' WHERE field = 'access_token'", other.text()));
  EXPECT_EQ(read_code(vault, first, other), Code::upstream_reconnect);
  postgres.execute_as_admin(
      fmt::format("UPDATE credentials SET organization_id = '{}', connection_id = '{}' WHERE "
                  "field = 'access_token'",
                  second.text(), foreign.text()));
  EXPECT_EQ(read_code(vault, second, foreign), Code::upstream_reconnect);
  postgres.execute_as_admin("UPDATE credentials SET field = 'other_field' WHERE field = 'app_secret'");
  EXPECT_EQ(read_code(vault, first, connection), Code::upstream_reconnect);
}

TEST_F(VaultTest, ALostKeyAsksForNewCredentials) {
  support::run(io, vault.store(first, connection, secrets));
  Vault stranger(database, new_keys());
  EXPECT_EQ(read_code(stranger, first, connection), Code::upstream_reconnect);
}

TEST_F(VaultTest, AnOlderKeyStillOpens) {
  const auto old_key = crypto::FernetKeys::generate_key();
  Vault before(database, crypto::FernetKeys::parse(old_key));
  support::run(io, before.store(first, connection, secrets));
  Vault after(database, crypto::FernetKeys::parse(crypto::FernetKeys::generate_key() + "," + old_key));
  EXPECT_EQ(read(after, first, connection), secrets);
}

TEST_F(VaultTest, RemovesAll) {
  support::run(io, vault.store(first, connection, secrets));
  support::run(io, vault.store(first, other, secrets));
  support::run(io, vault.remove(first, connection));
  EXPECT_TRUE(read(vault, first, connection).empty());
  EXPECT_EQ(read(vault, first, other), secrets);
}

TEST(Masked, ShowsLittleOfShortSecretsAndNothingOfOthers) {
  EXPECT_EQ(masked(""), "••••");
  EXPECT_EQ(masked("12345678901"), "••••");
  EXPECT_EQ(masked("123456789012"), "1234…9012");
  EXPECT_EQ(masked("pässwörter sind lang"), "••••");
}

class KeysTest : public testing::Test {
 protected:
  void SetUp() override {
    folder = std::filesystem::temp_directory_path() / ("omnify-keys-" + Uuid::random().text());
    std::filesystem::create_directory(folder);
  }
  void TearDown() override { std::filesystem::remove_all(folder); }
  std::string refusal(const std::string& setting) const {
    try {
      static_cast<void>(load_keys(setting, folder));
    } catch (const Error& error) {
      return error.detail();
    }
    return {};
  }
  std::filesystem::path folder;
};

TEST_F(KeysTest, WithoutAKeySaysHowToMakeOne) {
  EXPECT_NE(refusal("").find("omnify keys generate"), std::string::npos);
  EXPECT_NE(refusal("").find("OMNIFY_ENCRYPTION_KEYS"), std::string::npos);
}

TEST_F(KeysTest, ABadKeyIsRefusedWithoutShowingIt) {
  const auto text = refusal("secret-that-is-no-key");
  EXPECT_FALSE(text.empty());
  EXPECT_EQ(text.find("secret-that"), std::string::npos);
}

TEST_F(KeysTest, TheFileIsMadeOnceAndForItsOwner) {
  ensure_key_file(folder);
  struct stat status{};
  ASSERT_EQ(::stat((folder / kKeyFile).c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
  const auto id = load_keys("", folder).key_id();
  ensure_key_file(folder);
  EXPECT_EQ(load_keys("", folder).key_id(), id);
  EXPECT_EQ(load_keys(crypto::FernetKeys::generate_key(), folder).key_ids().size(), 1U);
  std::filesystem::permissions(folder / kKeyFile, std::filesystem::perms(0644));
  EXPECT_NE(refusal("").find("chmod 600"), std::string::npos);
}

}  // namespace
}  // namespace omnify::vault
