// SPDX-License-Identifier: GPL-3.0-or-later
#include "lei/palette.hh"

#include <fmt/core.h>

#include <algorithm>
#include <optional>

#include "base/text.hh"

namespace lorelei::lei {

namespace {

constexpr struct {
  const char* name;
  const char* value;
} kDefaults[kSlots] = {{"status", "bright_cyan"},
                       {"hdrdefault", "cyan"},
                       {"quoted", "blue"},
                       {"attachment", "bright_red"},
                       {"new", "green"},
                       {"old", "red"},
                       {"meta", "bold"},
                       {"frag", "cyan"},
                       {"func", ""},
                       {"context", ""}};

constexpr const char* kColours[] = {"black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"};

constexpr struct {
  const char* name;
  int code;
} kAttributes[] = {{"reset", 0}, {"clear", 0},   {"bold", 1},      {"dim", 2},       {"faint", 2},
                   {"dark", 2},  {"italic", 3},  {"ul", 4},        {"underline", 4}, {"underscore", 4},
                   {"blink", 5}, {"reverse", 7}, {"concealed", 8}, {"strike", 9}};

// The colour that a word names, as the parameters of a foreground or a background.
std::optional<std::string> colour(std::string_view word, bool is_background) {
  if (word.starts_with('#') && word.size() == 7) {
    const auto bytes = unhex(word.substr(1));
    if (!bytes) return std::nullopt;
    const auto part = [&](std::size_t i) { return static_cast<unsigned char>((*bytes)[i]); };
    return fmt::format("{};2;{};{};{}", is_background ? 48 : 38, part(0), part(1), part(2));
  }
  int base = is_background ? 40 : 30;
  if (const auto number = parse_uint(word); number && *number < 256) {
    if (*number < 8) return std::to_string(base + static_cast<int>(*number));
    if (*number < 16) return std::to_string(base + 60 + static_cast<int>(*number) - 8);
    return fmt::format("{};5;{}", base + 8, *number);
  }
  if (word.starts_with("bright")) {
    word.remove_prefix(6);
    if (word.starts_with('_')) word.remove_prefix(1);
    base += 60;
  }
  for (std::size_t i = 0; i < std::size(kColours); ++i)
    if (word == kColours[i]) return std::to_string(base + static_cast<int>(i));
  return std::nullopt;
}

std::optional<int> attribute(std::string_view word) {
  for (const auto& [name, code] : kAttributes)
    if (word == name) return code;
  return std::nullopt;
}

}  // namespace

std::string sgr_parameters(std::string_view value) {
  std::vector<std::string> parameters;
  bool has_foreground = false;
  const std::string lower = to_lower(value);
  for (auto word : split_words(lower)) {
    if (const auto code = attribute(word)) {
      parameters.push_back(std::to_string(*code));
      continue;
    }
    const bool is_named_background = word.starts_with("on_");
    if (is_named_background) word.remove_prefix(3);
    const bool is_background = is_named_background || has_foreground;
    if (word == "normal" || word == "default") {
      has_foreground = true;
    } else if (auto code = colour(word, is_background)) {
      parameters.push_back(*std::move(code));
      has_foreground = has_foreground || !is_background;
    }
  }
  return join(parameters, ";");
}

Palette::Palette() : Palette(git::Config(), git::Config()) {}

Palette::Palette(const git::Config& lei, const git::Config& git) {
  for (std::size_t i = 0; i < kSlots; ++i) {
    const std::string name = kDefaults[i].name;
    const auto* entry = lei.find("color." + name);
    if (!entry) entry = git.find("color.diff." + name);
    if (!entry) entry = git.find("diff.color." + name);
    parameters_[i] = sgr_parameters(entry ? entry->value.value_or("") : kDefaults[i].value);
  }
}

void Palette::paint(std::string& out, Slot slot, std::string_view text) const {
  const auto& parameters = parameters_[static_cast<std::size_t>(slot)];
  if (parameters.empty()) {
    out += text;
    return;
  }
  while (!text.empty()) {
    const auto line = text.substr(0, text.find('\n'));
    if (!line.empty()) out.append("\x1b[").append(parameters).append("m").append(line).append("\x1b[0m");
    text.remove_prefix(line.size());
    if (text.empty()) break;
    out += '\n';
    text.remove_prefix(1);
  }
}

}  // namespace lorelei::lei
