// SPDX-License-Identifier: GPL-3.0-or-later
// Requests as a connection brings them in. In pieces of any size they come out as in one; a head that is taken keeps
// the rules whatever way it was cut.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "serve/request_reader.hh"

using namespace lorelei::serve;

static void require(bool holds) {
  if (!holds) std::abort();
}

static std::string read_in_pieces(std::string_view bytes, std::size_t size) {
  using State = RequestReader::State;
  RequestReader reader({.line_bytes = 200, .field_bytes = 200, .head_bytes = 500, .fields = 5});
  std::string seen;
  for (std::size_t at = 0; at < bytes.size(); at += size) {
    reader.feed(bytes.substr(at, size));
    for (;;) {
      if (reader.state() == State::kHeadDone) {
        require(!(reader.head().is_chunked && reader.head().content_length));
        require(reader.head().minor_version == 0 || reader.head().find("host"));
        reader.read_body(300);
      }
      if (reader.state() != State::kDone) break;
      auto body = reader.take_body();
      require(body.size() <= 300);
      seen += reader.head().method + ' ' + reader.head().target + '\n' + body + '\n';
      reader.next();
    }
    if (reader.state() == State::kFault) {
      require(reader.fault().status >= 400);
      return seen;  // what is wrong behind them may be told earlier or later
    }
  }
  return seen;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (size == 0 || size > 20'000) return 0;
  const auto whole = read_in_pieces(bytes, bytes.size());
  require(whole == read_in_pieces(bytes, 1));
  require(whole == read_in_pieces(bytes, 7));
  return 0;
}
