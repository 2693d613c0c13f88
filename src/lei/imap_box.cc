// SPDX-License-Identifier: GPL-3.0-or-later
#include "lei/imap_box.hh"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <future>
#include <set>
#include <span>
#include <thread>
#include <unordered_map>
#include <unordered_set>

#include "base/text.hh"
#include "lei/imap_ahead.hh"
#include "lei/imap_arrived.hh"
#include "lei/imap_flags.hh"
#include "lei/mail_servers.hh"
#include "mail/content_hash.hh"
#include "net/imap.hh"

namespace lorelei::lei {

namespace {

constexpr auto kDoing = "deliver to";
constexpr auto kRefused = "refused";  // in place of a place
// Letters between two commits of the ledger. The client sends them in commands of fewer, some on their way at once, so
// many are faster; after a kill the server is asked for each of them. The first batches are small: the server works
// while what follows is read.
constexpr std::size_t kFirstBatch = 64, kBatch = 384;
constexpr std::size_t kBatchBytes = 4 << 20;
constexpr std::size_t kSharedBatch = 48;  // letters that are worth a second connection; a third one makes it no faster
constexpr int kMaxConnects = 5;           // for one batch
constexpr std::chrono::milliseconds kSettling = std::chrono::seconds(1);  // of a server that a broken line left at work
constexpr std::chrono::seconds kLongestWait{60};
constexpr std::chrono::seconds kLoginLimit{5};  // of the second connection
constexpr std::chrono::milliseconds kGlance{100};
constexpr auto kInBackground = std::launch::async | std::launch::deferred;  // where threads can be made
constexpr std::array kPlaced{Ledger::State::kDone, Ledger::State::kForeign, Ledger::State::kKnown};

// A letter that was in doubt, was not found, and was sent again: the first one may still come.
struct Late {
  git::ObjectId oid;
  Doubtful doubtful;
};

// A batch that has its rows, and is on its way or has arrived.
struct Sending {
  std::vector<Letter> letters;
  Batch batch;
  std::uint32_t first_uid;                      // what arrives has it or a later one
  std::vector<net::ImapLetter> offered = {};    // the same letters
  std::vector<std::string> places = {};         // where they have arrived
  std::future<net::ImapAppendReport> report{};  // last: nothing of the above goes before it has ended
};

class ImapBox final : public Box {
 public:
  ImapBox(Env& env, wire::ImapUrl url, net::ImapOptions connecting, Ledger& ledger, const BoxOptions& options)
      : Box(options.arrival),
        env_(env),
        second_env_(env),
        url_(std::move(url)),
        connecting_(std::move(connecting)),
        own_credentials_(env, env.err_is_terminal ? git::Prompt::kTerminal : git::Prompt::kNever),
        credentials_(options.credentials ? options.credentials : &own_credentials_),
        ledger_(ledger),
        options_(options),
        batch_(ledger) {
    second_env_.cancelled = &second_is_unwanted_;
  }

  ~ImapBox() override {
    second_is_unwanted_ = true;
    sending_.reset();
    drop_second();
  }

  Result<void> open();
  Result<Standing> look() override;
  Result<void> each_foreign(const std::function<Result<void>(Stranger)>&) override;
  Result<std::string> set_aside() override;
  Result<void> put(Letter) override;
  Result<void> flush() override;
  Result<void> remove(const std::vector<Ledger::Row>&) override;
  Result<void> finish() override;

 private:
  Result<void> enter();
  Result<void> log_in();
  Result<void> connect();
  Result<void> reconnect(int attempt);
  Result<void> wait(std::chrono::milliseconds) const;
  Result<void> let_settle();
  Result<void> remove_late_copies();
  void want_second();
  bool has_second(std::chrono::milliseconds patience);
  void drop_second();
  net::ImapAppendReport send(std::span<const net::ImapLetter>);
  Result<void> send_off();
  Result<void> take_answers();
  Result<void> note_arrived();
  std::uint32_t first_uid_of(const Ledger::Row&) const;
  std::uint32_t uid_at(std::string_view place) const;
  Result<std::vector<std::uint32_t>> find(const std::vector<Ledger::Row>&);
  Result<void> settle_pending();
  Result<std::unordered_map<std::uint32_t, std::string>> read(std::vector<std::uint32_t> uids);
  Result<std::unordered_map<std::uint32_t, std::int64_t>> rows_by_uid();
  void refuse(Sending&, std::size_t index, const net::ImapAppended&);
  Result<void> resolve_doubts(const std::vector<Letter>&, std::vector<std::string>& places, std::uint32_t first_uid,
                              const std::vector<bool>& in_doubt);
  std::string place_of(std::uint32_t uid) const { return fmt::format("{}:{}", selected_.uid_validity, uid); }

  Env& env_;
  Env second_env_;  // of a connection that nobody may wait for
  std::atomic<bool> second_is_unwanted_ = false;
  wire::ImapUrl url_;
  net::ImapOptions connecting_;
  git::Credentials own_credentials_;
  git::Credentials* credentials_;  // that are used
  Ledger& ledger_;
  BoxOptions options_;
  std::optional<net::ImapClient> imap_;
  std::optional<net::ImapClient> second_;  // takes half of a large batch
  std::future<std::optional<net::ImapClient>> second_coming_;
  bool is_alone_ = false;  // a second one was asked for, and has not come or was lost
  std::string mailbox_;
  net::ImapSelected selected_;
  Batch batch_;
  std::optional<Sending> arrived_;  // its rows do not say so yet
  std::vector<Letter> letters_;
  std::size_t most_ = kFirstBatch;  // of them
  std::size_t bytes_ = 0;
  std::vector<std::uint32_t> foreign_;
  std::vector<Late> late_;
  std::optional<Sending> sending_;  // last: it uses the connections, which nobody else does meanwhile
};

Result<void> ImapBox::connect() {
  imap_.reset();
  TRY(auto imap, net::ImapClient::connect(env_, url_, *credentials_, connecting_));
  imap_.emplace(std::move(imap));
  return enter();
}

Result<void> ImapBox::enter() {
  TRY(auto mailbox, imap_->resolve_mailbox(url_.mailbox, net::Missing::kCreate));
  if (mailbox.was_created && options_.say) options_.say("# created " + mailbox.shown);
  mailbox_ = std::move(mailbox.name);
  TRY(selected_, imap_->select(mailbox_, net::Access::kReadWrite));
  if (selected_.is_read_only)
    return err(Error::Kind::kRefused, kDoing, options_.name, "the server lets us only read it", "another mailbox");
  return {};
}

Result<void> ImapBox::reconnect(int attempt) {
  if (attempt) {
    TRY_VOID(wait(std::min(kLongestWait, std::chrono::seconds(1 << std::min(2 * attempt - 2, 6)))));
  }
  if (env_.stop_requested()) return err(Error::Kind::kCancelled, kDoing, options_.name, "it was stopped");
  return connect();
}

Result<void> ImapBox::wait(std::chrono::milliseconds left) const {
  constexpr std::chrono::milliseconds kStep{100};
  for (; left.count() > 0 && !env_.stop_requested(); left -= kStep) std::this_thread::sleep_for(kStep);
  if (env_.stop_requested()) return err(Error::Kind::kCancelled, kDoing, options_.name, "it was stopped");
  return {};
}

// A server may still be at work on what it got over a line that broke. Nobody can ask it whether it is: it gets time,
// then what it has done shows.
Result<void> ImapBox::let_settle() {
  TRY_VOID(wait(kSettling));
  return imap_->noop();
}

// A server does with two connections what it does not with one: use two processors, and the time that a disk takes.
// Where it does not want a second one, or shows it another mailbox, all goes through the first. It takes a while to
// come.
void ImapBox::want_second() {
  if (second_ || is_alone_ || second_coming_.valid()) return;
  const auto connected = [this, mailbox = mailbox_,
                          validity = selected_.uid_validity]() -> std::optional<net::ImapClient> {
    auto imap = net::ImapClient::connect(second_env_, url_, *credentials_, connecting_);
    if (!imap) return std::nullopt;
    const auto selected = imap->select(mailbox, net::Access::kReadWrite);
    if (!selected || selected->is_read_only || selected->uid_validity != validity) return std::nullopt;
    return *std::move(imap);
  };
  try {
    second_coming_ = std::async(std::launch::async, connected);
  } catch (const std::system_error&) {  // there can be no more threads
    is_alone_ = true;
  }
}

bool ImapBox::has_second(std::chrono::milliseconds patience) {
  if (!second_coming_.valid()) return second_ && !second_->is_lost();
  if (patience.count() == 0 && second_coming_.wait_for(patience) != std::future_status::ready) return false;
  const auto end = std::chrono::steady_clock::now() + patience;
  const auto has_come = [&] { return second_coming_.wait_for(kGlance) == std::future_status::ready; };
  bool came = has_come();
  while (!came && !env_.stop_requested() && std::chrono::steady_clock::now() < end) came = has_come();
  if (came) second_ = second_coming_.get();
  if (!second_) drop_second();
  return second_.has_value();
}

// What it was doing ends soon.
void ImapBox::drop_second() {
  second_is_unwanted_ = true;
  is_alone_ = true;
  second_coming_ = {};
  second_.reset();
}

net::ImapAppendReport ImapBox::send(std::span<const net::ImapLetter> letters) {
  const auto patience = letters.size() <= kFirstBatch ? std::chrono::milliseconds(0) : kLoginLimit;
  if (letters.size() < kSharedBatch || !has_second(patience)) return imap_->append(mailbox_, letters);
  const auto half = letters.size() / 2;
  auto others = std::async(kInBackground, [&] { return second_->append(mailbox_, letters.subspan(half)); });
  auto report = imap_->append(mailbox_, letters.first(half));
  if (env_.stop_requested()) second_is_unwanted_ = true;
  auto rest = others.get();
  report.letters.insert(report.letters.end(), std::make_move_iterator(rest.letters.begin()),
                        std::make_move_iterator(rest.letters.end()));
  if (!report.stopped) report.stopped = std::move(rest.stopped);
  return report;
}

// With the login that was begun ahead, if it came to something: meanwhile the server may have had enough of it, and
// without a password somebody may have to be asked.
Result<void> ImapBox::log_in() {
  if (!options_.ahead) return connect();
  auto ahead = options_.ahead->take();
  const bool can_ask = env_.err_is_terminal && !options_.credentials && !url_.password;
  if (!ahead && can_ask && ahead.error().kind == Error::Kind::kRefused) return connect();
  if (!ahead) return tl::unexpected(std::move(ahead).error());
  if (!options_.credentials) credentials_ = &options_.ahead->credentials();
  imap_.emplace(*std::move(ahead));
  const auto entered = enter();
  return entered || !imap_->is_lost() ? entered : connect();
}

Result<void> ImapBox::open() {
  TRY_VOID(log_in());
  if (options_.expected >= kSharedBatch) want_second();
  return settle_pending();
}

// The UID from which on a pending message may be.
std::uint32_t ImapBox::first_uid_of(const Ledger::Row& row) const {
  const auto cut = row.place.find('<');
  if (cut == std::string::npos || parse_uint(row.place.substr(0, cut)) != selected_.uid_validity) return 1;
  return static_cast<std::uint32_t>(parse_uint(std::string_view(row.place).substr(cut + 1)).value_or(1));
}

// Rows of a run that was killed: what has arrived stays, the rest will come again.
Result<void> ImapBox::settle_pending() {
  TRY(const auto pending, ledger_.all(Ledger::State::kPending));
  if (pending.empty()) return {};
  TRY(auto uids, find(pending));
  if (std::count(uids.begin(), uids.end(), 0u) != 0) {
    TRY_VOID(let_settle());
    TRY(uids, find(pending));
  }
  TRY(auto raws, read(uids));
  TRY_VOID(ledger_.join());
  for (std::size_t i = 0; i < pending.size(); ++i) {
    if (uids[i]) {
      TRY_VOID(confirm(ledger_, pending[i], place_of(uids[i]), std::move(raws[uids[i]]), options_.now));
      continue;
    }
    TRY(const auto mids, ledger_.mids_of(pending[i].id));
    late_.push_back({pending[i].oid, Doubtful::of(mids, pending[i].digest, first_uid_of(pending[i]))});
    TRY_VOID(ledger_.forget(pending[i].id));
  }
  return ledger_.commit();
}

// What is there of messages, by UID; 0 is none.
Result<std::unordered_map<std::uint32_t, std::string>> ImapBox::read(std::vector<std::uint32_t> uids) {
  std::erase(uids, 0);
  std::unordered_map<std::uint32_t, std::string> raws;
  TRY_VOID(imap_->fetch(wire::ImapUids(uids), net::FetchItems::kWhole, [&](wire::ImapFetch&& mail) -> Result<void> {
    if (mail.body) raws[mail.uid] = replace_all(*mail.body, "\r\n", "\n");
    return {};
  }));
  return raws;
}

// Where they are, 0 for those that are not there.
Result<std::vector<std::uint32_t>> ImapBox::find(const std::vector<Ledger::Row>& rows) {
  std::vector<Doubtful> doubtful;
  for (const auto& row : rows) {
    TRY(const auto mids, ledger_.mids_of(row.id));
    doubtful.push_back(Doubtful::of(mids, row.digest, first_uid_of(row)));
  }
  std::set<std::uint32_t> taken;
  for (const auto state : kPlaced) {
    TRY(const auto some, ledger_.all(state));
    for (const auto& row : some) taken.insert(uid_at(row.place));
  }
  return find_arrived(*imap_, doubtful, std::move(taken));
}

// 0: its number means nothing (any more).
std::uint32_t ImapBox::uid_at(std::string_view place) const {
  const auto here = fmt::format("{}:", selected_.uid_validity);
  if (!place.starts_with(here)) return 0;
  return static_cast<std::uint32_t>(parse_uint(place.substr(here.size())).value_or(0));
}

Result<std::unordered_map<std::uint32_t, std::int64_t>> ImapBox::rows_by_uid() {
  std::unordered_map<std::uint32_t, std::int64_t> rows;
  std::vector<Ledger::Row> lost;
  for (const auto state : kPlaced) {
    TRY(auto some, ledger_.all(state));
    for (auto& row : some)
      if (const auto uid = uid_at(row.place))
        rows.emplace(uid, row.id);
      else
        lost.push_back(std::move(row));
  }
  if (lost.empty()) return rows;
  TRY(const auto uids, find(lost));
  for (std::size_t i = 0; i < lost.size(); ++i)
    if (uids[i]) rows.emplace(uids[i], lost[i].id);
  return rows;
}

Result<Standing> ImapBox::look() {
  TRY(const auto rows, rows_by_uid());
  TRY(const auto all, imap_->search("ALL"));
  Standing standing;
  foreign_.clear();
  TRY_VOID(imap_->fetch(all, net::FetchItems::kFlags, [&](wire::ImapFetch&& mail) -> Result<void> {
    const auto flags = mail.flags.value_or(std::vector<std::string>());
    const auto row = rows.find(mail.uid);
    if (row != rows.end())
      standing.present.emplace(row->second, imap_keywords(flags));
    else if (!is_marked_deleted(flags))
      foreign_.push_back(mail.uid);
    return {};
  }));
  standing.foreign = foreign_.size();
  return standing;
}

Result<void> ImapBox::each_foreign(const std::function<Result<void>(Stranger)>& visit) {
  TRY([[maybe_unused]] const auto standing, look());
  return imap_->fetch(wire::ImapUids(foreign_), net::FetchItems::kWhole, [&](wire::ImapFetch&& mail) -> Result<void> {
    if (!mail.body)
      return err(Error::Kind::kTooLarge, "read", place_of(mail.uid), "the message is too large", "move it away");
    return visit({replace_all(*mail.body, "\r\n", "\n"), imap_keywords(mail.flags.value_or(std::vector<std::string>())),
                  place_of(mail.uid)});
  });
}

Result<std::string> ImapBox::set_aside() {
  TRY(const auto special, imap_->special_use(mailbox_));
  if (!special.empty())
    return err(Error::Kind::kRefused, "set aside the mail of", options_.name,
               "it is " + special + ", which other programs rely on", "--augment, or a mailbox of its own");
  TRY(const auto backup,
      imap_->resolve_mailbox(url_.mailbox + "-before-" + time_suffix(options_.now), net::Missing::kCreate));
  const wire::ImapUids uids(foreign_);
  if (imap_->has("MOVE")) {
    TRY_VOID(imap_->move(uids, backup.name));
  } else {
    TRY_VOID(imap_->copy(uids, backup.name));
    TRY_VOID(imap_->expunge(uids));
  }
  return backup.shown;
}

Result<void> ImapBox::put(Letter letter) {
  TRY_VOID(batch_.add(letter, fmt::format("{}<{}", selected_.uid_validity, selected_.uid_next)));
  bytes_ += letter.raw.size();
  letters_.push_back(std::move(letter));
  if (letters_.size() == kSharedBatch / 2 && !sending_) want_second();
  return letters_.size() < most_ && bytes_ < kBatchBytes ? Result<void>() : send_off();
}

// Of letters without a place, those that arrived after all.
Result<void> ImapBox::resolve_doubts(const std::vector<Letter>& letters, std::vector<std::string>& places,
                                     std::uint32_t first_uid, const std::vector<bool>& in_doubt) {
  std::vector<Doubtful> doubtful;
  std::vector<std::size_t> which;
  std::set<std::uint32_t> taken;
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (!places[i].empty()) {
      taken.insert(uid_at(places[i]));
      continue;
    }
    const auto& likeness = letters[i].likeness;
    doubtful.push_back(Doubtful::of(likeness.mids, likeness.digest, first_uid));
    which.push_back(i);
  }
  TRY(auto uids, find_arrived(*imap_, doubtful, taken));
  const auto is_missing = [&](std::size_t i) { return uids[i] == 0 && in_doubt[which[i]]; };
  bool any_missing = false;
  for (std::size_t i = 0; i < which.size(); ++i) any_missing |= is_missing(i);
  if (any_missing) {
    TRY_VOID(let_settle());
    TRY(uids, find_arrived(*imap_, doubtful, std::move(taken)));
  }
  for (std::size_t i = 0; i < which.size(); ++i) {
    if (uids[i]) places[which[i]] = place_of(uids[i]);
    if (is_missing(i)) late_.push_back({letters[which[i]].likeness.oid, doubtful[i]});
  }
  return {};
}

void ImapBox::refuse(Sending& sending, std::size_t index, const net::ImapAppended& letter) {
  const auto& mids = sending.letters[index].likeness.mids;
  const bool is_for_good = letter.state == net::ImapAppended::State::kUnfit;
  if (!is_for_good) sending.batch.not_taken(index);
  refusals_.push_back(
      {sending.letters[index].source,
       {Error::Kind::kFailed,
        "deliver",
        mids.empty() ? "a message without a Message-ID" : mids[0],
        letter.why,
        is_for_good ? "it is not tried again" : "it counts as not delivered, and is tried again the next time",
        {}},
       is_for_good});
}

// The batch has its rows, and goes when the one before it has arrived. While it is on its way, the rows of that one are
// done, and the letters of the next one are read and get theirs.
Result<void> ImapBox::send_off() {
  if (!letters_.empty()) TRY_VOID(batch_.intend());
  TRY_VOID(take_answers());
  if (letters_.empty()) return {};
  sending_.emplace(
      Sending{std::exchange(letters_, {}), std::move(batch_), std::max<std::uint32_t>(selected_.uid_next, 1)});
  for (const auto& letter : sending_->letters)
    sending_->offered.push_back({letter.raw, imap_flags(letter.keywords), letter.received});
  sending_->report = std::async(
      kInBackground, [this, offered = std::span<const net::ImapLetter>(sending_->offered)] { return send(offered); });
  most_ = std::min(2 * most_, kBatch);
  bytes_ = 0;
  return note_arrived();
}

Result<void> ImapBox::note_arrived() {
  if (!arrived_) return {};
  TRY_VOID(arrived_->batch.done(arrived_->letters, arrived_->places));
  arrived_.reset();
  return {};
}

Result<void> ImapBox::take_answers() {
  if (!sending_) return {};
  auto report = sending_->report.get();
  auto sending = *std::move(sending_);
  sending_.reset();
  const auto& letters = sending.letters;
  auto& places = sending.places;
  places.resize(letters.size());
  for (int attempt = 0;; ++attempt) {
    std::vector<net::ImapLetter> offered;
    std::vector<std::size_t> which;
    for (std::size_t i = 0; i < letters.size(); ++i) {
      if (!places[i].empty()) continue;
      offered.push_back(sending.offered[i]);
      which.push_back(i);
    }
    if (offered.empty()) break;
    if (attempt) report = send(offered);
    std::vector<bool> in_doubt(letters.size());
    for (std::size_t i = 0; i < which.size(); ++i) {
      const auto& letter = report.letters[i];
      in_doubt[which[i]] = letter.state == net::ImapAppended::State::kInDoubt;
      auto& place = places[which[i]];
      if (letter.state == net::ImapAppended::State::kDone) {
        place = letter.uid ? place_of(letter.uid) : ":";
        if (letter.uid >= selected_.uid_next) selected_.uid_next = letter.uid + 1;
      } else if (letter.state == net::ImapAppended::State::kRefused ||
                 letter.state == net::ImapAppended::State::kUnfit) {
        place = kRefused;
        refuse(sending, which[i], letter);
      }
    }
    if (std::none_of(places.begin(), places.end(), [](const auto& place) { return place.empty(); })) break;
    const bool second_is_lost = second_ && second_->is_lost();
    if (!report.stopped || !(imap_->is_lost() || second_is_lost) || attempt >= kMaxConnects)
      return tl::unexpected(report.stopped.value_or(Error{Error::Kind::kTemporary, kDoing, options_.name,
                                                          "the server stopped taking mail", "lorelei up", "", 0}));
    // Whichever was lost, the first is made anew, and goes on alone: what it shows is not older than the loss.
    drop_second();
    const auto validity = selected_.uid_validity;
    for (;; ++attempt) {
      const auto connected = reconnect(attempt);
      if (connected) break;
      if (connected.error().kind != Error::Kind::kTemporary || attempt >= kMaxConnects) return connected;
    }
    TRY_VOID(resolve_doubts(letters, places, validity == selected_.uid_validity ? sending.first_uid : 1, in_doubt));
  }
  arrived_.emplace(std::move(sending));
  return {};
}

Result<void> ImapBox::flush() {
  TRY_VOID(send_off());
  TRY_VOID(take_answers());
  TRY_VOID(note_arrived());
  return ledger_.commit();
}

Result<void> ImapBox::remove(const std::vector<Ledger::Row>& rows) {
  if (rows.empty()) return {};
  TRY(const auto uids, rows_by_uid());
  std::unordered_set<std::int64_t> ids;
  for (const auto& row : rows) ids.insert(row.id);
  std::vector<std::uint32_t> unwanted;
  for (const auto& [uid, id] : uids)
    if (ids.contains(id)) unwanted.push_back(uid);
  TRY_VOID(imap_->expunge(wire::ImapUids(unwanted)));
  TRY_VOID(ledger_.join());
  for (const auto& row : rows) TRY_VOID(ledger_.forget(row.id));
  return ledger_.commit();
}

// Of a letter that came twice after all, one goes: a message without a row, younger than the doubt, that has the ids of
// the letter and says the same as the message that has its row.
Result<void> ImapBox::remove_late_copies() {
  if (late_.empty()) return {};
  TRY_VOID(imap_->noop());
  TRY(const auto rows, rows_by_uid());
  std::set<std::uint32_t> taken;
  std::unordered_map<std::int64_t, std::uint32_t> uid_of;
  for (const auto& [uid, row] : rows) {
    taken.insert(uid);
    uid_of.emplace(row, uid);
  }
  std::vector<Doubtful> doubtful;
  std::vector<std::uint32_t> ours;  // 0: it was not delivered again
  for (const auto& late : late_) {
    TRY(const auto row, ledger_.find(late.oid));
    const auto found = row ? uid_of.find(row->id) : uid_of.end();
    ours.push_back(found == uid_of.end() ? 0 : found->second);
    doubtful.push_back(late.doubtful);
  }
  TRY(auto copies, find_arrived(*imap_, doubtful, std::move(taken)));
  for (std::size_t i = 0; i < copies.size(); ++i)
    if (copies[i] == 0) ours[i] = 0;  // there is nothing to compare it with
  auto both = copies;
  both.insert(both.end(), ours.begin(), ours.end());
  TRY(const auto raws, read(both));
  const auto digest_of = [&](std::uint32_t uid) -> std::optional<Sha256Digest> {
    const auto raw = raws.find(uid);
    if (raw == raws.end()) return std::nullopt;
    return mail::content_hash(mail::Entity(raw->second));
  };
  for (std::size_t i = 0; i < copies.size(); ++i) {
    const auto digest = digest_of(copies[i]);
    if (!digest || digest != digest_of(ours[i])) copies[i] = 0;
  }
  std::erase(copies, 0);
  if (options_.say && !copies.empty())
    options_.say(fmt::format("# {} letters had arrived late and came twice; the copies go", copies.size()));
  return imap_->expunge(wire::ImapUids(copies));
}

Result<void> ImapBox::finish() {
  TRY_VOID(flush());
  // All is delivered, whatever comes of this.
  if (const auto done = remove_late_copies(); !done && options_.say)
    options_.say("W: what may have come twice was not looked for: " + done.error().why);
  late_.clear();
  if (second_) second_->logout();
  drop_second();
  imap_->logout();
  return {};
}

}  // namespace

Result<std::unique_ptr<Box>> open_imap_box(Env& env, const Settings& settings, const std::string& url, Ledger& ledger,
                                           const BoxOptions& options) {
  TRY(auto parsed, wire::parse_imap_url(url));
  auto named = options;
  TRY(const auto connecting, imap_options(settings));
  named.name = parsed.shown();
  auto box = std::make_unique<ImapBox>(env, std::move(parsed), connecting, ledger, named);
  TRY_VOID(box->open());
  return std::unique_ptr<Box>(std::move(box));
}

}  // namespace lorelei::lei
