// SPDX-License-Identifier: GPL-3.0-or-later
#include "lei/intake.hh"

#include <algorithm>

#include "archive/over_reader.hh"
#include "git/repository.hh"
#include "lei/deliver.hh"
#include "lei/listing.hh"
#include "lei/seen_archives.hh"
#include "lei/server_mail.hh"
#include "lei/store.hh"
#include "mail/content_hash.hh"
#include "search/places.hh"

namespace lorelei::lei {

Result<std::vector<source::MailPlace>> parse_places(const std::vector<std::string>& words, const std::string& format) {
  std::vector<source::MailPlace> places;
  for (const auto& word : words) {
    TRY(auto place, source::parse_mail_place(word, format));
    places.push_back(std::move(place));
  }
  return places;
}

Result<void> take_in(Env& env, const Settings& settings, const std::vector<source::MailPlace>& places,
                     const source::MailSink& sink, const Intake& intake) {
  using Place = source::MailPlace::Kind;
  const auto checked = [&](source::FoundMail&& mail) -> Result<void> {
    if (env.stop_requested()) return err(Error::Kind::kCancelled, "read", "mail", "it was stopped");
    return sink(std::move(mail));
  };
  source::MailFilter wants;
  if (intake.follower) wants = [&](const source::FoundMail& mail) { return intake.follower->wants(mail); };
  MailServers servers(env, settings);
  for (const auto& place : places) {
    if (place.kind == Place::kImap)
      TRY_VOID(read_imap(servers, place.path, checked, intake));
    else if (place.kind == Place::kNntp)
      TRY_VOID(read_news(servers, place.path, checked, intake));
    else if (place.kind == Place::kWeb)
      TRY_VOID(read_web(servers, place.path, checked, intake));
    else
      TRY_VOID(source::read_mail_files(place, checked, wants));
  }
  return {};
}

namespace {

// To a stream: everything, in the order it comes.
Result<Converted> convert_to_stream(Env& env, const Settings& settings, const std::vector<source::MailPlace>& places,
                                    const Destination& to, Flags flags) {
  TRY(const auto listing, open_listing(env, {.to = to, .sameness = search::Sameness::kNone}));
  Converted converted;
  TRY_VOID(take_in(env, settings, places, [&](source::FoundMail&& mail) -> Result<void> {
    archive::OverRow row;
    const std::string raw = std::move(mail.raw);
    row.blob = make_letter(raw, std::nullopt, env.now()).likeness.oid.hex();
    Mark mark;
    if (flags == Flags::kTake) mark.keywords = from_keywords(mail.keywords);
    TRY([[maybe_unused]] const auto taken,
        listing->take({row, std::nullopt, mark, [&]() -> Result<std::string> { return raw; }}));
    ++converted.written;
    return {};
  }));
  TRY_VOID(listing->finish());
  return converted;
}

}  // namespace

Result<Converted> convert(Env& env, const Settings& settings, const std::vector<std::string>& words,
                          const std::string& format, const Destination& to, Flags flags, const BoxOptions& options) {
  TRY(const auto places, parse_places(words, format));
  if (to.is_stream) return convert_to_stream(env, settings, places, to, flags);
  TRY(auto ledger, Ledger::in_memory());
  TRY(const auto box, open_box(env, settings, to, false, ledger, options));
  Converted converted;
  // What is there already counts as written.
  TRY_VOID(ledger.join());
  TRY_VOID(box->each_foreign([&](Stranger stranger) -> Result<void> {
    const auto letter = make_letter(std::move(stranger.raw), std::nullopt, env.now());
    return ledger.add(Ledger::State::kForeign, letter.likeness, stranger.place, stranger.keywords).map([](auto) {});
  }));
  TRY_VOID(ledger.commit());
  TRY_VOID(take_in(env, settings, places, [&](source::FoundMail&& mail) -> Result<void> {
    auto letter = make_letter(std::move(mail.raw), std::nullopt, env.now());
    if (flags == Flags::kTake) letter.keywords = mail.keywords;
    TRY(const auto same, ledger.find(letter.likeness, search::Sameness::kContent));
    if (same) return ++converted.duplicates, Result<void>();
    ++converted.written;
    return box->put(std::move(letter));
  }));
  TRY_VOID(box->finish());
  for (auto& refusal : box->take_refusals()) converted.refused.push_back(std::move(refusal.error));
  converted.written -= converted.refused.size();
  return converted;
}

struct KnownMail::Place {
  search::Place place;
  archive::OverReader over;
  std::optional<git::BlobReader> blobs;
};

Result<KnownMail> KnownMail::open(Env& env, const Settings& settings, Manner manner, Scope scope) {
  KnownMail known;
  TRY(auto marks, Marks::open(settings.home(), Marks::Access::kRead));
  known.marks_ = std::make_shared<Marks>(std::move(marks));
  known.seats_ = std::make_shared<SeatReader>(env, settings);
  std::vector<std::string> directories;
  if (scope == Scope::kEverywhere) {
    SourceWish wish;
    wish.remote = false;
    if (auto sources = choose_sources(env, settings, wish, manner)) {
      directories = std::move(sources->locals);
      if (sources->store) directories.push_back(*sources->store);
    }
  } else {
    for (auto own : {searchable_store(settings.home()), searchable_indexed(settings.home())})
      if (own) directories.push_back(*std::move(own));
  }
  const auto certain = directories.size();
  if (scope == Scope::kEverywhere)
    for (auto& directory : seen_archives(settings.home()))
      if (std::find(directories.begin(), directories.end(), directory) == directories.end())
        directories.push_back(std::move(directory));
  for (std::size_t i = 0; i < directories.size(); ++i) {
    auto found = search::find_place(directories[i]);
    if (!found && i >= certain) continue;  // it is no archive any more
    TRY(auto place, std::move(found));
    TRY(auto over, archive::OverReader::open(place.over()));
    known.places_.push_back(std::make_shared<Place>(Place{std::move(place), std::move(over), {}}));
  }
  return known;
}

Result<std::vector<git::ObjectId>> KnownMail::copies_of(const Likeness& likeness) {
  std::vector<git::ObjectId> copies;
  archive::OverRow row;
  for (const auto& each : places_)
    for (const auto& mid : likeness.mids) {
      TRY(const auto numbers, each->over.numbers_of_message_id(mid));
      for (const auto number : numbers) {
        TRY(const bool found, each->over.read(number, row));
        const auto blob = found ? git::ObjectId::parse(row.blob) : std::nullopt;
        if (!blob) continue;
        TRY(const auto digest, marks_->digest_of(*blob));
        if (digest && *digest != likeness.digest) continue;
        if (!digest && *blob != likeness.oid) {
          if (!each->blobs) {
            TRY(each->blobs, git::BlobReader::open({fs::absolute(each->place.objects()).string()}));
          }
          auto bytes = each->blobs->read(*blob);
          if (!bytes && bytes.error().kind == Error::Kind::kNotFound) {
            TRY(auto elsewhere, seats_->read(*blob));
            if (!elsewhere) continue;
            bytes = *std::move(elsewhere);
          }
          if (!bytes) return tl::unexpected(std::move(bytes).error());
          if (mail::content_hash(mail::Entity(*bytes)) != likeness.digest) continue;
        }
        copies.push_back(*blob);
      }
    }
  return copies;
}

}  // namespace lorelei::lei
