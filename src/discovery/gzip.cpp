#include "discovery/gzip.hpp"

#include <array>

#include <zlib.h>

#include "core/strings.hpp"

namespace fairlead::discovery {
namespace {

// The largest window, and 16 for the gzip format instead of zlib's own.
constexpr int kGzipWindow = MAX_WBITS + 16;

// zlib's interface has no const.
Bytef* to_bytes(const char* data) {
  return reinterpret_cast<Bytef*>(const_cast<char*>(data));
}

}  // namespace

std::string gzip(std::string_view bytes) {
  z_stream stream = {};
  // Can only fail for lack of memory or for wrong constants.
  deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzipWindow, 8, Z_DEFAULT_STRATEGY);
  std::string packed(deflateBound(&stream, static_cast<uLong>(bytes.size())), '\0');
  stream.next_in = to_bytes(bytes.data());
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = to_bytes(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

absl::StatusOr<std::string> gunzip(std::string_view bytes, std::size_t limit) {
  z_stream stream = {};
  if (inflateInit2(&stream, kGzipWindow) != Z_OK) {
    return absl::ResourceExhaustedError("gzip: out of memory");
  }
  stream.next_in = to_bytes(bytes.data());
  stream.avail_in = static_cast<uInt>(bytes.size());
  std::string unpacked;
  std::array<char, 16 * 1024> piece;
  int result = Z_OK;
  while (result == Z_OK && unpacked.size() <= limit) {
    stream.next_out = to_bytes(piece.data());
    stream.avail_out = static_cast<uInt>(piece.size());
    result = inflate(&stream, Z_NO_FLUSH);
    unpacked.append(piece.data(), piece.size() - stream.avail_out);
  }
  inflateEnd(&stream);
  if (unpacked.size() > limit) {
    return absl::ResourceExhaustedError(
        concat("gzip: more than ", limit, " bytes once unpacked, the limit"));
  }
  if (result != Z_STREAM_END) {
    return absl::InvalidArgumentError("gzip: the data is damaged or cut");
  }
  return unpacked;
}

}  // namespace fairlead::discovery
