// SPDX-License-Identifier: GPL-3.0-or-later
// What strangers post to the web endpoint: a request, or a mail as it stands in one; the first byte says which. No
// crash; what was taken of a request has the members that its action needs; a mail that can be sent under another From
// is, to git and to verifiers, the mail that it was.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "attest/canonical.hh"
#include "mail/message.hh"
#include "serve/endpoint_request.hh"
#include "serve/relayed_mail.hh"
#include "serve/submission.hh"

using namespace lorelei;
using namespace lorelei::serve;

static void require(bool holds) {
  if (!holds) std::abort();
}

static void read_request(std::string_view body) {
  const auto request = parse_endpoint_request(body);
  if (!request) return;
  // Of more than one CR before an LF the last one goes.
  if (body.find("\\r") == body.npos)
    for (const auto& message : request->messages) require(message.find("\r\n") == message.npos);
  if (request->action != EndpointRequest::Action::kReceive && request->action != EndpointRequest::Action::kReflect)
    require(request->messages.empty());
  // An answer is a JSON object whatever it says, but no request.
  const auto answer = endpoint_answer(false, body);
  const auto again = parse_endpoint_request(answer);
  require(!again && again.error().why == "it names no action");
}

static void send_on(std::string_view text) {
  (void)named_signers(text);
  (void)line_after(text, "verify:");
  if (!check_author(text, "zoe@example.org")) return;
  const auto before = attest::canonicalise(text);
  const mail::Entity entity(text);
  if (!before || !before->doubt.empty() || entity.header_raw("From").size() != 1) return;
  EndpointSettings settings;
  settings.name = "Example";
  settings.domain = "example.net";
  Submitted submitted;
  submitted.message = text;
  submitted.author = "zoe@example.org";
  submitted.author_name = "Zoe";
  submitted.has_diff = true;
  const auto relayed = relayed_mail(submitted, settings, {attest::Algorithm::kEd25519, "zoe@example.org", "s"}, 1);
  if (!relayed) return;
  const auto after = attest::canonicalise(relayed->message);
  require(after && after->author == before->author && after->email == before->email && after->body == before->body);
  require(mail::Entity(relayed->message).header_raw("X-Endpoint-Received").size() == 1);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (data[0] % 2 == 0)
    read_request(text);
  else
    send_on(text);
  return 0;
}
