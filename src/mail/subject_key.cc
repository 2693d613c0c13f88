// SPDX-License-Identifier: GPL-3.0-or-later
// The grouping key of a subject (mail/overview.hh).
#include "base/sha1.hh"
#include "base/text.hh"
#include "mail/overview.hh"

namespace lorelei::mail {

namespace {

constexpr std::size_t kMaxKeyBytes = 40;  // a SHA-1 in hex

bool is_key_char(char c) { return is_alnum(c) || c == '_' || c == '-'; }

// Leading "re:" and white space around it, trailing dots: gone; white space squeezed.
std::string_view without_reply_mark(std::string_view subject) {
  while (subject.ends_with('.')) subject.remove_suffix(1);
  if (starts_with_ignore_case(subject, "re: ")) subject.remove_prefix(4);
  return subject;
}

bool stays(char c) { return is_alnum(c) || c == '_' || c == '.' || c == '~' || c == '/' || c == '-'; }

std::string path_of_bytes(std::string_view subject) {
  std::string path;
  bool replaced = false;
  for (const char c : subject) {
    if (stays(c)) {
      path.push_back(to_lower(c));
      replaced = false;
    } else if (!replaced) {
      path.push_back('_');
      replaced = true;
    }
  }
  return path;
}

}  // namespace

std::string subject_key(const Text& subject) {
  if (subject.bytes.empty()) return {};
  const std::string squeezed = squeeze_spaces(subject.bytes);
  const std::string path = path_of_bytes(without_reply_mark(squeezed));
  const bool is_short = path.size() <= kMaxKeyBytes && std::all_of(path.begin(), path.end(), is_key_char);
  if (is_short) return path;
  const Sha1Digest digest = sha1(path);
  return hex({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

std::string subject_key(std::string_view utf8_subject) {
  return subject_key(Text{std::string(utf8_subject), Text::Form::kCharacters});
}

}  // namespace lorelei::mail
