// SPDX-License-Identifier: GPL-3.0-or-later
// make_copies: a larger archive made of a real one, for growth curves. bench/make_corpus runs it.
//
//   make_copies COMMITS N <BLOBS | git fast-import
//
// COMMITS holds "author-time committer-time" of each message, oldest first; standard input is `git cat-file --batch` of
// the messages in the same order; N messages come out as one commit each. The first round is verbatim. Each later round
// r says everything again, as a list would that goes on talking:
//
//   - times of the commit, Date and Received move on by r times the span of the source
//   - ids in Message-ID, References and In-Reply-To become <rR.ID>, so that threads keep their shape
//   - one identifier in kRenamedShare (a word of six letters or more with an underscore) is renamed, by a hash of the
//     identifier and r: the vocabulary grows, and each new word occurs as often as the old one did
//   - blob ids in "index A..B" lines change, prefix by prefix
//
// The result depends on the arguments and the input alone.
#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

namespace {

constexpr std::uint64_t kRenamedShare = 8;

struct Source {
  std::int64_t author_time = 0, committer_time = 0;
  std::string mail;
};

std::vector<Source> read_sources(const char* commits) {
  std::vector<Source> sources;
  std::ifstream times(commits);
  Source source;
  while (times >> source.author_time >> source.committer_time) {
    std::string id, type;
    std::size_t size = 0;
    if (!(std::cin >> id >> type >> size)) break;
    std::cin.get();
    source.mail.resize(size);
    std::cin.read(source.mail.data(), static_cast<std::streamsize>(size));
    std::cin.get();
    sources.push_back(source);
  }
  return sources;
}

std::uint64_t hash(std::string_view text, std::uint64_t seed) {
  std::uint64_t h = 0xcbf29ce484222325u ^ (seed * 0x9e3779b97f4a7c15u);
  for (const char c : text) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  return h ^ (h >> 29);
}

// "Wed, 5 Jun 2019 10:00:00 +0200 (CEST)" moved on by so many seconds; other text is left as it is.
std::string moved(const std::string& date, std::int64_t by) {
  static constexpr std::array<const char*, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  static constexpr std::array<const char*, 7> kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  const auto digit = std::find_if(date.begin(), date.end(), [](char c) { return std::isdigit(c) != 0; });
  const auto start = static_cast<std::size_t>(digit - date.begin());
  int day = 0, year = 0, hour = 0, minute = 0, second = 0, used = 0;
  char month[4] = {};
  if (std::sscanf(date.c_str() + start, "%d %3s %d %d:%d:%d%n", &day, month, &year, &hour, &minute, &second, &used) < 6)
    return date;
  const auto name = std::find(kMonths.begin(), kMonths.end(), std::string_view(month));
  if (name == kMonths.end() || year < 1970) return date;
  std::tm fields{};
  fields.tm_mday = day, fields.tm_mon = static_cast<int>(name - kMonths.begin()), fields.tm_year = year - 1900;
  fields.tm_hour = hour, fields.tm_min = minute, fields.tm_sec = second;
  const std::time_t time = timegm(&fields) + by;
  gmtime_r(&time, &fields);
  char text[64];
  std::snprintf(text, sizeof text, " %s, %d %s %d %02d:%02d:%02d", kDays.at(static_cast<std::size_t>(fields.tm_wday)),
                fields.tm_mday, kMonths.at(static_cast<std::size_t>(fields.tm_mon)), fields.tm_year + 1900,
                fields.tm_hour, fields.tm_min, fields.tm_sec);
  return text + date.substr(start + static_cast<std::size_t>(used));
}

class Rewriter {
 public:
  Rewriter(unsigned round, std::int64_t shift_seconds)
      : round_(round), shift_seconds_(shift_seconds), tag_("r" + std::to_string(round)) {}

  std::string mail(const std::string& mail) const {
    const auto blank = mail.find("\n\n");
    const auto head_size = blank == std::string::npos ? mail.size() : blank + 1;
    std::string out = head(mail.substr(0, head_size));
    const bool base64 = out.find("ransfer-Encoding: base64") != std::string::npos;
    const auto rest = std::string_view(mail).substr(head_size);
    out += base64 ? std::string(rest) : body(rest);
    return out;
  }

 private:
  // Header by header, continuation lines included.
  std::string head(const std::string& head) const {
    std::string out;
    for (std::size_t at = 0; at < head.size();) {
      std::size_t end = head.find('\n', at);
      while (end != std::string::npos && end + 1 < head.size() && (head[end + 1] == ' ' || head[end + 1] == '\t'))
        end = head.find('\n', end + 1);
      end = end == std::string::npos ? head.size() : end + 1;
      out += header(head.substr(at, end - at));
      at = end;
    }
    return out;
  }

  std::string header(const std::string& header) const {
    const auto colon = header.find(':');
    if (colon == std::string::npos) return header;
    std::string name = header.substr(0, colon);
    for (char& c : name) c = static_cast<char>(std::tolower(c));
    const std::string value = header.substr(colon + 1);
    if (name == "message-id" || name == "references" || name == "in-reply-to")
      return header.substr(0, colon + 1) + renamed_ids(value);
    if (name == "date") return header.substr(0, colon + 1) + moved(value, shift_seconds_);
    const auto semicolon = header.rfind(';');
    if (name == "received" && semicolon != std::string::npos)
      return header.substr(0, semicolon + 1) + moved(header.substr(semicolon + 1), shift_seconds_);
    return name == "subject" ? words(header) : header;
  }

  std::string renamed_ids(const std::string& value) const {
    std::string out;
    for (const char c : value) {
      out += c;
      if (c == '<') out += tag_ + ".";
    }
    return out;
  }

  std::string body(std::string_view text) const {
    std::string out;
    while (!text.empty()) {
      const auto end = text.find('\n');
      const auto line = text.substr(0, end == std::string_view::npos ? text.size() : end + 1);
      text.remove_prefix(line.size());
      if (line.starts_with("index ") && line.find("..") != std::string_view::npos)
        out += blob_ids(line);
      else if (line.starts_with("diff ") || line.starts_with("--- ") || line.starts_with("+++ "))
        out += line;
      else
        out += words(line);
    }
    return out;
  }

  // Hexadecimal digits turn by the round: an abbreviation stays the prefix of its whole id.
  std::string blob_ids(std::string_view line) const {
    static constexpr std::string_view kDigits = "0123456789abcdef";
    std::string out(line.substr(0, 6));
    bool in_id = true;
    for (const char c : line.substr(6)) {
      const auto digit = kDigits.find(c);
      in_id = in_id && (digit != std::string_view::npos || c == '.' || c == ',');
      out += in_id && digit != std::string_view::npos ? kDigits[(digit + round_) % kDigits.size()] : c;
    }
    return out;
  }

  static bool word_byte(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

  std::string words(std::string_view line) const {
    std::string out;
    for (std::size_t at = 0; at < line.size();) {
      std::size_t end = at;
      while (end < line.size() && word_byte(line[end])) ++end;
      const auto word = line.substr(at, end - at);
      out += word;
      if (word.size() >= 6 && word.find('_') != std::string_view::npos && hash(word, round_) % kRenamedShare == 0)
        out += "_" + tag_;
      if (end < line.size()) out += line[end++];
      at = end;
    }
    return out;
  }

  unsigned round_;
  std::int64_t shift_seconds_;
  std::string tag_;
};

void write_commit(const std::string& mail, std::int64_t author_time, std::int64_t committer_time) {
  static constexpr std::string_view kLog = "mail\n";
  std::cout << "commit refs/heads/master\nauthor a <a@example.org> " << author_time
            << " +0000\ncommitter c <c@example.org> " << committer_time << " +0000\ndata " << kLog.size() << '\n'
            << kLog << "M 100644 inline m\ndata " << mail.size() << '\n'
            << mail << '\n';
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fputs("usage: make_copies COMMITS N <BLOBS\n", stderr);
    return 2;
  }
  std::ios::sync_with_stdio(false);
  const auto wanted = std::strtoul(argv[2], nullptr, 10);
  const auto sources = read_sources(argv[1]);
  if (sources.empty()) {
    std::fputs("make_copies: there is no message in the input\n", stderr);
    return 1;
  }
  const auto span = sources.back().committer_time - sources.front().committer_time + 3600;
  for (std::size_t written = 0; written < wanted;) {
    const auto round = static_cast<unsigned>(written / sources.size());
    const auto shift = span * round;
    const Rewriter rewriter(round, shift);
    for (const auto& source : sources) {
      if (written++ == wanted) return 0;
      write_commit(round == 0 ? source.mail : rewriter.mail(source.mail), source.author_time + shift,
                   source.committer_time + shift);
    }
  }
  return 0;
}
