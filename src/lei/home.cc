// SPDX-License-Identifier: GPL-3.0-or-later
#include "lei/home.hh"

#include "base/text.hh"

namespace lorelei::lei {

Home::Home(const Env& env)
    : config(fs::path(env.config_home()) / "lei" / "config"),
      data(fs::path(env.data_home()) / "lei"),
      saved_searches(data / "saved-searches"),
      own(fs::path(env.data_home()) / "lorelei"),
      store(own / "store") {}

std::string absolute_path(std::string_view path) {
  std::error_code error;
  const auto whole = fs::absolute(fs::path(path), error).lexically_normal();
  auto text = error ? std::string(path) : whole.string();
  while (text.size() > 1 && text.back() == '/') text.pop_back();
  if (text.starts_with("//")) text.erase(0, 1);  // POSIX leaves two slashes to the system; Linux has no use for them
  return text;
}

}  // namespace lorelei::lei
