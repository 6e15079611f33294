#include "telemetry/trace_settings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fairlead::telemetry {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

TraceSettings read(const std::map<std::string, std::string>& environment) {
  return read_trace_settings(environment, "calc");
}

std::string resource_of(const TraceSettings& settings, std::string_view key) {
  for (const SpanAttribute& attribute : settings.resource) {
    if (attribute.key() == key) return std::get<std::string>(attribute.value());
  }
  return "";
}

TEST(TraceSettings, TracingIsOffUnlessThereIsWhereToExportTo) {
  EXPECT_FALSE(read({}).enabled);
  EXPECT_FALSE(read({{"OTEL_SERVICE_NAME", "x"}}).enabled);
  EXPECT_TRUE(read({{"OTEL_TRACES_EXPORTER", "otlp"}}).enabled);
  EXPECT_TRUE(read({{"OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318"}}).enabled);
  EXPECT_FALSE(read({{"OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318"},
                     {"OTEL_SDK_DISABLED", "true"}})
                   .enabled);
  EXPECT_FALSE(read({{"OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318"},
                     {"OTEL_TRACES_EXPORTER", "none"}})
                   .enabled);
}

TEST(TraceSettings, TheDefaultsAreOpenTelemetrys) {
  const TraceSettings settings = read({{"OTEL_TRACES_EXPORTER", "otlp"}});
  EXPECT_EQ(settings.endpoint.host, "localhost");
  EXPECT_EQ(settings.endpoint.port, 4318);
  EXPECT_EQ(settings.endpoint.path, "/v1/traces");
  EXPECT_EQ(settings.timeout, std::chrono::seconds(10));
  EXPECT_EQ(settings.limits.queue, 2048u);
  EXPECT_EQ(settings.limits.batch, 512u);
  EXPECT_EQ(settings.limits.delay, std::chrono::seconds(5));
  EXPECT_EQ(resource_of(settings, "service.name"), "calc");
  EXPECT_THAT(settings.warnings, IsEmpty());
}

TEST(TraceSettings, TheEndpointOfTracesIsTakenAsItIs) {
  const TraceSettings base = read({{"OTEL_EXPORTER_OTLP_ENDPOINT", "http://[::1]:1/base/"}});
  EXPECT_EQ(base.endpoint.host, "::1");
  EXPECT_EQ(base.endpoint.port, 1);
  EXPECT_EQ(base.endpoint.path, "/base/v1/traces");
  const TraceSettings own = read({{"OTEL_EXPORTER_OTLP_ENDPOINT", "http://other:1"},
                                  {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://mine"}});
  EXPECT_EQ(own.endpoint.host, "mine");
  EXPECT_EQ(own.endpoint.port, 80);
  EXPECT_EQ(own.endpoint.path, "/");
}

TEST(TraceSettings, ReadsTheRest) {
  const TraceSettings settings =
      read({{"OTEL_TRACES_EXPORTER", "otlp"},
            {"OTEL_EXPORTER_OTLP_HEADERS", "a=1, b = x%2Cy "},
            {"OTEL_EXPORTER_OTLP_TIMEOUT", "100"},
            {"OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "200"},
            {"OTEL_BSP_SCHEDULE_DELAY", "300"},
            {"OTEL_BSP_EXPORT_TIMEOUT", "400"},
            {"OTEL_BSP_MAX_QUEUE_SIZE", "50"},
            {"OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "60"},
            {"OTEL_RESOURCE_ATTRIBUTES", "service.name=named,zone=z%201"},
            {"OTEL_TRACES_SAMPLER", "traceidratio"},
            {"OTEL_TRACES_SAMPLER_ARG", "0"}});
  EXPECT_THAT(settings.warnings, IsEmpty());
  EXPECT_THAT(settings.headers, ElementsAre(Pair("a", "1"), Pair("b", "x,y")));
  EXPECT_EQ(settings.timeout.count(), 200);
  EXPECT_EQ(settings.limits.delay.count(), 300);
  EXPECT_EQ(settings.limits.export_timeout.count(), 400);
  EXPECT_EQ(settings.limits.queue, 50u);
  EXPECT_EQ(settings.limits.batch, 50u);  // not more than may wait
  EXPECT_EQ(resource_of(settings, "service.name"), "named");
  EXPECT_EQ(resource_of(settings, "zone"), "z 1");
  EXPECT_FALSE(settings.sampler.samples(TraceContext({1}, {2}, true), {1}));
}

TEST(TraceSettings, WhatIsWrongIsIgnoredWithAWarning) {
  const auto warning = [](const char* name, const char* value) {
    std::map<std::string, std::string> environment = {{"OTEL_TRACES_EXPORTER", "otlp"}};
    environment[name] = value;
    const TraceSettings settings = read(environment);
    EXPECT_EQ(settings.warnings.size(), 1u) << name;
    return settings.warnings.empty() ? "" : settings.warnings[0];
  };
  EXPECT_THAT(warning("OTEL_BSP_SCHEDULE_DELAY", "5s"),
              HasSubstr("OTEL_BSP_SCHEDULE_DELAY: \"5s\" is not a number from 1"));
  EXPECT_THAT(warning("OTEL_TRACES_SAMPLER", "sometimes"), HasSubstr("parentbased_always_on"));
  EXPECT_THAT(warning("OTEL_TRACES_SAMPLER_ARG", "2"), HasSubstr("from 0 to 1"));
  EXPECT_THAT(warning("OTEL_RESOURCE_ATTRIBUTES", "a"), HasSubstr("key=value"));
  EXPECT_THAT(warning("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
              HasSubstr("\"grpc\" is not supported, only http/protobuf, which is used"));
  EXPECT_THAT(warning("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip"), HasSubstr("as they are"));
  EXPECT_THAT(warning("OTEL_PROPAGATORS", "b3"), HasSubstr("only tracecontext"));
  EXPECT_THAT(warning("OTEL_SDK_DISABLED", "yes"), HasSubstr("true or false"));
  for (const char* name :
       {"OTEL_BSP_SCHEDULE_DELAY", "OTEL_BSP_EXPORT_TIMEOUT", "OTEL_BSP_MAX_QUEUE_SIZE",
        "OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "OTEL_EXPORTER_OTLP_TIMEOUT"}) {
    for (const char* value : {"0", "-1", "1000000001", "1e3", "many", "99999999999999999999"}) {
      EXPECT_THAT(warning(name, value), HasSubstr("is not a number from 1 to 1000000000;"));
    }
  }
  for (const char* value : {"-0.1", "1.1", "nan", "0,5", "half", "0.5 "}) {
    EXPECT_THAT(warning("OTEL_TRACES_SAMPLER_ARG", value), HasSubstr("from 0 to 1"));
  }
  EXPECT_THAT(warning("OTEL_TRACES_SAMPLER", "jaeger_remote"), HasSubstr("always_on"));
  EXPECT_THAT(warning("OTEL_EXPORTER_OTLP_ENDPOINT", "https://far:4318"), HasSubstr("collector"));
  const std::string header = warning("OTEL_EXPORTER_OTLP_HEADERS", "secret");
  EXPECT_THAT(header, testing::Not(HasSubstr("secret")));
  EXPECT_THAT(warning("OTEL_TRACES_EXPORTER", "zipkin"), HasSubstr("otlp or none"));
}

TEST(TraceSettings, WordsMayBeWrittenInCapitals) {
  const TraceSettings settings =
      read({{"OTEL_TRACES_EXPORTER", "OTLP"}, {"OTEL_TRACES_SAMPLER", "Always_Off"}});
  EXPECT_TRUE(settings.enabled);
  EXPECT_THAT(settings.warnings, IsEmpty());
  EXPECT_FALSE(settings.sampler.samples(TraceContext({1}, {2}, true), {1}));
  EXPECT_FALSE(read({{"OTEL_TRACES_EXPORTER", "otlp"}, {"OTEL_SDK_DISABLED", "TRUE"}}).enabled);
}

TEST(TraceSettings, AnEndpointIsAUrl) {
  for (const char* url :
       {"", "collector:4318", "https://collector", "http://", "http://:1", "http://a:0",
        "http://a:70000", "http://a:b", "http://u:p@a:1", "http://a/\r\nx: y"}) {
    EXPECT_FALSE(parse_endpoint(url)) << url;
  }
}

}  // namespace
}  // namespace fairlead::telemetry
