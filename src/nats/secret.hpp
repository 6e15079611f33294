#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace fairlead::nats {

/// Overwrites `text`, in a way that the compiler keeps.
void wipe(std::string& text);

/// A text that does not stay in memory: it is overwritten when it goes.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string text) : text_(std::move(text)) { wipe(text); }
  Secret(Secret&& other) noexcept : Secret(std::move(other.text_)) { wipe(other.text_); }
  Secret& operator=(Secret&& other) noexcept {
    text_.swap(other.text_);
    return *this;
  }
  ~Secret() { wipe(text_); }

  std::string_view view() const { return text_; }

 private:
  std::string text_;
};

}  // namespace fairlead::nats
