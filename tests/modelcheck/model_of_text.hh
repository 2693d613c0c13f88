// SPDX-License-Identifier: GPL-3.0-or-later
// A model out of two texts, for tests.
#pragma once
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>

#include "base/files.hh"
#include "modelcheck/check.hh"

namespace lorelei::modelcheck {

// The module is called M. Fails the test where the texts are wrong.
inline std::unique_ptr<Model> model_of(const std::string& body, const std::string& config = "SPECIFICATION Spec\n") {
  auto directory = TempDir::create(std::filesystem::temp_directory_path(), "model-").value();
  const auto file = directory.path() / "M.tla";
  EXPECT_TRUE(replace_file(file, "---- MODULE M ----\n" + body + "\n====\n", Sync::kNo));
  EXPECT_TRUE(replace_file(directory.path() / "M.cfg", config, Sync::kNo));
  std::vector<tla::Diagnostic> diagnostics;
  ModelFiles files;
  files.specification = file;
  auto loaded = Model::load(files, diagnostics);
  std::string said;
  for (const auto& one : diagnostics) said += tla::to_text(one) + "\n";
  EXPECT_TRUE(loaded && loaded->state == Model::State::kReady) << said;
  return loaded && loaded->state == Model::State::kReady ? std::move(loaded->model) : nullptr;
}

inline Verdict verdict_of(Model& model, unsigned threads = 1) {
  CheckOptions wish;
  wish.explore.threads = threads;
  return check(model, wish);
}

}  // namespace lorelei::modelcheck
