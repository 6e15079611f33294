#include "nats/tls_failure.hpp"

#include <absl/strings/str_join.h>

#include "core/strings.hpp"
#include "nats/tls_certificate.hpp"

namespace fairlead::nats {
namespace {

std::string trusted_by(const TlsOptions& options) {
  if (options.ca_file().empty()) {
    return "trusted are those that the system trusts; set the CA file if the server has one of its "
           "own";
  }
  return concat("trusted are those of the CA file \"", options.ca_file(), "\"");
}

std::string names_of(const TlsCertificate& certificate) {
  if (certificate.names.empty()) return certificate.subject;
  return absl::StrJoin(certificate.names, ", ");
}

bool is_about_certificates(int alert) {
  switch (alert) {
    case SSL_AD_BAD_CERTIFICATE:
    case SSL_AD_UNSUPPORTED_CERTIFICATE:
    case SSL_AD_CERTIFICATE_REVOKED:
    case SSL_AD_CERTIFICATE_EXPIRED:
    case SSL_AD_CERTIFICATE_UNKNOWN:
    case SSL_AD_UNKNOWN_CA:
    case SSL_AD_ACCESS_DENIED:
    case SSL_AD_CERTIFICATE_REQUIRED:
      return true;
    default:
      return false;
  }
}

}  // namespace

absl::Status untrusted_server(const TlsObjection& objection, const TlsOptions& options,
                              std::string_view name) {
  const std::string reason = X509_verify_cert_error_string(objection.code);
  if (!objection.certificate) {
    return absl::UnauthenticatedError(
        concat("the NATS server's certificate was not accepted: ", reason));
  }
  const TlsCertificate certificate = read_certificate(*objection.certificate);
  std::string which = "the NATS server's certificate";
  if (objection.depth > 0) which = "a certificate that signed the NATS server's";
  const std::string who = concat("subject ", certificate.subject, ", issuer ", certificate.issuer);
  switch (objection.code) {
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return absl::UnauthenticatedError(
          concat(which, " is not for \"", name, "\" but for ", names_of(certificate),
                 ": connect by such a name, or set the TLS server name (", who, ")"));
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return absl::UnauthenticatedError(
          concat(which, " expired on ", to_text(certificate.not_after), "; it was valid from ",
                 to_text(certificate.not_before), " (", who, ")"));
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return absl::UnauthenticatedError(
          concat(which, " is valid only from ", to_text(certificate.not_before), " until ",
                 to_text(certificate.not_after), ": is this machine's clock right? (", who, ")"));
    default:
      return absl::UnauthenticatedError(
          concat(which, " is not trusted: ", reason, " (", who, "); ", trusted_by(options)));
  }
}

absl::Status refused_by_server(int alert, const TlsOptions& options) {
  const std::string said = SSL_alert_desc_string_long(alert);
  if (alert == SSL_AD_PROTOCOL_VERSION) {
    return absl::UnavailableError("the NATS server speaks no TLS of version 1.2 or newer");
  }
  if (!is_about_certificates(alert)) {
    return absl::UnavailableError(concat("the NATS server ended TLS: ", said));
  }
  if (options.certificate_file().empty()) {
    return absl::UnauthenticatedError(
        concat("the NATS server wants a client certificate, and none is set (", said, ")"));
  }
  return absl::UnauthenticatedError(
      concat("the NATS server does not accept the client certificate "
             "\"",
             options.certificate_file(), "\": ", said));
}

}  // namespace fairlead::nats
