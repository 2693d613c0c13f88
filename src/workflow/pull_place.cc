// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/pull_place.hh"

#include <algorithm>

#include "base/text.hh"
#include "git/ref_name.hh"
#include "net/url.hh"

namespace lorelei::workflow {

namespace {

using Kind = Error::Kind;

tl::unexpected<Error> refused(std::string_view subject, std::string why, std::string next = {}) {
  return err(Kind::kRefused, "fetch from", net::without_password(subject).substr(0, 200), std::move(why),
             std::move(next));
}

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == 127; });
}

bool is_local(std::string_view url) {
  return url.starts_with("file://") || url.starts_with('/') || url.starts_with("./") || url.starts_with("../");
}

// What git takes for the name of a program: letters, digits, "+", "-", "." before "::".
bool names_a_program(std::string_view url) {
  const auto end =
      std::find_if_not(url.begin(), url.end(), [](char c) { return is_alnum(c) || c == '+' || c == '-' || c == '.'; });
  return url.substr(static_cast<std::size_t>(end - url.begin())).starts_with("::");
}

// HOST:PATH before any slash. A host of one letter would be a drive elsewhere, and is none that anybody has.
bool is_ssh_place(std::string_view url) {
  const auto colon = url.find(':'), slash = url.find('/');
  if (colon == url.npos || slash < colon || colon + 1 == url.size()) return false;
  const auto at = url.find('@');
  const auto user = at < colon ? url.substr(0, at) : std::string_view();
  const auto host = at < colon ? url.substr(at + 1, colon - at - 1) : url.substr(0, colon);
  const auto is_plain = [](std::string_view name) {
    return !name.starts_with('-') && std::all_of(name.begin(), name.end(), [](char c) {
      return is_alnum(c) || c == '.' || c == '-' || c == '_';
    });
  };
  return host.size() > 1 && is_plain(host) && is_plain(user) && (at > colon || at > 0) && url[colon + 1] != '-';
}

Result<void> check_host(std::string_view url) {
  const auto parsed = net::parse_url(url);
  if (!parsed) return refused(url, parsed.error().why);
  if (parsed->host.empty()) return refused(url, "it has no host");
  if (parsed->host.starts_with('-') || parsed->user.starts_with('-'))
    return refused(url, "a name in it begins with '-'");
  return {};
}

}  // namespace

Result<void> check_pull_place(std::string_view url, std::string_view ref, LocalPlaces local) {
  if (url.empty() || url.size() > kMaxPullUrl) return refused(url, "it is no URL");
  if (has_control(url) || has_control(net::percent_decoded(url)))
    return refused(url, "it has a blank or a control character");
  if (url.starts_with('-')) return refused(url, "git would take it for an option");
  if (names_a_program(url)) return refused(url, "git would run a program of that name");
  if (!git::is_ref_name(ref) || ref.starts_with('+'))
    return err(Kind::kRefused, "fetch", std::string(ref.substr(0, 200)), "it is no name of a ref");
  if (is_local(url)) {
    if (local == LocalPlaces::kAllowed) return {};
    return refused(url, "it is a place on this machine", "--allow-local, if you trust who wrote the mail");
  }
  if (std::any_of(url.begin(), url.end(), [](char c) { return static_cast<unsigned char>(c) > 126; }))
    return refused(url, "it has other characters than a URL");
  for (const std::string_view scheme : {"git://", "https://", "http://", "ssh://"})
    if (url.starts_with(scheme)) return check_host(url);
  if (url.find("://") != url.npos) return refused(url, "only git, https, http and ssh are used");
  if (is_ssh_place(url)) return {};
  return refused(url, "it is neither a URL nor HOST:PATH");
}

std::string allowed_protocols(LocalPlaces local, const std::optional<std::string>& of_user, const git::Config& config) {
  std::vector<std::string> allowed;
  const auto users = of_user.value_or("");
  const auto listed = split(users, ':');
  for (const std::string name : {"git", "http", "https", "ssh", "file"}) {
    if (name == "file" && local == LocalPlaces::kRefused) continue;
    const auto* entry = config.find("protocol." + name + ".allow");
    if (!entry) entry = config.find("protocol.allow");
    if (entry && entry->value == "never") continue;
    if (!of_user || std::find(listed.begin(), listed.end(), name) != listed.end()) allowed.push_back(name);
  }
  return join(allowed, ":");
}

std::string url_of_merge(std::string_view url) {
  std::string text(url);
  if (!is_local(url)) {
    // A user stands before the colon of HOST:PATH, and in a URL before the first slash. What looks like another '@' is
    // of the password.
    const auto scheme = text.find("://");
    const auto start = scheme == text.npos ? 0 : scheme + 3;
    const auto authority = std::string_view(text).substr(0, text.find(scheme == text.npos ? ':' : '/', start));
    if (const auto at = authority.rfind('@'); at != authority.npos && at >= start) text.erase(start, at + 1 - start);
  }
  while (text.size() > 1 && text.ends_with('/')) text.pop_back();
  if (text.size() > 5 && text.ends_with(".git")) text.resize(text.size() - 4);
  return text;
}

}  // namespace lorelei::workflow
