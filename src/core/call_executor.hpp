#pragma once

#include <memory>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/query.hpp>
#include <boost/asio/require.hpp>

#include "core/served_call.hpp"

namespace fairlead {

/// The executor of coroutines that serve a call, or none: an Asio executor of the loop that says on
/// whose behalf it runs things, and keeps that alive. Coroutines hand it to those that they await,
/// and Asio resumes them through it. Fits into Asio's any_io_executor without an allocation.
template <typename Inner>
class CallExecutor {
 public:
  CallExecutor(Inner inner, std::shared_ptr<ServedCall> call) noexcept
      : inner_(std::move(inner)), call_(std::move(call)) {}

  template <typename Work>
  void execute(Work&& work) const {
    inner_.execute([call = call_, work = std::forward<Work>(work)]() mutable {
      const ServingScope scope(call.get());
      std::move(work)();
    });
  }

  template <typename Property>
  requires boost::asio::can_query_v<const Inner&, Property>
  decltype(auto) query(const Property& property) const
      noexcept(boost::asio::is_nothrow_query_v<const Inner&, Property>) {
    return boost::asio::query(inner_, property);
  }
  template <typename Property>
  requires boost::asio::can_require_v<const Inner&, Property>
  auto require(const Property& property) const {
    return rebind(boost::asio::require(inner_, property));
  }
  template <typename Property>
  requires boost::asio::can_prefer_v<const Inner&, Property>
  auto prefer(const Property& property) const {
    return rebind(boost::asio::prefer(inner_, property));
  }

  friend bool operator==(const CallExecutor& a, const CallExecutor& b) noexcept {
    return a.inner_ == b.inner_ && a.call_ == b.call_;
  }
  friend bool operator!=(const CallExecutor& a, const CallExecutor& b) noexcept {
    return !(a == b);
  }

 private:
  template <typename Other>
  CallExecutor<Other> rebind(Other other) const {
    return CallExecutor<Other>(std::move(other), call_);
  }

  Inner inner_;
  std::shared_ptr<ServedCall> call_;  // null: works for no call
};

/// The executor for tasks of a loop that serve `call`, or none.
inline CallExecutor<boost::asio::io_context::executor_type> executor_for(
    boost::asio::io_context& context, std::shared_ptr<ServedCall> call) {
  return {context.get_executor(), std::move(call)};
}

}  // namespace fairlead
