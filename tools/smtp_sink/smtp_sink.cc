// SPDX-License-Identifier: GPL-3.0-or-later
// smtp_sink --port-file FILE --store DIR [FAULT...]: a mail server on loopback that keeps what it accepts.
//
// FILE gets the number of its port once it listens. Each mail is DIR/NNN.eml, with its envelope in front (lines
// X-Envelope-From and X-Envelope-To) and LF at the ends of lines; a mail that was taken whole, and whose sender was
// never told so, is DIR/NNN.taken. Files appear complete, and before the answer is said. One session after another;
// each fault strikes once, so that a second try meets a server that is well. It ends when it is killed.
#include <fmt/core.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include "base/exit_code.hh"
#include "base/files.hh"
#include "base/options.hh"
#include "base/text.hh"
#include "tests/net/fake_server.hh"
#include "tests/net/smtp_server.hh"

namespace {

using namespace lorelei;
using net::FakeServer;

struct Plan {
  std::string port_file, store, auth;
  std::vector<std::string> refused;
  std::uint64_t drop_after_replies = 0, drop_at_byte = 0, drop_after_dot = 0;  // 0: never
  bool takes_8bit = true;
};

// Writes down what becomes of mails.
class Store {
 public:
  explicit Store(std::string directory) : directory_(std::move(directory)) {}
  void heard(const std::string&) {}
  void accepted(const net::TakenMail& mail) { keep(mail, "eml"); }
  void dropped(const net::TakenMail& mail) { keep(mail, "taken"); }

 private:
  void keep(const net::TakenMail& mail, const char* suffix) {
    auto text = fmt::format("X-Envelope-From: {}\n", mail.from);
    for (const auto& each : mail.to) text += fmt::format("X-Envelope-To: {}\n", each);
    text += replace_all(mail.bytes, "\r\n", "\n");
    const auto name = fmt::format("{}/{:03}.{}", directory_, ++count_, suffix);
    if (const auto done = replace_file(name, text, Sync::kNo); !done)
      std::fprintf(stderr, "%s\n", to_text(done.error()).c_str());
  }

  const std::string directory_;
  int count_ = 0;
};

// A line that breaks once so many replies were said.
struct Wire {
  FakeServer::Line& line;
  std::uint64_t* replies_left;  // 0: any number

  std::string hear() { return line.hear_raw(); }
  void say(const std::string& bytes) {
    line.say(bytes);
    if (*replies_left > 0 && --*replies_left == 0) throw net::HungUp();
  }
  void start_tls() {}
};

class Sink {
 public:
  explicit Sink(Plan plan) : plan_(std::move(plan)), store_(plan_.store) {
    if (!plan_.takes_8bit) std::erase(server_.extensions, "8BITMIME");
    server_.refused = plan_.refused;
    if (!plan_.auth.empty()) {
      const auto colon = plan_.auth.find(':');
      server_.user = plan_.auth.substr(0, colon);
      server_.password = colon == std::string::npos ? "" : plan_.auth.substr(colon + 1);
      server_.extensions.push_back("AUTH PLAIN LOGIN");
    }
    server_.drops_before = [this](const std::string& command) {
      return command == "." && plan_.drop_after_dot > 0 && --plan_.drop_after_dot == 0;
    };
  }

  void talk(FakeServer::Line& line) {
    if (plan_.drop_at_byte > 0) line.limit(SIZE_MAX, plan_.drop_at_byte);
    Wire wire{line, &plan_.drop_after_replies};
    try {
      net::SmtpServerSession<Wire, Store>(server_, wire, store_).run();
    } catch (const net::HungUp&) {
    }
    if (line.is_used_up()) plan_.drop_at_byte = 0;
  }

 private:
  Plan plan_;
  net::SmtpServerPlan server_;
  Store store_;
};

Result<void> run(const std::vector<std::string>& words) {
  Plan plan;
  TRY(const auto operands,
      parse_options(
          {{"--port-file", "FILE", "where the number of the port is written", &plan.port_file},
           {"--store", "DIR", "where mails are kept", &plan.store},
           {"--drop-after-replies", "N", "hang up behind the N-th reply; the first is the greeting",
            &plan.drop_after_replies},
           {"--drop-at-byte", "N", "hang up when N bytes of a session were heard", &plan.drop_at_byte},
           {"--drop-after-dot", "N", "take the N-th mail and hang up without an answer", &plan.drop_after_dot},
           {"--no-8bitmime", "", "take no bytes beyond 127", &plan.takes_8bit},
           {"--refuse", "ADDRESS", "refuse this recipient", &plan.refused},
           {"--auth", "USER:PASSWORD", "take mail of this user only", &plan.auth}},
          words));
  if (!operands.empty() || plan.port_file.empty() || plan.store.empty())
    return err(Error::Kind::kUsage, "take mail", "", "--port-file and --store are needed, and no operand");
  std::error_code ignored;
  fs::create_directories(plan.store, ignored);
  const auto port_file = plan.port_file;
  Sink sink(std::move(plan));
  const FakeServer server([&sink](FakeServer::Line& line) { sink.talk(line); });
  TRY_VOID(replace_file(port_file, fmt::format("{}\n", server.port()), Sync::kNo));
  for (;;) pause();
}

}  // namespace

int main(int argc, char** argv) {
  const auto done = run({argv + 1, argv + argc});
  std::fprintf(stderr, "smtp_sink: %s\n", to_text(done.error()).c_str());
  return static_cast<int>(exit_code(done.error().kind));
}
