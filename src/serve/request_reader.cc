// SPDX-License-Identifier: GPL-3.0-or-later
#include "serve/request_reader.hh"

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cassert>
#include <optional>

namespace lorelei::serve {

namespace http = boost::beast::http;

// The least that is left of a body in chunks before it is whole: "0", and the end of two lines. Beast 1.81 relies on
// having as much when a last chunk comes in pieces.
static constexpr std::size_t kLastChunkBytes = 5;

struct RequestReader::Impl {
  explicit Impl(const HeadLimits& given) : limits(given), end(given) {}
  void look_for_head();
  void parse_body();
  void fail(Fault what) {
    state = State::kFault;
    fault = what;
  }

  HeadLimits limits;
  HeadEnd end;
  State state = State::kHead;
  std::string buffer;                // received and not yet taken by the parser
  bool may_begin_with_line = false;  // an empty one too much behind a body is an old habit
  Head head;
  std::optional<http::request_parser<http::string_body>> parser;
  Fault fault;
};

RequestReader::RequestReader(const HeadLimits& limits) : impl_(std::make_unique<Impl>(limits)) {}
RequestReader::RequestReader(RequestReader&&) noexcept = default;
RequestReader::~RequestReader() = default;

RequestReader::State RequestReader::state() const { return impl_->state; }
const Head& RequestReader::head() const { return impl_->head; }
const Fault& RequestReader::fault() const { return impl_->fault; }
bool RequestReader::has_begun() const { return impl_->state != State::kHead || !impl_->buffer.empty(); }

void RequestReader::Impl::look_for_head() {
  if (may_begin_with_line) {
    if (buffer.empty() || buffer == "\r") return;
    if (buffer.starts_with("\r\n")) buffer.erase(0, 2);
    may_begin_with_line = false;
  }
  const auto found = end.find(buffer);
  if (!found) return fail(found.error());
  if (!*found) return;
  auto read = parse_head(std::string_view(buffer).substr(0, **found), limits);
  if (!read) return fail(read.error());
  head = *std::move(read);
  state = State::kHeadDone;
}

void RequestReader::Impl::parse_body() {
  while (!parser->is_done()) {
    if (buffer.empty() || (head.is_chunked && buffer.size() < kLastChunkBytes)) return;
    boost::system::error_code error;
    const auto taken = parser->put(boost::asio::buffer(buffer), error);
    buffer.erase(0, taken);
    if (error == http::error::need_more) {
      // What is not taken is a chunk's line or trailers.
      if (buffer.size() > limits.field_bytes) fail({400, "a line of a chunk is too long"});
      return;
    }
    if (error == http::error::body_limit) return fail({413, "the body is too large"});
    if (error) return fail({400, "the request cannot be read"});
    if (taken == 0 && !parser->is_done()) return;
  }
  state = State::kDone;
}

void RequestReader::feed(std::string_view bytes) {
  assert(impl_->state == State::kHead || impl_->state == State::kBody);
  impl_->buffer += bytes;
  if (impl_->state == State::kHead)
    impl_->look_for_head();
  else
    impl_->parse_body();
}

void RequestReader::read_body(std::uint64_t limit_bytes) {
  assert(impl_->state == State::kHeadDone);
  auto& impl = *impl_;
  impl.parser.emplace();
  impl.parser->eager(true);
  impl.parser->header_limit(static_cast<std::uint32_t>(impl.limits.head_bytes + 1));
  impl.parser->body_limit(limit_bytes);
  impl.state = State::kBody;
  if (impl.head.content_length.value_or(0) > limit_bytes) return impl.fail({413, "the body is too large"});
  impl.parse_body();
}

void RequestReader::next() {
  assert(impl_->state == State::kDone);
  impl_->parser.reset();
  impl_->end = HeadEnd(impl_->limits);
  impl_->head = {};
  impl_->state = State::kHead;
  impl_->may_begin_with_line = true;
  if (impl_->buffer.size() > kMaxPending) return impl_->fail({400, "too much was sent ahead"});
  if (!impl_->buffer.empty()) impl_->look_for_head();
}

std::string RequestReader::take_body() {
  assert(impl_->state == State::kDone);
  return std::move(impl_->parser->get().body());
}

}  // namespace lorelei::serve
