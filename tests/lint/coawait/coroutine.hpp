#pragma once

// The least that a snippet needs to be a coroutine.

#include <coroutine>
#include <exception>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

template <typename T>
class Task {
 public:
  struct Promise;
  using promise_type = Promise;

  explicit Task(std::coroutine_handle<Promise> handle) : handle_(handle) {}
  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}
  ~Task() {
    if (handle_) handle_.destroy();
  }
  bool await_ready() const { return false; }
  void await_suspend(std::coroutine_handle<>) {}
  T await_resume();

 private:
  std::coroutine_handle<Promise> handle_;
};

template <typename T>
struct Task<T>::Promise {
  Task get_return_object() {
    return Task(std::coroutine_handle<Promise>::from_promise(*this));
  }
  std::suspend_always initial_suspend() { return {}; }
  std::suspend_always final_suspend() noexcept { return {}; }
  void return_value(T) {}
  void unhandled_exception() { std::terminate(); }
};

// An aggregate whose destruction matters.
struct Request {
  std::string subject;
  int count = 0;
};

// An aggregate of numbers: nothing to destroy.
struct Limits {
  int count = 0;
  int bytes = 0;
};

// The same as Request with a constructor: what the project writes.
class Options {
 public:
  Options() {}
  Options(std::string subject, int count) : subject_(std::move(subject)), count_(count) {}
  Options& set_count(int count) {
    count_ = count;
    return *this;
  }
  const std::string& subject() const { return subject_; }
  int count() const { return count_; }

 private:
  std::string subject_;
  int count_ = 0;
};

Task<int> send(Request request);
Task<int> send_reference(const Request& request);
Task<int> limit(Limits limits);
Task<int> call(Options options);
Task<std::string> read();
Task<int> number();
Task<int> join(std::vector<std::string> names);
Task<int> sum(std::initializer_list<int> numbers);

template <typename Function>
Task<int> apply(Function function) {
  co_return static_cast<int>(function());
}
