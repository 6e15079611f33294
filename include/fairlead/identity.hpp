#pragma once

#include <map>
#include <string>
#include <utility>

namespace fairlead {

/// Who a caller is, as an Authentication has found out.
class Identity {
 public:
  explicit Identity(std::string name) : name_(std::move(name)) {}

  /// Adds something that is known of the caller: `role`, `tenant`. A second value for a name takes
  /// the place of the first.
  Identity& set_claim(const std::string& name, std::string value) {
    claims_[name] = std::move(value);
    return *this;
  }

  const std::string& name() const { return name_; }
  const std::map<std::string, std::string>& claims() const { return claims_; }

  /// The claim of this name; empty if there is none.
  std::string claim(const std::string& name) const {
    const auto found = claims_.find(name);
    return found == claims_.end() ? std::string() : found->second;
  }

 private:
  std::string name_;
  std::map<std::string, std::string> claims_;
};

}  // namespace fairlead
