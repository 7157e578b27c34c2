#include "model/sha256.hpp"

#include <openssl/evp.h>

#include <array>
#include <stdexcept>

namespace gantry::model {

std::string sha256_hex(std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1) {
    throw std::runtime_error("SHA-256 failed: OpenSSL has no such digest");
  }
  static constexpr std::string_view hex = "0123456789abcdef";
  std::string out;
  out.reserve(2 * static_cast<std::size_t>(size));
  for (unsigned int at = 0; at < size; ++at) {
    out += hex[digest[at] >> 4U];
    out += hex[digest[at] & 15U];
  }
  return out;
}

}  // namespace gantry::model
