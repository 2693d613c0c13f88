// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/range_diff.hh"

#include <fmt/core.h>

#include <map>

#include "base/text.hh"
#include "git/new_objects.hh"
#include "git/program.hh"
#include "git/tree_edit.hh"
#include "mail/mailinfo.hh"
#include "patch/apply.hh"
#include "patch/preimage.hh"

namespace lorelei::workflow {

namespace {

using Kind = Error::Kind;

constexpr const char* kCommitter = "lorelei <lorelei@localhost> 0 +0000";

class Chain {
 public:
  Chain(git::NewObjects& objects, const git::Objects* known, const git::ObjectId& base)
      : objects_(objects), known_(known), base_(base), tip_(base) {}

  Result<void> add(const AmEntry& entry);
  std::string range() const { return base_.hex() + ".." + tip_.hex(); }

 private:
  Result<std::optional<std::string>> known_blob(const std::string& id) const;
  Result<std::string> before(const patch::FileChange&) const;
  Result<git::ObjectId> tree_of(const std::map<std::string, git::TreeEdit::Entry>&);
  git::ObjectId commit(const git::ObjectId& tree, const std::vector<git::ObjectId>& parents, std::string_view author,
                       std::string_view message) {
    auto text = fmt::format("tree {}\n", tree.hex());
    for (const auto& parent : parents) text += fmt::format("parent {}\n", parent.hex());
    return objects_.add(git::ObjectType::kCommit,
                        text + fmt::format("author {} 0 +0000\ncommitter {}\n\n{}", author, kCommitter, message));
  }

  git::NewObjects& objects_;
  const git::Objects* known_;
  git::ObjectId base_, tip_;
};

Result<std::optional<std::string>> Chain::known_blob(const std::string& id) const {
  if (!known_ || id.empty()) return std::nullopt;
  TRY(const auto found, known_->find(id));
  if (!found) return std::nullopt;
  TRY(const auto object, known_->read(*found));
  if (object.type() != git::ObjectType::kBlob) return std::nullopt;
  return std::string(object.bytes());
}

// What a change applies to, or nothing but a name where that is binary.
Result<std::string> Chain::before(const patch::FileChange& change) const {
  if (change.kind == patch::FileKind::kCreate) return std::string();
  TRY(auto known, known_blob(change.old_id));
  if (known && patch::apply_change(change, *known)) return *std::move(known);
  if (auto made = patch::preimage_of(change); made && patch::apply_change(change, *made)) return *std::move(made);
  return "(" + (change.old_id.empty() ? change.old_path : change.old_id) + ")\n";
}

Result<git::ObjectId> Chain::tree_of(const std::map<std::string, git::TreeEdit::Entry>& files) {
  git::TreeEdit tree(objects_, objects_.add(git::ObjectType::kTree, ""));
  for (const auto& [path, entry] : files) TRY_VOID(tree.put(path, entry));
  return tree.write();
}

Result<void> Chain::add(const AmEntry& entry) {
  TRY(const auto info, mail::mailinfo(entry.text, mail::Charsets::kConverted));
  TRY(const auto diff, patch::parse_diff(info.patch));
  std::map<std::string, git::TreeEdit::Entry> old_files, new_files;
  std::map<std::string, std::string> contents;  // of files that the diff changes more than once
  for (const auto& change : diff.files) {
    const bool has_old = change.kind != patch::FileKind::kCreate;
    const auto again = contents.find(change.old_path);
    TRY(const auto old_bytes, again == contents.end() ? before(change) : Result<std::string>(again->second));
    const auto old_mode = change.old_mode.value_or(change.new_mode.value_or(git::kModeFile));
    const auto blob = [&](unsigned mode, const std::string& bytes) {
      // A submodule's commit is none of ours: the line that names it is compared.
      const bool is_kept = mode == git::kModeLink || mode == git::kModeProgram;
      return git::TreeEdit::Entry{is_kept ? mode : git::kModeFile, objects_.add(git::ObjectType::kBlob, bytes)};
    };
    if (has_old && again == contents.end())
      old_files[change.old_path] = new_files[change.old_path] = blob(old_mode, old_bytes);
    const auto applied = patch::apply_change(change, old_bytes);
    const auto bytes = applied ? applied->bytes : old_bytes + "(" + change.new_id + ")\n";
    const bool leaves = change.kind == patch::FileKind::kDelete || change.kind == patch::FileKind::kRename;
    if (leaves) new_files.erase(change.old_path);
    if (change.kind == patch::FileKind::kDelete) continue;
    new_files[change.new_path] = blob(change.new_mode.value_or(old_mode), bytes);
    contents[change.new_path] = bytes;
  }
  TRY(const auto tree_before, tree_of(old_files));
  TRY(const auto tree_after, tree_of(new_files));
  const auto merge = commit(tree_before, {tip_, base_}, kCommitter, "before\n");
  const auto author = entry.patch.author + " <" + entry.patch.email + ">";
  tip_ = commit(tree_after, {merge}, author, entry.patch.title + "\n\n" + entry.patch.message);
  return {};
}

struct Ranges {
  std::string older, newer;
};
Result<Ranges> ranges_of(const AmSeries& older, const AmSeries& newer, git::NewObjects& objects,
                         const git::Objects* known) {
  const auto empty = objects.add(git::ObjectType::kTree, "");
  const auto base = objects.add(git::ObjectType::kCommit, fmt::format("tree {}\nauthor {}\ncommitter {}\n\nbase\n",
                                                                      empty.hex(), kCommitter, kCommitter));
  Ranges ranges;
  for (const auto* series : {&older, &newer}) {
    Chain chain(objects, known, base);
    for (const auto& entry : series->entries) TRY_VOID(chain.add(entry));
    (series == &older ? ranges.older : ranges.newer) = chain.range();
  }
  return ranges;
}

}  // namespace

Result<std::string> RangeDiff::prepare(const AmSeries& older, const AmSeries& newer, const git::WorkTree& tree) {
  git::NewObjects objects(tree.objects());
  TRY(const auto ranges, ranges_of(older, newer, objects, &tree.objects()));
  TRY_VOID(objects.write_pack(tree.common_directory() / "objects"));
  return ranges.older + " " + ranges.newer;
}

Result<RangeDiff> RangeDiff::make(const AmSeries& older, const AmSeries& newer, const git::Objects* known) {
  TRY(auto place, TempDir::create(fs::temp_directory_path(), "lorelei-diff-"));
  for (const char* directory : {"objects", "refs"}) TRY_VOID(make_directories(place.path() / directory));
  TRY_VOID(create_file(place.path() / "HEAD", "ref: refs/heads/none\n", Sync::kNo));
  TRY_VOID(create_file(place.path() / "config", "[core]\n\trepositoryFormatVersion = 0\n\tbare = true\n", Sync::kNo));
  TRY(auto nothing, git::Objects::open({place.path() / "objects"}));
  git::NewObjects objects(std::move(nothing));
  TRY(const auto ranges, ranges_of(older, newer, objects, known));
  RangeDiff made(std::move(place));
  made.older_ = ranges.older;
  made.newer_ = ranges.newer;
  TRY_VOID(objects.write_pack(made.place_.path() / "objects"));
  return made;
}

Result<std::string> RangeDiff::text(const std::vector<std::string>& options, bool has_colour) const {
  std::vector<std::string> words = {"range-diff", has_colour ? "--color=always" : "--no-color"};
  words.insert(words.end(), options.begin(), options.end());
  words.push_back(older_);
  words.push_back(newer_);
  return git::run_git(place_.path(), words, "compare the revisions", "");
}

std::string printable_but_colours(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto escape = std::min(text.find("\x1b["), text.size());
    out += printable(text.substr(0, escape), Lines::kKeep);
    text.remove_prefix(escape);
    if (text.empty()) break;
    const auto end = text.find_first_not_of("0123456789;", 2);
    const bool is_colour = end != text.npos && text[end] == 'm';
    out += is_colour ? std::string(text.substr(0, end + 1)) : printable(text.substr(0, 2));
    text.remove_prefix(is_colour ? end + 1 : 2);
  }
  return out;
}

}  // namespace lorelei::workflow
