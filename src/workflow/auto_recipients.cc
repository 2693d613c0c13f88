// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/auto_recipients.hh"

#include <fmt/core.h>

#include <set>

#include "base/process.hh"
#include "base/text.hh"
#include "git/program.hh"
#include "mail/header_writer.hh"
#include "workflow/people.hh"
#include "workflow/posting.hh"
#include "workflow/recipients.hh"

namespace lorelei::workflow {

using Kind = Error::Kind;
using Say = std::function<void(const std::string&)>;

namespace {

class Collected {
 public:
  explicit Collected(const PrepBranch& branch) {
    const auto letter = letter_of(branch.cover.text);
    for (const auto* list : {&letter.to_cc, &letter.others})
      for (const auto& trailer : *list) seen_.insert(to_lower(trailer.person.address));
  }
  void add(const char* name, const std::string& text) {
    for (const auto& person : people_in(text)) {
      if (!mail::is_writable_address(person.address) || !seen_.insert(to_lower(person.address)).second) continue;
      patch::Trailer trailer;
      trailer.kind = patch::Trailer::Kind::kPerson;
      trailer.name = name;
      trailer.value = person.name.empty() ? person.address : person.name + " <" + person.address + ">";
      trailer.person = person;
      trailers.push_back(std::move(trailer));
    }
  }
  std::vector<patch::Trailer> trailers;

 private:
  std::set<std::string> seen_;
};

Result<void> ask_command(const std::string& command, const char* name, const std::vector<std::string>& patches,
                         const fs::path& directory, Collected& found) {
  for (const auto& patch : patches) {
    RunOptions how;
    how.input = patch;
    how.process = git::git_options_for_user();
    how.process.directory = directory;
    TRY(const auto done, run_process({"sh", "-c", command}, how));
    if (done.status != 0)
      return err(Kind::kFailed, "find who gets the patches by", command,
                 fmt::format("it ended with status {}: {}", done.status, squeeze_spaces(done.err)));
    for (const auto line : split(done.out, '\n'))
      if (!trim(line).empty()) found.add(name, std::string(trim(line)));
  }
  return {};
}

Result<void> ask_maintainers(const Env& env, const fs::path& tree, const std::vector<std::string>& patches,
                             Collected& found) {
  RecipientOptions options;
  options.history = options.history_fallback = options.counts = false;
  TRY(auto finder, RecipientFinder::open(env, tree, options));
  for (const auto& patch : patches) {
    TRY(const auto recipients, finder.of_patch(patch));
    for (const auto& person : recipients.people) found.add("To", person.text);
    for (const auto& list : recipients.lists) found.add("Cc", list.text);
  }
  return {};
}

}  // namespace

Result<std::vector<patch::Trailer>> auto_recipients(const Env& env, const SendSettings& settings,
                                                    const PrepBranch& branch, const Say& say) {
  TRY(const auto posting, posting_of(env, settings, branch, {}));
  std::vector<std::string> patches;
  for (const auto& mail : posting.mails)
    if (!mail.is_cover()) patches.push_back(mail.text);

  Collected found(branch);
  const auto& tree = branch.tree.directory();
  std::error_code failed;
  if (!settings.to_command.empty() || !settings.cc_command.empty()) {
    for (const auto& [name, command] : {std::pair("To", settings.to_command), std::pair("Cc", settings.cc_command)}) {
      if (command.empty()) continue;
      say(fmt::format("Will collect {}: addresses using {}", name, printable(command)));
      TRY_VOID(ask_command(command, name, patches, tree, found));
    }
  } else if (fs::exists(tree / "MAINTAINERS", failed)) {
    say("Will collect To: and Cc: addresses using MAINTAINERS");
    TRY_VOID(ask_maintainers(env, tree, patches, found));
  } else {
    return err(Kind::kNotFound, "find who gets the patches of", branch.name, "the tree has no MAINTAINERS",
               "b4.send-auto-to-cmd and b4.send-auto-cc-cmd; or lorelei prep --edit-cover");
  }
  return std::move(found.trailers);
}

}  // namespace lorelei::workflow
