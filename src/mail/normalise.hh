// SPDX-License-Identifier: GPL-3.0-or-later
// What an archive does to a message before it keeps it, and the Message-ID that it gives to one that has none of its
// own. Everything that is not named here is kept byte for byte, 8-bit headers and CRLF included.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/sha256.hh"
#include "mail/message.hh"

namespace lorelei::mail {

// Headers that are the mail store's or the delivery's own, not the message's: dropped, all occurrences. Those of
// public-inbox: the two programs may write to one archive.
inline constexpr std::string_view kUnwantedHeaders[] = {"Bytes",
                                                        "Lines",
                                                        "Content-Length",
                                                        "Status",
                                                        "X-Status",
                                                        "Delivered-To",
                                                        "Approved",
                                                        "X-Original-To",
                                                        "Approve",
                                                        "X-Approve",
                                                        "X-Approved",
                                                        "Urgent",
                                                        "X-PMRQC",
                                                        "X-Confirm-Reading-To",
                                                        "Return-Receipt-To",
                                                        "Disposition-Notification-To"};

// Without a leading "From " line of an mbox and without kUnwantedHeaders.
std::string normalised(std::string_view message);

// The message with the header "Message-ID: <id>" behind all others. Those it has stay as they are.
std::string with_message_id(std::string_view message, std::string_view id);

// Message-IDs for a message that has none, or whose every id belongs to another message already. Each is made of the
// date and the content, so that everybody who archives the message comes to the same:
//
//   YYYYMMDDhhmmss "." DIGEST "@z"      the Date (else Received, else now) in UTC; content_digest() in base64url
//
// The second try mixes in the Received headers; from the third on it is random.
class MessageIdMaker {
 public:
  MessageIdMaker(const Entity&, std::int64_t now);
  // random: mixed in from the third id on; any value, different each time.
  std::string next(std::uint64_t random);

 private:
  std::string stamp_;
  Sha256 digest_;
  std::vector<std::string> received_;
  int tries_ = 0;
};

// Whether an id looks like one of these.
bool is_made_id(std::string_view id);

}  // namespace lorelei::mail
