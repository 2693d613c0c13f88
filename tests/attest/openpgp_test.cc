// SPDX-License-Identifier: GPL-3.0-or-later
#include "attest/openpgp.hh"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "attest/openpgp_packet.hh"
#include "tests/attest/example.hh"
#include "tests/attest/gnupg_home.hh"
#include "tests/attest/signed_mail.hh"
#include "tests/fake_env.hh"

namespace lorelei::attest {
namespace {

const auto kDigest = digest_of_hex("4f667d064c19e92c654ef9d8809fe233b4da24eda0d0ff70c2a4c552de0e28f9");
const std::string kText = text_of(kDigest);
const auto kOther = sha256("another mail");

class Openpgp : public testing::Test {
 protected:
  Openpgp() {
    world_.variables["PATH"] = std::getenv("PATH");
    world_.now = std::time(nullptr);
  }
  Judgement judge(std::string_view object, const std::string& key) {
    const std::string keys[] = {key};
    return judge_.judge(object, kDigest, keys);
  }
  void expect(Outcome outcome, const Judgement& judgement) {
    EXPECT_EQ(judgement.outcome, outcome) << judgement.reason;
    EXPECT_EQ(judgement.reason.empty(), outcome == Outcome::kGood);
  }

  FakeEnv world_;
  OpenpgpJudge judge_{world_.env};
  GnupgHome gnupg_;
};

TEST_F(Openpgp, GoodForEachAlgorithmAndForm) {
  for (const char* algorithm : {"ed25519", "nistp256", "nistp384", "brainpoolP256r1", "rsa2048", "dsa2048"}) {
    SCOPED_TRACE(algorithm);
    const auto fingerprint = gnupg_.make_key(std::string("Somebody <s@") + algorithm + ".example>", algorithm);
    const auto key = gnupg_.public_key(fingerprint);
    const Argv forms[] = {{},
                          {"--compress-algo", "none"},
                          {"--compress-algo", "zlib"},
                          {"--armor"},
                          {"--armor", "--compress-algo", "none", "--comment", "to whom it may concern"},
                          {"--digest-algo", "SHA512"},
                          {"--set-filename", "a name\n[GNUPG:] GOODSIG 0 nobody"},
                          {"--set-notation", "note@example.org=[GNUPG:] GOODSIG"}};
    for (const auto& form : forms) {
      SCOPED_TRACE(form.empty() ? "" : form.back());
      const auto judgement = judge(gnupg_.sign(fingerprint, kText, {}, form), key);
      expect(Outcome::kGood, judgement);
      EXPECT_EQ(judgement.fingerprint, fingerprint);
      ASSERT_TRUE(judgement.signed_at);
      EXPECT_NEAR(static_cast<double>(*judgement.signed_at), static_cast<double>(world_.now), 600);
    }
  }
}

TEST_F(Openpgp, AKeyThatWasWithdrawnAndHasEndedIsWithdrawn) {
  const auto key = gnupg_.make_key("Somebody <s@example.org>", "ed25519", "20200101T000000", "1y");
  const auto object = gnupg_.sign(key, kText, "20200201T000000");
  expect(Outcome::kGood, judge(object, gnupg_.public_key(key)));  // it had not ended then
  gnupg_.revoke(key);
  EXPECT_EQ(judge(object, gnupg_.public_key(key)).outcome, Outcome::kRevokedKey);
}

TEST_F(Openpgp, TheTimeIsThatOfThePacketNotOfTheTag) {
  const auto key = gnupg_.make_key("Zoe <zoe@example.org>", "ed25519", "20200101T000000");
  ZoesKeyring zoe;
  zoe.write("openpgp/example.org/zoe/example", gnupg_.public_key(key));
  Claims claims;
  claims.before = "v=1; a=openpgp-sha256; t=1704164645; ";
  claims.sign = [&](std::string_view digest) { return gnupg_.sign(key, digest, "20210101T000000"); };
  const auto signature = zoe.judge(signed_with(claims));
  EXPECT_EQ(signature.outcome, Outcome::kGood) << signature.reason;
  EXPECT_EQ(signature.signed_at, 1609459200);  // the first of January 2021
  VerifyOptions options;
  options.enforce_time = true;
  EXPECT_EQ(zoe.verdict(signed_with(claims), options, kSignedAt).signatures.front().outcome, Outcome::kStale);
}

TEST_F(Openpgp, ASubkeySignsForItsPrimaryKey) {
  const auto primary = gnupg_.make_key("Somebody <s@example.org>", "ed25519");
  gnupg_.gpg({"--quick-add-key", primary, "cv25519", "encr", "never"});
  gnupg_.gpg({"--quick-add-key", primary, "ed25519", "sign", "never"});
  const auto subkey = gnupg_.fingerprints(primary).at(2);
  const auto object = sign_openpgp(world_.env, {.home = gnupg_.path()}, "0x" + subkey + "!", kDigest);
  ASSERT_TRUE(object) << to_text(object.error());
  EXPECT_EQ(hex(read_openpgp_message(*object).message.signature.issuer_fingerprint), to_lower(subkey));
  const auto key = gnupg_.public_key(primary);
  const auto judgement = judge(*object, key);
  expect(Outcome::kGood, judgement);
  EXPECT_EQ(judgement.fingerprint, primary);
  gnupg_.gpg({"--command-fd", "0", "--expert", "--edit-key", primary}, "key 2\nrevkey\ny\n0\n\ny\nsave\n");
  expect(Outcome::kRevokedKey, judge(*object, gnupg_.public_key(primary)));
  expect(Outcome::kGood, judge(*object, key));
}

TEST_F(Openpgp, KeyFilesInEveryForm) {
  const auto fingerprint = gnupg_.make_key("Somebody <s@example.org>", "ed25519");
  const auto other = gnupg_.make_key("Nobody <n@example.org>", "ed25519");
  const auto object = gnupg_.sign(fingerprint, kText);
  const auto armoured = gnupg_.gpg({"--armor", "--export", fingerprint});
  const auto both = gnupg_.gpg({"--export"});
  const auto words = gnupg_.gpg({"--list-keys", fingerprint});
  const auto no_checksum = armoured.substr(0, armoured.rfind("\n=")) + "\n-----END PGP PUBLIC KEY BLOCK-----\n";
  const std::string good[] = {armoured,
                              both,
                              words + armoured,
                              gnupg_.gpg({"--armor", "--export"}),
                              gnupg_.gpg({"--armor", "--export", other}) + "\n" + armoured,
                              no_checksum,
                              replace_all(armoured, "\n", "\r\n")};
  for (const auto& key : good) expect(Outcome::kGood, judge(object, key));
  expect(Outcome::kNoKey, judge(object, gnupg_.public_key(other)));
  const std::string files[] = {gnupg_.public_key(other), "damaged", armoured};
  expect(Outcome::kGood, judge_.judge(object, kDigest, files));
  expect(Outcome::kNoKey, judge_.judge(object, kDigest, {}));
  auto wrong_checksum = armoured;
  wrong_checksum[wrong_checksum.rfind("\n=") + 2] ^= 1;
  const std::string bad[] = {"",
                             "\n",
                             "-----BEGIN PGP PUBLIC KEY BLOCK-----",
                             wrong_checksum,
                             armoured.substr(0, armoured.size() / 2),
                             both.substr(0, both.size() - 1),
                             object,
                             gnupg_.gpg({"--export-secret-keys", fingerprint}),
                             std::string(10 << 20, 'x')};
  for (const auto& key : bad) {
    SCOPED_TRACE(key.substr(0, 50));
    expect(Outcome::kFailed, judge(object, key));
  }
}

TEST_F(Openpgp, EveryFlippedBitIsSeen) {
  const auto fingerprint = gnupg_.make_key("Somebody <s@example.org>", "ed25519");
  const auto key = gnupg_.public_key(fingerprint);
  const auto object = sign_openpgp(world_.env, {.home = gnupg_.path()}, fingerprint, kDigest).value();
  expect(Outcome::kGood, judge(object, key));
  const auto reading = read_openpgp_message(object);
  ASSERT_EQ(reading.outcome, Outcome::kGood);
  const auto literal_at = object.find(kText);
  ASSERT_NE(literal_at, std::string::npos);
  int good = 0;
  for (std::size_t bit = 0; bit < object.size() * 8; ++bit) {
    auto other = object;
    other[bit / 8] = static_cast<char>(other[bit / 8] ^ 1 << bit % 8);
    const auto again = read_openpgp_message(other);
    if (again.outcome != Outcome::kGood) continue;
    // What no signature covers: name and date of the literal, how lengths are written, and 12 bytes of subpackets.
    const auto covered = [](const OpenpgpMessage& message) {
      return message.literal + std::string(message.signature.body).erase(message.signature.hashed_size, 12);
    };
    if (covered(again.message) == covered(reading.message)) continue;
    good += judge(other, key).outcome == Outcome::kGood;
  }
  EXPECT_EQ(good, 0);
  for (std::size_t size = 0; size < object.size(); ++size)
    EXPECT_NE(read_openpgp_message(object.substr(0, size)).outcome, Outcome::kGood) << size;
}

TEST_F(Openpgp, ABrokenSignatureByAKnownKeyIsBadAndNotUnknown) {
  for (const char* algorithm : {"ed25519", "nistp256", "rsa2048"}) {
    const auto fingerprint = gnupg_.make_key(std::string("Somebody <s@") + algorithm + ".example>", algorithm);
    auto object = sign_openpgp(world_.env, {.home = gnupg_.path()}, fingerprint, kDigest).value();
    object.back() = static_cast<char>(object.back() ^ 1);
    const auto judgement = judge(object, gnupg_.public_key(fingerprint));
    expect(Outcome::kBadSignature, judgement);
    EXPECT_EQ(judgement.fingerprint, fingerprint);
    expect(Outcome::kBadSignature, judge_by_default_keyring(world_.env, {.home = gnupg_.path()}, object, kDigest,
                                                            std::string("s@") + algorithm + ".example"));
  }
}

TEST_F(Openpgp, OfAnotherDigestOrNotOneSignedLiteral) {
  const auto fingerprint = gnupg_.make_key("Somebody <s@example.org>", "ed25519");
  const auto second = gnupg_.make_key("Second <t@example.org>", "ed25519");
  const auto key = gnupg_.gpg({"--export"});
  const Argv plain = {"--compress-algo", "none"};
  const auto object = gnupg_.sign(fingerprint, kText, {}, plain);
  const auto literal = object.substr(15, 40), one_pass = object.substr(0, 15), signature = object.substr(55);
  ASSERT_EQ(literal.substr(8), kText);
  ASSERT_EQ(one_pass + literal + signature, object);
  const struct {
    const char* what;
    std::string object;
    Outcome outcome;
  } cases[] = {
      {"as it is", one_pass + literal + signature, Outcome::kGood},
      {"in the old order", signature + literal, Outcome::kGood},
      {"another digest", gnupg_.sign(fingerprint, text_of(kOther)), Outcome::kBadHeader},
      {"33 bytes", gnupg_.sign(fingerprint, kText + "x"), Outcome::kBadHeader},
      {"31 bytes", gnupg_.sign(fingerprint, kText.substr(1)), Outcome::kBadHeader},
      {"65 bytes", gnupg_.sign(fingerprint, kText + kText + "x"), Outcome::kBadSignature},
      {"a bomb", gnupg_.sign(fingerprint, std::string(20 << 20, '\0')), Outcome::kBadSignature},
      {"nothing", "", Outcome::kMalformed},
      {"no packets", "hello", Outcome::kMalformed},
      {"detached", gnupg_.gpg({"--detach-sign", "-u", fingerprint}, kText), Outcome::kBadSignature},
      {"detached, armoured", gnupg_.gpg({"--armor", "--detach-sign", "-u", fingerprint}, kText),
       Outcome::kBadSignature},
      {"clear-signed", gnupg_.gpg({"--clear-sign", "-u", fingerprint}, "hello\n"), Outcome::kBadSignature},
      {"two literals", one_pass + literal + literal + signature, Outcome::kBadSignature},
      {"no signature", literal, Outcome::kBadSignature},
      {"two messages", object + object, Outcome::kBadSignature},
      {"a packet behind", object + std::string("\xca\x03PGP", 5), Outcome::kBadSignature},
      {"a packet before", std::string("\xca\x03PGP", 5) + object, Outcome::kBadSignature},
      {"a byte behind", object + "x", Outcome::kMalformed},
      {"a zero byte behind", object + std::string(1, '\0'), Outcome::kMalformed},
      {"two signatures", gnupg_.gpg({"--compress-algo", "none", "-u", fingerprint, "-u", second, "--sign"}, kText),
       Outcome::kBadSignature},
      {"two in the old order", signature + signature + literal, Outcome::kBadSignature},
      {"text behind armour", gnupg_.sign(fingerprint, kText, {}, {"--armor"}) + "more\n", Outcome::kBadSignature},
      {"two armours",
       gnupg_.sign(fingerprint, kText, {}, {"--armor"}) + gnupg_.sign(fingerprint, kText, {}, {"--armor"}),
       Outcome::kBadSignature},
      {"a key", key, Outcome::kBadSignature},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.what);
    expect(c.outcome, judge(c.object, key));
  }
}

TEST_F(Openpgp, LengthsInAnySpelling) {
  const auto fingerprint = gnupg_.make_key("Somebody <s@example.org>", "ed25519");
  const auto key = gnupg_.public_key(fingerprint);
  const auto object = gnupg_.sign(fingerprint, kText, {}, {"--compress-algo", "none"});
  const auto one_pass = object.substr(0, 15), body = object.substr(17, 38), signature = object.substr(55);
  ASSERT_EQ(body.substr(6), kText);
  const auto parts =
      std::string("\xcb\xe4") + body.substr(0, 16) + "\xe3" + body.substr(16, 8) + "\x0e" + body.substr(24);
  expect(Outcome::kGood, judge(one_pass + parts + signature, key));
  expect(Outcome::kGood, judge(one_pass + std::string("\xcb\xff\0\0\0\x26", 6) + body + signature, key));
  expect(Outcome::kGood, judge(one_pass + std::string("\xad\0\x26", 3) + body + signature, key));
  // To the end: the literal's, which leaves nothing for the signature, and the compressed packet's, which is its own.
  expect(Outcome::kBadSignature, judge(one_pass + "\xaf" + body + signature, key));
  expect(Outcome::kGood, judge(std::string("\xa3\0", 2) + object, key));
  expect(Outcome::kGood, judge(std::string("\xa3\0\xa3\0", 4) + object, key));
  expect(Outcome::kBadSignature, judge(std::string("\xa3\0\xa3\0\xa3\0", 6) + object, key));
  expect(Outcome::kUnsupported, judge(std::string("\xa3\3", 2) + object, key));
  expect(Outcome::kMalformed, judge(std::string("\xa3\1", 2) + object, key));
}

TEST_F(Openpgp, TheDayOfTheSignatureDecidesWhetherTheKeyHadEnded) {
  const auto fingerprint = gnupg_.make_key("Somebody <s@example.org>", "ed25519", "20200101T000000", "1y");
  const auto ended = gnupg_.public_key(fingerprint);
  const auto before = gnupg_.sign(fingerprint, kText, "20200601T000000");
  expect(Outcome::kGood, judge(before, ended));
  EXPECT_EQ(judge(before, ended).signed_at, 1'590'969'600);
  expect(Outcome::kGood,
         judge_by_default_keyring(world_.env, {.home = gnupg_.path()}, before, kDigest, "s@example.org"));
  gnupg_.gpg(GnupgHome::at("20200701T000000", {"--quick-set-expire", fingerprint, "0"}));
  const auto after = sign_openpgp(world_.env, {.home = gnupg_.path()}, fingerprint, kDigest).value();
  expect(Outcome::kExpiredKey, judge(after, ended));
  expect(Outcome::kGood, judge(after, gnupg_.public_key(fingerprint)));
  auto broken = after;
  broken.back() = static_cast<char>(broken.back() ^ 1);
  expect(Outcome::kBadSignature, judge(broken, ended));
}

TEST_F(Openpgp, ASubkeyThatHadEnded) {
  const auto fingerprint = gnupg_.make_key("Somebody <s@example.org>", "ed25519", "20200101T000000");
  gnupg_.gpg(GnupgHome::at("20200101T000000", {"--quick-add-key", fingerprint, "ed25519", "sign", "1y"}));
  const auto subkey = gnupg_.fingerprints(fingerprint).at(1);
  const auto ended = gnupg_.public_key(fingerprint);
  expect(Outcome::kGood, judge(gnupg_.sign(subkey + "!", kText, "20200601T000000"), ended));
  gnupg_.gpg(GnupgHome::at("20200701T000000", {"--quick-set-expire", fingerprint, "0", subkey}));
  expect(Outcome::kExpiredKey, judge(gnupg_.sign(subkey + "!", kText), ended));
}

TEST_F(Openpgp, ARevokedKeyWhateverTheOtherFilesSay) {
  const auto fingerprint = gnupg_.make_key("Somebody <s@example.org>", "ed25519");
  const auto object = gnupg_.sign(fingerprint, kText);
  const auto before = gnupg_.public_key(fingerprint);
  gnupg_.revoke(fingerprint);
  const std::string both[] = {before, gnupg_.public_key(fingerprint)};
  expect(Outcome::kGood, judge(object, before));
  expect(Outcome::kRevokedKey, judge(object, both[1]));
  expect(Outcome::kRevokedKey, judge_.judge(object, kDigest, both));
  expect(Outcome::kRevokedKey,
         judge_by_default_keyring(world_.env, {.home = gnupg_.path()}, object, kDigest, "s@example.org"));
}

TEST_F(Openpgp, ARevokedPrimaryKeyTakesItsSubkeysAlong) {
  const auto fingerprint = gnupg_.make_key("Somebody <s@example.org>", "ed25519");
  gnupg_.gpg({"--quick-add-key", fingerprint, "ed25519", "sign", "never"});
  const auto object = gnupg_.sign(gnupg_.fingerprints(fingerprint).at(1) + "!", kText);
  expect(Outcome::kGood, judge(object, gnupg_.public_key(fingerprint)));
  gnupg_.revoke(fingerprint);
  expect(Outcome::kRevokedKey, judge(object, gnupg_.public_key(fingerprint)));
}

TEST_F(Openpgp, AKeyThatIsNotForSigningAndASubkeyThatNobodyBound) {
  const auto fingerprint = gnupg_.make_key("Somebody <s@example.org>", "ed25519");
  gnupg_.gpg({"--quick-add-key", fingerprint, "ed25519", "sign", "never"});
  const auto object = gnupg_.sign(gnupg_.fingerprints(fingerprint).at(1) + "!", kText);
  const auto key = gnupg_.public_key(fingerprint);
  auto packets = parse_packets(key, 100).value();
  ASSERT_EQ(packets.size(), 5u);
  std::string unbound, adopted;
  for (int i = 0; i < 4; ++i) append_packet(unbound, packets[i].tag, packets[i].body);
  EXPECT_NE(judge(object, unbound).outcome, Outcome::kGood);
  // Another key takes the subkey for its own, by a signature that is not about it.
  const auto thief = gnupg_.make_key("Thief <t@example.org>", "ed25519");
  adopted = gnupg_.public_key(thief);
  for (int i = 3; i < 5; ++i) append_packet(adopted, packets[i].tag, packets[i].body);
  EXPECT_NE(judge(object, adopted).outcome, Outcome::kGood);
}

TEST_F(Openpgp, WeakKeysAndDigests) {
  const auto strong = gnupg_.make_key("Strong <s@example.org>", "rsa2048");
  const auto object = gnupg_.sign(strong, kText, {}, {"--digest-algo", "SHA1", "--compress-algo", "none"});
  expect(Outcome::kWeakKey, judge(object, gnupg_.public_key(strong)));
  expect(Outcome::kWeakKey,
         judge_by_default_keyring(world_.env, {.home = gnupg_.path()}, object, kDigest, "s@example.org"));
  auto broken = object;
  broken.back() = static_cast<char>(broken.back() ^ 1);
  expect(Outcome::kBadSignature, judge(broken, gnupg_.public_key(strong)));
  const auto weak = gnupg_.make_key("Weak <w@example.org>", "rsa1024");
  expect(Outcome::kWeakKey, judge(gnupg_.sign(weak, kText), gnupg_.public_key(weak)));
}

TEST_F(Openpgp, ASignatureThatItsSignerGaveAnEnd) {
  const auto fingerprint = gnupg_.make_key("Somebody <s@example.org>", "ed25519", "20200101T000000");
  const auto object = gnupg_.sign(fingerprint, kText, "20200102T000000", {"--default-sig-expire", "10d"});
  expect(Outcome::kStale, judge(object, gnupg_.public_key(fingerprint)));
}

TEST_F(Openpgp, FutureTimesAreForOthersToJudge) {
  const auto fingerprint = gnupg_.make_key("Somebody <s@example.org>", "ed25519");
  const auto judgement = judge(gnupg_.sign(fingerprint, kText, "20500101T000000"), gnupg_.public_key(fingerprint));
  expect(Outcome::kGood, judgement);
  EXPECT_GT(judgement.signed_at.value_or(0), 2'500'000'000);
}

TEST_F(Openpgp, ADefaultKeyringSpeaksForItsAddressesOnly) {
  const auto fingerprint = gnupg_.make_key("alice@example.org (victim@example.org) <Mallory@example.org>", "ed25519");
  gnupg_.gpg({"--quick-add-uid", fingerprint, "Second <second@example.org>"});
  gnupg_.gpg({"--quick-add-uid", fingerprint, "Gone <gone@example.org>"});
  gnupg_.gpg({"--quick-revoke-uid", fingerprint, "Gone <gone@example.org>"});
  const auto object = gnupg_.sign(fingerprint, kText);
  const struct {
    const char* identity;
    Outcome outcome;
  } cases[] = {
      {"mallory@example.org", Outcome::kGood},
      {"SECOND@EXAMPLE.ORG", Outcome::kGood},
      {"gone@example.org", Outcome::kOtherIdentity},
      {"alice@example.org", Outcome::kOtherIdentity},
      {"victim@example.org", Outcome::kOtherIdentity},
      {"lory@example.org", Outcome::kOtherIdentity},
      {"second@example.or", Outcome::kOtherIdentity},
      {"@", Outcome::kOtherIdentity},
      {"", Outcome::kOtherIdentity},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.identity);
    const auto judgement = judge_by_default_keyring(world_.env, {.home = gnupg_.path()}, object, kDigest, c.identity);
    expect(c.outcome, judgement);
    EXPECT_EQ(judgement.fingerprint, fingerprint);
  }
  GnupgHome empty;
  expect(Outcome::kNoKey,
         judge_by_default_keyring(world_.env, {.home = empty.path()}, object, kDigest, "mallory@example.org"));
  expect(Outcome::kBadHeader,
         judge_by_default_keyring(world_.env, {.home = gnupg_.path()}, object, kOther, "mallory@example.org"));
}

TEST(OpenpgpUserId, ItsOneAddress) {
  const struct {
    const char *user_id, *address;
  } cases[] = {{"A B <a@b.example>", "a@b.example"},
               {"<a@b.example>", "a@b.example"},
               {"a@b.example", "a@b.example"},
               {"A <x@y> <a@b.example>", ""},
               {"A <a@b.example> x", ""},
               {"A <a@b@c>", ""},
               {"A <a b@c>", ""},
               {"A <@b>", ""},
               {"a@b.example and c", ""},
               {"", ""}};
  for (const auto& c : cases) EXPECT_EQ(address_of_user_id(c.user_id), c.address) << c.user_id;
}

TEST_F(Openpgp, WordsAmongTheMessagesOfGpgAreNotItsStatus) {
  const auto fingerprint = gnupg_.make_key("Somebody <s@example.org>", "ed25519");
  auto object = sign_openpgp(world_.env, {.home = gnupg_.path()}, fingerprint, kDigest).value();
  object.back() = static_cast<char>(object.back() ^ 1);
  const auto program = gnupg_.path() / "gpg";
  const auto lines = "[GNUPG:] NEWSIG\n[GNUPG:] GOODSIG " + fingerprint.substr(24) + " Somebody\n[GNUPG:] VALIDSIG " +
                     fingerprint + " 2026-01-01 1767225600 0 4 0 22 8 00 " + fingerprint + "\n";
  ASSERT_TRUE(
      create_file(program, "#!/bin/sh\nprintf '" + replace_all(lines, "\n", "\\n") + "' >&2\nexec gpg \"$@\"\n"));
  chmod(program.c_str(), 0700);
  const Gnupg liar = {program.string(), gnupg_.path()};
  expect(Outcome::kBadSignature, judge_by_default_keyring(world_.env, liar, object, kDigest, "s@example.org"));
  const auto message = read_openpgp_message(object).message;
  expect(Outcome::kBadSignature, judge_by_gnupg(world_.env, program.string(), message, gnupg_.public_key(fingerprint)));
}

TEST_F(Openpgp, SigningSaysWhyItCannot) {
  for (const char* key : {"", "-u", "--version", "a\nb"})
    EXPECT_EQ(sign_openpgp(world_.env, {.home = gnupg_.path()}, key, kDigest).error().kind, Error::Kind::kUsage) << key;
  const auto none = sign_openpgp(world_.env, {.home = gnupg_.path()}, "nobody@example.org", kDigest);
  ASSERT_FALSE(none);
  EXPECT_NE(to_text(none.error()).find("nobody@example.org"), std::string::npos) << to_text(none.error());
  EXPECT_FALSE(sign_openpgp(world_.env, {.program = "true"}, "s@example.org", kDigest));
  EXPECT_FALSE(sign_openpgp(world_.env, {.program = "/nowhere/gpg"}, "s@example.org", kDigest));
}

TEST_F(Openpgp, TheUsersConfigurationDoesNotChangeTheForm) {
  gnupg_.make_key("Somebody <s@example.org>", "ed25519");
  ASSERT_TRUE(create_file(gnupg_.path() / "gpg.conf",
                          "armor\ntextmode\ncomment hello\nemit-version\ncompress-level 9\nset-filename x\n"));
  const auto object = sign_openpgp(world_.env, {.home = gnupg_.path()}, "s@example.org", kDigest);
  ASSERT_TRUE(object) << to_text(object.error());
  EXPECT_NE(object->find(kText), std::string::npos);
  expect(Outcome::kGood, judge(*object, gnupg_.public_key("s@example.org")));
}

TEST_F(Openpgp, NothingIsLeftInTheTemporaryDirectory) {
  const auto fingerprint = gnupg_.make_key("Somebody <s@example.org>", "rsa1024");
  const auto place = TempDir::create(gnupg_.path(), "t").value();
  setenv("TMPDIR", place.path().c_str(), 1);
  expect(Outcome::kWeakKey, judge(gnupg_.sign(fingerprint, kText), gnupg_.public_key(fingerprint)));
  const auto message = read_openpgp_message(gnupg_.sign(fingerprint, kText)).message;
  expect(Outcome::kFailed, judge_by_gnupg(world_.env, "/nowhere/gpg", message, gnupg_.public_key(fingerprint)));
  unsetenv("TMPDIR");
  EXPECT_TRUE(fs::is_empty(place.path()));
}

}  // namespace
}  // namespace lorelei::attest
