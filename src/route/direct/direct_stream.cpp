#include "route/direct/direct_stream.hpp"

#include <cstring>
#include <utility>

#include "core/loop_core.hpp"
#include "core/strings.hpp"
#include "nats/outcome.hpp"
#include "route/direct/direct_route.hpp"
#include "rpc/status_wire.hpp"

namespace fairlead::route::direct {

/// What waits for a link on behalf of a stream, which may end meanwhile.
struct DirectStream::Search final : LoopResident {
  // The pool ends with the loop as well, and tells who waits for it.
  void shut_down() override {}

  DirectStream* stream = nullptr;  // null once that has ended
  std::string subject;
  Deadline deadline;
  rpc::Abandonment abandonment;
};

DirectStream::DirectStream(std::shared_ptr<Pool> pool, rpc::StreamRoute* other,
                           const rpc::StreamRequest& request, rpc::FrameReceiver& receiver)
    : pool_(std::move(pool)),
      other_(other),
      receiver_(receiver),
      subject_(request.subject),
      deadline_(request.deadline),
      header_(request.header),
      payload_(request.payload) {}

DirectStream::~DirectStream() {
  if (waits()) link_->abandon(*this);  // before the link may be gone
  if (!search_) return;
  const auto ended = std::move(search_);
  ended->stream = nullptr;
  ended->abandonment.abandon();
}

absl::Status DirectStream::open(std::shared_ptr<OutboundLink> link) {
  if (link) return send(std::move(link));
  search_ = std::make_shared<Search>();
  search_->stream = this;
  search_->subject = subject_;
  search_->deadline = deadline_;
  pool_->loop().core().keep(search_, search(pool_, search_));
  return absl::OkStatus();
}

Task<void> DirectStream::search(std::shared_ptr<Pool> pool, std::shared_ptr<Search> search) {
  co_await pool->ready(search->deadline, &search->abandonment);
  if (!search->stream) co_return;
  auto link = pool->pick(search->subject, true);
  DirectStream& stream = *std::exchange(search->stream, nullptr);
  stream.search_.reset();
  stream.on_link(std::move(link));
}

absl::Status DirectStream::send(std::shared_ptr<OutboundLink> link) {
  const std::size_t size = header_.size() + payload_.size();
  if (size > link->max_payload()) {
    absl::Status status = absl::ResourceExhaustedError(
        concat("the message has ", size, " bytes with its headers; the instance takes ",
               link->max_payload(), " at most (max_payload)"));
    rpc::mark_never_ran(status);
    return status;
  }
  link_ = std::move(link);
  place_ = link_->start(*this, subject_, deadline_, header_, payload_.size(), [this](char* to) {
    if (!payload_.empty()) std::memcpy(to, payload_.data(), payload_.size());
  });
  return absl::OkStatus();
}

std::shared_ptr<rpc::FrameSink> DirectStream::sink() {
  if (by_other_way_) return by_other_way_->sink();
  return link_;
}

void DirectStream::on_reply(const nats::MessageView& message) {
  if (!std::exchange(answered_, true)) {
    header_.clear();
    payload_.clear();
  }
  receiver_.on_frame(message.header, message.payload);
}

void DirectStream::on_no_responders() {
  link_->set_lacks(subject_);
  take_another_way();
}

void DirectStream::on_failed(const absl::Status& reason) {
  if (!answered_ && link_->never_sent(place_)) return take_another_way();
  receiver_.on_failed(nats::maybe_executed(reason));
}

void DirectStream::take_another_way() {
  if (!other_) return on_link(pool_->pick(subject_, true));
  rpc::StreamRequest request;
  request.subject = subject_;
  request.header = header_;
  request.payload = payload_;
  request.deadline = deadline_;
  auto opened = other_->open(request, receiver_);
  if (!opened.ok()) return receiver_.on_failed(opened.status());
  by_other_way_ = *std::move(opened);
}

void DirectStream::on_link(std::shared_ptr<OutboundLink> link) {
  if (!link) {
    if (deadline_.passed()) return receiver_.on_deadline();
    return receiver_.on_failed(no_link(subject_));
  }
  if (const absl::Status sent = send(std::move(link)); !sent.ok()) receiver_.on_failed(sent);
}

}  // namespace fairlead::route::direct
