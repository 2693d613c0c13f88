// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/apply_series.hh"

#include <fmt/format.h>

#include <ctime>

#include "base/text.hh"
#include "git/history.hh"
#include "mail/date.hh"
#include "mail/mailinfo.hh"

namespace lorelei::workflow {

namespace {

using Kind = Error::Kind;

// What git takes off both ends of a name, and what it leaves out of one.
bool is_crud(char c) {
  return static_cast<unsigned char>(c) <= ' ' || std::string_view(".,:;<>\"\\'").find(c) != std::string_view::npos;
}
std::string ident_part(std::string_view text) {
  while (!text.empty() && is_crud(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_crud(text.back())) text.remove_suffix(1);
  std::string part;
  for (const char c : text)
    if (c != '\n' && c != '<' && c != '>' && c != '\0') part += c;
  return part;
}

std::string ident_line(std::string_view name, std::string_view address, std::int64_t seconds, int zone_minutes) {
  const int minutes = zone_minutes < 0 ? -zone_minutes : zone_minutes;
  return fmt::format("{} <{}> {} {}{:02}{:02}", ident_part(name), ident_part(address), seconds,
                     zone_minutes < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

// As `git stripspace`: no blanks at the ends of lines, no two empty lines in a row, none at the ends of the text.
std::string stripped_space(std::string_view text) {
  std::string out;
  bool is_gap = false;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    auto line = text.substr(0, end);
    while (!line.empty() && std::string_view(" \t\r").find(line.back()) != line.npos) line.remove_suffix(1);
    text.remove_prefix(std::min(text.size(), end + 1));
    if (line.empty()) {
      is_gap = true;
      continue;
    }
    if (is_gap && !out.empty()) out += '\n';
    is_gap = false;
    out += line;
    out += '\n';
  }
  return out;
}

Result<std::string> commit_of(const mail::Mailinfo& info, const git::ObjectId& tree, const git::ObjectId& parent,
                              const std::string& committer) {
  const auto date = mail::parse_mail_date(info.date);
  if (!date) return err(Kind::kCorrupt, "make a commit of", info.subject, "its date '" + info.date + "' can't be read");
  const auto name = ident_part(info.author);
  if (name.empty() || info.email.empty())
    return err(Kind::kCorrupt, "make a commit of", info.subject, "it does not say who wrote it");
  if (info.message.find('\0') != std::string::npos || info.subject.find('\0') != std::string::npos)
    return err(Kind::kCorrupt, "make a commit of", info.subject, "there is a NUL in its message");
  auto text = fmt::format("tree {}\nparent {}\nauthor {}\ncommitter {}\n\n", tree.hex(), parent.hex(),
                          ident_line(name, info.email, date->seconds, date->zone_minutes), committer);
  return text + stripped_space(info.subject + "\n\n" + info.message);
}

}  // namespace

Result<std::string> committer_line(const Env& env, const git::Config& config) {
  const auto value = [&](const char* variable, const char* own, const char* common) -> std::string {
    if (const auto set = env.variable(variable); set && !trim(*set).empty()) return *set;
    for (const char* key : {own, common})
      if (const auto* entry = config.find(key); entry && entry->value && !trim(*entry->value).empty())
        return *entry->value;
    return "";
  };
  const auto name = ident_part(value("GIT_COMMITTER_NAME", "committer.name", "user.name"));
  auto address = value("GIT_COMMITTER_EMAIL", "committer.email", "user.email");
  if (address.empty()) address = env.variable("EMAIL").value_or("");
  if (name.empty() || address.empty())
    return err(Kind::kUsage, "make commits", "", "user.name or user.email is not set",
               "git config --global user.name NAME");
  mail::Time time;
  if (const auto date = env.variable("GIT_COMMITTER_DATE"); date && !date->empty()) {
    // git's own form, "@1234 +0100" or "1234 +0100", or that of mails.
    const auto words = split(trim(std::string_view(*date).substr(date->starts_with('@') ? 1 : 0)), ' ');
    const auto seconds = parse_uint(words[0]);
    const auto digits = words.size() > 1 ? words[1].substr(words[1].starts_with('+') ? 1 : 0) : "0";
    const auto zone = parse_int(digits);
    if (const auto mail_date = mail::parse_mail_date(*date)) {
      time = *mail_date;
    } else if (seconds && zone && words.size() <= 2) {
      time.seconds = static_cast<std::int64_t>(*seconds);
      time.zone_minutes = static_cast<int>(*zone / 100 * 60 + *zone % 100);
    } else {
      return err(Kind::kUsage, "read the variable", "GIT_COMMITTER_DATE", "'" + *date + "' can't be read",
                 "SECONDS +ZONE, or a date as in mails");
    }
  } else {
    time.seconds = env.now();
    const auto now = static_cast<std::time_t>(time.seconds);
    struct tm local {};
    if (localtime_r(&now, &local)) time.zone_minutes = static_cast<int>(local.tm_gmtoff / 60);
  }
  return ident_line(name, address, time.seconds, time.zone_minutes);
}

Result<AppliedSeries> apply_series(const std::vector<std::string>& mails, const git::ObjectId& base,
                                   git::NewObjects& objects, const std::string& committer, patch::ThreeWay three_way) {
  AppliedSeries series;
  series.base = series.tip = base;
  TRY(const auto start, objects.read(base, git::ObjectType::kCommit));
  const auto fields = git::scan_commit(start.bytes());
  if (!fields) return err(Kind::kCorrupt, "read the commit", base.hex(), "its header makes no sense");
  auto tree = fields->tree;
  for (const auto& mail : mails) {
    // `git mailsplit` takes the CR off each line.
    TRY(const auto info, mail::mailinfo(replace_all(mail, "\r\n", "\n"), mail::Charsets::kConverted));
    CommittedPatch done;
    done.title = info.subject;
    const auto applied = [&]() -> Result<patch::TreeChange> {
      TRY(const auto diff, patch::parse_diff(info.patch));
      if (diff.files.empty()) return err(Kind::kConflict, "apply the patch", info.subject, "there is no diff in it");
      return patch::apply_to_tree(diff, objects, tree, three_way);
    }();
    if (!applied) {
      if (applied.error().kind == Kind::kFailed) return tl::unexpected(applied.error());
      series.failure = applied.error();
      if (!series.failure->subject.empty()) series.failure->why = series.failure->subject + ": " + series.failure->why;
      return series;
    }
    done.was_there = applied->tree == tree;
    if (!done.was_there) {
      TRY(auto commit, commit_of(info, applied->tree, series.tip, committer));
      series.tip = objects.add(git::ObjectType::kCommit, std::move(commit));
      series.paths.insert(applied->paths.begin(), applied->paths.end());
    }
    done.commit = series.tip;
    done.moved_hunks = applied->moved_hunks;
    done.is_merged = applied->is_merged;
    tree = applied->tree;
    series.patches.push_back(std::move(done));
  }
  return series;
}

}  // namespace lorelei::workflow
