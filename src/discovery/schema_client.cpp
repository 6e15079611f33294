#include "discovery/schema_client.hpp"

#include <google/protobuf/descriptor_database.h>

#include "core/strings.hpp"
#include "discovery/gzip.hpp"

namespace fairlead::discovery {
namespace {

/// Keeps the first error that the pool reports.
class FirstError final : public google::protobuf::DescriptorPool::ErrorCollector {
 public:
  void AddError(const std::string& file, const std::string& element,
                const google::protobuf::Message*, ErrorLocation,
                const std::string& message) override {
    if (text.empty()) text = concat(file, ": ", element, ": ", message);
  }

  std::string text;
};

absl::Status damaged(std::string_view what) {
  return absl::DataLossError(concat("the schema cannot be used: ", what));
}

}  // namespace

// The pool reads from the database when something is looked up, so they stay together.
struct SchemaView::Content {
  Content() : pool(&database, &error) {}

  google::protobuf::FileDescriptorSet files;
  google::protobuf::SimpleDescriptorDatabase database;
  FirstError error;
  google::protobuf::DescriptorPool pool;
};

absl::StatusOr<SchemaView> SchemaView::read(std::string_view bytes, const std::string& service) {
  const auto content = std::make_shared<Content>();
  if (!content->files.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())) ||
      content->files.file().empty()) {
    return damaged("it is not a FileDescriptorSet");
  }
  for (const auto& file : content->files.file()) {
    if (!content->database.AddAndOwn(new google::protobuf::FileDescriptorProto(file))) {
      return damaged(concat(file.name(), " is there twice, or declares what another file does"));
    }
  }
  // Everything is looked up now, so that what is broken is known before it is used.
  std::string services;
  for (const auto& file : content->files.file()) {
    const auto* built = content->pool.FindFileByName(file.name());
    if (built == nullptr) {
      return damaged(content->error.text.empty() ? file.name() : content->error.text);
    }
    for (int i = 0; i < built->service_count(); ++i) {
      append(services, services.empty() ? "" : ", ", built->service(i)->full_name());
    }
  }
  const auto* descriptor = content->pool.FindServiceByName(service);
  if (descriptor == nullptr) {
    return absl::NotFoundError(concat("the schema has no service ", service,
                                      "; it has: ", services.empty() ? "none" : services));
  }
  return SchemaView(content, descriptor);
}

const google::protobuf::DescriptorPool& SchemaView::pool() const {
  return content_->pool;
}

const google::protobuf::FileDescriptorSet& SchemaView::files() const {
  return content_->files;
}

std::string schema_subject(std::string_view prefix, std::string_view service) {
  return concat(prefix, prefix.empty() ? "" : ".", service, "._.schema");
}

Task<absl::StatusOr<SchemaView>> fetch_schema(nats::Connection connection, std::string prefix,
                                              std::string service, Deadline::Duration timeout) {
  const std::string subject = schema_subject(prefix, service);
  auto reply = co_await connection.request(subject, std::string(), timeout);
  if (absl::IsUnavailable(reply.status()) && connection.is_open()) {
    co_return absl::UnavailableError(concat("no instance of ", service, " is up",
                                            prefix.empty() ? "" : " under prefix ", prefix));
  }
  if (!reply.ok()) co_return reply.status();
  if (const auto error = reply->headers.get("Nats-Service-Error")) {
    co_return absl::UnknownError(concat(service, " does not give its schema: ", *error));
  }
  if (const auto encoding = reply->headers.get("content-encoding")) {
    if (*encoding != "gzip") {
      co_return damaged(concat("it is encoded as ", *encoding, ", expected gzip or nothing"));
    }
    absl::StatusOr<std::string> unpacked = gunzip(reply->payload);
    if (!unpacked.ok()) co_return damaged(message_of(unpacked.status()));
    reply->payload = *std::move(unpacked);
  }
  co_return SchemaView::read(reply->payload, service);
}

}  // namespace fairlead::discovery
