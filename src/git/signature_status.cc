// SPDX-License-Identifier: GPL-3.0-or-later
#include "git/signature_status.hh"

#include "base/text.hh"

namespace lorelei::git {

namespace {

using State = SignatureStatus::State;

// Takes the first word off rest.
std::string_view next_word(std::string_view& rest) {
  const auto end = rest.find(' ');
  const auto word = rest.substr(0, end);
  rest.remove_prefix(end == rest.npos ? rest.size() : end + 1);
  return word;
}

class GpgLines {
 public:
  void take(std::string_view line) {
    const auto keyword = next_word(line);
    if (keyword == "GOODSIG") return judge(State::kGood, line);
    if (keyword == "BADSIG") return judge(State::kBad, line);
    if (keyword == "EXPSIG" || keyword == "EXPKEYSIG") return judge(State::kExpired, line);
    if (keyword == "REVKEYSIG") return judge(State::kRevoked, line);
    if (keyword == "ERRSIG") return take_error(line);
    if (keyword == "NO_PUBKEY") lacks_key_ = true;
    if (keyword == "VALIDSIG") return take_valid(line);
    if (keyword.starts_with("TRUST_")) found_.trust = to_lower(keyword.substr(6));
  }

  SignatureStatus verdict(int status) && {
    found_.kind = "openpgp";
    if (verdicts_ > 1) {
      SignatureStatus none;
      none.state = State::kUnknown;
      none.kind = "openpgp";
      return none;
    }
    if (verdicts_ == 0 || (found_.state == State::kGood && !is_valid_)) found_.state = State::kUnknown;
    if (found_.state == State::kUnknown && lacks_key_) found_.state = State::kNoKey;
    const bool is_trusted = found_.trust == "marginal" || found_.trust == "fully" || found_.trust == "ultimate";
    if (found_.state == State::kGood && (!is_trusted || status != 0)) found_.state = State::kUntrusted;
    return std::move(found_);
  }

 private:
  void judge(State state, std::string_view rest) {
    ++verdicts_;
    found_.state = state;
    found_.key = next_word(rest);
    found_.signer = rest;
  }
  // KEYID ALGORITHM HASH CLASS SECONDS REASON FPR
  void take_error(std::string_view rest) {
    judge(State::kUnknown, rest);
    found_.signer.clear();
    const auto words = split(rest, ' ');
    if (words.size() > 4) found_.when = parse_int(words[4]);
    if (words.size() > 5 && words[5] == "9") lacks_key_ = true;
    if (words.size() > 6 && words[6].size() > 1) found_.key = words[6];
  }
  void take_valid(std::string_view rest) {
    is_valid_ = true;
    found_.key = next_word(rest);
    next_word(rest);
    found_.when = parse_int(next_word(rest));
  }

  SignatureStatus found_;
  unsigned verdicts_ = 0;
  bool is_valid_ = false, lacks_key_ = false;
};

// "WHO with KIND key FPR", or "with KIND key FPR".
SignatureStatus good_by_ssh(std::string_view rest, int status) {
  SignatureStatus found;
  found.kind = "ssh";
  const auto key = rest.rfind(" key ");
  if (key != rest.npos) found.key = trim(rest.substr(key + 5));
  const auto with = rest.substr(0, key).rfind(" with ");
  const bool is_listed = rest.starts_with("for ") && with != rest.npos;
  if (is_listed) found.signer = rest.substr(4, with - 4);
  found.state = is_listed ? (status == 0 ? State::kGood : State::kUntrusted) : State::kNoKey;
  return found;
}

}  // namespace

const char* name_of(State state) {
  switch (state) {
    case State::kGood:
      return "good";
    case State::kUntrusted:
      return "untrusted";
    case State::kExpired:
      return "expired";
    case State::kRevoked:
      return "revoked";
    case State::kNoKey:
      return "no-key";
    case State::kBad:
      return "bad";
    case State::kUnknown:
      return "unknown";
    case State::kUnsigned:
      break;
  }
  return "unsigned";
}

SignatureStatus read_signature_status(std::string_view said, int status) {
  constexpr std::string_view kGpg = "[GNUPG:] ", kSsh = "Good \"git\" signature ";
  GpgLines gpg;
  bool has_gpg = false;
  std::optional<SignatureStatus> ssh;
  SignatureStatus found;
  if (status == 0) found.state = State::kUnknown;
  for (const auto line : split(said, '\n')) {
    if (line.starts_with(kGpg)) {
      has_gpg = true;
      gpg.take(line.substr(kGpg.size()));
    } else if (line.starts_with(kSsh) && !ssh) {
      ssh = good_by_ssh(line.substr(kSsh.size()), status);
    } else if (line.starts_with("Could not verify signature") || line.starts_with("Signature verification failed")) {
      found.state = State::kBad;
      found.kind = "ssh";
    } else if (line.find("allowedSignersFile") != line.npos && found.state == State::kUnsigned) {
      found.state = State::kNoKey;
      found.kind = "ssh";
    } else if (!line.empty() && line != "error: no signature found" && found.state == State::kUnsigned) {
      found.state = State::kUnknown;
    }
  }
  if (has_gpg) return std::move(gpg).verdict(status);
  return ssh && found.state != State::kBad ? *ssh : found;
}

}  // namespace lorelei::git
