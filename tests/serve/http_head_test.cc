// SPDX-License-Identifier: GPL-3.0-or-later
#include "serve/http_head.hh"

#include <gtest/gtest.h>

#include "serve/request_reader.hh"

namespace lorelei::serve {
namespace {

using State = RequestReader::State;

TEST(HttpHead, WhatIsRefusedAndHow) {
  const struct {
    const char* name;
    std::string text;
    unsigned status;
  } cases[] = {
      {"a plain one", "GET / HTTP/1.1\r\nHost: x\r\n\r\n", 0},
      {"of 1.0, without Host", "GET / HTTP/1.0\r\n\r\n", 0},
      {"absolute", "GET http://x/y HTTP/1.1\r\nHost: x\r\n\r\n", 0},
      {"HTTP/0.9", "GET /\r\n\r\n", 400},
      {"HTTP/2", "GET / HTTP/2.0\r\nHost: x\r\n\r\n", 505},
      {"no version", "GET / HTTP\r\nHost: x\r\n\r\n", 400},
      {"two spaces", "GET  / HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"no path", "GET x HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"a method that is none", "G(T / HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"bytes beyond ASCII in the target", "GET /\xc3\xa9 HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"no Host", "GET / HTTP/1.1\r\n\r\n", 400},
      {"Host twice", "GET / HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n", 400},
      {"a bare LF", "GET / HTTP/1.1\nHost: x\r\n\r\n", 400},
      {"a bare CR", "GET / HTTP/1.1\r\nHost: x\rY: z\r\n\r\n", 400},
      {"NUL", std::string("GET / HTTP/1.1\r\nHost: \0x\r\n\r\n", 28), 400},
      {"a control character", "GET / HTTP/1.1\r\nHost: \1x\r\n\r\n", 400},
      {"a fold", "GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\n\r\n", 400},
      {"a space before the colon", "GET / HTTP/1.1\r\nHost : x\r\n\r\n", 400},
      {"no colon", "GET / HTTP/1.1\r\nHost: x\r\nY\r\n\r\n", 400},
      {"Content-Length twice", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n", 400},
      {"a length with a sign", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +1\r\n\r\n", 400},
      {"a list of lengths", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1, 1\r\n\r\n", 400},
      {"a length beyond numbers", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n", 413},
      {"length and coding", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n",
       400},
      {"a coding of HTTP/1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
      {"another coding", "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501},
      {"a coding twice",
       "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", 501},
      {"nothing", "\r\n\r\n", 400},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto head = parse_head(c.text, {});
    EXPECT_EQ(head ? 0 : head.error().status, c.status);
    // The reader comes to the same.
    RequestReader reader{HeadLimits()};
    for (const char byte : c.text)
      if (reader.state() == State::kHead) reader.feed({&byte, 1});
    EXPECT_EQ(reader.state() == State::kFault ? reader.fault().status : 0, c.status);
    EXPECT_EQ(reader.state(), c.status ? State::kFault : State::kHeadDone);
  }
}

TEST(HttpHead, LimitsAreNoticedBeforeTheEndIsThere) {
  const HeadLimits limits{.line_bytes = 100, .field_bytes = 50, .head_bytes = 200, .fields = 3};
  const auto status_of = [&](const std::string& text) -> unsigned {
    RequestReader reader(limits);
    reader.feed(text);
    return reader.state() == State::kFault ? reader.fault().status : 0;
  };
  const std::string start = "GET / HTTP/1.1\r\nHost: x\r\n";
  EXPECT_EQ(status_of("GET /" + std::string(200, 'a')), 414u);
  EXPECT_EQ(status_of(start + "A: " + std::string(200, 'a')), 431u);
  EXPECT_EQ(status_of(start + "A: " + std::string(48, 'a') + "\r\n\r\n"), 431u);
  EXPECT_EQ(status_of(start + "A: b\r\nA: b\r\nA: b\r\n\r\n"), 431u);
  EXPECT_EQ(status_of(start + "A: b\r\nA: b\r\n\r\n"), 0u);
}

TEST(RequestReader, BodiesOfBothFramingsInPiecesOfAnySize) {
  const std::string requests =
      "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"
      "POST /b HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nT: z\r\n\r\n"
      "POST /e HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
      "\r\nGET /c HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
  for (std::size_t size = 1; size <= requests.size(); ++size) {
    SCOPED_TRACE(size);
    RequestReader reader{HeadLimits()};
    std::string seen;
    const auto look = [&] {
      for (;;) {
        if (reader.state() == State::kHeadDone) reader.read_body(100);
        if (reader.state() != State::kDone) return;
        seen += reader.head().target + "=" + reader.take_body() + (reader.head().keeps_connection() ? "+ " : "- ");
        reader.next();
      }
    };
    for (std::size_t at = 0; at < requests.size(); at += size) {
      reader.feed(std::string_view(requests).substr(at, size));
      look();
    }
    EXPECT_EQ(seen, "/a=hello+ /b=abcde+ /e=+ /c=- ");
    EXPECT_FALSE(reader.has_begun());
  }
}

TEST(RequestReader, BodiesHaveALimit) {
  for (const char* rest :
       {"Content-Length: 11\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\nb\r\nhello world\r\n0\r\n\r\n"}) {
    RequestReader reader{HeadLimits()};
    reader.feed(std::string("POST / HTTP/1.1\r\nHost: x\r\n") + rest);
    reader.read_body(10);
    ASSERT_EQ(reader.state(), State::kFault) << rest;
    EXPECT_EQ(reader.fault().status, 413u);
  }
}

TEST(RequestReader, ChunksThatAreNone) {
  for (const char* chunk : {"x\r\n", "-1\r\n", "2\r\nabc\r\n0\r\n\r\n", "ffffffffffffffffff\r\n"}) {
    SCOPED_TRACE(chunk);
    RequestReader reader{HeadLimits()};
    reader.feed(std::string("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n") + chunk);
    reader.read_body(100);
    EXPECT_EQ(reader.state(), State::kFault);
  }
  RequestReader endless{HeadLimits()};
  endless.feed("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1;");
  endless.read_body(100);
  for (int i = 0; i < 10'000 && endless.state() == State::kBody; ++i) endless.feed("xxxx");
  EXPECT_EQ(endless.state(), State::kFault);
}

}  // namespace
}  // namespace lorelei::serve
