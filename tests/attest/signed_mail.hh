// SPDX-License-Identifier: GPL-3.0-or-later
// The signed message of the format's worked example, and a signer who puts into a signature whatever a test wants.
#pragma once
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "attest/canonical.hh"
#include "attest/ed25519.hh"
#include "attest/keyring.hh"
#include "attest/signed_header.hh"
#include "attest/verify.hh"
#include "base/env.hh"
#include "base/files.hh"
#include "base/text.hh"

namespace lorelei::attest {

inline const std::string kSeed = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
inline const std::string kPublicKey = "A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=";
inline constexpr std::int64_t kSignedAt = 1704164645;  // the Date of the message

inline const std::string kPlainHeader =
    "From: =?UTF-8?q?Zo=C3=AB?= Tester <zoe@example.org>\n"
    "Date: Tue, 2 Jan 2024 03:04:05 +0000\n"
    "Subject: [PATCH v2 1/2] demo: say hello to the\n"
    " whole world\n"
    "Message-ID: <20240102-demo-v2-1@example.org>\n"
    "MIME-Version: 1.0\n"
    "Content-Type: text/plain; charset=UTF-8\n"
    "Content-Transfer-Encoding: quoted-printable\n";
inline const std::string kPlainBody =
    "\n"
    "Greet the caf=C3=A9 too, with a soft=\n"
    " break.\n"
    "\n"
    "Signed-off-by: Zo=C3=AB Tester <zoe@example.org>\n"
    "---\n"
    " hello.txt | 2 +-\n"
    "\n"
    "diff --git a/hello.txt b/hello.txt\n"
    "--- a/hello.txt\n"
    "+++ b/hello.txt\n"
    "@@ -1 +1 @@\n"
    "-Hello =20\n"
    "+Hello world.\n"
    "--=20\n"
    "2.39.5\n"
    "\n";
inline const std::string kPlainMail = kPlainHeader + "\n" + kPlainBody;
inline const std::string kSignature =
    "X-Developer-Signature: v=1; a=ed25519-sha256; t=1704164645; l=236;\n"
    " i=zoe@example.org; s=example; h=from:subject:message-id;\n"
    " bh=NNvKtUTRNwpF1cQ2QQtkEkbmHpfoeDlt4XHA8sEuE2o=;\n"
    " b=D1UI41OvS45DkhtRJwuscg6aVXntZYJnXHvM83o7QIoYbX/RQ/eGvHC/fjjXlXu5abWxuWIgw\n"
    " D1GrfB1ziBsCk9mfQZMGeksZU752ICf4jO02iTtoND/cMKkxVLeDij5\n";
inline const std::string kAdvertisedKey =
    "X-Developer-Key: i=zoe@example.org; a=ed25519;\n"
    " pk=A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=\n";
inline const std::string kSignedMail = kPlainHeader + kSignature + kAdvertisedKey + "\n" + kPlainBody;

// What a signature says; a test changes what it likes.
struct Claims {
  std::string before = "v=1; a=ed25519-sha256; t=1704164645; ";
  std::string length = "";  // "": the right one
  std::string after = "i=zoe@example.org; s=example; ";
  std::string headers = "from:subject:message-id";
  std::string behind = "";  // what follows b=
  // Of the digest, instead of the key of the example.
  std::function<std::string(std::string_view digest)> sign = {};
};
// The message with such a signature at the end of its header, made with the key of the example.
inline std::string signed_with(const Claims& claims, const std::string& header = kPlainHeader,
                               const std::string& body = kPlainBody, const std::string& separator = "\n") {
  const auto content = canonicalise(header + separator + body);
  EXPECT_TRUE(content) << (content ? "" : content.error().why);
  if (!content) return "";
  std::vector<std::string> names;
  for (const auto name : split(claims.headers, ':')) names.emplace_back(name);
  const auto body_hash = sha256(content->body);
  const auto tags = claims.before +
                    "l=" + (claims.length.empty() ? std::to_string(content->body.size()) : claims.length) + "; " +
                    claims.after + "h=" + claims.headers +
                    "; bh=" + base64({reinterpret_cast<const char*>(body_hash.data()), body_hash.size()}) + "; b=";
  Sha256 hash;
  hash.update(content->hashed_headers(names));
  hash.update("x-developer-signature:" + tags);
  const auto digest = hash.digest();
  const std::string_view bytes(reinterpret_cast<const char*>(digest.data()), digest.size());
  const auto object = claims.sign ? claims.sign(bytes) : Ed25519Seed::parse(kSeed, "seed")->sign(digest).value();
  return header + "X-Developer-Signature: " + tags + base64(object) + claims.behind + "\n" + separator + body;
}

// A keyring with the key of the example.
class ZoesKeyring {
 public:
  ZoesKeyring() : place_(*TempDir::create(fs::temp_directory_path(), "verify-test-")) {
    write("ed25519/example.org/zoe/example", kPublicKey);
    write("ed25519/example.org/zoe/default", kPublicKey);
  }
  void write(const std::string& path, const std::string& content) {
    EXPECT_TRUE(make_directories((place_.path() / path).parent_path()));
    EXPECT_TRUE(replace_file(place_.path() / path, content));
  }
  Keyring keyring() const { return Keyring({{KeyringSource::Kind::kDirectory, "k", place_.path().string(), "", ""}}); }
  Verdict verdict(const std::string& mail, const VerifyOptions& options = {},
                  std::optional<std::int64_t> arrived = {}) const {
    return Verifier(env_, keyring(), options).verify(mail, arrived);
  }
  Signature judge(const std::string& mail, const VerifyOptions& options = {}) const {
    return verdict(mail, options).signatures.front();
  }

 private:
  Env env_;
  TempDir place_;
};

}  // namespace lorelei::attest
