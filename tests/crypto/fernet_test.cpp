#include "crypto/fernet.h"

#include <fstream>
#include <random>
#include <set>
#include <sstream>

#include <gtest/gtest.h>
#include <boost/json.hpp>

#include "base/calendar.h"
#include "base/error.h"
#include "crypto/digest.h"
#include "crypto/encoding.h"
#include "crypto/random.h"

namespace omnify::crypto {
namespace {

constexpr FernetKeys::Time kNow{std::chrono::seconds{1'700'000'000}};

boost::json::array vectors(const std::string& name) {
  std::ifstream file(std::string(OMNIFY_SOURCE_DIR) + "/tests/data/fernet/" + name);
  std::stringstream text;
  text << file.rdbuf();
  return boost::json::parse(text.str()).as_array();
}

std::string text_of(const boost::json::value& vector, const char* field) {
  return boost::json::value_to<std::string>(vector.at(field));
}

FernetKeys::Time time_of(const boost::json::value& vector) {
  const std::string text = text_of(vector, "now");
  const auto instant = parse_instant(text);
  EXPECT_TRUE(instant) << text;
  return std::chrono::floor<std::chrono::seconds>(instant.value_or(Instant{}));
}

std::chrono::seconds ttl_of(const boost::json::value& vector) {
  return std::chrono::seconds(vector.at("ttl_sec").to_number<std::int64_t>());
}

std::string failure_of(const FernetKeys& keys, std::string_view token, std::optional<std::chrono::seconds> ttl = {},
                       FernetKeys::Time now = kNow) {
  try {
    return "decrypted to " + keys.decrypt(token, ttl, now);
  } catch (const Error& error) {
    return std::string(to_string(error.code())) + ": " + error.detail();
  }
}

const std::string kRefused = "internal: The encrypted value cannot be read with the configured encryption keys.";

TEST(FernetVectors, GeneratesTheExactToken) {
  const auto cases = vectors("generate.json");
  ASSERT_EQ(cases.size(), 1U);
  for (const auto& vector : cases) {
    FernetKeys::Iv iv{};
    std::ranges::transform(vector.at("iv").as_array(), iv.begin(),
                           [](const auto& byte) { return byte.template to_number<std::uint8_t>(); });
    const FernetKeys keys = FernetKeys::parse(text_of(vector, "secret"));
    EXPECT_EQ(keys.encrypt_with_iv(text_of(vector, "src"), time_of(vector), iv), text_of(vector, "token"));
  }
}

TEST(FernetVectors, ReadsTheValidToken) {
  const auto cases = vectors("verify.json");
  ASSERT_EQ(cases.size(), 1U);
  for (const auto& vector : cases) {
    const FernetKeys keys = FernetKeys::parse(text_of(vector, "secret"));
    EXPECT_EQ(keys.decrypt(text_of(vector, "token"), ttl_of(vector), time_of(vector)), text_of(vector, "src"));
  }
}

TEST(FernetVectors, RefusesEveryInvalidTokenWithOneError) {
  const auto cases = vectors("invalid.json");
  ASSERT_EQ(cases.size(), 8U);
  for (const auto& vector : cases) {
    const FernetKeys keys = FernetKeys::parse(text_of(vector, "secret"));
    EXPECT_EQ(failure_of(keys, text_of(vector, "token"), ttl_of(vector), time_of(vector)), kRefused)
        << text_of(vector, "desc");
  }
}

TEST(Fernet, ReturnsWhatWasEncrypted) {
  const FernetKeys keys = FernetKeys::parse(FernetKeys::generate_key());
  for (std::size_t size = 0; size <= 4096; ++size) {
    const std::string plaintext = random_bytes(size);
    ASSERT_EQ(keys.decrypt(keys.encrypt(plaintext, kNow)), plaintext) << size;
  }
}

TEST(Fernet, RefusesEverySingleBitFlip) {
  const FernetKeys keys = FernetKeys::parse(FernetKeys::generate_key());
  const std::string raw = *base64url_decode(keys.encrypt("a platform's token", kNow), Base64Padding::required);
  for (std::size_t bit = 0; bit < raw.size() * 8; ++bit) {
    std::string flipped = raw;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
    ASSERT_EQ(failure_of(keys, base64url_encode(flipped, Base64Padding::required)), kRefused) << "bit " << bit;
  }
}

TEST(Fernet, RefusesEveryTruncationAndExtension) {
  const FernetKeys keys = FernetKeys::parse(FernetKeys::generate_key());
  const std::string token = keys.encrypt("secret", kNow);
  for (std::size_t size = 0; size < token.size(); ++size) {
    ASSERT_EQ(failure_of(keys, token.substr(0, size)), kRefused) << size;
  }
  EXPECT_EQ(failure_of(keys, token + "AAAA"), kRefused);
  EXPECT_EQ(failure_of(keys, " " + token), kRefused);
}

TEST(Fernet, ChecksTheAgeOnlyWhenATtlIsGiven) {
  const FernetKeys keys = FernetKeys::parse(FernetKeys::generate_key());
  const std::string token = keys.encrypt("x", kNow);
  const std::chrono::seconds ttl{60};
  EXPECT_EQ(keys.decrypt(token, ttl, kNow + ttl), "x");
  EXPECT_EQ(failure_of(keys, token, ttl, kNow + ttl + std::chrono::seconds{1}), kRefused);
  EXPECT_EQ(keys.decrypt(token, ttl, kNow - std::chrono::seconds{60}), "x");
  EXPECT_EQ(failure_of(keys, token, ttl, kNow - std::chrono::seconds{61}), kRefused);
  EXPECT_EQ(keys.decrypt(token, std::nullopt, FernetKeys::Time{}), "x");
  EXPECT_EQ(keys.decrypt(token), "x");
}

TEST(Fernet, TimestampNearTheEndOfItsRangeDoesNotWrap) {
  const FernetKeys keys = FernetKeys::parse(FernetKeys::generate_key());
  const std::string token = keys.encrypt("x", FernetKeys::Time{std::chrono::seconds{-1}});
  EXPECT_EQ(failure_of(keys, token, std::chrono::seconds{3600}), kRefused);
  EXPECT_EQ(keys.decrypt(token), "x");
}

TEST(FernetKeys, FirstEncryptsAllDecrypt) {
  const std::string old_key = FernetKeys::generate_key();
  const std::string new_key = FernetKeys::generate_key();
  const std::string token = FernetKeys::parse(old_key).encrypt("x", kNow);
  const FernetKeys both = FernetKeys::parse(new_key + "," + old_key);
  EXPECT_EQ(both.decrypt(token), "x");
  EXPECT_EQ(FernetKeys::parse(new_key).decrypt(both.encrypt("y", kNow)), "y");
  EXPECT_EQ(failure_of(FernetKeys::parse(new_key), token), kRefused);
}

TEST(FernetKeys, RotateMovesToTheFirstKeyAndKeepsTheTimestamp) {
  const std::string old_key = FernetKeys::generate_key();
  const std::string new_key = FernetKeys::generate_key();
  const std::string token = FernetKeys::parse(old_key).encrypt("x", kNow);
  const std::string rotated = FernetKeys::parse(new_key + "," + old_key).rotate(token);
  const FernetKeys only_new = FernetKeys::parse(new_key);
  const std::chrono::seconds ttl{60};
  EXPECT_EQ(only_new.decrypt(rotated, ttl, kNow + ttl), "x");
  EXPECT_EQ(failure_of(only_new, rotated, ttl, kNow + ttl + std::chrono::seconds{1}), kRefused);
  EXPECT_NE(only_new.rotate(rotated), rotated);
  EXPECT_THROW((void)only_new.rotate(token), Error);
}

TEST(FernetKeys, IdTellsKeysApartAndFollowsTheFirst) {
  const std::string left = FernetKeys::generate_key();
  const std::string right = FernetKeys::generate_key();
  EXPECT_EQ(FernetKeys::parse(left).key_id(), FernetKeys::parse(left + "," + right).key_id());
  EXPECT_NE(FernetKeys::parse(left).key_id(), FernetKeys::parse(right).key_id());
  const auto ids = FernetKeys::parse(right + ", " + left).key_ids();
  EXPECT_EQ(ids, (std::vector{FernetKeys::parse(right).key_id(), FernetKeys::parse(left).key_id()}));
  EXPECT_EQ(ids.front().size(), 12U);
}

TEST(FernetKeys, ParseNamesThePositionButNotTheTextOfABadKey) {
  const std::string good = FernetKeys::generate_key();
  const std::string cases[] = {"",
                               " ",
                               ",",
                               good + ",",
                               "short",
                               good.substr(0, 43),
                               good + "," + good + "x",
                               base64url_encode(random_bytes(40), Base64Padding::required)};
  for (const std::string& text : cases) EXPECT_THROW(FernetKeys::parse(text), Error) << text;
  try {
    FernetKeys::parse(good + ",not-a-key");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Code::invalid_field);
    EXPECT_NE(error.detail().find("key 2"), std::string::npos);
    EXPECT_EQ(error.detail().find("not-a-key"), std::string::npos);
  }
}

}  // namespace
}  // namespace omnify::crypto
