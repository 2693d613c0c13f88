// SPDX-License-Identifier: GPL-3.0-or-later
// Made-up messages through us and through git mailinfo: five fields, or failure, must be the same.
//
// LORELEI_MAILINFO_MESSAGES says how many (5,000). Every message follows from its number.
#include <gtest/gtest.h>

#include <cstdlib>
#include <random>

#include "mail/mailinfo.hh"
#include "tests/mail/mailinfo_peer.hh"
#include "tests/peers.hh"

namespace lorelei::mail {
namespace {

using Random = std::mt19937;
using Choices = std::vector<const char*>;

// A message of random parts: mostly sound, with a share of everything that has a rule of its own.
class MessageMaker {
 public:
  explicit MessageMaker(unsigned seed) : random_(seed) {}

  std::string message() {
    out_.clear();
    if (one_in(12)) out_ += pick({"\n", " \n\t\n", "\r\n", "From 0123456789abcdef Mon Sep 17 00:00:00 2001\n"});
    headers();
    const auto depth = one_in(4) ? 1 + below(one_in(8) ? 6 : 3) : 0;
    body(depth);
    if (one_in(3)) mutate();
    return out_;
  }

 private:
  std::size_t below(std::size_t limit) { return random_() % limit; }
  bool one_in(std::size_t n) { return below(n) == 0; }
  std::string pick(const Choices& choices) { return choices[below(choices.size())]; }

  std::string word() {
    return pick({"foo",  "bar",       "fix",
                 "the",  "lock",      "\xc3\xa9t\xc3\xa9",
                 "Re:",  "[PATCH]",   "[PATCH v2 1/3]",
                 "x:",   "(y)",       "a  b",
                 "z\t",  "[",         "]",
                 "R",    "re: ",      "=",
                 "=?",   "?=",        "-- ",
                 "\xe9", "b\xc3\xbc", "\x1b$B",
                 "~{",   "+AGE-"});
  }
  std::string phrase(std::size_t most) {
    std::string out;
    for (auto n = below(most + 1); n > 0; --n) out += word() + (one_in(10) ? "" : " ");
    return out;
  }
  std::string charset() {
    return pick({"utf-8",        "UTF-8",        "utf8",        "UTF8",       "us-ascii",
                 "iso-8859-1",   "ISO-8859-15",  "latin-1",     "latin1",     "iso-2022-jp",
                 "gb2312",       "hz-gb-2312",   "hz",          "utf-7",      "koi8-r",
                 "windows-1252", "windows-1258", "shift_jis",   "utf-16",     "utf-16le",
                 "UTF-16LE-BOM", "utf-32",       "x-unknown",   "",           "us-ascii//IGNORE",
                 "iso-8859-99",  "euc-jisx0213", "iso-2022-kr", "big5-hkscs", "utf-",
                 "tcvn"});
  }
  std::string usual_charset() { return one_in(4) ? charset() : pick({"utf-8", "us-ascii", "iso-8859-1", "UTF-8"}); }
  std::string encoded_word() {
    const auto text = pick({"J=C3=B6rg", "a_b", "=?",  "_",   "=4", "=",   "=zz",    "SsO2cmc=",   "YQ",     "Y W I=",
                            "=00x",      "=0A", "=40", "=e9", "?",  "==?", "=3C=3E", "=1B$B=1B(B", "abc=20", "+/8="});
    const auto broken = one_in(12);
    return (broken ? pick({"=?", "=?utf-8", "=?utf-8?q", "=?utf-8?x?"})
                   : "=?" + usual_charset() + "?" + pick({"q", "Q", "b", "B"}) + "?") +
           text + (one_in(40) ? "" : "?=") + (one_in(3) ? " " : "");
  }
  std::string name() {
    return pick({"",
                 "J",
                 "Jo",
                 "Zoe Tester",
                 "\"Tester, Zoe\"",
                 "\"Zoe \\\"Z\\\" T\"",
                 "(Zoe)",
                 "Zoe (a (b) c) T",
                 "Zoe (x\\) y)",
                 "zoe@work",
                 "a <b> c",
                 "Z\\o",
                 "\"(\" Zoe",
                 "(\"a\" b) Q",
                 "012345678901234567890123456789012345678901234567890123456789",
                 "0123456789012345678901234567890123456789012345678901234567890",
                 "\xc3\xa9",
                 "( ",
                 "\"a",
                 "Zoe ((",
                 ")Zoe"});
  }
  std::string from() {
    auto who = one_in(4) ? encoded_word() + (one_in(3) ? encoded_word() : "") : name();
    switch (below(9)) {
      case 0:
        return "zoe@example.org (" + who + ")";
      case 1:
        return who + " <zoe>";
      case 2:
        return who;
      case 3:
        return who + "<zoe@example.org> (comment)";
      case 4:
        return "<a@b> " + who + pick({"", " <c@d>", "\v<e@f>", "\t"});
      case 5:
        return "zoe@example.org";
      default:
        return who + " <zoe@example.org>" + pick({"", "", " ", "\f", "\v"});
    }
  }
  std::string value() { return one_in(3) ? encoded_word() + phrase(3) + (one_in(2) ? encoded_word() : "") : phrase(6); }
  std::string folded(std::string text) {
    if (one_in(4)) {
      const auto space = text.find(' ', below(text.size() + 1));
      if (space != text.npos) text.replace(space, 1, pick({"\n ", "\n\t", "\n \n  ", " \n\t\n ", "\r\n "}));
    }
    return text;
  }
  std::string field(const Choices& names, const std::string& text) {
    return pick(names) + pick({": ", ": ", ": ", ":", ":\t", ":  "}) + text + (one_in(10) ? " \n" : "\n");
  }
  std::string content_type(const std::string& boundary) {
    std::string out = boundary.empty()
                          ? pick({"text/plain", "text/plain", "text/html", "multipart/mixed"})
                          : pick({"multipart/mixed", "multipart/mixed", "multipart/alternative", "text/plain"});
    if (!boundary.empty())
      out += pick({"; boundary=", "; boundary=", "; BOUNDARY=", ";\n\tboundary="}) +
             (one_in(2) ? boundary : "\"" + boundary + "\"");
    if (!one_in(3)) out += pick({"; charset=", "; charset=\"", "; Charset="}) + usual_charset() + pick({"", "\"", ";"});
    if (one_in(4))
      out += pick({"; format=flowed", "; format=flowed; delsp=yes", "; format=\"flowed\"", "; delsp=yes; Format=Flowed",
                   "; format=fixed"});
    return out;
  }
  std::string encoding() {
    return pick({"7bit", "8bit", "quoted-printable", "quoted-printable", "Quoted-Printable", "base64", "base64",
                 "BASE64", "x-quoted-printable", "x"});
  }

  void headers() {
    if (!one_in(12)) out_ += field({"From", "From", "FROM", "from", "From "}, folded(from()));
    if (!one_in(12)) out_ += field({"Subject", "Subject", "SUBJECT", "subject"}, folded(value()));
    if (!one_in(6)) out_ += field({"Date"}, "Tue, 2 Jan 2024  03:04:05 +0000");
    if (one_in(6)) out_ += field({"X-Other", "Message-ID", "Received", "", "X Y"}, folded(value()));
    if (one_in(12)) out_ += field({"From", "Subject", "Date", ">From x", "From x", "Subject "}, folded(from()));
  }
  void body(std::size_t depth) {
    const auto encoding_now = one_in(2) ? encoding() : "";
    const auto boundary =
        depth > 0 ? pick({"b", "bb", "=_x", "xyz", "b b", ""}) + (one_in(4) ? "" : std::to_string(depth)) : "";
    if (depth > 0 || one_in(2)) out_ += field({"Content-Type", "Content-type"}, folded(content_type(boundary)));
    if (!encoding_now.empty()) out_ += field({"Content-Transfer-Encoding"}, encoding_now);
    if (one_in(20)) out_ += field({"Content-Type"}, content_type(one_in(2) ? "second" : ""));
    if (one_in(30)) return;
    out_ += one_in(20) ? pick({" \n", "\t\n", "\r\n", "text\n", "no: \nheader\n"}) : "\n";
    if (depth == 0) return leaf(encoding_now);
    if (one_in(3)) out_ += text(2);
    for (auto parts = 1 + below(3); parts > 0; --parts) {
      out_ += "--" + boundary + pick({"\n", "\n", "\n", " \n", "x\n"});
      if (one_in(12)) out_ += field({"From", "Subject", "Date"}, value());
      body(one_in(3) ? depth - 1 : 0);
      if (one_in(5)) out_ += "\n";
    }
    if (!one_in(6)) out_ += "--" + boundary + pick({"--\n", "--\n", "--", "-- \n", "-"});
    if (one_in(3)) out_ += text(2);
  }

  std::string line() {
    switch (below(24)) {
      case 0:
        return field({"From", "from", "Subject", "SUBJECT", "Date"}, one_in(2) ? from() : value());
      case 1:
        return "[PATCH]" + pick({" ", "\t", "", "x"}) + phrase(4) + "\n";
      case 2:
        return pick({">From 0123456789abcdef0123456789abcdef01234567 Mon Sep 17 00:00:00 2001\n",
                     ">From 0123456789abcdef0123456789abcdef01234567 Mon Sep 17 00:00:00 2001 \n",
                     ">From 0123456789ABCDEF0123456789abcdef01234567 Mon Sep 17 00:00:00 2001\n", ">From x\n",
                     ">From"});
      case 3:
        return pick({"---\n", "---", "--- \n", "--- a/x\n", "--- a", "----\n", "---\t\n", "---\r\n", "diff -u a b\n",
                     "diff x\n", "Index: x\n", "--- ", "---  x\n"});
      case 4:
        return pick({"-- \n", "-- ", "--\n", "-- \r\n", "--=20\n", ">8\n", "-- >8 --\n"}) +
               (one_in(3) ? perforation() : "");
      case 5:
        return pick({"\n", "\n", " \n", "\t\n", "\r\n", "  \n"});
      case 6:
        return pick({" ", "\t", "  "}) + phrase(4) + "\n";
      case 7:
        return phrase(4) + pick({" \n", "  \n", " \r\n", "\r\n", "=\n", "=20\n", "=\r\n"});
      case 8:
        return pick({" ", ""}) + phrase(2) + " \n";
      case 9:
        return std::string("a\0b\n", 4).substr(0, 2 + below(3));
      default:
        return phrase(6) + "\n";
    }
  }
  std::string perforation() {
    std::string out;
    for (auto n = 1 + below(9); n > 0; --n)
      out += pick({"--", "-", "---", " ", "  ", ">8", "8<", "%<", ">%", ">", "8", "cut", "\t"});
    return out + "\n";
  }
  std::string text(std::size_t lines) {
    std::string out;
    for (auto n = below(lines + 1); n > 0; --n) out += line();
    return out;
  }
  void leaf(const std::string& encoding_now) {
    auto plain = one_in(3) ? field({"From", "Subject", "Date"}, from()) + pick({"\n", ""}) : "";
    plain += text(one_in(3) ? 4 : 12);
    if (!one_in(3)) plain += pick({"---\n", "diff -u a b\n"}) + text(6);
    const auto kind = to_lower(encoding_now);
    if (kind.ends_with("printable") && !one_in(5))
      plain = quoted(plain);
    else if (kind == "base64" && !one_in(8))
      plain = in_lines_of_base64(plain);
    out_ += plain;
  }
  std::string quoted(const std::string& plain) {
    std::string out;
    for (const char c : plain) {
      const bool must = c == '=' || static_cast<unsigned char>(c) >= 0x80 || c == '\0';
      if ((must && !one_in(10)) || one_in(30)) {
        const auto digits = hex(std::string(1, c));
        out += "=" + digits;
      } else {
        out += c;
      }
      if (one_in(30)) out += pick({"=\n", "=\n", "=\r\n", "= \n"});
    }
    return out;
  }
  std::string in_lines_of_base64(const std::string& plain) {
    std::string out;
    for (std::size_t at = 0; at < plain.size();) {
      const auto size = one_in(6) ? 1 + below(10) : 57;
      out += base64(std::string_view(plain).substr(at, size)) + (one_in(20) ? "!" : "") + "\n";
      at += size;
    }
    return out;
  }
  void mutate() {
    for (auto n = 1 + below(3); n > 0 && !out_.empty(); --n) {
      const auto at = below(out_.size());
      switch (below(7)) {
        case 0:
          out_[at] = static_cast<char>(below(256));
          break;
        case 1:
          out_.erase(at, 1 + below(4));
          break;
        case 2:
          out_.insert(at, pick({"\n", " ", "\r", "\v", "\f", "=", "--", "\t", "\"", "?", ":"}));
          break;
        case 3:
          out_.insert(at, std::string(1, '\0'));
          break;
        case 4:
          out_.resize(at);
          break;
        case 5:
          out_.insert(at, out_.substr(below(out_.size()), below(80)));
          break;
        default:
          if (const auto lf = out_.find('\n', at); lf != out_.npos) out_.erase(lf, 1);
      }
    }
  }

  Random random_;
  std::string out_;
};

// What both are compared by: without the author where git's is chance.
std::string comparable(std::string text, const Result<Mailinfo>& ours) {
  if (ours && ours->reading.from_unended && text.starts_with("author")) text.erase(0, text.find("\nsubject ["));
  return text;
}

std::size_t messages_wanted() {
  const char* wish = std::getenv("LORELEI_MAILINFO_MESSAGES");
  return static_cast<std::size_t>(parse_uint(wish ? wish : "").value_or(5'000));
}

constexpr std::size_t kShards = 10;

class MailinfoOracle : public testing::TestWithParam<std::size_t> {};

TEST_P(MailinfoOracle, SaysWhatGitSays) {
  if (!git_mailinfo_is_there()) SKIP_WITHOUT_PEER("git is not installed");
  constexpr std::size_t kBatch = 500;
  const auto share = (messages_wanted() + kShards - 1) / kShards;
  for (std::size_t done = 0, differ = 0; done < share && differ < 3; done += kBatch) {
    std::vector<std::string> messages;
    for (std::size_t i = done; i < std::min(share, done + kBatch); ++i)
      messages.push_back(MessageMaker(static_cast<unsigned>(GetParam() + kShards * i)).message());
    const auto charsets = GetParam() % 2 == 0 ? Charsets::kKept : Charsets::kConverted;
    const auto scissors = GetParam() % 4 < 2 ? Scissors::kIgnored : Scissors::kHeeded;
    const auto git = git_mailinfo(messages, charsets, scissors);
    ASSERT_TRUE(git) << to_text(git.error());
    for (std::size_t i = 0; i < messages.size() && differ < 3; ++i) {
      const auto info = mailinfo(messages[i], charsets, scissors);
      const auto ours = comparable(mailinfo_as_text(info), info);
      const auto theirs = comparable((*git)[i], info);
      if (ours == theirs) continue;
      ++differ;
      ADD_FAILURE() << "message " << GetParam() + kShards * (done + i) << ":\n"
                    << messages[i] << "\n== git:\n"
                    << theirs << "\n== ours:\n"
                    << ours;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Shard, MailinfoOracle, testing::Range(std::size_t{0}, kShards));

}  // namespace
}  // namespace lorelei::mail
