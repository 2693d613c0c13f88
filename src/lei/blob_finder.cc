// SPDX-License-Identifier: GPL-3.0-or-later
#include "lei/blob_finder.hh"

#include <fmt/core.h>

#include "git/objects.hh"
#include "lei/marks.hh"
#include "lei/server_mail.hh"
#include "mail/content_hash.hh"
#include "mail/normalise.hh"
#include "search/places.hh"
#include "source/mail_files.hh"

namespace lorelei::lei {

fs::path path_of_seat(const std::string& folder, const Seat& seat) {
  std::error_code error;
  for (const char* part : {"cur", "new"}) {
    auto path = maildir_of(folder) / part / seat.name;
    if (fs::exists(path, error)) return path;
  }
  return {};
}

namespace {

struct Wanted {
  git::ObjectId blob;
  std::optional<Sha256Digest> digest;

  bool is(std::string_view bytes) const {
    return git::name_of(git::ObjectType::kBlob, bytes) == blob ||
           (digest && mail::content_hash(mail::Entity(bytes)) == *digest);
  }
};

// The bytes of the file, if they are still those of the message. Before: the folder is a Maildir.
Result<std::optional<std::string>> read_seat(const std::string& folder, const Seat& seat, const Wanted& wanted) {
  const auto path = path_of_seat(folder, seat);
  if (path.empty()) return std::nullopt;
  auto raw = read_file(path, source::kMaxMessage);
  if (!raw && raw.error().kind == Error::Kind::kNotFound) return std::nullopt;
  if (!raw) return tl::unexpected(std::move(raw).error());
  auto kept = mail::normalised(*raw);
  if (!wanted.is(kept)) return std::nullopt;
  return kept;
}

// The same from a server.
Result<std::optional<std::string>> fetch_seat(MailServers& servers, const std::string& folder, const Seat& seat,
                                              const Wanted& wanted) {
  std::optional<std::string> found;
  const auto take = [&](source::FoundMail&& mail) -> Result<void> {
    auto kept = mail::normalised(mail.raw);
    if (wanted.is(kept)) found = std::move(kept);
    return {};
  };
  if (wire::is_imap_url(folder))
    TRY_VOID(read_imap(servers, fmt::format("{}/;UID={}", folder, seat.number), take, {}));
  else
    TRY_VOID(read_news(servers, fmt::format("{}/{}", folder, seat.number), take, {}));
  return found;
}

}  // namespace

Result<std::optional<std::string>> SeatReader::read(const git::ObjectId& blob) {
  if (!sync_) {
    TRY(sync_, MailSync::open(settings_.home(), MailSync::Access::kRead));
  }
  TRY(auto marks, Marks::open(settings_.home(), Marks::Access::kRead));
  TRY(auto digest, marks.digest_of(blob));
  const Wanted wanted{blob, digest};
  TRY(const auto seats, sync_->seats_of(blob));
  for (const auto& [folder, seat] : seats) {
    if (!is_maildir_folder(folder)) continue;
    TRY(auto bytes, read_seat(folder, seat, wanted));
    if (bytes) return bytes;
  }
  std::optional<Error> failure;  // one server is away, another may have it
  for (const auto& [folder, seat] : seats) {
    if (is_maildir_folder(folder)) continue;
    if (!servers_) servers_ = std::make_shared<MailServers>(env_, settings_);
    auto bytes = fetch_seat(*servers_, folder, seat, wanted);
    if (bytes && *bytes) return bytes;
    if (!bytes) failure = std::move(bytes).error();
  }
  if (failure) return tl::unexpected(*std::move(failure));
  return std::nullopt;
}

Result<BlobFinder> BlobFinder::open(Env& env, const Settings& settings, Manner manner) {
  std::optional<git::BlobReader> reader;
  std::vector<std::string> objects;
  if (const auto sources = choose_sources(env, settings, {}, manner)) {
    auto directories = sources->locals;
    if (sources->store) directories.insert(directories.begin(), *sources->store);
    for (const auto& directory : directories)
      if (const auto place = search::find_place(directory)) objects.push_back(fs::absolute(place->objects()).string());
  }
  if (!objects.empty()) {
    TRY(reader, git::BlobReader::open(objects));
  }
  return BlobFinder(std::move(reader), std::make_shared<SeatReader>(env, settings));
}

Result<std::optional<std::string>> BlobFinder::read(const git::ObjectId& blob) {
  if (objects_) {
    auto bytes = objects_->read(blob);
    if (bytes) return *std::move(bytes);
    if (bytes.error().kind != Error::Kind::kNotFound) return tl::unexpected(std::move(bytes).error());
  }
  return seats_->read(blob);
}

}  // namespace lorelei::lei
