#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <absl/status/status.h>

#include "core/slot_token.hpp"

namespace fairlead::rpc {

class ReplySink;
class StreamCore;

/// The streams that an instance serves. Frames of all come under one wildcard; the last token of
/// their subject finds the stream by an array access, and a late frame for a former one is dropped.
class StreamTable {
 public:
  /// `prefix` is the subject under which this instance listens, with the dot at its end.
  explicit StreamTable(std::string prefix) : prefix_(std::move(prefix)) {}

  /// What subjects of frames start with.
  const std::string& prefix() const { return prefix_; }
  /// What to subscribe to.
  std::string wildcard() const { return prefix_ + "*"; }
  /// Where frames for the stream of `token` go.
  std::string subject(SlotToken token) const;

  SlotToken add(std::shared_ptr<StreamCore> stream);
  void remove(SlotToken token);

  /// Whether frames for this instance come to `subject`.
  bool owns(std::string_view subject) const { return subject.starts_with(prefix_); }

  /// A frame that came to `subject` by the way that `sink` goes back. One for no stream is dropped,
  /// and so is one for a stream that came another way, for its subject is no secret: false.
  bool deliver(std::string_view subject, std::string_view header, std::string_view payload,
               const ReplySink& sink);

  /// Ends all streams whose frames go to `sink`: their peers cannot be reached.
  void drop_all(const absl::Status& reason, const ReplySink& sink);

 private:
  struct Slot {
    std::shared_ptr<StreamCore> stream;
    std::uint32_t generation = 0;
  };

  std::string prefix_;
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> free_;
};

}  // namespace fairlead::rpc
