// SPDX-License-Identifier: GPL-3.0-or-later
// Developers' signature and key headers, paths of keys, and the canonical form with its cut: whatever comes in, what is
// read is read in one way.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "attest/canonical.hh"
#include "attest/key_header.hh"
#include "attest/key_path.hh"
#include "attest/signed_header.hh"

using namespace lorelei::attest;

static void check(bool holds) {
  if (!holds) std::abort();
}

static void header(std::string_view text) {
  const auto tags = read_signature_header(text);
  if (!tags) return;
  check(tags->hashed.ends_with("b=") && tags->body_hash.size() == 32 && !tags->object.empty());
  // Folded elsewhere it says the same.
  const auto again = read_signature_header(" " + relaxed(text) + "\r\n");
  check(again && again->hashed == tags->hashed && again->object == tags->object);
  const auto path = key_path({tags->algorithm, tags->identity, tags->selector});
  check(!path || (path->find("/../") == path->npos && path->find("/./") == path->npos));
}

static void key(std::string_view text) {
  const auto read = read_key_header(text);
  if (!read) return;
  check(!read->identity.empty() && !read->key.empty());
  const auto path = key_path({read->algorithm, read->identity});
  check(!path || (path->find("/../") == path->npos && path->find("/./") == path->npos));
}

static void message(std::string_view text) {
  const auto content = canonicalise(text);
  if (!content) return;
  check(content->body.ends_with("\r\n"));
  (void)content->hashed_headers({"from", "subject", "message-id", "from"});
  for (std::size_t length : {std::size_t{1}, content->body.size() / 2, content->body.size()})
    if (const auto part = trimmed(*content, length)) check(part->message.size() + part->patch.size() <= length);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  header(text);
  key(text);
  message(text);
  (void)key_name_of(text);
  return 0;
}
