// SPDX-License-Identifier: GPL-3.0-or-later
#include "sample_mail/oddities.hh"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hh"
#include "sample_mail/prose.hh"

namespace lorelei::sample {

using namespace std::string_literals;

namespace {

// Writes one odd mail a day.
class OddMailer {
 public:
  explicit OddMailer(Stage& stage) : stage_(stage) {}

  void charsets();
  void transfers();
  void multiparts();
  void attachments();
  void headers();
  void dates();
  void identities();
  void broken();
  void shapes();

 private:
  struct Head {
    std::string subject, id;
    std::string date;   // empty: none
    std::string extra;  // further lines
    bool with_id = true;
  };
  // From, To, Subject, Date, Message-ID and what the head says more.
  std::string start(const Head& head) {
    std::string text = "From: " + header_mailbox(who_) + "\nTo: " + std::string(kDiskList.address) + "\n";
    text += "Subject: " + head.subject + "\n";
    if (!head.date.empty()) text += "Date: " + head.date + "\n";
    if (head.with_id) text += "Message-ID: <" + head.id + ">\n";
    return text + head.extra;
  }
  Head head(const std::string& subject, const std::string& extra = {}) {
    sent_ += kDay;
    who_ = stage_.somebody();
    return {subject, stage_.new_id(who_, sent_), mail_date(sent_, 60), extra, true};
  }
  void send(const std::string& bytes, Lists lists = Lists::kDisk) {
    stage_.add({sent_ + stage_.random.between(2, 200), lists, bytes});
  }
  void send(const Head& head, const std::string& body, Lists lists = Lists::kDisk) {
    send(start(head) + "\n" + body, lists);
  }
  static std::string text_type(std::string_view charset, std::string_view transfer) {
    return fmt::format("MIME-Version: 1.0\nContent-Type: text/plain; charset={}\nContent-Transfer-Encoding: {}\n",
                       charset, transfer);
  }
  static std::string multipart(std::string_view subtype, std::string_view boundary) {
    return fmt::format("MIME-Version: 1.0\nContent-Type: multipart/{}; boundary=\"{}\"\n", subtype, boundary);
  }
  std::string patch_text() {
    const auto& subsystem = stage_.random.pick(subsystems());
    const auto words = words_for(subsystem, stage_.random);
    return in_order({explanation(words, stage_.random), "\nSigned-off-by: ", who_.mailbox(), "\n",
                     diff_part({change_file(subsystem, words, stage_.random)}, stage_.random), "-- \n2.51.0\n"});
  }

  Stage& stage_;
  Person who_ = contributors().front();
  std::int64_t sent_ = kNow - 100 * kDay;
};

void OddMailer::charsets() {
  send(head("spur: =?ISO-8859-1?Q?Gr=F6=DFe_der_Spuren?=", text_type("iso-8859-1", "quoted-printable")),
       quoted_printable("Gr\366\337e der Spuren: pr\374ft das jemand?\n\nGr\374\337e\nJ\374rgen\n"));
  send(head("=?koi8-r?B?79TXxdQ6IMTJ08vP18/E?=", text_type("koi8-r", "base64")),
       base64_lines(
           "\360\322\311\327\305\324 \327\323\305\315,\n\n\304\311\323\313\317\327\317\304 \323\316\317\327\301 "
           "\313\322\325\324\311\324\323\321, \323\320\301\323\311\302\317 \332\301 \320\301\324\336.\n"));
  send(head("=?gb2312?B?tMXFzA==?= patch works here", text_type("gb2312", "8bit")),
       "\264\363\274\322\272\303\243\254\n\n\325\342\270\366\262\271\266\241\275\342\276\366\301\313\264\305\305\314"
       "\265\304"
       "\316\312\314\342\241\243\320\273\320\273\243\241\n");
  send(head("a test in another alphabet", text_type("iso-2022-jp", "7bit")),
       "\033$B$3$s$K$A$O!#\033(B\n\n\033$B%F%9%H$7$^$7$?!#\033(B\n");
  send(head("a charset nobody knows", text_type("x-unknown", "8bit")), "Der Motor läuft, sagt Jürgen.\n");
  send(head("a charset that is not true", text_type("us-ascii", "8bit")),
       "Caf\303\251 \342\200\224 und doch kein ASCII.\n");
  send(head("no charset, eight bits"), "Der Motor l\344uft (in Latin-1, was niemand sagt).\n");
  send(head("utf-8 with bytes that are none", text_type("utf-8", "8bit")),
       "ein halbes \303 Zeichen und \377 noch eins\n");
}

void OddMailer::transfers() {
  auto patch = head("[PATCH] disk: a patch in base64", text_type("utf-8", "base64"));
  send(patch, base64_lines(patch_text()));
  patch = head("[PATCH] disk: a patch in quoted-printable", text_type("utf-8", "quoted-printable"));
  send(patch, quoted_printable(patch_text()));
  send(head("format=flowed", "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8; format=flowed; delsp=yes\n"),
       "This paragraph flows over the end of its \nlines, which a reader may join again. \n\n> as somebody wrote \n> "
       "before\n\n-- \n"
       "A. Flow\n");
  send(head("base64 with words in between", text_type("utf-8", "base64")),
       base64_lines("Some servers add a footer to mail in base64.\n") + "_______________________\ndisk mailing list\n");
  send(head("an encoding nobody knows", text_type("utf-8", "x-rot13")), "Guvf vf grkg.\n");
  send(head("soft breaks at the end", text_type("utf-8", "quoted-printable")),
       "one=20\ntwo =\nthree=\n=E4=B8=AD and =XY and =");
}

void OddMailer::multiparts() {
  const std::string text = "--b1\nContent-Type: text/plain; charset=utf-8\n\n",
                    html = "--b1\nContent-Type: text/html\n\n";
  send(
      head("text and html", multipart("alternative", "b1")),
      text + "The plain words about the disk.\n\n" + html + "<p>The <b>rich</b> words about the disk.</p>\n\n--b1--\n");
  send(head("nothing but html", "MIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n"),
       "<html><body><p>This mail has no text at all, only <i>markup</i>.</p></body></html>\n");
  send(head("a boundary that never closes", multipart("mixed", "b1")),
       text +
           "The end was cut off, the attachment with it.\n\n--b1\n"
           "Content-Type: application/octet-stream\n"
           "Content-Transfer-Encoding: base64\n\nAAEC");
  send(head("preamble and epilogue", multipart("mixed", "b1")),
       "This is a message in MIME format: you should not see this.\n\n" + text +
           "The part.\n\n--b1--\nWhat follows is not for you.\n");
  send(
      head("parts within parts", multipart("mixed", "b1")),
      "--b1\nContent-Type: multipart/related; boundary=b2\n\n--b2\nContent-Type: multipart/alternative; boundary=b3\n\n"
      "--b3\n\nThe innermost words.\n\n--b3--\n--b2--\n" +
          text + "The outer words.\n--b1--\n");
  send(head("signed, more or less",
            "MIME-Version: 1.0\nContent-Type: multipart/signed; boundary=b1; micalg=pgp-sha512;\n"
            "\tprotocol=\"application/pgp-signature\"\n"),
       text +
           "I stand by these words.\n\n--b1\nContent-Type: application/pgp-signature; name=signature.asc\n\n"
           "-----BEGIN PGP SIGNATURE-----\n\niHUEABYKAB0nothing/real+hereAAAA\n=AAAA\n-----END PGP "
           "SIGNATURE-----\n\n--b1--\n");
  send(head("no boundary where one is promised", "MIME-Version: 1.0\nContent-Type: multipart/mixed\n"),
       "So all of it is one part.\n");
}

void OddMailer::attachments() {
  const std::string intro = "--cut\nContent-Type: text/plain; charset=utf-8\nContent-Disposition: inline\n\n";
  auto attached = head("[PATCH] disk: see attachment", multipart("mixed", "cut"));
  send(attached, intro +
                     "My mailer breaks long lines, so it is attached.\n\n--cut\nContent-Type: text/x-patch; "
                     "name=\"0001-disk.patch\"\n"
                     "Content-Disposition: attachment; filename=\"0001-disk.patch\"\n\n" +
                     patch_text() + "\n--cut--\n");
  send(head("the log you asked for", multipart("mixed", "cut")),
       intro +
           "Attached, packed.\n\n--cut\nContent-Type: application/gzip\nContent-Transfer-Encoding: base64\n"
           "Content-Disposition: attachment;\n "
           "filename*=utf-8''dmesg%2D%C3%BC.gz\n\nH4sIAAAAAAAAAwMAAAAAAAAAAAA=\n\n--cut--\n");
  send(head("text that says it is none", multipart("mixed", "cut")),
       intro +
           "\n--cut\nContent-Type: application/octet-stream; "
           "name=config.txt\n\nCONFIG_BLK_DEV_FD=m\nCONFIG_MD=y\n\n--cut--\n");
  send(head("Fwd: what they wrote to me", multipart("mixed", "cut")),
       intro +
           "For the archive.\n\n--cut\nContent-Type: message/rfc822\n\nFrom: Marguerite Falkenrath "
           "<marguerite@falkenrath.example.com>\n"
           "Subject: the inner letter\nMessage-ID: <inner-letter@falkenrath.example.com>\nDate: Mon, 7 Sep 2026 "
           "10:00:00 -0400\n\n"
           "Only for your eyes: the spindle wobbles.\n\n--cut--\n");
}

void OddMailer::headers() {
  send(head("=?UTF-8?Q?The_spindle_=E2=80=94_again?=\n =?UTF-8?Q?_and_again?="), "The subject comes in two words.\n");
  send(head("a subject\n that is\n\tfolded over\n three lines"), "And the lines of the subject are one.\n");
  send(head(""), "A mail without a subject.\n");
  auto shouting = head("HEADERS IN CAPITALS");
  auto bytes = start(shouting);
  for (const std::string_view name : {"From", "Subject", "Date", "Message-ID"}) {
    std::string upper(name);
    std::transform(upper.begin(), upper.end(), upper.begin(),
                   [](char c) { return is_lower(c) ? static_cast<char>(c - 32) : c; });
    bytes = replace_all(bytes, in_order({name, ": "}), in_order({upper, ":"}));
  }
  send(bytes + "\nNames of headers have no case.\n");
  send(head("an address that is none", "Cc: undisclosed-recipients:;, \"a, b\" <ab@example.org>, <>, @, x@\n"),
       "Cc is a mess.\n");
  send(head("answers to what is not an id",
            "In-Reply-To: your message of \"Mon, 2 Nov\"\nReferences: <one@example.org\n <two@example.org> three\n"),
       "Old programs wrote such things.\n");
  send(head("a very long header", "X-Spam-Report: " + std::string(4000, 'x') + "\n"),
       "Somebody's filter talks a lot.\n");
  send("From someone@example.org Mon Sep  7 10:00:00 2026\n" + start(head("a line left from a mailbox")) +
       "\nThe first line should not be there.\n");
}

void OddMailer::dates() {
  auto odd = head("no date at all");
  odd.date.clear();
  send(odd, "When was this? The server knows.\n");
  odd = head("a zone beyond the sea");
  odd.date = replace_all(mail_date(sent_, 0), "+0000", "+1800");
  send(odd, "There is no such zone.\n");
  odd = head("a date in words");
  odd.date = "yesterday, after lunch";
  send(odd, "There is no such date.\n");
  odd = head("a date in the old style");
  odd.date = mail_date(sent_, -480).substr(5, 20) + " PST";
  send(odd, "No day of the week, a zone with a name.\n");
  odd = head("a clock that is wrong");
  odd.date = "Thu, 1 Jan 1970 00:00:07 +0000";
  send(odd, "The battery of my clock is empty.\n");
  odd = head("a date from the future");
  odd.date = mail_date(kNow + 4000 * kDay, 0);
  send(odd, "My clock runs ahead.\n");
}

void OddMailer::identities() {
  auto odd = head("an id that is used twice");
  odd.id = "the-only-id-i-have@example.net";
  send(odd, "My mailer makes one id and keeps it.\n");
  odd = head("an id that is used twice, other words");
  odd.id = "the-only-id-i-have@example.net";
  send(odd, "You have seen this id before, but not this mail.\n");
  odd = head("the same mail twice");
  const auto twice = start(odd) + "\nBoth of these are the same to the last byte.\n";
  send(twice);
  sent_ += kDay;
  send(twice);
  odd = head("two ids");
  odd.extra = "Message-ID: <the-second-id-" + stage_.random.hex(6) + "@example.net>\n";
  send(odd, "One from my program, one from the server.\n");
  odd = head("an id with blanks");
  odd.id = "blanks in my id@example.net";
  send(odd, "Who made that?\n");
  odd = head("a long id");
  odd.id = std::string(280, 'i') + "@example.net";
  send(odd, "Longer than an index can take.\n");
  odd = head("an answer to itself");
  odd.extra = "In-Reply-To: <" + odd.id + ">\nReferences: <" + odd.id + ">\n";
  send(odd, "A thread of one, in a circle.\n");
  odd = head("on both lists");
  send(odd, "Cross-posted by hand.\n", Lists::kBoth);
}

void OddMailer::broken() {
  send(head("zeroes in the text"), "before\0after\n\0\0\nend\n"s);
  auto odd = head("no id");
  odd.with_id = false;
  send(odd, "This one can't be answered.\n");
  send("This has no header at all,\nor everything is header.\n");
  send(head("nothing below"), "");
  send(start(head("no empty line")));
}

void OddMailer::shapes() {
  std::string crlf = start(head("line ends of another system")) + "\nEvery line of this mail\nends in two bytes.\n";
  send(replace_all(crlf, "\n", "\r\n"));
  send(head("From the mailbox's point of view"),
       "From here on it gets dangerous.\n>From here too.\n>>From here as well.\nFrom\n");
  std::string deep;
  for (int depth = 40; depth >= 0; --depth)
    deep += std::string(static_cast<std::size_t>(depth), '>') + (depth > 0 ? " me too\n" : "Enough.\n");
  send(head("Re: a long discussion", "In-Reply-To: <never-seen@example.org>\nReferences: <never-seen@example.org>\n"),
       deep);
  send(head("one long line"), "x" + std::string(70000, 'y') + "z and a word at its end\n");
  std::string log;
  for (int i = 0; i < 1500; ++i)
    log += fmt::format("[{:5}.{:06}] disk{}: sector {} is slow\n", i, i * 7919 % 1000000, i % 4, i * 104729 % 65536);
  send(head("a large log"), "Here is all of it:\n\n" + log);
  for (const char* subject : {"[PATCH v2 1 of 3] disk: counted in words", "RFC: [PATCH] disk: a tag behind a word",
                              "[PATCH v6,2/3] disk: commas"}) {
    const auto patch = head(subject);
    send(patch, patch_text());
  }
}

}  // namespace

void odd_mails(Stage& stage) {
  OddMailer odd(stage);
  odd.charsets();
  odd.transfers();
  odd.multiparts();
  odd.attachments();
  odd.headers();
  odd.dates();
  odd.identities();
  odd.broken();
  odd.shapes();
}

}  // namespace lorelei::sample
