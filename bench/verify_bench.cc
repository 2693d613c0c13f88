// SPDX-License-Identifier: GPL-3.0-or-later
// A patch of 8 KB with an ed25519 signature, judged; beside what cannot be saved: one verification by libsodium, and
// SHA-256 of the bytes that are signed.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <string>

#include "attest/ed25519.hh"
#include "attest/sign.hh"
#include "attest/verify.hh"
#include "base/files.hh"

namespace {

using namespace lorelei;

std::string patch() {
  std::string mail =
      "From: Zoe <zoe@example.org>\nSubject: [PATCH] x\nMessage-ID: <a@b>\n\nText.\n---\ndiff --git a/x b/x\n--- a/x\n"
      "+++ b/x\n@@ -1,3 +1,200 @@\n";
  while (mail.size() < 8000) mail += "+\tthis_is_a_line_of(code, as_it_is_usual);\n";
  return mail;
}

struct World {
  World() : place(*TempDir::create(fs::temp_directory_path(), "verify-bench-")) {
    const auto seed = attest::Ed25519Seed::random();
    const auto key_file = place.path() / "seed";
    (void)replace_file(key_file, seed->text());
    const auto key = place.path() / "k/ed25519/example.org/zoe/default";
    (void)make_directories(key.parent_path());
    (void)replace_file(key, attest::to_text(*seed->public_key()));
    attest::Signer signer;
    signer.key = key_file;
    signer.identity = "zoe@example.org";
    env.now = [] { return 1'795'264'496; };
    signed_mail = *attest::sign(env, patch(), signer, attest::Manner::kOurs);
    object = *seed->sign(digest);
    public_key = *seed->public_key();
  }
  attest::Keyring keyring() const {
    return attest::Keyring({{attest::KeyringSource::Kind::kDirectory, "k", (place.path() / "k").string(), "", ""}});
  }
  Env env;
  TempDir place;
  std::string signed_mail, object;
  Sha256Digest digest{};
  attest::Ed25519PublicKey public_key{};
};

void verify_message(benchmark::State& state) {
  const World world;
  attest::Verifier verifier(world.env, world.keyring(), {});
  for (auto _ : state)
    if (verifier.verify(world.signed_mail).best().outcome != attest::Outcome::kGood) std::abort();
}
BENCHMARK(verify_message);

void canonical_form_only(benchmark::State& state) {
  const auto mail = patch();
  for (auto _ : state) benchmark::DoNotOptimize(attest::canonicalise(mail));
}
BENCHMARK(canonical_form_only);

void libsodium_and_hash(benchmark::State& state) {
  const World world;
  for (auto _ : state) {
    benchmark::DoNotOptimize(sha256(world.signed_mail));
    if (attest::judge_ed25519(world.object, world.digest, world.public_key).outcome != attest::Outcome::kGood)
      std::abort();
  }
}
BENCHMARK(libsodium_and_hash);

}  // namespace
