// SPDX-License-Identifier: GPL-3.0-or-later
// A mailbox on the small IMAP server of tests/net: what a delivery asks of one, and what servers do that are slow, or
// refuse a mail.
#pragma once
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/net/fake_imap.hh"
#include "wire/imap_uids.hh"

namespace lorelei::lei {

class FakeMailbox {
 public:
  // The end of the answer to an APPEND of this mail; empty: it is taken.
  std::function<std::string(const std::string& mail)> verdict = [](const std::string&) { return ""; };
  // "NO ..." for a login; empty: it is welcome.
  std::function<std::string(int before)> welcome = [](int) { return ""; };  // before: logins so far
  bool cuts_next_status = false;
  bool cuts_next_append = false;  // the mail has come, its answer does not go any more
  int looks_before_late = 0;      // such mail is in the mailbox after so many searches

  FakeMailbox() {
    imap_.answer = [this](const std::string& command) { return answer(command); };
    imap_.judge = [this](const std::vector<std::string>& mails) { return judge(mails); };
    server_.emplace(imap_.script());
  }
  std::string url() const { return "imap://ann:secret@127.0.0.1:" + std::to_string(server_->port()) + "/box"; }
  // What is there, with CRLF.
  std::vector<std::string> mails() {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> all;
    for (const auto& [uid, mail] : mails_) all.push_back(mail);
    return all;
  }
  void put(const std::string& mail) {
    const std::lock_guard lock(mutex_);
    mails_[next_++] = mail;
  }
  // Of a run that was killed: it is there after so many searches.
  void put_late(const std::string& mail, int looks) {
    const std::lock_guard lock(mutex_);
    late_ = {mail};
    looks_before_late = looks;
  }
  int logins() {
    const std::lock_guard lock(mutex_);
    return logins_;
  }
  int appends() {
    const std::lock_guard lock(mutex_);
    return appends_;
  }

 private:
  std::string judge(const std::vector<std::string>& mails) {
    const std::lock_guard lock(mutex_);
    appends_ += static_cast<int>(mails.size());
    for (const auto& mail : mails)
      if (auto said = verdict(mail); !said.empty()) return said;
    if (std::exchange(cuts_next_append, false)) {
      late_ = mails;
      throw net::HungUp();
    }
    const auto first = next_;
    for (const auto& mail : mails) mails_[next_++] = mail;
    return "OK [APPENDUID 7 " + std::to_string(first) + ':' + std::to_string(next_ - 1) + "] done";
  }

  std::string answer(const std::string& command) {
    const std::lock_guard lock(mutex_);
    if (command.starts_with("AUTHENTICATE")) {
      const auto said = welcome(logins_++);
      return said.empty() ? said : "$ " + said;
    }
    if (command.starts_with("STATUS") && std::exchange(cuts_next_status, false)) throw net::HungUp();
    if (command == "SELECT box")
      return "* " + std::to_string(mails_.size()) + " EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT " +
             std::to_string(next_) + "] x\r\n$ OK [READ-WRITE] done";
    if (command.starts_with("UID SEARCH")) return search();
    if (command.starts_with("UID FETCH")) return fetch(split_words(command));
    if (command.starts_with("UID EXPUNGE"))
      for (const auto uid : numbers(split_words(command)[2])) mails_.erase(uid);
    return "";
  }

  std::string search() {
    std::string uids;
    for (const auto& [uid, mail] : mails_) uids += ' ' + std::to_string(uid);
    if (!late_.empty() && --looks_before_late <= 0)
      for (const auto& mail : std::exchange(late_, {})) mails_[next_++] = mail;
    return "* SEARCH" + uids + "\r\n$ OK done";
  }

  std::string fetch(const std::vector<std::string_view>& words) {
    std::string all;
    for (const auto uid : numbers(words[2])) {
      const bool whole = words.back().find("PEEK[]") != std::string_view::npos;
      const auto& mail = mails_.at(uid);
      const auto bytes = whole ? mail : mail.substr(0, mail.find("\r\n\r\n") + 4);
      all += "* 1 FETCH (UID " + std::to_string(uid) +
             (whole ? " FLAGS () BODY[] {" : " FLAGS () BODY[HEADER.FIELDS (Message-ID)] {") +
             std::to_string(bytes.size()) + "}\r\n" + bytes + ")\r\n";
    }
    return all + "$ OK done";
  }

  static std::vector<std::uint32_t> numbers(std::string_view set) {
    return wire::ImapUids::parse(set).value().numbers(1000);
  }

  std::mutex mutex_;
  std::map<std::uint32_t, std::string> mails_;  // by UID; these are guarded by mutex_
  std::vector<std::string> late_;
  std::uint32_t next_ = 1;
  int appends_ = 0, logins_ = 0;
  net::FakeImap imap_;
  std::optional<net::FakeServer> server_;
};

}  // namespace lorelei::lei
