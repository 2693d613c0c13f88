// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/glass_merge.hh"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/is_there.hh"
#include "search/glass_codec.hh"
#include "search/glass_reader.hh"
#include "search/glass_version.hh"

namespace lorelei::search {
namespace {

using namespace glass;
using namespace std::string_literals;
using namespace std::string_view_literals;

constexpr std::size_t kChunk = 2000;  // as large as Xapian makes them
constexpr auto kMetadata = "\0\xc0"sv, kStatistics = "\0\xd0"sv, kValues = "\0\xd8"sv, kLengths = "\0\xe0"sv;

struct Input {
  fs::path directory;
  Version version;
};

// One input's table, entry by entry. A group is what belongs together whatever input it comes from: the chunks of a
// term, the positions of a term, or a single entry where keys are unique.
class Cursor {
 public:
  enum class Groups { kTerms, kPositions };
  Cursor(TableReader table, Groups groups) : table_(std::move(table)), groups_(groups) { next(); }

  bool at_end() const { return at_end_; }
  std::string_view group() const { return group_; }
  std::string_view key() const { return table_.key(); }
  // What a key has behind its group: nothing in a first chunk.
  std::string_view suffix() const { return table_.key().substr(std::min(table_.key().size(), suffix_from_)); }
  std::string_view tag() const { return table_.tag(); }
  Result<void> status() const { return table_.status(); }

  void next() {
    at_end_ = !table_.next();
    if (!at_end_ && !continues_group()) start_group();
  }

 private:
  bool continues_group() const {
    const std::string_view key = table_.key();
    if (group_.empty() || suffix_from_ >= key.size() || !key.starts_with(group_)) return false;
    if (is_no_term(group_)) return group_ == kLengths;
    return key[group_.size()] == '\0' && key[group_.size() + 1] != '\xff';
  }
  static bool is_no_term(std::string_view key) { return key.size() > 1 && key[0] == '\0' && key[1] != '\xff'; }
  void start_group() {
    const std::string_view key = table_.key();
    if (groups_ == Groups::kTerms && key.starts_with(kLengths)) {
      group_ = kLengths;
      suffix_from_ = kLengths.size();
      return;
    }
    std::size_t end = key.size();
    if (groups_ == Groups::kPositions) {
      end = 0;
      while (end + 1 < key.size() && (key[end] != '\0' || key[end + 1] == '\xff')) ++end;
    }
    group_.assign(key.substr(0, end));
    suffix_from_ = end + 1;
  }

  TableReader table_;
  Groups groups_;
  std::string group_;
  std::size_t suffix_from_ = 0;
  bool at_end_ = false;
};

// Visits the groups of all cursors in order; within a group the cursors in the order of the inputs.
class GroupMerge {
 public:
  explicit GroupMerge(std::vector<Cursor>& cursors) : cursors_(cursors) {
    for (std::size_t i = 0; i < cursors.size(); ++i) push(i);
  }
  // The cursors that have the next group, each at its first entry; empty at the end. The caller moves each of them
  // behind the group.
  const std::vector<Cursor*>& next() {
    for (const std::size_t i : taken_) push(i);
    taken_.clear();
    group_.clear();
    while (!heap_.empty() && (taken_.empty() || cursors_[heap_.front()].group() == cursors_[taken_[0]].group())) {
      std::pop_heap(heap_.begin(), heap_.end(), Later{cursors_});
      taken_.push_back(heap_.back());
      group_.push_back(&cursors_[heap_.back()]);
      heap_.pop_back();
    }
    return group_;
  }

 private:
  struct Later {
    const std::vector<Cursor>& cursors;
    bool operator()(std::size_t a, std::size_t b) const {
      const int order = cursors[a].group().compare(cursors[b].group());
      return order != 0 ? order > 0 : a > b;
    }
  };
  void push(std::size_t i) {
    if (cursors_[i].at_end()) return;
    heap_.push_back(i);
    std::push_heap(heap_.begin(), heap_.end(), Later{cursors_});
  }

  std::vector<Cursor>& cursors_;
  std::vector<std::size_t> heap_, taken_;
  std::vector<Cursor*> group_;
};

tl::unexpected<Error> damaged(const fs::path& output, const char* why) {
  return err(Error::Kind::kCorrupt, "merge the parts of the index", output, why);
}

Result<void> all_well(const std::vector<Cursor>& cursors) {
  for (const Cursor& cursor : cursors) TRY_VOID(cursor.status());
  return {};
}

// The chunks of one term, or of the lengths, from several inputs: numbered anew, small neighbours joined.
class ChunkJoiner {
 public:
  ChunkJoiner(TableWriter& out, std::string_view group) : out_(out), group_(group), key_(group) {}

  void start(std::uint64_t entries, std::uint64_t sum) {
    append_number(head_, entries);
    append_number(head_, sum);
  }
  // chunk: whether it is the last, last id - first id, then the numbers. False: it makes no sense.
  bool add(std::uint32_t first, Reader chunk) {
    if (chunk.rest().empty()) return false;
    const std::string_view body_and_header = chunk.rest().substr(1);
    Reader header(body_and_header);
    const std::uint64_t last = first + header.number();
    if (header.failed() || header.rest().empty() || last > UINT32_MAX || (any_ && first <= last_)) return false;
    const std::string_view body = header.rest();
    if (any_ && body_.size() + body.size() <= kChunk) {
      append_number(body_, first - last_ - 1);
    } else {
      if (any_) write(Last::kNo);
      first_ = first;
    }
    body_ += body;
    last_ = static_cast<std::uint32_t>(last);
    any_ = true;
    return true;
  }
  void finish() {
    if (any_) write(Last::kYes);
  }

 private:
  enum class Last { kNo, kYes };
  void write(Last last) {
    if (head_.empty()) {
      key_.assign(group_);
      if (group_ != kLengths) key_ += '\0';
      append_sortable(key_, first_);
    } else {
      append_number(head_, first_ - 1);
    }
    head_ += last == Last::kYes ? '1' : '0';
    append_number(head_, last_ - first_);
    head_ += body_;
    out_.add(key_, head_);
    head_.clear();
    body_.clear();
  }

  TableWriter& out_;
  std::string_view group_;
  std::string key_, head_, body_;
  std::uint32_t first_ = 0, last_ = 0;
  bool any_ = false;
};

// A first chunk begins with the number of entries, their sum, and the first id - 1.
struct FirstChunk {
  std::uint64_t entries, sum, first;
  Reader chunk;

  explicit FirstChunk(std::string_view tag) : FirstChunk(Reader(tag)) {}

 private:
  explicit FirstChunk(Reader in) : entries(in.number()), sum(in.number()), first(in.number() + 1), chunk(in) {}
};

Result<void> merge_chunks(TableWriter& out, const std::vector<Cursor*>& inputs, const fs::path& output) {
  constexpr const char* kWhy = "a list of documents makes no sense";
  const std::string group(inputs[0]->group());
  ChunkJoiner joiner(out, group);
  std::uint64_t entries = 0, sum = 0;
  for (const Cursor* input : inputs) {
    if (!input->suffix().empty()) return damaged(output, kWhy);
    const FirstChunk first(input->tag());
    entries += first.entries;
    sum += first.sum;
  }
  joiner.start(entries, static_cast<std::uint32_t>(sum));
  for (Cursor* input : inputs) {
    const FirstChunk first(input->tag());
    if (first.first > UINT32_MAX || !joiner.add(static_cast<std::uint32_t>(first.first), first.chunk)) {
      return damaged(output, kWhy);
    }
    for (input->next(); !input->at_end() && input->group() == group && !input->suffix().empty(); input->next()) {
      Reader id(input->suffix());
      if (!joiner.add(id.sortable(), Reader(input->tag())) || id.failed()) return damaged(output, kWhy);
    }
  }
  joiner.finish();
  return {};
}

// How often a slot is used, and its bounds; an upper bound that equals the lower one is left out.
Result<void> merge_statistics(TableWriter& out, const std::vector<Cursor*>& inputs, const fs::path& output) {
  std::uint64_t frequency = 0;
  std::string lowest, highest;
  const std::string key(inputs[0]->key());
  for (Cursor* input : inputs) {
    Reader in(input->tag());
    const std::uint64_t more = in.number();
    const std::string_view low = in.string(), high = in.rest().empty() ? low : in.rest();
    if (in.failed()) return damaged(output, "the statistics of a value make no sense");
    if (frequency == 0 || low < lowest) lowest = low;
    if (frequency == 0 || high > highest) highest = high;
    frequency += more;
    input->next();
  }
  std::string tag;
  append_number(tag, frequency);
  append_string(tag, lowest);
  if (highest != lowest) tag += highest;
  out.add(key, tag);
  return {};
}

Result<std::vector<Cursor>> open_cursors(const std::vector<Input>& inputs, const char* file, Root Version::*root,
                                         Cursor::Groups groups) {
  std::vector<Cursor> cursors;
  for (const Input& input : inputs) {
    TRY(TableReader table, TableReader::open(input.directory / file, input.version.*root));
    cursors.emplace_back(std::move(table), groups);
  }
  return cursors;
}

Result<Root> merge_postlists(const std::vector<Input>& inputs, const fs::path& output, Sync sync) {
  constexpr const char* kName = "postlist.glass";
  TRY(auto cursors, open_cursors(inputs, kName, &Version::postlist, Cursor::Groups::kTerms));
  TRY(TableWriter out, TableWriter::create(output / kName));
  GroupMerge merge(cursors);
  for (const auto* group = &merge.next(); !group->empty(); group = &merge.next()) {
    Cursor& first = *group->front();
    if (first.key().starts_with(kStatistics)) {
      TRY_VOID(merge_statistics(out, *group, output));
    } else if (first.key().starts_with(kMetadata) || first.key().starts_with(kValues)) {
      out.add(first.key(), first.tag());
      for (Cursor* input : *group) input->next();
    } else {
      TRY_VOID(merge_chunks(out, *group, output));
    }
  }
  TRY_VOID(all_well(cursors));
  return out.finish(sync);
}

Result<Root> merge_positions(const std::vector<Input>& inputs, const fs::path& output, Sync sync) {
  constexpr const char* kName = "position.glass";
  TRY(auto cursors, open_cursors(inputs, kName, &Version::position, Cursor::Groups::kPositions));
  TRY(TableWriter out, TableWriter::create(output / kName));
  GroupMerge merge(cursors);
  std::string name;
  for (const auto* group = &merge.next(); !group->empty(); group = &merge.next()) {
    name.assign(group->front()->group());
    for (Cursor* input : *group) {
      for (; !input->at_end() && input->group() == name; input->next()) out.add(input->key(), input->tag());
    }
  }
  TRY_VOID(all_well(cursors));
  return out.finish(sync);
}

// Tables by document: one input after the other.
Result<Root> append_tables(const std::vector<Input>& inputs, Root Version::*root, const char* name,
                           const fs::path& output, Sync sync) {
  TRY(TableWriter out, TableWriter::create(output / name));
  for (const Input& input : inputs) {
    TRY(TableReader table, TableReader::open(input.directory / name, input.version.*root));
    while (table.next()) out.add(table.key(), table.tag(), table.tag_kind());
    TRY_VOID(table.status());
  }
  return out.finish(sync);
}

Version sum_of(const std::vector<Input>& inputs) {
  Version sum;
  for (const auto& [directory, version] : inputs) {
    sum.documents += version.documents;
    sum.last_id = std::max(sum.last_id, version.last_id);
    if (version.shortest > 0 && (sum.shortest == 0 || version.shortest < sum.shortest)) sum.shortest = version.shortest;
    sum.longest = std::max(sum.longest, version.longest);
    sum.max_wdf = std::max(sum.max_wdf, version.max_wdf);
    sum.total_length += version.total_length;
  }
  return sum;
}

}  // namespace

Result<void> merge_glass(const std::vector<fs::path>& directories, const fs::path& output, Sync sync) {
  std::vector<Input> inputs;
  for (const auto& directory : directories) {
    TRY(const Version version, read_version(directory));
    if (version.has_spelling_or_synonyms) {
      return err(Error::Kind::kRefused, "merge the parts of the index", directory, "it has spelling data or synonyms");
    }
    inputs.push_back({directory, version});
  }
  TRY_VOID(make_directories(output));
  if (is_there(output / "iamglass")) {
    return err(Error::Kind::kConflict, "create an index", output, "there is one already");
  }
  Version merged = sum_of(inputs);
  TRY(merged.postlist, merge_postlists(inputs, output, sync));
  TRY(merged.position, merge_positions(inputs, output, sync));
  TRY(merged.termlist, append_tables(inputs, &Version::termlist, "termlist.glass", output, sync));
  TRY(merged.docdata, append_tables(inputs, &Version::docdata, "docdata.glass", output, sync));
  return write_version(output, merged, sync);
}

}  // namespace lorelei::search
