#include "fairlead/worker_pool.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>

namespace fairlead {

class WorkerPool::Impl {
 public:
  explicit Impl(std::size_t threads) : pool(threads) {}
  boost::asio::thread_pool pool;
};

WorkerPool::WorkerPool(std::size_t threads) : impl_(std::make_unique<Impl>(threads)) {}

WorkerPool::~WorkerPool() {
  impl_->pool.stop();
  impl_->pool.join();
}

void WorkerPool::run(std::function<void()> work) {
  boost::asio::post(impl_->pool, std::move(work));
}

}  // namespace fairlead
