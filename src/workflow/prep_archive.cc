// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/prep_archive.hh"

#include <fmt/core.h>

#include <algorithm>

#include "base/deflate.hh"
#include "base/text.hh"
#include "base/ustar.hh"
#include "git/format_patch.hh"
#include "git/program.hh"
#include "mail/gzip.hh"

namespace lorelei::workflow {

using Kind = Error::Kind;

namespace {

constexpr std::uint64_t kMaxArchive = 1 << 30;

// As git am takes them back.
Result<std::string> mailbox_of(const git::WorkTree& tree, const git::ObjectId& from, const git::ObjectId& to) {
  if (from == to) return std::string();
  const auto words = git::format_patch(fmt::format("{}..{}", from.hex(), to.hex()), git::PatchSubject::kAsItIs,
                                       git::EmptyCommits::kKept);
  return output_of(git::git_argv(tree.common_directory(), words),
                   {.process = git::git_options(), .limit_bytes = kMaxArchive});
}

// Of the commits of a range that have any.
Result<std::string> notes_of(const git::WorkTree& tree, const git::ObjectId& from, const git::ObjectId& to) {
  if (from == to) return std::string();
  TRY(const auto text,
      git::run_git(tree.common_directory(),
                   {"-c", "i18n.logOutputEncoding=UTF-8", "-c", "log.showSignature=false", "log", "--no-color",
                    "--notes", "--format=%x00%H%n%N", fmt::format("{}..{}", from.hex(), to.hex()), "--"},
                   "read the notes of", to.hex()));
  std::string notes;
  for (const auto one : split(text, '\0')) {
    const auto end = std::min(one.find('\n'), one.size());
    if (const auto note = trim_end(one.substr(end)); !trim(note).empty())
      notes += fmt::format("commit {}\n{}\n\n", one.substr(0, end), note);
  }
  return notes;
}

Result<git::ObjectId> base_of(const DoneSeries& series, const SentTag& tag) {
  const auto& tree = series.branch.tree;
  if (!tag.base.empty()) {
    TRY(const auto named, tree.resolve(tag.base));
    if (named) return *named;
  }
  TRY(const auto base, tree.merge_base(series.branch.base, tag.commit));
  if (base) return *base;
  return err(Kind::kCorrupt, "archive what was sent as", tag.name, "it names no base-commit that is here",
             "git tag -d " + tag.name);
}

Result<std::vector<TarFile>> files_of(const DoneSeries& series) {
  const auto& branch = series.branch;
  const auto& tracking = branch.cover.tracking;
  std::vector<TarFile> files;
  const auto add = [&](const std::string& name, std::string bytes, std::int64_t modified) {
    files.push_back({tracking.change_id + "/" + name, std::move(bytes), modified});
  };
  const auto last = series.last_sent();
  add("cover.txt", branch.cover.text + "\n", last);
  add("tracking.js", tracking_json(tracking, TrackingForm::kLines) + "\n", last);
  TRY(auto patches, mailbox_of(branch.tree, branch.start(), branch.end()));
  add("patches.mbx", std::move(patches), last);
  TRY(auto notes, notes_of(branch.tree, branch.start(), branch.end()));
  for (const auto& [revision, sent] : series.sent) {
    TRY(const auto base, base_of(series, sent.tag));
    TRY(auto mailbox, mailbox_of(branch.tree, base, sent.tag.commit));
    TRY(const auto more, notes_of(branch.tree, base, sent.tag.commit));
    notes += more;
    add(fmt::format("sent/patches-v{}.cover", revision), sent.tag.message, sent.sent);
    add(fmt::format("sent/patches-v{}.mbx", revision), std::move(mailbox), sent.sent);
  }
  if (!notes.empty()) add("notes.txt", std::move(notes), last);
  return files;
}

// All that was to be written is in the file. One of a run that was killed has more: tags that are gone since.
Result<bool> has_files(const fs::path& archive, const std::vector<TarFile>& files) {
  TRY(const auto packed, read_file(archive, kMaxArchive));
  auto source = mail::ByteSource::of(packed, archive);
  std::string bytes;
  for (;;) {
    const auto more = source.read_more(bytes);
    if (!more || bytes.size() > 2 * kMaxArchive) return false;
    if (!*more) break;
  }
  const auto there = read_ustar(bytes);
  if (!there) return false;
  std::map<std::string_view, std::string_view> contents;
  for (const auto& file : *there) contents[file.name] = file.bytes;
  return std::all_of(files.begin(), files.end(), [&](const TarFile& file) {
    const auto found = contents.find(file.name);
    return found != contents.end() && found->second == file.bytes;
  });
}

Result<void> write_files(const fs::path& archive, const std::vector<TarFile>& files, const Told& told) {
  std::error_code failed;
  const bool is_there = fs::exists(fs::symlink_status(archive, failed));
  if (!is_there) {
    TRY(const auto bytes, ustar_of(files));
    TRY_VOID(make_directories(archive.parent_path()));
    TRY_VOID(create_file(archive, Deflater(Deflater::Form::kGzip).deflate(bytes)));
  }
  TRY(const bool is_ours, has_files(archive, files));
  if (!is_ours)
    return err(is_there ? Kind::kConflict : Kind::kCorrupt, "archive the series in", archive,
               is_there ? "another archive is there" : "what was written could not be read again",
               is_there ? "move it away" : "nothing was deleted");
  told((is_there ? "It is archived already: " : "Archived: ") + archive.string());
  return {};
}

}  // namespace

fs::path archive_of(const Env& env, const DoneSeries& series) {
  return fs::path(env.data_home()) / "b4" / "prep-archived" / (series.branch.cover.tracking.change_id + ".tar.gz");
}

Result<void> write_archive(const Env& env, const DoneSeries& series, const Told& told) {
  TRY(const auto files, files_of(series));
  return write_files(archive_of(env, series), files, told);
}

}  // namespace lorelei::workflow
