// SPDX-License-Identifier: GPL-3.0-or-later
// The server on loopback, spoken to by bytes.
#include "serve/transport.hh"

#include <arpa/inet.h>
#include <fmt/core.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <future>
#include <thread>

#include "base/files.hh"
#include "base/process.hh"
#include "base/text.hh"
#include "tests/fake_env.hh"

namespace lorelei::serve {
namespace {

using namespace std::chrono_literals;

// A server that answers with what it was sent; its clock stands still.
class Served {
 public:
  explicit Served(Limits limits = {}, std::vector<std::string> listen = {"127.0.0.1:0"}, HttpOptions options = {})
      : log_(world.env.err) {
    options.listen = std::move(listen);
    options.limits = limits;
    const auto echo = [this](const Request& request) {
      if (request.path == "/slow") gate.get_future().wait();
      if (request.path == "/throws") throw std::runtime_error("no luck");
      return Response{200, "text/plain", request.head.method + " " + request.path + " " + request.body};
    };
    auto opened =
        HttpServer::open(world.env, options, {{"/echo", 100, echo}, {"/slow", 0, echo}, {"/throws", 0, echo}}, log_);
    EXPECT_TRUE(opened) << to_text(opened.error());
    server = std::make_unique<HttpServer>(*std::move(opened));
    thread_ = std::thread([this] { EXPECT_TRUE(server->run()); });
  }
  ~Served() { stop(); }
  void stop() {
    if (!thread_.joinable()) return;
    server->stop();
    thread_.join();
  }
  std::uint16_t port() const {
    const auto address = server->addresses().front();
    return static_cast<std::uint16_t>(*parse_uint(address.substr(address.rfind(':') + 1)));
  }
  std::string log() { return stop(), world.err(); }

  FakeEnv world;
  std::promise<void> gate;
  std::unique_ptr<HttpServer> server;

 private:
  Log log_;
  std::thread thread_;
};

class Client {
 public:
  explicit Client(const Served& served) : fd_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(served.port());
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(connect(fd_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  }
  explicit Client(Fd fd) : fd_(std::move(fd)) {}
  void say(std::string_view bytes) { (void)send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL); }
  // What the server says until it has said such a text, or closes; "(silence)" after ten seconds.
  std::string hear(std::string_view until = "\xff") {
    std::string heard;
    char chunk[4096];
    while (heard.find(until) == heard.npos) {
      pollfd ready{fd_.get(), POLLIN, 0};
      if (poll(&ready, 1, 10'000) != 1) return heard + "(silence)";
      const auto size = recv(fd_.get(), chunk, sizeof chunk, 0);
      if (size <= 0) break;
      heard.append(chunk, static_cast<std::size_t>(size));
    }
    return heard;
  }
  void finish() { shutdown(fd_.get(), SHUT_WR); }

 private:
  Fd fd_;
};

std::string asked(const Served& served, std::string_view request) {
  Client client(served);
  client.say(request);
  return client.hear();
}

std::string first_line(std::string_view text) { return std::string(text.substr(0, text.find('\r'))); }

TEST(HttpServer, AnswersOneRequestAfterAnotherOnOneConnection) {
  Served served;
  Client client(served);
  client.say("POST /echo?q HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello");
  const auto answer = client.hear("hello");
  EXPECT_EQ(answer,
            "HTTP/1.1 200 OK\r\nDate: Sat, 21 Nov 2026 12:34:56 GMT\r\nContent-Type: text/plain\r\nContent-Length: 16"
            "\r\nX-Content-Type-Options: nosniff\r\nConnection: keep-alive\r\n\r\nPOST /echo hello");
  client.say("GET /echo HTTP/1.1\r\nHost: x\r\n\r\nGET /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  const auto both = client.hear();
  EXPECT_NE(both.find("GET /echo HTTP/1.1 200"), 0u);
  EXPECT_EQ(both.find("Connection: keep-alive"), both.rfind("Connection: keep-alive"));
  EXPECT_NE(both.find("Connection: close"), both.npos);
  EXPECT_NE(served.log().find("127.0.0.1 - - [21/Nov/2026:12:34:56 +0000] \"POST /echo?q HTTP/1.1\" 200 16 "),
            std::string::npos);
}

TEST(HttpServer, HeadHasNoBodyAndOldClientsAreClosed) {
  Served served;
  const auto answer = asked(served, "HEAD /echo HTTP/1.0\r\n\r\n");
  EXPECT_NE(answer.find("Content-Length: 11\r\n"), answer.npos);
  EXPECT_TRUE(answer.ends_with("Connection: close\r\n\r\n"));
}

TEST(HttpServer, WhatItDoesNotServe) {
  Served served;
  EXPECT_EQ(first_line(asked(served, "GET /other HTTP/1.1\r\nHost: x\r\n\r\n")), "HTTP/1.1 404 Not Found");
  EXPECT_EQ(first_line(asked(served, "GET /echo/x HTTP/1.1\r\nHost: x\r\n\r\n")), "HTTP/1.1 404 Not Found");
  EXPECT_EQ(first_line(asked(served, "GET /throws HTTP/1.0\r\n\r\n")), "HTTP/1.1 500 Internal Server Error");
  EXPECT_EQ(first_line(asked(served, "GET /echo HTTP/1.1\r\nHost: x\r\nExpect: more\r\n\r\n")),
            "HTTP/1.1 417 Expectation Failed");
  EXPECT_EQ(first_line(asked(served, "GET /echo\r\n")), "HTTP/1.1 400 Bad Request");
}

TEST(HttpServer, ATooLargeBodyIsAnsweredAlsoWhileItComes) {
  Served served;
  const std::string head = "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 101\r\n\r\n";
  EXPECT_EQ(first_line(asked(served, head)), "HTTP/1.1 413 Content Too Large");
  EXPECT_EQ(first_line(asked(served, head + std::string(101, 'x'))), "HTTP/1.1 413 Content Too Large");
  EXPECT_EQ(first_line(asked(served, "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n65\r\n" +
                                         std::string(101, 'x') + "\r\n0\r\n\r\n")),
            "HTTP/1.1 413 Content Too Large");
}

TEST(HttpServer, SaysContinueOnlyToWhomItWillListen) {
  Served served;
  Client client(served);
  client.say("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.hear("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  client.say("hi");
  EXPECT_EQ(first_line(client.hear("hi")), "HTTP/1.1 200 OK");
  EXPECT_EQ(first_line(
                asked(served, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 200\r\nExpect: 100-continue\r\n\r\n")),
            "HTTP/1.1 413 Content Too Large");
}

TEST(HttpServer, ASlowHeaderIsToldThatItWasTooSlow) {
  Limits limits;
  limits.head_time = 100ms;
  Served served(limits);
  Client client(served);
  client.say("GET /echo HT");
  EXPECT_EQ(first_line(client.hear()), "HTTP/1.1 408 Request Timeout");
}

TEST(HttpServer, ABodyThatStopsIsToldThatItWasTooSlow) {
  Limits limits;
  limits.progress_time = 100ms;
  Served served(limits);
  Client client(served);
  client.say("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhe");
  EXPECT_EQ(first_line(client.hear()), "HTTP/1.1 408 Request Timeout");
}

TEST(HttpServer, ABodyThatTricklesIsEnded) {
  Limits limits;
  limits.head_time = 100ms;
  limits.bytes_per_second = 1'000'000;
  Served served(limits);
  Client client(served);
  client.say("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 90\r\n\r\n");
  std::thread trickle([&] {
    for (int i = 0; i < 80; ++i) {
      client.say("x");
      std::this_thread::sleep_for(5ms);
    }
  });
  EXPECT_EQ(first_line(client.hear("\r\n\r\n")), "HTTP/1.1 408 Request Timeout");
  trickle.join();
}

TEST(HttpServer, AnIdleConnectionIsClosedWithoutAWord) {
  Limits limits;
  limits.idle_time = 50ms;
  Served served(limits);
  Client client(served);
  EXPECT_EQ(client.hear(), "");
  Client other(served);
  other.say("GET /echo HTTP/1.1\r\nHost: x\r\n\r\n");
  const auto heard = other.hear();
  EXPECT_EQ(first_line(heard), "HTTP/1.1 200 OK");
  EXPECT_TRUE(heard.ends_with("GET /echo ")) << heard;
}

TEST(HttpServer, WhoDoesNotReadDoesNotStayForever) {
  Limits limits;
  limits.progress_time = 100ms;
  limits.connections = 1;
  Served served(limits);
  Client client(served);
  // Answers that nobody takes fill the socket; then the connection goes, and its place is free again.
  std::string many;
  for (int i = 0; i < 2000; ++i) many += "GET /echo HTTP/1.1\r\nHost: x\r\n\r\n";
  std::thread talker([&] {
    for (int i = 0; i < 100; ++i) client.say(many);
  });
  talker.join();
  for (int i = 0; i < 200; ++i) {
    const auto answer = asked(served, "GET /echo HTTP/1.0\r\n\r\n");
    if (first_line(answer) == "HTTP/1.1 200 OK") return;
    std::this_thread::sleep_for(20ms);
  }
  FAIL() << "its place was never free";
}

TEST(HttpServer, ConnectionsAreLimitedInAllAndForEachAddress) {
  for (const bool in_all : {true, false}) {
    Limits limits;
    (in_all ? limits.connections : limits.connections_per_address) = 2;
    Served served(limits);
    Client one(served);
    {
      Client two(served);
      two.say("GET /echo HTTP/1.1\r\nHost: x\r\n\r\n");
      EXPECT_EQ(first_line(two.hear("/echo ")), "HTTP/1.1 200 OK");
      EXPECT_EQ(first_line(Client(served).hear()), "HTTP/1.1 503 Service Unavailable");
    }
    for (int i = 0; i < 200; ++i) {
      if (first_line(asked(served, "GET /echo HTTP/1.0\r\n\r\n")) == "HTTP/1.1 200 OK") break;
      ASSERT_LT(i, 199);
      std::this_thread::sleep_for(10ms);
    }
  }
}

TEST(HttpServer, MoreRequestsThanThreadsAndQueueAreTurnedAway) {
  Limits limits;
  limits.queued = 0;
  HttpOptions options;
  options.threads = 1;
  Served served(limits, {"127.0.0.1:0"}, options);
  Client slow(served);
  slow.say("GET /slow HTTP/1.0\r\n\r\n");
  for (int i = 0; first_line(asked(served, "GET /echo HTTP/1.0\r\n\r\n")) != "HTTP/1.1 503 Service Unavailable"; ++i) {
    ASSERT_LT(i, 1000);
  }
  served.gate.set_value();
  EXPECT_EQ(first_line(slow.hear()), "HTTP/1.1 200 OK");
}

TEST(HttpServer, AStopLetsTheAnswerUnderWayOut) {
  Served served;
  Client idle(served);
  Client busy(served);
  busy.say("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
  std::this_thread::sleep_for(50ms);
  served.server->stop();
  EXPECT_EQ(idle.hear(), "");
  served.gate.set_value();
  const auto heard = busy.hear();
  EXPECT_EQ(first_line(heard), "HTTP/1.1 200 OK");
  EXPECT_NE(heard.find("Connection: close"), heard.npos);
  served.stop();
}

TEST(HttpServer, ListensInTheFileSystemAlsoWhereAKilledOneDid) {
  const auto place = *TempDir::create(fs::temp_directory_path(), "transport-test-");
  const auto path = place.path() / "socket";
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.string().copy(address.sun_path, sizeof address.sun_path - 1);
  {
    const Fd left(socket(AF_UNIX, SOCK_STREAM, 0));
    ASSERT_EQ(bind(left.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  }
  Served served({}, {"unix:" + path.string()});
  Fd fd(socket(AF_UNIX, SOCK_STREAM, 0));
  ASSERT_EQ(connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  Client client(std::move(fd));
  client.say("GET /echo HTTP/1.0\r\n\r\n");
  EXPECT_EQ(first_line(client.hear()), "HTTP/1.1 200 OK");
  EXPECT_NE(served.log().find("unix - - ["), std::string::npos);
}

TEST(HttpServer, AddressesThatAreNone) {
  FakeEnv world;
  Log log(world.env.err);
  for (const char* address : {"8080", "::1:80", "127.0.0.1:70000", "unix:"}) {
    HttpOptions options;
    options.listen = {address};
    const auto opened = HttpServer::open(world.env, options, {}, log);
    ASSERT_FALSE(opened) << address;
    EXPECT_EQ(opened.error().kind, Error::Kind::kUsage) << address;
  }
  EXPECT_FALSE(HttpServer::open(world.env, {}, {}, log));
}

// ---- TLS, as OpenSSL's own client sees it ----

class WithCertificate : public testing::Test {
 protected:
  void SetUp() override {
    const auto made =
        run_process({"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                     "-days", "2", "-subj", "/CN=localhost", "-keyout", file("key"), "-out", file("certificate")});
    if (!made || made->status != 0) GTEST_SKIP() << "openssl is not installed";
    options.certificate_file = file("certificate");
    options.key_file = file("key");
  }
  std::string file(const char* name) const { return place_.path() / name; }
  std::string asked_by_tls(const Served& served, const std::vector<std::string>& more, std::string_view request) const {
    Argv argv = {"openssl",
                 "s_client",
                 "-quiet",
                 "-no_ign_eof",
                 "-CAfile",
                 file("certificate"),
                 "-verify_return_error",
                 "-connect",
                 fmt::format("127.0.0.1:{}", served.port())};
    argv.insert(argv.end(), more.begin(), more.end());
    // Its input stays open until the answer is there.
    auto client = Process::start(argv, {Stream::kPipe, Stream::kPipe, Stream::kNull});
    EXPECT_TRUE(client->write(request));
    std::string heard;
    for (;;) {
      const auto some = client->read_some();
      if (!some || some->empty()) return heard;
      heard += *some;
    }
  }
  HttpOptions options;

 private:
  TempDir place_ = *TempDir::create(fs::temp_directory_path(), "transport-test-");
};

TEST_F(WithCertificate, AnswersEncrypted) {
  Served served({}, {"127.0.0.1:0"}, options);
  for (const char* version : {"-tls1_2", "-tls1_3"})
    EXPECT_EQ(first_line(asked_by_tls(served, {version, "-alpn", "h2,http/1.1"}, "GET /echo HTTP/1.0\r\n\r\n")),
              "HTTP/1.1 200 OK");
  EXPECT_EQ(first_line(asked_by_tls(served, {}, "GET /no HTTP/1.0\r\n\r\n")), "HTTP/1.1 404 Not Found");
}

TEST_F(WithCertificate, RefusesOldVersionsOtherProtocolsAndPlainText) {
  Served served({}, {"127.0.0.1:0"}, options);
  EXPECT_EQ(asked_by_tls(served, {"-tls1_1"}, "GET /echo HTTP/1.0\r\n\r\n"), "");
  EXPECT_EQ(asked_by_tls(served, {"-alpn", "h2"}, "GET /echo HTTP/1.0\r\n\r\n"), "");
  EXPECT_EQ(asked(served, "GET /echo HTTP/1.0\r\n\r\n").find("HTTP/"), std::string::npos);
}

TEST_F(WithCertificate, AGreetingThatDoesNotComeIsNotWaitedFor) {
  Limits limits;
  limits.head_time = 50ms;
  Served served(limits, {"127.0.0.1:0"}, options);
  EXPECT_EQ(Client(served).hear(), "");
}

TEST_F(WithCertificate, ACertificateThatCannotBeUsedIsAnError) {
  FakeEnv world;
  Log log(world.env.err);
  ASSERT_TRUE(replace_file(file("key"), "no key"));
  options.listen = {"127.0.0.1:0"};
  EXPECT_FALSE(HttpServer::open(world.env, options, {}, log));
}

}  // namespace
}  // namespace lorelei::serve
