// SPDX-License-Identifier: GPL-3.0-or-later
#include "mail/reading_view.hh"

#include <fmt/core.h>

#include "base/text.hh"

namespace lorelei::mail {

namespace {

constexpr const char* kHeaders[] = {"From", "To", "Cc", "Subject", "Date", "Message-ID", "In-Reply-To", "List-Id"};

// SGR parameters, as git and mutt have them.
constexpr const char* kHeaderColour = "1";
constexpr const char* kNoteColour = "36";
constexpr const char* kQuoteColours[] = {"32", "33", "35"};  // by depth

class View {
 public:
  explicit View(const ReadingLook& look) : look_(look) {}

  void headers(const Entity&);
  void part(const Part&);
  std::string text() && { return std::move(out_); }

 private:
  void line(std::string_view text, const char* colour);
  void body(std::string_view text);
  void attachment(const Part&, const std::optional<std::string>& name);
  const char* colour_of(std::string_view line);

  const ReadingLook& look_;
  std::string out_;
  enum { kProse, kMaybeDiff, kDiff } state_ = kProse;  // kMaybeDiff: behind "--- a", before "+++ b"
};

void View::line(std::string_view text, const char* colour) {
  if (look_.colour == ReadingLook::kPlain || !colour || text.empty())
    out_.append(text).append("\n");
  else
    out_ += fmt::format("\x1b[{}m{}\x1b[m\n", colour, text);
}

void View::headers(const Entity& message) {
  for (const auto* name : kHeaders)
    for (const auto& value : message.header(name)) {
      const auto shown = fmt::format("{}: {}", name, printable(value));
      line(shown, kHeaderColour);
    }
  out_ += '\n';
}

std::size_t quote_depth(std::string_view line) {
  std::size_t depth = 0;
  for (const char c : line) {
    if (c == '>')
      ++depth;
    else if (c != ' ')
      break;
  }
  return depth;
}

const char* View::colour_of(std::string_view line) {
  if (line.starts_with('>')) return kQuoteColours[(quote_depth(line) - 1) % std::size(kQuoteColours)];
  if (line.starts_with("diff --git ") || (state_ == kMaybeDiff && line.starts_with("+++ "))) {
    state_ = kDiff;
    return "1";
  }
  if (state_ != kDiff) {
    state_ = line.starts_with("--- ") ? kMaybeDiff : kProse;
    return nullptr;
  }
  if (line == "-- ") {  // the signature of git format-patch
    state_ = kProse;
    return nullptr;
  }
  if (line.starts_with("@@ ")) return "36";
  if (line.starts_with("--- ") || line.starts_with("+++ ") || line.starts_with("index ")) return "1";
  return line.starts_with('+') ? "32" : line.starts_with('-') ? "31" : nullptr;
}

void View::body(std::string_view text) {
  state_ = kProse;
  const auto shown = printable(text, Lines::kKeep);
  auto lines = split(shown, '\n');
  if (!lines.empty() && lines.back().empty()) lines.pop_back();
  for (const auto each : lines) line(each, colour_of(each));
}

void View::attachment(const Part& part, const std::optional<std::string>& name) {
  const auto& type = part.entity.content_type();
  auto what = fmt::format("{}/{}, {} bytes", type.type, type.subtype, part.entity.body().size());
  if (name) what = *name + ", " + what;
  line(fmt::format("[-- Attachment #{}: {} --]", part.index, printable(what)), kNoteColour);
}

void View::part(const Part& part) {
  if (!out_.ends_with("\n\n")) out_ += '\n';
  const auto text = part.entity.text();
  // The first text is the message itself; any other part says what it is, an embedded message by its headers.
  if (part.entity.is_submessage()) {
    headers(part.entity);
  } else if (const auto name = part.entity.filename(); !text || part.index != "1" || name) {
    attachment(part, name);
  }
  if (text) body(*text);
}

}  // namespace

std::string reading_view(const Entity& message, const ReadingLook& look) {
  View view(look);
  view.headers(message);
  each_part(message, [&](const Part& part) {
    view.part(part);
    return true;
  });
  return std::move(view).text();
}

}  // namespace lorelei::mail
