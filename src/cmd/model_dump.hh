// SPDX-License-Identifier: GPL-3.0-or-later
// `lorelei model --dump`: all states of a model in a file.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/command.hh"
#include "modelcheck/dump.hh"

namespace lorelei::cmd {

class ModelDump {
 public:
  // The rows write into this object.
  void add_rows(std::vector<Option>&);
  // If it is wanted; the exit status if it failed.
  std::optional<int> write(Env&, Args&, modelcheck::Model&, bool overwrites);

 private:
  Result<void> set(std::string_view);

  modelcheck::DumpOptions options_;
  std::string file_;  // "": none
  bool forces_ = false;
};

}  // namespace lorelei::cmd
