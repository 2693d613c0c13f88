// SPDX-License-Identifier: GPL-3.0-or-later
// A subject (the first line) and a body (the rest) on any bytes: no crash; what is read twice is read the same; every
// trailer was a line of the text.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/text.hh"
#include "patch/body.hh"
#include "patch/subject.hh"
#include "patch/trailers.hh"

namespace {

void check(bool holds) {
  if (!holds) std::abort();
}

void read_subject(std::string_view line) {
  const auto subject = lorelei::patch::parse_subject(line);
  check(subject.title.size() <= line.size());
  check(lorelei::patch::parse_subject(std::string(line) + " ").title == subject.title);
  const auto key = lorelei::patch::series_key(subject.title);
  check(lorelei::patch::series_key(key) == key);
}

void read_body(std::string_view body) {
  using namespace lorelei::patch;
  const auto message = message_of(body);
  check(body.starts_with(message) && message.find(last_paragraph(message)) != std::string_view::npos);
  for (const auto& path : touched_paths(body)) check(!path.empty() && path.size() <= body.size());
  labelled_word(body, "change-id");
  for (const auto source : {TrailerSource::kPatch, TrailerSource::kReply}) {
    for (const auto& trailer : find_trailers(body, source)) {
      check(body.find(trailer.name) != std::string_view::npos && trailer.name.size() >= 2);
      check((trailer.kind == Trailer::Kind::kPerson) == !trailer.person.address.empty());
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto line = text.find('\n');
  read_subject(text.substr(0, line));
  if (line != std::string_view::npos) read_body(text.substr(line + 1));
  return 0;
}
