#include "crypto/random.h"

#include <stdexcept>

#include <openssl/rand.h>

#include "crypto/encoding.h"

namespace omnify::crypto {

std::string random_bytes(std::size_t count) {
  std::string bytes(count, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(count)) != 1) {
    throw std::runtime_error("the random number generator failed");
  }
  return bytes;
}

std::string random_token(std::size_t bytes) { return base64url_encode(random_bytes(bytes), Base64Padding::absent); }

}  // namespace omnify::crypto
