// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/search/brute_force.hh"

#include <xapian.h>

#include <algorithm>
#include <functional>
#include <numeric>

namespace lorelei::search {

namespace {

using Op = Query::Op;

// Threads as one would draw them: ids that occur in one message belong together.
class Union {
 public:
  std::size_t of(const std::string& id) {
    const auto [it, is_new] = places_.emplace(id, parents_.size());
    if (is_new) parents_.push_back(it->second);
    return root(it->second);
  }
  void join(std::size_t a, std::size_t b) { parents_[root(a)] = root(b); }
  std::size_t root(std::size_t i) const {
    while (parents_[i] != i) i = parents_[i];
    return i;
  }
  const std::map<std::string, std::size_t>& places() const { return places_; }

 private:
  std::map<std::string, std::size_t> places_;
  std::vector<std::size_t> parents_;
};

// Can one position be taken of each list, all within `window` positions, in this order or in any?
bool fit(const std::vector<std::vector<unsigned>>& lists, unsigned window, bool in_order) {
  std::vector<unsigned> taken;
  std::function<bool(std::size_t)> choose = [&](std::size_t i) {
    if (i == lists.size()) {
      const auto [low, high] = std::minmax_element(taken.begin(), taken.end());
      return *high - *low < window;
    }
    for (const auto position : lists[i]) {
      if (in_order && i && position <= taken.back()) continue;
      if (std::find(taken.begin(), taken.end(), position) != taken.end()) continue;
      taken.push_back(position);
      const bool found = choose(i + 1);
      taken.pop_back();
      if (found) return true;
    }
    return false;
  };
  return choose(0);
}

}  // namespace

BruteForce::BruteForce(const std::vector<TestMessage>& messages) {
  Union threads;
  DocumentBuilder builder(Level::kFull, DocumentData::kNo);
  std::vector<std::string> own_ids;
  for (const auto& message : messages) {
    const mail::Entity entity(message.raw);
    auto overview = mail::make_overview(entity, message.raw, {}, {});
    const auto id = overview.message_ids.at(0);
    for (const auto& reference : overview.references) threads.join(threads.of(id), threads.of(reference));
    mail::choose_own_id(overview, id);
    builder.collect(entity, overview);
    const auto made = builder.finish(overview, blob_of(message.raw), message.number, 0).document();
    auto& document = documents_.emplace_back();
    document.number = message.number;
    for (auto term = made.termlist_begin(); term != made.termlist_end(); ++term) {
      auto& positions = document.terms[*term];
      for (auto at = term.positionlist_begin(); at != term.positionlist_end(); ++at) positions.push_back(*at);
    }
    for (auto value = made.values_begin(); value != made.values_end(); ++value)
      document.values[value.get_valueno()] = Xapian::sortable_unserialise(*value);
    threads.of(id);
    own_ids.push_back(id);
  }
  for (std::size_t i = 0; i < documents_.size(); ++i) documents_[i].thread = threads.of(own_ids[i]);
  for (const auto& [id, place] : threads.places()) thread_of_id_[id] = threads.root(place);
}

std::set<std::int64_t> BruteForce::find(const Query& query) const {
  std::set<std::int64_t> found;
  for (const auto& document : documents_)
    if (matches(query, document)) found.insert(document.number);
  return found;
}

bool BruteForce::has_phrase(const Query& query, const Document& document, bool in_order) const {
  const auto window = query.op == Op::kPhrase ? static_cast<unsigned>(query.words.size()) : query.window;
  const auto prefix_of = [&](const Query::Word& word) {
    return prefixes_.find(query.op == Op::kPhrase ? query.prefix : word.prefix);
  };
  const bool is_mixed = std::any_of(query.words.begin(), query.words.end(), [&](const auto& word) {
    return prefix_of(word)->targets.data() != prefix_of(query.words[0])->targets.data();
  });
  const auto positions = [&](std::string_view target, const Query::Word& word) {
    const auto found = document.terms.find(std::string(target) + word.text);
    return found == document.terms.end() ? std::vector<unsigned>() : found->second;
  };
  if (is_mixed) {
    std::vector<std::vector<unsigned>> lists;
    for (const auto& word : query.words) {
      auto& list = lists.emplace_back();
      for (const auto target : prefix_of(word)->targets)
        for (const auto position : positions(target, word)) list.push_back(position);
    }
    return fit(lists, window, in_order);
  }
  const auto targets = prefix_of(query.words[0])->targets;
  return std::any_of(targets.begin(), targets.end(), [&](std::string_view target) {
    std::vector<std::vector<unsigned>> lists;
    for (const auto& word : query.words) lists.push_back(positions(target, word));
    return fit(lists, window, in_order);
  });
}

bool BruteForce::matches(const Query& query, const Document& document) const {
  const auto part = [&](const Query& each) { return matches(each, document); };
  const auto any_target = [&](const std::function<bool(const std::string&)>& test) {
    const auto targets = prefixes_.find(query.prefix)->targets;
    return std::any_of(targets.begin(), targets.end(), [&](auto target) { return test(std::string(target)); });
  };
  switch (query.op) {
    case Op::kNothing:
      return false;
    case Op::kEverything:
      return true;
    case Op::kWord:
      return any_target([&](const std::string& target) {
        const auto& word = query.words[0];
        return document.terms.contains(
            word.stem == Query::Stem::kYes ? "Z" + target + Xapian::Stem("english")(word.text) : target + word.text);
      });
    case Op::kWildcard:
      return any_target([&](const std::string& target) {
        const auto start = target + query.words[0].text;
        const auto found = document.terms.lower_bound(start);
        return found != document.terms.end() && found->first.starts_with(start);
      });
    case Op::kPhrase:
    case Op::kAdjacent:
      return has_phrase(query, document, true);
    case Op::kNear:
      return has_phrase(query, document, false);
    case Op::kExact:
      return any_target([&](const std::string& target) { return document.terms.contains(target + query.value); });
    case Op::kRange: {
      const auto value = document.values.find(query.slot);
      return value != document.values.end() && (!query.low || value->second >= static_cast<double>(*query.low)) &&
             (!query.high || value->second <= static_cast<double>(*query.high));
    }
    case Op::kThread: {
      if (query.parts.empty()) {
        const auto thread = thread_of_id_.find(query.value);
        return thread != thread_of_id_.end() && thread->second == document.thread;
      }
      return std::any_of(documents_.begin(), documents_.end(), [&](const Document& other) {
        return other.thread == document.thread && matches(query.parts[0], other);
      });
    }
    case Op::kAnd:
      return std::all_of(query.parts.begin(), query.parts.end(), part);
    case Op::kOr:
      return std::any_of(query.parts.begin(), query.parts.end(), part);
    case Op::kXor:
      return std::count_if(query.parts.begin(), query.parts.end(), part) % 2 == 1;
    case Op::kNot:
      return part(query.parts[0]) && std::none_of(query.parts.begin() + 1, query.parts.end(), part);
  }
  return false;
}

}  // namespace lorelei::search
