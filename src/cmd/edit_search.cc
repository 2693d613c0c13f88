// SPDX-License-Identifier: GPL-3.0-or-later
// lorelei edit-search, pause, resume: change a saved search.
#include <fmt/core.h>

#include "base/process.hh"
#include "base/shell_word.hh"
#include "cmd/lei_request.hh"
#include "lei/deliver.hh"
#include "lei/intake.hh"
#include "lei/saving.hh"
#include "net/url.hh"

namespace lorelei::cmd {

namespace {

std::string shown(const lei::SavedSearch& search) { return shell_word(net::without_password(search.output)); }

// The mail is copied, the old copy stays, the state goes with the new output.
Result<void> move_output(Env& env, const Args& args, const lei::Settings& settings, const lei::SavedSearch& before,
                         const lei::SavedSearch& after) {
  constexpr auto kDoing = "move the saved search to";
  const auto directory = lei::directory_of(settings.home(), after.output);
  if (directory == before.directory) return {};
  std::error_code error;
  TRY(const auto lock, lei::SearchLock::take(before));
  TRY(const auto to, lei::parse_destination(after.output));
  TRY(const auto from, lei::parse_destination(before.output));
  if (to.format == lei::Format::kV2 || from.format == lei::Format::kV2)
    return err(Error::Kind::kUsage, kDoing, net::without_password(after.output),
               "conversions from/to v2 inboxes not supported at this time", "edit-search again, with the old output");
  if (fs::exists(directory, error))
    return err(Error::Kind::kConflict, kDoing, net::without_password(after.output),
               "there is a saved search for it already",
               "lorelei forget-search " + net::without_password(after.place()));
  print(env, fmt::format("lei.q.output changed from {} to {}\n", shown(before), shown(after)));
  args.remark(fmt::format("# lei convert {} -o {}", shown(before), shown(after)));
  if (fs::exists(before.place(), error) || before.is_remote()) {
    TRY(const auto converted,
        lei::convert(env, settings, {before.output}, "", to, lei::Flags::kTake, {.now = env.now(), .locks = {}}));
    args.remark(fmt::format("# converted {} messages", converted.written));
    if (!converted.refused.empty()) return tl::unexpected(converted.refused.front());
  }
  fs::rename(before.directory, directory, error);
  if (error) return err_errno(error.value(), kDoing, net::without_password(after.output));
  TRY_VOID(sync_directory(directory.parent_path()));
  TRY(const auto moved, lei::read_saved_search(directory));
  TRY(const auto saved, lei::from_saved(env, settings, moved, lei::Manner::kOurs));
  return lei::find_places(env, settings, moved, saved.request, saved.delivery);
}

Result<void> edit(Env& env, const Args& args, const lei::Settings& settings, const std::string& output) {
  TRY(const auto before, lei::find_saved_search(settings.home(), output, lei::manner_of(args.tool())));
  TRY(const auto text, read_file(before.file()));
  for (;;) {
    std::fflush(env.out);
    TRY(auto editor, Process::start({"git", "config", "--edit", "-f", before.file().string()},
                                    {Stream::kInherit, Stream::kInherit, Stream::kInherit}));
    TRY_VOID(editor.finish());
    const auto after = lei::read_saved_search(before.directory);
    if (after) return move_output(env, args, settings, before, *after);
    (void)args.fail(after.error());
    if (!env.err_is_terminal) {  // nobody is there to correct it
      TRY_VOID(replace_file(before.file(), text));
      return err(Error::Kind::kUsage, "edit the saved search", output, "it was broken by the edit, and is as before",
                 "");
    }
  }
}

int set_paused(Env& env, const Args& args, const char* value) {
  int status = 0;
  for (const auto& output : args.operands()) {
    const auto search = lei::find_saved_search(lei::Home(env), output, lei::manner_of(args.tool()));
    if (!search) {
      status = args.fail(search.error());
      continue;
    }
    std::vector<lei::Change> changes = {
        {"lorelei", std::nullopt, "paused", value ? std::optional<std::string>(value) : std::nullopt}};
    if (!value && search->expire_after)
      changes.push_back({"lorelei", std::nullopt, "expires", std::to_string(env.now() + *search->expire_after)});
    const auto changed = lei::change_saved_search(search->file(), changes);
    if (!changed) status = args.fail(changed.error());
  }
  return status;
}

}  // namespace

static int edit_search(Env& env, Args& args) {
  if (const auto done = args.parse({})) return *done;
  const auto settings = lei::Settings::load(env);
  if (!settings) return args.fail(settings.error());
  const auto edited = edit(env, args, *settings, args.operand(0));
  return edited ? 0 : args.fail(edited.error());
}
static int pause_search(Env& env, Args& args) {
  if (const auto done = args.parse({})) return *done;
  return set_paused(env, args, "true");
}
static int resume_search(Env& env, Args& args) {
  if (const auto done = args.parse({})) return *done;
  return set_paused(env, args, nullptr);
}

extern const Command kEditSearch = {
    .also = "lei",
    .verb = "edit-search",
    .operands = "DST",
    .help = "change a saved search in an editor",
    .description =
        "After the query was changed, the next update looks at everything again. If lei.q.output was changed, "
        "the mail is copied there; the old copy stays.",
    .examples = {{"lorelei edit-search ~/Mail/floppy", "the file of that search"}},
    .run = edit_search,
};
extern const Command kPause = {
    .also = "lei",
    .verb = "pause",
    .operands = "DST...",
    .help = "let `up --all` pass over saved searches",
    .description = "",
    .examples = {{"lorelei pause ~/Mail/floppy", "until it is resumed"}},
    .run = pause_search,
};
extern const Command kResume = {
    .also = "lei",
    .verb = "resume",
    .operands = "DST...",
    .help = "undo pause",
    .description = "",
    .examples = {{"lorelei resume ~/Mail/floppy", "what came meanwhile is delivered by the next update"}},
    .run = resume_search,
};

}  // namespace lorelei::cmd
