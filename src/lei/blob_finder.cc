// SPDX-License-Identifier: GPL-3.0-or-later
#include "lei/blob_finder.hh"

#include <fmt/core.h>

#include "git/objects.hh"
#include "lei/server_mail.hh"
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

Result<std::optional<std::string>> read_seat(const std::string& folder, const Seat& seat) {
  const auto path = path_of_seat(folder, seat);
  if (path.empty()) return std::nullopt;
  auto raw = read_file(path, source::kMaxMessage);
  if (!raw && raw.error().kind == Error::Kind::kNotFound) return std::nullopt;
  if (!raw) return tl::unexpected(std::move(raw).error());
  auto kept = mail::normalised(*raw);
  if (git::name_of(git::ObjectType::kBlob, kept) != seat.blob) return std::nullopt;
  return kept;
}

namespace {

// The bytes on the server, if they are still those of the blob.
Result<std::optional<std::string>> fetch_seat(MailServers& servers, const std::string& folder, const Seat& seat) {
  std::optional<std::string> found;
  const auto take = [&](source::FoundMail&& mail) -> Result<void> {
    auto kept = mail::normalised(mail.raw);
    if (git::name_of(git::ObjectType::kBlob, kept) == seat.blob) found = std::move(kept);
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
  TRY(const auto seats, sync_->seats_of(blob));
  for (const auto& [folder, seat] : seats) {
    if (!is_maildir_folder(folder)) continue;
    TRY(auto bytes, read_seat(folder, seat));
    if (bytes) return bytes;
  }
  for (const auto& [folder, seat] : seats) {
    if (is_maildir_folder(folder)) continue;
    if (!servers_) servers_ = std::make_shared<MailServers>(env_, settings_);
    TRY(auto bytes, fetch_seat(*servers_, folder, seat));
    if (bytes) return bytes;
  }
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
