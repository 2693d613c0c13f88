// SPDX-License-Identifier: GPL-3.0-or-later
#include "git/history.hh"

namespace lorelei::git {

namespace {

constexpr std::size_t kIdBytes = 20, kIdDigits = 40;

// Takes "NAME HEX LF" off the front of rest.
std::optional<ObjectId> take_id(std::string_view& rest, std::string_view name) {
  if (rest.substr(0, name.size()) != name) return std::nullopt;
  const auto line = rest.substr(name.size(), kIdDigits + 1);
  if (line.size() != kIdDigits + 1 || line.back() != '\n') return std::nullopt;
  const auto id = ObjectId::parse(line.substr(0, kIdDigits));
  if (id) rest.remove_prefix(name.size() + line.size());
  return id;
}

std::int64_t time_of_ident(std::string_view ident) {
  const auto end_of_address = ident.rfind('>');
  if (end_of_address == std::string_view::npos) return 0;
  ident = trim(ident.substr(end_of_address + 1));
  return std::max<std::int64_t>(0, parse_int(ident.substr(0, ident.find(' '))).value_or(0));
}

}  // namespace

std::optional<CommitFields> scan_commit(std::string_view raw) {
  const auto tree = take_id(raw, "tree ");
  if (!tree) return std::nullopt;
  CommitFields fields;
  fields.tree = *tree;
  while (const auto parent = take_id(raw, "parent ")) {
    if (fields.parents++ == 0) fields.first_parent = *parent;
  }
  while (!raw.empty() && raw.front() != '\n') {  // an empty line starts the message
    const auto line = raw.substr(0, raw.find('\n'));
    if (line.substr(0, 7) == "author ") fields.author_time = time_of_ident(line);
    if (line.substr(0, 10) == "committer ") {
      fields.committer_time = time_of_ident(line);
      break;
    }
    raw.remove_prefix(std::min(raw.size(), line.size() + 1));
  }
  return fields;
}

std::optional<MailTree> scan_mail_tree(std::string_view raw) {
  constexpr std::string_view kAdded{"100644 m\0", 9}, kDeleted{"100644 d\0", 9};
  MailTree tree;
  while (!raw.empty()) {
    const auto name_end = raw.find('\0');
    if (name_end == std::string_view::npos || raw.size() - name_end - 1 < kIdBytes) return std::nullopt;
    const auto entry = raw.substr(0, name_end + 1);
    ObjectId id;
    std::memcpy(id.bytes.data(), raw.data() + name_end + 1, kIdBytes);
    if (entry == kAdded)
      tree.added = id;
    else if (entry == kDeleted)
      tree.deleted = id;
    else
      ++tree.others;
    raw.remove_prefix(name_end + 1 + kIdBytes);
  }
  return tree;
}

}  // namespace lorelei::git
