// SPDX-License-Identifier: GPL-3.0-or-later
// Messages that are each a little wrong, for comparisons with public-inbox.
#pragma once
#include <random>
#include <string>
#include <vector>

#include "base/text.hh"

namespace lorelei::mail {

// Makes a message of pieces that are each a little wrong, the same for each seed.
class OddMail {
 public:
  explicit OddMail(unsigned seed) : random_(seed) {}

  std::string message() {
    std::string raw;
    if (one_in(20)) raw += pick({"\n", "From x@y Thu Jan  1 00:00:00 1970\n", "garbage\n", " indented\n"});
    const auto fields = random_() % 9;
    for (std::size_t i = 0; i < fields; ++i) raw += field();
    raw += entity(0);
    if (one_in(12)) raw = replace_all(raw, "\n", "\r\n");
    if (one_in(40)) raw.resize(random_() % (raw.size() + 1));
    return raw;
  }

 private:
  bool one_in(unsigned n) { return random_() % n == 0; }
  std::string pick(std::vector<std::string> from) { return from[random_() % from.size()]; }
  std::string number(unsigned below) { return std::to_string(random_() % below); }

  std::string word() {
    return pick({"floppy",
                 "fix",
                 "a",
                 "Re:",
                 "[PATCH v2 1/3]",
                 "\xc3\xa9",
                 "\xe9",
                 "x.y",
                 "und",
                 "=?utf-8?q?J=C3=B6rg?=",
                 "=?utf-8?b?5Lit5paH?=",
                 "=?iso-8859-1?Q?=E9_?=",
                 "=?utf8?q?=E4=B8?= =?utf8?q?=AD?=",
                 "=?x-none?q?a?=",
                 "=?koi8-r?b?8NLJ18XU?=",
                 "=?utf-8?q?a",
                 "...",
                 "\t",
                 "=?gb2312?B?1tDOxA==?=",
                 "a/b~c",
                 "=?us-ascii?q?=00=0A?="});
  }
  std::string words() {
    std::string out = word();
    for (auto i = random_() % 4; i > 0; --i) out += pick({" ", " ", "\n ", "\n\t", "  "}) + word();
    return out;
  }
  std::string id() {
    return pick({"1@x", "2@x", "a.b@c", "y", "n", "to@x", "long" + std::string(random_() % 300, 'x') + "@y", "sp ace@x",
                 "tab\t@x"});
  }
  std::string ids() {
    std::string out;
    for (auto i = random_() % 4 + 1; i > 0; --i)
      out += pick({"<", "<", "<", "<<", ""}) + id() + pick({">", ">", "> ", ">\n\t", " "});
    return out;
  }
  std::string address() {
    return pick({"to@x", "A B <a@x>", "\"B, C\" <b@X.Org>", word() + " <c@x>", "d@x (" + word() + ")",
                 "list: e@x, f@x;", "undisclosed-recipients:;", "g", "<h@x", "\"i\"@x", "j @ x", "", "k@[1.2.3.4]",
                 "\"=?utf-8?q?l=2C?=\" <l@x>", "m@x.", word() + " " + word() + " <n@x>"});
  }
  std::string addresses() {
    std::string out = address();
    for (auto i = random_() % 4; i > 0; --i) out += pick({", ", ", ", ",", ",\n\t", " "}) + address();
    return out;
  }
  std::string date() {
    return pick({"Thu, ", "", "Thu ", "(x) "}) + number(32) + pick({" ", "-", " "}) +
           pick({"Nov", "feb", "March", "Okt"}) + pick({" ", "-", " "}) +
           pick({"2002", "02", "99", "1969", "20", "102"}) + " " + number(25) + ":" + pick({"30", "5", "61"}) +
           pick({"", ":07", ":60", ":59"}) + " " +
           pick({"+0100", "-0800", "GMT", "EST", "+1800", "", "UTC", "(PST)", "+5", "--500", "CEST", "+0000 (x)"});
  }
  std::string field() {
    static const char* const kNames[] = {
        "From",       "To",          "Cc",      "Sender",   "Subject",          "Message-ID",
        "References", "In-Reply-To", "Date",    "Received", "X-Alt-Message-ID", "message-id",
        "SUBJECT",    "X-Other",     "Reply-To"};
    const std::string name = kNames[random_() % std::size(kNames)];
    std::string value;
    if (name == "Subject" || name == "SUBJECT" || name == "X-Other")
      value = words();
    else if (name == "Date")
      value = date();
    else if (name == "Received")
      value = "from a by b with c; " + date();
    else if (name.size() > 6 && name != "Reply-To")
      value = ids();
    else
      value = addresses();
    if (one_in(30)) value += "\nwrapped badly";
    return name + pick({": ", ": ", ":", ":\t"}) + value + "\n";
  }

  std::string charset() {
    return pick({"utf-8", "UTF-8", "us-ascii", "iso-8859-1", "ISO-8859-15", "windows-1252", "utf8", "x-unknown",
                 "koi8-r", "gb2312", "\"utf-8\"", "big5", "latin1"});
  }
  std::string type() {
    return pick({"text/plain", "text/plain", "TEXT/Plain", "text/html", "text/x-patch", "application/octet-stream",
                 "image/png", "text", "message/rfc822", "multipart/mixed", "application/pgp-signature"});
  }
  std::string part_header(const std::string& boundary) {
    std::string out;
    if (!boundary.empty()) {
      out = "Content-Type: multipart/" + pick({"mixed", "alternative", "signed"}) +
            pick({"; boundary=", ";\n boundary="}) + pick({boundary, "\"" + boundary + "\""}) + "\n";
    } else if (!one_in(4)) {
      out = "Content-Type: " + type() + (one_in(3) ? "" : "; charset=" + charset()) +
            (one_in(4) ? "; name=" + pick({"a.patch", "\"a b\"", "\"" + word() + "\""}) : "") + "\n";
    }
    if (one_in(4))
      out += "Content-Disposition: " + pick({"attachment", "inline"}) +
             pick({"; filename=", "; filename*=utf-8''", "; filename*0="}) +
             pick({"x.c", "\"y z\"", "%C3%A9", word()}) + "\n";
    if (one_in(8)) out += "Content-Description: " + words() + "\n";
    if (one_in(2))
      out += "Content-Transfer-Encoding: " +
             pick({"7bit", "8bit", "quoted-printable", "base64", "Base64 ", "x-uuencode", ""}) + "\n";
    return out;
  }
  std::string text() {
    std::string out;
    for (auto i = random_() % 6; i > 0; --i)
      out += pick({"hello", "> quoted", "", "=C3=A9 and =", "aGVsbG8g", "w6k=", "diff --git a/x b/x", "--- a/x",
                   "\xc3\xa9", "\xe9", "-- ", "\xe4\xb8", "\x01", "From x", "trailing  ", "\xd6\xd0"}) +
             pick({"\n", "\n", "\n", "\r\n"});
    return out;
  }
  // Headers of a part, the empty line, its body.
  std::string entity(int depth) {
    if (depth < 4 && one_in(3)) return multipart(depth);
    if (depth < 4 && one_in(12)) return "Content-Type: message/rfc822\n\n" + field() + field() + entity(depth + 1);
    return part_header("") + pick({"\n", "\n", "\n", ""}) + text();
  }
  std::string multipart(int depth) {
    const std::string boundary = pick({"b", "=_x", "0", "a b"}) + std::to_string(depth);
    std::string out = part_header(boundary) + "\n" + pick({"", "preamble\n", "From: me\n"});
    for (auto i = random_() % 4; i > 0; --i)
      out += "--" + boundary + pick({"", " ", "x"}) + "\n" + (one_in(6) ? "\n" : entity(depth + 1)) +
             pick({"\n", "", "\n\n"});
    return out + pick({"--" + boundary + "--\n", "--" + boundary + "--", "", "--" + boundary + "\n"}) +
           pick({"", "epilogue\n"});
  }

  std::mt19937 random_;
};

}  // namespace lorelei::mail
