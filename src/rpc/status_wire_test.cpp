#include "rpc/status_wire.hpp"

#include <google/protobuf/wrappers.pb.h>
#include <gtest/gtest.h>

#include "core/strings.hpp"
#include "wire/header_reader.hpp"

namespace fairlead::rpc {
namespace {

std::string write(const absl::Status& status) {
  wire::HeaderWriter headers;
  write_status(status, headers);
  return std::string(headers.finish());
}

TEST(StatusWire, HeadersOfAFailure) {
  EXPECT_EQ(write(absl::NotFoundError("no such user")),
            "NATS/1.0\r\n"
            "Nats-Service-Error: no such user\r\n"
            "Nats-Service-Error-Code: 404\r\n"
            "grpc-status: 5\r\n"
            "grpc-message: no such user\r\n\r\n");
}

TEST(StatusWire, AnEmptyTextStillMakesAnError) {
  EXPECT_EQ(write(absl::InternalError("")),
            "NATS/1.0\r\n"
            "Nats-Service-Error: INTERNAL\r\n"
            "Nats-Service-Error-Code: 500\r\n"
            "grpc-status: 13\r\n"
            "grpc-message: \r\n\r\n");
}

TEST(StatusWire, EveryCodeAndAnyTextSurvive) {
  for (int code = 1; code <= 16; ++code) {
    for (const char* text : {"", "plain", "100 % sure", "%s%d%n", "two\nlines\r\n", "Jané ☃",
                             " blanks ", "tab\t", "\x01\x7f", "%41"}) {
      const absl::Status sent(static_cast<absl::StatusCode>(code), text);
      const absl::Status received = read_status(write(sent));
      EXPECT_EQ(received.code(), sent.code());
      EXPECT_EQ(message_of(received), text);
      EXPECT_EQ(status_origin(received), Origin::kRemote);
      EXPECT_EQ(status_origin(sent), Origin::kLocal);
    }
  }
}

TEST(StatusWire, TheLineForPeopleIsOneLine) {
  const std::string block = write(absl::UnknownError("a\r\nEvil: 1"));
  wire::HeaderReader lines(block);
  int count = 0;
  while (lines.next()) ++count;
  EXPECT_EQ(count, 4);
  EXPECT_TRUE(lines.valid());
}

TEST(StatusWire, DetailsTravel) {
  google::protobuf::StringValue detail;
  detail.set_value("more");
  absl::Status sent = absl::InvalidArgumentError("bad");
  add_status_detail(sent, detail);
  google::protobuf::StringValue received;
  EXPECT_TRUE(get_status_detail(read_status(write(sent)), received));
  EXPECT_EQ(received.value(), "more");
  google::protobuf::Int32Value other;
  EXPECT_FALSE(get_status_detail(sent, other));
}

TEST(StatusWire, PushbackTravels) {
  absl::Status sent = absl::ResourceExhaustedError("busy");
  EXPECT_FALSE(retry_pushback(sent).has_value());
  set_retry_pushback(sent, std::chrono::milliseconds(250));
  EXPECT_EQ(retry_pushback(read_status(write(sent))), std::chrono::milliseconds(250));
  set_retry_pushback(sent, std::chrono::milliseconds(-1));
  EXPECT_EQ(retry_pushback(read_status(write(sent))), std::chrono::milliseconds(-1));
}

TEST(StatusWire, ARefusalBeforeTheHandlerNeverRan) {
  absl::Status refused = absl::ResourceExhaustedError("busy");
  EXPECT_TRUE(may_have_executed(refused));
  EXPECT_TRUE(may_have_executed(read_status(write(refused))));
  set_retry_pushback(refused, std::chrono::milliseconds(100));
  EXPECT_FALSE(may_have_executed(read_status(write(refused))));
  set_retry_pushback(refused, std::chrono::milliseconds(-1));
  EXPECT_TRUE(may_have_executed(read_status(write(refused))));
  absl::Status other = absl::InternalError("broken");
  set_retry_pushback(other, std::chrono::milliseconds(100));
  EXPECT_TRUE(may_have_executed(read_status(write(other))));
}

TEST(StatusWire, AStatusThatIsPassedOnKeepsOnlyTheWishNotToBeRepeated) {
  absl::Status status = absl::ResourceExhaustedError("busy");
  set_retry_pushback(status, std::chrono::milliseconds(100));
  status = read_status(write(status));
  clear_notes(status);
  EXPECT_EQ(status_origin(status), Origin::kLocal);
  EXPECT_TRUE(may_have_executed(status));
  EXPECT_FALSE(retry_pushback(status).has_value());
  set_retry_pushback(status, std::chrono::milliseconds(-1));
  clear_notes(status);
  EXPECT_EQ(retry_pushback(status), std::chrono::milliseconds(-1));
}

TEST(StatusWire, RepliesOfForeignServices) {
  const auto foreign = [](std::string_view code) {
    return read_status(concat(
        "NATS/1.0\r\nNats-Service-Error: text\r\nNats-Service-Error-Code: ", code, "\r\n\r\n"));
  };
  EXPECT_EQ(foreign("400").code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(foreign("401").code(), absl::StatusCode::kUnauthenticated);
  EXPECT_EQ(foreign("403").code(), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(foreign("404").code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(foreign("408").code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_EQ(foreign("409").code(), absl::StatusCode::kAborted);
  EXPECT_EQ(foreign("429").code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(foreign("499").code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(foreign("501").code(), absl::StatusCode::kUnimplemented);
  EXPECT_EQ(foreign("503").code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(foreign("500").code(), absl::StatusCode::kUnknown);
  EXPECT_EQ(foreign("NO_IMPL").code(), absl::StatusCode::kUnknown);
  EXPECT_EQ(message_of(foreign("NO_IMPL")), "text");
}

TEST(StatusWire, SuccessAndNonsense) {
  EXPECT_TRUE(read_status("").ok());
  EXPECT_TRUE(read_status("NATS/1.0\r\nmy: header\r\n\r\n").ok());
  EXPECT_TRUE(read_status("NATS/1.0\r\ngrpc-status: 0\r\n\r\n").ok());
  EXPECT_TRUE(absl::IsInternal(read_status("NATS/1.0\r\ngrpc-status: 99\r\n\r\n")));
  EXPECT_TRUE(absl::IsInternal(read_status("nonsense")));
}

}  // namespace
}  // namespace fairlead::rpc
