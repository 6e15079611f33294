#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace fairlead::testing {

/// A certificate and its private key, in PEM files.
struct CertificateFiles {
  std::string certificate;
  std::string key;
};

/// What a certificate is to say.
struct CertificateText {
  std::string common_name = "server";
  std::vector<std::string> names = {"localhost", "127.0.0.1", "::1"};
  std::chrono::hours valid_from{-1};   // from now
  std::chrono::hours valid_until{24};  // from now
};

/// An authority of the test's own, which issues certificates. Its files end with the object.
class CertificateAuthority {
 public:
  explicit CertificateAuthority(std::string common_name = "Test CA");
  ~CertificateAuthority();
  CertificateAuthority(const CertificateAuthority&) = delete;
  CertificateAuthority& operator=(const CertificateAuthority&) = delete;

  /// Its own certificate.
  const std::string& file() const { return own_.certificate; }

  CertificateFiles issue(const CertificateText& text);

  /// A file of the test's own beside them; returns its path.
  std::string write(const std::string& name, const std::string& content) const;

  /// `files` with the key encrypted.
  CertificateFiles encrypted(const CertificateFiles& files) const;

 private:
  std::string folder_;
  CertificateFiles own_;
  int issued_ = 0;
};

/// All that a file holds.
std::string read_file(const std::string& path);

}  // namespace fairlead::testing
