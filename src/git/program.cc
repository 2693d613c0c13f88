// SPDX-License-Identifier: GPL-3.0-or-later
#include "git/program.hh"

#include <signal.h>

#include <utility>

#include "base/text.hh"

namespace lorelei::git {

namespace {

// What would make git act on another repository than the one we name.
constexpr const char* kForgotten[] = {"GIT_DIR",
                                      "GIT_WORK_TREE",
                                      "GIT_INDEX_FILE",
                                      "GIT_OBJECT_DIRECTORY",
                                      "GIT_ALTERNATE_OBJECT_DIRECTORIES",
                                      "GIT_NAMESPACE",
                                      "GIT_COMMON_DIR",
                                      "GIT_CONFIG",
                                      "GIT_QUARANTINE_PATH",
                                      "GIT_SHALLOW_FILE",
                                      "GIT_GRAFT_FILE",
                                      "GIT_REPLACE_REF_BASE",
                                      "GIT_PREFIX",
                                      "GIT_DEFAULT_HASH",
                                      "GIT_TRACE"};

constexpr std::uint64_t kMaxGitOutput = 256 << 20;  // `git rev-list` of some million commits

}  // namespace

Argv git_argv(const std::string& repository, const std::vector<std::string>& arguments) {
  Argv argv = {"git", "-c", "core.hooksPath=/dev/null", "-c", "gc.auto=0", "-c", "maintenance.auto=false"};
  if (!repository.empty()) argv.push_back("--git-dir=" + repository);
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  return argv;
}

ProcessOptions git_options_for_user() {
  ProcessOptions options;
  for (const char* name : kForgotten) options.environment.emplace_back(name, std::nullopt);
  return options;
}

ProcessOptions git_options() {
  auto options = git_options_for_user();
  options.environment.emplace_back("GIT_TERMINAL_PROMPT", "0");
  options.environment.emplace_back("GIT_DIFF_OPTS", std::nullopt);  // has the last word on the lines of context
  options.environment.emplace_back("GIT_TEMPLATE_DIR", "");         // no hooks copied into new repositories
  options.environment.emplace_back("LC_ALL", "C");                  // its words are read below
  return options;
}

std::string git_complaint(std::string_view talk) {
  std::string fatal, errors, last;
  std::string* open = nullptr;  // what ended in ":" and goes on with the next line
  for (const auto line : split(talk, '\n')) {
    auto text = trim(line.substr(line.rfind('\r') + 1));
    if (text.empty()) continue;
    last = text;
    std::string* const kind = text.starts_with("fatal: ") ? &fatal : text.starts_with("error: ") ? &errors : nullptr;
    if (!kind) {
      if (auto* const before = std::exchange(open, nullptr)) *before += " " + std::string(text);
      continue;
    }
    open = text.ends_with(':') ? kind : nullptr;
    text.remove_prefix(7);
    if (text.ends_with('.')) text.remove_suffix(1);
    *kind += (kind->empty() ? "" : "; ") + std::string(text);
  }
  if (!errors.empty() && !fatal.empty()) return errors + "; " + fatal;
  return !fatal.empty() ? fatal : !errors.empty() ? errors : last.empty() ? "git does not say why" : last;
}

Result<std::string> run_git(const std::string& repository, const std::vector<std::string>& arguments,
                            const std::string& doing, const std::string& subject, const std::atomic<bool>* cancelled) {
  RunOptions how;
  how.process = git_options();
  how.limit_bytes = kMaxGitOutput;
  how.cancelled = cancelled;
  auto done = run_process(git_argv(repository, arguments), how);
  if (!done) return tl::unexpected(std::move(done).error());
  if (done->status == 128 + SIGINT || done->status == 128 + SIGTERM)
    return err(Error::Kind::kCancelled, doing, subject, "git was stopped by a signal");
  if (done->status != 0) return err(Error::Kind::kFailed, doing, subject, git_complaint(done->err));
  return std::move(done->out);
}

}  // namespace lorelei::git
