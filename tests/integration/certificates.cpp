#include "tests/integration/certificates.hpp"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>

#include <arpa/inet.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

namespace fairlead::testing {
namespace {

namespace fs = std::filesystem;

struct Free {
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(X509_EXTENSION* extension) const { X509_EXTENSION_free(extension); }
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using Certificate = std::unique_ptr<X509, Free>;
using Key = std::unique_ptr<EVP_PKEY, Free>;
using File = std::unique_ptr<std::FILE, Free>;

void check(bool good) {
  if (!good) throw std::runtime_error("OpenSSL did not make a certificate");
}

File open(const std::string& path, const char* mode) {
  File file(std::fopen(path.c_str(), mode));
  if (!file) throw std::runtime_error("cannot open " + path);
  return file;
}

void add_extension(X509* certificate, X509* issuer, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const std::unique_ptr<X509_EXTENSION, Free> extension(
      X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
  check(extension && X509_add_ext(certificate, extension.get(), -1) == 1);
}

bool is_address(const std::string& name) {
  unsigned char bytes[16];
  return inet_pton(AF_INET, name.c_str(), bytes) == 1 ||
         inet_pton(AF_INET6, name.c_str(), bytes) == 1;
}

std::string alternatives(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) {
    if (!text.empty()) text += ",";
    text += (is_address(name) ? "IP:" : "DNS:") + name;
  }
  return text;
}

Certificate make_unsigned(const CertificateText& text, int serial, EVP_PKEY* key) {
  Certificate certificate(X509_new());
  check(X509_set_version(certificate.get(), X509_VERSION_3) == 1);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), serial);
  using std::chrono::seconds;
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), seconds(text.valid_from).count());
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), seconds(text.valid_until).count());
  const auto* const name = reinterpret_cast<const unsigned char*>(text.common_name.c_str());
  check(X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_UTF8,
                                   name, -1, -1, 0) == 1);
  check(X509_set_pubkey(certificate.get(), key) == 1);
  return certificate;
}

void save(const CertificateFiles& files, X509* certificate, EVP_PKEY* key) {
  check(PEM_write_X509(open(files.certificate, "w").get(), certificate) == 1);
  check(PEM_write_PrivateKey(open(files.key, "w").get(), key, nullptr, nullptr, 0, nullptr,
                             nullptr) == 1);
}

Certificate load_certificate(const std::string& path) {
  Certificate certificate(PEM_read_X509(open(path, "r").get(), nullptr, nullptr, nullptr));
  check(certificate != nullptr);
  return certificate;
}

Key load_key(const std::string& path) {
  Key key(PEM_read_PrivateKey(open(path, "r").get(), nullptr, nullptr, nullptr));
  check(key != nullptr);
  return key;
}

}  // namespace

CertificateAuthority::CertificateAuthority(std::string common_name) {
  std::string pattern = (fs::temp_directory_path() / "fairlead-certificates-XXXXXX").string();
  if (!mkdtemp(pattern.data())) throw std::runtime_error("no temporary folder for certificates");
  folder_ = pattern;
  own_ = {folder_ + "/ca.pem", folder_ + "/ca.key"};
  CertificateText text;
  text.common_name = std::move(common_name);
  const Key key(EVP_EC_gen("P-256"));
  const Certificate certificate = make_unsigned(text, 1, key.get());
  check(X509_set_issuer_name(certificate.get(), X509_get_subject_name(certificate.get())) == 1);
  add_extension(certificate.get(), certificate.get(), NID_basic_constraints, "critical,CA:TRUE");
  check(X509_sign(certificate.get(), key.get(), EVP_sha256()) > 0);
  save(own_, certificate.get(), key.get());
}

CertificateAuthority::~CertificateAuthority() {
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

CertificateFiles CertificateAuthority::issue(const CertificateText& text) {
  const std::string stem = folder_ + "/" + std::to_string(++issued_);
  CertificateFiles files{stem + ".pem", stem + ".key"};
  const Certificate issuer = load_certificate(own_.certificate);
  const Key issuer_key = load_key(own_.key);
  const Key key(EVP_EC_gen("P-256"));
  const Certificate certificate = make_unsigned(text, issued_ + 1, key.get());
  check(X509_set_issuer_name(certificate.get(), X509_get_subject_name(issuer.get())) == 1);
  if (!text.names.empty()) {
    add_extension(certificate.get(), issuer.get(), NID_subject_alt_name, alternatives(text.names));
  }
  add_extension(certificate.get(), issuer.get(), NID_ext_key_usage, "serverAuth,clientAuth");
  check(X509_sign(certificate.get(), issuer_key.get(), EVP_sha256()) > 0);
  save(files, certificate.get(), key.get());
  return files;
}

std::string CertificateAuthority::write(const std::string& name, const std::string& content) const {
  std::string path = folder_ + "/" + name;
  std::ofstream(path) << content;
  return path;
}

CertificateFiles CertificateAuthority::encrypted(const CertificateFiles& files) const {
  CertificateFiles result{files.certificate, files.key + ".encrypted"};
  const Key key = load_key(files.key);
  unsigned char passphrase[] = "secret";
  check(PEM_write_PrivateKey(open(result.key, "w").get(), key.get(), EVP_aes_128_cbc(), passphrase,
                             6, nullptr, nullptr) == 1);
  return result;
}

std::string read_file(const std::string& path) {
  std::ifstream file(path);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

}  // namespace fairlead::testing
