#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace fairlead::testing {

/// A TCP connection that is read and written with blocking calls. What takes longer than ten
/// seconds throws std::runtime_error, as does the other side's end.
class LineSocket {
 public:
  /// Connects to a port of 127.0.0.1.
  explicit LineSocket(std::uint16_t port);
  /// Connects to a unix socket.
  static LineSocket at_path(const std::string& path);
  /// Takes over a connected socket.
  static LineSocket adopt(int socket);
  ~LineSocket();
  LineSocket(LineSocket&& other) noexcept;
  LineSocket& operator=(LineSocket&&) = delete;

  void send(std::string_view bytes);
  /// The next line, without its line end.
  std::string read_line();
  /// The next `count` bytes.
  std::string read_bytes(std::size_t count);
  /// Reads, and forgets, until the other side has closed.
  void wait_for_end();

 private:
  struct Adopted {};
  LineSocket(int socket, Adopted) : socket_(socket) {}
  /// Reads something; false at the other side's end.
  bool fill();

  int socket_ = -1;
  std::string buffer_;
};

}  // namespace fairlead::testing
