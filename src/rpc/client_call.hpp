#pragma once

#include <string_view>

#include <absl/status/status.h>
#include <google/protobuf/message.h>

#include "fairlead/metadata.hpp"

#include "rpc/route.hpp"

namespace fairlead::rpc {

/// Turns the reply of a unary call into a message or a status.
class UnaryReply final : public ReplyReader {
 public:
  /// `metadata` may be null.
  UnaryReply(google::protobuf::Message& response, Metadata* metadata)
      : response_(response), metadata_(metadata) {}

  absl::Status read(std::string_view header, std::string_view payload) override;
  absl::Status read_message(std::string_view header,
                            const google::protobuf::Message& message) override;

 private:
  absl::Status read_header(std::string_view header);
  static absl::Status result_of(const absl::Status& decoded);

  google::protobuf::Message& response_;
  Metadata* metadata_;
};

}  // namespace fairlead::rpc
