// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/recipients.hh"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <unordered_set>

#include "base/git_date.hh"
#include "base/text.hh"
#include "mail/rfc822_list.hh"
#include "patch/maintainer_clues.hh"
#include "workflow/addresses_in_file.hh"
#include "workflow/section_roles.hh"

namespace lorelei::workflow {

namespace {

using Kind = Error::Kind;
constexpr std::string_view kOfAllRest = "THE REST";

Result<std::string> read_if_there(const fs::path& file) {
  auto text = read_file(file);
  if (!text && text.error().kind == Kind::kNotFound) return std::string();
  return text;
}

// Addresses of people who want no mail for their old work; what is no address counts for nothing.
std::vector<std::string> ignored_in(std::string_view text) {
  std::vector<std::string> out;
  for (const auto line : split(text, '\n')) {
    const auto address = trim(line.substr(0, line.find('#')));
    if (mail::is_rfc822_address(address)) out.emplace_back(address);
  }
  return out;
}

// A patch comes from anybody: what it names outside of the tree is not read.
bool is_inside(const std::string& path) {
  const fs::path name = path;
  return !name.is_absolute() && std::find(name.begin(), name.end(), "..") == name.end();
}

void keep_each_once(std::vector<std::string>& texts) {
  std::unordered_set<std::string> seen;
  std::erase_if(texts, [&](const std::string& text) { return !seen.insert(text).second; });
}

}  // namespace

struct RecipientFinder::Answer {
  RecipientList list;
  Recipients out;
  std::unordered_set<std::size_t> sections;  // those that are in it
  std::vector<Contact> in_files;
};

Result<fs::path> kernel_tree_here() {
  std::error_code error;
  for (auto directory = fs::current_path(error); !directory.empty(); directory = directory.parent_path()) {
    if (fs::exists(directory / "MAINTAINERS", error)) return directory;
    if (directory == directory.parent_path()) break;
  }
  return err(Kind::kNotFound, "find", "MAINTAINERS", "the current directory is not in a kernel tree", "-g DIR");
}

fs::path recipients_file(const Env& env, const fs::path& tree, const std::string& name) {
  std::error_code error;
  for (const auto& directory : {tree, fs::path(env.home()), tree / ".scripts"})
    if (fs::is_regular_file(directory / name, error)) return directory / name;
  return {};
}

Result<RecipientFinder> RecipientFinder::open(const Env& env, const fs::path& tree, const RecipientOptions& options,
                                              const fs::path& maintainers) {
  RecipientFinder finder(env);
  finder.tree_ = tree;
  finder.options_ = options;
  TRY(const auto text,
      read_file(maintainers.empty() ? tree / "MAINTAINERS" : maintainers, patch::kMaxMaintainersBytes));
  TRY(finder.maintainers_, patch::Maintainers::parse(std::move(text), [tree](std::string_view path) {
        std::error_code error;
        return fs::is_directory(tree / path, error);
      }));
  if (options.mailmap) {
    TRY(const auto map, read_if_there(tree / ".mailmap"));
    finder.mailmap_ = Mailmap(map);
  }
  if (const auto file = recipients_file(env, tree, ".get_maintainer.ignore"); !file.empty()) {
    TRY(const auto ignored, read_file(file));
    finder.ignored_ = ignored_in(ignored);
  }
  const auto since = parse_date(options.since, env.now(), DateReading::kGit);
  if (!since) return err(Kind::kUsage, "read the date", options.since, since.error().why, "1.year.ago");
  finder.since_ = *since;
  std::error_code error;
  finder.has_history_ = fs::exists(tree / ".git", error);
  return finder;
}

bool RecipientFinder::add_patch(std::string_view text, RecipientQuestion& question) {
  auto clues = patch::maintainer_clues(text);
  const bool is_patch = !clues.paths.empty();
  auto& paths = question.paths;
  paths.insert(paths.end(), std::make_move_iterator(clues.paths.begin()), std::make_move_iterator(clues.paths.end()));
  std::sort(paths.begin(), paths.end());
  paths.erase(std::unique(paths.begin(), paths.end()), paths.end());
  if (options_.fixes) {
    question.fixes.insert(question.fixes.end(), clues.fixes.begin(), clues.fixes.end());
    keep_each_once(question.fixes);
  }
  if (options_.keywords) {
    const auto found = maintainers_.keywords_in(text, patch::Maintainers::Content::kPatch);
    question.keywords.insert(question.keywords.end(), found.begin(), found.end());
  }
  return is_patch;
}

Result<void> RecipientFinder::add_file(const std::string& path, RecipientQuestion& question) {
  question.paths.push_back(path);
  std::error_code error;
  if (!options_.keywords || path == "MAINTAINERS" || !fs::is_regular_file(tree_ / path, error)) return {};
  TRY(const auto text, read_file(tree_ / path, kMaxPatchBytes));
  const auto found = maintainers_.keywords_in(text, patch::Maintainers::Content::kFile);
  question.keywords.insert(question.keywords.end(), found.begin(), found.end());
  return {};
}

Result<Recipients> RecipientFinder::of_patch(std::string_view text) {
  if (text.size() > kMaxPatchBytes)
    return err(Kind::kTooLarge, "read the patch", "", fmt::format("it has more than {} bytes", kMaxPatchBytes));
  RecipientQuestion question;
  add_patch(text, question);
  return answer(question);
}

Result<Recipients> RecipientFinder::of_files(const std::vector<std::string>& paths) {
  RecipientQuestion question;
  for (const auto& path : paths) TRY_VOID(add_file(path, question));
  return answer(question);
}

void RecipientFinder::add_list(std::string_view value, std::string_view subsystem, RecipientList& list) const {
  const auto end = value.find_first_of(" \t");
  const auto address = value.substr(0, end);
  const auto remark = end == value.npos ? "" : value.substr(end);
  const bool is_for_subscribers = remark.find("subscribers-only") != remark.npos;
  const bool is_moderated = !is_for_subscribers && remark.find("moderated") != remark.npos;
  if (is_for_subscribers ? !options_.subscriber_lists : !options_.lists) return;
  if (is_moderated && !options_.moderated_lists) return;
  std::string role = is_for_subscribers ? "subscriber list" : is_moderated ? "moderated list" : "open list";
  if (subsystem != kOfAllRest) role += fmt::format(":{}", subsystem);
  list.add_list(std::string(address), std::move(role));
}

void RecipientFinder::add_section(std::size_t number, Answer& answer) const {
  if (!answer.sections.insert(number).second) return;
  const auto& section = maintainers_.sections()[number];
  const auto name = short_title(section);
  const auto role = maintainer_role(section);
  answer.out.subsystems.push_back(section.title);
  for (const auto& entry : section.entries) {
    bool has_address = true;
    switch (entry.letter) {
      case 'M':
        if (options_.maintainers) has_address = answer.list.add_value(entry.value, role);
        break;
      case 'R':
        if (options_.reviewers) has_address = answer.list.add_value(entry.value, "reviewer:" + name);
        break;
      case 'L':
        add_list(entry.value, name, answer.list);
        break;
      case 'T':
        answer.out.trees.emplace_back(entry.value);
        break;
      case 'W':
        answer.out.pages.emplace_back(entry.value);
        break;
      case 'B':
        answer.out.bugs.emplace_back(entry.value);
        break;
      case 'S':
        answer.out.statuses.emplace_back(entry.value);
        break;
      default:
        break;
    }
    if (!has_address)
      answer.out.notes.push_back(
          fmt::format("MAINTAINERS:{}: there is no address in it: {}", entry.line, printable(entry.value)));
  }
}

// Whether a section that has maintainers names the path by all of its depth.
bool RecipientFinder::add_sections_of(const std::string& path, Answer& answer) {
  bool is_maintained = false;
  for (const auto& match : maintainers_.sections_of(path, static_cast<int>(options_.levels))) {
    is_maintained |= match.is_exact && has_maintainers(maintainers_.sections()[match.section]);
    add_section(match.section, answer);
  }
  return is_maintained;
}

// In the order of their places as texts, as if they were words.
void RecipientFinder::add_keywords(const RecipientQuestion& question, Answer& answer) const {
  std::map<std::string, std::size_t> sections;
  for (const auto& match : question.keywords) sections.emplace(fmt::format("{}", match.place), match.section);
  for (const auto& [place, section] : sections) add_section(section, answer);
}

void RecipientFinder::add_penguin(RecipientList& list) const {
  const auto text = list.written(contact_of(kChiefPenguin));
  if (options_.penguins)
    list.add_person({text, {"chief penguin"}});
  else
    list.remove_people_with(text);
}

void RecipientFinder::add_addresses_of(const std::string& path, std::vector<Contact>& found) const {
  constexpr std::string_view kOwn = "MAINTAINERS";
  if (!is_inside(path) || !(options_.file_addresses || path.ends_with(".yaml"))) return;
  const auto before = path.size() > kOwn.size() ? path[path.size() - kOwn.size() - 1] : '/';
  if (path.ends_with(kOwn) && !is_alnum(before) && before != '_') return;
  std::error_code error;
  if (!fs::is_regular_file(tree_ / path, error)) return;
  const auto text = read_file(tree_ / path, kMaxPatchBytes);
  if (!text) return;
  const auto contacts = addresses_in_file(*text);
  found.insert(found.end(), contacts.begin(), contacts.end());
}

bool RecipientFinder::is_ignored(const std::string& text) const {
  return std::find(ignored_.begin(), ignored_.end(), text) != ignored_.end();
}

void RecipientFinder::assign(std::string_view role, std::uint64_t all, const Shares& shares,
                             RecipientList& list) const {
  std::map<std::string, std::uint64_t> by_text;
  for (const auto& [contact, share] : shares)
    if (share > 0) by_text[to_text(mailmap_.mapped(contact))] += share;
  std::vector<std::pair<std::string, std::uint64_t>> sorted(by_text.begin(), by_text.end());
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  all = std::max<std::uint64_t>(all, 1);
  std::int64_t count = 0;
  for (const auto& [text, share] : sorted) {
    if (is_ignored(text)) continue;
    const double percent = std::min(100.0, static_cast<double>(share) * 100 / static_cast<double>(all));
    if (static_cast<std::int64_t>(share) < options_.least_signatures || ++count > options_.most_maintainers ||
        percent < static_cast<double>(options_.least_percent))
      break;
    const auto contact = contact_of(text);
    list.add(contact, "");
    list.add_role(contact,
                  options_.counts ? fmt::format("{}:{}/{}={:.0f}%", role, share, all, percent) : std::string(role));
  }
}

// Before: their authors are settled.
RecipientFinder::Shares RecipientFinder::signers_of(const FileHistory& history, RecipientList& list) {
  Shares signers;
  for (const auto& signature : history.signatures) signers.emplace_back(list.settled(contact_of(signature)), 1);
  for (auto& [contact, share] : signers) contact = list.settled(contact);
  return signers;
}

RecipientFinder::Shares RecipientFinder::authors_of(const FileHistory& history, RecipientList& list) {
  Shares authors;
  for (const auto& author : history.authors) {
    const auto contact = contact_of(author.text);
    authors.emplace_back(history.has_signatures ? list.settled(contact) : contact, 1);
  }
  return authors;
}

Result<void> RecipientFinder::add_history(const std::string& path, Answer& answer) const {
  auto& list = answer.list;
  auto history = history_of_file(*env_, tree_, path, since_, {options_.any_signatures, options_.penguins});
  if (!history) {
    if (history.error().kind == Kind::kCancelled) return tl::unexpected(history.error());
    answer.out.notes.push_back(to_text(history.error()));
    return {};
  }
  const auto authors = authors_of(*history, list);
  assign("commit_signer", history->commits, signers_of(*history, list), list);
  assign("authored", history->commits, authors, list);
  if (!history->has_lines) return {};
  Shares added, removed;
  std::uint64_t all_added = 0, all_removed = 0;
  for (std::size_t i = 0; i < authors.size(); ++i) {
    const auto& lines = history->authors[i];
    const auto contact = list.settled(authors[i].first);
    added.emplace_back(contact, lines.added);
    removed.emplace_back(contact, lines.removed);
    all_added += lines.added;
    all_removed += lines.removed;
  }
  assign("added_lines", all_added, added, list);
  assign("removed_lines", all_removed, removed, list);
  return {};
}

Result<void> RecipientFinder::add_fixed(const std::vector<std::string>& commits, Answer& answer) const {
  if (commits.empty() || !has_history_) return {};
  auto& list = answer.list;
  const auto all = histories_of_commits(*env_, tree_, commits, {options_.any_signatures, options_.penguins});
  if (!all) {
    if (all.error().kind == Kind::kCancelled) return tl::unexpected(all.error());
    answer.out.notes.push_back(to_text(all.error()));
    return {};
  }
  for (const auto& history : *all) {
    authors_of(history, list);  // what they are called first is what signers of that name are called
    assign("blamed_fixes", 1, signers_of(history, list), list);
  }
  return {};
}

Result<Recipients> RecipientFinder::answer(const RecipientQuestion& question) {
  Answer answer{RecipientList(mailmap_, options_.names ? RecipientList::Names::kYes : RecipientList::Names::kNo,
                              options_.once ? RecipientList::Repeats::kNo : RecipientList::Repeats::kYes),
                {},
                {},
                {}};
  std::unordered_set<std::string> maintained;
  for (const auto& path : question.paths) {
    if (add_sections_of(path, answer)) maintained.insert(path);
    add_addresses_of(path, answer.in_files);
  }
  add_keywords(question, answer);
  answer.list.settle_all();
  for (const auto& path : question.paths) {
    const bool is_fallback = options_.history_fallback && !path.ends_with("MAINTAINERS") && !maintained.contains(path);
    if (options_.people && has_history_ && (options_.history || is_fallback)) TRY_VOID(add_history(path, answer));
  }
  if (options_.people) {
    add_penguin(answer.list);
    for (const auto& contact : answer.in_files) {
      const auto text = answer.list.written(mailmap_.mapped(contact_of(answer.list.written(contact))));
      answer.list.add(contact_of(text), "");
      answer.list.add_role(contact_of(text), "in file");
    }
  }
  TRY_VOID(add_fixed(question.fixes, answer));
  auto& out = answer.out;
  if (options_.people) out.people = answer.list.people();
  if (options_.lists) out.lists = answer.list.lists();
  for (auto* texts : {&out.trees, &out.bugs, &out.pages, &out.statuses, &out.subsystems}) keep_each_once(*texts);
  return out;
}

}  // namespace lorelei::workflow
