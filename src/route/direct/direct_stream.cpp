#include "route/direct/direct_stream.hpp"

#include <cstring>
#include <utility>

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "core/loop_core.hpp"
#include "core/strings.hpp"
#include "nats/outcome.hpp"
#include "route/direct/direct_route.hpp"
#include "rpc/status_wire.hpp"
#include "rpc/timeout_wire.hpp"

namespace fairlead::route::direct {

namespace {

// A stream that may be direct only waits for so many links in turn.
constexpr int kMostSearches = 4;

}  // namespace

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
  ++searches_;
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
  // Who opens again and again must not keep the loop from finding one.
  if (!link) co_await boost::asio::post(pool->loop().core().context(), boost::asio::use_awaitable);
  if (!search->stream) co_return;
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

bool DirectStream::retire() {
  retired_ = true;
  if (by_other_way_) return by_other_way_->retire();
  return waits();
}

void DirectStream::on_no_responders() {
  absl::Status status = pool_->no_link(subject_);
  if (answered_) return receiver_.on_failed(nats::maybe_executed(std::move(status)));
  link_->set_lacks(subject_);
  take_another_way(status);
}

void DirectStream::on_failed(const absl::Status& reason) {
  if (answered_ || !link_->never_sent(place_)) {
    return receiver_.on_failed(nats::maybe_executed(reason));
  }
  absl::Status status = reason;
  rpc::mark_never_ran(status);
  take_another_way(status);
}

void DirectStream::take_another_way(const absl::Status& reason) {
  if (retired_) return receiver_.on_failed(reason);
  if (!renew_timeout()) return receiver_.on_deadline();
  if (!other_) {
    if (searches_ >= kMostSearches) return receiver_.on_failed(reason);
    return open(nullptr).IgnoreError();
  }
  rpc::StreamRequest request;
  request.subject = subject_;
  request.header = header_;
  request.payload = payload_;
  request.deadline = deadline_;
  auto opened = other_->open(request, receiver_);
  if (!opened.ok()) return receiver_.on_failed(opened.status());
  by_other_way_ = *std::move(opened);
  link_.reset();
  header_.clear();
  payload_.clear();
}

void DirectStream::on_link(std::shared_ptr<OutboundLink> link) {
  if (!link) {
    if (deadline_.passed()) return receiver_.on_deadline();
    return receiver_.on_failed(pool_->no_link(subject_));
  }
  if (!renew_timeout()) return receiver_.on_deadline();
  if (const absl::Status sent = send(std::move(link)); !sent.ok()) receiver_.on_failed(sent);
}

bool DirectStream::renew_timeout() {
  if (deadline_.is_never()) return true;
  const auto left = deadline_.remaining();
  if (left <= left.zero()) return false;
  // Of what the stream wrote itself: metadata has no header of this name.
  constexpr std::string_view kName = "\r\ngrpc-timeout: ";
  const std::size_t name = header_.find(kName);
  if (name == std::string::npos) return true;
  const std::size_t start = name + kName.size();
  rpc::TimeoutBuffer buffer;
  const std::string_view value = rpc::format_timeout(left, buffer);
  header_.replace(start, header_.find('\r', start) - start, value);
  return true;
}

}  // namespace fairlead::route::direct
