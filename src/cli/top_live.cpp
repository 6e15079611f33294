#include "cli/top_live.hpp"

#include <array>
#include <csignal>
#include <tuple>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fcntl.h>

#include "fairlead/task_scope.hpp"

#include "cli/command_line.hpp"
#include "cli/services.hpp"
#include "cli/top_screen.hpp"
#include "core/loop_core.hpp"
#include "core/waiter_timeout.hpp"

namespace fairlead::cli {
namespace {

using boost::system::error_code;

constexpr auto kAwait = boost::asio::as_tuple(boost::asio::use_awaitable);

constexpr const char* kAway = "the connection to NATS is lost; it is being made anew";

// A description of the terminal of its own: Asio makes it non-blocking, and the standard input
// often shares its with the standard output and with the shell.
int open_terminal() {
  return open("/dev/tty", O_RDONLY | O_CLOEXEC | O_NOCTTY);
}

}  // namespace

TopLive::TopLive(nats::Connection connection, const discovery::FinderOptions& options,
                 std::string name, std::chrono::nanoseconds interval, TopControls controls)
    : connection_(connection),
      finder_(std::move(connection), options),
      name_(std::move(name)),
      interval_(interval),
      controls_(controls),
      keys_(connection_.loop().core().context()),
      signals_(connection_.loop().core().context()) {}

Task<int> TopLive::run() {
  if (const int terminal = open_terminal(); terminal >= 0) keys_.assign(terminal);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGWINCH, SIGTSTP}) signals_.add(signal);
  terminal_.enter();
  TaskScope scope(connection_.loop());
  scope.spawn(handle_signals());
  if (keys_.is_open()) scope.spawn(read_keys());
  absl::Status lost;
  while (!ended_) {
    const Deadline next = Deadline::after(interval_);
    co_await poll();
    if (ended_) break;
    if (connection_.is_closed()) {
      lost = absl::UnavailableError(trouble_);
      break;
    }
    draw();
    co_await pause(next);
  }
  end();
  co_await scope.join();
  if (!lost.ok()) co_return fail(lost);
  co_return kDone;
}

Task<void> TopLive::poll() {
  trouble_ = kAway;
  if (!connection_.is_open()) co_return;
  trouble_.clear();
  if (!name_.empty() && asked_.empty()) {
    absl::StatusOr<std::string> known = co_await discovery_name(finder_, name_);
    if (!known.ok()) {
      trouble_ = message_of(known.status());
      co_return;
    }
    asked_ = *std::move(known);
  }
  const auto now = std::chrono::steady_clock::now();
  const auto found = co_await finder_.stats(asked_, std::string());
  if (!found.ok()) {
    trouble_ = message_of(found.status());
    co_return;
  }
  if (!connection_.is_open()) {
    trouble_ = kAway;  // that nobody has answered means nothing
    co_return;
  }
  polled_ = true;
  model_.update(found->instances, now);
  if (found->invalid > 0) {
    trouble_ =
        concat("answers that could not be read: ", found->invalid, "; ", found->first_problem);
  }
}

Task<void> TopLive::pause(Deadline until) {
  WaiterTimeout timeout(wake_);
  connection_.loop().core().arm(timeout, until);
  while (!ended_ && !timeout.passed()) co_await wake_.wait();
}

Task<void> TopLive::read_keys() {
  std::array<char, 64> bytes;
  while (!ended_) {
    const std::tuple<error_code, std::size_t> read =
        co_await keys_.async_read_some(boost::asio::buffer(bytes), kAwait);
    if (std::get<0>(read) == boost::asio::error::operation_aborted) co_return;
    if (std::get<0>(read)) co_return end();  // the terminal is gone
    const auto action =
        controls_.on_input(std::string_view(bytes.data(), std::get<std::size_t>(read)));
    if (action == TopControls::Action::kQuit) co_return end();
    if (action == TopControls::Action::kRedraw) draw();
  }
}

Task<void> TopLive::handle_signals() {
  while (!ended_) {
    const std::tuple<error_code, int> came = co_await signals_.async_wait(kAwait);
    if (std::get<0>(came)) co_return;
    switch (std::get<int>(came)) {
      case SIGWINCH:
        draw();
        break;
      case SIGTSTP:
        stop_for_the_shell();
        break;
      default:
        end();
    }
  }
}

// Ctrl-Z: the shell is to find its terminal as it was.
void TopLive::stop_for_the_shell() {
  terminal_.leave();
  std::raise(SIGSTOP);
  terminal_.enter();
  draw();
}

void TopLive::draw() {
  // Before the first answers there is nothing to say, not even that nobody is up.
  if (ended_ || (!polled_ && trouble_.empty())) return;
  terminal_.write(render_top_screen(model_, controls_, terminal_.size(), trouble_,
                                    Style::of_terminal(STDOUT_FILENO)));
}

void TopLive::end() {
  if (ended_) return;
  ended_ = true;
  terminal_.leave();
  error_code ignored;
  keys_.cancel(ignored);
  signals_.cancel(ignored);
  connection_.close();  // ends the poll, if one is under way
  wake_.wake();
}

}  // namespace fairlead::cli
