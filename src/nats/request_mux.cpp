#include "nats/request_mux.hpp"

#include "core/strings.hpp"

namespace fairlead::nats {
namespace {

bool is_no_responders(const MessageView& message) {
  return message.payload.empty() && message.header.starts_with("NATS/1.0 503");
}

}  // namespace

PendingRequest::~PendingRequest() {
  abandon();
}

void PendingRequest::abandon() {
  if (mux_) mux_->abandon(*this);
}

void PendingRequest::on_deadline() {
  abandon();
  on_timeout();
}

RequestMux::RequestMux(std::string inbox)
    : wildcard_(concat(inbox, ".*")), reply_(concat(inbox, ".")) {
  token_start_ = reply_.size();
  reply_.resize(token_start_ + SlotToken::kSize);
}

std::string_view RequestMux::open(PendingRequest& request, std::string_view subject) {
  if (request.mux_) abandon(request);
  if (free_.empty()) {
    free_.push_back(static_cast<std::uint32_t>(slots_.size()));
    slots_.emplace_back();
  }
  const std::uint32_t index = free_.back();
  free_.pop_back();
  Slot& slot = slots_[index];
  slot.request = &request;
  request.has_used_subject_ = slot.left && request.takes_used_subject();
  if (!request.has_used_subject_) {
    slot.generation = (slot.generation + 1) & SlotToken::kGenerationMask;
  }
  slot.left = false;
  ++slot.use;
  request.mux_ = this;
  request.slot_ = index;
  request.subject_ = subject;
  ++in_flight_;
  return reply_of(request);
}

std::string_view RequestMux::reply_of(const PendingRequest& request) {
  const SlotToken token{request.slot_, slots_[request.slot_].generation};
  write_token(token, reply_.data() + token_start_);
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

RequestMux::Ticket RequestMux::ticket(const PendingRequest& request) const {
  return {request.slot_, slots_[request.slot_].use};
}

bool RequestMux::waits(Ticket ticket) const {
  const Slot& slot = slots_[ticket.slot];
  return slot.request && slot.use == ticket.use;
}

std::optional<std::uint32_t> RequestMux::slot_of(std::string_view reply) const {
  if (reply.size() != reply_.size()) return std::nullopt;
  SlotToken token;
  if (!read_token(reply.substr(token_start_), token) || token.slot >= slots_.size()) {
    return std::nullopt;
  }
  const Slot& slot = slots_[token.slot];
  if (!slot.request || slot.generation != token.generation) return std::nullopt;
  return token.slot;
}

bool RequestMux::deliver(const MessageView& message) {
  const auto slot = slot_of(message.subject);
  if (!slot) return false;
  PendingRequest* const request = slots_[*slot].request;
  if (is_no_responders(message)) {
    take(*slot)->on_no_responders();
    return true;
  }
  if (!request->recognises(message)) return false;
  if (!request->takes_many()) {
    take(*slot);
    slots_[*slot].left = request->leaves_subject() && overlaps_ == 0;
  }
  request->on_reply(message);
  return true;
}

std::vector<RequestMux::Ticket> RequestMux::tickets() const {
  std::vector<Ticket> tickets;
  tickets.reserve(in_flight_);
  for (std::uint32_t index = 0; index < slots_.size(); ++index) {
    if (slots_[index].request) tickets.push_back({index, slots_[index].use});
  }
  return tickets;
}

// Who is told that its request failed may open others and abandon some, so each is looked at anew.
void RequestMux::fail_all(const absl::Status& reason) {
  for (const Ticket ticket : tickets()) fail(ticket, reason);
}

void RequestMux::fail(Ticket ticket, const absl::Status& reason) {
  if (waits(ticket)) take(ticket.slot)->on_failed(reason);
}

std::size_t RequestMux::fail_subject(std::string_view subject, const absl::Status& reason) {
  std::size_t failed = 0;
  for (const Ticket ticket : tickets()) {
    if (!waits(ticket) || slots_[ticket.slot].request->subject_ != subject) continue;
    take(ticket.slot)->on_failed(reason);
    ++failed;
  }
  return failed;
}

bool RequestMux::fail_reply(std::string_view reply, const absl::Status& reason) {
  const auto slot = slot_of(reply);
  if (!slot || !reply.starts_with(std::string_view(reply_).substr(0, token_start_))) return false;
  take(*slot)->on_failed(reason);
  return true;
}

}  // namespace fairlead::nats
