// SPDX-License-Identifier: GPL-3.0-or-later
// A search on disk, so that it can be gone on with after the process, or the machine, was gone.
//
//   file   a line that says what it is, the number of the model it is of, what was put, a checksum; all words of 64
//   bits
//
// It is written beside its place, synced and moved there: there is always a whole one, or none. It is read by the
// program that wrote it: another version, or a model that was changed, is refused and not guessed at.
#pragma once
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "base/files.hh"
#include "base/mapped_file.hh"

namespace lorelei::modelcheck {

class CheckpointWriter {
 public:
  // model: the number of what is checked, see identity().
  static Result<CheckpointWriter> begin(const std::filesystem::path&, std::uint64_t model);
  CheckpointWriter(CheckpointWriter&&) = default;
  ~CheckpointWriter();  // without commit() nothing has happened

  void put(std::uint64_t word);
  void put_bytes(const void*, std::size_t count);
  template <typename T>  // plain words
  void put_all(std::span<const T> values) {
    put(values.size());
    put_bytes(values.data(), values.size_bytes());
  }
  Result<void> commit();

 private:
  CheckpointWriter(std::filesystem::path, std::filesystem::path temporary, Fd);
  void flush();

  std::filesystem::path path_, temporary_;
  Fd file_;
  std::string buffer_;
  std::uint64_t checksum_ = 0;
  Result<void> status_;
};

// It does not have what it must have.
struct CheckpointError {};

class CheckpointReader {
 public:
  // All of it is looked through. Errors: it cannot be read, is no checkpoint, is cut off or damaged, is of another
  // model.
  static Result<CheckpointReader> open(const std::filesystem::path&, std::uint64_t model);

  // Throw CheckpointError when there is less.
  std::uint64_t get();
  std::span<const char> get_bytes(std::size_t count);
  template <typename T>
  std::vector<T> get_all() {
    const auto count = get();
    if (count > file_.bytes().size() / sizeof(T)) throw CheckpointError{};
    const auto bytes = get_bytes(count * sizeof(T));
    std::vector<T> made(count);
    std::copy(bytes.begin(), bytes.end(), reinterpret_cast<char*>(made.data()));
    return made;
  }

 private:
  CheckpointReader(MappedFile file, std::size_t at) : file_(std::move(file)), at_(at) {}

  MappedFile file_;
  std::size_t at_;
};

// Of what a search depends on, from the texts of it.
std::uint64_t identity(std::span<const std::string_view> texts);

}  // namespace lorelei::modelcheck
