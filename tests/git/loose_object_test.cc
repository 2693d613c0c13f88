// SPDX-License-Identifier: GPL-3.0-or-later
#include "git/loose_object.hh"

#include <gmock/gmock.h>
#include <zlib.h>

#include "git/repository.hh"
#include "tests/git/sandbox.hh"

namespace lorelei::git {
namespace {

std::string deflated(const std::string& text) {
  std::string out(compressBound(text.size()), '\0');
  auto size = static_cast<uLongf>(out.size());
  EXPECT_EQ(
      compress(reinterpret_cast<Bytef*>(out.data()), &size, reinterpret_cast<const Bytef*>(text.data()), text.size()),
      Z_OK);
  out.resize(size);
  return out;
}
std::string with_nul(const std::string& header, const std::string& bytes) { return header + '\0' + bytes; }

TEST(LooseObject, WhatGitWroteIsRead) {
  const Sandbox box;
  box.run("git init -q --bare r.git");
  const std::string large(5'000'000, 'x');
  box.write("large", large);
  const auto small = box.id("printf abc | git -C r.git hash-object -w --stdin");
  const auto big = box.id("git -C r.git hash-object -w ../large");
  const auto directory = box / "r.git/objects";
  EXPECT_EQ(read_loose_object(directory, small)->bytes, "abc");
  EXPECT_EQ(read_loose_object(directory, small)->type, ObjectType::kBlob);
  EXPECT_EQ(read_loose_object(directory, big)->bytes, large);
  EXPECT_FALSE(read_loose_object(directory, ObjectId()));
}

TEST(LooseObject, WhatIsDamagedOrFalselyNamedIsNone) {
  const Sandbox box;
  box.run("git init -q --bare r.git");
  const auto id = box.id("printf abc | git -C r.git hash-object -w --stdin");
  const auto path = "r.git/objects/" + id.hex().substr(0, 2) + "/" + id.hex().substr(2);
  box.run("chmod u+w " + path);
  for (const auto& bytes : {deflated(with_nul("blob 3", "abd")), deflated(with_nul("blob 3", "abc")).substr(0, 6),
                            std::string(), std::string("blob 3")}) {
    box.write(path, bytes);
    EXPECT_FALSE(read_loose_object(box / "r.git/objects", id));
  }
  box.write(path, deflated(with_nul("blob 3", "abc")));
  EXPECT_TRUE(read_loose_object(box / "r.git/objects", id));
}

TEST(LooseObject, TheHeaderMustBeRight) {
  EXPECT_TRUE(parse_loose_object(deflated(with_nul("tree 0", ""))));
  for (const auto& text : {with_nul("blob 4", "abc"), with_nul("blob", "abc"), with_nul("thing 3", "abc"),
                           with_nul("blob  3", "abc"), with_nul("blob -3", "abc"), std::string("blob 3")})
    EXPECT_FALSE(parse_loose_object(deflated(text))) << text;
}

TEST(LooseObject, WhatInflatesWithoutEndIsNone) {
  EXPECT_FALSE(parse_loose_object(deflated(with_nul("blob 70000000", std::string(70'000'000, '\0')))));
}

// Loose and packed in turns, and a HEAD of each kind.
TEST(LooseObject, RepositoriesAreReadAsBefore) {
  const Sandbox box;
  make_epoch(box, "r.git", mail_commit('m', "one", 10) + mail_commit('m', "two", 20));
  const auto count = [&] {
    const auto repository = Repository::open(box / "r.git").value();
    int changes = 0;
    EXPECT_TRUE(repository.history(std::nullopt, repository.resolve().value().value(), [&](const Change&) {
      ++changes;
      return Result<void>();
    }));
    return changes;
  };
  EXPECT_EQ(count(), 2);
  box.run("git -C r.git gc -q && git -C r.git pack-refs --all");
  EXPECT_EQ(count(), 2);
  extend_epoch(box, "r.git", mail_commit('m', "three", 30));
  EXPECT_EQ(count(), 3);
  box.run("git -C r.git update-ref --no-deref HEAD $(git -C r.git rev-parse HEAD~1)");
  EXPECT_EQ(count(), 2);
}

}  // namespace
}  // namespace lorelei::git
