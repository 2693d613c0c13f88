// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/connection.hh"

#include <dlfcn.h>
#include <gmock/gmock.h>
#include <netdb.h>
#include <unistd.h>

#include "tests/fake_env.hh"
#include "tests/net/fake_server.hh"

// In place of the C library's, for this program.
extern "C" int getaddrinfo(const char* host, const char* port, const addrinfo* hints, addrinfo** found) {
  static const auto real = reinterpret_cast<decltype(&getaddrinfo)>(dlsym(RTLD_NEXT, "getaddrinfo"));
  const bool asks_servers = hints && !(hints->ai_flags & AI_NUMERICHOST);
  const std::string_view name = host && asks_servers ? host : "";
  while (name == "stuck.test") pause();  // as if no name server ever answered
  if (name == "known.test") return real("127.0.0.1", port, hints, found);
  return real(host, port, hints, found);
}

namespace lorelei::net {
namespace {

using std::chrono::milliseconds;

class ConnectionTest : public testing::Test {
 protected:
  Result<Connection> open(const std::string& host, std::uint16_t port = 9, milliseconds limit = milliseconds(50)) {
    return Connection::open(world.env, host, port, {.connect_limit = limit});
  }
  FakeEnv world;
};

TEST_F(ConnectionTest, NameThatNobodyAnswersForIsNotWaitedForLongerThanTheLimit) {
  const auto connection = open("stuck.test");
  ASSERT_FALSE(connection);
  EXPECT_EQ(connection.error().kind, Error::Kind::kTemporary);
  EXPECT_EQ(connection.error().subject, "stuck.test:9");
}

TEST_F(ConnectionTest, LookingUpANameEndsWhenTheUserWants) {
  world.cancelled = true;
  const auto connection = open("stuck.test", 9, std::chrono::hours(1));
  ASSERT_FALSE(connection);
  EXPECT_EQ(connection.error().kind, Error::Kind::kCancelled);
}

TEST_F(ConnectionTest, NamesAndAddressesLeadToTheirServer) {
  FakeServer server([](FakeServer::Line& line) { line.say("hello"); });
  for (const char* host : {"known.test", "localhost", "127.0.0.1"}) {
    SCOPED_TRACE(host);
    auto connection = open(host, server.port(), std::chrono::seconds(30));
    ASSERT_TRUE(connection) << to_text(connection.error());
    EXPECT_EQ(connection->read_some().value_or(""), "hello");
    EXPECT_TRUE(connection->is_loopback());
  }
}

TEST_F(ConnectionTest, NameThatIsNoneIsTemporary) {
  const auto connection = open("none.invalid", 9, std::chrono::seconds(30));
  ASSERT_FALSE(connection);
  EXPECT_EQ(connection.error().kind, Error::Kind::kTemporary);
}

}  // namespace
}  // namespace lorelei::net
