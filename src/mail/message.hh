// SPDX-License-Identifier: GPL-3.0-or-later
// One message, or one part of one: a header block and a body, as bytes.
//
// The one idea: an Entity is a pair of views into bytes that somebody else keeps; reading is lazy and never fails. Any
// bytes are a message: without a header it is all body. What a header or a part *means* (which folding counts, how a
// multipart is cut, when a charset is given up) follows public-inbox 1.9, because article numbers, threads and search
// terms must come out equal; where mail standards say otherwise, the standard loses and the comment says so.
//
//   header         mail/header_block.hh; a header that somebody wrapped without indenting it counts as folded
//   multipart      cut at lines "--BOUNDARY", up to the first line "--BOUNDARY--"; parts of white space only are not
//                  there; the preamble is a part if a colon is in it (old git-send-email put From: there)
//   message/*      rfc822, rfc2822, news and global are descended into, others are leaves
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

#include "mail/characters.hh"
#include "mail/content_type.hh"
#include "mail/header_block.hh"

namespace lorelei::mail {

inline constexpr std::size_t kMaxHeaderBytes = 102400;  // of the header block; cut at a line end (as Postfix does)
inline constexpr int kMaxParts = 1000;                  // leaves and containers together
inline constexpr int kMaxNesting = 20;                  // a deeper multipart is one leaf
inline constexpr std::size_t kMaxBoundaryBytes = 2047;

// The text of a part. is_guess: no charset that the part names fits its bytes; read as UTF-8, else left as bytes.
struct DecodedText {
  Text text;
  bool is_guess = false;
};

class Entity {
 public:
  // bytes must outlive the entity and all views it gives.
  explicit Entity(std::string_view bytes);

  std::string_view header_block() const { return header_; }  // with its last line end, without the empty line
  std::string_view body_raw() const { return body_; }
  std::string_view line_end() const { return line_end_; }  // "\n" or "\r\n"
  const std::vector<Field>& fields() const { return fields_; }

  // Every value of the header called name (any case), in order: unfolded, undecoded.
  std::vector<std::string> header_raw(std::string_view name) const;
  std::optional<std::string> first_header_raw(std::string_view name) const;
  // The same with encoded words (RFC 2047) decoded in the headers where the reference does: Subject, Content-Type,
  // Content-Description; names and comments in From, To, Cc, Bcc, Sender, Reply-To and their Resent- forms.
  std::vector<Text> header_text(std::string_view name) const;
  std::vector<std::string> header(std::string_view name) const;  // the bytes of header_text()

  const ContentType& content_type() const;      // text/plain, charset us-ascii if absent or unreadable
  std::optional<Text> filename_text() const;    // of Content-Disposition, else name= of Content-Type; decoded
  std::optional<std::string> filename() const;  // the bytes of filename_text()
  std::string body() const;                     // transfer-decoded bytes; unknown encodings as they are
  // Transfer-decoded and converted to UTF-8, by the reference's rules; nothing for what is not text. text/html and
  // text/xhtml are not text here. Bytes, undecoded, where no charset is given or the one that is given and UTF-8 both
  // are lies.
  std::optional<DecodedText> decode() const;
  std::optional<Text> decoded_text() const;
  std::optional<std::string> text() const;  // the bytes of decoded_text()

  bool is_submessage() const { return is_submessage_; }  // the message inside a message/rfc822 part

 private:
  friend class PartWalk;
  std::string_view header_, body_, line_end_ = "\n";
  std::vector<Field> fields_;
  mutable std::optional<ContentType> content_type_;  // of the first call of content_type()
  bool is_submessage_ = false;
};

// A leaf of the MIME tree, in document order; also a message/rfc822 part, before the message inside it, and a
// multipart that is such a message (with an empty body), before its parts.
struct Part {
  const Entity& entity;
  int depth;          // 0 for a message that has no parts
  std::string index;  // "1", "2.1"; "0" for a message that is message/rfc822 as a whole
};
// What is behind the end of a multipart that turns out to have no parts, where the message itself is such: the
// reference keeps it in some places, and drops it where it does not need the message any more.
enum class Epilogue { kKept, kDropped };
// Calls visit for each; stops early if it returns false. The entities die with the call, the views they give do not.
void each_part(const Entity& message, const std::function<bool(const Part&)>& visit, Epilogue = Epilogue::kKept);

}  // namespace lorelei::mail
