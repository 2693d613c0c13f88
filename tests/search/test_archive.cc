// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/search/test_archive.hh"
#include "base/deflate.hh"

#include <fmt/core.h>
#include <xapian.h>

#include <cstdlib>

#include "archive/over_writer.hh"
#include "base/sha1.hh"
#include "base/text.hh"
#include "search/schema.hh"

namespace lorelei::search {

namespace {

template <typename T>
T must(Result<T> result) {
  if (!result) {
    fmt::print(stderr, "{}\n", to_text(result.error()));
    std::abort();
  }
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

struct Maker {
  std::mt19937& random;
  const std::string& pick(const std::vector<std::string>& from) { return from[random() % from.size()]; }
  std::string words(std::size_t count) {
    static const std::vector<std::string> kBetween = {" ", " ", " ", " ", "-", "/", ", ", ". ", "\n"};
    std::string text = pick(made_up_words());
    while (--count) text += pick(kBetween) + pick(made_up_words());
    return text;
  }
  std::string patch();
  std::string body();
};

std::string Maker::patch() {
  static const std::vector<std::string> kFiles = {"block/floppy.c", "drivers/block/loop.c", "mm/page.c", "Makefile"};
  const auto& file = pick(kFiles);
  return fmt::format(
      "diff --git a/{0} b/{0}\nindex {1:07x}..{2:07x} 100644\n--- a/{0}\n+++ b/{0}\n@@ -1,3 +1,3 @@ {3}\n "
      "{4}\n-{5}\n+{6}\n"
      "-- \n2.39\n",
      file, random() % 0xFFFFFFF, random() % 0xFFFFFFF, words(2), words(3), words(3), words(3));
}

std::string Maker::body() {
  std::string text;
  for (auto n = random() % 3; n > 0; --n) text += "> " + words(5) + "\n";
  text += words(3 + random() % 20) + "\n";
  if (random() % 3 == 0) text += "\n---\n" + patch();
  return text;
}

}  // namespace

const std::vector<std::string>& made_up_words() {
  static const std::vector<std::string> kWords = {
      "floppy", "queue",  "requests", "requesting", "Blk", "mq",   "deadlock", "fixes",       "fixed", "regression",
      "page",   "folio",  "io_uring", "kfree",      "the", "and",  "a",        "5.10",        "c++",   "lock",
      "locks",  "driver", "drivers",  "Loop",       "bug", "null", "pointer",  "caf\xc3\xa9", "U.S",   "don't"};
  return kWords;
}

std::vector<TestMessage> made_up_messages(std::mt19937& random, int count) {
  static const std::vector<std::string> kPeople = {"Jens Axboe <axboe@kernel.dk>", "\"Ann O'Nym\" <ann@example.org>",
                                                   "Bob <bob@example.com>", "linux-block@vger.kernel.org"};
  Maker maker{random};
  std::vector<TestMessage> messages;
  std::int64_t number = 0;
  for (int i = 0; i < count; ++i) {
    number += 1 + (random() % 10 == 0);  // deleted ones leave gaps
    const auto day = 1 + random() % 28, month = 1 + random() % 12, hour = random() % 24;
    static const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto date = fmt::format("{} {} 2021 {:02}:00:00 +0000", day, kMonths[month - 1], hour);
    auto raw = fmt::format(
        "Received: from a by b; {5}\nFrom: {0}\nTo: {1}\nCc: {2}\nSubject: {3}\nMessage-ID: <m{4}@example.org>\n"
        "Date: {5}\nList-Id: list <{6}.example.org>\n",
        maker.pick(kPeople), maker.pick(kPeople), maker.pick(kPeople), squeeze_spaces(maker.words(4)), i, date,
        random() % 2 ? "block" : "mm");
    if (i > 0 && random() % 2) raw += fmt::format("In-Reply-To: <m{}@example.org>\n", random() % i);
    if (random() % 9 == 0)
      raw += fmt::format(
          "Content-Type: multipart/mixed; boundary=xx\n\n--xx\n\n{}\n--xx\nContent-Type: text/plain; "
          "name=\"config.txt\"\n\n{}\n--xx--\n",
          maker.body(), maker.words(4));
    else
      raw += "\n" + maker.body();
    messages.push_back({number, std::move(raw)});
  }
  return messages;
}

std::string blob_of(const std::string& raw) {
  const auto digest = sha1("blob " + std::to_string(raw.size()) + std::string(1, '\0') + raw);
  return hex({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

void write_test_index(const fs::path& dir, const std::vector<TestMessage>& messages, const TestIndexOptions& options) {
  const archive::Layout layout{options.kind, dir};
  const auto index = layout.index();
  const bool is_alone = options.kind == archive::Layout::Kind::kVersion1;
  must(make_directories(index));
  std::vector<Xapian::WritableDatabase> shards;
  for (unsigned i = 0; i < options.shards; ++i)
    shards.emplace_back((is_alone ? index : index / std::to_string(i)).string(),
                        Xapian::DB_CREATE_OR_OPEN | Xapian::DB_NO_SYNC);
  shards[0].set_metadata(kHasThreadId, "1");
  if (options.level == Level::kMedium) shards[0].set_metadata(kIndexLevel, "medium");
  auto db = must(archive::Sqlite::open(layout.over(), archive::SqliteMode::kCreate));
  auto over = must(archive::OverWriter::open(db));
  auto transaction = must(archive::Transaction::begin(db));
  Deflater deflater(Deflater::Form::kZlib);
  DocumentBuilder builder(options.level, DocumentData::kYes);
  for (const auto& message : messages) {
    const mail::Entity entity(message.raw);
    auto overview = mail::make_overview(entity, message.raw, {}, {});
    mail::choose_own_id(overview, overview.message_ids.at(0));
    const auto blob = blob_of(message.raw);
    const auto ddd = deflater.deflate(archive::overview_record(overview, blob, archive::Recipients::kYes));
    const auto thread = must(over.add(message.number, overview, ddd));
    builder.collect(entity, overview);
    shards[static_cast<std::size_t>(message.number) % options.shards].replace_document(
        static_cast<Xapian::docid>(message.number), builder.finish(overview, blob, message.number, thread).document());
  }
  must(transaction.commit());
  for (auto& shard : shards) shard.commit();
}

}  // namespace lorelei::search
