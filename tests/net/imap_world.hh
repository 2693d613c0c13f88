// SPDX-License-Identifier: GPL-3.0-or-later
// A client of the small IMAP server, for tests.
#pragma once
#include "net/imap.hh"
#include "tests/fake_env.hh"
#include "tests/net/fake_imap.hh"

namespace lorelei::net {

// A client of the fake, and its server, which may cut the connection.
class ImapWorld {
 public:
  void serve(std::size_t may_say = SIZE_MAX, std::size_t may_hear = SIZE_MAX) {
    server.emplace(imap.script(), may_say, may_hear);
  }
  wire::ImapUrl url(const std::string& user = "ann:secret@") const {
    return wire::parse_imap_url("imap://" + user + "127.0.0.1:" + std::to_string(server->port()) + "/box").value();
  }
  Result<ImapClient> connect(const std::string& user = "ann:secret@", const ImapOptions& options = {}) {
    if (!server) serve();
    return ImapClient::connect(fake.env, url(user), credentials, options);
  }
  // A connection that is torn down before the server.
  ImapAppendReport append(const std::vector<std::string>& mails) {
    std::vector<ImapLetter> letters;
    for (const auto& mail : mails) letters.push_back({.raw = mail});
    auto client = connect();
    if (client) return client->append("box", letters);
    ImapAppendReport report;
    report.letters.resize(mails.size());
    report.stopped = client.error();
    return report;
  }

  FakeImap imap;
  FakeEnv fake;
  git::Credentials credentials{fake.env, git::Prompt::kNever};
  std::optional<FakeServer> server;
};

}  // namespace lorelei::net
