#include "nats/tls_bio.hpp"

#include <algorithm>
#include <memory>

namespace fairlead::nats {
namespace {

struct Buffers {
  ByteBuffer& input;
  ByteBuffer& output;
};

Buffers& buffers_of(BIO* bio) {
  return *static_cast<Buffers*>(BIO_get_data(bio));
}

int read(BIO* bio, char* to, int size) {
  ByteBuffer& input = buffers_of(bio).input;
  BIO_clear_retry_flags(bio);
  if (input.empty()) {
    BIO_set_retry_read(bio);
    return -1;
  }
  const std::size_t count = std::min(input.size(), static_cast<std::size_t>(std::max(size, 0)));
  std::memcpy(to, input.data(), count);
  input.consume(count);
  return static_cast<int>(count);
}

int write(BIO* bio, const char* bytes, int size) {
  BIO_clear_retry_flags(bio);
  if (size <= 0) return 0;
  buffers_of(bio).output.append({bytes, static_cast<std::size_t>(size)});
  return size;
}

long control(BIO*, int command, long, void*) {
  return command == BIO_CTRL_FLUSH ? 1 : 0;
}

int destroy(BIO* bio) {
  delete static_cast<Buffers*>(BIO_get_data(bio));
  return 1;
}

BIO_METHOD* make_method() {
  BIO_METHOD* const method = BIO_meth_new(BIO_TYPE_SOURCE_SINK, "buffers");
  BIO_meth_set_read(method, read);
  BIO_meth_set_write(method, write);
  BIO_meth_set_ctrl(method, control);
  BIO_meth_set_destroy(method, destroy);
  return method;
}

}  // namespace

BIO* make_tls_bio(ByteBuffer& input, ByteBuffer& output) {
  // A table of functions; it never changes.
  static const std::unique_ptr<BIO_METHOD, decltype(&BIO_meth_free)> kMethod(make_method(),
                                                                             &BIO_meth_free);
  BIO* const bio = BIO_new(kMethod.get());
  if (!bio) return nullptr;
  BIO_set_data(bio, new Buffers{input, output});
  BIO_set_init(bio, 1);
  return bio;
}

}  // namespace fairlead::nats
