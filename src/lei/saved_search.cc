// SPDX-License-Identifier: GPL-3.0-or-later
#include "lei/saved_search.hh"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>

#include "base/sha256.hh"
#include "base/shell_word.hh"
#include "base/text.hh"
#include "net/url.hh"
#include "wire/imap_url.hh"

namespace lorelei::lei {

namespace {

constexpr std::array kFormats = {"maildir", "mh", "mboxrd", "mboxo", "mboxcl", "mboxcl2", "mmdf", "v2"};
constexpr auto kDoing = "read the saved search";

// As git reads it back, whatever it holds.
std::string config_value(std::string_view text) {
  const bool has_edge = !text.empty() && (is_space(text.front()) || is_space(text.back()));
  const bool is_plain = !text.empty() && !has_edge && text.find_first_of("#;\"\\\n\t\b") == std::string_view::npos;
  if (is_plain) return std::string(text);
  std::string out = "\"";
  for (const char c : text) {
    switch (c) {
      case '\n':
        out += "\\n";
        break;
      case '\t':
        out += "\\t";
        break;
      case '\b':
        out += "\\b";
        break;
      case '"':
      case '\\':
        out += '\\';
        [[fallthrough]];
      default:
        out += c;
    }
  }
  return out + "\"";
}

std::string section_line(const std::string& section, const std::optional<std::string>& subsection) {
  if (!subsection) return fmt::format("[{}]", section);
  std::string quoted;
  for (const char c : *subsection) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return fmt::format("[{} \"{}\"]", section, quoted);
}

// Whether the line holds the entry and nothing before it: "[lei] q = x" is a line of two.
bool is_line_of(std::string_view line, std::string_view name) { return starts_with_ignore_case(trim(line), name); }

std::optional<std::int64_t> number_of(const SavedSearch& search, const std::string& key) {
  for (auto it = search.marks.rbegin(); it != search.marks.rend(); ++it)
    if (it->first == key) return parse_int(it->second);
  return std::nullopt;
}

}  // namespace

std::string without_format(const std::string& output) {
  const auto colon = output.find(':');
  if (colon == std::string::npos) return output;
  const auto word = to_lower(output.substr(0, colon));
  return std::find(kFormats.begin(), kFormats.end(), word) == kFormats.end() ? output : output.substr(colon + 1);
}

std::string canonical_output(const std::string& output) {
  if (!wire::is_imap_url(output)) return absolute_path(without_format(output));
  const auto url = wire::parse_imap_url(output);
  return url ? url->canonical : output;
}

fs::path directory_of(const Home& home, const std::string& output) {
  const auto canonical = canonical_output(output);
  auto name = std::string_view(canonical);
  while (name.ends_with('/')) name.remove_suffix(1);
  name.remove_prefix(name.rfind('/') + 1);
  const auto digest = sha256(canonical);
  return home.saved_searches /
         fmt::format("{}-{}", name, hex({reinterpret_cast<const char*>(digest.data()), digest.size()}));
}

std::string SavedSearch::place() const { return without_format(output); }
bool SavedSearch::is_remote() const { return wire::is_imap_url(output); }
std::optional<std::int64_t> SavedSearch::max_uid(const std::string& location) const {
  return number_of(*this, location + ".maxuid");
}
std::optional<std::int64_t> SavedSearch::last_result(const std::string& location) const {
  return number_of(*this, location + ".lastresult");
}

namespace {

class Reader {
 public:
  explicit Reader(SavedSearch& search) : search_(search) {}

  Result<void> take(const git::ConfigEntry& entry) {
    const auto value = entry.value.value_or("");
    const auto key = entry.key();
    if (key == "lei.q") return search_.query.push_back(value), Result<void>{};
    if (key == "lei.internal.rawstr") {
      TRY(search_.is_text, git::as_bool(entry));
    } else if (entry.section == "lei" && entry.subsection == "q") {
      return take_option(entry, value);
    } else if (entry.section == "external" && entry.subsection) {
      search_.marks.emplace_back(*entry.subsection + "." + entry.name, value);
    } else if (key == "lorelei.paused") {
      TRY(search_.is_paused, git::as_bool(entry));
    } else if (key == "lorelei.expires") {
      TRY(search_.expires, git::as_integer(entry));
    } else if (key == "lorelei.expireafter") {
      TRY(search_.expire_after, git::as_integer(entry));
    } else if (key == "lorelei.followdays") {
      TRY(search_.follow_days, git::as_integer(entry));
    } else if (key == "lorelei.interval") {
      TRY(search_.interval, git::as_integer(entry));
    } else if (key == "lorelei.slack") {
      TRY(search_.slack, git::as_integer(entry));
    }
    return {};
  }

  unsigned outputs = 0;

 private:
  Result<void> take_option(const git::ConfigEntry& entry, const std::string& value) {
    const auto flag = [&](std::optional<bool>& target) -> Result<void> {
      TRY(target, git::as_bool(entry));
      return {};
    };
    const auto& name = entry.name;
    if (name == "only") return search_.only.push_back(value), Result<void>{};
    if (name == "include") return search_.include.push_back(value), Result<void>{};
    if (name == "exclude") return search_.exclude.push_back(value), Result<void>{};
    if (name == "external") return flag(search_.external);
    if (name == "local") return flag(search_.local);
    if (name == "remote") return flag(search_.remote);
    if (name == "import-remote") return flag(search_.import_remote);
    if (name == "import-before") return flag(search_.import_before);
    if (name == "dedupe") search_.dedupe = value;
    if (name == "threads") {
      TRY(const auto count, git::as_integer(entry));
      search_.threads = count > 0 ? static_cast<unsigned>(std::min<std::int64_t>(count, 2)) : 0;
    }
    if (name == "limit") {
      TRY(const auto limit, git::as_integer(entry));
      if (limit >= 0) search_.limit = static_cast<std::uint64_t>(limit);
    }
    if (name == "output") {
      search_.output = value;
      ++outputs;
    }
    return {};
  }

  SavedSearch& search_;
};

}  // namespace

Result<SavedSearch> read_saved_search(const fs::path& directory) {
  SavedSearch search;
  search.directory = directory;
  const auto file = search.file().string();
  TRY(const auto text, read_file(file, git::kMaxConfigBytes));
  TRY(const auto entries, git::parse_config(text, file));
  Reader reader(search);
  for (const auto& entry : entries) TRY_VOID(reader.take(entry));
  const auto broken = [&](const char* why) {
    return err(Error::Kind::kUsage, kDoing, file, why, "lei edit-search, or correct the file by hand");
  };
  if (reader.outputs > 1) return broken("it has several values of lei.q.output");
  if (search.output.empty()) return broken("it has no lei.q.output");
  search.is_text |= search.query.size() == 1 && search.query[0].ends_with('\n');
  if (search.is_text && search.query.size() > 1)
    return broken("lei.q has multiple values, and lei.internal.rawstr is set");
  return search;
}

namespace {

struct Identity {
  dev_t device;
  ino_t inode;
  bool operator==(const Identity&) const = default;
};
std::optional<Identity> identity_of(const std::string& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) return std::nullopt;
  return Identity{status.st_dev, status.st_ino};
}

std::vector<fs::path> search_directories(const Home& home) {
  std::vector<fs::path> found;
  std::error_code error;
  for (fs::directory_iterator it(home.saved_searches, error), end; !error && it != end; it.increment(error))
    if (fs::exists(it->path() / "lei.saved-search", error)) found.push_back(it->path());
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace

Result<SavedSearch> find_saved_search(const Home& home, const std::string& output, Manner manner) {
  std::error_code error;
  const auto directory = directory_of(home, output);
  if (fs::exists(directory / "lei.saved-search", error)) return read_saved_search(directory);
  if (const auto wanted = wire::is_imap_url(output) ? std::nullopt : identity_of(without_format(output)))
    for (const auto& other : search_directories(home))
      if (const auto search = read_saved_search(other);
          search && !search->is_remote() && identity_of(search->place()) == wanted)
        return search;
  const auto shown = net::without_password(output);
  if (manner == Manner::kOurs)
    return err(Error::Kind::kNotFound, "find the saved search", shown, "no search is saved for this output",
               "lorelei ls-search lists those that are");
  return err(Error::Kind::kNotFound, "find the saved search", shown,
             fmt::format("--no-save was used with {} cwd={}", shown, absolute_path(".")), "lei ls-search");
}

SavedSearches list_saved_searches(const Home& home) {
  SavedSearches found;
  for (const auto& directory : search_directories(home)) {
    auto search = read_saved_search(directory);
    if (search)
      found.all.push_back(*std::move(search));
    else
      found.problems.push_back(std::move(search).error());
  }
  std::sort(found.all.begin(), found.all.end(),
            [](const SavedSearch& a, const SavedSearch& b) { return a.place() < b.place(); });
  return found;
}

// What `q` says anew each time; all else in the file is somebody's wish, and stays.
static bool is_of_q(const git::ConfigEntry& entry) {
  constexpr std::array kOfLei = {"only",          "include",       "exclude", "external", "local",  "remote",
                                 "import-remote", "import-before", "threads", "limit",    "dedupe", "output"};
  constexpr std::array kOfOurs = {"followdays", "expires", "expireafter"};
  const auto is_in = [&](const auto& names) {
    return std::find(names.begin(), names.end(), entry.name) != names.end();
  };
  if (entry.section == "external") return true;
  if (entry.section == "lorelei") return is_in(kOfOurs);
  if (entry.section == "lei" && entry.subsection == "q") return is_in(kOfLei);
  return entry.section == "lei" && (entry.key() == "lei.q" || entry.subsection == "internal");
}

static std::string wishes_in(const fs::path& file) {
  std::string lines;
  const auto text = read_file(file, git::kMaxConfigBytes);
  if (!text) return lines;
  const auto entries = git::parse_config(*text, file.string());
  if (!entries) return lines;  // it is replaced because it is broken
  for (const auto& entry : *entries)
    if (!is_of_q(entry))
      lines += section_line(entry.section, entry.subsection) + "\n\t" + entry.name +
               (entry.value ? " = " + config_value(*entry.value) : "") + "\n";
  return lines;
}

Result<void> write_saved_search(const SavedSearch& search) {
  std::string text = fmt::format(
      "; to refresh with new results, run: lei up {}\n"
      "; `maxuid' and `lastresult' lines are maintained by \"lei up\" for optimization\n[lei]\n",
      shell_word(search.place()));
  const auto line = [&](std::string_view name, const std::string& value) {
    text += fmt::format("\t{} = {}\n", name, config_value(value));
  };
  const auto flag = [&](std::string_view name, std::optional<bool> value) {
    if (value) text += fmt::format("\t{} = {}\n", name, *value ? 1 : 0);
  };
  for (const auto& argument : search.query) line("q", argument);
  text += "[lei \"q\"]\n";
  for (const auto& location : search.only) line("only", location);
  for (const auto& location : search.include) line("include", location);
  for (const auto& location : search.exclude) line("exclude", location);
  flag("external", search.external);
  flag("local", search.local);
  flag("remote", search.remote);
  flag("import-remote", search.import_remote);
  flag("import-before", search.import_before);
  if (search.threads) text += fmt::format("\tthreads = {}\n", search.threads);
  if (search.limit) text += fmt::format("\tlimit = {}\n", *search.limit);
  if (!search.dedupe.empty()) line("dedupe", search.dedupe);
  line("output", search.output);
  if (search.is_text) text += "[lei \"internal\"]\n\trawstr = 1 # stdin was used initially\n";
  if (search.expires || search.follow_days) text += "[lorelei]\n";
  if (search.follow_days) text += fmt::format("\tfollowdays = {}\n", *search.follow_days);
  if (search.expires) text += fmt::format("\texpires = {}\n", *search.expires);
  if (search.expires && search.expire_after) text += fmt::format("\texpireafter = {}\n", *search.expire_after);
  TRY_VOID(make_private_directory(search.directory));
  return replace_file(search.file(), text + wishes_in(search.file()));
}

Result<void> change_saved_search(const fs::path& file, const std::vector<Change>& changes) {
  TRY(const auto lock, FileLock::take(file.parent_path() / "lorelei.change.lock"));  // held for a moment only
  TRY(const auto text, read_file(file, git::kMaxConfigBytes));
  TRY(const auto entries, git::parse_config(text, file.string()));
  std::vector<std::string> lines;
  for (const auto line : split(text, '\n')) lines.emplace_back(line);
  if (!lines.empty() && lines.back().empty()) lines.pop_back();
  std::vector<std::pair<std::size_t, std::string>> behind;  // what comes behind a line
  std::vector<std::string> added;
  std::vector<bool> gone(lines.size(), false);
  for (const auto& change : changes) {
    const auto is_place = [&](const git::ConfigEntry& e) {
      return e.section == change.section && e.subsection == change.subsection;
    };
    std::size_t at = 0;  // line of the last entry of this name, else of the last one of its section; 0: none
    bool is_there = false;
    for (const auto& entry : entries) {
      if (!is_place(entry)) continue;
      const bool same = entry.name == change.name && is_line_of(lines[entry.line - 1], entry.name);
      if (same && is_there) gone[at - 1] = true;  // one value is enough
      if (same || !is_there) at = entry.line;
      is_there |= same;
    }
    if (!change.value) {
      if (is_there) gone[at - 1] = true;
      continue;
    }
    const auto line = fmt::format("\t{} = {}", change.name, config_value(*change.value));
    if (is_there) {
      lines[at - 1] = line;
    } else if (at) {
      behind.emplace_back(at - 1, line);
    } else {
      const auto header = section_line(change.section, change.subsection);
      if (std::find(added.begin(), added.end(), header) == added.end()) added.push_back(header);
      added.insert(std::find(added.begin(), added.end(), header) + 1, line);
    }
  }
  std::string out;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (!gone[i]) out += lines[i] + "\n";
    for (const auto& [line, more] : behind)
      if (line == i) out += more + "\n";
  }
  for (const auto& line : added) out += line + "\n";
  return replace_file(file, out);
}

}  // namespace lorelei::lei
