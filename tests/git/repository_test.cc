// SPDX-License-Identifier: GPL-3.0-or-later
#include "git/repository.hh"

#include <gmock/gmock.h>

#include "tests/git/sandbox.hh"

namespace lorelei::git {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

void import(const Sandbox& box, const std::string& stream) { make_epoch(box, "0.git", stream); }

std::vector<std::string> history_of(const Repository& repository, const std::optional<ObjectId>& base = {}) {
  std::vector<std::string> lines;
  const auto tip = repository.resolve().value().value();
  const auto done = repository.history(base, tip, [&](const Change& change) -> Result<void> {
    lines.push_back((change.kind == Change::Kind::kAdd ? "m " : "d ") + change.blob.hex() + " " + change.commit.hex() +
                    " " + std::to_string(change.author_time) + " " + std::to_string(change.committer_time));
    return {};
  });
  EXPECT_TRUE(done) << to_text(done.error());
  return lines;
}

// What `git log` says of the same range: the oracle of history().
std::vector<std::string> log_of(const Sandbox& box, const std::string& range = "HEAD") {
  const auto out =
      box.run("git -C 0.git log --raw -r --no-abbrev --no-renames --reverse --pretty='%H %at %ct' " + range +
              R"( | awk 'NF == 3 { c = $1; t = $2 " " $3 } /^:/ && $5 != "D" { print $6, $4, c, t }')");
  std::vector<std::string> lines;
  for (const auto line : split(out, '\n'))
    if (!line.empty()) lines.emplace_back(line);
  return lines;
}

TEST(RepositoryHistory, EqualsGitLogWithDeletesAndRepeats) {
  const Sandbox box;
  import(box, mail_commit('m', "one", 10) + mail_commit('m', "two", 20) + mail_commit('m', "two", 30) +
                  mail_commit('d', "one", 40) + mail_commit('m', "", 50) + mail_commit('m', "one", 60));
  const auto repository = Repository::open(box / "0.git");
  ASSERT_TRUE(repository) << to_text(repository.error());
  const auto lines = history_of(*repository);
  EXPECT_EQ(lines.size(), 5u);  // the repeated "two" is no change
  EXPECT_EQ(lines, log_of(box));
}

TEST(RepositoryHistory, StartsBehindTheBase) {
  const Sandbox box;
  import(box, mail_commit('m', "one", 10) + mail_commit('m', "two", 20) + mail_commit('m', "three", 30));
  const auto repository = Repository::open(box / "0.git").value();
  const auto base = box.id("git -C 0.git rev-parse HEAD~1");
  EXPECT_EQ(history_of(repository, base), log_of(box, "HEAD~1.."));
  EXPECT_TRUE(history_of(repository, repository.resolve()->value()).empty());
}

TEST(RepositoryHistory, ABaseOfRewrittenHistoryMeansTheirCommonAncestor) {
  const Sandbox box;
  import(box, mail_commit('m', "one", 10) + mail_commit('m', "two", 20));
  const auto old_tip = box.id("git -C 0.git rev-parse HEAD");
  box.run("git -C 0.git update-ref refs/heads/master HEAD~1");
  box.write("stream", "reset refs/heads/master\nfrom refs/heads/master^0\n" + mail_commit('m', "new two", 30));
  box.run("git -C 0.git fast-import --quiet < stream");
  const auto repository = Repository::open(box / "0.git").value();
  EXPECT_EQ(history_of(repository, old_tip), log_of(box, old_tip.hex() + ".."));
  EXPECT_FALSE(repository.is_ancestor(old_tip, *repository.resolve().value()).value());
  EXPECT_EQ(repository.merge_base(old_tip, *repository.resolve().value()).value(),
            box.id("git -C 0.git rev-parse HEAD~1"));
}

TEST(RepositoryHistory, LongerThanIsTurnedAtOnce) {
  const Sandbox box;
  constexpr int kCommits = 40'000;  // three pieces
  std::string stream;
  for (int i = 0; i < kCommits; ++i) stream += mail_commit('m', std::to_string(i), i);
  import(box, stream);
  const auto repository = Repository::open(box / "0.git").value();
  std::int64_t expected = 0;
  const auto done = repository.history({}, *repository.resolve().value(), [&](const Change& change) -> Result<void> {
    EXPECT_EQ(change.author_time, expected);
    ++expected;
    return {};
  });
  EXPECT_TRUE(done);
  EXPECT_EQ(expected, kCommits);
}

TEST(RepositoryHistory, TheVisitorsErrorEndsTheWalk) {
  const Sandbox box;
  import(box, mail_commit('m', "one", 10) + mail_commit('m', "two", 20));
  const auto repository = Repository::open(box / "0.git").value();
  int visited = 0;
  const auto done = repository.history({}, *repository.resolve().value(), [&](const Change&) -> Result<void> {
    ++visited;
    return err(Error::Kind::kCancelled, "test", "", "enough");
  });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().kind, Error::Kind::kCancelled);
  EXPECT_EQ(visited, 1);
}

TEST(Repository, AncestryAcrossMergesAgreesWithGit) {
  const Sandbox box;
  box.run(
      "git init -q -b master w && cd w && git commit -q --allow-empty -m a && git branch side && "
      "git commit -q --allow-empty -m b && git checkout -q side && git commit -q --allow-empty -m c && "
      "git checkout -q master && git merge -q -m d side && git commit -q --allow-empty -m e");
  const auto repository = Repository::open(box / "w").value();
  const auto commit_of = [&](const std::string& name) { return box.id("git -C w rev-parse " + name); };
  EXPECT_TRUE(repository.is_ancestor(commit_of("side"), commit_of("master")).value());
  EXPECT_FALSE(repository.is_ancestor(commit_of("master"), commit_of("side")).value());
  EXPECT_EQ(repository.merge_base(commit_of("side"), commit_of("master~2")).value(), commit_of("side~1"));
}

TEST(Repository, AnUnknownCommitIsNobodysAncestor) {
  const Sandbox box;
  import(box, mail_commit('m', "one", 10));
  const auto repository = Repository::open(box / "0.git").value();
  const auto tip = *repository.resolve().value();
  ObjectId unknown;
  unknown.bytes.fill(7);
  EXPECT_FALSE(repository.is_ancestor(unknown, tip).value());
  EXPECT_FALSE(repository.merge_base(unknown, tip).value());
  EXPECT_FALSE(repository.has_object(unknown));
  EXPECT_TRUE(repository.is_ancestor(tip, tip).value());
}

TEST(Repository, ResolvesWhatGitResolves) {
  const Sandbox box;
  box.run("git init -q --bare -b master 0.git");
  auto repository = Repository::open(box / "0.git").value();
  EXPECT_FALSE(repository.resolve().value());  // not born yet
  import(box, mail_commit('m', "one", 10) + mail_commit('m', "two", 20));
  box.run("git -C 0.git tag -a -m t v1 && git -C 0.git pack-refs --all");
  for (const std::string name : {"HEAD", "HEAD~1", "master", "v1", "refs/heads/master"}) {
    SCOPED_TRACE(name);
    EXPECT_EQ(repository.resolve(name).value(), box.id("git -C 0.git rev-parse '" + name + "^{commit}'"));
  }
  EXPECT_FALSE(repository.resolve("refs/heads/none").value());
  EXPECT_EQ(repository.resolve("^^:").error().kind, Error::Kind::kUsage);
}

TEST(RepositoryOpen, WhatCannotBeReadIsRefusedWithAReason) {
  const Sandbox box;
  import(box, mail_commit('m', "one", 10) + mail_commit('m', "two", 20));
  box.run(
      "git init -q --bare --object-format=sha256 sha256.git; mkdir plain; "
      "git clone -q --bare --depth=1 file://$PWD/0.git shallow.git; "
      "git -C 0.git config uploadpack.allowFilter true; "
      "git clone -q --bare --filter=blob:none file://$PWD/0.git partial.git 2>/dev/null; "
      "git init -q --bare reftable.git; git -C reftable.git config core.repositoryFormatVersion 1; "
      "git -C reftable.git config extensions.refStorage reftable");
  const struct {
    const char *name, *why;
    Error::Kind kind;
  } cases[] = {
      {"sha256.git", "SHA-256", Error::Kind::kRefused},
      {"reftable.git", "reftable", Error::Kind::kRefused},
      {"shallow.git", "shallow clone", Error::Kind::kRefused},
      {"partial.git", "partial clone", Error::Kind::kRefused},
      {"plain", "there is no git repository", Error::Kind::kNotFound},
      {"none", "there is no git repository", Error::Kind::kNotFound},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto repository = Repository::open(box / c.name);
    ASSERT_FALSE(repository);
    EXPECT_EQ(repository.error().kind, c.kind);
    EXPECT_EQ(repository.error().subject, box / c.name);
    EXPECT_THAT(repository.error().why, HasSubstr(c.why));
  }
}

class DamagedEpoch : public testing::Test {
 protected:
  void SetUp() override {
    import(box, mail_commit('m', std::string(20'000, 'x') + "one", 10) + mail_commit('m', "two", 20));
    box.run(
        "git -C 0.git repack -adq; chmod -R u+w 0.git; mv 0.git/objects/pack/*.pack pack; "
        "mv 0.git/objects/pack/*.idx idx; rm -f 0.git/objects/pack/*; mv idx 0.git/objects/pack/pack-x.idx");
    blob = box.id("printf two | git hash-object --stdin");
  }
  Result<std::string> read() const {
    auto reader = BlobReader::open({box / "0.git/objects"});
    return reader ? reader->read(blob) : Result<std::string>(tl::unexpected(reader.error()));
  }
  Sandbox box;
  ObjectId blob;
};

TEST_F(DamagedEpoch, IsReadableBeforeItIsDamaged) {
  box.run("cp pack 0.git/objects/pack/pack-x.pack");
  EXPECT_EQ(read().value(), "two");
}

TEST_F(DamagedEpoch, APackCutAnywhereIsCorruptNotMissing) {
  const auto size = fs::file_size(box / "pack");
  for (std::uintmax_t keep = 0; keep < size; keep += 1 + size / 40) {
    SCOPED_TRACE(keep);
    box.run("head -c " + std::to_string(keep) + " pack > 0.git/objects/pack/pack-x.pack");
    const auto bytes = read();
    ASSERT_FALSE(bytes);
    EXPECT_EQ(bytes.error().kind, Error::Kind::kCorrupt);
    EXPECT_THAT(bytes.error().why, HasSubstr("pack-x.pack"));
    const auto repository = Repository::open(box / "0.git").value();
    const auto tip = repository.resolve().value().value();
    const auto walked = repository.history({}, tip, [](const Change&) -> Result<void> { return {}; });
    ASSERT_FALSE(walked);
    EXPECT_EQ(walked.error().kind, Error::Kind::kCorrupt);
  }
}

TEST_F(DamagedEpoch, AnIndexWithoutItsPackIsCorruptNotMissing) {
  ASSERT_FALSE(read());
  EXPECT_EQ(read().error().kind, Error::Kind::kCorrupt);
}

TEST(BlobReader, TellsMissingFromDamagedLooseObjects) {
  const Sandbox box;
  box.run("git init -q --bare 0.git");
  const auto blob = box.id("printf hello | git -C 0.git hash-object -w --stdin");
  auto reader = BlobReader::open({box / "0.git/objects"}).value();
  EXPECT_EQ(reader.read(blob).value(), "hello");
  EXPECT_EQ(reader.size(blob).value(), 5u);
  EXPECT_EQ(reader.read(blob, 4).error().kind, Error::Kind::kTooLarge);
  const auto file = "0.git/objects/" + blob.hex().substr(0, 2) + "/" + blob.hex().substr(2);
  box.run("chmod u+w " + file + " && : > " + file);
  EXPECT_EQ(reader.read(blob).error().kind, Error::Kind::kCorrupt);
  box.run("rm " + file);
  EXPECT_EQ(reader.read(blob).error().kind, Error::Kind::kNotFound);
}

TEST(BlobReader, FindsWhatWasRepackedOrAddedAfterOpening) {
  const Sandbox box;
  import(box, mail_commit('m', "one", 10));
  auto reader = BlobReader::open({box / "0.git/objects"}).value();
  const auto one = box.id("printf one | git hash-object --stdin");
  EXPECT_EQ(reader.read(one).value(), "one");
  import(box, "reset refs/heads/master\nfrom refs/heads/master^0\n" + mail_commit('m', "two", 20));
  box.run("git -C 0.git gc -q --prune=now --aggressive");
  EXPECT_EQ(reader.read(box.id("printf two | git hash-object --stdin")).value(), "two");
  EXPECT_EQ(reader.read(one).value(), "one");
}

TEST(BlobReader, RefusesWhatIsNoBlob) {
  const Sandbox box;
  import(box, mail_commit('m', "one", 10));
  auto reader = BlobReader::open({box / "0.git/objects"}).value();
  const auto tip = box.id("git -C 0.git rev-parse HEAD");
  EXPECT_THAT(to_text(reader.read(tip).error()), HasSubstr("it is a commit, not a blob"));
  EXPECT_FALSE(reader.size(tip));
}

TEST(BlobReader, FollowsAlternatesOfAlternates) {
  const Sandbox box;
  import(box, mail_commit('m', "one", 10));
  box.run("git clone -q --bare --shared 0.git fork.git && git init -q --bare all.git");
  box.write("all.git/objects/info/alternates", "../../fork.git/objects\n");
  auto reader = BlobReader::open({box / "all.git/objects"}).value();
  EXPECT_EQ(reader.read(box.id("printf one | git hash-object --stdin")).value(), "one");
}

}  // namespace
}  // namespace lorelei::git
