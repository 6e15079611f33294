#include "discovery/response.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace fairlead::discovery {
namespace {

using std::chrono::nanoseconds;
using ::testing::HasSubstr;

TEST(PingResponse, IsByteForByteWhatTheSchemaAsksFor) {
  PingResponse ping;
  ping.name = "calc-Calc";
  ping.id = "x3Yuiq7g7MoxhXdxk7i4K7";
  ping.version = "1.0.0";
  EXPECT_EQ(to_json(ping), R"({"type":"io.nats.micro.v1.ping_response","name":"calc-Calc",)"
                           R"("id":"x3Yuiq7g7MoxhXdxk7i4K7","version":"1.0.0","metadata":{}})");
}

TEST(InfoResponse, HasEveryFieldAlsoWhenEmpty) {
  InfoResponse info;
  info.name = "a";
  info.id = "1";
  info.version = "0.0.0";
  EXPECT_EQ(to_json(info),
            R"({"type":"io.nats.micro.v1.info_response","name":"a","id":"1","version":"0.0.0",)"
            R"("metadata":{},"description":"","endpoints":[]})");
  info.endpoints.push_back({"Add", "calc.Calc.Add", "q", {{"fairlead.kind", "unary"}}});
  EXPECT_THAT(to_json(info),
              HasSubstr(R"("endpoints":[{"name":"Add","subject":"calc.Calc.Add","queue_group":"q",)"
                        R"("metadata":{"fairlead.kind":"unary"}}])"));
}

TEST(StatsResponse, WritesTimesAsWholeNanoseconds) {
  StatsResponse stats;
  stats.name = "a";
  stats.id = "1";
  stats.version = "0.0.0";
  stats.started = std::chrono::system_clock::from_time_t(1727175775) + nanoseconds(564771000);
  EndpointStats endpoint;
  endpoint.name = "Add";
  endpoint.subject = "calc.Calc.Add";
  stats.endpoints.push_back(endpoint);
  endpoint.num_requests = 3;
  endpoint.num_errors = 1;
  endpoint.processing_time = nanoseconds(1000);
  endpoint.last_error = "400:bad";
  endpoint.data = R"({"p50":1})";
  stats.endpoints.push_back(endpoint);
  EXPECT_EQ(to_json(stats),
            R"({"type":"io.nats.micro.v1.stats_response","name":"a","id":"1","version":"0.0.0",)"
            R"("metadata":{},"started":"2024-09-24T11:02:55.564771Z","endpoints":[)"
            R"({"name":"Add","subject":"calc.Calc.Add","queue_group":"","num_requests":0,)"
            R"("num_errors":0,"last_error":"","processing_time":0,"average_processing_time":0},)"
            R"({"name":"Add","subject":"calc.Calc.Add","queue_group":"","num_requests":3,)"
            R"("num_errors":1,"last_error":"400:bad","processing_time":1000,)"
            R"("average_processing_time":333,"data":{"p50":1}}]})");
}

TEST(StatsResponse, LeavesOutDataThatIsNoJson) {
  StatsResponse stats;
  stats.endpoints.emplace_back().data = "{broken";
  EXPECT_THAT(to_json(stats), testing::Not(HasSubstr("broken")));
}

TEST(Responses, EscapeAndRepairStrings) {
  InfoResponse info;
  info.description = "say \"hi\"\n\x01";
  info.metadata["bad\xff"] = "\xc3(";
  const std::string json = to_json(info);
  EXPECT_THAT(json, HasSubstr(R"("description":"say \"hi\"\n\u0001")"));
  EXPECT_THAT(json, HasSubstr("\"bad\xEF\xBF\xBD\":\"\xEF\xBF\xBD(\""));
  EXPECT_FALSE(nlohmann::json::parse(json, nullptr, false).is_discarded());
}

TEST(Responses, ReadWhatTheyWrote) {
  StatsResponse stats;
  stats.name = "calc-Calc";
  stats.id = "abc";
  stats.version = "1.2.3-rc.1";
  stats.metadata = {{"a", "b"}};
  stats.started = std::chrono::system_clock::from_time_t(1700000000) + nanoseconds(123456789);
  EndpointStats& endpoint = stats.endpoints.emplace_back();
  endpoint.name = "Add";
  endpoint.subject = "s";
  endpoint.queue_group = "q";
  endpoint.num_requests = 7;
  endpoint.num_errors = 2;
  endpoint.last_error = "e";
  endpoint.processing_time = nanoseconds(99);
  endpoint.data = R"({"z":1,"a":[true,null]})";
  const auto again = parse_stats(to_json(stats));
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(to_json(*again), to_json(stats));
  EXPECT_EQ(again->started, stats.started);
  EXPECT_EQ(again->endpoints[0].data, endpoint.data);
}

TEST(ParseInfo, TakesNullAndMissingAsEmpty) {
  const auto info = parse_info(
      R"({"type":"io.nats.micro.v1.info_response","name":"a","id":"1","version":"1.0.0",)"
      R"("metadata":null,"endpoints":[{"name":"x","subject":"y","metadata":null}]})");
  ASSERT_TRUE(info.ok()) << info.status();
  EXPECT_TRUE(info->metadata.empty());
  ASSERT_EQ(info->endpoints.size(), 1u);
  EXPECT_EQ(info->endpoints[0].subject, "y");
}

TEST(ParseStats, AcceptsFloatsAndMissingTimesOfOtherLibraries) {
  const auto stats = parse_stats(
      R"({"type":"io.nats.micro.v1.stats_response","name":"a","id":"1","version":"1.0.0",)"
      R"("started":"2024-09-24T13:02:55+02:00","endpoints":[)"
      R"({"name":"x","subject":"y","num_requests":2,"processing_time":10.7},)"
      R"({"name":"z","subject":"y","num_requests":2}]})");
  ASSERT_TRUE(stats.ok()) << stats.status();
  EXPECT_EQ(stats->started, std::chrono::system_clock::from_time_t(1727175775));
  EXPECT_EQ(stats->endpoints[0].processing_time.count(), 10);
  EXPECT_EQ(stats->endpoints[1].processing_time.count(), 0);
}

TEST(Parse, SaysWhatIsWrong) {
  EXPECT_THAT(parse_ping("").status().message(), HasSubstr("not a JSON object"));
  EXPECT_THAT(parse_ping("[1]").status().message(), HasSubstr("not a JSON object"));
  EXPECT_THAT(parse_ping(R"({"type":"x"})").status().message(), HasSubstr("type is \"x\""));
  EXPECT_THAT(parse_ping(R"({"type":1})").status().message(), HasSubstr("type is \"\""));
  EXPECT_THAT(
      parse_ping(R"({"type":"io.nats.micro.v1.ping_response","name":"a"})").status().message(),
      HasSubstr("id is missing"));
  EXPECT_THAT(
      parse_ping(R"({"type":"io.nats.micro.v1.ping_response","name":5})").status().message(),
      HasSubstr("name is number and should be a string"));
  EXPECT_THAT(parse_info(R"({"type":"io.nats.micro.v1.info_response","name":"a","id":"1",)"
                         R"("endpoints":[{"name":"x"},{"name":"y","subject":3}]})")
                  .status()
                  .message(),
              HasSubstr("endpoints[1].subject is number"));
  EXPECT_THAT(parse_stats(R"({"type":"io.nats.micro.v1.stats_response","name":"a","id":"1",)"
                          R"("endpoints":[{"name":"x","processing_time":"5ms"}]})")
                  .status()
                  .message(),
              HasSubstr("endpoints[0].processing_time is string"));
  EXPECT_THAT(parse_stats(R"({"type":"io.nats.micro.v1.stats_response","name":"a","id":"1",)"
                          R"("started":"yesterday"})")
                  .status()
                  .message(),
              HasSubstr("RFC 3339"));
}

TEST(Parse, RefusesWhatWouldExhaustTheStack) {
  const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
  EXPECT_THAT(parse_stats(R"({"type":"io.nats.micro.v1.stats_response","data":)" + deep + "}")
                  .status()
                  .message(),
              HasSubstr("nests deeper"));
}

}  // namespace
}  // namespace fairlead::discovery
