// SPDX-License-Identifier: GPL-3.0-or-later
// Messages signed by dkimpy, and the same with a byte or a line changed: we hold to be signed what dkimpy does, but for
// what we doubt on purpose.
#include <gtest/gtest.h>

#include <map>

#include "attest/dkim.hh"
#include "base/files.hh"
#include "base/process.hh"
#include "base/text.hh"
#include "tests/peers.hh"

namespace lorelei::attest {
namespace {

constexpr auto kPython = "/usr/bin/python3";  // that of the package, whatever else PATH has

// Prints "NAME RECORD" lines, an empty line, and for each message "VERDICT SIZE", a line end and the message.
constexpr auto kSigner = R"(
import base64, dkim, nacl.signing, random, subprocess, sys
rsa = subprocess.run(["openssl", "genrsa", "-traditional", "2048"], capture_output=True, check=True).stdout
der = subprocess.run(["openssl", "rsa", "-pubout", "-outform", "DER"], input=rsa, capture_output=True, check=True).stdout
seed = bytes(range(7, 39))
ed = base64.b64encode(seed)
public = nacl.signing.SigningKey(seed).verify_key.encode()
keys = {b"rsa._domainkey.example.org.": b"v=DKIM1; k=rsa; p=" + base64.b64encode(der),
        b"ed._domainkey.example.org.": b"v=DKIM1; k=ed25519; p=" + base64.b64encode(public)}
dice = random.Random(int(sys.argv[1]))
out = sys.stdout.buffer
for name, record in keys.items():
    out.write(name + b" " + record + b"\n")
out.write(b"\n")

def word():
    return bytes(dice.choice(b"abcXYZ.,:;=-\xc3\xa4") for _ in range(dice.randint(0, 6)))

def space():
    return dice.choice([b" ", b" ", b" ", b"  ", b"\t", b" \t ", b""])

def text(count, folds):
    parts = []
    for _ in range(dice.randint(0, count)):
        parts += [word(), dice.choice([b"\r\n ", b"\r\n\t"]) + b"x" if folds and dice.random() < .2 else space()]
    return b"".join(parts)

def message():
    head = [b"From:" + space() + b"Ann" + space() + b"<ann@example.org>", b"Subject:" + space() + text(6, True),
            b"DATE: Tue, 2 Jan 2024 03:04:05 +0000", b"To: " + text(3, True), b"X-A: " + text(4, True), b"X-A: b"]
    dice.shuffle(head)
    body = [text(5, False) for _ in range(dice.randint(0, 8))] + [b""] * dice.randint(0, 3)
    return b"\r\n".join(head) + b"\r\n\r\n" + b"".join(line + b"\r\n" for line in body)

def changed(whole):
    at = dice.randrange(len(whole) - 2)  # a text that does not end in CRLF is none of a mail
    kind = dice.randrange(6)
    if kind == 0: return whole[:at] + bytes([dice.choice(b" \taZ;=:")]) + whole[at + 1:]
    if kind == 1: return whole[:at] + b" " + whole[at:]
    if kind == 2: return whole[:at] + whole[at + 1:]
    if kind == 3: return whole + dice.choice([b"\r\n", b"x\r\n", b" \r\n", b"\r\n\r\n", b"\r\n \r\n"])
    if kind == 4: return dice.choice([b"X-A: c\r\n", b"X-B: c\r\n"]) + whole
    lines = whole.split(b"\r\n")
    i = dice.randrange(len(lines))
    return b"\r\n".join(lines[:i] + [lines[i].replace(b" ", b"  ")] + lines[i + 1:])

def verdict(whole):
    try:
        return dkim.verify(whole, dnsfunc=lambda name, timeout=5: keys.get(name))
    except Exception:
        return False

kinds = [b"simple", b"relaxed"]
for _ in range(150):
    algorithm = dice.choice([b"rsa-sha256", b"ed25519-sha256"])
    names = [b"from", b"subject", b"date", b"x-a", b"x-a", b"to", b"from", b"x-none"][:dice.randint(1, 8)]
    plain = message()
    signature = dkim.sign(plain, b"rsa" if algorithm[:1] == b"r" else b"ed", b"example.org",
                          rsa if algorithm[:1] == b"r" else ed, canonicalize=(dice.choice(kinds), dice.choice(kinds)),
                          signature_algorithm=algorithm, include_headers=names, length=dice.random() < .3)
    whole = signature + plain
    for one in [whole] + [changed(whole) for _ in range(8)]:
        out.write(b"%d %d\n" % (verdict(one), len(one)) + one)
)";

bool holds(DkimOutcome outcome) {
  return outcome == DkimOutcome::kPass || outcome == DkimOutcome::kMisaligned || outcome == DkimOutcome::kPartialBody;
}

class DkimOracle : public testing::TestWithParam<int> {};

TEST_P(DkimOracle, DkimpyHoldsTheSameToBeSigned) {
  const auto probe = run_process({kPython, "-c", "import dkim, nacl.signing"});
  if (!probe || probe->status != 0) SKIP_WITHOUT_PEER("python3-dkim is not installed");
  const auto made = output_of({kPython, "-c", kSigner, std::to_string(GetParam())});
  ASSERT_TRUE(made) << to_text(made.error());
  std::string_view rest = *made;
  const auto line = [&rest] {
    const auto end = rest.find('\n');
    const auto text = rest.substr(0, end);
    rest.remove_prefix(end + 1);
    return text;
  };
  std::map<std::string, std::string> records;
  for (auto text = line(); !text.empty(); text = line()) {
    const auto space = text.find(' ');
    records.emplace(text.substr(0, space - 1), text.substr(space + 1));
  }
  DkimKeys keys;
  keys.ask = [&records](const std::string& name) {
    const auto found = records.find(name);
    if (found == records.end()) return DkimKeyAnswer{DkimKeyAnswer::State::kNone, {}, "none"};
    return DkimKeyAnswer{DkimKeyAnswer::State::kFound, {{found->second, KeySource::kDns, 0, 0}}, ""};
  };
  DkimChecker checker(std::move(keys));
  int count = 0, good = 0;
  while (!rest.empty()) {
    const auto words = split(line(), ' ');
    ASSERT_EQ(words.size(), 2U);
    const auto message = rest.substr(0, parse_uint(words[1]).value());
    rest.remove_prefix(message.size());
    const auto results = checker.check(message, 1'704'164'700);
    const bool is_held = !results.empty() && holds(results[0].outcome);
    const bool is_doubted = !results.empty() && results[0].outcome == DkimOutcome::kAmbiguous;
    ++count;
    good += is_held;
    if (is_doubted) continue;
    EXPECT_EQ(is_held, words[0] == "1") << (results.empty() ? "none" : name_of(results[0].outcome)) << ' '
                                        << (results.empty() ? "" : results[0].reason) << '\n'
                                        << testing::PrintToString(std::string(message));
  }
  EXPECT_EQ(count, 150 * 9);
  EXPECT_GT(good, 300);
}

INSTANTIATE_TEST_SUITE_P(Seeds, DkimOracle, testing::Values(1, 2, 3));

}  // namespace
}  // namespace lorelei::attest
