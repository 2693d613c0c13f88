// SPDX-License-Identifier: GPL-3.0-or-later
// lorelei inspect: what is known of a blob, a message, an article number, a folder; as JSON, for people who look for a
// fault.
#include <fmt/core.h>

#include "archive/over_reader.hh"
#include "base/files.hh"
#include "base/json.hh"
#include "base/text.hh"
#include "cmd/lei_request.hh"
#include "git/repository.hh"
#include "lei/blob_words.hh"
#include "lei/box.hh"
#include "lei/store.hh"
#include "mail/mbox.hh"
#include "net/nntp_url.hh"
#include "search/places.hh"
#include "search/raw_document.hh"
#include "search/results.hh"
#include "source/mail_files.hh"

namespace lorelei::cmd {

namespace {

constexpr auto kDoing = "inspect";

class Inspector {
 public:
  Inspector(lei::MailSync sync, std::optional<search::Place> place, bool is_store, JsonWriter& json)
      : sync_(std::move(sync)), place_(std::move(place)), is_store_(is_store), json_(json) {}

  // One JSON value.
  Result<void> show(const std::string& item);

 private:
  Result<void> blob(std::string_view hex);
  Result<void> folder(const std::string& word);
  Result<void> uid(const std::string& word);
  Result<void> articles(const std::string& word, const net::NntpUrl&);
  Result<void> document(std::uint64_t docid);
  Result<void> number(std::int64_t number);
  Result<void> message_id(const std::string& id);
  void row(const archive::OverRow&);
  void raw(const search::RawDocument&);
  void blobs(const std::vector<std::string>&);
  Result<archive::OverReader> over() const { return archive::OverReader::open(place_->over()); }
  Result<std::vector<std::int64_t>> numbers_of(std::string_view hex);

  lei::MailSync sync_;
  std::optional<search::Place> place_;  // nothing: there is no store
  bool is_store_;
  JsonWriter& json_;
};

using search::iso8601;

void Inspector::row(const archive::OverRow& row) {
  json_.begin_object();
  json_.member("blob", row.blob);
  json_.member("bytes", row.size_bytes);
  json_.member("cc", row.cc);
  json_.member("ds", row.sent);
  json_.member("dt", iso8601(row.sent));
  json_.member("from", row.from);
  json_.member("lines", row.lines);
  json_.member("mid", row.message_id);
  json_.member("num", row.number);
  json_.member("references", row.references);
  json_.member("rt", iso8601(row.received));
  json_.member("subject", row.subject);
  json_.member("tid", row.thread);
  json_.member("to", row.to);
  json_.member("ts", row.received);
  json_.end_object();
}

// The members of an object.
void Inspector::raw(const search::RawDocument& raw) {
  json_.member("data_length", raw.data_length);
  json_.member("description", raw.description);
  json_.member("docid", raw.docid);
  json_.member("termlist_count", raw.term_count);
  json_.key("terms");
  json_.begin_object();
  for (const auto& [prefix, terms] : raw.terms) {
    json_.key(prefix);
    blobs(terms);
  }
  json_.end_object();
  json_.key("values");
  json_.begin_object();
  for (const auto& [slot, value] : raw.values) json_.member(std::to_string(slot), value);
  json_.end_object();
  json_.member("values_count", raw.value_count);
}

void Inspector::blobs(const std::vector<std::string>& words) {
  json_.begin_array();
  for (const auto& word : words) json_.value(word);
  json_.end_array();
}

// Articles with that blob. Their Message-ID leads to them, because the overview has no order of blobs.
Result<std::vector<std::int64_t>> Inspector::numbers_of(std::string_view hex) {
  std::vector<std::int64_t> numbers;
  const auto oid = git::ObjectId::parse(hex);
  if (!place_ || !oid) return numbers;
  auto objects = git::BlobReader::open({fs::absolute(place_->objects()).string()});
  if (!objects) return numbers;
  const auto bytes = objects->read(*oid);
  if (!bytes) return numbers;
  TRY(auto reader, over());
  archive::OverRow row;
  const auto letter = lei::make_letter(*bytes, *oid, 0);
  for (const auto& mid : letter.likeness.mids) {
    TRY(const auto some, reader.numbers_of_message_id(mid));
    for (const auto number : some) {
      TRY(const bool found, reader.read(number, row));
      if (found && row.blob == hex) numbers.push_back(number);
    }
  }
  return numbers;
}

Result<void> Inspector::blob(std::string_view hex) {
  TRY(const auto numbers, numbers_of(hex));
  json_.begin_object();
  if (!numbers.empty()) {
    json_.key(is_store_ ? "lei/store" : "numbers");
    json_.begin_array();
    for (const auto number : numbers) json_.value(number);
    json_.end_array();
  }
  const auto oid = git::ObjectId::parse(hex);
  std::vector<std::pair<std::string, lei::Seat>> seats;
  if (oid) {
    TRY(seats, sync_.seats_of(*oid));
  }
  if (!seats.empty()) {
    std::map<std::string, std::vector<lei::Seat>> by_folder;
    for (auto& [folder, seat] : seats) by_folder[folder].push_back(std::move(seat));
    json_.key("mail-sync");
    json_.begin_object();
    for (const auto& [folder, some] : by_folder) {
      json_.key(folder);
      json_.begin_array();
      for (const auto& seat : some) seat.name.empty() ? json_.value(seat.number) : json_.value(seat.name);
      json_.end_array();
    }
    json_.end_object();
  }
  json_.end_object();
  return {};
}

Result<void> Inspector::folder(const std::string& word) {
  TRY(const auto folders, sync_.folders_named(word));
  json_.begin_object();
  for (const auto& folder : folders) {
    TRY(const auto stats, sync_.stats(folder));
    json_.key(folder);
    json_.begin_object();
    if (lei::is_maildir_folder(folder)) {
      json_.member("name.count", stats.count);
    } else {
      json_.member("uid.count", stats.count);
      json_.member("uid.max", stats.highest);
      json_.member("uid.min", stats.lowest);
    }
    json_.end_object();
  }
  json_.end_object();
  return {};
}

Result<void> Inspector::uid(const std::string& word) {
  TRY(const auto url, wire::parse_imap_url(word));
  TRY(const auto folders, sync_.folders_named(word));
  json_.begin_object();
  json_.key(word);
  std::vector<std::string> found;
  for (const auto& folder : folders) {
    TRY(const auto seat, sync_.seat(folder, std::uint64_t{*url.uid}));
    if (seat) found.push_back(seat->blob.hex());
  }
  if (found.empty())
    json_.null();
  else if (found.size() == 1)
    json_.value(found[0]);
  else
    blobs(found);
  json_.end_object();
  return {};
}

Result<void> Inspector::articles(const std::string& word, const net::NntpUrl& url) {
  TRY(const auto folders, sync_.folders_named(word));
  json_.begin_object();
  json_.key(url.canonical);
  json_.begin_object();
  const auto last = url.last.value_or(*url.first);
  for (const auto& folder : folders)
    TRY_VOID(sync_.each_seat(folder, [&](const lei::Seat& seat) -> Result<void> {
      if (seat.number >= *url.first && seat.number <= last) json_.member(std::to_string(seat.number), seat.blob.hex());
      return {};
    }));
  json_.end_object();
  json_.end_object();
  return {};
}

Result<void> Inspector::document(std::uint64_t docid) {
  if (!place_)
    return err(Error::Kind::kNotFound, kDoing, fmt::format("docid:{}", docid), "there is no store", "-d DIR");
  TRY(const auto found, search::read_document(*place_, docid));
  if (!found) return err(Error::Kind::kNotFound, kDoing, fmt::format("docid:{}", docid), "there is no such document");
  json_.begin_object();
  raw(*found);
  json_.end_object();
  return {};
}

Result<void> Inspector::number(std::int64_t number) {
  json_.begin_object();
  json_.member("num", number);
  if (place_) {
    TRY(auto reader, over());
    archive::OverRow found;
    TRY(const bool is_there, reader.read(number, found));
    if (is_there) {
      json_.key("smsg");
      row(found);
    }
    if (is_there && !place_->shards.empty()) {
      TRY(const auto document, search::read_document(*place_, search::docid_of_number(*place_, number)));
      if (document) raw(*document);
    }
  }
  json_.end_object();
  return {};
}

Result<void> Inspector::message_id(const std::string& id) {
  json_.begin_object();
  json_.member("mid", id);
  if (place_) {
    TRY(auto reader, over());
    TRY(const auto numbers, reader.numbers_of_message_id(id));
    archive::OverRow found;
    if (!numbers.empty()) {
      json_.key("smsg");
      json_.begin_array();
      for (const auto number : numbers) {
        TRY(const bool is_there, reader.read(number, found));
        if (is_there) row(found);
      }
      json_.end_array();
    }
    if (!numbers.empty() && !place_->shards.empty()) {
      json_.key("xdoc");
      json_.begin_array();
      for (const auto number : numbers) {
        TRY(const auto document, search::read_document(*place_, search::docid_of_number(*place_, number)));
        if (!document) continue;
        json_.begin_object();
        raw(*document);
        json_.end_object();
      }
      json_.end_array();
    }
  }
  json_.end_object();
  return {};
}

Result<void> Inspector::show(const std::string& item) {
  const auto colon = item.find(':');
  const auto prefix = item.substr(0, colon == std::string::npos ? 0 : colon + 1);
  const auto rest = item.substr(prefix.size());
  if (prefix == "blob:") return blob(rest);
  if (prefix == "mid:" || prefix == "m:") return message_id(rest);
  if (prefix == "docid:")
    if (const auto docid = parse_uint(rest)) return document(*docid);
  if (prefix == "num:")
    if (const auto wanted = parse_int(rest); wanted && *wanted > 0) return number(*wanted);
  if (wire::is_imap_url(item)) {
    TRY(const auto url, wire::parse_imap_url(item));
    return url.uid ? uid(item) : folder(item);
  }
  if (net::is_nntp_url(item)) {
    TRY(const auto url, net::parse_nntp_url(item));
    if (!url.message_id.empty()) return message_id(url.message_id);
    return url.first ? articles(item, url) : folder(item);
  }
  std::error_code error;
  if (lei::is_folder_word(item) || fs::is_directory(item, error)) return folder(item);
  return err(Error::Kind::kUsage, kDoing, item, item + " not understood",
             "blob:OID, mid:ID, num:N, docid:N, or a folder");
}

// Of a message on standard input.
Result<std::vector<std::string>> items_of_stdin(std::int64_t now) {
  TRY(const auto text, read_all(0, "standard input", source::kMaxMessage));
  const auto letter = lei::make_letter(std::string(mail::without_from_line(text)), std::nullopt, now);
  std::vector<std::string> items = {"blob:" + letter.likeness.oid.hex()};
  for (const auto& id : letter.likeness.mids) items.push_back("mid:" + id);
  return items;
}

}  // namespace

static int inspect(Env& env, Args& args) {
  std::optional<std::string> directory;
  bool pretty = env.out_is_terminal, ascii = false, from_stdin = false;
  if (const auto done = args.parse({
          {"-d --dir", "DIR", "of an archive or an aggregate, not of your store", &directory},
          {"--[no-]pretty", "", "on several lines", &pretty},
          {"--[no-]ascii", "", "without letters beyond ASCII", &ascii},
          {"--stdin", "", "the message on standard input: its blob and its Message-IDs", &from_stdin},
      }))
    return *done;
  auto items = args.operands();
  std::string text;
  const auto work = [&]() -> Result<void> {
    if (from_stdin || items == std::vector<std::string>{"-"} || (items.empty() && has_standard_input())) {
      TRY(items, items_of_stdin(env.now()));
    }
    if (items.empty())
      return err(Error::Kind::kUsage, kDoing, "", "nothing is named", "blob:OID, mid:ID, a folder, ...");
    const lei::Home home(env);
    TRY(auto sync, lei::MailSync::open(home, lei::MailSync::Access::kRead));
    std::optional<search::Place> place;
    if (directory) {
      TRY(place, search::find_place(*directory));
    } else if (const auto store = lei::searchable_store(home)) {
      TRY(place, search::find_place(*store));
    }
    JsonWriter json(text, pretty ? JsonStyle::kPretty : JsonStyle::kCompact);
    Inspector inspector(std::move(sync), std::move(place), !directory, json);
    if (items.size() > 1) json.begin_array();
    for (const auto& item : items) TRY_VOID(inspector.show(item));
    if (items.size() > 1) json.end_array();
    return {};
  };
  const auto done = work();
  if (!done) return args.fail(done.error());
  if (ascii) escape_beyond_ascii(text);
  print(env, text + "\n");
  return 0;
}

extern const Command kInspect = {
    .also = "lei",
    .verb = "inspect",
    .operands = "[ITEM...]",
    .help = "show what is stored about a message, a blob or a folder",
    .description =
        "An ITEM is blob:OID, mid:MESSAGE-ID (or m:), num:NUMBER, docid:NUMBER, a Maildir, or the URL of a mailbox or "
        "newsgroup; with several, the result is an array.",
    .examples = {{"lorelei inspect mid:20260103-tls@example.org --pretty", "its overview and its terms"},
                 {"lorelei inspect ~/Mail/work", "how many messages of the Maildir are known"},
                 {"lorelei inspect -d ~/archives/block num:42", "an article of an archive"}},
    .run = inspect,
};

}  // namespace lorelei::cmd
