// SPDX-License-Identifier: GPL-3.0-or-later
// The walk over the parts of a message (mail/message.hh): a stack of our own instead of recursion, views instead of
// copies.
#include <cstring>
#include <string>
#include <vector>

#include "base/text.hh"
#include "mail/message.hh"

namespace lorelei::mail {

namespace {

// Lines that consist of "--BOUNDARY" and TAIL ("" or "--"), then blanks.
class DelimiterLines {
 public:
  DelimiterLines(std::string_view body, std::string_view boundary, std::string_view tail)
      : body_(body), line_("--" + std::string(boundary) + std::string(tail)) {}

  struct Match {
    std::size_t start, end;  // of the line; the end is behind its line end
  };
  enum class LastLine { kMayLackLineEnd, kNeedsLineEnd };
  // The first at or behind from. Goes by lines, so that no boundary makes it slower than linear.
  std::optional<Match> find(std::size_t from, LastLine last) const {
    std::size_t at = from;
    if (at != 0 && at <= body_.size() && body_[at - 1] != '\n') at = next_line(at);
    for (; at < body_.size(); at = next_line(at)) {
      if (!body_.substr(at).starts_with(line_)) continue;
      std::size_t end = at + line_.size();
      while (end < body_.size() && (body_[end] == ' ' || body_[end] == '\t')) ++end;
      if (end < body_.size() && body_[end] == '\r') ++end;
      if (end == body_.size() && last == LastLine::kMayLackLineEnd) return Match{at, end};
      if (end < body_.size() && body_[end] == '\n') return Match{at, end + 1};
    }
    return std::nullopt;
  }

 private:
  std::size_t next_line(std::size_t at) const {
    const std::size_t end = body_.find('\n', at);
    return end == body_.npos ? body_.size() : end + 1;
  }
  std::string_view body_;
  std::string line_;
};

// The line end before a delimiter belongs to the delimiter, as long as it is not before floor.
std::size_t before_line_end(std::string_view body, std::size_t at, std::size_t floor) {
  if (at > floor && body[at - 1] == '\n')
    --at;
  else
    return at;
  if (at > floor && body[at - 1] == '\r') --at;
  return at;
}

bool is_blank(std::string_view part) { return part.find_first_not_of(" \t\r\n") == part.npos; }

std::string_view without_last_empty_line(std::string_view part) {
  if (part.ends_with("\n\r\n")) return part.substr(0, part.size() - 2);
  if (part.ends_with("\n\n")) return part.substr(0, part.size() - 1);
  return part;
}

// boundary as it can stand in a body: bytes. Empty if there is none that counts.
std::string boundary_of(const ContentType& type) {
  const Text* boundary = type.parameter("boundary");
  if (!boundary) return {};
  Text bytes = *boundary;
  if (bytes.form == Text::Form::kCharacters) decode_utf8(bytes);
  return bytes.bytes.size() > kMaxBoundaryBytes ? std::string() : std::move(bytes.bytes);
}

}  // namespace

class PartWalk {
 public:
  PartWalk(const Entity& message, const std::function<bool(const Part&)>& visit, Epilogue epilogue)
      : message_(message), visit_(visit), epilogue_(epilogue) {}

  void run() {
    Entity top = message_;
    Level level;
    if (!descend(top, level)) {
      visit_({top, 0, "1"});
      return;
    }
    if (call_ && !visit_({container(top), 0, "0"})) return;
    std::vector<Level> outer;
    for (;;) {
      if (level.next == level.parts.size()) {
        if (outer.empty()) return;
        level = std::move(outer.back());
        outer.pop_back();
      }
      if (++count_ > kMaxParts) return;
      if (!step(level, outer)) return;
    }
  }

 private:
  struct Level {
    std::vector<Entity> parts;
    std::size_t next = 0;
    std::string prefix;  // "2.1." within part 2.1
    int depth = 1;
  };

  // Takes the next part of the level; visits it or makes its parts the level. False: stop.
  bool step(Level& level, std::vector<Level>& outer) {
    Entity part = std::move(level.parts[level.next++]);
    const std::string index = level.prefix + std::to_string(level.next);
    const int depth = level.depth;
    Level inner;
    if (depth >= kMaxNesting || !descend(part, inner)) return visit_({part, depth, index});
    inner.prefix = index + ".";
    inner.depth = depth + 1;
    if (level.next != level.parts.size()) outer.push_back(std::move(level));
    level = std::move(inner);
    return !call_ || visit_({container(part), depth, index});
  }

  // The parts of an entity that has some. Sets call_ if the entity itself is shown to the visitor too. May shorten the
  // body of a multipart without parts.
  bool descend(Entity& entity, Level& level) {
    const ContentType& type = entity.content_type();
    if (type.type == "message") {
      const auto& sub = type.subtype;
      if (sub != "rfc822" && sub != "news" && sub != "rfc2822" && sub != "global") return false;
      level.parts.emplace_back(entity.body_);
      level.parts.back().is_submessage_ = true;
      call_ = true;
      body_is_kept_ = true;
      return true;
    }
    if (type.type != "multipart") return false;
    const std::string boundary = boundary_of(type);
    if (boundary.empty() || !cut(entity, boundary, level)) return false;
    call_ = entity.is_submessage_;
    body_is_kept_ = false;
    return true;
  }

  bool cut(Entity& entity, const std::string& boundary, Level& level) {
    std::string_view body = entity.body_;
    using Lines = DelimiterLines;
    const auto close = Lines(body, boundary, "--").find(0, Lines::LastLine::kMayLackLineEnd);
    if (close) body = body.substr(0, before_line_end(body, close->start, 0));

    const Lines lines(body, boundary, "");
    auto match = lines.find(0, Lines::LastLine::kNeedsLineEnd);
    if (!match) {
      if (count_ > 0 || epilogue_ == Epilogue::kDropped) entity.body_ = body;
      return false;
    }
    const std::string_view preamble = body.substr(0, before_line_end(body, match->start, 0));
    if (preamble.find(':') != preamble.npos) level.parts.push_back(sub_entity(preamble));

    // What is beyond the limit stays undivided in the last part.
    const int limit = kMaxParts + 2 - count_;
    for (int n = 1;; ++n) {
      const std::size_t start = end_of_run(lines, match->end);
      match = n < limit ? lines.find(start, Lines::LastLine::kNeedsLineEnd) : std::nullopt;
      const std::size_t end = match ? before_line_end(body, match->start, start) : body.size();
      std::string_view part = body.substr(start, end - start);
      if (!match && !close) part = without_last_empty_line(part);
      if (!is_blank(part)) level.parts.push_back(sub_entity(part));
      if (!match) return true;
    }
  }

  // Delimiters that follow each other directly are one.
  static std::size_t end_of_run(const DelimiterLines& lines, std::size_t end) {
    for (;;) {
      const auto next = lines.find(end, DelimiterLines::LastLine::kNeedsLineEnd);
      if (!next || next->start != end) return end;
      end = next->end;
    }
  }

  // A part may start with the empty line: then it has no header.
  static Entity sub_entity(std::string_view part) {
    const std::size_t end = part.starts_with("\r\n") ? 2 : part.starts_with('\n') ? 1 : 0;
    if (end == 0) return Entity(part);
    Entity entity{std::string_view()};
    entity.header_ = entity.line_end_ = part.substr(0, end);
    entity.body_ = part.substr(end);
    return entity;
  }

  // A container as its visitor sees it: what went into parts of a multipart is gone, but not on the top.
  const Entity& container(Entity& entity) {
    if (!body_is_kept_ && count_ > 0) entity.body_ = {};
    return entity;
  }

  const Entity& message_;
  const std::function<bool(const Part&)>& visit_;
  const Epilogue epilogue_;
  int count_ = 0;  // parts met so far
  bool call_ = false;
  bool body_is_kept_ = false;
};

void each_part(const Entity& message, const std::function<bool(const Part&)>& visit, Epilogue epilogue) {
  PartWalk(message, visit, epilogue).run();
}

}  // namespace lorelei::mail
