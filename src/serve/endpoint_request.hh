// SPDX-License-Identifier: GPL-3.0-or-later
// What a client of the web endpoint asks for: a JSON object by POST.
//
//   {"action": "auth-new", "name": N, "identity": ADDRESS, "selector": S, "pubkey": KEY}
//   {"action": "auth-verify", "msg": MAIL}        MAIL is signed; a line of it is "verify:CHALLENGE"
//   {"action": "auth-delete", "msg": MAIL}        the same, with a line "auth-delete"
//   {"action": "receive", "messages": [MAIL...]}  signed patches for the lists
//   {"action": "reflect", "messages": [MAIL...]}  the same, to their author only
//   {"action": "describe"}                        what is special here; ours, b4's own service does not know it
//
// Answered with {"result": "success" | "error", "message": TEXT}; errors have the status 500. What is no request of
// this shape is answered in plain text. Members that are not named here are passed over.
//
// Foreign bytes: linear, at most kMaxJsonDepth levels. Source: the web endpoint of b4.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hh"

namespace lorelei::serve {

inline constexpr int kMaxJsonDepth = 16;

struct EndpointRequest {
  enum class Action { kNew, kVerify, kDelete, kReceive, kReflect, kDescribe };
  Action action = Action::kNew;
  std::string name, identity, selector, key;  // kNew
  std::string message;                        // kVerify, kDelete
  std::vector<std::string> messages;          // kReceive, kReflect
};

const char* name_of(EndpointRequest::Action);  // "auth-new"

// Line ends are LF. Errors: kUsage, no JSON or an unknown action; kNotFound, a member that it needs is missing.
Result<EndpointRequest> parse_endpoint_request(std::string_view body);
std::string endpoint_answer(bool is_success, std::string_view message);

}  // namespace lorelei::serve
