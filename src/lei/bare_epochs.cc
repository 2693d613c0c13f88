// SPDX-License-Identifier: GPL-3.0-or-later
#include "lei/bare_epochs.hh"

#include "base/files.hh"
#include "base/process.hh"
#include "base/text.hh"
#include "git/program.hh"
#include "git/repository.hh"

namespace lorelei::lei {

namespace {

constexpr auto kDoing = "take the blobs out of";
constexpr const char* kDoneFile = "lorelei-bare";

bool is_loose_directory(const std::string& name) { return name.size() == 2 && is_hex(name[0]) && is_hex(name[1]); }

// All packs but those that are done, and all loose objects: what is wanted of them is packed.
Result<void> delete_full(const fs::path& objects) {
  std::error_code error;
  std::vector<fs::path> doomed;
  for (const auto& entry : fs::directory_iterator(objects, error))
    if (is_loose_directory(entry.path().filename().string())) doomed.push_back(entry.path());
  for (const auto& entry : fs::directory_iterator(objects / "pack", error)) {
    auto keep = entry.path();
    if (!fs::exists(keep.replace_extension(".keep"), error)) doomed.push_back(entry.path());
  }
  for (const auto& path : doomed) {
    fs::remove_all(path, error);
    if (error) return err_errno(error.value(), "delete", path.string());
  }
  return {};
}

Result<void> strip(const std::string& repository) {
  TRY(const auto opened, git::Repository::open(repository));
  TRY(const auto tip, opened.resolve());
  if (!tip) return {};
  const auto done_file = fs::path(repository) / kDoneFile;
  const auto text = read_file(done_file);
  const auto done = text ? git::ObjectId::parse(trim(*text)) : std::nullopt;
  const auto objects = fs::path(repository) / "objects";
  if (done != tip) {
    std::vector<std::string> range = {"rev-list", "--objects", "--filter=blob:none", tip->hex()};
    if (done) range.push_back("^" + done->hex());
    TRY(const auto wanted, git::run_git(repository, range, kDoing, repository));
    RunOptions options;
    options.input = wanted;
    options.process = git::git_options();
    TRY(const auto packed, run_process(git::git_argv(repository, {"-c", "core.fsync=all", "pack-objects", "-q",
                                                                  (objects / "pack" / "pack").string()}),
                                       options));
    if (packed.status != 0) return err(Error::Kind::kFailed, kDoing, repository, git::git_complaint(packed.err));
    const auto name = "pack-" + std::string(trim(packed.out)) + ".keep";
    TRY_VOID(replace_file(objects / "pack" / name, "without blobs\n"));
    TRY_VOID(replace_file(done_file, tip->hex() + "\n"));
  }
  return delete_full(objects);
}

}  // namespace

Result<void> take_blobs_away(const archive::Inbox& inbox) {
  for (const auto& epoch : inbox.epochs()) TRY_VOID(strip(epoch.path));
  return {};
}

}  // namespace lorelei::lei
