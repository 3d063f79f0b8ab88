#include "crypto/digest.h"

#include <set>

#include <gtest/gtest.h>

#include "crypto/random.h"

namespace omnify::crypto {
namespace {

TEST(Sha256, MatchesTheExamplesOfFips180) {
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(HmacSha256, MatchesRfc4231) {
  EXPECT_EQ(hex(as_view(hmac_sha256(std::string(20, '\x0b'), "Hi There"))),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(hex(as_view(hmac_sha256("Jefe", "what do ya want for nothing?"))),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(
      hex(as_view(hmac_sha256(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First"))),
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(HmacSha256, TakesAnEmptyKeyAndMessage) {
  const std::string expected = "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad";
  (void)hmac_sha256("another key", "x");
  EXPECT_EQ(hex(as_view(hmac_sha256({}, {}))), expected);
}

TEST(ConstantTimeEqual, ComparesContentAndLength) {
  EXPECT_TRUE(constant_time_equal("", ""));
  EXPECT_TRUE(constant_time_equal("token", "token"));
  EXPECT_FALSE(constant_time_equal("token", "tokem"));
  EXPECT_FALSE(constant_time_equal("token", "token "));
}

TEST(DerivedUuid, DependsOnNamespaceAndNameOnly) {
  const Uuid left = *Uuid::parse("11111111-1111-4111-8111-111111111111");
  const Uuid right = *Uuid::parse("22222222-2222-4222-8222-222222222222");
  EXPECT_EQ(derived_uuid(left, "campaign"), derived_uuid(left, "campaign"));
  EXPECT_NE(derived_uuid(left, "campaign"), derived_uuid(right, "campaign"));
  EXPECT_NE(derived_uuid(left, "campaign"), derived_uuid(left, "campaigns"));
}

TEST(DerivedUuid, IsStableAndMarkedAsVersion8) {
  const std::string text = derived_uuid(Uuid{}, "campaign").text();
  EXPECT_EQ(text[14], '8');
  EXPECT_NE(std::string("89ab").find(text[19]), std::string::npos);
  EXPECT_EQ(text.substr(0, 8), sha256_hex(std::string(16, '\0') + "campaign").substr(0, 8));
}

TEST(RandomToken, HasTheAskedEntropyAndNeverRepeats) {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    const std::string token = random_token(20);
    ASSERT_EQ(base64url_decode(token, Base64Padding::absent).value_or("").size(), 20U);
    EXPECT_TRUE(seen.insert(token).second);
  }
}

}  // namespace
}  // namespace omnify::crypto
