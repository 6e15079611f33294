#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "telemetry/span_data.hpp"

namespace fairlead::telemetry {

/// An ExportTraceServiceRequest of OTLP (opentelemetry-proto 1.x) with these spans, of a process
/// that `resource` describes, serialised as protobuf.
std::string encode_spans(const std::vector<SpanAttribute>& resource,
                         std::span<const std::unique_ptr<SpanData>> spans);

/// How many spans the receiver has refused, as its ExportTraceServiceResponse says; 0 if it took
/// all of them or says nothing that can be read.
std::uint64_t rejected_spans(std::string_view response);

}  // namespace fairlead::telemetry
