// SPDX-License-Identifier: GPL-3.0-or-later
#include "patch/apply.hh"

#include <fmt/core.h>

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>

#include "base/sha1.hh"
#include "base/sha256.hh"
#include "base/text.hh"
#include "patch/line_image.hh"
#include "patch/lines.hh"

namespace lorelei::patch {
namespace {

constexpr const char* kDoing = "apply the patch to";

// The two sides of a hunk.
struct Sides {
  std::vector<std::string_view> before, after;
  std::size_t context_behind = 0;  // lines that both sides end with
};

Sides sides_of(const Hunk& hunk) {
  Sides sides;
  for (auto rest = hunk.lines; !rest.empty();) {
    const auto line = next_whole_line(rest);
    const char kind = line[0];
    if (kind == '\\') continue;
    const bool is_context = kind == ' ' || kind == '\n';
    sides.context_behind = is_context ? sides.context_behind + 1 : 0;
    // The LF of a line above "\ No newline at end of file" belongs to the patch alone.
    const bool has_newline = !rest.starts_with('\\');
    if (kind == '\n' && !has_newline) continue;
    auto bytes = kind == '\n' ? line : line.substr(1);
    if (!has_newline) bytes.remove_suffix(1);
    if (is_context || kind == '-') sides.before.push_back(bytes);
    if (is_context || kind == '+') sides.after.push_back(bytes);
  }
  return sides;
}

bool is_blank(std::string_view text) { return std::all_of(text.begin(), text.end(), is_git_space); }

// Looks for the old side of one hunk in the file.
class Search {
 public:
  Search(const LineImage& image, const Hunk& hunk, const Sides& sides, std::uint64_t& steps_left)
      : image_(image),
        wanted_(sides.before),
        // As git does, in whose int a line has to fit.
        expected_(hunk.new_start ? static_cast<std::int32_t>(static_cast<std::uint32_t>(hunk.new_start - 1)) : 0),
        at_beginning_(hunk.old_start <= 1),
        at_end_(sides.context_behind == 0),
        steps_left_(steps_left) {}

  // The line it begins at, from 0; nothing if it is nowhere, or if no steps are left.
  std::optional<std::size_t> find();
  long offset_of(std::size_t found) const { return static_cast<long>(found) - expected_; }
  // Why nothing was found.
  std::string complaint();

 private:
  std::size_t start() const;
  bool matches(std::size_t at);
  bool is_same_line(std::size_t at, std::size_t index);
  // Calls try_at with the places to look at, in order, until it returns true.
  template <typename TryAt>
  void for_each_place(TryAt try_at);

  const LineImage& image_;
  const std::vector<std::string_view>& wanted_;
  const std::int32_t expected_;
  const bool at_beginning_, at_end_;
  std::uint64_t& steps_left_;
};

std::size_t Search::start() const {
  if (at_beginning_) return 0;
  if (at_end_ && wanted_.size() <= image_.size()) return image_.size() - wanted_.size();
  return expected_ < 0 ? image_.size() : std::min(static_cast<std::size_t>(expected_), image_.size());
}

template <typename TryAt>
void Search::for_each_place(TryAt try_at) {
  const auto middle = start();
  const auto places_behind = image_.size() - middle;
  if (try_at(middle)) return;
  for (std::size_t distance = 1; distance <= std::max(middle, places_behind) && steps_left_ > 0; ++distance) {
    if (distance <= places_behind && try_at(middle + distance)) return;
    if (distance <= middle && try_at(middle - distance)) return;
  }
}

bool Search::is_same_line(std::size_t at, std::size_t index) {
  const auto wanted = wanted_[index];
  const auto there = image_[at].bytes;
  steps_left_ -= std::min<std::uint64_t>(steps_left_, 1 + std::min(wanted.size(), there.size()) / 64);
  if (wanted == there) return true;
  const bool is_open = index + 1 == wanted_.size() && !wanted.ends_with('\n') && !at_end_;
  return is_open && there.starts_with(wanted) && is_blank(there.substr(wanted.size()));
}

bool Search::matches(std::size_t at) {
  if (wanted_.size() > image_.size() - at) return false;
  for (std::size_t i = 0; i < wanted_.size(); ++i)
    if (image_[at + i].is_patched || !is_same_line(at + i, i)) return false;
  return true;
}

std::optional<std::size_t> Search::find() {
  const auto first = start();
  if (at_beginning_ || at_end_) {
    const bool fits = wanted_.size() <= image_.size() && (!at_end_ || first + wanted_.size() == image_.size());
    return fits && matches(first) ? std::optional(first) : std::nullopt;
  }
  std::optional<std::size_t> found;
  for_each_place([&](std::size_t at) {
    if (matches(at)) found = at;
    return found.has_value();
  });
  return found;
}

std::string quoted(std::string_view line) {
  std::string text = "'" + fit_width(printable(line.substr(0, line.size() - (line.ends_with('\n') ? 1 : 0))), 80) + "'";
  return line.ends_with('\n') ? text : text + " without a newline";
}

std::string Search::complaint() {
  // Where most lines from the first on are as they should be, and of such places the nearest.
  std::size_t best = start(), same = 0;
  for_each_place([&](std::size_t at) {
    std::size_t n = 0;
    while (n < wanted_.size() && at + n < image_.size() && is_same_line(at + n, n)) ++n;
    if (n > same) std::tie(best, same) = std::pair(at, n);
    return same == wanted_.size();
  });
  if (same == wanted_.size()) {
    for (std::size_t i = 0; i < same; ++i)
      if (image_[best + i].is_patched)
        return fmt::format("line {} was brought by a hunk above it, they overlap", best + i + 1);
    return fmt::format("{}, but its lines are at line {} of {}",
                       at_beginning_ ? "it has to begin the file" : "without context behind it has to end the file",
                       best + 1, image_.size());
  }
  const auto there = best + same;
  const auto expected = quoted(wanted_[same]);
  const auto number = there + 1;
  return there < image_.size()
             ? fmt::format("line {}: expected {}, found {}", number, expected, quoted(image_[there].bytes))
             : fmt::format("line {}: expected {}, found the end of the file", number, expected);
}

tl::unexpected<Error> conflict(const FileChange& change, std::string why) {
  return err(Error::Kind::kConflict, kDoing, printable(change.old_path), std::move(why));
}

Result<Applied> apply_hunks(const FileChange& change, std::string_view before, const ApplyOptions& options) {
  LineImage image(before);
  Applied applied;
  auto steps_left = options.max_search_steps;
  for (std::size_t i = 0; i < change.hunks.size(); ++i) {
    const auto& hunk = change.hunks[i];
    const auto sides = sides_of(hunk);
    Search search(image, hunk, sides, steps_left);
    const auto found = search.find();
    if (!found) {
      const auto which =
          fmt::format("hunk {} of {} (line {} of the patch: @@ -{},{} +{},{} @@)", i + 1, change.hunks.size(),
                      hunk.line_number, hunk.old_start, hunk.old_count, hunk.new_start, hunk.new_count);
      if (steps_left == 0)
        return err(Error::Kind::kTooLarge, kDoing, printable(change.old_path),
                   which + " is not near its place, and to search the whole file takes too long");
      return conflict(change, which + " does not match: " + search.complaint());
    }
    applied.offsets.push_back(search.offset_of(*found));
    image.replace(*found, sides.before.size(), sides.after);
  }
  applied.bytes = image.bytes();
  return applied;
}

// The name that git gives to a file with these bytes, by the hash that has names of this length.
std::string object_id(std::string_view bytes, std::size_t digits) {
  const auto head = fmt::format("blob {}", bytes.size()) + '\0';
  const auto name = [&](auto digest) { return hex({reinterpret_cast<const char*>(digest.data()), digest.size()}); };
  if (digits == 40) {
    Sha1 hash;
    hash.update(head);
    hash.update(bytes);
    return name(hash.finish());
  }
  Sha256 hash;
  hash.update(head);
  hash.update(bytes);
  return name(hash.digest());
}

bool is_full_id(std::string_view digits) {
  return (digits.size() == 40 || digits.size() == 64) && std::all_of(digits.begin(), digits.end(), is_hex);
}

Result<Applied> apply_binary(const FileChange& change, std::string_view before) {
  const auto corrupt = [&](std::string why) {
    return err(Error::Kind::kCorrupt, kDoing, printable(change.old_path), std::move(why),
               "ask the author for a patch made with git format-patch --binary");
  };
  if (!is_full_id(change.old_id) || !is_full_id(change.new_id) || change.old_id.size() != change.new_id.size())
    return corrupt("a binary patch needs an index line with full object ids");
  const auto digits = change.old_id.size();
  if (change.kind == FileKind::kCreate) {
    if (!before.empty()) return conflict(change, "the binary patch is for an empty file");
  } else if (const auto id = object_id(before, digits); id != to_lower(change.old_id)) {
    return conflict(change, fmt::format("the binary patch is for {}, the file is {}", change.old_id, id));
  }
  if (change.new_id.find_first_not_of('0') == std::string::npos) return Applied{};
  const auto& data = change.binary->forward;
  if (!data) return corrupt("the patch only says that the binary file differs");
  auto bytes =
      data->method == BinaryHunk::Method::kLiteral ? std::optional(data->bytes) : apply_delta(before, data->bytes);
  if (!bytes) return conflict(change, "the binary delta is not for this file");
  if (const auto id = object_id(*bytes, digits); id != to_lower(change.new_id))
    return conflict(change, fmt::format("the binary patch makes {} instead of {}", id, change.new_id));
  return Applied{*std::move(bytes), {}};
}

}  // namespace

Result<Applied> apply_change(const FileChange& change, std::string_view before, const ApplyOptions& options) {
  TRY(auto applied, change.binary ? apply_binary(change, before) : apply_hunks(change, before, options));
  if (change.kind == FileKind::kDelete && !applied.bytes.empty())
    return conflict(change, "the patch deletes the file, but not all that is in it");
  return applied;
}

}  // namespace lorelei::patch
