// SPDX-License-Identifier: GPL-3.0-or-later
#include "lei/mbox_lock.hh"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/leftovers.hh"

namespace lorelei::lei {
namespace {

class MboxLockTest : public ::testing::Test {
 protected:
  MboxLockTest() : scratch(TempDir::create(fs::temp_directory_path(), "mbox-lock").value()) {
    EXPECT_TRUE(create_file(box, "", Sync::kNo));
    fd = Fd(::open(box.c_str(), O_RDWR | O_CLOEXEC));
  }
  // Whether another process gets an ordinary lock of the file.
  bool is_free() const {
    const pid_t child = fork();
    if (child == 0) {
      struct flock whole {};
      whole.l_type = F_WRLCK;
      whole.l_whence = SEEK_SET;
      const int other = ::open(box.c_str(), O_RDWR);
      _exit(other >= 0 && ::fcntl(other, F_SETLK, &whole) == 0 ? 0 : 1);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return status == 0;
  }
  void write_dotlock(const std::string& text, std::time_t age) const {
    ASSERT_TRUE(replace_file(dotlock, text));
    const timespec times[2] = {{0, UTIME_OMIT}, {std::time(nullptr) - age, 0}};
    ASSERT_EQ(::utimensat(AT_FDCWD, dotlock.c_str(), times, 0), 0);
  }
  Result<MboxLock> take() const { return MboxLock::take(box, fd.get(), {.timeout = 0, .delay = 0.01}); }
  TempDir scratch;
  fs::path box = scratch.path() / "box", dotlock = scratch.path() / "box.lock";
  Fd fd;
};

TEST_F(MboxLockTest, HoldsAlsoWhenTheFileIsReadAndClosed) {
  EXPECT_TRUE(is_free());
  {
    const auto lock = take();
    ASSERT_TRUE(lock);
    EXPECT_TRUE(read_file(box));
    EXPECT_FALSE(is_free());
    EXPECT_TRUE(fs::exists(dotlock));
  }
  EXPECT_FALSE(fs::exists(dotlock));
}

TEST_F(MboxLockTest, OneOfALivingProcessIsNotBrokenHoweverOld) {
  write_dotlock("1\n" + owner_tag() + "\n", 3600);
  EXPECT_FALSE(has_stale_dotlock(box));
  const auto lock = MboxLock::take(box, fd.get(), {.timeout = 0.05, .delay = 0.01});
  ASSERT_FALSE(lock);
  EXPECT_EQ(lock.error().kind, Error::Kind::kTemporary);
  EXPECT_TRUE(fs::exists(dotlock));
}

TEST_F(MboxLockTest, OneThatIsOldAndNobodysIsBroken) {
  write_dotlock("4711\n", 60);
  EXPECT_FALSE(has_stale_dotlock(box));
  write_dotlock("4711\n", 301);
  EXPECT_TRUE(has_stale_dotlock(box));
  EXPECT_TRUE(MboxLock::take(box, fd.get(), {.timeout = 1, .delay = 0.01}));
}

TEST_F(MboxLockTest, TheLockOfAnotherIsNotRemoved) {
  {
    const auto lock = take();
    ASSERT_TRUE(lock);
    fs::remove(dotlock);
    write_dotlock("somebody else's\n", 0);
  }
  EXPECT_TRUE(fs::exists(dotlock));
}

}  // namespace
}  // namespace lorelei::lei
