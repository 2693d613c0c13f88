// SPDX-License-Identifier: GPL-3.0-or-later
// What names mean where they stand: which variable, under which name, with which index, primed or not.
#pragma once
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tla/pluscal_syntax.hh"

namespace lorelei::tla::pluscal {

// All variables of a translation in the order in which it declares them: pc, globals, stack, parameters and locals of
// procedures, locals of processes.
struct Declared {
  enum class Kind { kPc, kGlobal, kStack, kParameter, kProcedureLocal, kProcessLocal };
  Kind kind;
  std::string name, original;  // in the translation; as written
  const Body* scope = nullptr;
  const Variable* declaration = nullptr;  // null: pc, stack
  bool is_indexed = false;                // by process
};
class Variables {
 public:
  Variables(const Algorithm&, bool has_pc);
  const std::vector<Declared>& all() const { return all_; }
  std::optional<std::size_t> find(std::string_view name) const;  // as it is in the translation
  std::size_t at(std::string_view name) const { return *find(name); }

 private:
  std::vector<Declared> all_;
  std::map<std::string, std::size_t, std::less<>> by_name_;
};

using Changed = std::set<std::size_t>;  // variables, by number

// Which names of the "define" block mention which variables, also through each other.
class Definitions {
 public:
  Definitions(const Algorithm&, const Variables&);
  // The first of the changed variables that the definition reads.
  std::optional<std::size_t> hidden(std::string_view definition, const Changed&) const;

 private:
  std::map<std::string, std::set<std::size_t>, std::less<>> read_by_;
};

class Scope {
 public:
  // body: whose names are meant; null: only those of the algorithm. index: what is put into brackets behind variables
  // that there is one of for each process; empty: nothing. own_id: what "self" stands for; empty: for itself.
  Scope(const Variables&, const Body* body, Tokens index, Tokens own_id);

  // Of a variable as written here.
  std::optional<std::size_t> find(std::string_view name) const;
  const Tokens& index() const { return index_; }
  // "[self]", or nothing, for a variable of that number.
  Tokens index_of(std::size_t variable) const;

  void bind(const std::string& name) { bound_.insert(name); }
  void unbind(const std::string& name) { bound_.erase(bound_.find(name)); }
  bool is_bound(const std::string& name) const { return bound_.contains(name); }

  // An expression as it reads behind the assignments to changed.
  Tokens translated(const Tokens&, const Changed& changed) const;

 private:
  const Variables& variables_;
  std::map<std::string, std::size_t, std::less<>> own_;
  Tokens index_, own_id_;
  std::multiset<std::string> bound_;
};

}  // namespace lorelei::tla::pluscal
