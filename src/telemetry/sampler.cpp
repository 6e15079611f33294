#include "telemetry/sampler.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace fairlead::telemetry {
namespace {

constexpr std::uint64_t kAll = std::uint64_t{1} << 63;

}  // namespace

Sampler::Sampler(double ratio, bool parent_based)
    : below_(static_cast<std::uint64_t>(std::clamp(ratio, 0.0, 1.0) * static_cast<double>(kAll))),
      parent_based_(parent_based) {}

std::optional<Sampler> Sampler::named(std::string_view name, double ratio) {
  constexpr std::string_view kParentBased = "parentbased_";
  const bool parent_based = name.starts_with(kParentBased);
  if (parent_based) name.remove_prefix(kParentBased.size());
  if (name == "always_on") return Sampler(1, parent_based);
  if (name == "always_off") return Sampler(0, parent_based);
  if (name == "traceidratio") return Sampler(ratio, parent_based);
  return std::nullopt;
}

bool Sampler::samples(const TraceContext& parent, const TraceContext::TraceId& trace_id) const {
  if (parent_based_ && parent.valid()) return parent.sampled();
  // The last 8 bytes are those that are random also in ids that begin with a time; of them Go's
  // implementation takes 63 bits.
  std::uint64_t word = 0;
  std::memcpy(&word, trace_id.data() + 8, sizeof(word));
  if constexpr (std::endian::native == std::endian::little) word = __builtin_bswap64(word);
  return word >> 1 < below_;
}

}  // namespace fairlead::telemetry
