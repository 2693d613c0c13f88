// SPDX-License-Identifier: GPL-3.0-or-later
// parse_diff and apply_change beside `git apply`, on files and diffs that were made at random.
#include <fmt/core.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "base/files.hh"
#include "base/process.hh"
#include "base/text.hh"
#include "patch/apply.hh"
#include "patch/diff.hh"
#include "tests/peers.hh"

namespace lorelei::patch {
namespace {

class Chance {
 public:
  explicit Chance(unsigned seed) : random_(seed) {}

  int pick(int low, int high) { return std::uniform_int_distribution<int>(low, high)(random_); }
  bool once_in(int n) { return pick(1, n) == 1; }
  std::string any(const std::vector<std::string>& of) {
    return of[static_cast<std::size_t>(pick(0, static_cast<int>(of.size()) - 1))];
  }

 private:
  std::mt19937 random_;
};

using FileLines = std::vector<std::string>;  // with their LF

// Few different lines, so that a hunk fits at several places.
std::string random_line(Chance& chance) {
  return chance.any({"a", "b", "c", "}", "", "\treturn 0;", "a ", " b", "b\r", "-- ", "+", "\\ x"}) + "\n";
}

FileLines random_file(Chance& chance) {
  FileLines lines(static_cast<std::size_t>(chance.pick(0, 30)));
  for (auto& line : lines) line = chance.once_in(3) ? fmt::format("{}\n", chance.pick(0, 99)) : random_line(chance);
  if (!lines.empty() && chance.once_in(6)) lines.back().pop_back();
  return lines;
}

void edit(FileLines& lines, Chance& chance) {
  for (int edits = chance.pick(0, 3); edits > 0; --edits) {
    const bool ends_open = !lines.empty() && !lines.back().ends_with('\n');
    const auto last = static_cast<int>(lines.size()) - (ends_open ? 1 : 0);
    const auto at = lines.begin() + chance.pick(0, last);
    if (chance.once_in(2) || at == lines.begin() + last)
      lines.insert(at, random_line(chance));
    else if (chance.once_in(2))
      lines.erase(at);
    else
      *at = random_line(chance);
  }
}

std::string all_of(const FileLines& lines) {
  std::string text;
  for (const auto& line : lines) text += line;
  return text;
}

// Writes a diff of a file, by deciding for each line what becomes of it.
class DiffWriter {
 public:
  DiffWriter(const FileLines& file, Chance& chance) : file_(file), chance_(chance) {}

  std::string hunks() {
    std::string text;
    const auto context = static_cast<std::size_t>(chance_.pick(0, 3));
    std::size_t at = static_cast<std::size_t>(chance_.once_in(3) ? 0 : chance_.pick(0, 12));
    while (at <= file_.size() && (text.empty() || !chance_.once_in(3))) {
      text += hunk(at, context);
      at += static_cast<std::size_t>(chance_.pick(0, 8));
    }
    return text;
  }

 private:
  std::string hunk(std::size_t& at, std::size_t context) {
    const auto start = at;
    lines_.clear();
    before_ = after_ = 0;
    keep(at, context);
    for (int edits = chance_.pick(1, 3); edits > 0; --edits) {
      if (at < file_.size() && chance_.once_in(2)) write('-', file_[at++]);
      if (chance_.once_in(2) || edits == 1) write('+', random_line(chance_));
      if (chance_.once_in(4)) keep(at, 1);
    }
    keep(at, chance_.once_in(8) ? 0 : context);
    if (chance_.once_in(40)) lines_ += random_line(chance_);
    if (chance_.once_in(40)) before_ += static_cast<std::size_t>(chance_.pick(0, 1));
    const auto range = [](std::size_t from, std::size_t count) {
      return count == 1 ? fmt::format("{}", from + 1) : fmt::format("{},{}", count ? from + 1 : from, count);
    };
    const auto old_start = start, new_start = start + grown_;
    grown_ += after_ - before_;
    const auto moved = chance_.once_in(5) ? static_cast<std::size_t>(chance_.pick(0, 4)) : 0;
    return fmt::format("@@ -{} +{} @@{}\n", range(old_start, before_), range(new_start + moved, after_),
                       chance_.any({"", " int f(void)"})) +
           lines_;
  }

  void keep(std::size_t& at, std::size_t count) {
    for (; count > 0 && at < file_.size(); --count) write(' ', file_[at++]);
  }

  void write(char kind, const std::string& line) {
    before_ += kind != '+';
    after_ += kind != '-';
    const bool strip = kind == ' ' && line == "\n" && chance_.once_in(4);
    lines_ += strip ? line : kind + line;
    if (!line.ends_with('\n')) lines_ += "\n";
    if (!line.ends_with('\n') || chance_.once_in(80)) lines_ += "\\ No newline at end of file\n";
  }

  const FileLines& file_;
  Chance& chance_;
  std::string lines_;
  std::size_t before_ = 0, after_ = 0, grown_ = 0;
};

// A directory without a repository, in which git is asked.
class GitApply {
 public:
  GitApply() : place_(TempDir::create(fs::temp_directory_path(), "git-apply")) {}

  bool is_there() const { return place_ && run({"git", "--version"}).has_value(); }

  // The file x afterwards; nothing if git refuses the patch.
  std::optional<std::string> apply(std::string_view patch, std::string_view before) const {
    write("x", before);
    write("patch", patch);
    const auto git = run({"git", "apply", "--whitespace=nowarn", "patch"});
    if (!git || git->status != 0) return std::nullopt;
    const auto result = read_file(path("x"));
    return result ? *result : std::string();
  }

  // The names of files, each behind the counts of its lines; nothing if git refuses the patch.
  std::optional<std::string> numstat(std::string_view patch) const {
    write("patch", patch);
    const auto git = run({"git", "apply", "--numstat", "-z", "--allow-empty", "patch"});
    return git && git->status == 0 ? std::optional(git->out) : std::nullopt;
  }

 private:
  void write(const char* name, std::string_view bytes) const {
    std::ofstream out(path(name), std::ios::binary | std::ios::trunc);
    out << bytes;
    ASSERT_TRUE(out.flush());
  }
  fs::path path(const char* name) const { return place_->path() / name; }
  Result<Finished> run(const Argv& argv) const {
    RunOptions options;
    options.process.directory = place_->path();
    options.process.environment = {{"GIT_CEILING_DIRECTORIES", place_->path().parent_path().string()},
                                   {"GIT_CONFIG_NOSYSTEM", "1"},
                                   {"GIT_CONFIG_GLOBAL", "/dev/null"},
                                   {"LC_ALL", "C"}};
    return run_process(argv, options);
  }

  Result<TempDir> place_;
};

TEST(ApplyOracle, RandomDiffsOfRandomFiles) {
  constexpr int kCases = 300;
  const GitApply git;
  if (!git.is_there()) SKIP_WITHOUT_PEER("git is not installed");
  int applied = 0;
  Chance chance(20240229);
  for (int i = 0; i < kCases; ++i) {
    auto file = random_file(chance);
    const auto hunks = DiffWriter(file, chance).hunks();
    if (hunks.empty()) continue;
    const auto patch = "diff --git a/x b/x\n--- a/x\n+++ b/x\n" + hunks + chance.any({"", "-- \n2.39.5\n"});
    if (chance.once_in(2)) edit(file, chance);
    const auto before = all_of(file);
    SCOPED_TRACE(fmt::format("case {}\n{}\nto\n{}", i, patch, before));
    const auto theirs = git.apply(patch, before);
    const auto diff = parse_diff(patch);
    const auto ours = diff ? apply_change(diff->files[0], before) : tl::unexpected(diff.error());
    ASSERT_EQ(ours.has_value(), theirs.has_value()) << (ours ? "" : to_text(ours.error()));
    if (!ours) continue;
    ASSERT_EQ(ours->bytes, *theirs);
    ++applied;
  }
  EXPECT_GT(applied, kCases / 4);
}

// Headers of every shape.
class OddHeaders {
 public:
  explicit OddHeaders(Chance& chance) : chance_(chance) {}

  std::string text() {
    std::string text = chance_.any({"", "", "Words.\n---\n a.c | 2 +-\n\n", "--- a/x\nwords\n"});
    for (int files = chance_.pick(1, 3); files > 0; --files) {
      text += chance_.once_in(3) ? traditional() : git();
      if (chance_.once_in(5))
        text += chance_.any({"-- \n2.39.5\n\n", "\n", "Index: y\n====\n", "diff --git a/x b/x\n\n"});
    }
    if (chance_.once_in(15)) text.resize(static_cast<std::size_t>(chance_.pick(0, static_cast<int>(text.size()))));
    if (chance_.once_in(20)) text = replace_all(text, "\n", "\r\n");
    return text;
  }

 private:
  std::string name() {
    return chance_.any({"x", "x.c", "d/y.c", "d/e/z", "two words", "d /e", "x b/x", "t\\303\\244b", "q\\\"", "d//x",
                        "x.c.orig", "x.c~", "/x", "a\\tb", "x\t"});
  }
  std::string side(const std::string& prefix, const std::string& name) {
    const auto text = prefix + name;
    return text.find('\\') != std::string::npos || chance_.once_in(8) ? "\"" + text + "\"" : text;
  }
  std::string prefix(const char* usual) { return chance_.once_in(10) ? chance_.any({"", "o/", "/", "a/b/"}) : usual; }
  std::string time() {
    if (!chance_.once_in(3)) return "";
    return chance_.any({"\t", " ", "  "}) +
           chance_.any({"2024-02-29 12:00:00.000000000 +0100", "2024-02-29 12:00:00 +01:00", "24-02-29",
                        "2024-02-29 12:00:00", "1970-01-01 00:00:00 +0000", "1970-01-01 01:30:00.00 +0130",
                        "1969-12-31 19:00:00 -0500", "1970-01-01 00:00:00", "Thu Feb 29 12:00:00 2024",
                        "(revision 7)"});
  }
  std::string hunk(int before, int after) {
    std::string text = fmt::format("@@ -{},{} +{},{} @@\n", before ? 1 : 0, before, after ? 1 : 0, after);
    for (int i = 0; i < before; ++i) text += "-a\n";
    for (int i = 0; i < after; ++i) text += "+b\n";
    return text;
  }
  std::string hunk() {
    const int before = chance_.pick(0, 2);
    return hunk(before, chance_.pick(before == 0 ? 1 : 0, 2));
  }

  std::string traditional() {
    const auto first = name(), second = chance_.once_in(4) ? name() : first;
    const auto old_name = chance_.once_in(6) ? "/dev/null" : side(prefix("a/"), first) + time();
    const auto new_name = chance_.once_in(6) ? "/dev/null" : side(prefix("b/"), second) + time();
    return "--- " + old_name + "\n+++ " + new_name + "\n" + hunk();
  }

  std::string git() {
    const auto first = name(), second = chance_.once_in(6) ? name() : first;
    std::string text = "diff --git " + side(prefix("a/"), first) + " " + side(prefix("b/"), second) + "\n";
    bool is_new = false, is_deleted = false;
    if (chance_.once_in(2)) {
      const auto kind = chance_.pick(0, 5);
      is_new = kind == 0;
      is_deleted = kind == 1;
      text += kind == 0   ? "new file mode 100644\n"
              : kind == 1 ? "deleted file mode 100644\n"
              : kind == 2 ? "old mode 100644\nnew mode 100755\n"
              : kind == 3 ? "similarity index 90%\nrename from " + first + "\nrename to " + second + "\n"
              : kind == 4
                  ? "similarity index 90%\ncopy from " + first + "\ncopy to " + second + "\n"
                  : chance_.any({"rename from x\n", "new mode 8\n", "words\n", "rename old d/y\nrename new q\n"});
    }
    if (!chance_.once_in(4))
      text += chance_.any({"index 0123456..89abcde 100644\n", "index 0123456..89abcde\n", "index 1..\n", "index x\n"});
    if (chance_.once_in(4)) return text;
    text += "--- " + (is_new ? "/dev/null" : side(prefix("a/"), first)) + chance_.any({"", "", "\t"}) + "\n";
    text += "+++ " + (is_deleted ? "/dev/null" : side(prefix("b/"), second)) + chance_.any({"", "", "\t"}) + "\n";
    return text + (chance_.once_in(8) ? "" : hunk(is_new ? 0 : 1, is_deleted ? 0 : 1));
  }

  Chance& chance_;
};

std::string numstat(const Diff& diff) {
  std::string text;
  for (const auto& file : diff.files) {
    int added = 0, removed = 0;
    for (const auto& hunk : file.hunks)
      for (const auto line : split(hunk.lines, '\n')) {
        added += line.starts_with('+');
        removed += line.starts_with('-');
      }
    text += file.binary ? "-\t-\t" : fmt::format("{}\t{}\t", added, removed);
    text += file.new_path + '\0';
  }
  return text;
}

TEST(ApplyOracle, OddHeaders) {
  constexpr int kCases = 300;
  const GitApply git;
  if (!git.is_there()) SKIP_WITHOUT_PEER("git is not installed");
  int read = 0;
  Chance chance(20240229);
  for (int i = 0; i < kCases; ++i) {
    const auto patch = OddHeaders(chance).text();
    SCOPED_TRACE(fmt::format("case {}\n{}", i, patch));
    const auto theirs = git.numstat(patch);
    const auto ours = parse_diff(patch);
    // git looks at these only when it applies.
    if (!ours && (ours.error().kind == Error::Kind::kRefused || ours.error().why.ends_with("of what changes")))
      continue;
    ASSERT_EQ(ours.has_value(), theirs.has_value()) << (ours ? "" : to_text(ours.error()));
    if (!ours) continue;
    ASSERT_EQ(numstat(*ours), *theirs);
    read += ours->files.empty() ? 0 : 1;
  }
  EXPECT_GT(read, kCases / 4);
}

}  // namespace
}  // namespace lorelei::patch
