#pragma once

#include <chrono>
#include <map>
#include <set>
#include <string>
#include <utility>

#include <absl/status/status.h>

namespace fairlead {

/// What a configuration file says of one middleware: `rate-limit: { calls_per_second: 100 }`. A
/// factory asks for each setting that it knows; what is wrong, or asked for by nobody, is an error
/// with its place.
class MiddlewareSettings {
 public:
  /// A value and where it stands, for errors: `calc.yaml:7: calls_per_second`.
  struct Value {
    std::string text;
    std::string place;
  };

  /// `place` is that of the middleware's name.
  explicit MiddlewareSettings(std::string place = "", std::map<std::string, Value> values = {})
      : place_(std::move(place)), values_(std::move(values)) {}

  /// Each returns the value, or `standard` if it is not given or wrong.
  std::string text(const std::string& name, const std::string& standard = "");
  /// A number from `least` to `most`.
  double number(const std::string& name, double standard, double least, double most);
  /// Such as 500ms, 2s, 1m.
  std::chrono::milliseconds duration(const std::string& name, std::chrono::milliseconds standard);
  /// `true` or `false`.
  bool flag(const std::string& name, bool standard);

  /// Whether it is given at all.
  bool has(const std::string& name) const { return values_.contains(name); }

  /// Says that a value is wrong, as `a path is expected`. The first such word counts.
  void reject(const std::string& name, const std::string& expected);

  /// The first thing that was wrong, else a setting that nobody has asked for.
  absl::Status status() const;

 private:
  const Value* find(const std::string& name);

  std::string place_;
  std::map<std::string, Value> values_;
  std::set<std::string> known_;
  absl::Status first_;
};

}  // namespace fairlead
