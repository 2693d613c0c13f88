// SPDX-License-Identifier: GPL-3.0-or-later
#include "attest/key_path.hh"

#include <fmt/core.h>

#include "base/sha256.hh"
#include "base/text.hh"

namespace lorelei::attest {

namespace {

constexpr auto kDoing = "find the key of";
constexpr std::size_t kMaxName = 255;  // NAME_MAX

// Letters of ASCII only: what else has two cases, few keyrings and file systems agree about.
std::string encoded(std::string_view part) {
  std::string out;
  for (const char c : part) {
    if (is_alnum(c) || std::string_view("_.-~").find(c) != std::string_view::npos)
      out += to_lower(c);
    else if (c == ' ')
      out += '+';
    else
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

std::optional<std::string> decoded(std::string_view part) {
  std::string out;
  for (std::size_t i = 0; i < part.size(); ++i) {
    if (part[i] == '+') {
      out += ' ';
    } else if (part[i] == '%') {
      const auto byte = unhex(part.substr(i + 1, 2));
      if (!byte || byte->size() != 1) return std::nullopt;
      out += *byte;
      i += 2;
    } else {
      out += part[i];
    }
  }
  return out;
}

bool is_file_name(std::string_view name) {
  return !name.empty() && name != "." && name != ".." && name.size() <= kMaxName;
}

}  // namespace

Result<std::string> key_path(const KeyName& name) {
  const auto at = name.identity.find('@');
  if (at == std::string::npos || at == 0 || at + 1 == name.identity.size())
    return err(Error::Kind::kUsage, kDoing, name.identity, "the identity is no address", "NAME@DOMAIN");
  std::string path = name_of(name.algorithm);
  const std::string_view identity = name.identity;
  for (const auto part : {identity.substr(at + 1), identity.substr(0, at), std::string_view(name.selector)}) {
    const auto file = encoded(part);
    if (!is_file_name(file))
      return err(Error::Kind::kUsage, kDoing, name.identity, fmt::format("'{}' cannot be part of a path", part));
    path += '/' + file;
  }
  return path;
}

bool is_key_path(std::string_view path) {
  const auto top = path.substr(0, path.find('/'));
  return top.size() < path.size() && (top == "by-hash" || algorithm_named(top));
}

std::string by_hash_path(std::string_view path) {
  const auto digest = sha256(path);
  const auto digits = hex({reinterpret_cast<const char*>(digest.data()), digest.size()});
  return "by-hash/" + digits.substr(0, 2) + '/' + digits.substr(2);
}

Result<KeyName> key_name_of(std::string_view path) {
  const auto parts = split(path, '/');
  const auto algorithm = parts.size() == 4 ? algorithm_named(parts[0]) : std::nullopt;
  const auto not_one = [&] {
    return err(Error::Kind::kUsage, "read the path of the key", std::string(path),
               "it is not ALGORITHM/DOMAIN/LOCAL/SELECTOR");
  };
  if (!algorithm) return not_one();
  const auto domain = decoded(parts[1]), local = decoded(parts[2]), selector = decoded(parts[3]);
  if (!domain || !local || !selector) return not_one();
  return KeyName{*algorithm, *local + '@' + *domain, *selector};
}

}  // namespace lorelei::attest
