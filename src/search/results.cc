// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/results.hh"

#include <fmt/core.h>

#include <chrono>
#include <ctime>

#include "base/json.hh"
#include "base/text.hh"
#include "mail/address.hh"
#include "mail/bracketed_ids.hh"

namespace lorelei::search {

namespace {

// The members of one object, in either look.
class Members {
 public:
  Members(std::string& out, JsonLook look) : out_(out), look_(look) {}

  void text(std::string_view name, std::string_view value) {
    key(name);
    append_json_string(out_, value);
  }
  void number(std::string_view name, int value) {
    key(name);
    out_ += std::to_string(value);
  }
  void addresses(std::string_view name, std::string_view header);
  void message_ids(std::string_view name, std::string_view references);
  enum class Lines { kOne, kEach };
  void words(std::string_view name, const std::set<std::string>& values, Lines lines) {
    if (values.empty()) return;
    key(name);
    const std::string between = lines == Lines::kEach ? separator_ : look_ == JsonLook::kPretty ? ", " : ",";
    out_ += '[';
    bool is_first = true;
    for (const auto& value : values) {
      if (!std::exchange(is_first, false)) out_ += between;
      append_json_string(out_, value);
    }
    out_ += ']';
  }

 private:
  void key(std::string_view name) {
    const bool pretty = look_ == JsonLook::kPretty;
    if (!std::exchange(is_first_, false)) out_ += pretty ? ",\n" : ",";
    out_ += pretty ? "  \"" : "\"";
    out_ += name;
    out_ += pretty ? "\": " : "\":";
    // Items of a list stand below each other.
    separator_ = pretty ? ",\n" + std::string(name.size() + 7, ' ') : ",";
  }
  void text_or_null(const std::optional<std::string>& value) {
    if (value)
      append_json_string(out_, *value);
    else
      out_ += "null";
  }

  std::string& out_;
  JsonLook look_;
  bool is_first_ = true;
  std::string separator_;
};

void Members::addresses(std::string_view name, std::string_view header) {
  if (header.empty()) return;
  key(name);
  out_ += '[';
  bool is_first = true;
  for (const auto& group : mail::parse_addresses(header))
    for (const auto& mailbox : group.mailboxes) {
      if (!std::exchange(is_first, false)) out_ += separator_;
      out_ += '[';
      text_or_null(mailbox.phrase ? mailbox.phrase : mailbox.comment);
      out_ += look_ == JsonLook::kPretty ? ", " : ",";
      text_or_null(mailbox.address());
      out_ += ']';
    }
  out_ += ']';
}

void Members::message_ids(std::string_view name, std::string_view references) {
  if (references.empty()) return;
  key(name);
  out_ += '[';
  bool is_first = true;
  for (const auto& id : mail::bracketed_ids(references)) {
    if (!std::exchange(is_first, false)) out_ += separator_;
    append_json_string(out_, id);
  }
  out_ += ']';
}

}  // namespace

std::string iso8601(std::int64_t seconds) {
  using namespace std::chrono;
  const sys_seconds time{std::chrono::seconds(seconds)};
  const auto day = floor<days>(time);
  const year_month_day date(day);
  const hh_mm_ss clock(time - day);
  if (date.year() < year(0) || date.year() > year(9999))
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), clock.hours().count(),
                       clock.minutes().count(), clock.seconds().count());
  char text[] = "0000-00-00T00:00:00Z";  // by hand: fmt would be a tenth of the time of a whole result
  const auto put = [&text](std::size_t at, std::size_t digits, unsigned value) {
    for (; digits > 0; value /= 10) text[at + --digits] = static_cast<char>('0' + value % 10);
  };
  put(0, 4, static_cast<unsigned>(static_cast<int>(date.year())));
  put(5, 2, static_cast<unsigned>(date.month()));
  put(8, 2, static_cast<unsigned>(date.day()));
  put(11, 2, static_cast<unsigned>(clock.hours().count()));
  put(14, 2, static_cast<unsigned>(clock.minutes().count()));
  put(17, 2, static_cast<unsigned>(clock.seconds().count()));
  return text;
}

void JsonResults::begin(std::string& out) const {
  if (form_ == JsonForm::kJson) out += '[';
}

void JsonResults::add(std::string& out, const archive::OverRow& row, const More& more) const {
  const auto look = form_ == JsonForm::kLines ? JsonLook::kCompact : look_;
  const bool pretty = look == JsonLook::kPretty;
  out += pretty ? "{\n" : "{";
  const auto start = out.size();
  Members members(out, look);
  members.words("L", more.labels, Members::Lines::kEach);
  members.text("blob", row.blob);
  members.addresses("c", row.cc);
  if (more.depth) members.number("depth", *more.depth);
  members.text("dt", iso8601(row.sent));
  members.addresses("f", row.from);
  members.words("kw", more.keywords, Members::Lines::kOne);
  if (!row.message_id.empty()) members.text("m", row.message_id);
  if (more.percent) members.number("pct", *more.percent);
  members.message_ids("refs", row.references);
  members.text("rt", iso8601(row.received));
  members.text("s", row.subject);
  members.addresses("t", row.to);
  if (more.text) members.text("text", *more.text);
  out += pretty ? "\n}" : "}";
  if (letters_ == JsonLetters::kAscii) escape_beyond_ascii(out, start);
  if (form_ == JsonForm::kJson) out += pretty ? "," : ",\n";
  if (form_ != JsonForm::kJson && !pretty) out += '\n';
}

void JsonResults::end(std::string& out) const {
  if (form_ == JsonForm::kJson) out += "null]\n";
  if (form_ == JsonForm::kConcatenated) out += '\n';
}

namespace {

constexpr std::size_t kDateColumns = 12, kSenderColumns = 20;

std::string list_date(std::int64_t sent, std::int64_t now) {
  const auto at = static_cast<std::time_t>(sent), today_at = static_cast<std::time_t>(now);
  std::tm then{}, today{};
  localtime_r(&at, &then);
  localtime_r(&today_at, &today);
  char date[64];
  std::strftime(date, sizeof date, then.tm_year == today.tm_year ? "%b %d %H:%M" : "%Y %b %d ", &then);
  return date;
}

}  // namespace

std::string list_line(const archive::OverRow* row, const ListLook& look, Mark mark, std::string_view subject) {
  constexpr std::size_t kBefore = kDateColumns + 2 + kSenderColumns + 2;
  const auto shown = fit_width(subject, look.columns > kBefore + 10 ? look.columns - kBefore : std::size_t{10});
  if (!row) return std::string(kBefore, ' ') + shown;
  const auto date = list_date(row->sent, look.now);
  const auto names = mail::names_in(row->from);
  auto sender = fit_width(printable(names.empty() ? row->from : names[0]), kSenderColumns);
  sender.append(kSenderColumns - std::min(kSenderColumns, display_width(sender)), ' ');
  const bool is_marked = mark == Mark::kFlagged;
  const char* between = is_marked ? " *" : "  ";
  if (look.colour == ListLook::kPlain) return fmt::format("{}  {}{}{}", date, sender, between, shown);
  return fmt::format("\x1b[36m{}\x1b[m  \x1b[33m{}\x1b[m{}{}{}{}", date, sender, between, is_marked ? "\x1b[1m" : "",
                     shown, is_marked ? "\x1b[m" : "");
}

std::string list_line(const archive::OverRow& row, const ListLook& look, Mark mark) {
  return list_line(&row, look, mark, printable(row.subject));
}

}  // namespace lorelei::search
