// SPDX-License-Identifier: GPL-3.0-or-later
// Memory for the states of a search, in pages of zeroes.
//
// Where there is a limit, it lies in a file, and what has not been looked at for a while goes there: so more states fit
// than there is memory. The file has no name and is gone with the process. Room in it is reserved before it is used, so
// that a full disk is an error here and not a signal later.
#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <vector>

namespace lorelei::modelcheck {

class Arena {
 public:
  // limit: bytes of memory that the process should take; 0: any, and no file is made. Throws EvaluationError
  // (kTooLarge) when there can be no file in the directory.
  explicit Arena(std::uint64_t limit = 0, std::filesystem::path directory = {});
  ~Arena();
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  // For any thread. Zeroes, which live as long as the arena, aligned to 64 bytes. Throws EvaluationError (kTooLarge)
  // when the disk is full, and std::bad_alloc.
  void* allocate(std::size_t bytes);
  // The same to be given back: for what is looked up all the time, and goes to the file last.
  void* map(std::size_t bytes);
  void unmap(void*);

  // To be called now and then: sends what is there to the file if the process takes more than the limit. Others may
  // read and write meanwhile.
  void trim();
  std::uint64_t file_bytes() const { return file_bytes_; }

 private:
  struct Piece {
    char* begin;
    std::size_t size;
    std::uint64_t offset;  // in the file
  };
  Piece make(std::size_t bytes);
  static void drop(const std::vector<Piece>&);

  std::uint64_t limit_;
  std::filesystem::path directory_;
  int file_ = -1;
  std::uint64_t file_bytes_ = 0;
  std::mutex mutex_;
  std::vector<Piece> chunks_, maps_;
  std::size_t used_ = 0;  // of the last chunk
};

}  // namespace lorelei::modelcheck
