// SPDX-License-Identifier: GPL-3.0-or-later
// A world for tests: the clock stands still, environment variables are a map, what is printed is kept as text.
#pragma once
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>

#include "base/env.hh"

namespace lorelei {

class FakeEnv {
 public:
  FakeEnv() {
    env.now = [this] { return now; };
    env.variable = [this](const char* name) -> std::optional<std::string> {
      const auto found = variables.find(name);
      return found == variables.end() ? std::nullopt : std::optional<std::string>(found->second);
    };
    env.out = open_memstream(&out_, &out_size_);
    env.err = open_memstream(&err_, &err_size_);
    env.cancelled = &cancelled;
  }
  FakeEnv(const FakeEnv&) = delete;
  FakeEnv& operator=(const FakeEnv&) = delete;
  ~FakeEnv() {
    std::fclose(env.out);
    std::fclose(env.err);
    std::free(out_);
    std::free(err_);
  }
  std::string out() { return std::fflush(env.out), std::string(out_, out_size_); }
  std::string err() { return std::fflush(env.err), std::string(err_, err_size_); }

  Env env;
  std::int64_t now = 1'795'264'496;  // Sat 2026-11-21 12:34:56 UTC
  std::map<std::string, std::string> variables;
  std::atomic<bool> cancelled = false;

 private:
  char* out_ = nullptr;
  char* err_ = nullptr;
  std::size_t out_size_ = 0, err_size_ = 0;
};

}  // namespace lorelei
