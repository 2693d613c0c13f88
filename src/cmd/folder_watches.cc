// SPDX-License-Identifier: GPL-3.0-or-later
// lorelei add-watch, ls-watch, rm-watch: Maildirs that `lorelei watch` follows.
#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "base/text.hh"
#include "cmd/mail_inputs.hh"
#include "lei/mail_sync.hh"
#include "lei/manner.hh"
#include "lei/store.hh"
#include "lei/watched_folders.hh"
#include "source/mail_files.hh"

namespace lorelei::cmd {

namespace {

std::string section_of(const std::string& folder) { return "watch." + folder; }

// The marks as they are written down.
std::vector<std::string> words_of(const lei::Mark& marks) {
  std::vector<std::string> words;
  for (const auto& keyword : marks.keywords) words.push_back("+kw:" + keyword);
  for (const auto& label : marks.labels) words.push_back("+L:" + label);
  return words;
}

Result<std::string> maildir_named(const std::string& word) {
  TRY(const auto place, source::parse_mail_place(word, ""));
  if (place.kind != source::MailPlace::Kind::kMaildir || !place.file.empty())
    return err(Error::Kind::kUsage, "watch", word, "only Maildirs can be watched",
               "a directory with cur/ and new/; lorelei import reads other mail");
  return lei::maildir_folder(lei::absolute_path(place.path));
}

// One that may be gone.
std::string folder_named(const std::string& word) {
  if (word.find("://") != std::string::npos) return word;
  constexpr std::string_view kPrefix = "maildir:";
  const bool has_prefix = starts_with_ignore_case(word, kPrefix);
  return lei::maildir_folder(lei::absolute_path(std::string_view(word).substr(has_prefix ? kPrefix.size() : 0)));
}

bool is_watched(const lei::Settings& settings, const std::string& folder) {
  const auto& entries = settings.config().entries();
  return std::any_of(entries.begin(), entries.end(),
                     [&](const auto& entry) { return entry.section == "watch" && entry.subsection == folder; });
}

Result<void> add(Env& env, const Args& args, const lei::Settings& settings, const MailInputs& inputs,
                 const std::string& state) {
  std::vector<std::string> folders;
  for (const auto& word : inputs.places) {
    TRY(folders.emplace_back(), maildir_named(word));
  }
  const auto marks = words_of(inputs.marks.add);
  TRY_VOID(lei::Store::open(env, settings.home()).map([](auto&&) {}));
  for (const auto& folder : folders) {
    const auto section = section_of(folder);
    if (!marks.empty()) TRY_VOID(settings.set_all(env, section + ".vmd", marks, args.talk()));
    // What is not said stays as it was.
    const bool is_new = settings.config().find(section + ".state") == nullptr;
    if (is_new || !state.empty())
      TRY_VOID(settings.set(env, section + ".state", state.empty() ? "import-rw" : state, args.talk()));
    TRY_VOID(lei::MailSync::ensure_folder(settings.home(), folder));
  }
  return {};
}

}  // namespace

static int add_watch(Env& env, Args& args) {
  std::string state;
  if (const auto done = args.parse({
          {"--state", "STATE", "import-rw (the default), import-ro, index-rw, index-ro, tag-rw, tag-ro or pause",
           &state},
      }))
    return *done;
  if (!state.empty() && !lei::parse_watch_state(state))
    return args.fail({Error::Kind::kUsage, "watch", "", "invalid state: " + state, lei::kWatchStates, ""});
  const auto inputs = read_mail_inputs(args, "", false, Marking::kYes);
  if (!inputs) return args.fail(inputs.error());
  const auto settings = lei::Settings::load(env);
  if (!settings) return args.fail(settings.error());
  const auto done = add(env, args, *settings, *inputs, state);
  if (!done) return args.fail(done.error());
  if (lei::manner_of(args.tool()) == lei::Manner::kOurs) args.remark("# it is followed while `lorelei watch` runs");
  return 0;
}

static int ls_watch(Env& env, Args& args) {
  bool nul = false, detailed = false;
  if (const auto done = args.parse({
          {"-l", "", "also what becomes of its mail, and its marks", &detailed},
          {"-z -0", "", "end names by NUL", &nul},
      }))
    return *done;
  const auto settings = lei::Settings::load(env);
  if (!settings) return args.fail(settings.error());
  for (const auto& watched : lei::watched_folders(*settings)) {
    if (!args.operands().empty()) {
      const auto& filter = args.operand(0);
      if (!lei::glob_matches(filter, watched.folder).value_or(watched.folder.find(filter) != std::string::npos))
        continue;
    }
    auto line = watched.folder;
    if (detailed) {
      line += " " + watched.state;
      for (const auto& mark : watched.marks) line += " " + mark;
    }
    print(env, line + (nul ? std::string(1, '\0') : "\n"));
  }
  return 0;
}

static int rm_watch(Env& env, Args& args) {
  if (const auto done = args.parse({})) return *done;
  const auto settings = lei::Settings::load(env);
  if (!settings) return args.fail(settings.error());
  std::set<std::string> folders;
  for (const auto& word : args.operands()) folders.insert(folder_named(word));
  for (const auto& folder : folders) {
    if (!is_watched(*settings, folder))
      return args.fail(
          {Error::Kind::kNotFound, "stop watching", folder, "it is not watched", "lorelei ls-watch lists what is", ""});
    if (const auto removed = settings->remove_section(section_of(folder)); !removed) return args.fail(removed.error());
  }
  return 0;
}

extern const Command kAddWatch = {
    .also = "lei",
    .verb = "add-watch",
    .operands = "MAILDIR|+kw:KEYWORD|+L:LABEL...",
    .help = "follow a Maildir: new mail, and what a mail program marks there",
    .description =
        "`lorelei watch` does so while it runs. STATE is what becomes of the mail:\n\n"
        "import-rw: it is taken into your store. index-rw: it is indexed, and stays where it is. tag-rw: only what "
        "your "
        "store or a known archive has counts. In each case keywords (read, answered, flagged) are taken along, and "
        "written back when they change elsewhere: by `tag`, or in another Maildir that is followed. With -ro instead "
        "of -rw nothing is changed in the Maildir. pause: nothing is done; a Maildir that a search is delivered to is "
        "then not looked at for keywords either.\n\n"
        "Marks are given to every message. Again for the same MAILDIR: what is named is replaced.",
    .examples = {{"lorelei add-watch ~/Mail/inbox +L:inbox", "your own mail, searched with everything else"},
                 {"lorelei add-watch --state=tag-rw ~/Mail/lists", "what is read there is read everywhere"}},
    .run = add_watch,
};
extern const Command kLsWatch = {
    .also = "lei",
    .verb = "ls-watch",
    .operands = "[FILTER]",
    .help = "list the Maildirs that are followed",
    .description = "FILTER is a pattern (* ? [a-z]), or a part of the name.",
    .examples = {{"lorelei ls-watch -l", "with what becomes of their mail"}},
    .run = ls_watch,
};
extern const Command kRmWatch = {
    .also = "lei",
    .verb = "rm-watch",
    .operands = "MAILDIR...",
    .help = "follow a Maildir no longer",
    .description = "The Maildir, and what was taken from it, stay as they are.",
    .examples = {{"lorelei rm-watch ~/Mail/inbox", "it may be gone already"}},
    .run = rm_watch,
};

}  // namespace lorelei::cmd
