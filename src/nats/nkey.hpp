#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <absl/status/statusor.h>

struct evp_pkey_st;

namespace fairlead::nats {

/// Whose key it is, as the byte that its text starts with.
enum class NKeyKind : std::uint8_t { kAccount = 0, kOperator = 14 << 3, kUser = 20 << 3 };

/// An NKey: a pair of Ed25519 keys, of which the private one proves who a client is.
class NKey {
 public:
  /// Reads a seed (`SU…` for a user). INVALID_ARGUMENT saying what is wrong, without any of it.
  static absl::StatusOr<NKey> from_seed(std::string_view seed, NKeyKind kind = NKeyKind::kUser);

  /// The text of the public key: `U…` for a user.
  const std::string& public_key() const { return public_key_; }

  /// The signature of `bytes`, 64 bytes.
  absl::StatusOr<std::string> sign(std::string_view bytes) const;

 private:
  struct Free {
    void operator()(evp_pkey_st* key) const;
  };
  using Key = std::unique_ptr<evp_pkey_st, Free>;

  NKey(Key key, std::string public_key)
      : key_(std::move(key)), public_key_(std::move(public_key)) {}

  Key key_;
  std::string public_key_;
};

}  // namespace fairlead::nats
