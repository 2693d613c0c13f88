// SPDX-License-Identifier: GPL-3.0-or-later
#include "attest/sshsig.hh"

#include <gtest/gtest.h>
#include <openssl/ec.h>
#include <openssl/evp.h>

#include "attest/ed25519.hh"
#include "base/process.hh"
#include "tests/attest/example.hh"
#include "tests/fake_env.hh"

namespace lorelei::attest {
namespace {

const auto kDigest = digest_of_hex("f586311a719e21f3264faea8e7e134303c9efc3474fc6e05370cd408ecfc0130");
const std::string kLine = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4 zoe";
const std::string kFingerprint = "SHA256:lbmsoA0yIEcEiVDRnMWuzm+nV+3ZEEpVIURqFoeSspg";
const std::string kBlobText =
    "U1NIU0lHAAAAAQAAADMAAAALc3NoLWVkMjU1MTkAAAAgA6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbgAAAAGcGF0YXR0AAAAAAAAAAZzaG"
    "E1MTIAAABTAAAAC3NzaC1lZDI1NTE5AAAAQIPWwaYy4m1MViHbkg9EfcfLdUygRtvaQWcDU8njGpgZHLEZjPiyEfpjocRMMVJ+lKM0luMylMIclN/B"
    "n/yL5gc=";

std::string example_blob() { return unbase64(kBlobText).value(); }

std::string string_of(std::string_view bytes) {
  std::string out;
  append_ssh_string(out, bytes);
  return out;
}

// The parts of a blob, so that a test changes one and signs what has become of it.
struct Made {
  std::string version = std::string("\0\0\0\1", 4);
  std::string key = example_key();
  std::string name_space = "patatt", reserved = {}, hash = "sha512", signature_type = "ssh-ed25519", behind = {};

  static std::string example_key() { return parse_ssh_public_key(kLine, "key")->blob; }

  std::string blob() const {
    const auto message = "SSHSIG" + string_of(name_space) + string_of(reserved) + string_of(hash) + string_of(hashed());
    unsigned char signature[64];
    std::size_t size = sizeof signature;
    const auto seed = *unbase64(kSeedText);
    EVP_PKEY* secret = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr,
                                                    reinterpret_cast<const unsigned char*>(seed.data()), seed.size());
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    EVP_DigestSignInit(context, nullptr, nullptr, nullptr, secret);
    EVP_DigestSign(context, signature, &size, reinterpret_cast<const unsigned char*>(message.data()), message.size());
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(secret);
    const std::string bytes(reinterpret_cast<const char*>(signature), size);
    return "SSHSIG" + version + string_of(key) + string_of(name_space) + string_of(reserved) + string_of(hash) +
           string_of(string_of(signature_type) + string_of(bytes)) + behind;
  }

 private:
  std::string hashed() const {
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    EVP_Digest(kDigest.data(), kDigest.size(), digest, &size, EVP_get_digestbyname(hash.c_str()), nullptr);
    return std::string(reinterpret_cast<const char*>(digest), size);
  }
};

TEST(SshPublicKey, ALineAndItsFingerprint) {
  const auto key = parse_ssh_public_key(kLine + "  at work\n", "key");
  ASSERT_TRUE(key) << to_text(key.error());
  EXPECT_EQ(key->type, "ssh-ed25519");
  EXPECT_EQ(key->comment, "zoe  at work");
  EXPECT_EQ(ssh_fingerprint(key->blob), kFingerprint);
  EXPECT_EQ(to_text(*key) + " zoe", kLine);
}

TEST(SshPublicKey, LinesThatAreNone) {
  const auto base = kLine.substr(12, kLine.size() - 16);
  const std::string bad[] = {"",
                             "\n",
                             "ssh-ed25519",
                             "ssh-rsa " + base,
                             "no-pty " + kLine,
                             "cert-authority,namespaces=\"patatt\" " + kLine,
                             kLine + "\n" + kLine + "\n",
                             kLine + "\r" + kLine,
                             kLine + std::string(1, '\0') + "x",
                             "ssh-ed25519 " + base.substr(1),
                             "ssh-ed25519 !" + base,
                             "ssh-ed25519 AAAA/w==",
                             kLine + std::string(1 << 20, 'c')};
  for (const auto& line : bad) {
    SCOPED_TRACE(line.substr(0, 100));
    EXPECT_FALSE(parse_ssh_public_key(line, "key"));
    EXPECT_EQ(judge_sshsig(example_blob(), kDigest, line).outcome, Outcome::kFailed);
  }
}

TEST(Sshsig, TheWorkedExample) {
  EXPECT_EQ(base64(Made().blob()), kBlobText);
  const auto judgement = judge_sshsig(example_blob(), kDigest, kLine);
  EXPECT_EQ(judgement.outcome, Outcome::kGood) << judgement.reason;
  EXPECT_EQ(judgement.fingerprint, kFingerprint);
  const auto key = key_of_sshsig(example_blob());
  ASSERT_TRUE(key);
  EXPECT_EQ(to_text(*key) + " zoe", kLine);
}

TEST(Sshsig, OtherPurposesAndFormsAreRefusedThoughRightlySigned) {
  const struct {
    const char* what;
    Made made;
    Outcome outcome;
  } cases[] = {
      {"sha256", {.hash = "sha256"}, Outcome::kGood},
      {"version 2", {.version = std::string("\0\0\0\2", 4)}, Outcome::kBadSignature},
      {"namespace git", {.name_space = "git"}, Outcome::kBadSignature},
      {"namespace with more", {.name_space = std::string("patatt\0", 7)}, Outcome::kBadSignature},
      {"namespace empty", {.name_space = ""}, Outcome::kBadSignature},
      {"reserved", {.reserved = "x"}, Outcome::kBadSignature},
      {"sha1", {.hash = "sha1"}, Outcome::kBadSignature},
      {"sha384", {.hash = "sha384"}, Outcome::kBadSignature},
      {"another type", {.signature_type = "ssh-rsa"}, Outcome::kBadSignature},
      {"bytes behind", {.behind = "x"}, Outcome::kMalformed},
      {"a line end behind", {.behind = "\n"}, Outcome::kMalformed},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.what);
    const auto judgement = judge_sshsig(c.made.blob(), kDigest, kLine);
    EXPECT_EQ(judgement.outcome, c.outcome) << judgement.reason;
  }
  EXPECT_EQ(judge_sshsig(Made{.name_space = "git"}.blob(), kDigest, kLine, "git").outcome, Outcome::kGood);
}

TEST(Sshsig, EveryTruncationAndEveryFlippedBitIsSeen) {
  const auto blob = example_blob();
  for (std::size_t size = 0; size < blob.size(); ++size)
    EXPECT_EQ(judge_sshsig(blob.substr(0, size), kDigest, kLine).outcome, Outcome::kMalformed) << size;
  for (std::size_t bit = 0; bit < blob.size() * 8; ++bit) {
    auto other = blob;
    other[bit / 8] = static_cast<char>(other[bit / 8] ^ 1 << bit % 8);
    const auto outcome = judge_sshsig(other, kDigest, kLine).outcome;
    EXPECT_TRUE(outcome == Outcome::kMalformed || outcome == Outcome::kBadSignature) << bit;
  }
  auto digest = kDigest;
  digest[0] ^= 1;
  EXPECT_EQ(judge_sshsig(blob, digest, kLine).outcome, Outcome::kBadSignature);
}

class SshKeygen : public testing::Test {
 protected:
  void SetUp() override { directory_.emplace(TempDir::create(fs::temp_directory_path(), "lorelei-ssh").value()); }

  fs::path make_key(const std::string& name, const Argv& words) const {
    const auto path = directory_->path() / name;
    Argv argv = {"ssh-keygen", "-q", "-N", "", "-C", "someone", "-f", path.string()};
    argv.insert(argv.end(), words.begin(), words.end());
    const auto made = output_of(argv);
    EXPECT_TRUE(made) << to_text(made.error());
    return path;
  }
  static std::string line_of(const fs::path& key) { return read_file(key.string() + ".pub").value(); }

  std::optional<TempDir> directory_;
  FakeEnv world_;
};

TEST_F(SshKeygen, WhatItSignsIsGoodForEachKindOfKey) {
  const struct {
    const char* name;
    Argv words;
    Outcome outcome;
  } kinds[] = {{"ed", {"-t", "ed25519"}, Outcome::kGood},
               {"p256", {"-t", "ecdsa", "-b", "256"}, Outcome::kGood},
               {"p384", {"-t", "ecdsa", "-b", "384"}, Outcome::kGood},
               {"p521", {"-t", "ecdsa", "-b", "521"}, Outcome::kGood},
               {"rsa", {"-t", "rsa", "-b", "2048"}, Outcome::kGood},
               {"small", {"-t", "rsa", "-b", "1024"}, Outcome::kWeakKey}};
  const auto other = line_of(make_key("other", {"-t", "ed25519"}));
  for (const auto& kind : kinds) {
    SCOPED_TRACE(kind.name);
    const auto path = make_key(kind.name, kind.words);
    const auto blob = sign_sshsig(world_.env, {.key = path}, kDigest);
    ASSERT_TRUE(blob) << to_text(blob.error());
    const auto judgement = judge_sshsig(*blob, kDigest, line_of(path));
    EXPECT_EQ(judgement.outcome, kind.outcome) << judgement.reason;
    const auto listed = output_of({"ssh-keygen", "-l", "-f", path.string() + ".pub"});
    EXPECT_EQ(judgement.fingerprint, split_words(*listed).at(1));
    EXPECT_EQ(ssh_fingerprint(key_of_sshsig(*blob)->blob), judgement.fingerprint);
    EXPECT_EQ(judge_sshsig(*blob, kDigest, other).outcome, Outcome::kBadSignature);
    // The last bytes are the signature itself.
    for (std::size_t back = 1; back <= 40; ++back) {
      auto broken = *blob;
      broken[broken.size() - back] = static_cast<char>(broken[broken.size() - back] ^ 0x10);
      const auto outcome = judge_sshsig(broken, kDigest, line_of(path)).outcome;
      EXPECT_TRUE(outcome == Outcome::kBadSignature || outcome == Outcome::kMalformed) << back;
    }
  }
}

TEST_F(SshKeygen, AKeyThatIsNotThereIsAnErrorWithItsWords) {
  const auto blob = sign_sshsig(world_.env, {.key = directory_->path() / "none"}, kDigest);
  ASSERT_FALSE(blob);
  EXPECT_NE(to_text(blob.error()).find("none"), std::string::npos) << to_text(blob.error());
  EXPECT_FALSE(sign_sshsig(world_.env, {.program = "true", .key = "x"}, kDigest));
}

// A security token made of software: ours signs what a token would.
struct Token {
  EVP_PKEY* secret;
  std::string type, public_part, application = "ssh:";
  char flags = 1;

  std::string key() const { return string_of(type) + public_part + string_of(application); }
  std::string line() const { return type + " " + base64(key()); }
  std::string blob() const {
    const auto hashed = sha256(text_of(kDigest));
    const auto message =
        "SSHSIG" + string_of("patatt") + string_of("") + string_of("sha256") + string_of(text_of(hashed));
    const auto counted = std::string(1, flags) + std::string("\0\0\0\7", 4);
    const auto bytes = text_of(sha256(application)) + counted + text_of(sha256(message));
    return "SSHSIG" + std::string("\0\0\0\1", 4) + string_of(key()) + string_of("patatt") + string_of("") +
           string_of("sha256") + string_of(string_of(type) + string_of(sign(bytes)) + counted);
  }

 private:
  std::string sign(const std::string& bytes) const {
    unsigned char out[200];
    std::size_t size = sizeof out;
    const bool ed25519 = type == "sk-ssh-ed25519@openssh.com";
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    EVP_DigestSignInit(context, nullptr, ed25519 ? nullptr : EVP_sha256(), nullptr, secret);
    EVP_DigestSign(context, out, &size, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
    EVP_MD_CTX_free(context);
    const std::string_view der(reinterpret_cast<const char*>(out), size);
    if (ed25519) return std::string(der);
    const auto first = static_cast<std::size_t>(der[3]);
    return string_of(der.substr(4, first)) + string_of(der.substr(6 + first));
  }
};

TEST(SshToken, GoodIfItWasTouched) {
  const auto seed = *unbase64(kSeedText);
  EVP_PKEY* ed25519 = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr,
                                                   reinterpret_cast<const unsigned char*>(seed.data()), seed.size());
  EVP_PKEY* p256 = EVP_EC_gen("P-256");
  unsigned char point[65];
  std::size_t size = sizeof point;
  ASSERT_EQ(EVP_PKEY_get_octet_string_param(p256, "pub", point, sizeof point, &size), 1);
  Token tokens[] = {
      {ed25519, "sk-ssh-ed25519@openssh.com", string_of(*unbase64(kPublicText))},
      {p256, "sk-ecdsa-sha2-nistp256@openssh.com",
       string_of("nistp256") + string_of(std::string_view(reinterpret_cast<const char*>(point), size))},
  };
  for (auto& token : tokens) {
    SCOPED_TRACE(token.type);
    EXPECT_EQ(judge_sshsig(token.blob(), kDigest, token.line()).outcome, Outcome::kGood);
    token.flags = 5;  // with the user's verification
    EXPECT_EQ(judge_sshsig(token.blob(), kDigest, token.line()).outcome, Outcome::kGood);
    auto replaced = token.blob();
    replaced.back() = 8;  // the counter is signed too
    EXPECT_EQ(judge_sshsig(replaced, kDigest, token.line()).outcome, Outcome::kBadSignature);
    token.flags = 4;
    EXPECT_EQ(judge_sshsig(token.blob(), kDigest, token.line()).outcome, Outcome::kBadSignature);
  }
  EVP_PKEY_free(ed25519);
  EVP_PKEY_free(p256);
}

}  // namespace
}  // namespace lorelei::attest
