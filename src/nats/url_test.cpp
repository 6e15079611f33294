#include "nats/url.hpp"

#include <gtest/gtest.h>

#include "core/strings.hpp"

namespace fairlead::nats {
namespace {

std::string show(std::string_view urls) {
  const auto servers = parse_servers(urls);
  if (!servers.ok()) return std::string(message_of(servers.status()));
  std::string text;
  for (const ServerAddress& server : *servers) {
    append(text, server.display(), " user=", server.user, " password=", server.password,
           " token=", server.token, ";");
  }
  return text;
}

TEST(Url, HostsAndPorts) {
  EXPECT_EQ(show("nats://localhost"), "localhost:4222 user= password= token=;");
  EXPECT_EQ(show("localhost:1234"), "localhost:1234 user= password= token=;");
  EXPECT_EQ(show("nats://[::1]:4223/"), "[::1]:4223 user= password= token=;");
  EXPECT_EQ(show("nats://a:1, nats://b:2"),
            "a:1 user= password= token=;b:2 user= password= token=;");
}

TEST(Url, Credentials) {
  EXPECT_EQ(show("nats://me:se%40cret@h"), "h:4222 user=me password=se@cret token=;");
  EXPECT_EQ(show("nats://t0ken@h:5"), "h:5 user= password= token=t0ken;");
}

TEST(Url, NamesWhatIsWrong) {
  EXPECT_EQ(show("http://h"), "\"http://h\": the scheme is \"http\"; expected \"nats\"");
  EXPECT_EQ(show("nats://h:0"),
            "\"nats://h:0\": the port is \"0\"; expected a number from 1 to 65535");
  EXPECT_EQ(show("nats://h:99999"),
            "\"nats://h:99999\": the port is \"99999\"; expected a number from 1 to 65535");
  EXPECT_EQ(show("nats://h:12x"),
            "\"nats://h:12x\": the port is \"12x\"; expected a number from 1 to 65535");
  EXPECT_EQ(show("nats://:4222"), "\"nats://:4222\": the host is missing");
  EXPECT_EQ(show("nats://[::1"), "\"nats://[::1\": \"[\" without \"]\"");
  EXPECT_EQ(show("a,,b"), "\"a,,b\": an empty URL");
}

TEST(Url, ErrorsDoNotShowCredentials) {
  for (const std::string_view url :
       {"nats://me:hunter2@h:x", "http://hunter2@h", "me:hunter2@", "nats://me:hunter2%zz@h"}) {
    EXPECT_EQ(show(url).find("hunter2"), std::string::npos) << show(url);
  }
  EXPECT_EQ(redact_url("nats://me:pw@h,nats://tok@i:1,j"), "nats://***@h,nats://***@i:1,j");
  // A password with a comma shows nothing, though it is no valid URL.
  EXPECT_EQ(redact_url("nats://me:p,w@h,k"), "nats://***@h,k");
  EXPECT_EQ(redact_url("me:p,w@h"), "***@h");
  EXPECT_EQ(redact_url("nats://a,nats://me:p@b"), "nats://a,nats://***@b");
}

}  // namespace
}  // namespace fairlead::nats
