#include "nats/nkey.hpp"

#include <openssl/evp.h>

#include "core/strings.hpp"
#include "nats/base32.hpp"
#include "nats/secret.hpp"

namespace fairlead::nats {
namespace {

constexpr std::uint8_t kSeedPrefix = 18 << 3;
constexpr std::size_t kKeySize = 32;
constexpr std::size_t kSeedLetters = 58;    // 2 bytes of prefix, 32 of key, 2 of checksum
constexpr std::size_t kPublicLetters = 56;  // 1 byte of prefix

std::uint8_t byte_at(std::string_view bytes, std::size_t index) {
  return static_cast<std::uint8_t>(bytes[index]);
}

/// CRC-16/XMODEM.
std::uint16_t checksum(std::string_view bytes) {
  std::uint32_t crc = 0;
  for (const char byte : bytes) {
    crc ^= static_cast<std::uint32_t>(static_cast<std::uint8_t>(byte)) << 8;
    for (int bit = 0; bit < 8; ++bit) crc = (crc << 1) ^ ((crc & 0x8000) != 0 ? 0x1021U : 0U);
  }
  return static_cast<std::uint16_t>(crc);
}

std::string encode_public(NKeyKind kind, std::string_view key) {
  std::string bytes(1, static_cast<char>(kind));
  append(bytes, key);
  const std::uint16_t crc = checksum(bytes);
  bytes += static_cast<char>(crc & 0xff);
  bytes += static_cast<char>(crc >> 8);
  return encode_base32(bytes);
}

std::string_view name_of(std::uint8_t kind) {
  switch (kind) {
    case static_cast<std::uint8_t>(NKeyKind::kUser):
      return "a user";
    case static_cast<std::uint8_t>(NKeyKind::kAccount):
      return "an account";
    case static_cast<std::uint8_t>(NKeyKind::kOperator):
      return "an operator";
    default:
      return "something else";
  }
}

absl::Status refuse(std::string_view what) {
  return absl::InvalidArgumentError(concat("not an NKey seed: ", what));
}

/// What can be seen before anything is decoded.
absl::Status check_letters(std::string_view seed) {
  if (seed.empty()) return refuse("it is empty");
  if (seed.size() == kPublicLetters && seed.front() != 'S') {
    return refuse("this may be a public key; the private one is needed, which starts with S");
  }
  if (seed.size() != kSeedLetters) {
    return refuse(concat("it has ", seed.size(), " characters instead of ", kSeedLetters));
  }
  return absl::OkStatus();
}

}  // namespace

void NKey::Free::operator()(evp_pkey_st* key) const {
  EVP_PKEY_free(key);  // overwrites the private key
}

absl::StatusOr<NKey> NKey::from_seed(std::string_view seed, NKeyKind kind) {
  if (absl::Status status = check_letters(seed); !status.ok()) return status;
  auto decoded = decode_base32(seed);
  if (!decoded) return refuse("it has characters other than A to Z and 2 to 7");
  const Secret secret(*std::move(decoded));
  wipe(*decoded);
  const std::string_view bytes = secret.view();

  const std::string_view body = bytes.substr(0, bytes.size() - 2);
  const std::uint16_t crc = checksum(body);
  if (byte_at(bytes, bytes.size() - 2) != (crc & 0xff) ||
      byte_at(bytes, bytes.size() - 1) != crc >> 8) {
    return refuse("its checksum is wrong: a character was changed");
  }
  if ((byte_at(body, 0) & 0xf8) != kSeedPrefix) return refuse("it does not start with S");
  const auto found = static_cast<std::uint8_t>((byte_at(body, 0) & 7) << 5 | byte_at(body, 1) >> 3);
  if (found != static_cast<std::uint8_t>(kind)) {
    return refuse(concat("it belongs to ", name_of(found), "; that of ",
                         name_of(static_cast<std::uint8_t>(kind)), " is needed"));
  }

  const auto* raw = reinterpret_cast<const unsigned char*>(body.data() + 2);
  Key key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, raw, kKeySize));
  std::string public_bytes(kKeySize, '\0');
  std::size_t size = kKeySize;
  if (!key || EVP_PKEY_get_raw_public_key(
                  key.get(), reinterpret_cast<unsigned char*>(public_bytes.data()), &size) != 1) {
    return absl::InternalError("OpenSSL does not support Ed25519 keys here");
  }
  return NKey(std::move(key), encode_public(kind, public_bytes));
}

absl::StatusOr<std::string> NKey::sign(std::string_view bytes) const {
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                        &EVP_MD_CTX_free);
  std::string signature(64, '\0');
  std::size_t size = signature.size();
  if (!context || EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_.get()) != 1 ||
      EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                     reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()) != 1) {
    return absl::InternalError("OpenSSL could not sign with the NKey");
  }
  return signature;
}

}  // namespace fairlead::nats
