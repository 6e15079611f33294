#include "rpc/stream_table.hpp"

#include "rpc/stream_core.hpp"

namespace fairlead::rpc {

std::string StreamTable::subject(SlotToken token) const {
  std::string subject = prefix_;
  subject.resize(prefix_.size() + SlotToken::kSize);
  write_token(token, subject.data() + prefix_.size());
  return subject;
}

SlotToken StreamTable::add(std::shared_ptr<StreamCore> stream) {
  if (free_.empty()) {
    free_.push_back(static_cast<std::uint32_t>(slots_.size()));
    slots_.emplace_back();
  }
  const std::uint32_t index = free_.back();
  free_.pop_back();
  Slot& slot = slots_[index];
  slot.stream = std::move(stream);
  slot.generation = (slot.generation + 1) & SlotToken::kGenerationMask;
  return {index, slot.generation};
}

void StreamTable::remove(SlotToken token) {
  if (token.slot >= slots_.size()) return;
  Slot& slot = slots_[token.slot];
  if (!slot.stream || slot.generation != token.generation) return;
  free_.push_back(token.slot);
  const auto last = std::move(slot.stream);  // its end comes after the slot is free
}

bool StreamTable::deliver(std::string_view subject, std::string_view header,
                          std::string_view payload, const ReplySink& sink) {
  SlotToken token;
  if (subject.size() < SlotToken::kSize ||
      !read_token(subject.substr(subject.size() - SlotToken::kSize), token) ||
      token.slot >= slots_.size()) {
    return false;
  }
  const Slot& slot = slots_[token.slot];
  if (!slot.stream || slot.generation != token.generation || !slot.stream->uses(sink)) {
    return false;
  }
  slot.stream->on_frame(header, payload);
  return true;
}

void StreamTable::drop_all(const absl::Status& reason, const ReplySink& sink) {
  // Whose end is told may open and end others.
  std::vector<std::shared_ptr<StreamCore>> streams;
  for (const Slot& slot : slots_) {
    if (slot.stream && slot.stream->uses(sink)) streams.push_back(slot.stream);
  }
  for (const auto& stream : streams) stream->drop(reason);
}

}  // namespace fairlead::rpc
