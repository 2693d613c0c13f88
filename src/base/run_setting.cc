// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/run_setting.hh"

#include <fmt/format.h>

#include <cstdlib>

#include "base/text.hh"

namespace lorelei {

Result<void> set_for_this_run(const std::string& setting) {
  const auto equals = setting.find('=');
  const auto key = setting.substr(0, equals);
  const auto dot = key.find('.');
  if (dot == std::string::npos || dot == 0 || key.ends_with('.'))
    return err(Error::Kind::kUsage, "use", "-c " + setting, "it has no section", "-c lorelei.NAME=VALUE");
  const char* before = std::getenv("GIT_CONFIG_COUNT");
  const auto count = before ? parse_uint(before).value_or(0) : 0;
  setenv(fmt::format("GIT_CONFIG_KEY_{}", count).c_str(), key.c_str(), 1);
  setenv(fmt::format("GIT_CONFIG_VALUE_{}", count).c_str(),
         equals == std::string::npos ? "true" : setting.c_str() + equals + 1, 1);
  setenv("GIT_CONFIG_COUNT", std::to_string(count + 1).c_str(), 1);
  return {};
}

}  // namespace lorelei
