// SPDX-License-Identifier: GPL-3.0-or-later
#include "patch/diff_names.hh"

#include <algorithm>
#include <utility>

#include "base/text.hh"
#include "patch/lines.hh"
#include "patch/quoted_path.hh"

namespace lorelei::patch {
namespace {

// A name in "diff --git": an empty component in front makes it none.
std::optional<std::string_view> stripped(std::string_view name, Strip strip) {
  if (strip == Strip::kNothing) return name.starts_with('/') ? std::nullopt : std::optional(name);
  const auto slash = name.find('/');
  if (slash == 0 || slash == std::string_view::npos) return std::nullopt;
  return name.substr(slash + 1);
}

std::string squeeze_slashes(std::string_view name) {
  std::string squeezed;
  squeezed.reserve(name.size());
  std::unique_copy(name.begin(), name.end(), std::back_inserter(squeezed),
                   [](char a, char b) { return a == '/' && b == '/'; });
  return squeezed;
}

// "a/X" in quotes, then "b/X" in quotes or not. (Not in quotes, git takes the LF for a part of it.)
std::optional<std::string> common_name_after_quoted(std::string_view field, Strip strip) {
  const auto first = read_quoted_path(field);
  if (!first) return std::nullopt;
  const auto name = stripped(first->name, strip);
  if (!name) return std::nullopt;
  auto second = first->rest;
  while (!second.empty() && is_git_space(second[0])) second.remove_prefix(1);
  const auto quoted = read_quoted_path(second);
  if (second.starts_with('"') && !quoted) return std::nullopt;
  const auto other = stripped(quoted ? std::string_view(quoted->name) : second, strip);
  if (!other || *other != *name) return std::nullopt;
  return std::string(*name);
}

// name: "X b/X", the second without quotes. Its end is known, so there is one place where the first may end.
std::optional<std::string> common_plain_name(std::string_view name, Strip strip) {
  for (std::size_t end = name.find_first_of(" \t"), slash = 0; end != std::string_view::npos;
       end = name.find_first_of(" \t", end + 1)) {
    auto begin = end + 1;
    if (begin == name.size()) return std::nullopt;
    if (strip == Strip::kNothing) {
      if (name[begin] == '/') return std::nullopt;
    } else {
      if (slash < begin) slash = name.find('/', begin);
      if (slash == begin || slash == std::string_view::npos) return std::nullopt;
      begin = slash + 1;
    }
    if (name.size() - begin == end && name.substr(0, end) == name.substr(begin))
      return std::string(name.substr(0, end));
  }
  return std::nullopt;
}

// The end of text, from which one part of a time after the other is taken off.
class TimeFromBehind {
 public:
  explicit TimeFromBehind(std::string_view text) : left_(text) {}

  std::string_view left() const { return left_; }

  // d stands for a digit, s for a sign, any other for itself. False, and nothing taken, if the end is other.
  bool take(std::string_view form) {
    if (left_.size() < form.size()) return false;
    const auto end = left_.substr(left_.size() - form.size());
    for (std::size_t i = 0; i < form.size(); ++i) {
      const bool fits = form[i] == 'd'   ? is_digit(end[i])
                        : form[i] == 's' ? end[i] == '+' || end[i] == '-'
                                         : end[i] == form[i];
      if (!fits) return false;
    }
    left_.remove_suffix(form.size());
    return true;
  }

  // " 19:21:17" with any number of digits behind a point.
  bool take_time() {
    if (take(" dd:dd:dd")) return true;
    auto whole = left_;
    while (!whole.empty() && is_digit(whole.back())) whole.remove_suffix(1);
    if (whole.size() == left_.size() || !whole.ends_with('.')) return false;
    whole.remove_suffix(1);
    TimeFromBehind before(whole);
    if (!before.take(" dd:dd:dd")) return false;
    left_ = before.left();
    return true;
  }

 private:
  std::string_view left_;
};

// What stands before a time at the end of the line; nothing if there is none.
std::optional<std::string_view> before_time(std::string_view line) {
  if (line.empty() || !is_digit(line.back())) return std::nullopt;
  TimeFromBehind time(line);
  if (!time.take(" sdddd")) time.take(" sdd:dd");
  time.take_time();
  if (!time.take("dd-dd-dd")) return std::nullopt;
  time.take("dd");  // of the century
  auto name = time.left();
  if (name.empty()) return std::nullopt;
  if (name.back() == '\t') return name.substr(0, name.size() - 1);
  if (name.back() != ' ') return std::nullopt;
  while (name.ends_with(' ')) name.remove_suffix(1);
  return name;
}

std::optional<std::string> from_quotes(std::string_view field, Strip strip) {
  const auto quoted = read_quoted_path(field);
  if (!quoted) return std::nullopt;
  std::string_view name = quoted->name;
  if (strip == Strip::kFirst) {
    const auto slash = name.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    name.remove_prefix(slash + 1);
  }
  return squeeze_slashes(name);
}

// written: all of the name and nothing more.
std::optional<std::string> plain_name(std::string_view written, Strip strip,
                                      const std::optional<std::string>& shorter = {}) {
  if (strip == Strip::kFirst) {
    const auto slash = written.find('/');
    written = slash == std::string_view::npos ? std::string_view() : written.substr(slash + 1);
  }
  if (shorter && (written.empty() || (shorter->size() < written.size() && written.starts_with(*shorter))))
    return shorter;
  if (written.empty()) return std::nullopt;
  return squeeze_slashes(written);
}

std::string_view up_to(std::string_view field, std::string_view ends) {
  return field.substr(0, field.find_first_of(ends));
}

}  // namespace

std::optional<std::string> common_name(std::string_view field, Strip strip) {
  if (field.starts_with('"')) return common_name_after_quoted(field, strip);
  const auto names = stripped(field, strip);
  if (!names) return std::nullopt;
  // The first is not in quotes, so a quote can only begin the second.
  const auto quote = names->find('"');
  if (quote == std::string_view::npos) return common_plain_name(names->substr(0, names->find('\n')), strip);
  const auto second = read_quoted_path(names->substr(quote));
  if (!second) return std::nullopt;
  const auto name = stripped(second->name, strip);
  if (!name || name->size() >= quote || !names->starts_with(*name) || !is_git_space((*names)[name->size()]))
    return std::nullopt;
  return std::string(*name);
}

std::optional<std::string> single_name(std::string_view field, Strip strip, AtTab at_tab) {
  if (auto name = from_quotes(field, strip)) return name;
  return plain_name(up_to(field, at_tab == AtTab::kEnds ? "\r\n\t" : "\r\n"), strip);
}

std::optional<std::string> traditional_name(std::string_view field, Strip strip,
                                            const std::optional<std::string>& shorter) {
  if (auto name = from_quotes(field, strip)) return name;
  const auto line = field.substr(0, field.find('\n'));
  if (const auto name = before_time(line)) return plain_name(*name, strip, shorter);
  return plain_name(up_to(field, "\r\n\t"), strip, shorter);
}

bool is_dev_null(std::string_view field) {
  constexpr std::string_view kName = "/dev/null";
  return field.starts_with(kName) && field.size() > kName.size() && is_git_space(field[kName.size()]);
}

bool has_epoch_time(std::string_view field) {
  auto time = field.substr(0, field.find('\n'));
  const auto tab = time.rfind('\t');
  if (tab == std::string_view::npos) return false;
  time.remove_prefix(tab + 1);
  int epoch_hour = 0;
  if (time.starts_with("1969-12-31 "))
    epoch_hour = 24;
  else if (!time.starts_with("1970-01-01 "))
    return false;
  time.remove_prefix(11);
  const auto number = [](std::string_view digits) { return static_cast<int>(parse_int(digits).value_or(-1)); };
  // "HH:MM:00", perhaps ".000", " +ZZZZ" or " +ZZ:ZZ".
  if (time.size() < 8 || time[2] != ':' || time.substr(5, 3) != ":00") return false;
  const int minutes = number(time.substr(0, 2)) * 60 + number(time.substr(3, 2));
  if (time[0] > '2' || time[3] > '5' || !is_digit(time[0]) || !is_digit(time[1]) || !is_digit(time[3]) ||
      !is_digit(time[4]))
    return false;
  time.remove_prefix(8);
  if (time.starts_with(".0")) time.remove_prefix(std::min(time.find_first_not_of('0', 1), time.size()));
  TimeFromBehind zone(time);
  if ((!zone.take(" sdddd") && !zone.take(" sdd:dd")) || !zone.left().empty()) return false;
  if (time[2] > '2' || time[time.size() - 2] > '5') return false;
  const int offset = number(time.substr(2, 2)) * 60 + number(time.substr(time.size() - 2));
  return minutes - (time[1] == '-' ? -offset : offset) == epoch_hour * 60;
}

}  // namespace lorelei::patch
