// SPDX-License-Identifier: GPL-3.0-or-later
// A small SMTP server for tests: one session over whatever carries lines. What it accepts is what it answered 250 to
// (and tried to say so); what it took and then dropped is kept apart.
//
// It knows what a client may expect of it, and the ways in which a server may fail at any moment.
#pragma once
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.hh"

namespace lorelei::net {

// A mail with its envelope, as it came: CRLF, without the dots of transparency.
struct TakenMail {
  std::string from;
  std::vector<std::string> to;
  std::string bytes;
};

struct SmtpServerPlan {
  std::string greeting = "220 mail.example.org ESMTP";
  std::vector<std::string> extensions = {"PIPELINING", "SIZE 1000000", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES"};
  bool knows_ehlo = true;
  std::string user = {}, password = {};   // who may send; empty: everybody
  std::vector<std::string> refused = {};  // recipients
  // What is said for a command, in place of the server's own answer; "": its own. "DATA" is asked for, and ".".
  std::function<std::string(const std::string& command)> answer = [](const std::string&) { return ""; };
  // Whether it hangs up: before a command is answered, and behind its answer. "." is the end of a mail.
  std::function<bool(const std::string& command)> drops_before = [](const std::string&) { return false; };
  std::function<bool(const std::string& command)> drops_after = [](const std::string&) { return false; };
};

// Wire: hear() gives a line without its LF, or throws; say() takes bytes; start_tls() is called behind the answer.
// Store: accepted(mail) before the answer is said; dropped(mail), taken and never answered.
template <typename Wire, typename Store>
class SmtpServerSession {
 public:
  SmtpServerSession(const SmtpServerPlan& plan, Wire& wire, Store& store) : plan_(plan), wire_(wire), store_(store) {}

  void run() {
    say(plan_.greeting);
    while (!is_over_) obey(hear());
  }

 private:
  // Lines end with CRLF, and nothing else is a line end.
  std::string hear() {
    auto line = wire_.hear();
    if (!line.ends_with('\r')) return line + "\n";
    line.pop_back();
    return line;
  }
  void say(const std::string& line) { wire_.say(line + "\r\n"); }

  void obey(const std::string& line) {
    store_.heard(line);
    if (plan_.drops_before(line)) return hang_up();
    const auto said = plan_.answer(line);
    if (!said.empty())
      say(said);
    else
      answer(line);
    is_over_ |= plan_.drops_after(line);
  }

  void hang_up() { is_over_ = true; }

  void answer(const std::string& line) {
    const auto verb = to_lower(std::string_view(line).substr(0, line.find(' ')));
    if (verb == "ehlo" && plan_.knows_ehlo) return say_extensions();
    if (verb == "helo") return say("250 mail.example.org");
    if (verb == "starttls" && offers("STARTTLS")) return start_tls();
    if (verb == "auth") return log_in(line);
    if (verb == "mail") return begin(line);
    if (verb == "rcpt") return add(line);
    if (verb == "data") return take();
    if (verb == "rset") return mail_.reset(), say("250 2.0.0 forgotten");
    if (verb == "quit") return say("221 2.0.0 bye"), hang_up();
    say("500 5.5.2 what?");
  }

  bool offers(std::string_view name) const {
    for (const auto& each : plan_.extensions)
      if (each == name && !(is_encrypted_ && name == "STARTTLS")) return true;
    return false;
  }

  void say_extensions() {
    std::vector<std::string> lines = {"mail.example.org greets you"};
    for (const auto& each : plan_.extensions)
      if (each != "STARTTLS" || !is_encrypted_) lines.push_back(each);
    const auto last = lines.back();
    lines.pop_back();
    std::string said;
    for (const auto& each : lines) said += "250-" + each + "\r\n";
    say(said + "250 " + last);
  }

  void start_tls() {
    say("220 2.0.0 go ahead");
    wire_.start_tls();
    is_encrypted_ = true;
  }

  std::string ask(const std::string& challenge) {
    say("334 " + base64(challenge));
    const auto line = hear();
    store_.heard(line);
    return unbase64(line).value_or("*");
  }

  void log_in(const std::string& line) {
    const auto words = split_words(line);
    const std::string mechanism(words.size() > 1 ? words[1] : "");
    const auto given = words.size() > 2 ? unbase64(words[2]) : std::nullopt;
    const auto bearer = "user=" + plan_.user + "\1auth=Bearer " + plan_.password + "\1\1";
    bool is_right = false;
    if (mechanism == "PLAIN") {
      is_right =
          (given ? *given : ask("")) == std::string(1, '\0') + plan_.user + std::string(1, '\0') + plan_.password;
    } else if (mechanism == "LOGIN") {
      const auto user = ask("Username:"), password = ask("Password:");
      is_right = user == plan_.user && password == plan_.password;
    } else if (mechanism == "XOAUTH2") {
      is_right = (given ? *given : ask("")) == bearer;
      if (!is_right) ask("{\"status\":\"400\"}");
    } else {
      return say("504 5.5.4 no such mechanism");
    }
    is_known_ |= is_right;
    say(is_right ? "235 2.7.0 welcome" : "535 5.7.8 wrong");
  }

  static std::string path_in(const std::string& line) {
    const auto open = line.find('<'), close = line.find('>');
    return open == line.npos || close == line.npos ? "" : line.substr(open + 1, close - open - 1);
  }

  void begin(const std::string& line) {
    if (!plan_.user.empty() && !is_known_) return say("530 5.7.0 who are you?");
    if (mail_) return say("503 5.5.1 there is a mail already");
    mail_.emplace().from = path_in(line);
    say("250 2.1.0 ok");
  }

  void add(const std::string& line) {
    if (!mail_) return say("503 5.5.1 from whom?");
    const auto address = path_in(line);
    for (const auto& each : plan_.refused)
      if (each == address) return say("550 5.1.1 no such user");
    mail_->to.push_back(address);
    say("250 2.1.5 ok");
  }

  void take() {
    if (!mail_ || mail_->to.empty()) return say("503 5.5.1 to whom?");
    say("354 go ahead");
    if (plan_.drops_after("DATA")) return hang_up();
    for (;;) {
      const auto line = hear();
      if (line == ".") break;
      mail_->bytes += line.starts_with('.') ? line.substr(1) : line;
      mail_->bytes += "\r\n";
    }
    const auto mail = *std::move(mail_);
    mail_.reset();
    if (plan_.drops_before(".")) {
      store_.dropped(mail);
      return hang_up();
    }
    const auto verdict = plan_.answer(".");
    if (verdict.empty() || verdict.starts_with('2')) store_.accepted(mail);
    say(verdict.empty() ? "250 2.0.0 queued" : verdict);
    is_over_ = plan_.drops_after(".");
  }

  const SmtpServerPlan& plan_;
  Wire& wire_;
  Store& store_;
  bool is_over_ = false, is_encrypted_ = false, is_known_ = false;
  std::optional<TakenMail> mail_;
};

}  // namespace lorelei::net
