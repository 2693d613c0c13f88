// SPDX-License-Identifier: GPL-3.0-or-later
// One message as a search document: terms, value slots and data, exactly as public-inbox 1.9 (schema 15) makes them,
// plus what only lorelei asks for (the term XRF of each reference; 1.9 ignores it).
//
// The one idea: terms do not depend on the article number or the thread, so that any thread can collect them at any
// time; number and thread are given last.
//
// Order of indexing (it sets the positions): From, To, Cc, Subject, the parts in order, Message-IDs, List-Ids.
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "mail/message.hh"
#include "mail/overview.hh"
#include "search/glass_segment.hh"

namespace Xapian {
class Document;
}

namespace lorelei::patch {
class FactsReader;
}

namespace lorelei::search {

enum class Level {
  kBasic,   // SQLite only
  kMedium,  // no positions in running text: phrases are found in addresses, ids and file names only
  kFull,
};
std::string_view to_text(Level);

enum class DocumentData { kYes, kNo };  // an aggregate's documents carry none

class DocumentBuilder;

// What a builder has collected, under its number and thread, in the form the index is written in. To be used before the
// builder collects the next.
class FinishedDocument {
 public:
  Result<SegmentDocument> packed();
  Xapian::Document document();

 private:
  friend class DocumentBuilder;
  FinishedDocument(DocumentBuilder* builder, std::uint32_t number, std::map<unsigned, std::string> values,
                   std::string data)
      : builder_(builder), number_(number), values_(std::move(values)), data_(std::move(data)) {}
  DocumentBuilder* builder_;
  std::uint32_t number_;
  std::map<unsigned, std::string> values_;
  std::string data_;
};

// Not for two threads at once; kept from message to message, which is what makes it fast.
class DocumentBuilder {
 public:
  DocumentBuilder(Level, DocumentData);
  ~DocumentBuilder();
  DocumentBuilder(DocumentBuilder&&) noexcept;

  // Forgets the last document and collects the terms of this one (none at level basic). facts: may be null; is shown
  // each text, so that the message is decoded once for both.
  void collect(const mail::Entity& message, const mail::Overview&, patch::FactsReader* facts = nullptr);
  void add_term(std::string_view);  // one that the text does not have: search/serial_numbers.hh, search/mark_terms.hh
  // For an aggregate: the key of an archive that holds the message, and the List-Ids of the copy there.
  void add_archive(std::string_view key);
  void add_list_ids(const mail::Entity& other_copy);
  FinishedDocument finish(const mail::Overview&, std::string_view blob_hex, std::int64_t number, std::int64_t thread);

 private:
  friend class FinishedDocument;
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// Sets the thread of a document that is in an index already.
void set_thread(Xapian::Document&, std::int64_t thread);

}  // namespace lorelei::search
