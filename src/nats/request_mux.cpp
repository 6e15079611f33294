#include "nats/request_mux.hpp"

#include "core/strings.hpp"

namespace fairlead::nats {
namespace {

// Five bits a character: 5 characters of slot (32 million), 6 of generation (a thousand million).
constexpr std::string_view kDigits = "0123456789abcdefghijklmnopqrstuv";
constexpr std::size_t kSlotDigits = 5;
constexpr std::size_t kGenerationDigits = 6;
constexpr std::uint32_t kGenerationMask = (1u << (5 * kGenerationDigits)) - 1;

void encode(std::uint32_t value, std::size_t digits, char* to) {
  for (std::size_t i = 0; i < digits; ++i) to[i] = kDigits[(value >> (5 * i)) & 31];
}

bool decode(std::string_view text, std::uint32_t& value) {
  value = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    std::uint32_t digit = 0;
    if (c >= '0' && c <= '9') {
      digit = static_cast<std::uint32_t>(c - '0');
    } else if (c >= 'a' && c <= 'v') {
      digit = static_cast<std::uint32_t>(c - 'a' + 10);
    } else {
      return false;
    }
    value |= digit << (5 * i);
  }
  return true;
}

bool is_no_responders(const MessageView& message) {
  return message.payload.empty() && message.header.starts_with("NATS/1.0 503");
}

}  // namespace

PendingRequest::~PendingRequest() {
  if (mux_) mux_->abandon(*this);
}

void PendingRequest::on_deadline() {
  if (mux_) mux_->abandon(*this);
  on_timeout();
}

RequestMux::RequestMux(std::string inbox)
    : wildcard_(concat(inbox, ".*")), reply_(concat(inbox, ".")) {
  token_start_ = reply_.size();
  reply_.resize(token_start_ + kSlotDigits + kGenerationDigits);
}

std::string_view RequestMux::open(PendingRequest& request) {
  if (request.mux_) abandon(request);
  if (free_.empty()) {
    free_.push_back(static_cast<std::uint32_t>(slots_.size()));
    slots_.emplace_back();
  }
  const std::uint32_t index = free_.back();
  free_.pop_back();
  Slot& slot = slots_[index];
  slot.request = &request;
  slot.generation = (slot.generation + 1) & kGenerationMask;
  request.mux_ = this;
  request.slot_ = index;
  ++in_flight_;
  encode(index, kSlotDigits, reply_.data() + token_start_);
  encode(slot.generation, kGenerationDigits, reply_.data() + token_start_ + kSlotDigits);
  return reply_;
}

PendingRequest* RequestMux::take(std::uint32_t index) {
  PendingRequest* request = slots_[index].request;
  slots_[index].request = nullptr;
  free_.push_back(index);
  --in_flight_;
  request->mux_ = nullptr;
  request->unlink();
  return request;
}

void RequestMux::abandon(PendingRequest& request) {
  if (request.mux_ == this) take(request.slot_);
}

bool RequestMux::deliver(const MessageView& message) {
  if (message.subject.size() != reply_.size()) return false;
  const std::string_view token = message.subject.substr(token_start_);
  std::uint32_t index = 0;
  std::uint32_t generation = 0;
  if (!decode(token.substr(0, kSlotDigits), index) || index >= slots_.size() ||
      !decode(token.substr(kSlotDigits), generation) || slots_[index].generation != generation ||
      !slots_[index].request) {
    return false;
  }
  PendingRequest* request = take(index);
  if (is_no_responders(message)) {
    request->on_no_responders();
  } else {
    request->on_reply(message);
  }
  return true;
}

void RequestMux::fail_all(const absl::Status& reason) {
  // What is told of its loss may open or abandon others meanwhile, so look at each slot anew.
  for (std::uint32_t index = 0; index < slots_.size(); ++index) {
    if (slots_[index].request) take(index)->on_lost(reason);
  }
}

}  // namespace fairlead::nats
