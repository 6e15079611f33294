#include "rpc/stream_state.hpp"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>
#include <gtest/gtest.h>

#include "core/strings.hpp"

namespace fairlead::rpc {
namespace {

using std::chrono::seconds;
using Side = StreamState::Side;

std::string show(const StreamActions& actions) {
  return absl::StrJoin(actions, ", ", [](std::string* out, StreamAction action) {
    absl::StrAppend(out, to_absl(to_string(action)));
  });
}

const StreamState::TimePoint kStart = StreamState::TimePoint() + std::chrono::hours(1);

StreamState::TimePoint at(int second) {
  return kStart + seconds(second);
}

StreamState client(StreamWindow room = {4, 100}) {
  return StreamState(Side::kClient, room, kStart);
}
StreamState server(StreamWindow room = {4, 100}) {
  return StreamState(Side::kServer, room, kStart);
}

TEST(StreamState, AServerStreamFromItsStartToItsEnd) {
  StreamState state = client();
  state.send_nothing();
  EXPECT_EQ(state.granted().messages, 4u);
  EXPECT_EQ(show(state.on_window({0, 0}, at(1))), "");
  EXPECT_EQ(show(state.on_message(1, at(1))), "deliver");
  EXPECT_EQ(show(state.on_message(2, at(1))), "deliver");
  EXPECT_EQ(show(state.consume(1)), "");
  EXPECT_EQ(show(state.consume(1)), "send window");
  EXPECT_EQ(state.granted().messages, 6u);
  EXPECT_EQ(show(state.on_end(2, absl::OkStatus(), at(2))), "ended");
  EXPECT_TRUE(state.status().ok());
  EXPECT_TRUE(state.peer_closed());
}

TEST(StreamState, NobodySendsPastTheWindow) {
  StreamState state = client();
  EXPECT_FALSE(state.can_send());
  EXPECT_EQ(show(state.on_window({2, 100}, at(0))), "wake the writer");
  EXPECT_TRUE(state.can_send());
  EXPECT_EQ(state.send(10, at(0)), 1u);
  EXPECT_EQ(state.send(10, at(0)), 2u);
  EXPECT_FALSE(state.can_send());
  EXPECT_EQ(show(state.on_window({1, 100}, at(0))), "");  // an old one
  EXPECT_FALSE(state.can_send());
  EXPECT_EQ(show(state.on_window({3, 110}, at(0))), "wake the writer");
  EXPECT_TRUE(state.can_send());
  EXPECT_EQ(show(state.on_window({9, 200}, at(0))), "");  // nobody waits
}

TEST(StreamState, BytesCloseTheWindowAsMessagesDo) {
  StreamState state = client();
  state.on_window({1000, 50}, at(0));
  EXPECT_EQ(state.send(49, at(0)), 1u);
  EXPECT_TRUE(state.can_send());
  EXPECT_EQ(state.send(500, at(0)), 2u);  // the one that reaches it may go beyond
  EXPECT_FALSE(state.can_send());
  EXPECT_EQ(show(state.on_window({1000, 549}, at(0))), "");
  EXPECT_EQ(show(state.on_window({1000, 550}, at(0))), "wake the writer");
}

TEST(StreamState, APeerThatSaysNothingOfBytesIsUnlimitedInThem) {
  StreamState state = client();
  state.on_window({2, StreamWindow::kUnlimited}, at(0));
  state.send(1 << 30, at(0));
  EXPECT_TRUE(state.can_send());
}

TEST(StreamState, LargeMessagesMoveTheWindowBeforeManyDo) {
  StreamState state = server({1000, 100});
  EXPECT_EQ(show(state.open()), "send window");
  state.on_message(1, at(0));
  state.on_message(2, at(0));
  EXPECT_EQ(show(state.consume(49)), "");
  EXPECT_EQ(show(state.consume(1)), "send window");
  EXPECT_EQ(state.granted().messages, 1002u);
  EXPECT_EQ(state.granted().bytes, 150u);
}

TEST(StreamState, AWindowOfOneMoves) {
  StreamState state = server({1, 1});
  state.open();
  EXPECT_EQ(show(state.on_message(1, at(0))), "deliver");
  EXPECT_EQ(show(state.consume(0)), "send window");
}

TEST(StreamState, AGapIsDataLossAndSaysWhichNumbers) {
  StreamState one = client();
  EXPECT_EQ(show(one.on_message(2, at(0))), "send cancel, ended");
  EXPECT_EQ(one.status(), absl::DataLossError("message 1 of the stream was lost on the way"));

  StreamState more = server();
  more.open();
  more.on_message(1, at(0));
  EXPECT_EQ(show(more.on_message(4, at(0))), "send end, ended");
  EXPECT_EQ(more.status(),
            absl::DataLossError("messages 2 to 3 of the stream were lost on the way"));

  StreamState tail = client();
  tail.on_message(1, at(0));
  EXPECT_EQ(show(tail.on_end(3, absl::OkStatus(), at(0))), "send cancel, ended");
  EXPECT_EQ(tail.status(),
            absl::DataLossError("messages 2 to 3 of the stream were lost on the way"));
}

TEST(StreamState, WhatComesTwiceCountsOnce) {
  StreamState state = client();
  EXPECT_EQ(show(state.on_message(1, at(0))), "deliver");
  EXPECT_EQ(show(state.on_message(1, at(0))), "");
  EXPECT_EQ(show(state.on_message(2, at(0))), "deliver");
  EXPECT_EQ(show(state.on_end(2, absl::OkStatus(), at(0))), "ended");
  EXPECT_EQ(show(state.on_end(2, absl::OkStatus(), at(0))), "");
  EXPECT_EQ(show(state.on_message(3, at(0))), "");
}

TEST(StreamState, AClientThatHasSentAllMayStillReceive) {
  StreamState caller = client();
  caller.on_window({4, 100}, at(0));
  caller.send(1, at(0));
  EXPECT_EQ(show(caller.close()), "send end, wake the writer");
  EXPECT_EQ(show(caller.close()), "");
  EXPECT_FALSE(caller.can_send());
  EXPECT_EQ(show(caller.on_message(1, at(0))), "deliver");

  StreamState service = server();
  service.open();
  service.on_message(1, at(0));
  EXPECT_EQ(show(service.on_end(1, absl::OkStatus(), at(0))), "wake the reader");
  EXPECT_TRUE(service.peer_closed());
  EXPECT_FALSE(service.ended());
  EXPECT_EQ(show(service.consume(1)), "");  // no window for one who sends no more
  EXPECT_EQ(show(service.finish(absl::NotFoundError("no"))), "send end, ended");
  EXPECT_EQ(show(service.finish(absl::OkStatus())), "");
  EXPECT_EQ(service.status(), absl::NotFoundError("no"));
}

TEST(StreamState, TheStatusOfTheServiceIsTheEnd) {
  StreamState state = client();
  state.on_window({4, 100}, at(0));
  EXPECT_EQ(show(state.on_end(0, absl::NotFoundError("no"), at(0))), "ended");
  EXPECT_EQ(state.status(), absl::NotFoundError("no"));
  EXPECT_FALSE(state.can_send());
}

TEST(StreamState, EitherSideCancels) {
  StreamState caller = client();
  EXPECT_EQ(show(caller.fail(absl::CancelledError("enough"))), "send cancel, ended");
  EXPECT_EQ(show(caller.on_cancel()), "");

  StreamState service = server();
  EXPECT_EQ(show(service.on_cancel()), "ended");
  EXPECT_EQ(service.status(), absl::CancelledError("the caller cancelled the stream"));
  EXPECT_EQ(show(service.finish(absl::OkStatus())), "");
}

TEST(StreamState, MessagesThatMayNotComeEndIt) {
  StreamState past = server({1, 100});
  past.open();
  past.on_message(1, at(0));
  EXPECT_EQ(show(past.on_message(2, at(0))), "send end, ended");
  EXPECT_EQ(past.status(),
            absl::ResourceExhaustedError("the caller sent message 2 past its window of 1"));

  StreamState after = server();
  after.open();
  after.on_end(0, absl::OkStatus(), at(0));
  EXPECT_EQ(show(after.on_message(1, at(0))), "send end, ended");
  EXPECT_EQ(after.status(),
            absl::InternalError("the caller sent message 1 where no more were to come"));
}

TEST(StreamState, WhoIsIdleSaysThatItLives) {
  StreamState state = server();
  state.expect_nothing();
  EXPECT_EQ(state.next_time(), at(5));
  EXPECT_EQ(show(state.on_time(at(4))), "");
  EXPECT_EQ(show(state.on_time(at(5))), "send heartbeat");
  EXPECT_EQ(state.next_time(), at(10));
  state.on_window({9, 100}, at(6));
  state.send(1, at(8));
  EXPECT_EQ(show(state.on_time(at(10))), "");
  EXPECT_EQ(state.next_time(), at(13));
}

TEST(StreamState, WhoSendsPastTheWindowOfBytesIsCutOff) {
  StreamState state = client({4, 100});
  EXPECT_EQ(show(state.on_message(1, at(0), 60)), "deliver");
  EXPECT_EQ(show(state.on_message(2, at(0), 60)), "deliver");  // the one that reaches it
  EXPECT_EQ(show(state.on_message(3, at(0), 1)), "send cancel, ended");
  EXPECT_EQ(state.status(), absl::ResourceExhaustedError(
                                "the service sent message 3 past its window of 100 bytes"));

  StreamState reading = client({4, 100});
  reading.on_message(1, at(0), 120);
  EXPECT_EQ(show(reading.consume(120)), "send window");
  EXPECT_EQ(show(reading.on_message(2, at(0), 60)), "deliver");
}

TEST(StreamState, AWindowThatWasLostIsToldAgain) {
  StreamState state = client();
  EXPECT_EQ(show(state.on_time(at(5))), "send window");
}

TEST(StreamState, ThreeMissedHeartbeatsAreTheEnd) {
  StreamState caller = client();
  caller.on_heartbeat(at(1));
  caller.on_time(at(5));
  caller.on_time(at(10));
  EXPECT_EQ(caller.next_time(), at(15));
  EXPECT_EQ(show(caller.on_time(at(15))), "send window");
  EXPECT_EQ(caller.next_time(), at(16));
  EXPECT_EQ(show(caller.on_time(at(16))), "send cancel, ended");
  EXPECT_EQ(caller.status(), absl::UnavailableError("nothing was heard of the service for 15 s"));

  StreamState service = server();
  EXPECT_EQ(show(service.on_time(at(15))), "send end, ended");
  EXPECT_EQ(service.status(), absl::UnavailableError("nothing was heard of the caller for 15 s"));
}

TEST(StreamState, EveryFrameIsASignOfLife) {
  StreamState state = server();
  state.open();
  state.on_message(1, at(3));
  EXPECT_EQ(show(state.on_time(at(17))), "send window");
  state.on_window({1, 1}, at(17));
  EXPECT_EQ(show(state.on_time(at(31))), "send window");
  state.on_end(1, absl::OkStatus(), at(31));
  EXPECT_EQ(show(state.on_time(at(45))), "send heartbeat");
  EXPECT_EQ(show(state.on_time(at(46))), "send end, ended");
}

}  // namespace
}  // namespace fairlead::rpc
