// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/glass_segment.hh"

#include <algorithm>
#include <cassert>
#include <string_view>

#include "base/deflate.hh"
#include "base/is_there.hh"
#include "search/byte_index.hh"
#include "search/glass_codec.hh"
#include "search/glass_table.hh"
#include "search/glass_version.hh"

namespace lorelei::search {
namespace {

using namespace glass;
using namespace std::string_literals;
using namespace std::string_view_literals;

constexpr std::size_t kChunk = 2000;  // Xapian's own choice, in bytes

// Where a document says what it has of a term.
struct Posting {
  std::uint32_t document;  // index, not id
  std::uint32_t offset;    // of the wdf, in its packed terms
};

// The postings of all terms, term by term, and the order of the terms.
struct Inverted {
  ByteIndex names;
  std::vector<ByteIndex::Id> order;
  std::vector<std::uint32_t> ends;  // by id: where its postings end in `postings`
  std::vector<Posting> postings;    // within a term by document

  std::span<const Posting> of(ByteIndex::Id id, std::uint32_t count) const {
    return {postings.data() + ends[id] - count, count};
  }
};

std::vector<ByteIndex::Id> in_byte_order(const ByteIndex& names) {
  std::vector<SortingKey> keys(names.size());
  for (ByteIndex::Id id = 0; id < keys.size(); ++id) keys[id] = {names.text(id), id};
  sort_keys(keys, [&names](ByteIndex::Id id) { return names.text(id); });
  std::vector<ByteIndex::Id> order(keys.size());
  std::transform(keys.begin(), keys.end(), order.begin(), [](const SortingKey& key) { return key.index; });
  return order;
}

Inverted invert(const std::vector<SegmentDocument>& documents, std::vector<std::uint32_t>& counts) {
  Inverted inverted;
  std::vector<ByteIndex::Id> ids;  // of each entry of each document
  for (const auto& document : documents) {
    for (TermReader reader(document.terms.terms); reader.next();) {
      const auto id = inverted.names.id_of(reader.padded_name(), reader.name().size());
      if (id == counts.size()) counts.push_back(0);
      ++counts[id];
      ids.push_back(id);
    }
  }
  inverted.order = in_byte_order(inverted.names);
  inverted.ends.resize(counts.size());
  std::uint32_t next = 0;
  for (const auto id : inverted.order) {
    inverted.ends[id] = next;
    next += counts[id];
  }
  inverted.postings.resize(ids.size());
  auto id = ids.begin();
  for (std::uint32_t i = 0; i < documents.size(); ++i) {
    const std::string& terms = documents[i].terms.terms;
    for (TermReader reader(terms); reader.next(); ++id) {
      inverted.postings[inverted.ends[*id]++] = {i, static_cast<std::uint32_t>(reader.wdf_at() - terms.data())};
    }
  }
  return inverted;
}

// Numbers by document, cut into chunks: the wdfs of a term, or the lengths of all documents.
class NumberChunks {
 public:
  // Before: key is that of the first chunk; entries and sum are known beforehand.
  NumberChunks(TableWriter& table, std::string_view first_key, std::uint32_t entries, std::uint32_t sum)
      : table_(table), key_(first_key) {
    append_number(header_, entries);
    append_number(header_, sum);
  }
  // Before: the id is greater than the one before. `continued` is the key of further chunks without the id.
  void add(std::uint32_t id, std::uint32_t number, std::string_view continued) {
    if (body_.size() >= kChunk) {
      write_chunk(Last::kNo);
      key_.assign(continued);
      append_sortable(key_, id);
    }
    if (body_.empty()) {
      first_ = id;
    } else {
      append_number(body_, id - last_ - 1);
    }
    last_ = id;
    append_number(body_, number);
  }
  void finish() { write_chunk(Last::kYes); }

 private:
  enum class Last { kNo, kYes };
  void write_chunk(Last last) {
    if (!header_.empty()) append_number(header_, first_ - 1);
    header_ += last == Last::kYes ? '1' : '0';
    append_number(header_, last_ - first_);
    header_ += body_;
    table_.add(key_, header_);
    header_.clear();
    body_.clear();
  }

  TableWriter& table_;
  std::string key_, header_, body_;
  std::uint32_t first_ = 0, last_ = 0;
};

using Documents = std::vector<SegmentDocument>;
using Metadata = std::map<std::string, std::string>;

// The values of one slot. Their keys do not order like the slot's number, but like its spelling.
struct Slot {
  unsigned number;
  std::uint32_t frequency = 0;
  std::string_view lowest, highest;

  std::string statistics_key() const {
    std::string key = "\0\xd0"s;
    for (unsigned rest = number; rest > 0; rest >>= 8) key += static_cast<char>(rest);
    return key;
  }
  std::string values_key() const {
    std::string key = "\0\xd8"s;
    append_number(key, number);
    return key;
  }
};

std::vector<Slot> slots_of(const Documents& documents) {
  std::map<unsigned, Slot> slots;
  for (const auto& document : documents) {
    for (const auto& [number, value] : document.values) {
      if (value.empty()) continue;
      Slot& slot = slots.try_emplace(number, Slot{number, 0, value, value}).first->second;
      ++slot.frequency;
      slot.lowest = std::min(slot.lowest, std::string_view(value));
      slot.highest = std::max(slot.highest, std::string_view(value));
    }
  }
  std::vector<Slot> out;
  for (const auto& [number, slot] : slots) out.push_back(slot);
  return out;
}

void add_values(TableWriter& table, const Documents& documents, const Slot& slot) {
  const std::string key_start = slot.values_key();
  std::string key, tag;
  std::uint32_t last = 0;
  for (const auto& document : documents) {
    const auto value = document.values.find(slot.number);
    if (value == document.values.end() || value->second.empty()) continue;
    if (tag.empty()) {
      key.assign(key_start);
      append_sortable(key, document.id);
    } else {
      append_number(tag, document.id - last - 1);
    }
    last = document.id;
    append_string(tag, value->second);
    if (tag.size() < kChunk) continue;
    table.add(key, tag);
    tag.clear();
  }
  if (!tag.empty()) table.add(key, tag);
}

void add_slots(TableWriter& table, const Documents& documents) {
  std::vector<Slot> slots = slots_of(documents);
  const auto by = [](auto key) { return [key](const Slot& a, const Slot& b) { return (a.*key)() < (b.*key)(); }; };
  std::sort(slots.begin(), slots.end(), by(&Slot::statistics_key));
  for (const Slot& slot : slots) {
    std::string tag;
    append_number(tag, slot.frequency);
    append_string(tag, slot.lowest);
    if (slot.highest != slot.lowest) tag += slot.highest;
    table.add(slot.statistics_key(), tag);
  }
  std::sort(slots.begin(), slots.end(), by(&Slot::values_key));
  for (const Slot& slot : slots) add_values(table, documents, slot);
}

void add_lengths(TableWriter& table, const Documents& documents) {
  if (documents.empty()) return;
  constexpr auto kKey = "\0\xe0"sv;
  NumberChunks chunks(table, kKey, 0, 0);  // counts and sum are in the version file
  for (const auto& document : documents) chunks.add(document.id, document.terms.length, kKey);
  chunks.finish();
}

void add_terms(TableWriter& postlist, TableWriter& position, const Documents& documents) {
  std::vector<std::uint32_t> counts;
  const Inverted inverted = invert(documents, counts);
  std::string key, continued, position_key;
  for (const auto id : inverted.order) {
    const auto postings = inverted.of(id, counts[id]);
    std::uint32_t sum = 0;
    for (const Posting& posting : postings) {
      const char* at = documents[posting.document].terms.terms.data() + posting.offset;
      sum += static_cast<std::uint32_t>(take_number(at));
    }
    key.clear();
    append_sortable(key, inverted.names.text(id), Follows::kNothing);
    continued.assign(key);
    continued += '\0';
    NumberChunks chunks(postlist, key, counts[id], sum);
    for (const Posting& posting : postings) {
      const SegmentDocument& document = documents[posting.document];
      const char* at = document.terms.terms.data() + posting.offset;
      chunks.add(document.id, static_cast<std::uint32_t>(take_number(at)), continued);
      const std::size_t size = take_number(at);
      if (size == 0) continue;
      position_key.assign(continued);
      append_sortable(position_key, document.id);
      position.add(position_key, {at, size});
    }
    chunks.finish();
  }
}

struct PostlistAndPosition {
  Root postlist, position;
};

// Both at once: a term's documents and positions are read together.
Result<PostlistAndPosition> write_postlist_and_position(const fs::path& directory, const Documents& documents,
                                                        const Metadata& metadata, Sync sync) {
  TRY(TableWriter postlist, TableWriter::create(directory / "postlist.glass"));
  TRY(TableWriter position, TableWriter::create(directory / "position.glass"));
  for (const auto& [name, value] : metadata) {
    if (!value.empty()) postlist.add("\0\xc0"s + name, value);
  }
  add_slots(postlist, documents);
  add_lengths(postlist, documents);
  add_terms(postlist, position, documents);
  TRY(const Root postlist_root, postlist.finish(sync));
  TRY(const Root position_root, position.finish(sync));
  return PostlistAndPosition{postlist_root, position_root};
}

Result<Root> write_term_lists(const fs::path& directory, const Documents& documents, Sync sync) {
  TRY(TableWriter table, TableWriter::create(directory / "termlist.glass"));
  std::string key, slots;
  for (const auto& document : documents) {
    key.clear();
    append_sortable(key, document.id);
    table.add(key, document.terms.term_list, document.terms.term_list_kind);
    slots.clear();
    unsigned next = 0;
    for (const auto& [slot, value] : document.values) {
      if (value.empty()) continue;
      append_number(slots, slot - next);
      next = slot + 1;
    }
    if (slots.empty()) continue;
    key += '\0';
    table.add(key, slots);
  }
  return table.finish(sync);
}

Result<Root> write_data(const fs::path& directory, const Documents& documents, Sync sync) {
  const auto has_data = [](const SegmentDocument& document) { return !document.data.empty(); };
  if (std::none_of(documents.begin(), documents.end(), has_data)) return Root{};
  TRY(TableWriter table, TableWriter::create(directory / "docdata.glass"));
  Deflater deflater(Deflater::Form::kRaw);
  std::string key;
  for (const auto& document : documents) {
    if (document.data.empty()) continue;
    key.clear();
    append_sortable(key, document.id);
    const auto deflated = deflater.deflate_shorter(document.data);
    table.add(key, deflated ? *deflated : document.data, deflated ? Tag::kCompressed : Tag::kPlain);
  }
  return table.finish(sync);
}

Version statistics_of(const Documents& documents) {
  Version version;
  for (const auto& [id, terms, values, data] : documents) {
    if (terms.length > 0 && (version.shortest == 0 || terms.length < version.shortest)) version.shortest = terms.length;
    version.longest = std::max(version.longest, terms.length);
    version.max_wdf = std::max(version.max_wdf, terms.max_wdf);
    version.total_length += terms.length;
  }
  version.documents = static_cast<std::uint32_t>(documents.size());
  version.last_id = documents.empty() ? 0 : documents.back().id;
  return version;
}

}  // namespace

void GlassSegment::add(SegmentDocument&& document) {
  assert(document.id > 0 && (documents_.empty() || document.id > documents_.back().id));
  size_bytes_ += sizeof document + document.terms.size_bytes() + document.data.size();
  documents_.push_back(std::move(document));
}

Result<void> GlassSegment::write(const fs::path& directory, Sync sync) const {
  TRY_VOID(make_directories(directory));
  if (is_there(directory / "iamglass")) {
    return err(Error::Kind::kConflict, "create an index", directory, "there is one already");
  }
  Version version = statistics_of(documents_);
  TRY(const auto terms, write_postlist_and_position(directory, documents_, metadata_, sync));
  version.postlist = terms.postlist;
  version.position = terms.position;
  TRY(version.termlist, write_term_lists(directory, documents_, sync));
  TRY(version.docdata, write_data(directory, documents_, sync));
  return write_version(directory, version, sync);
}

}  // namespace lorelei::search
