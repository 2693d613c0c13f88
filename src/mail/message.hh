// SPDX-License-Identifier: GPL-3.0-or-later
// One message, or one part of one: a header block and a body, as bytes.
//
// The one idea: an Entity is a pair of views into bytes that somebody else keeps; reading is lazy and never fails. Any
// bytes are a message: without a header it is all body. What a header or a part *means* (which folding counts, how a
// multipart is cut, when a charset is given up) follows public-inbox 1.9, because article numbers, threads and search
// terms must come out equal; where mail standards say otherwise, the standard loses and the comment says so.
//
// Foreign bytes: everything is linear in the size of the message. Limits below; what is beyond them is left as one
// undivided part or not looked at, never an error.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lorelei::mail {

inline constexpr std::size_t kMaxHeaderBytes = 102400;  // of the header block; cut at a line end (as Postfix does)
inline constexpr int kMaxParts = 1000;                  // leaves and containers together
inline constexpr int kMaxNesting = 20;                  // a deeper multipart is one leaf
inline constexpr std::size_t kMaxBoundaryBytes = 2047;

struct ContentType {
  std::string type = "text", subtype = "plain";                 // as written; compare without case
  std::vector<std::pair<std::string, std::string>> parameters;  // names in lower case, RFC 2231 joined
  const std::string* parameter(std::string_view lower_case_name) const;
};

class Entity {
 public:
  // bytes must outlive the entity and all views it gives.
  explicit Entity(std::string_view bytes);

  std::string_view header_block() const { return header_; }  // with its last line end, without the empty line
  std::string_view body_raw() const { return body_; }
  std::string_view line_end() const { return line_end_; }  // "\n" or "\r\n"

  // Every value of the header called name (any case), in order: unfolded (each fold is one space), trimmed, undecoded.
  std::vector<std::string> header_raw(std::string_view name) const;
  // The same in UTF-8: encoded words (RFC 2047) decoded in the headers where the reference does, invalid bytes kept
  // as the reference keeps them.
  std::vector<std::string> header(std::string_view name) const;

  ContentType content_type() const;             // text/plain if absent or unreadable
  std::optional<std::string> filename() const;  // of Content-Disposition, else name= of Content-Type; decoded
  std::string body() const;                     // transfer-decoded bytes; unknown encodings as they are
  // Transfer-decoded and converted to UTF-8, by the reference's rules (an unknown or lying charset falls back to
  // UTF-8, then to the bytes); nothing for what is not text. text/html and text/xhtml are not text here.
  std::optional<std::string> text() const;

  bool is_submessage() const { return is_submessage_; }  // the message inside a message/rfc822 part

 private:
  friend class PartWalk;
  std::string_view header_, body_, line_end_ = "\n";
  bool is_submessage_ = false;
};

// A leaf of the MIME tree (or an embedded message itself, is_submessage()), in document order.
struct Part {
  const Entity& entity;
  int depth;          // 0 for a message that has no parts
  std::string index;  // "1", "2.1"
};
// Calls visit for each; stops early if it returns false. Entities and views die with the call: decoded bytes of nested
// parts belong to it.
void each_part(const Entity& message, const std::function<bool(const Part&)>& visit);

}  // namespace lorelei::mail
