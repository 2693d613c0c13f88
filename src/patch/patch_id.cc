// SPDX-License-Identifier: GPL-3.0-or-later
#include "patch/patch_id.hh"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <string>

#include "base/sha1.hh"
#include "base/text.hh"
#include "patch/lines.hh"

namespace lorelei::patch {
namespace {

// atoi() of the C library, which git uses on line counts: white space and a sign may come first, and what does not fit
// into a long is its greatest or least value, cut to an int.
int c_integer(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size() && is_space(text[at])) ++at;
  const bool negative = at < text.size() && text[at] == '-';
  if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
  std::int64_t value = 0;
  for (; at < text.size() && is_digit(text[at]); ++at) {
    const int digit = text[at] - '0';
    constexpr auto kMax = std::numeric_limits<std::int64_t>::max();
    if (value > (kMax - digit) / 10) return negative ? 0 : -1;
    value = value * 10 + digit;
  }
  return static_cast<int>(static_cast<std::uint32_t>(negative ? -value : value));
}

bool starts_with_object_id(std::string_view text) {
  return text.size() >= 40 && std::all_of(text.begin(), text.begin() + 40, is_hex);
}

// Whether the line tells that a new commit begins, as `git log` and `git format-patch` write it.
bool begins_commit(std::string_view line) {
  for (const std::string_view prefix : {"commit ", "From "})
    if (line.starts_with(prefix)) return starts_with_object_id(line.substr(prefix.size()));
  return starts_with_object_id(line);
}

// Lines that a hunk still promises on each side; counted as git does, so they may fall below zero.
struct Promise {
  int before = kHeader, after = kHeader;
  static constexpr int kHeader = -1;  // in `before`: we are in a file's header

  bool kept() const { return before == 0 && after == 0; }

  // A count is taken over even if the rest of the line turns out to be nonsense.
  void read_hunk_header(std::string_view line) {
    auto rest = line.substr(4);
    if (!read_range(rest, before) || !rest.starts_with(" +")) return;
    rest.remove_prefix(2);
    read_range(rest, after);
  }

 private:
  // "12,3" or "12"; false if there is no number where one must be.
  static bool read_range(std::string_view& rest, int& count) {
    auto digits = skip_digits(rest);
    if (rest.starts_with(',')) {
      rest.remove_prefix(1);
      count = c_integer(rest);
      digits = skip_digits(rest);
    } else {
      count = 1;
    }
    return digits > 0;
  }

  static std::size_t skip_digits(std::string_view& rest) {
    std::size_t n = 0;
    while (n < rest.size() && is_digit(rest[n])) ++n;
    rest.remove_prefix(n);
    return n;
  }
};

class PatchReader {
 public:
  explicit PatchReader(std::string_view text) : rest_(text) {}

  bool at_end() const { return rest_.empty(); }

  // Reads up to the end of one patch, or of the text. Nothing if not one line of a patch was there.
  std::optional<git::ObjectId> next() {
    *this = PatchReader(rest_);
    while (!rest_.empty() && take(next_line())) {
    }
    add_file();
    if (!hashed_) return std::nullopt;
    return git::ObjectId{sum_};
  }

 private:
  enum class Header { kDone, kNotAHeader, kEnd };

  // False if the patch ends with this line.
  bool take(std::string_view line) {
    if (line.starts_with("\\ ") && line.size() > 12) return true;  // "\ No newline at end of file", in any language
    if (begins_commit(line)) return false;
    if (!hashed_ && !line.starts_with("diff ")) return true;
    if (promise_.before == Promise::kHeader) {
      const auto header = take_header(line);
      if (header != Header::kNotAHeader) return header == Header::kDone;
    }
    if (binary_) {
      if (line.starts_with("diff ")) {
        binary_ = false;
        promise_.before = Promise::kHeader;
      }
      return true;
    }
    if (promise_.kept()) {
      if (line.starts_with("@@ -")) {
        promise_.read_hunk_header(line);
        return true;
      }
      if (!line.starts_with("diff ")) return false;
      add_file();
      promise_ = {};
    }
    hash(line);
    return true;
  }

  Header take_header(std::string_view line) {
    if (line.starts_with("GIT binary patch") || line.starts_with("Binary files")) {
      binary_ = true;
      promise_.before = 0;
      file_.update(pre_blob_);
      file_.update(post_blob_);
      add_file();
      return Header::kDone;
    }
    if (line.starts_with("index ")) {
      take_blobs(line);
      return Header::kDone;
    }
    if (line.starts_with("--- ")) {
      promise_ = {1, 1};  // this line and "+++" themselves
      return Header::kNotAHeader;
    }
    return !line.empty() && is_alpha(line[0]) ? Header::kNotAHeader : Header::kEnd;
  }

  // "index A..B 100644"; without a mode the line's last byte is dropped, usually its LF.
  void take_blobs(std::string_view line) {
    constexpr std::size_t kMaxHexDigits = 64;
    const auto dots = line.find("..");
    if (dots == std::string_view::npos) return;
    const auto end = std::min(line.find(' ', dots), line.size() - 1);
    pre_blob_ = line.substr(6, std::min(dots - std::min<std::size_t>(dots, 6), kMaxHexDigits));
    post_blob_ = end < dots + 2 ? std::string_view() : line.substr(dots + 2, std::min(end - dots - 2, kMaxHexDigits));
  }

  void hash(std::string_view line) {
    if (line.starts_with('-') || line.starts_with(' ')) --promise_.before;
    if (line.starts_with('+') || line.starts_with(' ')) --promise_.after;
    squeezed_.clear();
    std::remove_copy_if(line.begin(), line.end(), std::back_inserter(squeezed_), is_git_space);
    hashed_ |= !squeezed_.empty();
    file_.update(squeezed_);
  }

  void add_file() {
    const auto digest = file_.finish();
    unsigned carry = 0;
    for (std::size_t i = 0; i < digest.size(); ++i) {
      carry += sum_[i] + digest[i];
      sum_[i] = static_cast<unsigned char>(carry);
      carry >>= 8;
    }
  }

  // With its LF, but up to the first NUL only.
  std::string_view next_line() {
    const auto line = next_whole_line(rest_);
    return line.substr(0, line.find('\0'));
  }

  std::string_view rest_;
  Sha1 file_;
  Sha1Digest sum_{};
  bool hashed_ = false;  // anything of the patch yet?
  bool binary_ = false;
  Promise promise_;
  std::string_view pre_blob_, post_blob_;  // of the last index line
  std::string squeezed_;
};

}  // namespace

std::optional<git::ObjectId> patch_id(std::string_view text) {
  PatchReader reader(text);
  while (!reader.at_end())
    if (const auto id = reader.next()) return id;
  return std::nullopt;
}

}  // namespace lorelei::patch
