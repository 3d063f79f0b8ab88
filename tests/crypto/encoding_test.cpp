#include "crypto/encoding.h"

#include <gtest/gtest.h>

#include "crypto/random.h"

namespace omnify::crypto {
namespace {

using namespace std::string_literals;

TEST(Hex, PrintsEveryByteAsTwoLowerCaseDigits) {
  EXPECT_EQ(hex("\x00\x0f\xa9\xff"s), "000fa9ff");
  EXPECT_EQ(hex(""), "");
}

TEST(Base64Url, EncodesTheVectorsOfRfc4648) {
  const std::pair<std::string, std::string> cases[] = {{"", ""},
                                                       {"f", "Zg=="},
                                                       {"fo", "Zm8="},
                                                       {"foo", "Zm9v"},
                                                       {"foob", "Zm9vYg=="},
                                                       {"foobar", "Zm9vYmFy"},
                                                       {"\xfb\xff\xfe"s, "-__-"}};
  for (const auto& [bytes, text] : cases) {
    EXPECT_EQ(base64url_encode(bytes, Base64Padding::required), text);
    EXPECT_EQ(base64url_decode(text, Base64Padding::required), bytes);
    const std::string bare = text.substr(0, text.find('='));
    EXPECT_EQ(base64url_encode(bytes, Base64Padding::absent), bare);
    EXPECT_EQ(base64url_decode(bare, Base64Padding::absent), bytes);
  }
}

TEST(Base64Url, RefusesEverySecondSpelling) {
  for (const std::string_view text : {"Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Zm+v", "Zm/v", "Zm9v\n", " Zm9v",
                                      "Zm9v====", "=", "====", "Z===", "Zg==Zg=="}) {
    EXPECT_FALSE(base64url_decode(text, Base64Padding::required)) << text;
  }
  for (const std::string_view text : {"Zg==", "Zh", "Z", "Zm9vY"}) {
    EXPECT_FALSE(base64url_decode(text, Base64Padding::absent)) << text;
  }
}

TEST(Base64Url, ReturnsRandomBytesOfEveryLength) {
  for (std::size_t size = 0; size < 200; ++size) {
    const std::string bytes = random_bytes(size);
    for (const auto padding : {Base64Padding::required, Base64Padding::absent}) {
      EXPECT_EQ(base64url_decode(base64url_encode(bytes, padding), padding), bytes);
    }
  }
}

}  // namespace
}  // namespace omnify::crypto
