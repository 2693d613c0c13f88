// SPDX-License-Identifier: GPL-3.0-or-later
#include "serve/endpoint_request.hh"

#include <fmt/core.h>

#include <map>
#include <nlohmann/json.hpp>

#include "base/json.hh"
#include "base/text.hh"

namespace lorelei::serve {

namespace {

using nlohmann::json;
using Action = EndpointRequest::Action;

tl::unexpected<Error> no_request(std::string why, Error::Kind kind = Error::Kind::kUsage) {
  return err(kind, "read the request", "", std::move(why));
}

// Takes the texts of the outermost object and the texts of its arrays; what lies deeper is only counted.
class Shape final : public nlohmann::json_sax<json> {
 public:
  std::map<std::string, std::string> texts;
  std::map<std::string, std::vector<std::string>> lists;
  std::string flaw;

  bool null() override { return other(); }
  bool boolean(bool) override { return other(); }
  bool number_integer(number_integer_t) override { return other(); }
  bool number_unsigned(number_unsigned_t) override { return other(); }
  bool number_float(number_float_t, const string_t&) override { return other(); }
  bool binary(binary_t&) override { return other(); }
  bool string(string_t& text) override {
    if (depth_ == 0) return other();
    if (depth_ == 1) texts[key_] = std::move(text);
    if (depth_ == 2 && is_list_) lists[key_].push_back(std::move(text));
    return true;
  }
  bool key(string_t& name) override {
    if (depth_ != 1) return true;
    key_ = std::move(name);
    // Programs differ on which of two counts.
    if (++seen_[key_] > 1) return fail(fmt::format("'{}' is there twice", printable(key_)));
    return true;
  }
  bool start_object(std::size_t) override { return down(false); }
  bool end_object() override { return up(); }
  bool start_array(std::size_t) override { return down(true); }
  bool end_array() override { return up(); }
  bool parse_error(std::size_t, const std::string&, const json::exception&) override { return fail("it is no JSON"); }

 private:
  bool fail(std::string why) { return flaw = std::move(why), false; }
  bool other() {
    if (depth_ == 0) return fail("it is no JSON object");
    if (depth_ == 2 && is_list_) return fail("a list holds something else than text");
    return true;
  }
  bool down(bool is_list) {
    if (depth_ == 0 && is_list) return fail("it is no JSON object");
    if (depth_ == 1) is_list_ = is_list;
    if (depth_ == 1 && is_list) lists[key_];
    return ++depth_ <= kMaxJsonDepth || fail("it is nested too deep");
  }
  bool up() { return --depth_, true; }

  int depth_ = 0;
  bool is_list_ = false;  // what was entered last from the outermost object
  std::string key_;
  std::map<std::string, int> seen_;
};

constexpr std::pair<const char*, Action> kActions[] = {
    {"auth-new", Action::kNew},    {"auth-verify", Action::kVerify}, {"auth-delete", Action::kDelete},
    {"receive", Action::kReceive}, {"reflect", Action::kReflect},    {"describe", Action::kDescribe}};

Result<Action> action_of(const Shape& shape) {
  const auto named = shape.texts.find("action");
  if (named == shape.texts.end()) return no_request("it names no action");
  for (const auto& [name, action] : kActions)
    if (named->second == name) return action;
  return no_request("there is no such action: " + printable(named->second).substr(0, 100));
}

Result<void> take(const Shape& shape, const char* name, std::string& to) {
  const auto found = shape.texts.find(name);
  if (found == shape.texts.end()) return no_request(fmt::format("it lacks '{}'", name), Error::Kind::kNotFound);
  to = found->second;
  return {};
}

std::string with_line_feeds(const std::string& mail) { return replace_all(mail, "\r\n", "\n"); }

}  // namespace

const char* name_of(Action action) {
  for (const auto& [name, one] : kActions)
    if (one == action) return name;
  return "";
}

Result<EndpointRequest> parse_endpoint_request(std::string_view body) {
  Shape shape;
  // The lexer replaces nothing: bytes that are no UTF-8 are no JSON.
  if (!json::sax_parse(body.begin(), body.end(), &shape))
    return no_request(shape.flaw.empty() ? "it is no JSON" : shape.flaw);
  EndpointRequest request;
  TRY(request.action, action_of(shape));
  switch (request.action) {
    case Action::kDescribe:
      break;
    case Action::kNew:
      TRY_VOID(take(shape, "name", request.name));
      TRY_VOID(take(shape, "identity", request.identity));
      TRY_VOID(take(shape, "selector", request.selector));
      TRY_VOID(take(shape, "pubkey", request.key));
      break;
    case Action::kVerify:
    case Action::kDelete:
      TRY_VOID(take(shape, "msg", request.message));
      request.message = with_line_feeds(request.message);
      break;
    case Action::kReceive:
    case Action::kReflect:
      const auto found = shape.lists.find("messages");
      if (found == shape.lists.end()) return no_request("it lacks 'messages'", Error::Kind::kNotFound);
      for (const auto& mail : found->second) request.messages.push_back(with_line_feeds(mail));
      break;
  }
  return request;
}

std::string endpoint_answer(bool is_success, std::string_view message) {
  std::string text;
  JsonWriter json(text);
  json.begin_object();
  json.member("result", is_success ? "success" : "error");
  json.member("message", message);
  json.end_object();
  return text;
}

}  // namespace lorelei::serve
