// SPDX-License-Identifier: GPL-3.0-or-later
#include "tla/module_loader.hh"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/files.hh"
#include "tla/module_parser.hh"
#include "tla/standard_modules.hh"

namespace lorelei::tla {
namespace {

// A chain of modules that need each other is followed no further.
constexpr std::size_t kMaxChain = 200;

void add_error(std::vector<Diagnostic>& diagnostics, int code, const Place& place, std::string text,
               std::string hint = {}) {
  diagnostics.push_back({Diagnostic::Severity::kError, code, place, std::move(text), std::move(hint)});
}

// What a module extends or instantiates, but for the modules nested in it.
class Needed {
 public:
  explicit Needed(std::vector<Diagnostic>& diagnostics) : diagnostics_(diagnostics) {}

  std::vector<Name> of(const Module& module) {
    add(module);
    std::erase_if(names_, [&](const Name& name) { return nested_.contains(name.text); });
    return std::move(names_);
  }

 private:
  void add(const Module& module) {
    names_.insert(names_.end(), module.extends.begin(), module.extends.end());
    add(module.units);
  }
  void add(const std::vector<UnitPtr>& units) {
    for (const auto& unit : units) {
      if (unit->kind == UnitKind::kInstance) names_.push_back(unit->module_name);
      if (unit->body) add(*unit->body);
      if (!unit->module) continue;
      if (!nested_.insert(unit->module->name.text).second)
        add_error(diagnostics_, 4223, unit->module->name.place,
                  fmt::format("there are two modules {} in this one", unit->module->name.text));
      add(*unit->module);
    }
  }
  void add(const Node& node) {
    add(node.units);
    for (const auto& part : node.parts) add(*part);
    for (const auto& bound : node.bounds)
      if (bound.set) add(*bound.set);
  }

  std::vector<Diagnostic>& diagnostics_;
  std::vector<Name> names_;
  std::set<std::string> nested_;
};

class Loader {
 public:
  Loader(const FindModule& find, std::vector<Diagnostic>& diagnostics) : find_(find), diagnostics_(diagnostics) {}

  Specification run(LoadedModule root) {
    add(std::move(root));
    return std::move(all_);
  }

 private:
  // Behind everything that it needs.
  void add(LoadedModule loaded) {
    const auto name = loaded.module->name.text;
    chain_.push_back(name);
    for (const auto& needed : Needed(diagnostics_).of(*loaded.module)) need(needed);
    chain_.pop_back();
    done_.insert(name);
    all_.modules.push_back(std::move(loaded));
  }

  void need(const Name& name) {
    if (done_.contains(name.text)) return;
    if (const auto at = std::find(chain_.begin(), chain_.end(), name.text); at != chain_.end()) {
      std::string way;
      for (auto i = at; i != chain_.end(); ++i) way += *i + " -> ";
      return add_error(diagnostics_, 4222, name.place, fmt::format("modules need each other: {}{}", way, name.text));
    }
    if (chain_.size() >= kMaxChain)
      return add_error(diagnostics_, 0, name.place, fmt::format("more than {} modules need each other", kMaxChain));
    auto loaded = read(name);
    if (loaded.module)
      add(std::move(loaded));
    else if (loaded.source)
      all_.modules.push_back(std::move(loaded));  // diagnostics point into it
    done_.insert(name.text);
  }

  LoadedModule read(const Name& name) {
    const auto found = find_(name.text);
    if (!found) {
      add_error(diagnostics_, 4220, name.place,
                fmt::format("module {} cannot be read: {}", name.text, found.error().why));
      return {};
    }
    const auto standard = standard_module(name.text);
    if (!*found && !standard) {
      add_error(diagnostics_, 4220, name.place, fmt::format("there is no module {}", name.text),
                fmt::format("put {}.tla beside the module that needs it, or name its directory", name.text));
      return {};
    }
    LoadedModule loaded;
    loaded.is_standard = !*found;
    loaded.source = *found ? std::make_unique<Source>((*found)->file, (*found)->text)
                           : std::make_unique<Source>(name.text + ".tla", *standard);
    if (*found && standard)
      diagnostics_.push_back({Diagnostic::Severity::kWarning, 0, name.place,
                              fmt::format("{} stands in for the module {} that is built in", (*found)->file, name.text),
                              "give it another name, if that is not meant"});
    loaded.module = parse_module(*loaded.source, diagnostics_);
    if (loaded.module && loaded.module->name.text != name.text) {
      add_error(diagnostics_, 4221, loaded.module->name.place,
                fmt::format("module {} is in the file of module {}", loaded.module->name.text, name.text),
                "name them alike");
      loaded.module = nullptr;
    }
    return loaded;
  }

  const FindModule& find_;
  std::vector<Diagnostic>& diagnostics_;
  Specification all_;
  std::vector<std::string> chain_;
  std::set<std::string> done_;
};

}  // namespace

FindModule modules_in(std::vector<fs::path> directories) {
  return [directories = std::move(directories)](std::string_view name) -> Result<std::optional<ModuleText>> {
    for (const auto& directory : directories) {
      const auto path = directory / fmt::format("{}.tla", name);
      std::error_code ignored;
      if (!fs::is_regular_file(path, ignored)) continue;
      TRY(auto text, read_file(path, kMaxSourceBytes));
      return ModuleText{path.string(), std::move(text)};
    }
    return std::nullopt;
  };
}

const LoadedModule* Specification::find(std::string_view name) const {
  for (const auto& one : modules)
    if (one.module && one.module->name.text == name) return &one;
  return nullptr;
}

LoadedModule read_root(ModuleText text, std::vector<Diagnostic>& diagnostics) {
  LoadedModule loaded;
  const auto name = fs::path(text.file).stem().string();
  loaded.source = std::make_unique<Source>(std::move(text.file), text.text);
  loaded.module = parse_module(*loaded.source, diagnostics);
  if (loaded.module && loaded.module->name.text != name)
    add_error(diagnostics, 4221, loaded.module->name.place,
              fmt::format("module {} is in the file of module {}", loaded.module->name.text, name), "name them alike");
  return loaded;
}

Specification load_modules(LoadedModule root, const FindModule& find, std::vector<Diagnostic>& diagnostics) {
  return Loader(find, diagnostics).run(std::move(root));
}

Result<Specification> load_specification(const fs::path& root, const std::vector<fs::path>& library,
                                         std::vector<Diagnostic>& diagnostics) {
  TRY(auto text, read_file(root, kMaxSourceBytes));
  auto loaded = read_root({root.string(), std::move(text)}, diagnostics);
  if (!loaded.module) {
    Specification none;
    none.modules.push_back(std::move(loaded));
    return none;
  }
  std::vector<fs::path> directories{root.parent_path()};
  directories.insert(directories.end(), library.begin(), library.end());
  return load_modules(std::move(loaded), modules_in(std::move(directories)), diagnostics);
}

}  // namespace lorelei::tla
