#include "rpc/annotate.hpp"

#include "core/strings.hpp"

namespace fairlead::rpc {

absl::Status annotate(absl::Status status, std::string_view note) {
  if (note.empty()) return status;
  absl::Status annotated(status.code(), concat(message_of(status), " (", note, ")"));
  status.ForEachPayload([&annotated](absl::string_view type_url, const absl::Cord& payload) {
    annotated.SetPayload(type_url, payload);
  });
  return annotated;
}

}  // namespace fairlead::rpc
