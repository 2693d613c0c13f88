// SPDX-License-Identifier: GPL-3.0-or-later
// An endpoint with its database, a contributor with a key, and carriers that keep what they are given.
#pragma once
#include <fmt/core.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "attest/ed25519.hh"
#include "attest/sign.hh"
#include "serve/courier.hh"
#include "serve/endpoint.hh"
#include "serve/endpoint_store.hh"
#include "serve/submission.hh"
#include "tests/fake_env.hh"

namespace lorelei::serve {

struct Carried {
  Envelope envelope;
  std::string message;
};

class KeepingCarrier final : public Carrier {
 public:
  explicit KeepingCarrier(std::vector<Carried>& to) : to_(to) {}
  Outcome deliver(const Envelope& envelope, const std::string& message) override {
    if (outcome.state == Outcome::State::kDone) to_.push_back({envelope, message});
    return outcome;
  }
  bool recognises_copies() const override { return false; }
  Outcome outcome = {Outcome::State::kDone, ""};

 private:
  std::vector<Carried>& to_;
};

// Somebody with an ed25519 key.
struct Person {
  explicit Person(std::string address, const std::string& selector = "mine") : identity(std::move(address)) {
    auto seed = *attest::Ed25519Seed::random();
    key = attest::to_text(*seed.public_key());
    const auto file = place.path() / "mine.key";
    EXPECT_TRUE(replace_file(file, seed.text()));
    fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
    signer = {attest::Algorithm::kEd25519, file, identity, selector, "", "", ""};
  }
  std::string sign(const Env& env, std::string_view mail) const {
    const auto done = attest::sign(env, mail, signer, attest::Manner::kPatatt);
    EXPECT_TRUE(done) << to_text(done.error());
    return done.value_or("");
  }
  SignerKey signer_key() const { return {{attest::Algorithm::kEd25519, identity, signer.selector}, key}; }

  TempDir place = *TempDir::create(fs::temp_directory_path(), "endpoint-test-");
  std::string identity, key;
  attest::Signer signer;
};

inline const std::string kPatchText =
    "This says hello.\n"
    "\n"
    "Signed-off-by: Zoe Tester <zoe@example.org>\n"
    "---\n"
    " hello.txt | 2 +-\n"
    " 1 file changed, 1 insertion(+), 1 deletion(-)\n"
    "\n"
    "diff --git a/hello.txt b/hello.txt\n"
    "--- a/hello.txt\n"
    "+++ b/hello.txt\n"
    "@@ -1 +1 @@\n"
    "-Hello.\n"
    "+Hello, world = all.\n"
    "-- \n"
    "2.39.5\n";
inline const std::string kCoverText =
    "Greetings.\n"
    "\n"
    "Zoe Tester (1):\n"
    "  say hello\n"
    "\n"
    " hello.txt | 2 +-\n"
    " 1 file changed, 1 insertion(+), 1 deletion(-)\n";

struct Mail {
  std::string from = "Zoe Tester <zoe@example.org>";
  std::string date = "Sat, 21 Nov 2026 12:00:00 +0000";
  std::string subject = "[PATCH] demo: say hello";
  std::string message_id = "<one@example.org>";
  std::string to = "linux-block@vger.kernel.org";
  std::string cc = "Ann Other <ann@example.net>";
  std::string more = "";  // lines of the header
  std::string text = kPatchText;

  std::string bytes() const {
    std::string out;
    const auto add = [&](const char* name, const std::string& value) {
      if (!value.empty()) out += fmt::format("{}: {}\n", name, value);
    };
    add("From", from);
    add("Date", date);
    add("Subject", subject);
    add("Message-ID", message_id);
    add("To", to);
    add("Cc", cc);
    return out + more + "\n" + text;
  }
};

class EndpointWorld : public testing::Test {
 protected:
  EndpointWorld() : log_(world.env.err) {
    settings.name = "Example Endpoint";
    settings.domain = "endpoint.example";
    settings.database = place_.path() / "endpoint.sqlite3";
    settings.sendmail = {"false"};
    settings.must_destinations = {R"(@vger\.kernel\.org\z)"};
    auto keeping = std::make_unique<KeepingCarrier>(mails);
    mail_carrier = keeping.get();
    carriers.mail = std::move(keeping);
    auto db = open_endpoint_database(settings.database, Making::kMake);
    EXPECT_TRUE(db) << to_text(db.error());
  }

  struct Answer {
    unsigned status = 0;
    std::string result, message;  // of JSON; else result is empty
  };
  Answer answer(const std::string& body, const std::string& method = "POST", const std::string& forwarded = "") {
    Request request;
    request.head.method = method;
    request.body = body;
    request.peer = "192.0.2.7";
    if (!forwarded.empty()) request.head.fields.push_back({"X-Forwarded-For", forwarded});
    const auto response = Endpoint(world.env, settings, log_, [this] { ++posted; }).answer(request);
    if (response.content_type != "application/json") return {response.status, "", response.body};
    const auto json = nlohmann::json::parse(response.body);
    return {response.status, json.at("result"), json.at("message")};
  }
  Answer ask(const nlohmann::json& request) { return answer(request.dump()); }

  Answer ask_new(const Person& person, const std::string& name = "Zoe") {
    return ask({{"action", "auth-new"},
                {"name", name},
                {"identity", person.identity},
                {"selector", person.signer.selector},
                {"pubkey", person.key}});
  }
  std::string answer_mail(const Person& person, const std::string& line) {
    Mail mail;
    mail.from = person.identity;
    mail.subject = "b4-send-verify";
    mail.text = line + "\n";
    return person.sign(world.env, mail.bytes());
  }
  Answer ask_verify(const Person& person, const std::string& challenge) {
    return ask({{"action", "auth-verify"}, {"msg", answer_mail(person, "verify:" + challenge)}});
  }
  Answer submit(const std::vector<std::string>& messages, const char* action = "receive") {
    return ask({{"action", action}, {"messages", messages}});
  }
  std::string signed_by_zoe(const Mail& mail) { return zoe.sign(world.env, mail.bytes()); }

  // What waits goes out.
  void deliver() {
    Outbox outbox(*open_endpoint_database(settings.database, Making::kKeep));
    for (;;) {
      const auto done = deliver_next(outbox, carriers, log_, world.now);
      ASSERT_TRUE(done) << to_text(done.error());
      if (!*done) return;
    }
  }
  std::string challenge_in(const std::string& mail) {
    const std::string before = "--web-auth-verify ";
    const auto at = mail.find(before);
    return at == mail.npos ? "" : mail.substr(at + before.size(), 36);
  }
  void authorise(const Person& person) {
    ASSERT_EQ(ask_new(person).result, "success");
    deliver();
    ASSERT_FALSE(mails.empty());
    ASSERT_EQ(ask_verify(person, challenge_in(mails.back().message)).result, "success");
    mails.clear();
  }

  FakeEnv world;
  EndpointSettings settings;
  Person zoe{"zoe@example.org"};
  std::vector<Carried> mails;
  Carriers carriers;
  KeepingCarrier* mail_carrier = nullptr;
  int posted = 0;

 private:
  TempDir place_ = *TempDir::create(fs::temp_directory_path(), "endpoint-test-");
  Log log_;
};

}  // namespace lorelei::serve
