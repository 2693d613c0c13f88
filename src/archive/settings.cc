// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/settings.hh"

namespace lorelei::archive {

Result<NewPlace> place_for_new(const Env& env, const std::string& name_or_dir) {
  if (name_or_dir.find('/') != std::string::npos || name_or_dir == ".") {
    std::error_code why;
    auto dir = fs::absolute(name_or_dir, why).lexically_normal();
    if (why) return err_errno(why.value(), "find the directory", name_or_dir);
    if (!dir.has_filename()) dir = dir.parent_path();
    return NewPlace{dir.filename().string(), dir};
  }
  if (!is_valid_name(name_or_dir))
    return err(Error::Kind::kUsage, "make the archive", name_or_dir,
               "a name can't hold spaces or any of :?[]^~*, nor begin or end with a dot",
               "choose another name, or give a directory (with a slash)");
  TRY(const auto config, git::Config::user(env));
  fs::path parent = fs::path(env.data_home()) / "lorelei" / "archives";  // the fallback, with XDG_DATA_HOME
  if (config.find(kArchives.key)) {
    TRY(parent, git::path(config, kArchives, env.home()));
  }
  return NewPlace{name_or_dir, parent / name_or_dir};
}

Result<std::string> default_branch(const Env& env) {
  TRY(const auto config, git::Config::user(env));
  const auto* branch = config.find("init.defaultBranch");
  return branch && branch->value && !branch->value->empty() ? *branch->value : std::string("master");
}

}  // namespace lorelei::archive
