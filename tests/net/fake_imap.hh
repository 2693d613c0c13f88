// SPDX-License-Identifier: GPL-3.0-or-later
// A small IMAP server for tests of what real ones seldom do. It knows LOGIN, APPEND with any literals, the end of
// IDLE, and says of everything else what the test wants.
#pragma once
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "base/text.hh"
#include "tests/net/fake_server.hh"

namespace lorelei::net {

class FakeImap {
 public:
  std::string greeting = "* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] hello";
  std::string capabilities = "IMAP4rev1 UIDPLUS LITERAL+ MULTIAPPEND";
  // Lines to be said for a command, "$" for the tag; an empty text: what the server knows itself.
  std::function<std::string(const std::string& command)> answer = [](const std::string&) { return ""; };
  std::string hangs_up_after;  // this command was answered
  // For the messages of an APPEND command: the end of its answer; empty: OK with APPENDUID.
  std::function<std::string(const std::vector<std::string>&)> judge = [](const auto&) { return ""; };

  FakeServer::Script script() {
    return [this](FakeServer::Line& line) { talk(line); };
  }
  std::vector<std::string> stored() {
    const std::lock_guard lock(mutex_);
    return stored_;
  }
  std::vector<std::string> commands() {
    const std::lock_guard lock(mutex_);
    return commands_;
  }

 private:
  void talk(FakeServer::Line& line) {
    line.say(greeting + "\r\n");
    for (;;) {
      auto command = line.hear();
      const auto space = command.find(' ');
      const auto tag = command.substr(0, space);
      auto rest = space == std::string::npos ? command : command.substr(space + 1);
      std::vector<std::string> literals;
      while (rest.ends_with('}') && !rest.ends_with("{}")) {
        const auto open = rest.rfind('{');
        const bool waits = !rest.ends_with("+}");
        const auto size = parse_uint(rest.substr(open + 1, rest.size() - open - (waits ? 2 : 3))).value();
        if (waits) line.say("+ go on\r\n");
        literals.push_back(line.hear_bytes(size));
        rest = rest.substr(0, open) + "{}" + line.hear();
      }
      const std::lock_guard lock(mutex_);
      commands_.push_back(rest);
      if (rest == "IDLE") idle_tag_ = tag;
      if (command == "DONE") {
        line.say(idle_tag_ + " OK done\r\n");
        continue;
      }
      const auto said = answer(rest);
      if (!said.empty())
        line.say(replace_all(said, "$", tag) + "\r\n");
      else if (rest.starts_with("APPEND"))
        append(line, tag, literals);
      else
        line.say(own_answer(rest, tag));
      if (rest == hangs_up_after) return;
    }
  }

  void append(FakeServer::Line& line, const std::string& tag, const std::vector<std::string>& literals) {
    const auto verdict = judge(literals);
    if (!verdict.empty()) return line.say(tag + ' ' + verdict + "\r\n");
    const auto first = stored_.size() + 1;
    stored_.insert(stored_.end(), literals.begin(), literals.end());
    line.say(tag + " OK [APPENDUID 7 " + std::to_string(first) + ':' + std::to_string(stored_.size()) + "] done\r\n");
  }

  std::string own_answer(const std::string& command, const std::string& tag) const {
    if (command.starts_with("AUTHENTICATE") || command.starts_with("LOGIN"))
      return tag + " OK [CAPABILITY " + capabilities + "] welcome\r\n";
    if (command == "CAPABILITY") return "* CAPABILITY " + capabilities + "\r\n" + tag + " OK\r\n";
    if (command.starts_with("LIST")) return "* LIST (\\Noselect) \"/\" \"\"\r\n" + tag + " OK\r\n";
    return tag + " OK done\r\n";
  }

  std::mutex mutex_;
  std::vector<std::string> stored_, commands_;  // guarded by mutex_
  std::string idle_tag_;
};

}  // namespace lorelei::net
