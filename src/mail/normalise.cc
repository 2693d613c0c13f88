// SPDX-License-Identifier: GPL-3.0-or-later
#include "mail/normalise.hh"

#include <fmt/format.h>

#include <ctime>

#include "base/text.hh"
#include "mail/content_hash.hh"
#include "mail/overview.hh"

namespace lorelei::mail {

std::string normalised(std::string_view message) {
  message = without_from_line(message);
  const Halves halves = split_message(message);
  std::string out = without_fields(halves.header, kUnwantedHeaders);
  return out.append(message.substr(halves.header.size()));
}

std::string with_message_id(std::string_view message, std::string_view id) {
  const Halves halves = split_message(message);
  std::string out(halves.header);
  out.append("Message-ID: <").append(id).append(">").append(halves.line_end);
  // What was all body gets the empty line that it lacked.
  if (halves.header.empty() && halves.body.size() == message.size()) out.append(halves.line_end);
  return out.append(message.substr(halves.header.size()));
}

static std::string utc_stamp(std::int64_t seconds) {
  const std::time_t time = seconds;
  std::tm utc{};
  if (!gmtime_r(&time, &utc)) return "19700101000000";  // beyond the years that the C library can count
  return fmt::format("{:04}{:02}{:02}{:02}{:02}{:02}", utc.tm_year + std::int64_t{1900}, utc.tm_mon + 1, utc.tm_mday,
                     utc.tm_hour, utc.tm_min, utc.tm_sec);
}

MessageIdMaker::MessageIdMaker(const Entity& entity, std::int64_t now)
    : stamp_(utc_stamp(date_sent(entity, {now, 0}).seconds)),
      digest_(content_digest(entity)),
      received_(entity.header_raw("Received")) {}

std::string MessageIdMaker::next(std::uint64_t random) {
  ++tries_;
  if (tries_ == 2)
    for (const auto& value : received_) digest_.update("Received: " + value);
  if (tries_ > 2) digest_.update(std::to_string(random));
  const Sha256Digest digest = digest_.digest();
  std::string letters = base64({reinterpret_cast<const char*>(digest.data()), digest.size()});
  std::erase(letters, '=');
  for (char& c : letters) c = c == '+' ? '-' : c == '/' ? '_' : c;
  return stamp_ + "." + letters + "@z";
}

bool is_made_id(std::string_view id) {
  constexpr std::size_t kStamp = 14, kDigest = 43;
  if (id.size() != kStamp + 1 + kDigest + 2 || id[kStamp] != '.' || !id.ends_with("@z")) return false;
  const auto digest = id.substr(kStamp + 1, kDigest);
  return std::all_of(id.begin(), id.begin() + kStamp, is_digit) &&
         std::all_of(digest.begin(), digest.end(), [](char c) { return is_alnum(c) || c == '-' || c == '_'; });
}

}  // namespace lorelei::mail
