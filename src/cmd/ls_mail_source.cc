// SPDX-License-Identifier: GPL-3.0-or-later
// lorelei ls-mail-source: the mailboxes or newsgroups of a server.
#include <fmt/core.h>

#include <algorithm>

#include "base/command.hh"
#include "base/json.hh"
#include "base/text.hh"
#include "lei/mail_servers.hh"
#include "wire/imap_syntax.hh"

namespace lorelei::cmd {

namespace {

struct Source {
  std::string name, url, delimiter;
  std::vector<std::string> attributes;
  std::uint64_t low = 0, high = 0;  // of a newsgroup
  char posting = 0;
};

// public-inbox serves a large archive as NAME.0, NAME.1, ..., NAME.10.
std::pair<std::string, std::uint64_t> order_of(const Source& source) {
  const auto dot = source.name.rfind('.');
  const auto slice = dot == std::string::npos ? std::nullopt : parse_uint(source.name.substr(dot + 1));
  return slice ? std::pair(source.name.substr(0, dot), *slice + 1) : std::pair(source.name, std::uint64_t{0});
}

std::string section_of(std::string_view url) {
  const auto authority = url.find("://") + 3;
  return std::string(url.substr(0, url.find('/', authority)));
}

Result<std::vector<Source>> mailboxes(lei::MailServers& servers, const wire::ImapUrl& url) {
  TRY(auto imap, servers.imap(url));
  TRY(const auto listed, imap.list(url.mailbox.empty() ? "*" : url.mailbox + "*"));
  std::vector<Source> sources;
  for (const auto& each : listed) {
    const auto name = wire::utf8_of_imap_name(each.name).value_or(each.name);
    if (!url.mailbox.empty() && name != url.mailbox && !name.starts_with(url.mailbox + each.delimiter)) continue;
    sources.push_back({name, section_of(url.canonical) + "/" + name, each.delimiter, each.attributes});
  }
  imap.logout();
  std::sort(sources.begin(), sources.end(), [](const auto& a, const auto& b) { return order_of(a) < order_of(b); });
  return sources;
}

Result<std::vector<Source>> newsgroups(lei::MailServers& servers, const net::NntpUrl& url) {
  TRY(auto news, servers.news(url));
  std::vector<Source> sources;
  TRY_VOID(news.groups([&](wire::NntpGroup&& group) -> Result<void> {
    if (!url.group.empty() && group.name != url.group && !group.name.starts_with(url.group + ".")) return {};
    sources.push_back({group.name, section_of(url.canonical) + "/" + group.name, "", {}, group.low, group.high, 0});
    return {};
  }));
  news.quit();
  std::sort(sources.begin(), sources.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return sources;
}

std::string as_json(const std::vector<Source>& sources, bool is_imap, JsonStyle style) {
  std::string text;
  JsonWriter json(text, style);
  json.begin_array();
  for (const auto& source : sources) {
    json.begin_object();
    if (is_imap) {
      json.key("attrs");
      json.begin_array();
      for (const auto& attribute : source.attributes) json.value(attribute);
      json.end_array();
      json.member("delim", source.delimiter);
    } else {
      json.member("high", source.high);
      json.member("low", source.low);
    }
    json.member("name", source.name);
    json.member("url", source.url);
    json.end_object();
  }
  json.end_array();
  return text + "\n";
}

}  // namespace

static int ls_mail_source(Env& env, Args& args) {
  bool as_objects = false, nul = false, urls = false, pretty = env.out_is_terminal, ascii = false;
  if (const auto done = args.parse({
          {"-l", "", "as JSON, with what the server says of each", &as_objects},
          {"-z -0", "", "end names by NUL", &nul},
          {"--url", "", "whole URLs", &urls},
          {"--[no-]pretty", "", "JSON on several lines", &pretty},
          {"--[no-]ascii", "", "JSON without letters beyond ASCII", &ascii},
      }))
    return *done;
  const auto settings = lei::Settings::load(env);
  if (!settings) return args.fail(settings.error());
  const auto& word = args.operand(0);
  const bool is_imap = wire::is_imap_url(word);
  lei::MailServers servers(env, *settings);
  const auto work = [&]() -> Result<std::vector<Source>> {
    if (is_imap) {
      TRY(const auto url, wire::parse_imap_url(word));
      return mailboxes(servers, url);
    }
    if (!net::is_nntp_url(word))
      return err(Error::Kind::kUsage, "list the folders of", word, "only NNTP and IMAP URLs supported",
                 "imaps://HOST/, or nntp://HOST/");
    TRY(const auto url, net::parse_nntp_url(word));
    return newsgroups(servers, url);
  };
  const auto sources = work();
  if (!sources) return args.fail(sources.error());
  if (as_objects) {
    auto text = as_json(*sources, is_imap, pretty ? JsonStyle::kPretty : JsonStyle::kCompact);
    if (ascii) escape_beyond_ascii(text);
    print(env, text);
    return 0;
  }
  for (const auto& source : *sources)
    print(env, (urls ? source.url : source.name) + (nul ? std::string(1, '\0') : "\n"));
  return 0;
}

extern const Command kLsMailSource = {
    .also = "lei",
    .verb = "ls-mail-source",
    .operands = "URL",
    .help = "list the mailboxes or newsgroups of a server",
    .description = "With a mailbox or group in the URL, that one and those below it.",
    .examples = {{"lorelei ls-mail-source imaps://ann@mail.example.org/", "the mailboxes of a user"},
                 {"lorelei ls-mail-source --url nntp://nntp.example.org/", "newsgroups, as import takes them"}},
    .run = ls_mail_source,
};

}  // namespace lorelei::cmd
