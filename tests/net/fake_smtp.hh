// SPDX-License-Identifier: GPL-3.0-or-later
// The small SMTP server on loopback, and a client of it, for tests.
#pragma once
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "net/smtp.hh"
#include "tests/fake_env.hh"
#include "tests/net/fake_server.hh"
#include "tests/net/smtp_server.hh"
#include "tests/net/tls_end.hh"

namespace lorelei::net {

class FakeSmtp {
 public:
  SmtpServerPlan plan;
  const TlsEnd* tls = nullptr;  // for STARTTLS

  FakeServer::Script script() {
    return [this](FakeServer::Line& line) {
      Wire wire{line, tls};
      SmtpServerSession<Wire, FakeSmtp>(plan, wire, *this).run();
    };
  }

  // To be called by the session.
  void heard(const std::string& line) {
    const std::lock_guard lock(mutex_);
    commands_.push_back(line);
  }
  void accepted(const TakenMail& mail) {
    const std::lock_guard lock(mutex_);
    accepted_.push_back(mail);
  }
  void dropped(const TakenMail& mail) {
    const std::lock_guard lock(mutex_);
    dropped_.push_back(mail);
  }

  std::vector<std::string> commands() const { return copy_of(commands_); }
  std::vector<TakenMail> accepted() const { return copy_of(accepted_); }
  std::vector<TakenMail> dropped() const { return copy_of(dropped_); }

 private:
  struct Wire {
    FakeServer::Line& line;
    const TlsEnd* tls;
    std::string hear() { return line.hear_raw(); }
    void say(const std::string& bytes) { line.say(bytes); }
    void start_tls() {
      if (!tls) throw HungUp();
      tls->encrypt(line);
    }
  };
  template <typename T>
  std::vector<T> copy_of(const std::vector<T>& from) const {
    const std::lock_guard lock(mutex_);
    return from;
  }

  mutable std::mutex mutex_;
  std::vector<std::string> commands_;          // guarded by mutex_
  std::vector<TakenMail> accepted_, dropped_;  // guarded by mutex_
};

// A client of the fake, and its server, which may cut the connection.
class SmtpWorld {
 public:
  void serve(std::size_t may_say = SIZE_MAX, std::size_t may_hear = SIZE_MAX, std::uint32_t address = INADDR_LOOPBACK) {
    server.emplace(smtp.script(), may_say, may_hear, address);
  }
  Result<Smtp> open() {
    if (!server) serve();
    if (options.host.empty()) options.host = "127.0.0.1";
    options.port = server->port();
    return Smtp::open(fake.env, options, &credentials);
  }
  // A connection for this mail alone.
  SmtpDelivery send(const std::string& mail, const std::vector<std::string>& to = {"bob@example.org"}) {
    auto client = open();
    if (client) return client->send({"ann@example.org", to}, mail);
    SmtpDelivery delivery;
    delivery.error = client.error();
    return delivery;
  }

  FakeSmtp smtp;
  SmtpOptions options;
  FakeEnv fake;
  git::Credentials credentials{fake.env, git::Prompt::kNever};
  std::optional<FakeServer> server;
};

}  // namespace lorelei::net
