// SPDX-License-Identifier: GPL-3.0-or-later
#include "lei/blob_finder.hh"

#include "git/objects.hh"
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

Result<BlobFinder> BlobFinder::open(Env& env, const Settings& settings, Manner manner) {
  TRY(auto sync, MailSync::open(settings.home(), MailSync::Access::kRead));
  BlobFinder finder(std::move(sync));
  std::vector<std::string> objects;
  if (const auto sources = choose_sources(env, settings, {}, manner)) {
    auto directories = sources->locals;
    if (sources->store) directories.insert(directories.begin(), *sources->store);
    for (const auto& directory : directories)
      if (const auto place = search::find_place(directory)) objects.push_back(fs::absolute(place->objects()).string());
  }
  if (!objects.empty()) {
    TRY(finder.objects_, git::BlobReader::open(objects));
  }
  return finder;
}

Result<std::optional<std::string>> BlobFinder::read(const git::ObjectId& blob) {
  if (objects_) {
    auto bytes = objects_->read(blob);
    if (bytes) return *std::move(bytes);
    if (bytes.error().kind != Error::Kind::kNotFound) return tl::unexpected(std::move(bytes).error());
  }
  TRY(const auto seats, sync_.seats_of(blob));
  for (const auto& [folder, seat] : seats) {
    if (!is_maildir_folder(folder)) continue;
    TRY(auto bytes, read_seat(folder, seat));
    if (bytes) return bytes;
  }
  return std::nullopt;
}

}  // namespace lorelei::lei
