#include "crypto/common_passwords.h"

#include <algorithm>
#include <array>

namespace omnify::crypto {
namespace {

constexpr auto kCommonPasswords = std::to_array<std::string_view>({
    "00000000",      "0123456789",  "01234567890",  "0987654321",  "11111111",     "111111111",  "1111111111",
    "11112222",      "11223344",    "1122334455",   "12121212",    "12131415",     "123123123",  "123123321",
    "123321123",     "1234512345",  "123454321",    "12344321",    "12345678",     "123456789",  "1234567890",
    "12345678910",   "123456789a",  "12345678a",    "123456abc",   "12345abcde",   "1234abcd",   "1234qwer",
    "123abc123",     "12qwaszx",    "147258369",    "159357159",   "159753456",    "1a2b3c4d",   "1password",
    "1q2w3e4r",      "1q2w3e4r5t",  "1q2w3e4r5t6y", "1qaz2wsx",    "1qaz2wsx3edc", "1qazxsw2",   "20202020",
    "22222222",      "55555555",    "66666666",     "77777777",    "87654321",     "88888888",   "963852741",
    "98765432",      "987654321",   "9876543210",   "99999999",    "a1234567",     "a12345678",  "a123456789",
    "a1b2c3d4",      "aa123456",    "aa12345678",   "aaaaaaaa",    "abc12345",     "abc123456",  "abcd1234",
    "abcdefgh",      "abcdefghi",   "access14",     "admin123",    "admin1234",    "admin12345", "adminadmin",
    "administrator", "alexander",   "angel123",     "asdasdasd",   "asdf1234",     "asdfasdf",   "asdfghjk",
    "asdfghjkl",     "baseball",    "baseball1",    "basketball",  "blink182",     "butterfly",  "changeme",
    "changeme1",     "changeme123", "charlie1",     "chocolate",   "computer",     "corvette",   "danielle",
    "dolphins",      "dragon123",   "elephant",     "firebird",    "fktrcfylh",    "football",   "football1",
    "google123",     "hello123",    "hellokitty",   "iloveyou",    "iloveyou1",    "iloveyou2",  "internet",
    "jennifer",      "jonathan",    "jordan23",     "letmein1",    "letmein123",   "liverpool",  "login123",
    "lovelove",      "loveyou1",    "manchester",   "marlboro",    "master123",    "maverick",   "mercedes",
    "metallica",     "michael1",    "michelle",     "midnight",    "monkey123",    "mustang1",   "mynoob123",
    "myspace1",      "newpassword", "nicole123",    "p@ssw0rd",    "p@ssword",     "pa$$w0rd",   "pa55word",
    "pakistan",      "passw0rd",    "passw0rd1",    "password",    "password!",    "password01", "password1",
    "password1!",    "password11",  "password12",   "password123", "password1234", "password2",  "password3",
    "passwort",      "pokemon123",  "pokemon1",     "princess",    "princess1",    "q1w2e3r4",   "q1w2e3r4t5",
    "qazwsxedc",     "qazxswedc",   "qwer1234",     "qwerasdf",    "qwerqwer",     "qwert123",   "qwert12345",
    "qwerty12",      "qwerty123",   "qwerty1234",   "qwerty12345", "qwerty123456", "qwertyui",   "qwertyuiop",
    "qwertz123",     "rockyou1",    "rush2112",     "samantha",    "samsung1",     "scorpion",   "secret123",
    "snickers",      "spiderman",   "starwars",     "steelers",    "sunshine",     "sunshine1",  "superman",
    "superman1",     "test1234",    "test12345",    "testtest",    "trustno1",     "victoria",   "welcome1",
    "welcome123",    "welcome1!",   "whatever",     "zaq12wsx",    "zaq1zaq1",     "zxcvbnm1",   "zxcvbnm123",
});

constexpr auto kSortedPasswords = [] {
  auto sorted = kCommonPasswords;
  std::ranges::sort(sorted);
  return sorted;
}();

}  // namespace

bool is_common_password(std::string_view lower_case) noexcept {
  return std::ranges::binary_search(kSortedPasswords, lower_case);
}

}  // namespace omnify::crypto
