// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/posting_sources.hh"

#include <xapian.h>

#include <algorithm>
#include <optional>

namespace lorelei::search {

namespace {

// One posting list of the shard; "" is that of all its documents.
class ListSource : public Xapian::PostingSource {
 public:
  void init(const Xapian::Database& db) override {
    const auto term = term_in(db);
    at_ = term ? db.postlist_begin(*term) : Xapian::PostingIterator();
    end_ = term ? db.postlist_end(*term) : Xapian::PostingIterator();
    frequency_ = !term ? 0 : term->empty() ? db.get_doccount() : db.get_termfreq(*term);
    started_ = false;
  }
  Xapian::doccount get_termfreq_min() const override { return frequency_; }
  Xapian::doccount get_termfreq_est() const override { return frequency_; }
  Xapian::doccount get_termfreq_max() const override { return frequency_; }
  void next(double) override {
    if (std::exchange(started_, true)) ++at_;
  }
  void skip_to(Xapian::docid wanted, double) override {
    started_ = true;
    if (at_ != end_) at_.skip_to(wanted);
  }
  bool at_end() const override { return started_ && at_ == end_; }
  Xapian::docid get_docid() const override { return *at_; }

 protected:
  virtual std::optional<std::string> term_in(const Xapian::Database&) const = 0;

 private:
  Xapian::PostingIterator at_, end_;
  Xapian::doccount frequency_ = 0;
  bool started_ = false;
};

class TermSource final : public ListSource {
 public:
  explicit TermSource(std::string term) : term_(std::move(term)) {}
  PostingSource* clone() const override { return new TermSource(term_); }
  std::string get_description() const override { return "term " + term_; }

 private:
  std::optional<std::string> term_in(const Xapian::Database&) const override { return term_; }
  std::string term_;
};

class ShardSource final : public ListSource {
 public:
  explicit ShardSource(std::set<std::string> uuids) : uuids_(std::move(uuids)) {}
  PostingSource* clone() const override { return new ShardSource(uuids_); }
  std::string get_description() const override { return "shards"; }

 private:
  std::optional<std::string> term_in(const Xapian::Database& db) const override {
    return uuids_.contains(db.get_uuid()) ? std::optional<std::string>("") : std::nullopt;
  }
  std::set<std::string> uuids_;
};

class DocumentSetSource final : public Xapian::PostingSource {
 public:
  explicit DocumentSetSource(std::shared_ptr<const DocumentSet> set) : set_(std::move(set)) {}

  void init(const Xapian::Database& db) override {
    static const std::vector<std::uint32_t> kNoDocuments;
    const auto found = set_->find(db.get_uuid());
    documents_ = found == set_->end() ? &kNoDocuments : &found->second;
    at_ = documents_->begin();
    started_ = false;
  }
  Xapian::doccount get_termfreq_min() const override { return count(); }
  Xapian::doccount get_termfreq_est() const override { return count(); }
  Xapian::doccount get_termfreq_max() const override { return count(); }
  void next(double) override {
    if (std::exchange(started_, true)) ++at_;
  }
  void skip_to(Xapian::docid wanted, double) override {
    started_ = true;
    at_ = std::lower_bound(at_, documents_->end(), wanted);
  }
  bool at_end() const override { return started_ && at_ == documents_->end(); }
  Xapian::docid get_docid() const override { return *at_; }
  PostingSource* clone() const override { return new DocumentSetSource(set_); }
  std::string get_description() const override { return "documents"; }

 private:
  Xapian::doccount count() const { return static_cast<Xapian::doccount>(documents_->size()); }

  std::shared_ptr<const DocumentSet> set_;
  const std::vector<std::uint32_t>* documents_ = nullptr;
  std::vector<std::uint32_t>::const_iterator at_;
  bool started_ = false;
};

class StopSource final : public Xapian::PostingSource {
 public:
  explicit StopSource(const Stop& stop) : stop_(stop) {}

  void init(const Xapian::Database& db) override {
    last_ = db.get_lastdocid();
    count_ = db.get_doccount();
    at_ = 0;
  }
  Xapian::doccount get_termfreq_min() const override { return count_; }
  Xapian::doccount get_termfreq_est() const override { return count_; }
  Xapian::doccount get_termfreq_max() const override { return count_; }
  void next(double) override {
    look();
    ++at_;
  }
  void skip_to(Xapian::docid wanted, double) override {
    look();
    at_ = std::max(at_, wanted);
  }
  bool at_end() const override { return at_ > last_; }
  Xapian::docid get_docid() const override { return at_; }
  PostingSource* clone() const override { return new StopSource(stop_); }
  std::string get_description() const override { return "stop"; }

 private:
  static constexpr unsigned kLookEvery = 64;  // looking at the clock costs as much as a dozen documents
  void look() {
    if (++looks_ % kLookEvery == 0 && stop_.reached()) throw Stopped{};
  }

  Stop stop_;
  Xapian::docid at_ = 0, last_ = 0;
  Xapian::doccount count_ = 0;
  unsigned looks_ = 0;
};

}  // namespace

Xapian::PostingSource* make_term_source(const std::string& term) { return new TermSource(term); }
Xapian::PostingSource* make_document_set_source(std::shared_ptr<const DocumentSet> set) {
  return new DocumentSetSource(std::move(set));
}
Xapian::PostingSource* make_shard_source(const std::set<std::string>& uuids) { return new ShardSource(uuids); }
Xapian::PostingSource* make_stop_source(const Stop& stop) { return new StopSource(stop); }

}  // namespace lorelei::search
