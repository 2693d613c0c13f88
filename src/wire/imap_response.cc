// SPDX-License-Identifier: GPL-3.0-or-later
#include "wire/imap_response.hh"

#include <algorithm>

#include "base/text.hh"
#include "wire/imap_cursor.hh"
#include "wire/imap_syntax.hh"

namespace lorelei::wire {

namespace {

using Kind = ImapResponse::Kind;
using Condition = ImapResponse::Condition;

std::string to_upper(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (is_lower(c)) c = static_cast<char>(c - 32);
  return out;
}

std::optional<Condition> condition_of(std::string_view word) {
  const struct {
    std::string_view word;
    Condition condition;
  } conditions[] = {{"OK", Condition::kOk},
                    {"NO", Condition::kNo},
                    {"BAD", Condition::kBad},
                    {"BYE", Condition::kBye},
                    {"PREAUTH", Condition::kPreauth}};
  for (const auto& known : conditions)
    if (equal_ignore_case(word, known.word)) return known.condition;
  return std::nullopt;
}

tl::unexpected<Error> not_a_response(std::string_view text) {
  constexpr std::size_t kShown = 80;
  return err(Error::Kind::kCorrupt, "read the answer of the mail server", printable(text.substr(0, kShown)),
             "this is not IMAP");
}

// "[CODE arguments] text"
void parse_condition_text(ImapResponse& response, std::string_view text) {
  const auto end = text.starts_with('[') ? text.find(']') : std::string_view::npos;
  if (end != std::string_view::npos) {
    const auto code = text.substr(1, end - 1);
    const auto space = std::min(code.find(' '), code.size());
    response.code = to_upper(code.substr(0, space));
    response.code_arguments = std::string(trim(code.substr(space)));
    text.remove_prefix(end + 1);
  }
  response.text = std::string(trim(text));
}

std::optional<ImapListed> parse_listed(ImapCursor cursor) {
  ImapListed listed;
  if (cursor.peek() != '(') return std::nullopt;
  listed.attributes = cursor.flat_list();
  cursor.skip_spaces();
  const auto delimiter = cursor.nilable();
  cursor.skip_spaces();
  auto name = cursor.string();
  if (!delimiter.is_well_formed || !name) return std::nullopt;
  listed.delimiter = delimiter.value.value_or("");
  listed.name = std::move(*name);
  return listed;
}

std::optional<ImapMailboxStatus> parse_status(ImapCursor cursor) {
  ImapMailboxStatus status;
  auto name = cursor.string();
  cursor.skip_spaces();
  if (!name || !cursor.accept('(')) return std::nullopt;
  status.name = std::move(*name);
  const std::pair<std::string_view, std::optional<std::uint64_t>*> items[] = {
      {"MESSAGES", &status.messages}, {"UIDNEXT", &status.uid_next},         {"UIDVALIDITY", &status.uid_validity},
      {"UNSEEN", &status.unseen},     {"APPENDLIMIT", &status.append_limit}, {"HIGHESTMODSEQ", &status.highest_modseq}};
  for (;;) {
    cursor.skip_spaces();
    if (cursor.at_end() || cursor.accept(')')) return status;
    const auto item = cursor.atom();
    cursor.skip_spaces();
    const auto value = cursor.number();
    if (!value && !cursor.skip_value()) return status;
    for (const auto& [known, target] : items)
      if (equal_ignore_case(item, known)) *target = value;
  }
}

// (("INBOX." ".")("#x/" "/")) ...: of the first list the first namespace.
std::optional<ImapNamespace> parse_personal(ImapCursor cursor) {
  if (!cursor.accept('(') || !cursor.accept('(')) return std::nullopt;
  auto prefix = cursor.string();
  cursor.skip_spaces();
  const auto delimiter = cursor.nilable();
  if (!prefix || !delimiter.is_well_formed) return std::nullopt;
  return ImapNamespace{std::move(*prefix), delimiter.value.value_or("")};
}

// 1 5 7 (MODSEQ 9)
ImapUids parse_search(ImapCursor cursor) {
  ImapUids found;
  for (;;) {
    cursor.skip_spaces();
    const auto number = cursor.number();
    if (!number || *number == 0 || *number > UINT32_MAX) return found;
    found.add(static_cast<std::uint32_t>(*number));
  }
}

// (TAG "A5") UID ALL 1:4,9 COUNT 5
void parse_esearch(ImapResponse& response, ImapCursor cursor) {
  if (cursor.peek() == '(') {
    const auto correlator = cursor.flat_list();
    if (correlator.size() == 2) response.tag = correlator[1];
  }
  for (;;) {
    cursor.skip_spaces();
    const auto item = cursor.atom();
    if (item.empty()) return;
    if (equal_ignore_case(item, "UID")) continue;
    cursor.skip_spaces();
    if (!equal_ignore_case(item, "ALL")) {
      if (!cursor.skip_value()) return;
      continue;
    }
    if (auto found = ImapUids::parse(cursor.atom())) response.found = std::move(*found);
  }
}

std::optional<std::uint64_t> parse_modseq(ImapCursor& cursor) {
  if (!cursor.accept('(')) return std::nullopt;
  const auto value = cursor.number();
  cursor.accept(')');
  return value;
}

// The value behind the name of one item. False: the response ends within.
bool parse_fetch_item(ImapFetch& fetch, std::string_view item, ImapCursor& cursor) {
  const auto is = [item](std::string_view name) { return equal_ignore_case(item, name); };
  if (is("UID")) {
    fetch.uid = static_cast<std::uint32_t>(std::min<std::uint64_t>(cursor.number().value_or(0), UINT32_MAX));
  } else if (is("FLAGS")) {
    if (cursor.peek() != '(') return false;
    fetch.flags = cursor.flat_list();
  } else if (is("INTERNALDATE")) {
    fetch.internal_date = parse_imap_date(cursor.string().value_or(""));
  } else if (is("RFC822.SIZE")) {
    fetch.size_bytes = cursor.number();
  } else if (is("MODSEQ")) {
    fetch.modseq = parse_modseq(cursor);
  } else if (is("BODY[]") || is("RFC822") || is("BINARY[]")) {
    auto body = cursor.nilable();
    if (!body.is_well_formed) return false;
    fetch.body = std::move(body.value);
  } else if (starts_with_ignore_case(item, "BODY[HEADER") || is("RFC822.HEADER")) {
    auto header = cursor.nilable();
    if (!header.is_well_formed) return false;
    fetch.header = std::move(header.value);
  } else {
    return cursor.skip_value();
  }
  return true;
}

ImapFetch parse_fetch(ImapCursor cursor) {
  ImapFetch fetch;
  if (!cursor.accept('(')) return fetch;
  for (;;) {
    cursor.skip_spaces();
    const auto item = cursor.atom();
    if (item.empty()) return fetch;
    cursor.skip_spaces();
    if (!parse_fetch_item(fetch, item, cursor)) return fetch;
  }
}

// "* 23 EXISTS" and its like.
void parse_numbered(ImapResponse& response, std::uint64_t number, ImapCursor cursor, bool is_cut) {
  cursor.skip_spaces();
  const auto word = cursor.atom();
  cursor.skip_spaces();
  response.text = std::string(word);
  if (number > UINT32_MAX) return;
  response.number = static_cast<std::uint32_t>(number);
  if (equal_ignore_case(word, "EXISTS")) response.kind = Kind::kExists;
  if (equal_ignore_case(word, "EXPUNGE")) response.kind = Kind::kExpunge;
  if (equal_ignore_case(word, "FETCH")) {
    response.kind = Kind::kFetch;
    response.fetch = parse_fetch(cursor);
    response.fetch.is_cut = is_cut;
  }
}

void parse_untagged(ImapResponse& response, std::string_view word, ImapCursor cursor) {
  cursor.skip_spaces();
  const auto is = [word](std::string_view name) { return equal_ignore_case(word, name); };
  response.text = std::string(word);
  if (is("CAPABILITY") || is("ENABLED")) {
    response.kind = is("ENABLED") ? Kind::kEnabled : Kind::kCapability;
    response.words = imap_capabilities(cursor.rest());
  } else if (is("LIST") || is("LSUB")) {
    if (auto listed = parse_listed(cursor)) response.kind = Kind::kList, response.listed = std::move(*listed);
  } else if (is("STATUS")) {
    if (auto status = parse_status(cursor)) response.kind = Kind::kStatus, response.status = std::move(*status);
  } else if (is("SEARCH")) {
    response.kind = Kind::kSearch;
    response.found = parse_search(cursor);
  } else if (is("ESEARCH")) {
    response.kind = Kind::kSearch;
    parse_esearch(response, cursor);
  } else if (is("NAMESPACE")) {
    response.kind = Kind::kNamespace;
    response.personal = parse_personal(cursor);
  } else if (is("FLAGS")) {
    response.kind = Kind::kFlags;
    response.words = cursor.flat_list();
  }
}

}  // namespace

bool ImapListed::has(std::string_view attribute) const {
  return std::any_of(attributes.begin(), attributes.end(),
                     [attribute](const auto& each) { return equal_ignore_case(each, attribute); });
}

Result<ImapResponse> parse_imap_response(const ImapBytes& bytes) {
  ImapResponse response;
  ImapCursor cursor(bytes.text);
  if (cursor.accept('+')) {
    cursor.skip_spaces();
    response.kind = Kind::kContinuation;
    response.text = std::string(cursor.rest());
    return response;
  }
  const auto tag = cursor.atom();
  if (tag.empty() || !cursor.accept(' ')) return not_a_response(bytes.text);
  cursor.skip_spaces();
  const auto number = tag == "*" ? cursor.number() : std::nullopt;
  if (number) {
    parse_numbered(response, *number, cursor, bytes.is_cut);
    return response;
  }
  const auto word = cursor.atom();
  if (const auto condition = condition_of(word)) {
    response.kind = tag == "*" ? Kind::kCondition : Kind::kTagged;
    if (tag != "*") response.tag = std::string(tag);
    response.condition = *condition;
    cursor.skip_spaces();
    parse_condition_text(response, cursor.rest());
    return response;
  }
  if (tag != "*" || word.empty()) return not_a_response(bytes.text);
  parse_untagged(response, word, cursor);
  return response;
}

std::optional<ImapAppended> imap_append_uid(std::string_view arguments) {
  const auto words = split_words(arguments);
  if (words.size() != 2) return std::nullopt;
  const auto validity = parse_uint(words[0]);
  auto uids = ImapUids::parse(words[1]);
  if (!validity || *validity > UINT32_MAX || !uids || uids->empty()) return std::nullopt;
  return ImapAppended{static_cast<std::uint32_t>(*validity), std::move(*uids)};
}

std::vector<std::string> imap_flag_list(std::string_view arguments) { return ImapCursor(arguments).flat_list(); }

std::vector<std::string> imap_capabilities(std::string_view arguments) {
  std::vector<std::string> words;
  for (const auto word : split_words(arguments)) words.push_back(to_upper(word));
  return words;
}

}  // namespace lorelei::wire
