#include <argon2.h>
#include <fmt/format.h>

#include <cstring>
#include <set>
#include <string>

#include "async/gate.h"
#include "crypto/digest.h"
#include "tenancy/fixture.h"

namespace omnify::tenancy {
namespace {

using std::chrono::seconds;

class SessionsTest : public TenancyTest {
 protected:
  void SetUp() override {
    organization = make_organization().id;
    user = make_user("mia@example.com", organization).id;
  }

  StartedSession login(const std::string& address = "192.0.2.1") {
    return run(sessions.login("mia@example.com", kPassword, address));
  }
  Code wrong_login(const std::string& email, const std::string& address = "192.0.2.1") {
    return code_of(sessions.login(email, "not the password", address));
  }
  /// A view without the memory of the first one: another process.
  std::optional<Principal> find_elsewhere(const std::string& token) {
    Sessions other(database, cpu);
    return run(other.find(token));
  }

  OrganizationId organization;
  UserId user;
};

TEST_F(SessionsTest, SignsInAndFindsThePrincipal) {
  const auto started = login();
  EXPECT_GE(started.token.size(), 22U);  // 128 bits in base64url
  const auto principal = run(sessions.find(started.token));
  ASSERT_TRUE(principal);
  EXPECT_EQ(principal->user.id, user);
  EXPECT_EQ(principal->organization, organization);
  EXPECT_EQ(principal->role, Role::owner);
  EXPECT_TRUE(principal->may(Permission::manage));
}

TEST_F(SessionsTest, StoresOnlyTheHashOfTheToken) {
  const auto token = login().token;
  postgres.execute_as_admin(fmt::format(
      "DO $$ BEGIN IF (SELECT count(*) FROM control.sessions WHERE token_hash = decode('{}', 'hex')) <> 1 OR "
      "EXISTS (SELECT FROM control.sessions s WHERE s::text LIKE '%{}%') THEN RAISE EXCEPTION 'token'; END IF; END $$",
      crypto::sha256_hex(token), token));
}

TEST_F(SessionsTest, EveryLoginHasItsOwnToken) {
  std::set<std::string> tokens;
  for (int i = 0; i < 5; ++i) tokens.insert(login().token);
  EXPECT_EQ(tokens.size(), 5U);
}

TEST_F(SessionsTest, UnknownAndWrongLookTheSame) {
  const auto answer = [this](const std::string& email) {
    try {
      run(sessions.login(email, "not the password", "192.0.2.9"));
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_EQ(answer("mia@example.com"), answer("nobody@example.com"));
  EXPECT_EQ(wrong_login("mia@example.com"), Code::unauthenticated);
  EXPECT_EQ(wrong_login("nobody@example.com"), Code::unauthenticated);
}

TEST_F(SessionsTest, LogoutEndsTheSessionEverywhere) {
  const auto token = login().token;
  ASSERT_TRUE(run(sessions.find(token)));
  run(sessions.logout(token));
  EXPECT_FALSE(run(sessions.find(token)));
  EXPECT_FALSE(find_elsewhere(token));
}

TEST_F(SessionsTest, UnknownTokensFindNobody) {
  EXPECT_FALSE(run(sessions.find("")));
  EXPECT_FALSE(run(sessions.find("not-a-token")));
  EXPECT_FALSE(run(sessions.find(std::string(5000, 'a'))));
}

TEST_F(SessionsTest, EndsAfterADayWithoutUse) {
  const auto token = login().token;
  postgres.execute_as_admin("UPDATE control.sessions SET last_seen_at = now() - interval '23 hours 59 minutes'");
  EXPECT_TRUE(find_elsewhere(token));  // and counts as used again
  EXPECT_TRUE(find_elsewhere(token));
  postgres.execute_as_admin("UPDATE control.sessions SET last_seen_at = now() - interval '24 hours 1 minute'");
  EXPECT_FALSE(find_elsewhere(token));
}

TEST_F(SessionsTest, EndsAfterThirtyDaysInAnyCase) {
  const auto token = login().token;
  postgres.execute_as_admin(
      "DO $$ BEGIN IF EXISTS (SELECT FROM control.sessions WHERE expires_at NOT BETWEEN now() + interval '29 days "
      "23 hours' AND now() + interval '30 days 1 hour') THEN RAISE EXCEPTION 'lifetime'; END IF; END $$");
  postgres.execute_as_admin("UPDATE control.sessions SET expires_at = now() - interval '1 second'");
  EXPECT_FALSE(find_elsewhere(token));
}

TEST_F(SessionsTest, LastUseIsWrittenOnceAMinute) {
  const auto token = login().token;
  postgres.execute_as_admin("UPDATE control.sessions SET last_seen_at = now() - interval '30 seconds'");
  find_elsewhere(token);
  postgres.execute_as_admin(
      "DO $$ BEGIN IF (SELECT max(last_seen_at) FROM control.sessions) > now() - interval '29 seconds' "
      "THEN RAISE EXCEPTION 'touched too early'; END IF; END $$");
  postgres.execute_as_admin("UPDATE control.sessions SET last_seen_at = now() - interval '61 seconds'");
  find_elsewhere(token);
  postgres.execute_as_admin(
      "DO $$ BEGIN IF (SELECT max(last_seen_at) FROM control.sessions) < now() - interval '10 seconds' "
      "THEN RAISE EXCEPTION 'not touched'; END IF; END $$");
}

TEST_F(SessionsTest, ARemovedMemberIsOut) {
  const auto token = login().token;
  run(accounts.remove_member(organization, user));
  EXPECT_FALSE(find_elsewhere(token));
  EXPECT_EQ(code_of(sessions.login("mia@example.com", kPassword, "192.0.2.1")), Code::permission_denied);
}

TEST_F(SessionsTest, AWeakerHashIsMadeAnewAtLogin) {
  std::string weak(200, '\0');
  ASSERT_EQ(argon2id_hash_encoded(1, 1024, 1, kPassword, std::strlen(kPassword), "0123456789abcdef", 16, 32,
                                  weak.data(), weak.size()),
            ARGON2_OK);
  weak.resize(std::strlen(weak.c_str()));
  postgres.execute_as_admin(fmt::format("UPDATE control.users SET password_hash = '{}'", weak));
  login();
  postgres.execute_as_admin(
      "DO $body$ BEGIN IF EXISTS (SELECT FROM control.users WHERE password_hash NOT LIKE "
      "'$argon2id$v=19$m=19456,t=2,p=1$%') "
      "THEN RAISE EXCEPTION 'weak'; END IF; END $body$");
  EXPECT_NO_THROW(login());
}

TEST_F(SessionsTest, AHashThatIsNoneLetsNobodyIn) {
  postgres.execute_as_admin("UPDATE control.users SET password_hash = 'plain'");
  EXPECT_EQ(code_of(sessions.login("mia@example.com", kPassword, "192.0.2.1")), Code::unauthenticated);
}

TEST_F(SessionsTest, FiveFailuresThenWaits) {
  for (int i = 0; i < kFreeFailures; ++i) EXPECT_EQ(wrong_login("mia@example.com"), Code::unauthenticated);
  EXPECT_EQ(wrong_login("mia@example.com"), Code::rate_limited);
  // Even the right password, from there; but its owner gets in from elsewhere.
  EXPECT_EQ(code_of(sessions.login("mia@example.com", kPassword, "192.0.2.1")), Code::rate_limited);
  EXPECT_NO_THROW(login("198.51.100.7"));
}

TEST_F(SessionsTest, WaitsDoubleUpToAnHour) {
  LoginLimit limit(database);
  auto at = now();
  const auto wait_after = [&](Instant moment) {
    try {
      run(limit.count("x@example.com", "192.0.2.1", moment));
      return seconds(0);
    } catch (const Error& error) {
      return error.retry_after().value_or(seconds(-1));
    }
  };
  for (int i = 0; i < kFreeFailures; ++i) EXPECT_EQ(wait_after(at), seconds(0));
  for (const int expected : {2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 3600, 3600}) {
    EXPECT_EQ(wait_after(at), seconds(expected));
    at += seconds(expected);
    EXPECT_EQ(wait_after(at), seconds(0));
  }
  // A day without an attempt: counting starts again.
  at += std::chrono::hours(25);
  for (int i = 0; i < kFreeFailures; ++i) EXPECT_EQ(wait_after(at), seconds(0));
}

TEST_F(SessionsTest, SuccessClearsTheCount) {
  for (int i = 0; i < kFreeFailures - 1; ++i) wrong_login("mia@example.com");
  login();
  for (int i = 0; i < kFreeFailures; ++i) EXPECT_EQ(wrong_login("mia@example.com"), Code::unauthenticated);
  EXPECT_EQ(wrong_login("mia@example.com"), Code::rate_limited);
}

TEST_F(SessionsTest, AnAddressHasAHundredAttemptsAnHour) {
  LoginLimit limit(database);
  const auto at = now();
  for (int i = 0; i < kAddressAttempts; ++i) {
    run(limit.count(fmt::format("user{}@example.com", i), "192.0.2.50", at));
  }
  EXPECT_EQ(code_of(limit.count("another@example.com", "192.0.2.50", at)), Code::rate_limited);
  EXPECT_NO_THROW(run(limit.count("another@example.com", "192.0.2.51", at)));
  EXPECT_NO_THROW(run(limit.count("another@example.com", "192.0.2.50", at + seconds(kAddressWindowSeconds + 1))));
}

TEST_F(SessionsTest, ABurstOfGuessesDoesNotPassTheLimit) {
  Gate gate(io.get_executor());
  int looked_at = 0;
  int refused = 0;
  struct Guess {
    static Task<> make(Sessions* sessions, int* looked_at, int* refused) {
      try {
        co_await sessions->login("mia@example.com", "wrong", "192.0.2.77");
      } catch (const Error& error) {
        ++(error.code() == Code::rate_limited ? *refused : *looked_at);
      }
    }
  };
  for (int i = 0; i < 40; ++i) gate.spawn("guess", Guess::make(&sessions, &looked_at, &refused));
  support::run_until(io, [&] { return gate.running() == 0; });
  EXPECT_EQ(looked_at, kFreeFailures);
  EXPECT_EQ(refused, 40 - kFreeFailures);
}

TEST_F(SessionsTest, SweepKeepsWhatStillCounts) {
  const auto token = login().token;
  run(sessions.sweep());
  EXPECT_TRUE(find_elsewhere(token));
  postgres.execute_as_admin("UPDATE control.sessions SET expires_at = now() - interval '1 second'");
  run(sessions.sweep());
  postgres.execute_as_admin(
      "DO $$ BEGIN IF EXISTS (SELECT FROM control.sessions) THEN RAISE EXCEPTION 'left'; END IF; END $$");
}

}  // namespace
}  // namespace omnify::tenancy
