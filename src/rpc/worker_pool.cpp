#include "fairlead/worker_pool.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>

#include "core/outside_work.hpp"

namespace fairlead {

class WorkerPool::Impl {
 public:
  Impl(std::size_t threads, std::shared_ptr<ManualTime> time_arg)
      : pool(threads), time(std::move(time_arg)) {}

  boost::asio::thread_pool pool;
  const std::shared_ptr<ManualTime> time;  // null: the steady clock's
};

WorkerPool::WorkerPool(std::size_t threads) : WorkerPool(threads, nullptr) {}

WorkerPool::WorkerPool(std::size_t threads, std::shared_ptr<ManualTime> time)
    : impl_(std::make_unique<Impl>(threads, std::move(time))) {}

WorkerPool::~WorkerPool() {
  impl_->pool.stop();
  impl_->pool.join();
}

void WorkerPool::run(std::function<void()> work) {
  if (impl_->time) {
    work = [outside = std::make_shared<OutsideWork>(impl_->time), inner = std::move(work)] {
      outside->run(inner);
    };
  }
  boost::asio::post(impl_->pool, std::move(work));
}

}  // namespace fairlead
