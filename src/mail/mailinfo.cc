// SPDX-License-Identifier: GPL-3.0-or-later
#include "mail/mailinfo.hh"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "base/text.hh"
#include "mail/mailinfo_header.hh"
#include "mail/mailinfo_log.hh"
#include "mail/mailinfo_person.hh"
#include "mail/mailinfo_text.hh"

namespace lorelei::mail {
namespace {

constexpr std::size_t kMaxBoundaries = 4;  // git's

std::size_t index_of(MailinfoField field) { return static_cast<std::size_t>(field); }

class MailinfoReader {
 public:
  MailinfoReader(std::string_view raw, Charsets charsets, Scissors scissors)
      : lines_(raw), conversion_(charsets), log_(conversion_, scissors) {}

  // Why it cannot be read, or nothing: then take() gives what was read.
  const char* read();
  Mailinfo take();

 private:
  enum class Encoding { kNone, kQuotedPrintable, kBase64 };
  enum class Of { kMessage, kPart };
  enum class Next { kLine, kEnd, kBroken };
  struct Counts {
    std::size_t content_type = 0, transfer_encoding = 0;
  };

  bool fail(const char* why) {
    failure_ = why;
    return false;
  }
  bool read_headers(std::string_view& line, Of);
  bool take_header(const MailinfoHeader&, Of, Counts&);
  void take_shown(MailinfoField, std::string&&, Of);
  bool take_content_type(std::string_view value);
  void take_transfer_encoding(std::string_view value);

  bool read_body(std::string_view line);
  bool at_boundary(std::string_view line) const { return !boundaries_.empty() && line.starts_with(boundaries_.back()); }
  bool skip_to_boundary(std::string_view& line);
  Next start_part(std::string_view& line);
  bool read_line(std::string_view line);
  bool read_decoded(std::string_view line);
  bool read_flowed(std::string_view line);
  bool read_held();
  bool flush_held();
  bool give(std::string_view line);
  void end_part();
  void note_outside(std::string_view text) { reading_.outside_text = reading_.outside_text || !is_git_blank(text); }
  void note_nul(std::string_view text) { reading_.nul_cut = reading_.nul_cut || text.find('\0') != text.npos; }

  MailinfoLines lines_;
  std::string storage_;  // of a line that is not in raw as it is
  std::string decoded_;
  // The front of a line whose end is still to come, from held_from_ on. It holds no LF, except in read_held().
  std::string held_;
  std::size_t held_from_ = 0;

  std::vector<std::string> boundaries_;  // with their "--"; the innermost is the last
  Encoding encoding_ = Encoding::kNone;
  MailinfoCharset charset_{""};
  bool flowed_ = false, delete_space_ = false;

  MailinfoValues values_;  // of the headers
  MailinfoConversion conversion_;
  MailinfoLog log_;
  Mailinfo::Reading reading_;
  bool part_gave_text_ = false;
  std::optional<std::string> first_charset_;  // of a part that gave text
  const char* failure_ = nullptr;
};

// Headers.

bool MailinfoReader::read_headers(std::string_view& line, Of of) {
  Counts counts;
  for (;;) {
    const auto kind = next_mailinfo_header(lines_, line, storage_);
    if (kind != HeaderLine::kHeader) break;
    const auto header = known_mailinfo_header(line);
    if (header && !take_header(*header, of, counts)) return false;
  }
  reading_.content_type = std::max(reading_.content_type, counts.content_type);
  reading_.transfer_encoding = std::max(reading_.transfer_encoding, counts.transfer_encoding);
  return true;
}

bool MailinfoReader::take_header(const MailinfoHeader& header, Of of, Counts& counts) {
  const auto index = index_of(header.field);
  const bool shown = index < kMailinfoShown;
  if (shown && of == Of::kPart && values_[index]) return true;
  auto value = decode_mailinfo_words(header.value, conversion_);
  if (!value) return fail("a header has a broken encoded word, or one of an unknown charset");
  if (header.field != MailinfoField::kMessageId) note_nul(header.value);
  if (shown) {
    take_shown(header.field, std::move(*value), of);
  } else if (header.field == MailinfoField::kContentType) {
    ++counts.content_type;
    return take_content_type(*value);
  } else if (header.field == MailinfoField::kTransferEncoding) {
    ++counts.transfer_encoding;
    take_transfer_encoding(*value);
  }
  return true;
}

void MailinfoReader::take_shown(MailinfoField field, std::string&& value, Of of) {
  values_[index_of(field)] = std::move(value);
  if (of == Of::kPart) {
    reading_.part_header = true;
    return;
  }
  ++(field == MailinfoField::kFrom      ? reading_.from
     : field == MailinfoField::kSubject ? reading_.subject
                                        : reading_.date);
}

bool MailinfoReader::take_content_type(std::string_view value) {
  note_nul(value);
  const auto is = [&](const char* name, const char* wanted) {
    const auto found = mailinfo_attribute(value, name);
    return found && equal_ignore_case(*found, wanted);
  };
  flowed_ = is("format=", "flowed");
  delete_space_ = is("delsp=", "yes");
  charset_ = MailinfoCharset(mailinfo_attribute(value, "charset=").value_or(""));
  const auto boundary = mailinfo_attribute(value, "boundary=");
  if (!boundary) return true;
  if (!starts_with_ignore_case(value, "multipart/")) reading_.boundary_elsewhere = true;
  if (boundaries_.size() == kMaxBoundaries) return fail("parts are nested too deep");
  reading_.nested = reading_.nested || !boundaries_.empty();
  boundaries_.push_back("--" + std::string(*boundary));
  return true;
}

void MailinfoReader::take_transfer_encoding(std::string_view value) {
  value = until_nul(value);
  if (find_ignore_case(value, "base64") != value.npos)
    encoding_ = Encoding::kBase64;
  else if (find_ignore_case(value, "quoted-printable") != value.npos)
    encoding_ = Encoding::kQuotedPrintable;
  else
    encoding_ = Encoding::kNone;
}

// Parts.

// Finds the next line that starts with the innermost boundary, and gives it without LF; false at the end of the text.
bool MailinfoReader::skip_to_boundary(std::string_view& line) {
  if (boundaries_.empty()) {
    note_outside(lines_.rest());
    lines_.skip_all();
  }
  while (!lines_.at_end()) {
    line = lines_.next();
    if (line.ends_with('\n')) line.remove_suffix(1);
    if (at_boundary(line)) return true;
    note_outside(line);
  }
  return false;
}

// From a boundary line to the first line of the part that it starts, which has an LF then.
MailinfoReader::Next MailinfoReader::start_part(std::string_view& line) {
  end_part();
  std::string_view fed = "\n";
  while (line.substr(boundaries_.back().size()).starts_with("--")) {
    boundaries_.pop_back();
    // Where several end in a row, git feeds a line only for the first of them; the empty one still ends a header on
    // top.
    if (!log_.add(std::exchange(fed, ""), charset_)) {
      fail(log_.failure());
      return Next::kBroken;
    }
    if (!skip_to_boundary(line)) return Next::kEnd;
  }
  note_outside(line.substr(boundaries_.back().size()));
  encoding_ = Encoding::kNone;
  charset_ = MailinfoCharset("");
  line = {};
  if (!read_headers(line, Of::kPart)) return Next::kBroken;
  // The line below the headers is dropped, whatever it is.
  if (lines_.at_end()) return Next::kEnd;
  note_outside(line);
  line = lines_.next();
  if (line.ends_with('\n')) return Next::kLine;
  storage_ = line;
  storage_ += '\n';
  line = storage_;
  return Next::kLine;
}

void MailinfoReader::end_part() {
  if (!std::exchange(part_gave_text_, false)) return;
  ++reading_.text_parts;
  auto name = charset_.is_utf8() ? std::string() : to_lower(charset_.name());
  if (!first_charset_)
    first_charset_ = std::move(name);
  else if (*first_charset_ != name)
    reading_.charsets_differ = true;
}

// Lines of a body.

bool MailinfoReader::give(std::string_view line) {
  part_gave_text_ = part_gave_text_ || !is_git_blank(line);
  return log_.add(line, charset_) || fail(log_.failure());
}

bool MailinfoReader::flush_held() {
  const auto line = std::string_view(held_).substr(held_from_);
  if (!line.empty() && !give(line)) return false;
  held_.clear();
  held_from_ = 0;
  return true;
}

namespace flowed {

struct Line {
  std::string_view text;  // with its line end
  std::size_t length;     // without LF or CR LF
};

Line measured(std::string_view text) {
  auto length = text.size();
  if (text.ends_with('\n')) {
    --length;
    if (length > 0 && text[length - 1] == '\r') --length;
  }
  return {text, length};
}
bool is_separator(const Line& line) { return line.length == 3 && line.text.starts_with("-- "); }
bool is_stuffed(const Line& line) { return line.length > 0 && line.text.front() == ' '; }
bool is_soft(const Line& line) { return line.length > 0 && line.text[line.length - 1] == ' '; }
Line unstuffed(const Line& line) { return {line.text.substr(1), line.length - 1}; }

}  // namespace flowed

bool MailinfoReader::read_flowed(std::string_view text) {
  if (!flowed_) return give(text);
  auto line = flowed::measured(text);
  if (flowed::is_separator(line)) return flush_held() && give(text);
  if (flowed::is_stuffed(line)) {
    line = flowed::unstuffed(line);
    reading_.flowed = true;
  }
  if (flowed::is_soft(line)) {
    reading_.flowed = true;
    held_ += line.text.substr(0, line.length - (delete_space_ ? 1 : 0));
    return true;
  }
  if (held_.size() == held_from_) return give(line.text);
  held_ += line.text;
  return flush_held();
}

// The same for a decoded line that is all in held_: what is held once more is not copied, however often that happens.
bool MailinfoReader::read_held() {
  if (!flowed_) return flush_held();
  auto line = flowed::measured(std::string_view(held_).substr(held_from_));
  if (flowed::is_separator(line)) return flush_held();
  if (flowed::is_stuffed(line)) {
    line = flowed::unstuffed(line);
    ++held_from_;
    reading_.flowed = true;
  }
  if (!flowed::is_soft(line)) return flush_held();
  reading_.flowed = true;
  held_.resize(held_from_ + line.length - (delete_space_ ? 1 : 0));
  return true;
}

bool MailinfoReader::read_decoded(std::string_view line) {
  note_nul(line);
  decoded_.clear();
  if (encoding_ == Encoding::kBase64)
    append_base64(line, decoded_);
  else
    append_quoted_printable(line, Underscore::kItself, decoded_);
  std::string_view rest = decoded_;
  bool first = held_.size() > held_from_;
  while (!rest.empty()) {
    const auto lf = rest.find('\n');
    if (lf == rest.npos) {
      held_ += rest;
      return true;
    }
    const auto one = rest.substr(0, lf + 1);
    rest.remove_prefix(lf + 1);
    if (std::exchange(first, false)) {
      held_ += one;
      if (!read_held()) return false;
    } else if (!read_flowed(one)) {
      return false;
    }
  }
  return true;
}

bool MailinfoReader::read_line(std::string_view line) {
  return encoding_ == Encoding::kNone ? read_flowed(line) : read_decoded(line);
}

// line is what ended the header block; false if it cannot be read.
bool MailinfoReader::read_body(std::string_view line) {
  if (!boundaries_.empty()) {
    note_outside(line);
    if (!skip_to_boundary(line)) return true;
  }
  for (;;) {
    if (at_boundary(line)) {
      if (!flush_held()) return false;
      const auto next = start_part(line);
      if (next != Next::kLine) return next == Next::kEnd;
    }
    if (!read_line(line)) return false;
    if (lines_.at_end()) break;
    if (log_.in_patch() && boundaries_.empty() && encoding_ == Encoding::kNone && !flowed_) {
      part_gave_text_ = true;
      log_.add_to_patch(lines_.rest());
      break;
    }
    line = lines_.next();
  }
  if (!flush_held()) return false;
  end_part();
  return log_.finish() || fail(log_.failure());
}

const char* MailinfoReader::read() {
  while (!lines_.at_end() && is_git_space(lines_.peek())) lines_.skip_byte();
  if (lines_.at_end()) return "it is empty";
  std::string_view line;
  if (!read_headers(line, Of::kMessage)) return failure_;
  // Where the text ends with the headers, git takes the last of them for the body, too: line is that header.
  if (!read_body(line)) return failure_;
  end_part();
  const bool patch = log_.in_patch();
  for (std::size_t i = 0; i < kMailinfoShown; ++i) {
    if (patch && log_.values()[i]) values_[i] = *log_.values()[i];
    if (values_[i] && values_[i]->find('\0') != std::string::npos) return "a header has a NUL";
  }
  return nullptr;
}

Mailinfo MailinfoReader::take() {
  Mailinfo info;
  const bool patch = log_.in_patch();
  const auto top = [&](MailinfoField field) { return patch && log_.values()[index_of(field)].has_value(); };
  reading_.in_body_from = top(MailinfoField::kFrom);
  reading_.in_body_subject = top(MailinfoField::kSubject);
  reading_.in_body_date = top(MailinfoField::kDate);
  reading_.lines_lost = !patch && log_.took_lines();
  reading_.cut = log_.cut();
  reading_.nul_cut = reading_.nul_cut || log_.nul_cut();
  reading_.other_charset = conversion_.other_charset();
  const auto value = [&](MailinfoField field) { return std::string_view(values_[index_of(field)].value()); };
  if (values_[index_of(MailinfoField::kFrom)]) {
    const auto person = mailinfo_person(value(MailinfoField::kFrom));
    info.author = trim(person.name);
    info.email = trim(person.email);
    reading_.from_unended = person.unended;
  }
  if (values_[index_of(MailinfoField::kSubject)]) info.subject = trim(mailinfo_subject(value(MailinfoField::kSubject)));
  if (values_[index_of(MailinfoField::kDate)]) info.date = trim(collapse_git_space(value(MailinfoField::kDate)));
  info.reading = reading_;
  info.message = std::move(log_.message());
  info.patch = std::move(log_.patch());
  return info;
}

}  // namespace

Result<Mailinfo> mailinfo(std::string_view raw, Charsets charsets, Scissors scissors) {
  constexpr auto kDoing = "read a mail as git does";
  if (raw.size() > kMaxMailinfoBytes) return err(Error::Kind::kTooLarge, kDoing, {}, "it has more than 64 MiB");
  MailinfoReader reader(raw, charsets, scissors);
  if (const char* why = reader.read()) return err(Error::Kind::kCorrupt, kDoing, {}, why);
  return reader.take();
}

}  // namespace lorelei::mail
