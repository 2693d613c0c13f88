// SPDX-License-Identifier: GPL-3.0-or-later
#include "git/editor.hh"

#include <fmt/core.h>

#include "base/process.hh"
#include "base/shell_word.hh"
#include "git/program.hh"

namespace lorelei::git {

namespace {
constexpr std::uint64_t kMaxEdited = 16 << 20;
}

std::string editor_of(const Env& env, const Config& config) {
  if (const auto set = env.variable("GIT_EDITOR"); set && !set->empty()) return *set;
  if (const auto* entry = config.find("core.editor"); entry && entry->value && !entry->value->empty())
    return *entry->value;
  for (const char* name : {"VISUAL", "EDITOR"})
    if (const auto set = env.variable(name); set && !set->empty()) return *set;
  return "vi";
}

Result<void> edit_file(const Env& env, const Config& config, const fs::path& file) {
  const auto editor = editor_of(env, config);
  const auto failed = [&](const std::string& why) {
    return err(Error::Kind::kFailed, "edit", file, fmt::format("the editor '{}' {}", editor, why),
               "git config --global core.editor EDITOR");
  };
  if (editor == ":") return {};  // git's word for none
  TRY(auto process, Process::start({"sh", "-c", editor + " \"$@\"", editor, fs::absolute(file).string()},
                                   {Stream::kInherit, Stream::kInherit, Stream::kInherit}, git_options_for_user()));
  TRY(const int status, process.wait());
  if (status != 0) return failed(fmt::format("ended with status {}", status));
  return {};
}

Result<std::string> edit_text(const Env& env, const Config& config, const fs::path& file, std::string_view text) {
  // What was there is kept elsewhere: what the editor makes of it is what must not be lost.
  if (auto made = create_file(file, text, Sync::kNo); !made) {
    if (made.error().kind == Error::Kind::kConflict) made.error().next = "see what is in it, and remove it; then again";
    return tl::unexpected(std::move(made.error()));
  }
  const auto edited = edit_file(env, config, file);
  auto now = read_file(file, kMaxEdited);
  if (!edited && now && *now == text) {  // given up before anything was written: nothing is lost with it
    std::error_code ignored;
    fs::remove(file, ignored);
  }
  TRY_VOID(edited);
  return now;
}

}  // namespace lorelei::git
