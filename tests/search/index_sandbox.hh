// SPDX-License-Identifier: GPL-3.0-or-later
// A small archive whose mail a test writes line by line, and what its index says, as text that can be compared.
#pragma once
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <xapian.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "archive/inbox.hh"
#include "archive/sqlite.hh"
#include "search/index.hh"
#include "tests/fake_env.hh"
#include "tests/git/sandbox.hh"

namespace lorelei::search {

inline std::string a_mail(const std::string& id, const std::string& subject, const std::string& more_headers = "",
                          const std::string& body = "Hello there.\n") {
  return "From: Ann Example <ann@example.org>\nTo: list@example.org\nSubject: " + subject + "\nMessage-ID: <" + id +
         ">\nDate: Tue, 06 Jan 2026 10:00:00 +0000\n" + more_headers + "\n" + body;
}

class IndexSandbox {
 public:
  explicit IndexSandbox(const std::string& name = "box") : name_(name) {
    box_.run("mkdir -p " + name + "/git && touch " + name + "/inbox.lock");
  }

  // Adds commits to epoch 0, each adding (m) or deleting (d) a message.
  void commit(const std::vector<std::pair<char, std::string>>& changes) {
    std::string stream;
    for (const auto& [kind, mail] : changes) stream += git::mail_commit(kind, mail, 1'000'000 + 10 * ++commits_);
    if (fs::exists(dir() / "git/0.git"))
      git::extend_epoch(box_, name_ + "/git/0.git", stream);
    else
      git::make_epoch(box_, name_ + "/git/0.git", stream);
  }
  void add(const std::vector<std::string>& mails) {
    std::vector<std::pair<char, std::string>> changes;
    for (const auto& mail : mails) changes.emplace_back('m', mail);
    commit(changes);
  }
  void git(const std::string& command) { box_.run("git -C " + name_ + "/git/0.git " + command); }

  // object: its name, as a word of the shell. Small epochs keep their objects loose.
  void lose_object(const std::string& object) {
    box_.run("b=" + object + "; rm " + name_ + "/git/0.git/objects/${b%${b#??}}/${b#??}");
  }

  fs::path dir() const { return box_.path() / name_; }
  archive::Inbox inbox() const { return archive::Inbox::open(dir()).value(); }

  Result<IndexReport> try_index(IndexOptions options = {}) const {
    if (options.jobs == 0) options.jobs = 2;
    return index_archive(world_->env, inbox(), options, {});
  }
  IndexReport index(IndexOptions options = {}) const {
    auto report = try_index(options);
    EXPECT_TRUE(report) << to_text(report.error());
    return report.value_or(IndexReport{});
  }

  FakeEnv& world() const { return *world_; }

  std::vector<std::string> rows(const fs::path& file, const std::string& sql) const {
    std::vector<std::string> all;
    const auto db = archive::Sqlite::open(dir() / file, archive::SqliteMode::kReadOnly).value();
    archive::Statement statement(db, sql);
    while (statement.step().value()) all.emplace_back(statement.text(0));
    return all;
  }
  // "1 a@x", "2 b@x"
  std::vector<std::string> numbers() const {
    return rows("msgmap.sqlite3", "SELECT num || ' ' || mid FROM msgmap ORDER BY num");
  }
  std::vector<std::string> numbers_in_xapian() const {
    std::vector<std::string> all;
    for (int shard = 0; shard < 3; ++shard) {
      const Xapian::Database db((dir() / "xap15" / std::to_string(shard)).string());
      for (auto d = db.postlist_begin(""); d != db.postlist_end(""); ++d) all.push_back(std::to_string(*d));
    }
    std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return std::stoi(a) < std::stoi(b); });
    return all;
  }

  // Everything that must be equal, however the index came about; threads by their lowest number.
  std::string dump() const {
    std::string text;
    const auto section = [&](const char* title, const std::vector<std::string>& lines) {
      text += std::string("== ") + title + "\n";
      for (const auto& line : lines) text += line + "\n";
    };
    section("msgmap", numbers());
    section("meta",
            rows("msgmap.sqlite3", "SELECT key || '=' || val FROM meta WHERE key <> 'created_at' ORDER BY key"));
    section("over",
            rows("xap15/over.sqlite3",
                 "SELECT num || ' ' || (SELECT MIN(p.num) FROM over p WHERE p.tid = o.tid AND p.num > 0) || ' ' ||"
                 " ts || ' ' || ds || ' ' || hex(ddd) FROM over o WHERE num > 0 ORDER BY num"));
    section("ids", rows("xap15/over.sqlite3",
                        "SELECT max(num, 0) || ' ' || mid FROM id2num JOIN msgid USING (id) ORDER BY 1"));
    section("mail", rows("lorelei/series.sqlite3", "SELECT num || ' ' || kind FROM mail ORDER BY num"));
    section("skipped",
            rows("lorelei/series.sqlite3", "SELECT DISTINCT hex(blob) || ' ' || reason FROM skipped ORDER BY 1"));
    for (int shard = 0; shard < 3; ++shard) text += dump_shard(dir() / "xap15" / std::to_string(shard));
    return text;
  }

 private:
  static std::string dump_shard(const fs::path& path) {
    std::string text = "== shard " + path.filename().string() + "\n";
    const Xapian::Database db(path.string());
    for (auto d = db.postlist_begin(""); d != db.postlist_end(""); ++d) {
      const auto document = db.get_document(*d);
      text += fmt::format("document {} {}\n", *d, document.get_data());
      for (unsigned slot = 0; slot < 5; ++slot)
        text += fmt::format("{} ", Xapian::sortable_unserialise(document.get_value(slot)));
      for (auto term = document.termlist_begin(); term != document.termlist_end(); ++term) {
        text += fmt::format("{}:{}", *term, term.get_wdf());
        for (auto at = term.positionlist_begin(); at != term.positionlist_end(); ++at) text += fmt::format(",{}", *at);
        text += ' ';
      }
      text += '\n';
    }
    return text;
  }

  std::unique_ptr<FakeEnv> world_ = std::make_unique<FakeEnv>();
  git::Sandbox box_;
  std::string name_;
  int commits_ = 0;
};

}  // namespace lorelei::search
