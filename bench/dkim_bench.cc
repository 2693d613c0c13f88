// SPDX-License-Identifier: GPL-3.0-or-later
// DKIM with its keys at hand, beside what cannot be saved: SHA-256 of the same bytes, and one verification of RSA-2048
// by OpenSSL. The message is as long as patches are, some 8 KiB.
#include <benchmark/benchmark.h>
#include <fmt/core.h>

#include <cstdlib>
#include <string>

#include "attest/dkim.hh"
#include "base/sha256.hh"
#include "base/text.hh"

namespace {

using namespace lorelei;
using namespace lorelei::attest;

// Made once; nobody has the secret half.
constexpr auto kKey =
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAqOXrA7ZhaLSgpUD7sZ9Z4q0smK1/TlXVe/jiWbmYciTp3S"
    "Qern+WM8GZnT8wuNPOnaGX3noJO5i9qJjMrll6SMf+KHWZ5uC2gTmSujTInEv4Zu36WtUWSpG3F3pYznrZ3cV8slfG"
    "YRx+NwQ/dGQYHyeauj3swGOVSiVGdL1Jb5/YbxHALbGRwQ74UIvSQawRoGNIecfP5AcSVMERb9FMb2UHTGuw8mIWUi"
    "BlfLcp0ElIp7Lbrk7LPaQuTEsKM8Ev4nqBBwVrMmzfQtB2q9xOzYThXwSXBydhdtFRVSt+skVvobbiAA22gJ9lDZ6U"
    "T2B5uBx5SNZRxXxevx8HyICGnwIDAQAB";
constexpr auto kRelaxed =
    "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.org;\r\n"
    " i=@example.org; q=dns/txt; s=r; t=1795964437; h=from : to : subject :\r\n"
    " date : message-id; bh=v9bChoiiZHLHDcg1bh3WI7nLEbZKL7jtsDEP5XX7Hmk=;\r\n"
    " b=Kph8b86LC1s35pfRZ72n/wAnsL3t5Dx5xUkPNYzJq6wzUrD+a1mKv8B8T9d6bFR6K9TIw\r\n"
    " ZySeIlBc/2nAxIjkwNm1cUGQMNB+4CKop4JOW1rdE91CyPpj2Zqt5uhpiX8fTMkvX+VCUXM\r\n"
    " bbRPDwQMM/m9dM06hf25cv6KaV8vqawv1Z/JW42rdyxugVzEXpgBFKQxVIeKJl1QdGCcAq1\r\n"
    " GXkVzR6Vxyv8ZE+YXtOylPc+TEoglHVSfPfBNCHyf0uNFhX8VzB7J123ix5FZ+0/LcENjWH\r\n"
    " /2HSmO8IsfDAuqBUsUnaTEcqlqvqSQ8SBRWEuYC0qOKy8emHtXhldb/IX6aQ==\r\n";
constexpr auto kSimple =
    "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/simple; d=example.org;\r\n"
    " i=@example.org; q=dns/txt; s=r; t=1795964437; h=from : to : subject :\r\n"
    " date : message-id; bh=HroAZw2967UIEmv+M4XaM2mtuoaDWkZOTUCWHkplck8=;\r\n"
    " b=NonZ0iKLWGXynqVZT80DtmnznCVAMQgqj162mQhScPI3To+VHf93Ce50IfgiS6RSTchmK\r\n"
    " YQoyqyX1rGwhjm6TOhwClFUn01Rr6/Ia4F0SmKBwrQqy+jbMgJrQNZrWa6GDxEV++ucJVp+\r\n"
    " cU6S+QEYpgD6vLe//NERpjVT6poZOw3tI4vPSmYJCHm8pPqykdEP1vsK6teY4BgQYnnzNFZ\r\n"
    " nHq2XSferrU0vinRYjv+w0sahd8WpOvXFXz2AfBnUWlMkAWl8qZn4KsAlwZgBWzvCCgnFFT\r\n"
    " NSDdGbBxsts5El8l/4EKFrx+7IO8GD7TlCyKaLr5BLrKEZ2mgzCN4NmgIBCQ==\r\n";

std::string message() {
  std::string text =
      "From: Ann <ann@example.org>\r\nTo: list@example.org\r\nSubject: [PATCH] a patch\r\n"
      "Date: Tue, 2 Jan 2024 03:04:05 +0000\r\nMessage-ID: <1@example.org>\r\n\r\n";
  for (int i = 0; i < 200; ++i) text += fmt::format("+\tvalue_{}  = compute(&state[{}]); \r\n", i, i);
  return text;
}

void check(benchmark::State& state, const std::string& mail) {
  DkimKeys keys;
  keys.known = [](const std::string&, std::int64_t) {
    return DkimKeyAnswer{DkimKeyAnswer::State::kFound, {{std::string("p=") + kKey, KeySource::kImport, 0, 0}}, ""};
  };
  DkimChecker checker(keys);
  for (auto _ : state) {
    const auto results = checker.check(mail, 0);
    if (results.empty() || results[0].outcome != DkimOutcome::kPass) std::abort();
  }
  state.SetItemsProcessed(state.iterations());
}

void relaxed(benchmark::State& state) { check(state, kRelaxed + message()); }
void relaxed_of_lf(benchmark::State& state) { check(state, replace_all(kRelaxed + message(), "\r\n", "\n")); }
void simple(benchmark::State& state) { check(state, kSimple + message()); }
void simple_of_lf(benchmark::State& state) { check(state, replace_all(kSimple + message(), "\r\n", "\n")); }

// The two things alone; the signature does not fit, which takes as long.
void sha256_and_rsa(benchmark::State& state) {
  const auto key = DkimKey::load(*parse_dkim_key(std::string("p=") + kKey));
  const auto mail = message();
  const std::string signature(256, 'x');
  for (auto _ : state) benchmark::DoNotOptimize(key->verifies(sha256(mail), signature));
  state.SetItemsProcessed(state.iterations());
}

BENCHMARK(sha256_and_rsa);
BENCHMARK(relaxed);
BENCHMARK(relaxed_of_lf);
BENCHMARK(simple);
BENCHMARK(simple_of_lf);

}  // namespace
