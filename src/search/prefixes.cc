// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/prefixes.hh"

#include <algorithm>
#include <array>

#include "base/nearest.hh"
#include "base/percent.hh"
#include "base/text.hh"

namespace lorelei::search {

namespace {

using Kind = Prefix::Kind;
using Value = Prefix::Value;
using Listed = Prefix::Listed;
using sv = std::string_view;

// The order of the targets is the reference's: it decides nothing but how a query is printed.
constexpr sv kSubject[] = {term::kSubject};
constexpr sv kMessageIdWords[] = {term::kMessageIdWords};
constexpr sv kListWords[] = {term::kListWords};
constexpr sv kFrom[] = {term::kFrom};
constexpr sv kTo[] = {term::kTo};
constexpr sv kCc[] = {term::kCc};
constexpr sv kToCc[] = {term::kTo, term::kCc};
constexpr sv kToCcFrom[] = {term::kTo, term::kCc, term::kFrom};
constexpr sv kAttachment[] = {term::kAttachment};
constexpr sv kQuoted[] = {term::kQuoted};
constexpr sv kDiffFile[] = {term::kDiffFile};
constexpr sv kDiffRemoved[] = {term::kDiffRemoved};
constexpr sv kDiffAdded[] = {term::kDiffAdded};
constexpr sv kDiffHunk[] = {term::kDiffHunk};
constexpr sv kDiffContext[] = {term::kDiffContext};
constexpr sv kMessageId[] = {term::kMessageId};
constexpr sv kListId[] = {term::kListId};
constexpr sv kReference[] = {term::kReference};
constexpr sv kDiffPre[] = {term::kDiffPre};
constexpr sv kDiffPost[] = {term::kDiffPost};
constexpr sv kDiffBlob[] = {term::kDiffPre, term::kDiffPost};
constexpr sv kPatchId[] = {term::kPatchId};
constexpr sv kKeyword[] = {term::kKeyword};
constexpr sv kLabel[] = {term::kLabel};

// Of the body, everything that the writer did not quote: nq:. Others add to it: b:, bs:, and words without a prefix.
constexpr std::array<sv, 9> kBodyUnquoted = {term::kUnquoted,  term::kDiffFile, term::kDiffRemoved,
                                             term::kDiffAdded, term::kDiffHunk, term::kDiffContext,
                                             term::kDiffPre,   term::kDiffPost, term::kPatchId};

template <std::size_t N, std::size_t M>
constexpr std::array<sv, N + M> both(const std::array<sv, N>& a, const std::array<sv, M>& b) {
  std::array<sv, N + M> all{};
  std::copy(a.begin(), a.end(), all.begin());
  std::copy(b.begin(), b.end(), all.begin() + N);
  return all;
}
constexpr auto kBody = both(kBodyUnquoted, std::array{term::kQuoted});
constexpr auto kSubjectBody = both(kBody, std::array{term::kSubject});
constexpr auto kDefault = both(
    std::array{term::kMessageIdWords, term::kSubject, term::kFrom, term::kQuoted, term::kAttachment}, kBodyUnquoted);

// clang-format off
constexpr Prefix kPrefixes[] = {
    {"s", Kind::kText, kSubject, 0, "the subject", "s:\"request queue\""},
    {"f", Kind::kText, kFrom, 0, "the sender", "f:axboe"},
    {"t", Kind::kText, kTo, 0, "the To header", "t:linux-mm@kvack.org"},
    {"c", Kind::kText, kCc, 0, "the Cc header", "c:stable"},
    {"tc", Kind::kText, kToCc, 0, "To or Cc", "tc:linux-block@vger.kernel.org"},
    {"a", Kind::kText, kToCcFrom, 0, "From, To or Cc", "a:torvalds"},
    {"tcf", Kind::kText, kToCcFrom, 0, "From, To or Cc", "tcf:torvalds", Value::kAsIs, Listed::kNo},
    {"l", Kind::kText, kListWords, 0, "words of the List-Id", "l:linux-block"},
    {"b", Kind::kText, kBody, 0, "the body, attached text included", "b:deadlock"},
    {"nq", Kind::kText, kBodyUnquoted, 0, "the body without what it quotes", "nq:bisect"},
    {"q", Kind::kText, kQuoted, 0, "what the body quotes", "q:\"not acceptable\""},
    {"bs", Kind::kText, kSubjectBody, 0, "the subject or the body", "bs:regression"},
    {"n", Kind::kText, kAttachment, 0, "the name of an attachment", "n:config.txt"},
    {"dfn", Kind::kText, kDiffFile, 0, "a file that a patch changes", "dfn:drivers/block/floppy.c"},
    {"dfa", Kind::kText, kDiffRemoved, 0, "lines that a patch removes", "dfa:kmalloc"},
    {"dfb", Kind::kText, kDiffAdded, 0, "lines that a patch adds", "dfb:kfree_rcu"},
    {"dfhh", Kind::kText, kDiffHunk, 0, "hunk headers of a patch, mostly function names", "dfhh:floppy_*"},
    {"dfctx", Kind::kText, kDiffContext, 0, "context lines of a patch", "dfctx:spin_lock"},
    {"dfpre", Kind::kExact, kDiffPre, 0, "a git blob that a patch starts from (7 digits or more)", "dfpre:1da177e",
     Value::kLowerCase},
    {"dfpost", Kind::kExact, kDiffPost, 0, "a git blob that a patch ends at (7 digits or more)", "dfpost:1da177e",
     Value::kLowerCase},
    {"dfblob", Kind::kExact, kDiffBlob, 0, "a git blob before or after a patch", "dfblob:1da177e", Value::kLowerCase},
    {"patchid", Kind::kExact, kPatchId, 0, "`git patch-id --stable` of a patch",
     "patchid:5ff3f7a5e2f6d1b1ee4bcb4fb1d44cd2a1ba5c1c", Value::kLowerCase},
    {"d", Kind::kDate, {}, slot::kDay, "the day in the Date header", "d:2026-01-01..2026-01-31"},
    {"dt", Kind::kDate, {}, slot::kSent, "the time in the Date header", "dt:20260101120000.."},
    {"rt", Kind::kDate, {}, slot::kReceived, "the time of arrival", "rt:1.month.ago.."},
    {"mid", Kind::kExact, kMessageId, 0, "the Message-ID, whole", "mid:20260103-tls@example.org", Value::kMessageId},
    {"m", Kind::kText, kMessageIdWords, 0, "words of the Message-ID", "m:20260103"},
    {"lid", Kind::kExact, kListId, 0, "the List-Id, whole", "lid:linux-block.vger.kernel.org", Value::kLowerCase},
    {"references", Kind::kExact, kReference, 0, "a Message-ID that is answered or referred to",
     "references:20260103-tls@example.org", Value::kMessageId},
    {"thread", Kind::kThread, {}, 0, "the thread of a Message-ID, or of all that {a query} finds",
     "thread:{s:regression f:torvalds}", Value::kMessageId},
    {"kw", Kind::kExact, kKeyword, 0, "a keyword of mail in your own store: seen, answered, flagged, draft, ...",
     "kw:flagged"},
    {"L", Kind::kExact, kLabel, 0, "a label of mail in your own store", "L:inbox"},
    {"z", Kind::kRange, {}, slot::kBytes, "the size in bytes", "z:..10000"},
    {"uid", Kind::kRange, {}, slot::kNumber, "the article number in its archive", "uid:1000..1999"},
    {"", Kind::kText, kDefault, 0, "subject, sender, body, attachment names or Message-ID", "floppy"},
};

// What other mail programs (mutt, notmuch, mu, Gmail, IMAP) and people call our prefixes.
struct Alias {
  sv name, prefix;
};
constexpr Alias kAliases[] = {
    {"subject", "s"}, {"subj", "s"}, {"sbj", "s"}, {"title", "s"},
    {"from", "f"}, {"author", "f"}, {"sender", "f"}, {"to", "t"}, {"cc", "c"}, {"tocc", "tc"},
    {"body", "b"}, {"list", "l"}, {"listid", "lid"}, {"attachment", "n"},
    {"date", "d"}, {"sent", "d"}, {"before", "d"}, {"after", "d"}, {"since", "d"}, {"until", "d"}, {"received", "rt"},
    {"msgid", "mid"}, {"messageid", "mid"}, {"refs", "references"}, {"reference", "references"}, {"tid", "thread"},
    {"size", "z"}, {"diff", "dfn"}, {"blob", "dfblob"}, {"patch_id", "patchid"},
};
// clang-format on

constexpr std::size_t kLongestGuess = 12;  // the longest prefix and two more

// Smaller is nearer; kFar is not near at all. The rules are those of PrefixSet::guess.
constexpr std::size_t kFar = 3;
std::size_t distance(sv typed, sv name) {
  const auto count = slips(typed, name);
  if (name.size() >= 2 && count == 0) return 0;
  if (typed.starts_with("df") && name.starts_with("df")) return count;
  const bool is_swapped = count == 1 && std::is_permutation(typed.begin(), typed.end(), name.begin(), name.end());
  return (name.size() >= 3 && is_swapped) || (name.size() >= 5 && count == 1) ? 1 : kFar;
}

}  // namespace

std::span<const Prefix> builtin_prefixes() { return kPrefixes; }

std::string SerialSpec::term() const {
  std::string text = "X";
  for (const char c : name) text += is_lower(c) ? static_cast<char>(c - 32) : c;
  return text;
}

std::optional<SerialSpec> parse_altid(std::string_view text) {
  constexpr std::string_view kType = "serial:";
  if (!text.starts_with(kType)) return std::nullopt;
  text.remove_prefix(kType.size());
  const auto colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0) return std::nullopt;
  SerialSpec spec{std::string(text.substr(0, colon)), {}};
  for (auto rest = text.substr(colon + 1); !rest.empty();) {
    const auto parameter = rest.substr(0, rest.find_first_of("&;"));
    rest.remove_prefix(std::min(rest.size(), parameter.size() + 1));
    const auto decoded = percent_decoded(parameter);
    if (decoded.starts_with("file=")) spec.file = decoded.substr(5);
  }
  if (spec.file.empty()) return std::nullopt;
  return spec;
}

void PrefixSet::add_serial(const SerialSpec& spec) {
  if (find(spec.name)) return;
  if (!serials_) serials_ = std::make_shared<std::deque<Serial>>();
  auto& serial = serials_->emplace_back();
  serial.name = spec.name;
  serial.term = spec.term();
  serial.help = "the number in " + serial.name;
  serial.example = serial.name + ":12345";
  serial.target = serial.term;
  serial.prefix = {serial.name, Kind::kExact, {&serial.target, 1}, 0, serial.help, serial.example};
}

const Prefix* PrefixSet::find(std::string_view name) const {
  for (const auto& prefix : kPrefixes)
    if (prefix.name == name) return &prefix;
  if (serials_)
    for (const auto& serial : *serials_)
      if (serial.name == name) return &serial.prefix;
  return nullptr;
}

const Prefix* PrefixSet::guess(std::string_view name) const {
  for (const auto& alias : kAliases)
    if (equal_ignore_case(alias.name, name)) return find(alias.prefix);
  if (name.size() < 2 || name.size() > kLongestGuess) return nullptr;
  const Prefix* nearest = nullptr;
  std::size_t least = kFar;
  for (const auto& prefix : kPrefixes) {
    if (prefix.listed == Listed::kNo || prefix.name.empty()) continue;
    const auto far = distance(name, prefix.name);
    if (far < least) least = far, nearest = &prefix;
  }
  return nearest;
}

const Prefix* PrefixSet::guess_of_range(std::string_view name) const {
  if (name.size() < 2 || name.size() > kLongestGuess) return nullptr;
  for (const auto& prefix : kPrefixes)
    if ((prefix.kind == Kind::kRange || prefix.kind == Kind::kDate) && slips(name, prefix.name) <= 1) return &prefix;
  return nullptr;
}

}  // namespace lorelei::search
