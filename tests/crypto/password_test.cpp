#include "crypto/password.h"

#include <array>

#include <gtest/gtest.h>

#include "base/error.h"

namespace omnify::crypto {
namespace {

TEST(Password, VerifiesOnlyTheExactBytes) {
  const std::string hash = hash_password("correct horse ");
  EXPECT_TRUE(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
  EXPECT_TRUE(verify_password("correct horse ", hash));
  EXPECT_FALSE(verify_password("correct horse", hash));
  EXPECT_FALSE(verify_password("Correct horse ", hash));
  EXPECT_FALSE(verify_password("", hash));
}

TEST(Password, SaltsEveryHash) { EXPECT_NE(hash_password("correct horse"), hash_password("correct horse")); }

TEST(Password, VerifiesAHashOfAnotherImplementation) {
  // The reference implementation's own test vector (phc-winner-argon2, test.c).
  EXPECT_TRUE(verify_password("password",
                              "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"));
}

TEST(Password, RefusesWhatIsNotAHash) {
  for (const std::string hash :
       {"", "plain", "$argon2id$", "$2b$10$abcdefghijklmnopqrstuv", "$argon2id$v=19$m=1,t=2,p=1$x$y"}) {
    EXPECT_FALSE(verify_password("plain", hash)) << hash;
  }
}

TEST(Password, LimitsTheLength) {
  const std::string longest(kMaxPasswordBytes, 'x');
  EXPECT_TRUE(verify_password(longest, hash_password(longest)));
  EXPECT_THROW((void)hash_password(longest + "x"), Error);
  EXPECT_FALSE(verify_password(longest + "x", hash_password(longest)));
}

TEST(Password, AsksForANewHashWhenParametersChanged) {
  EXPECT_FALSE(needs_rehash(hash_password("correct horse")));
  EXPECT_TRUE(needs_rehash("$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"));
  EXPECT_TRUE(needs_rehash("$2b$10$abcdefghijklmnopqrstuv"));
}

TEST(Password, DummyHashCostsAsMuchAndFitsNothing) {
  EXPECT_FALSE(needs_rehash(dummy_password_hash()));
  EXPECT_FALSE(verify_password("password", dummy_password_hash()));
  EXPECT_FALSE(verify_password("", dummy_password_hash()));
}

TEST(PasswordPolicy, AcceptsAnythingLongAndRare) {
  for (const std::string_view password : {"grau!Kieselweg", "aaaaaaab", "        x", "äöüßäöüß", "tr4ctor "}) {
    EXPECT_FALSE(password_objection(password)) << password;
  }
  EXPECT_FALSE(password_objection(std::string(64, 'x') + "y"));
}

TEST(PasswordPolicy, CountsCharactersNotBytes) {
  EXPECT_TRUE(password_objection("äöüß"));
  EXPECT_TRUE(password_objection("seven77"));
  EXPECT_TRUE(password_objection(std::string(kMaxPasswordBytes + 1, 'x') + "y"));
}

TEST(PasswordPolicy, RefusesCommonAndRepeatedOnes) {
  for (const std::string_view password : {"password", "PassWord1", "12345678", "qwertyuiop", "zzzzzzzzzzzz"}) {
    EXPECT_TRUE(password_objection(password)) << password;
  }
}

TEST(PasswordPolicy, RefusesNamesKnownHere) {
  constexpr std::array<std::string_view, 2> kContext = {"OmniFy", "Acme"};
  EXPECT_TRUE(password_objection("omnify2026", kContext));
  EXPECT_TRUE(password_objection("1ACMEacm", kContext));
  EXPECT_FALSE(password_objection("i like omnify because it is mine", kContext));
}

}  // namespace
}  // namespace omnify::crypto
