// SPDX-License-Identifier: GPL-3.0-or-later
#include "patch/diff_header.hh"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "base/text.hh"
#include "patch/lines.hh"

namespace lorelei::patch {
namespace {

constexpr unsigned kMaxMode = 0177777;    // 16 bits, of which git uses 4 for the type and 9 for permissions
constexpr std::size_t kMaxIdDigits = 64;  // of SHA-256

enum class Field {
  kHunk,
  kOldFile,
  kNewFile,
  kOldMode,
  kNewMode,
  kDeleted,
  kCreated,
  kCopyFrom,
  kCopyTo,
  kRenameFrom,
  kRenameTo,
  kSimilarity,
  kIndex,
};

constexpr std::pair<std::string_view, Field> kFields[] = {
    {"@@ -", Field::kHunk},
    {"--- ", Field::kOldFile},
    {"+++ ", Field::kNewFile},
    {"old mode ", Field::kOldMode},
    {"new mode ", Field::kNewMode},
    {"deleted file mode ", Field::kDeleted},
    {"new file mode ", Field::kCreated},
    {"copy from ", Field::kCopyFrom},
    {"copy to ", Field::kCopyTo},
    {"rename old ", Field::kRenameFrom},
    {"rename new ", Field::kRenameTo},
    {"rename from ", Field::kRenameFrom},
    {"rename to ", Field::kRenameTo},
    {"similarity index ", Field::kSimilarity},
    {"dissimilarity index ", Field::kSimilarity},
    {"index ", Field::kIndex},
};

Result<unsigned> parse_mode(std::string_view field, std::size_t line) {
  while (!field.empty() && field[0] != '\n' && is_space(field[0])) field.remove_prefix(1);
  unsigned mode = 0;
  std::size_t digits = 0;
  for (; digits < field.size() && field[digits] >= '0' && field[digits] <= '7' && mode <= kMaxMode; ++digits)
    mode = mode * 8 + static_cast<unsigned>(field[digits] - '0');
  if (digits == 0 || digits == field.size() || !is_git_space(field[digits]) || mode > kMaxMode)
    return bad_diff(line, fmt::format("'{}' is no mode of a file", printable(trim(field))));
  return mode;
}

// Whether a name has no component that could be taken off.
bool has_no_directory(std::string_view field) {
  if (is_dev_null(field)) return false;
  const auto name = traditional_name(field, Strip::kNothing);
  return name && name->find('/') == std::string::npos;
}

}  // namespace

tl::unexpected<Error> bad_diff(std::size_t line, std::string_view why, std::string_view file) {
  return err(Error::Kind::kCorrupt, file.empty() ? "read the patch" : "read the patch to", printable(file),
             fmt::format("line {} of the patch: {}", line, why));
}

Result<bool> DiffHeader::read_git(DiffCursor& at, Strip strip) {
  is_new = is_deleted = Known::kNo;
  const auto command = at.here();
  common = common_name(command.substr(std::string_view("diff --git ").size()), strip);
  at.pass(command);
  bool any = false;
  for (auto line = at.here(); line.ends_with('\n'); line = at.here()) {
    TRY(const bool is_header, read_line(line, at.line, strip));
    if (!is_header) break;
    at.pass(line);
    any = true;
  }
  if (!old_name && !new_name) old_name = new_name = common;
  if ((!new_name && is_deleted != Known::kYes) || (!old_name && is_new != Known::kYes))
    return bad_diff(at.line, strip == Strip::kFirst ? "the header does not name a file below a/ and b/"
                                                    : "the header does not name a file");
  return any;
}

Result<bool> DiffHeader::read_line(std::string_view line, std::size_t number, Strip strip) {
  const auto* const found = std::find_if(std::begin(kFields), std::end(kFields),
                                         [&](const auto& field) { return line.starts_with(field.first); });
  if (found == std::end(kFields) || found->second == Field::kHunk) return false;
  const auto field = line.substr(found->first.size());
  const auto read_mode = [&](std::optional<unsigned>& mode) -> Result<void> {
    TRY(mode, parse_mode(field, number));
    return {};
  };
  Result<void> outcome;
  switch (found->second) {
    case Field::kOldFile:
      outcome = check_name(old_name, is_new, field, number, strip);
      break;
    case Field::kNewFile:
      outcome = check_name(new_name, is_deleted, field, number, strip);
      break;
    case Field::kOldMode:
      outcome = read_mode(old_mode);
      break;
    case Field::kNewMode:
      outcome = read_mode(new_mode);
      break;
    case Field::kDeleted:
      is_deleted = Known::kYes;
      old_name = common;
      outcome = read_mode(old_mode);
      break;
    case Field::kCreated:
      is_new = Known::kYes;
      new_name = common;
      outcome = read_mode(new_mode);
      break;
    // These names have no component in front.
    case Field::kCopyFrom:
    case Field::kRenameFrom:
      (found->second == Field::kCopyFrom ? is_copied : is_renamed) = true;
      old_name = single_name(field, Strip::kNothing, AtTab::kGoesOn);
      break;
    case Field::kCopyTo:
    case Field::kRenameTo:
      (found->second == Field::kCopyTo ? is_copied : is_renamed) = true;
      new_name = single_name(field, Strip::kNothing, AtTab::kGoesOn);
      break;
    case Field::kIndex:
      read_index(field, number, outcome);
      break;
    case Field::kSimilarity:
    case Field::kHunk:
      break;
  }
  TRY_VOID(outcome);
  const int kinds = (is_new == Known::kYes) + (is_deleted == Known::kYes) + is_renamed + is_copied;
  if (kinds > 1) return bad_diff(number, "the header contradicts the lines above it");
  return true;
}

Result<void> DiffHeader::check_name(std::optional<std::string>& name, Known absent, std::string_view field,
                                    std::size_t line, Strip strip) {
  const bool is_absent = absent == Known::kYes;
  if (!name && !is_absent) {
    name = single_name(field, strip, AtTab::kEnds);
    return {};
  }
  if (name && is_absent) return bad_diff(line, fmt::format("there must be /dev/null, not '{}'", printable(*name)));
  if (name && single_name(field, strip, AtTab::kEnds) != name)
    return bad_diff(line, fmt::format("another name than '{}' above it", printable(*name)));
  if (!name && !is_dev_null(field)) return bad_diff(line, "there must be /dev/null");
  return {};
}

// "A..B" or "A..B MODE"; any other is passed over, as git does.
void DiffHeader::read_index(std::string_view field, std::size_t line, Result<void>& outcome) {
  const auto dots = field.find('.');
  if (dots > kMaxIdDigits || field.substr(dots, 2) != "..") return;
  const auto old_digits = field.substr(0, dots);
  field.remove_prefix(dots + 2);
  const auto new_digits = field.substr(0, field.find_first_of(" \n"));
  old_id = old_digits;
  if (new_digits.size() > kMaxIdDigits) return;
  new_id = new_digits;
  if (field[new_digits.size()] != ' ') return;
  auto mode = parse_mode(field.substr(new_digits.size() + 1), line);
  if (mode)
    old_mode = *mode;
  else
    outcome = tl::unexpected(std::move(mode).error());
}

Result<void> DiffHeader::read_traditional(DiffCursor& at, Strip& strip) {
  const auto first_line = at.here();
  const auto first = first_line.substr(4);
  const auto number = at.line;
  at.pass(first_line);
  const auto second_line = at.here();
  const auto second = second_line.substr(4);
  at.pass(second_line);
  if (has_no_directory(second)) strip = Strip::kNothing;
  std::optional<std::string> name;
  if (is_dev_null(first)) {
    is_new = Known::kYes;
    is_deleted = Known::kNo;
    name = new_name = traditional_name(second, strip);
  } else if (is_dev_null(second)) {
    is_new = Known::kNo;
    is_deleted = Known::kYes;
    name = old_name = traditional_name(first, strip);
  } else {
    name = traditional_name(second, strip, traditional_name(first, strip));
    if (has_epoch_time(first)) {
      is_new = Known::kYes;
      is_deleted = Known::kNo;
      new_name = name;
    } else if (has_epoch_time(second)) {
      is_new = Known::kNo;
      is_deleted = Known::kYes;
      old_name = name;
    } else {
      old_name = new_name = name;
    }
  }
  if (!name) return bad_diff(number, "there is no name of a file");
  return {};
}

bool DiffHeader::changes_metadata() const {
  return is_renamed || is_copied || is_new == Known::kYes || is_deleted != Known::kNo ||
         (old_mode && new_mode && *old_mode != *new_mode);
}

}  // namespace lorelei::patch
