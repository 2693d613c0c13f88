// SPDX-License-Identifier: GPL-3.0-or-later
#include "lei/parts_view.hh"

#include <fmt/core.h>

#include "base/text.hh"
#include "lei/character_class.hh"
#include "lei/diff_painter.hh"
#include "lei/folded_addresses.hh"
#include "mail/overview.hh"

namespace lorelei::lei {

namespace {

using mail::Text;

std::string field(const Canvas& canvas, const char* name, const Text& value) {
  return fmt::format("{}: {}\n", name, canvas.clean(value));
}

std::string references_fields(const Canvas& canvas, const mail::Entity& message) {
  auto ids = mail::references(message);
  if (ids.empty()) return {};
  std::string out = field(canvas, "In-Reply-To", {"<" + ids.back() + ">"});
  ids.pop_back();
  for (std::size_t i = 0; i < ids.size(); ++i)
    out += fmt::format("{}<{}>", i == 0 ? "References: " : "\n\t", canvas.clean({ids[i]}));
  if (!ids.empty()) out += '\n';
  return out;
}

// Line ends as LF: every "\r" before one goes.
Text with_unix_lines(Text text) {
  std::string out;
  out.reserve(text.bytes.size());
  for (const char c : text.bytes) {
    if (c == '\n')
      while (out.ends_with('\r')) out.pop_back();
    out += c;
  }
  text.bytes = std::move(out);
  return text;
}

// Three lines in a row begin like a diff.
bool holds_diff(std::string_view text) {
  const auto line_at = [&](std::size_t at) { return text.substr(at, text.find('\n', at) - at); };
  for (std::size_t at = 0; at < text.size();) {
    const auto line = line_at(at);
    const auto next = at + line.size() + 1;
    if (line.size() > 4 && line.starts_with("--- ") && next < text.size()) {
      const auto second = line_at(next);
      const auto third = next + second.size() + 1;
      if (second.size() > 4 && second.starts_with("+++ ") && third <= text.size() &&
          text.substr(third).starts_with("@@ "))
        return true;
    }
    at = next;
  }
  return false;
}

// The end of the run of lines from start on that are quoted, or that are not.
std::size_t end_of_section(std::string_view text, std::size_t start) {
  const bool is_quoted = text[start] == '>';
  for (std::size_t at = start;;) {
    at = text.find('\n', at);
    if (at == text.npos) return text.size();
    if (++at == text.size() || (text[at] == '>') != is_quoted) return at;
  }
}

class PartsView {
 public:
  PartsView(Canvas& canvas, const std::string& blob) : canvas_(canvas), blob_(blob) {}

  void add(const mail::Part& part) {
    const auto name = part.entity.filename_text();
    auto decoded = part.entity.decode();
    if (!decoded) return add_note(part, name, false);
    if (part.entity.is_submessage()) add_headers(canvas_, part.entity);
    if (name || (part.depth > 0 && !part.entity.is_submessage()) || decoded->is_guess) {
      add_note(part, name, decoded->is_guess);
      canvas_.add("\n");
    }
    add_text(canvas_.clean(with_unix_lines(std::move(decoded->text))));
  }

 private:
  void add_note(const mail::Part& part, const std::optional<Text>& name, bool is_guess) {
    std::string note;
    if (is_guess) note += "[-- Warning: decoded text below may be mangled, UTF-8 assumed --]\n";
    auto types = part.entity.header_text("Content-Type");
    if (types.empty() || types[0].bytes.empty() || types[0].bytes == "0") types = {{"text/plain"}};
    const auto what = fmt::format("Type: {}, Size: {} bytes", canvas_.clean(types[0]), part.entity.body().size());
    const auto descriptions = part.entity.header_text("Content-Description");
    const auto title = canvas_.clean(!descriptions.empty() ? descriptions[0] : name.value_or(Text{}));
    note += fmt::format("[-- Attachment #{}: ", part.index);
    note += title.empty() ? what + " --]\n" : fmt::format("{} --]\n[-- {} --]\n", title, what);
    if (!blob_.empty()) note += fmt::format("[-- lei blob {}:{} --]\n", blob_, part.index);
    canvas_.add(Slot::kAttachment, note);
    if (part.entity.is_submessage()) add_headers(canvas_, part.entity);
  }

  void add_text(std::string text) {
    if (!text.ends_with('\n')) text += '\n';
    const bool is_patch = canvas_.is_coloured() && holds_diff(text);
    for (std::size_t start = 0; start < text.size();) {
      const auto end = end_of_section(text, start);
      const auto section = std::string_view(text).substr(start, end - start);
      if (section[0] == '>')
        canvas_.add(Slot::kQuoted, section);
      else if (is_patch)
        paint_diff(canvas_, section);
      else
        canvas_.add(section);
      start = end;
    }
  }

  Canvas& canvas_;
  const std::string& blob_;
};

}  // namespace

void add_headers(Canvas& canvas, const mail::Entity& message) {
  std::string out;
  for (const char* name : {"From", "To", "Cc"})
    for (const auto& value : message.header_text(name))
      if (!is_blank(value.bytes, value.form)) out += field(canvas, name, folded_addresses(value));
  for (const char* name : {"Subject", "Date", "Newsgroups", "Message-ID", "X-Message-ID"})
    for (const auto& value : message.header_text(name)) out += field(canvas, name, value);
  if (const auto parents = message.header_raw("In-Reply-To"); !parents.empty()) {
    for (const auto& parent : parents) out += field(canvas, "In-Reply-To", {parent});
  } else {
    out += references_fields(canvas, message);
  }
  canvas.add(Slot::kHeader, out + "\n");
}

void add_parts(Canvas& canvas, const ShownMessage& shown) {
  PartsView view(canvas, shown.blob);
  each_part(
      shown.message,
      [&](const mail::Part& part) {
        view.add(part);
        return true;
      },
      mail::Epilogue::kDropped);
}

}  // namespace lorelei::lei
