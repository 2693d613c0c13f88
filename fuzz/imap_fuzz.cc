// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as what a mail server says, as a name of a mailbox, as an address. However the bytes are cut into pieces,
// the same responses come out; names and dates that are understood are written and read again.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "base/text.hh"
#include "wire/imap_literal.hh"
#include "wire/imap_reader.hh"
#include "wire/imap_response.hh"
#include "wire/imap_syntax.hh"
#include "wire/imap_url.hh"

using namespace lorelei;
using namespace lorelei::wire;

static std::vector<std::string> responses_in(std::string_view bytes, std::size_t step) {
  ImapReader reader(/*max_literals=*/50);
  std::vector<std::string> all;
  for (std::size_t at = 0; at < bytes.size(); at += step) {
    reader.feed(bytes.substr(at, step));
    for (auto response = reader.next(); response && *response; response = reader.next()) {
      const auto parsed = parse_imap_response(**response);
      if (parsed) imap_append_uid(parsed->code_arguments);
      if (parsed) imap_flag_list(parsed->code_arguments);
      all.push_back((*response)->text);
    }
  }
  return all;
}

static void check_names(std::string_view bytes) {
  if (is_utf8(bytes) && utf8_of_imap_name(imap_name_of_utf8(bytes)) != bytes) std::abort();
  if (const auto utf8 = utf8_of_imap_name(bytes); utf8 && utf8_of_imap_name(imap_name_of_utf8(*utf8)) != utf8)
    std::abort();
  if (const auto date = parse_imap_date(bytes); date && *date >= 0 && *date < 253'402'300'800) {
    const auto again = imap_date(*date);
    if (parse_imap_date(std::string_view(again).substr(1, again.size() - 2)) != date) std::abort();
  }
  if (const auto url = parse_imap_url(bytes)) {
    const auto again = parse_imap_url(url->canonical);
    if (!again || again->canonical != url->canonical || again->mailbox != url->mailbox) std::abort();
  }
  std::string literal;
  append_imap_literal(literal, bytes);
  if (literal.size() != imap_literal_size(bytes)) std::abort();
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data + 1), size - 1);
  const std::size_t step = data[0] % 16 + std::size_t{1};
  if (responses_in(bytes, step) != responses_in(bytes, bytes.size() + 1)) std::abort();
  check_names(bytes);
  return 0;
}
