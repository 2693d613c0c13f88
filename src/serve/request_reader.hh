// SPDX-License-Identifier: GPL-3.0-or-later
// Requests out of the bytes of a connection, without a socket: the head first, then, once somebody has said how large
// it may be, the body.
//
//   RequestReader reader(limits);
//   reader.feed(bytes);                              kHead: more has to come
//   if (reader.state() == kHeadDone) reader.read_body(limit_of(reader.head()));
//   if (reader.state() == kDone) { answer(reader.head(), reader.body()); reader.next(); }
//
// Two readers look at each head, ours (serve/http_head) and Beast's, which then takes the body apart; what only one of
// them takes is refused. Foreign bytes: linear; at most the limits of the head and the body are kept, and kMaxPending.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "serve/http_head.hh"

namespace lorelei::serve {

inline constexpr std::size_t kMaxPending = 64 << 10;  // that came behind a request before it was answered

class RequestReader {
 public:
  enum class State { kHead, kHeadDone, kBody, kDone, kFault };
  explicit RequestReader(const HeadLimits&);
  RequestReader(RequestReader&&) noexcept;
  ~RequestReader();

  // Before: the state is kHead or kBody.
  void feed(std::string_view bytes);
  // Before: kHeadDone.
  void read_body(std::uint64_t limit_bytes);
  // The next request on the same connection; what came of it already is looked at. Before: kDone.
  void next();

  State state() const;
  const Head& head() const;    // from kHeadDone on
  std::string take_body();     // of kDone
  const Fault& fault() const;  // of kFault
  bool has_begun() const;      // a byte of this request is here

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace lorelei::serve
