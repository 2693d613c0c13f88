// SPDX-License-Identifier: GPL-3.0-or-later
// An expression ready to be evaluated: names are places in a frame or in a state, definitions are put in where they are
// used, and each node knows the function that evaluates it.
//
//   frame    the bound variables, parameters and LET definitions of one definition that is called, and of everything
//            that was put into it. Slot 0 is the frame it was defined in, as an offset from the bottom of the stack.
//   need     an argument or a LET definition without parameters is evaluated when it is first needed, into its slot.
//
// Threads: expressions are not changed once they are made; each thread has a Machine of its own.
#pragma once
#include <array>
#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "modelcheck/cache_table.hh"
#include "modelcheck/value.hh"
#include "tla/syntax.hh"

namespace lorelei::modelcheck {

struct Expression;
struct Blocked;
struct Step;
class Machine;

// What the value of an expression depends on.
struct Dependence {
  bool on_state = false, on_next = false, on_outer_frames = false;
  bool is_impure = false;              // gives or does something else each time
  bool is_open = false;                // calls a definition that is being compiled
  std::vector<std::uint32_t> slots{};  // of its own frame, ascending

  bool on_nothing() const {
    return !on_state && !on_next && !on_outer_frames && !is_impure && !is_open && slots.empty();
  }
  void add(const Dependence&);
  void remove(const std::vector<std::uint32_t>& slots);
};

struct Definition {
  const Expression* body = nullptr;
  const Step* step = nullptr;  // in its place, where an action is called
  std::uint32_t frame_size = 1;
  std::string name;
  Dependence depends{};  // once it is whole
};

// One name, or a tuple of names, that takes the elements of one of the sets.
struct Dimension {
  std::uint32_t set = 0;  // which of Expression::parts
  bool is_tuple = false;
  std::vector<std::uint32_t> slots;
};

struct Expression {
  using Evaluate = Value (*)(const Expression&, Machine&);

  Evaluate evaluate = nullptr;
  const tla::Node* node = nullptr;         // where it stands
  std::vector<const Expression*> parts{};  // what they are, each Evaluate says
  std::uint32_t slot = 0, hops = 0;        // of a frame that is so many definitions further out
  Value value{};
  std::vector<std::uint32_t> slots{};
  std::vector<Dimension> dimensions{};
  const Definition* definition = nullptr;
  const Step* step = nullptr;  // of ENABLED
  std::string text{};
  Dependence depends{};
  mutable bool has_missed =
      false;  // an EXCEPT of an argument that is not in the domain; threads may set it, atomically
};

// What evaluation can ask of the search around it, and tell it.
struct World {
  std::function<void(const std::string&)> print = [](const std::string&) {};
  std::uint64_t level = 0, distinct = 0, generated = 0, queue = 0;
  std::map<std::int64_t, Value> registers{};  // of TLCSet, that a machine begins with
  std::uint64_t seed = 0;                     // of what is chosen at random
  std::uint64_t work_limit = UINT64_MAX;      // elements gone through and calls made, by each machine
};

class Machine {
 public:
  // variables: how many a state has. stack_bytes: of the thread that it runs in.
  Machine(Heap& heap, World& world, std::size_t variables, std::size_t frame_size);

  Value evaluate(const Expression& expression) { return expression.evaluate(expression, *this); }
  bool is_true(const Expression&);  // throws where it is no Boolean

  // Slots
  Value& slot(std::uint32_t slot) { return frame[slot]; }
  Value* frame_at(std::uint32_t hops) {
    auto* found = frame;
    for (; hops > 0; --hops) found = stack_.get() + found[0].bits;
    return found;
  }
  void restart(std::size_t frame_size);
  // A frame above the top for a call; its slots are empty. The caller sets frame and top, and sets them back.
  Value* new_frame(const Definition&, std::uint32_t hops);
  void check_depth();
  // An element is gone through, or a call made. Throws at the limit.
  void spend() {
    if (work_left_-- == 0) [[unlikely]]
      fail_of_work();
  }

  Heap& heap;
  World& world;
  Value *frame = nullptr, *top = nullptr;
  const Value* now = nullptr;
  std::vector<Value> next;                    // where there is none, the variable has not got its value yet
  std::uint64_t level = 1;                    // of now
  const Step* named = nullptr;                // the named step that is being taken
  std::map<std::int64_t, Value> registers{};  // of TLCSet
  const Expression* at = nullptr;             // what fails, if it fails now
  EvaluationError failed_argument{};          // why the last argument of a call that failed did
  std::vector<Blocked>* blocked = nullptr;    // where it is noted what was false
  std::unordered_map<const Step*, std::array<std::uint64_t, 2>>* tests = nullptr;  // where conditions are counted
  // Called when a next state is whole; false: no more of them are wanted.
  const std::function<bool()>* emit = nullptr;

  // The function with another value at one place of its domain's elements.
  Value changed(Value function, std::size_t index, Value value);

  // What make(a, b) gave before, or gives: number is that of the operation, from 1.
  template <typename Make>
  Value remembered(std::uint32_t number, Value a, Value b, const Make& make) {
    const auto key =
        (std::uint64_t{a.bits} * 0x9E3779B97F4A7C15 ^ std::uint64_t{b.bits} << 20 ^ number) * 0xD6E8FEB86659FD93;
    const auto& known = pairs_.find(key);
    if (known.function == a && known.value == b && known.index == number) return known.result;
    const auto result = make();
    pairs_.put(key, {a, b, result, number});
    return result;
  }

  // What expressions gave for the same variables before.
  struct Memo {
    static constexpr std::size_t kKeys = 3;
    struct Entry {
      std::uint32_t keys[kKeys] = {}, value = 0;
    };
    CacheTable<Entry, 6, 12> entries;
  };
  std::vector<Memo> memo{};

 private:
  [[noreturn]] void fail_of_work();

  std::uint64_t work_left_;
  // Steps change the same functions in the same way over and over.
  struct Change {
    Value function, value, result;
    std::uint32_t index = 0;
  };
  CacheTable<Change, 8, 14> changes_, pairs_;  // of pairs the operands are function and value
  Zeroed<Value> stack_;
  Value* end_;
  const char* deepest_;
};

// The elements of a set, without making them if they are an interval.
template <typename Each>  // bool(Value): whether to go on; false if it was not
bool for_each_element(Machine&, Value set, const Each&);
// All ways to give the dimensions' names values, in their slots. sets: parts [0, dimensions' sets).
template <typename Each>
bool for_each_binding(const Expression&, Machine&, const Each&);

// Sets the slots of a dimension to an element. Throws if it is no tuple of as many.
void bind(const Dimension&, Value element, Machine&);

}  // namespace lorelei::modelcheck

#include "modelcheck/bindings.hh"  // the templates
