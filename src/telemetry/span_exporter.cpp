#include "telemetry/span_exporter.hpp"

#include <exception>
#include <tuple>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "core/strings.hpp"
#include "telemetry/otlp.hpp"

namespace fairlead::telemetry {

SpanExporter::SpanExporter(boost::asio::io_context& context, TraceSettings settings, Logger logger)
    : context_(context),
      settings_(std::move(settings)),
      logger_(std::move(logger)),
      queue_(
          std::make_shared<SpanQueue>(settings_.limits.queue, settings_.limits.batch,
                                      [this] { boost::asio::post(context_, [this] { wake(); }); })),
      tracer_(std::make_shared<Tracer>(settings_.sampler, queue_)),
      batcher_(settings_.limits, Deadline::Clock::now()),
      sender_(context, settings_),
      timer_(context),
      limit_(context) {}

SpanExporter::~SpanExporter() {
  queue_->stop_waking();
}

void SpanExporter::start() {
  boost::asio::co_spawn(context_, run(), [this](std::exception_ptr failure) {
    if (failure) std::rethrow_exception(failure);
    end();
  });
}

void SpanExporter::finish(Deadline::Duration patience, std::function<void()> done) {
  done_ = std::move(done);
  batcher_.finish(Deadline::Clock::now() + patience);
  // A request that gets no answer must not hold up the end.
  limit_.expires_after(patience);
  limit_.async_wait([this](const boost::system::error_code& error) {
    if (error) return;
    batcher_.add(queue_->take());
    batcher_.give_up();
    report_lost();
    end();
  });
  wake();
}

void SpanExporter::end() {
  limit_.cancel();
  if (const auto done = std::exchange(done_, nullptr)) done();
}

void SpanExporter::wake() {
  woken_ = true;
  timer_.cancel();
}

Task<void> SpanExporter::run() {
  while (true) {
    woken_ = false;
    batcher_.add(queue_->take());
    const SpanBatcher::Action action = batcher_.next(Deadline::Clock::now());
    if (action.kind == SpanBatcher::Action::Kind::kDone) {
      report(SendOutcome(SendOutcome::Kind::kAccepted));
      co_return;
    }
    if (action.kind == SpanBatcher::Action::Kind::kSend) {
      std::string body = encode_spans(settings_.resource, batcher_.batch());
      const SendOutcome outcome = co_await sender_.send(std::move(body));
      batcher_.on_sent(outcome, Deadline::Clock::now());
      report(outcome);
      continue;
    }
    timer_.expires_at(action.until);
    if (woken_) continue;
    co_await timer_.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
  }
}

// Says once that something is wrong, and once that it is right again.
void SpanExporter::report(const SendOutcome& outcome) {
  const bool failing = outcome.kind() != SendOutcome::Kind::kAccepted;
  const std::string place = concat("http://", settings_.endpoint.host, ":", settings_.endpoint.port,
                                   settings_.endpoint.path);
  if (failing && !failing_) {
    logger_.warning("spans cannot be exported", {{"to", place}, {"reason", outcome.reason()}});
  } else if (!failing && failing_) {
    logger_.info("spans are exported again", {{"to", place}});
  } else if (!failing && !outcome.reason().empty()) {
    logger_.warning("the receiver of spans complains",
                    {{"to", place}, {"reason", outcome.reason()}});
  }
  failing_ = failing;
  if (!failing) report_lost();
}

void SpanExporter::report_lost() {
  const std::uint64_t lost = counts().lost();
  if (lost == reported_lost_) return;
  logger_.warning("spans were lost", {{"count", std::to_string(lost - reported_lost_)}});
  reported_lost_ = lost;
}

ExportCounts SpanExporter::counts() const {
  ExportCounts counts = batcher_.counts();
  counts.overflowed += queue_->lost();
  return counts;
}

}  // namespace fairlead::telemetry
