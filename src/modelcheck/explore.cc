// SPDX-License-Identifier: GPL-3.0-or-later
#include "modelcheck/explore.hh"

#include <fmt/core.h>

#include <algorithm>
#include <atomic>
#include <barrier>
#include <cmath>
#include <exception>
#include <mutex>
#include <thread>

#include "modelcheck/sets.hh"

namespace lorelei::modelcheck {
namespace {

constexpr std::size_t kPieceStates = 128;
constexpr std::size_t kPieces = 32;         // of a block
constexpr std::uint64_t kManySteps = 2000;  // of a piece: worth a second thread

// The next states that one piece of a block has in one shard, as records: two words of hash, the state that it comes
// from, the step, and the values.
class List {
 public:
  std::uint32_t* add(std::size_t words) {
    if (size_ + words > capacity_) grow(words);
    size_ += words;
    return words_.get() + size_ - words;
  }
  const std::uint32_t& operator[](std::size_t at) const { return words_[at]; }
  std::size_t size() const { return size_; }
  void clear() { size_ = 0; }

 private:
  void grow(std::size_t words) {
    capacity_ = std::max<std::size_t>(capacity_ * 2, 16 * words);
    std::unique_ptr<std::uint32_t[]> larger(new std::uint32_t[capacity_]);
    std::copy(words_.get(), words_.get() + size_, larger.get());
    words_ = std::move(larger);
  }

  std::unique_ptr<std::uint32_t[]> words_;
  std::size_t size_ = 0, capacity_ = 0;
};
constexpr std::size_t kHead = 4;

// A finding with its place in the order.
struct Placed {
  std::uint64_t level;            // of the last state of its trace
  std::uint64_t parent, ordinal;  // in the frontier; among its next states
  Finding finding;

  bool is_before(const Placed& other) const {
    if (level != other.level) return level < other.level;
    if (parent != other.parent) return parent < other.parent;
    return ordinal < other.ordinal;
  }
};

// Of what decides which states there are and in which order they come.
std::uint64_t identity_of(const Model& model, const ExploreOptions& options) {
  std::vector<std::string_view> texts{LORELEI_VERSION, model.name};
  for (const auto& module : model.specification.modules)
    if (module.source) texts.push_back(module.source->text());
  if (model.config_source) texts.push_back(model.config_source->text());
  if (model.translation) texts.push_back(model.translation->text);
  const auto chosen = fmt::format("{} {} {} {} {} {} {} {}", options.reduces, options.keeps_hashes, options.keeps_edges,
                                  options.checks_deadlock, options.checks_spinning, model.world.seed,
                                  model.heap.has_32_bits, model.heap.max_set_size);
  texts.push_back(chosen);
  return identity(texts);
}

}  // namespace

class Explorer::Work {
 public:
  explicit Work(Explorer& explorer)
      : model_(explorer.model_), options_(explorer.options_), arena_(*explorer.arena_), store_(*explorer.store_) {
    const auto actions = model_.compiler->actions().size() + 1;
    for (unsigned i = 0; i < options_.threads; ++i)
      workers_.push_back(std::make_unique<Worker>(*this, explorer.reducer(), actions));
    key_width_ = workers_[0]->reducer.key_width();
    lists_.resize(kPieces * kShards);
    unnamed_ = static_cast<std::uint32_t>(actions - 1);
    out_.action_generated.resize(actions);
    out_.action_distinct.resize(actions);
    has_checks_of_steps_ =
        !model_.step_properties.empty() || !model_.constraints.empty() || !model_.action_constraints.empty();
    done_ = model_.heap.string("Done");
    for (std::size_t i = 0; i < model_.width(); ++i)
      if (model_.translation && model_.compiler->variables()[i]->name == "pc") pc_ = static_cast<int>(i);
  }

  Explored run(CheckpointReader* resumed) {
    if (resumed) restore(*resumed);
    if (resumed || (assumptions_hold() && enter_initial_states())) {
      // What was set until now is there for all.
      if (!resumed) model_.world.registers = workers_[0]->machine.registers;
      for (auto& worker : workers_) worker->machine.registers = model_.world.registers;
      search();
    }
    model_.world.registers = workers_[0]->machine.registers;
    finish();
    return std::move(out_);
  }

 private:
  struct alignas(128) Worker {  // no cache line of it is written by two threads
    Worker(Work& work, Reducer its_reducer, std::size_t actions)
        : machine(work.model_.heap, work.model_.world, work.model_.width(), work.model_.compiler->frame_size()),
          reducer(std::move(its_reducer)),
          action_generated(actions),
          action_distinct(actions) {}
    Machine machine;
    Reducer reducer;
    std::uint64_t generated = 0, deadlocks = 0, deadlock_level = 0, spinning = 0;
    std::vector<std::uint64_t> action_generated, action_distinct;
    std::vector<Placed> findings;
    std::optional<Placed> first_spinning;
    std::vector<Edge> edges;
    std::vector<const std::uint32_t*> records;  // of the shard that is being entered
  };
  // A state of the frontier, and which of its next states is looked at.
  struct At {
    StateId state = kNoState;
    std::uint64_t number = 0, ordinal = 0;
  };

  static Finding failure(const EvaluationError& wrong, const Machine& machine, std::string during) {
    Finding made;
    made.kind =
        wrong.reason == EvaluationError::Reason::kAssertion ? Finding::Kind::kAssertion : Finding::Kind::kFailure;
    made.text = wrong.text;
    made.node = machine.at ? machine.at->node : nullptr;
    made.during = std::move(during);
    return made;
  }

  static Finding named(Finding::Kind kind, const std::string& name) {
    Finding made;
    made.kind = kind;
    made.name = name;
    return made;
  }

  // Once, before anything else

  bool assumptions_hold() {
    auto& machine = workers_[0]->machine;
    machine.restart(model_.compiler->frame_size());
    for (const auto& one : model_.assumptions) {
      Finding wrong;
      try {
        if (machine.is_true(*one.expression)) continue;
        wrong.kind = Finding::Kind::kAssumption;
        wrong.node = one.expression->node;
      } catch (const EvaluationError& error) {
        wrong = failure(error, machine, "an assumption");
        wrong.kind = Finding::Kind::kAssumption;
      }
      wrong.name = one.name;
      out_.findings.push_back(std::move(wrong));
      return false;
    }
    return true;
  }

  bool enter_initial_states() {
    auto& machine = workers_[0]->machine;
    machine.restart(model_.compiler->frame_size());
    bool has_failed = false;
    const std::function<bool()> emit = [&] {
      auto wrong = enter_initial(machine);
      machine.now = nullptr;
      if (options_.is_cancelled()) out_.is_whole = false;
      if (!wrong) return out_.is_whole;
      has_failed = has_failed || wrong->kind == Finding::Kind::kFailure || wrong->kind == Finding::Kind::kAssertion;
      out_.findings.push_back(std::move(*wrong));
      return options_.goes_on;
    };
    machine.emit = &emit;
    machine.level = 1;
    std::fill(machine.next.begin(), machine.next.end(), Value{});
    try {
      if (model_.initial) take(*model_.initial, machine);
    } catch (const EvaluationError& error) {
      has_failed = true;
      out_.findings.push_back(failure(error, machine, "the initial predicate"));
    }
    out_.initial = store_.count();
    return out_.is_whole && (out_.findings.empty() || (options_.goes_on && !has_failed));
  }

  std::optional<Finding> enter_initial(Machine& machine) {
    if (auto wrong = missing_values(machine, "the initial predicate")) return wrong;
    ++out_.generated;
    const std::vector<Value> state = machine.next;
    machine.now = state.data();
    std::optional<Finding> wrong;
    try {
      const bool is_in_model = all_hold(machine, model_.constraints);
      auto inserted = StateStore::Inserted{kNoState, true};
      if (is_in_model) inserted = insert_initial(state.data(), *workers_[0]);
      if (is_in_model && inserted.is_new) out_.initial_states.push_back(inserted.id);
      if (!inserted.is_new) return std::nullopt;
      for (const auto& one : model_.initial_predicates)
        if (!wrong && !holds(machine, one)) wrong = named(Finding::Kind::kInitialPredicate, one.name);
      if (!wrong) wrong = broken_invariant(machine);
      if (wrong && is_in_model) wrong->state = inserted.id;
      if (wrong && !is_in_model) wrong->beyond = state;
    } catch (const EvaluationError& error) {
      wrong = failure(error, machine, "what is checked of the first states");
      wrong->beyond = state;
    }
    return wrong;
  }

  StateStore::Inserted insert_initial(const Value* state, Worker& worker) {
    std::vector<Value> row(state, state + model_.width());
    row.resize(row.size() + key_width_);
    return store_.insert(worker.reducer.hash_of_row(row, worker.machine), row.data(), kNoState);
  }

  std::optional<Finding> missing_values(const Machine& machine, const char* during) {
    std::string missing;
    for (std::size_t i = 0; i < machine.next.size(); ++i)
      if (!machine.next[i])
        missing += fmt::format("{}{}", missing.empty() ? "" : ", ", model_.compiler->variables()[i]->name);
    if (missing.empty()) return std::nullopt;
    Finding made;
    made.kind = Finding::Kind::kFailure;
    made.text = fmt::format("{} is given no value", missing);
    made.during = during;
    if (machine.named && machine.now)
      made.node = model_.compiler->actions()[machine.named->action].symbol->unit->body.get();
    return made;
  }

  static bool holds(Machine& machine, const NamedExpression& one) { return machine.is_true(*one.expression); }
  static bool all_hold(Machine& machine, const std::vector<NamedExpression>& all) {
    return std::all_of(all.begin(), all.end(), [&](const auto& one) { return holds(machine, one); });
  }

  // Of machine.now.
  std::optional<Finding> broken_invariant(Machine& machine) {
    for (const auto& one : model_.invariants) {
      try {
        if (holds(machine, one)) continue;
      } catch (const EvaluationError& error) {
        return failure(error, machine, fmt::format("invariant {}", one.name));
      }
      return named(Finding::Kind::kInvariant, one.name);
    }
    return std::nullopt;
  }

  // The search

  void search() {
    search_alone();
    if (!is_over_) search_together();
    if (failed_) std::rethrow_exception(failed_);
  }

  // As long as there is nothing to share: many models are over before a thread would have begun.
  void search_alone() {
    auto& worker = *workers_[0];
    worker.machine.restart(model_.compiler->frame_size());
    auto before = generated();
    bool is_little = true;
    for (plan(); !is_over_ && (options_.threads == 1 || (pieces_ == 1 && is_little)); plan()) {
      expand_some(worker);
      enter_some(worker);
      is_little = generated() - before < kManySteps;
      before = generated();
    }
  }

  // From a block that is planned.
  void search_together() {
    std::barrier barrier(static_cast<std::ptrdiff_t>(options_.threads));
    const auto work = [&](unsigned number) {
      auto& worker = *workers_[number];
      worker.machine.restart(model_.compiler->frame_size());
      while (true) {
        barrier.arrive_and_wait();
        if (is_over_) return;
        expand_some(worker);
        barrier.arrive_and_wait();
        enter_some(worker);
        barrier.arrive_and_wait();
        if (number == 0) {
          guarded([&] { plan(); });
          if (failed_) end();
        }
      }
    };
    std::vector<std::thread> threads;
    for (unsigned i = 1; i < options_.threads; ++i) threads.emplace_back(work, i);
    work(0);
    for (auto& thread : threads) thread.join();
  }

  void expand_some(Worker& worker) {
    guarded([&] {
      for (auto piece = next_piece_++; piece < pieces_; piece = next_piece_++) expand(worker, piece);
    });
  }
  void enter_some(Worker& worker) {
    guarded([&] {
      for (auto shard = next_shard_++; shard < kShards; shard = next_shard_++) {
        enter(worker, shard);
        arena_.trim();
      }
    });
  }

  // What one thread cannot go on from ends the search of all, once they are all here.
  template <typename What>
  void guarded(const What& what) {
    try {
      what();
    } catch (...) {
      const std::lock_guard lock(failed_mutex_);
      if (!failed_) failed_ = std::current_exception();
    }
  }

  // The next block, by one thread while the others wait. The frontier is a range of each shard.
  void plan() {
    next_piece_ = 0;
    next_shard_ = 0;
    if (failed_) return end();
    if (level_ == 0) {
      begin_level();
    } else {
      collect();
      block_ += pieces_ * kPieceStates;
      if (block_ >= frontier_size_) {
        if (has_findings_ && !options_.goes_on) return end();
        begin_level();
      }
    }
    if (frontier_size_ == 0 || options_.is_cancelled()) {
      out_.is_whole = frontier_size_ == 0;
      if (!out_.is_whole) write_checkpoint();
      return end();
    }
    if (options_.is_checkpoint_due()) write_checkpoint();
    pieces_ = std::min(kPieces, (frontier_size_ - block_ + kPieceStates - 1) / kPieceStates);
    if (options_.progress) options_.progress({generated(), store_.count(), frontier_size_ - block_, level_});
  }
  void end() { is_over_ = true; }

  // Between two blocks, while the other threads wait. What was found holds pointers into the model, and is not written.
  void write_checkpoint() {
    if (options_.checkpoint.empty() || has_findings_ || !out_.findings.empty()) return;
    const auto status = save();
    if (options_.checkpointed) options_.checkpointed(status);
  }

  Result<void> save() {
    TRY(auto out, CheckpointWriter::begin(options_.checkpoint, identity_of(model_, options_)));
    model_.heap.save(out);
    store_.save(out);
    const Counts all = counts();
    for (const auto word :
         {level_, block_, out_.initial, all.generated, all.deadlocks, all.deadlock_level, all.spinning})
      out.put(word);
    out.put_all<std::uint64_t>(all.action_generated);
    out.put_all<std::uint64_t>(all.action_distinct);
    out.put_all<std::uint32_t>(begin_);
    out.put_all<std::uint32_t>(ends_);
    out.put_all<StateId>(out_.initial_states);
    const auto& registers = workers_[0]->machine.registers;
    out.put(registers.size());
    for (const auto& [name, value] : registers) {
      out.put(static_cast<std::uint64_t>(name));
      out.put(value.bits);
    }
    const auto first = first_spinning();
    for (const auto word : {std::uint64_t{first != nullptr}, first ? first->level : 0, first ? first->parent : 0,
                            first ? std::uint64_t{first->finding.state} : 0})
      out.put(word);
    std::uint64_t edges = 0;
    for (const auto& worker : workers_) edges += worker->edges.size();
    out.put(edges);
    for (const auto& worker : workers_) out.put_all<Edge>(worker->edges);
    return out.commit();
  }

  void restore(CheckpointReader& in) {
    model_.heap.restore(in);
    store_.restore(in);
    auto& first = *workers_[0];
    for (auto* word :
         {&level_, &block_, &out_.initial, &first.generated, &first.deadlocks, &first.deadlock_level, &first.spinning})
      *word = in.get();
    first.action_generated = in.get_all<std::uint64_t>();
    first.action_distinct = in.get_all<std::uint64_t>();
    begin_ = in.get_all<std::uint32_t>();
    ends_ = in.get_all<std::uint32_t>();
    out_.initial_states = in.get_all<StateId>();
    for (auto count = in.get(); count > 0; --count) {
      const auto name = static_cast<std::int64_t>(in.get());
      model_.world.registers[name] = Value{static_cast<std::uint32_t>(in.get())};
    }
    const auto actions = out_.action_generated.size();
    for (std::uint32_t i = 0; i < kShards; ++i)
      if (begin_.size() == kShards && ends_.size() == kShards && (begin_[i] > ends_[i] || ends_[i] > store_.count(i)))
        throw CheckpointError{};
    if (level_ == 0 || first.action_generated.size() != actions || first.action_distinct.size() != actions ||
        begin_.size() != kShards || ends_.size() != kShards)
      throw CheckpointError{};
    const bool is_spinning = in.get() != 0;
    const auto level = in.get(), number = in.get();
    const auto state = static_cast<StateId>(in.get());
    if (is_spinning) first.first_spinning = spinning_at(level, number, state);
    for (const auto edges = in.get(); first.edges.size() < edges;) {
      const auto more = in.get_all<Edge>();
      first.edges.insert(first.edges.end(), more.begin(), more.end());
    }
    set_frontier();
  }

  void begin_level() {
    begin_ = level_ == 0 ? std::vector<std::uint32_t>(kShards) : ends_;
    ends_.resize(kShards);
    for (std::uint32_t i = 0; i < kShards; ++i) ends_[i] = store_.count(i);
    if (store_.keeps_hashes())
      for (std::uint32_t i = 0; i < kShards; ++i) store_.forget_before(i, begin_[i]);
    set_frontier();
    block_ = 0;
    if (frontier_size_ > 0) ++level_;
    model_.world.level = level_;
    tell_counts();
  }
  // What TLCGet says of the search.
  void tell_counts() {
    model_.world.distinct = store_.count();
    model_.world.generated = generated();
    model_.world.queue = frontier_size_;
  }
  void set_frontier() {
    frontier_.assign(kShards + 1, 0);
    for (std::uint32_t i = 0; i < kShards; ++i) frontier_[i + 1] = frontier_[i] + (ends_[i] - begin_[i]);
    frontier_size_ = frontier_[kShards];
    pieces_ = 0;
  }

  StateId frontier_state(std::uint64_t number) const {
    const auto shard = static_cast<std::uint32_t>(std::upper_bound(frontier_.begin(), frontier_.end(), number) -
                                                  frontier_.begin() - 1);
    return StateStore::id(shard, static_cast<std::uint32_t>(begin_[shard] + (number - frontier_[shard])));
  }

  std::uint64_t generated() const {
    auto all = out_.generated;
    for (const auto& worker : workers_) all += worker->generated;
    return all;
  }

  void collect() {
    for (auto& worker : workers_) has_findings_ |= !worker->findings.empty();
  }

  // All next states of a piece, each into the list of its shard.
  void expand(Worker& worker, std::size_t piece) {
    const auto first = block_ + piece * kPieceStates;
    const auto last = std::min<std::uint64_t>(first + kPieceStates, frontier_size_);
    for (std::uint32_t shard = 0; shard < kShards; ++shard) lists_[piece * kShards + shard].clear();
    auto& machine = worker.machine;
    machine.level = level_;
    At at;
    bool has_other = false;
    std::optional<Finding> wrong;
    std::vector<Value> row(model_.width() + key_width_);
    const std::function<bool()> emit = [&] {
      ++worker.generated;
      const auto action = machine.named ? machine.named->action : unnamed_;
      ++worker.action_generated[action];
      ++at.ordinal;
      bool is_missing = false, is_other = false;
      for (std::size_t i = 0; i < machine.next.size(); ++i) {
        row[i] = machine.next[i];
        is_missing |= row[i].bits == 0;
        is_other |= row[i] != machine.now[i];
      }
      if (is_missing) {
        wrong = missing_values(machine, kNextState);
        return false;
      }
      has_other |= is_other;
      if (has_checks_of_steps_ && !is_in_model(worker, at)) return true;
      const auto hash = worker.reducer.hash_of_row(row, machine);
      auto& list = lists_[piece * kShards + shard_of(hash)];
      auto* record = list.add(kHead + row.size());
      record[0] = static_cast<std::uint32_t>(hash);
      record[1] = static_cast<std::uint32_t>(hash >> 32);
      record[2] = at.state;
      record[3] = action;
      std::transform(row.begin(), row.end(), record + kHead, [](Value value) { return value.bits; });
      return true;
    };
    machine.emit = &emit;
    for (auto number = first; number < last; ++number) {
      at = {frontier_state(number), number, 0};
      machine.now = store_.state(at.state);
      has_other = false;
      wrong.reset();
      machine.named = nullptr;
      try {
        if (model_.next) take(*model_.next, machine);
      } catch (const EvaluationError& error) {
        wrong = failure(error, machine, kNextState);
        restart(machine);
        machine.emit = &emit;
      }
      if (wrong)
        add(worker, std::move(*wrong), at, level_);
      else if (at.ordinal == 0)
        stuck(worker, at);
      else if (!has_other)
        spins(worker, at);
    }
    machine.emit = nullptr;
  }

  // After something failed in the middle of a step.
  void restart(Machine& machine) {
    std::fill(machine.next.begin(), machine.next.end(), Value{});
    machine.restart(model_.compiler->frame_size());
  }

  void add(Worker& worker, Finding finding, const At& at, std::uint64_t level) {
    if (finding.state == kNoState) finding.state = at.state;
    worker.findings.push_back({level, at.number, at.ordinal, std::move(finding)});
  }

  void stuck(Worker& worker, const At& at) {
    if (worker.deadlocks++ == 0) worker.deadlock_level = level_;
    if (!options_.checks_deadlock) return;
    Finding made;
    made.kind = Finding::Kind::kDeadlock;
    add(worker, std::move(made), at, level_);
  }

  // All steps lead back here. Where the algorithm has ended that is as it should be.
  void spins(Worker& worker, const At& at) {
    if (!options_.checks_spinning || is_final(worker.machine)) return;
    ++worker.spinning;
    auto placed = spinning_at(level_, at.number, at.state);
    if (!worker.first_spinning || placed.is_before(*worker.first_spinning)) worker.first_spinning = std::move(placed);
  }

  static Placed spinning_at(std::uint64_t level, std::uint64_t number, StateId state) {
    Finding made;
    made.kind = Finding::Kind::kSpinDeadlock;
    made.state = state;
    return {level, number, 0, std::move(made)};
  }
  const Placed* first_spinning() const {
    const Placed* first = nullptr;
    for (const auto& worker : workers_)
      if (worker->first_spinning && (!first || worker->first_spinning->is_before(*first)))
        first = &*worker->first_spinning;
    return first;
  }

  // Without control states nobody can tell whether it has ended.
  bool is_final(const Machine& machine) const {
    if (pc_ < 0) return true;
    const auto value = machine.now[pc_];
    if (value == done_) return true;
    if (model_.heap.kind(value) != Kind::kFunction) return false;
    const auto values = model_.heap.values(value);
    return std::all_of(values.begin(), values.end(), [&](Value one) { return one == done_; });
  }

  // Whether constraints let the step be taken. What is checked of steps, and of states beyond the constraints, is.
  bool is_in_model(Worker& worker, const At& at) {
    auto& machine = worker.machine;
    const auto* const now = machine.now;
    const std::vector<Value> next = machine.next;
    const auto* const emit = machine.emit;
    std::optional<Finding> wrong;
    bool is_in = true;
    try {
      for (const auto& one : model_.step_properties) {
        if (wrong || holds(machine, one)) continue;
        wrong = named(Finding::Kind::kStepProperty, one.name);
      }
      is_in = all_hold(machine, model_.action_constraints);
      machine.now = next.data();
      is_in = is_in && all_hold(machine, model_.constraints);
      if (!is_in && !wrong) wrong = broken_invariant(machine);
    } catch (const EvaluationError& error) {
      wrong = failure(error, machine, "what is checked of a step");
    }
    machine.now = now;
    machine.next = next;
    machine.emit = emit;
    if (wrong) {
      wrong->beyond = next;
      add(worker, std::move(*wrong), at, level_ + 1);
    }
    return is_in;
  }

  // What the pieces have for one shard, in their order.
  void enter(Worker& worker, std::uint32_t shard) {
    auto& machine = worker.machine;
    machine.level = level_ + 1;
    const auto size = kHead + model_.width() + key_width_;
    auto& records = worker.records;
    records.clear();
    for (std::size_t piece = 0; piece < pieces_; ++piece) {
      const auto& list = lists_[piece * kShards + shard];
      for (std::size_t at = 0; at < list.size(); at += size) records.push_back(&list[at]);
    }
    constexpr std::size_t kAhead = 8;
    const auto hash_at = [](const std::uint32_t* words) { return std::uint64_t{words[1]} << 32 | words[0]; };
    for (std::size_t at = 0; at < records.size(); ++at) {
      if (at + 2 * kAhead < records.size()) store_.prefetch_entry(hash_at(records[at + 2 * kAhead]));
      if (at + kAhead < records.size()) store_.prefetch_state(hash_at(records[at + kAhead]));
      const auto* words = records[at];
      const auto* state = reinterpret_cast<const Value*>(words + kHead);
      const auto inserted = store_.insert(hash_at(words), state, words[2]);
      if (options_.keeps_edges) worker.edges.push_back({words[2], inserted.id});
      if (!inserted.is_new) continue;
      ++worker.action_distinct[words[3]];
      if (model_.invariants.empty()) continue;
      machine.now = store_.state(inserted.id);
      try {
        auto wrong = broken_invariant(machine);
        if (!wrong) continue;
        wrong->state = inserted.id;
        // The order of shards and of places in them is one of the model's too.
        add(worker, std::move(*wrong), {inserted.id, shard, inserted.id}, level_ + 1);
        restart(machine);
      } catch (const EvaluationError&) {
        restart(machine);
      }
    }
  }

  // What is counted, of all threads and what was restored.
  struct Counts {
    std::uint64_t generated = 0, deadlocks = 0, deadlock_level = 0, spinning = 0;
    std::vector<std::uint64_t> action_generated, action_distinct;
  };
  Counts counts() const {
    Counts all{out_.generated, 0, 0, 0, out_.action_generated, out_.action_distinct};
    for (const auto& worker : workers_) {
      all.generated += worker->generated;
      all.deadlocks += worker->deadlocks;
      if (worker->deadlocks > 0 && (all.deadlock_level == 0 || worker->deadlock_level < all.deadlock_level))
        all.deadlock_level = worker->deadlock_level;
      all.spinning += worker->spinning;
      for (std::size_t i = 0; i < all.action_generated.size(); ++i) {
        all.action_generated[i] += worker->action_generated[i];
        all.action_distinct[i] += worker->action_distinct[i];
      }
    }
    return all;
  }

  void finish() {
    const auto counted = counts();
    out_.generated = counted.generated;
    out_.deadlocks = counted.deadlocks;
    out_.deadlock_level = counted.deadlock_level;
    out_.spinning = counted.spinning;
    out_.action_generated = counted.action_generated;
    out_.action_distinct = counted.action_distinct;
    const auto* spinning = first_spinning();
    std::vector<Placed> all;
    for (auto& worker : workers_) {
      for (auto& one : worker->findings) all.push_back(std::move(one));
      out_.edges.insert(out_.edges.end(), worker->edges.begin(), worker->edges.end());
    }
    std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.is_before(b); });
    for (auto& one : all)
      if (out_.findings.empty() || options_.goes_on) out_.findings.push_back(std::move(one.finding));
    if (spinning) {
      out_.spinning_level = spinning->level;
      if (out_.findings.empty() || options_.goes_on) out_.findings.push_back(spinning->finding);
    }
    out_.distinct = store_.count();
    out_.levels = level_;
    model_.world.level = level_;
    model_.world.distinct = out_.distinct;
    model_.world.generated = out_.generated;
    model_.world.queue = 0;
    if (store_.keeps_hashes()) {
      // Each of n(n-1)/2 pairs has the same hash with 2^-64, or where keys have a shard to themselves, 2^-58.
      const auto count = static_cast<double>(out_.distinct);
      out_.missed = std::min(1.0, std::ldexp(count * count, key_width_ > 0 ? -59 : -65));
    }
  }

  Model& model_;
  const ExploreOptions& options_;
  Arena& arena_;
  StateStore& store_;
  Explored out_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::vector<List> lists_;  // of piece and shard
  std::size_t key_width_ = 0;
  bool has_checks_of_steps_ = false;
  std::uint32_t unnamed_ = 0;  // the number of steps without a name
  int pc_ = -1;                // the variable of the control states
  Value done_{};

  // Where the search is; changed while all threads but one wait.
  std::uint64_t level_ = 0, block_ = 0, frontier_size_ = 0;
  std::vector<std::uint64_t> frontier_;  // before each shard, how many states of the frontier there are
  std::vector<std::uint32_t> begin_, ends_;
  std::size_t pieces_ = 0;
  bool has_findings_ = false, is_over_ = false;
  std::mutex failed_mutex_;
  std::exception_ptr failed_;  // guarded by failed_mutex_ while threads work
  std::atomic<std::size_t> next_piece_ = 0;
  std::atomic<std::uint32_t> next_shard_ = 0;
};

Explorer::Explorer(Model& model, ExploreOptions options) : model_(model), options_(std::move(options)) {
  // What one thread sets is not seen by the others: then there is only one.
  const bool sets_registers =
      std::any_of(model.specification.modules.begin(), model.specification.modules.end(), [](const auto& module) {
        return !module.is_standard && module.source && module.source->text().find("TLCSet") != std::string_view::npos;
      });
  options_.threads = sets_registers ? 1 : std::max(1u, options_.threads);
}
Explorer::~Explorer() = default;

Reducer Explorer::reducer() const {
  static const std::vector<Permutation> kNone;
  return {model_.heap, options_.reduces ? model_.symmetry : kNone, options_.reduces ? model_.view : nullptr,
          model_.width()};
}

Explored Explorer::run() {
  store_.reset();
  arena_ = std::make_unique<Arena>(options_.memory_bytes, options_.spill_directory);
  const StateStore::Shape shape{model_.width(), reducer().key_width(), options_.keeps_hashes};
  store_ = std::make_unique<StateStore>(model_.heap, *arena_, shape);
  return Work(*this).run(resumed_ ? &*resumed_ : nullptr);
}

Result<void> Explorer::resume(const std::filesystem::path& checkpoint) {
  TRY(auto reader, CheckpointReader::open(checkpoint, identity_of(model_, options_)));
  resumed_.emplace(std::move(reader));
  return {};
}

}  // namespace lorelei::modelcheck
