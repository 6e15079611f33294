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

TEST(Url, SchemesSayWhetherToEncrypt) {
  EXPECT_TRUE(parse_servers("tls://h")->front().tls);
  EXPECT_TRUE(parse_servers("TLS://h")->front().tls);
  EXPECT_FALSE(parse_servers("nats://h")->front().tls);
  EXPECT_FALSE(parse_servers("h")->front().tls);
}

TEST(Url, NamesWhatIsWrong) {
  EXPECT_EQ(show("http://h"), "\"http://h\": the scheme is \"http\"; expected \"nats\" or \"tls\"");
  EXPECT_EQ(show("wss://h"),
            "\"wss://h\": the scheme is \"wss\", and NATS over WebSocket is not supported; "
            "expected \"nats\" or \"tls\"");
  EXPECT_EQ(show("nats://h:0"),
            "\"nats://h:0\": the port is \"0\"; expected a number from 1 to 65535");
  EXPECT_EQ(show("nats://h:"),
            "\"nats://h:\": the port is \"\"; expected a number from 1 to 65535");
  EXPECT_EQ(show("nats://h:99999"),
            "\"nats://h:99999\": the port is \"99999\"; expected a number from 1 to 65535");
  EXPECT_EQ(show("nats://h:12x"),
            "\"nats://h:12x\": the port is \"12x\"; expected a number from 1 to 65535");
  EXPECT_EQ(show("nats://:4222"), "\"nats://:4222\": the host is missing");
  EXPECT_EQ(show("nats://"), "\"nats://\": the host is missing");
  EXPECT_EQ(show("nats://a b"), "\"nats://a b\": the host has the character \" \"");
  EXPECT_EQ(show("nats://h:1/x?y"),
            "\"nats://h:1/x?y\": \"/x?y\" follows host and port; nothing is expected");
  EXPECT_EQ(show("nats://@h"), "\"nats://***@h\": no user and no token before \"@\"");
  EXPECT_EQ(show("nats://:pw@h"), "\"nats://***@h\": no user and no token before \"@\"");
  EXPECT_EQ(show("a,,b"), "\"a,,b\": an empty URL");
  EXPECT_EQ(show(""), "\"\": an empty URL");
}

TEST(Url, NamesWhatIsWrongWithAddresses) {
  EXPECT_EQ(show("nats://[::1"), "\"nats://[::1\": \"[\" without \"]\"");
  EXPECT_EQ(show("nats://[1.2.3.4]:1"),
            "\"nats://[1.2.3.4]:1\": \"1.2.3.4\" in brackets is not an IPv6 address");
  EXPECT_EQ(show("nats://[::1]4222"),
            "\"nats://[::1]4222\": expected \":\" and a port after \"]\"");
  EXPECT_EQ(show("nats://fe80::1"),
            "\"nats://fe80::1\": an IPv6 address stands in brackets: \"[fe80::1]\"");
  EXPECT_EQ(show("nats://[fe80::1%eth0]"), "[fe80::1%eth0]:4222 user= password= token=;");
}

TEST(Url, WhatServersTellOfEachOther) {
  const auto server = parse_discovered("10.0.0.7:4223");
  ASSERT_TRUE(server.ok()) << server.status();
  EXPECT_EQ(server->display(), "10.0.0.7:4223");
  EXPECT_TRUE(server->discovered);
  EXPECT_EQ(parse_discovered("[::1]:4223")->display(), "[::1]:4223");
  for (const std::string_view text :
       {"", "nats://h:1", "user@h:1", "h:port", "h:1/", "h,i", "[::1", "h\r\nPING"}) {
    EXPECT_FALSE(parse_discovered(text).ok()) << text;
  }
}

TEST(Url, ErrorsDoNotShowCredentials) {
  for (const std::string_view url :
       {"nats://me:hunter2@h:x", "http://hunter2@h", "me:hunter2@", "nats://me:hunter2%zz@h",
        "nats://me:hunter2,hunter2@h", "me:hunter2://hunter2@:"}) {
    EXPECT_EQ(show(url).find("hunter2"), std::string::npos) << show(url);
  }
  EXPECT_EQ(redact_url("nats://me:pw@h,nats://tok@i:1,j"), "nats://***@h,nats://***@i:1,j");
  // A password with a comma shows nothing, though it is no valid URL.
  EXPECT_EQ(redact_url("nats://me:p,w@h,k"), "nats://***@h,k");
  EXPECT_EQ(redact_url("me:p,w@h"), "***@h");
  EXPECT_EQ(redact_url("me:p://w@h"), "***@h");
  EXPECT_EQ(redact_url("nats://me:p,w://x@h"), "nats://***@h");
  EXPECT_EQ(redact_url("nats://a,nats://me:p@b"), "nats://a,nats://***@b");
}

TEST(Url, ACommaInThePasswordIsExplained) {
  EXPECT_EQ(show("nats://a,nats://me:p,w@h"),
            "\"nats://***@h\": not a URL; a comma in user, password or token is written %2C");
}

}  // namespace
}  // namespace fairlead::nats
