// SPDX-License-Identifier: GPL-3.0-or-later
#include "attest/dkim_canonical.hh"

#include <fmt/core.h>

#include <algorithm>
#include <cassert>
#include <cstring>

#include "base/text.hh"

namespace lorelei::attest {

namespace {

constexpr auto kDoing = "read the message";

bool is_blank(char c) { return c == ' ' || c == '\t'; }

// A line without its line end, which may be CRLF, LF or the end of the text.
struct Line {
  std::string_view text;
  std::size_t next;
};
Line line_at(std::string_view text, std::size_t at) {
  const auto end = text.find('\n', at);
  if (end == text.npos) return {text.substr(at), text.size()};
  const bool is_crlf = end > at && text[end - 1] == '\r';
  return {text.substr(at, end - at - (is_crlf ? 1 : 0)), end + 1};
}

// The name of "Name: ..." or "Name : ...", nothing if the line is none of them.
std::string_view name_of_line(std::string_view line) {
  const auto colon = line.find(':');
  if (colon == line.npos) return {};
  auto name = line.substr(0, colon);
  while (!name.empty() && is_blank(name.back())) name.remove_suffix(1);
  const bool is_name = std::all_of(name.begin(), name.end(), [](char c) { return c > ' ' && c < 127; });
  return is_name ? name : std::string_view();
}

// Why others may read a line of the header as something else; empty: nobody does.
const char* doubt_about(std::string_view line) {
  if (trim(line).empty()) return "a line of white space stands in its header";
  if (line.find('\r') != line.npos) return "a carriage return stands in its header";
  if (line.find('\0') != line.npos) return "a NUL byte stands in its header";
  if (is_blank(line[0])) return "";
  const auto name = name_of_line(line);
  if (name.empty()) return "a line of its header is none";
  return line[name.size()] == ':' ? "" : "white space stands before the colon of a header";
}

// Appends text with runs of SP and HT as one space each.
void append_squeezed(std::string& out, std::string_view text) {
  std::size_t copied = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (!is_blank(text[at])) continue;
    const auto start = at;
    while (at + 1 < text.size() && is_blank(text[at + 1])) ++at;
    if (at == start && text[at] == ' ') continue;
    out.append(text, copied, start - copied);
    out += ' ';
    copied = at + 1;
  }
  out.append(text, copied);
}

// text with each LF as CRLF, unless it is one.
void append_with_crlf(std::string& out, std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto line = line_at(text, at);
    out += line.text;
    if (text[line.next - 1] == '\n') out += "\r\n";
    at = line.next;
  }
}

// Name and value of a header, relaxed.
void append_relaxed(std::string& out, std::string_view name, std::string_view value) {
  out += name;
  out += ':';
  std::string line;
  for (std::size_t at = 0; at < value.size();) {
    const auto part = line_at(value, at);
    line += part.text;
    at = part.next;
  }
  std::string_view text = line;
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  append_squeezed(out, text);
}

}  // namespace

Result<DkimMessage> read_dkim_message(std::string_view raw) {
  if (raw.size() > kMaxDkimMessage)
    return err(Error::Kind::kTooLarge, kDoing, "", fmt::format("it has more than {} bytes", kMaxDkimMessage));
  DkimMessage message;
  for (std::size_t at = 0; at < raw.size();) {
    const auto line = line_at(raw, at);
    const auto whole = raw.substr(at, line.next - at);
    if (line.text.empty()) {
      message.body = raw.substr(line.next);
      break;
    }
    if (line.next > kMaxDkimHeader) return err(Error::Kind::kTooLarge, kDoing, "", "its header is too large");
    const bool is_of_mbox = at == 0 && line.text.starts_with("From ");
    if (const std::string_view doubt = doubt_about(line.text); !doubt.empty() && !is_of_mbox) message.doubt = doubt;
    if (is_blank(line.text[0])) {
      if (message.headers.empty())
        message.doubt = "it begins in the middle of a header";
      else
        message.headers.back().whole = {message.headers.back().whole.data(),
                                        message.headers.back().whole.size() + whole.size()};
    } else if (const auto name = name_of_line(line.text); !name.empty() && !is_of_mbox) {
      message.headers.push_back({to_lower(name), whole});
    }
    at = line.next;
  }
  return message;
}

void append_canonical_header(std::string& out, const DkimHeader& header, Canonicalisation kind) {
  if (kind == Canonicalisation::kSimple) {
    append_with_crlf(out, header.whole);
    if (!header.whole.ends_with('\n')) out += "\r\n";
  } else {
    append_relaxed(out, header.name, header.value());
    out += "\r\n";
  }
}

void append_signature_header(std::string& out, const DkimHeader& header, const DkimSignature& signature) {
  const auto value = header.value();
  std::string emptied(value.substr(0, signature.bytes_begin));
  emptied += value.substr(signature.bytes_end);
  if (signature.header == Canonicalisation::kSimple) {
    if (emptied.ends_with('\n')) emptied.pop_back();
    if (emptied.ends_with('\r')) emptied.pop_back();
    append_with_crlf(out, header.whole.substr(0, header.whole.size() - value.size()));
    append_with_crlf(out, emptied);
  } else {
    append_relaxed(out, header.name, emptied);
  }
}

std::string canonical_dkim_body(std::string_view body, Canonicalisation kind) {
  std::string out;
  out.reserve(body.size() + body.size() / 16 + 2);
  std::size_t last_line_end = 0;  // behind the last line that is not empty
  for (std::size_t at = 0; at < body.size();) {
    const auto line = line_at(body, at);
    auto text = line.text;
    if (kind == Canonicalisation::kSimple) {
      out += text;
    } else {
      while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
      append_squeezed(out, text);
    }
    out += "\r\n";
    if (!text.empty()) last_line_end = out.size();
    at = line.next;
  }
  out.resize(last_line_end);
  if (out.empty() && kind == Canonicalisation::kSimple) out = "\r\n";
  return out;
}

HeaderPicker::HeaderPicker(const std::vector<DkimHeader>& headers) : headers_(headers) {
  for (std::size_t i = 0; i < headers.size(); ++i) by_name_[headers[i].name].at.push_back(i);
}

void HeaderPicker::restart(std::size_t own) {
  own_ = own;
  for (auto& [name, instances] : by_name_) instances.used = 0;
}

const DkimHeader* HeaderPicker::next(std::string_view name) {
  const auto found = by_name_.find(std::string(name));
  if (found == by_name_.end()) return nullptr;
  auto& [at, used] = found->second;
  while (used < at.size()) {
    const auto index = at[at.size() - ++used];
    if (index != own_) return &headers_[index];
  }
  return nullptr;
}

std::size_t HeaderPicker::count(std::string_view name) const {
  const auto found = by_name_.find(std::string(name));
  return found == by_name_.end() ? 0 : found->second.at.size();
}

const std::string& BodyHashes::canonical(Canonicalisation kind) {
  auto& text = kind == Canonicalisation::kSimple ? simple_ : relaxed_;
  if (!text) text = canonical_dkim_body(body_, kind);
  return *text;
}

std::uint64_t BodyHashes::length(Canonicalisation kind) { return canonical(kind).size(); }

const Sha256Digest& BodyHashes::hash(Canonicalisation kind, std::uint64_t limit) {
  const auto& text = canonical(kind);
  assert(limit <= text.size());
  for (const auto& one : known_)
    if (one.kind == kind && one.limit == limit) return one.digest;
  known_.push_back({kind, limit, sha256(std::string_view(text).substr(0, limit))});
  return known_.back().digest;
}

}  // namespace lorelei::attest
