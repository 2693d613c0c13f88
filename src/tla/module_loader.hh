// SPDX-License-Identifier: GPL-3.0-or-later
// A root module and all that it extends or instantiates, read and in an order in which each stands behind what it
// needs.
//
// Modules are looked for in the directory of the root, then in the library's directories, then among those that are
// built in (tla/standard_modules). A file of the name of one that is built in wins, and is warned of.
//
// Errors, by the numbers of the usual checker: 4220 there is no such module; 4221 a file has a module of another name;
// 4222 modules that need each other; 4223 two nested modules of one name.
#pragma once
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hh"
#include "tla/syntax.hh"

namespace lorelei::tla {

struct ModuleText {
  std::string file, text;
};
// Nothing: there is no module of that name here.
using FindModule = std::function<Result<std::optional<ModuleText>>(std::string_view name)>;
// NAME.tla in the first directory that has it.
FindModule modules_in(std::vector<std::filesystem::path> directories);

struct LoadedModule {
  std::unique_ptr<Source> source;
  std::unique_ptr<Module> module;  // null: what was read has none
  bool is_standard = false;
};

struct Specification {
  std::vector<LoadedModule> modules;  // the root is the last

  const Module* root() const { return modules.empty() ? nullptr : modules.back().module.get(); }
  const LoadedModule* find(std::string_view name) const;  // null: it was not read
};

// A file as a root: its module has the file's name, without directories and ".tla".
LoadedModule read_root(ModuleText, std::vector<Diagnostic>&);

// Everything below root, which has a module.
Specification load_modules(LoadedModule root, const FindModule&, std::vector<Diagnostic>&);

// Both, from a file. Errors of the Result: the root cannot be read. All others are diagnostics.
Result<Specification> load_specification(const std::filesystem::path& root,
                                         const std::vector<std::filesystem::path>& library, std::vector<Diagnostic>&);

}  // namespace lorelei::tla
