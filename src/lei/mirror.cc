// SPDX-License-Identifier: GPL-3.0-or-later
#include "lei/mirror.hh"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include "archive/inbox.hh"
#include "base/git_date.hh"
#include "base/is_there.hh"
#include "base/process.hh"
#include "base/text.hh"
#include "net/http.hh"
#include "net/url.hh"

namespace lorelei::lei {

namespace {

using Kind = Error::Kind;
using archive::Layout;

constexpr auto kDoing = "make the mirror";
constexpr std::uint64_t kMaxText = 1 << 20;  // configuration or description of one archive

constexpr std::string_view kMakefile2 =
    "# Brings this mirror up to date. No program reads this file: change it as you like.\n"
    "all:\n\tlorelei archive fetch $(CURDIR)\n\tlorelei archive index $(CURDIR)\n.PHONY: all\n";
constexpr std::string_view kMakefile1 =
    "# Brings this mirror up to date. No program reads this file: change it as you like.\n"
    "all:\n\tgit --git-dir=$(CURDIR) fetch\n\tpublic-inbox-index $(CURDIR)\n.PHONY: all\n";

class Mirror {
 public:
  Mirror(Env& env, const Settings& settings, const std::string& source, const MirrorOptions& options,
         const search::IndexProgress& progress)
      : env_(env), settings_(settings), source_(source), options_(options), progress_(progress) {}

  Result<void> make(const fs::path& dir);

 private:
  struct Text {
    std::string bytes;
    std::optional<std::int64_t> changed;
  };
  std::optional<Text> text_of(net::Http&, const std::string& name) const;
  Result<void> fetch_texts(const fs::path& made) const;
  Result<void> index(const Layout&) const;

  Env& env_;
  const Settings& settings_;
  const std::string& source_;
  const MirrorOptions& options_;
  const search::IndexProgress& progress_;
};

// A mirror without it is one all the same.
std::optional<Mirror::Text> Mirror::text_of(net::Http& web, const std::string& name) const {
  net::Request request;
  request.url = source_ + name;
  request.rounds = 1;
  auto response = web.send(request);
  std::string why = response ? "" : response.error().why;
  if (response && response->status() == 200) {
    if (auto bytes = response->read_rest(kMaxText)) {
      Text text{*std::move(bytes), std::nullopt};
      const auto changed = parse_date(response->last_modified(), env_.now(), DateReading::kStrict);
      if (changed) text.changed = *changed;
      return text;
    } else {
      why = bytes.error().why;
    }
  } else if (response) {
    why = fmt::format("HTTP {}", response->status());
  }
  if (options_.say) options_.say(fmt::format("# {} is not mirrored: {}", net::without_password(request.url), why));
  return std::nullopt;
}

Result<void> set_time(const fs::path& file, std::int64_t seconds) {
  const timespec times[] = {{seconds, 0}, {seconds, 0}};
  if (utimensat(AT_FDCWD, file.c_str(), times, 0) != 0) return err_errno(errno, kDoing, file.string());
  return {};
}

// What git and public-inbox say of a repository that nobody has described.
bool says_nothing(std::string_view description) {
  return trim(description).empty() || description.starts_with("Unnamed repository") ||
         trim(description) == "($INBOX_DIR/description missing)";
}

Result<void> Mirror::fetch_texts(const fs::path& made) const {
  auto description = read_file(made / "description").value_or("");
  if (is_web_url(source_)) {
    TRY(auto user, git::Config::user(env_));
    net::Http web(env_, std::vector<git::Config>{std::move(user), settings_.config()}, options_.http);
    if (const auto text = text_of(web, "_/text/config/raw")) {
      const auto file = made / "inbox.config.example";
      TRY_VOID(create_file(file, text->bytes));
      if (text->changed) TRY_VOID(set_time(file, *text->changed));
      if (chmod(file.c_str(), 0444) != 0) return err_errno(errno, kDoing, file.string());
    }
    if (auto text = text_of(web, "description")) description = std::move(text->bytes);
  }
  if (says_nothing(description)) description = "mirror of " + net::without_password(source_) + "\n";
  return replace_file(made / "description", description);
}

Result<void> Mirror::index(const Layout& layout) const {
  if (layout.kind == Layout::Kind::kVersion2) {
    TRY(const auto inbox, archive::Inbox::open(layout.dir));
    TRY(const auto report, search::index_archive(env_, inbox, options_.index, progress_));
    if (report.interrupted) return err(Kind::kCancelled, "index the mirror", source_, "it was stopped");
    return {};
  }
  const auto level = to_text(options_.index.level.value_or(search::Level::kFull));
  const Argv command = {"public-inbox-index", "-L", std::string(level), layout.dir.string()};
  const auto ran = run_process(command, {.cancelled = env_.cancelled});
  if (!ran && ran.error().kind == Kind::kCancelled) return tl::unexpected(ran.error());
  const auto why = ran ? std::string(trim(ran->err)) : ran.error().why + ": public-inbox-index";
  if (ran && ran->status == 0) return {};
  return err(Kind::kFailed, "index the mirror", source_, why,
             "it is an archive of version 1, which public-inbox has to index: install public-inbox");
}

Result<void> Mirror::make(const fs::path& dir) {
  if (is_there(dir)) return err(Kind::kConflict, kDoing, source_, fmt::format("`{}' already exists", dir.string()));
  TRY_VOID(make_directories(dir.parent_path()));
  TRY(auto building, TempDir::create(dir.parent_path(), "." + dir.filename().string() + "."));
  const auto made = building.path() / "archive";  // with the mode that the umask says, not a temporary's
  TRY(const auto layout, archive::copy_archive(env_, source_, made, options_.copy));
  TRY_VOID(fetch_texts(made));
  const bool is_version1 = layout.kind == Layout::Kind::kVersion1;
  TRY_VOID(create_file(made / "Makefile", is_version1 ? kMakefile1 : kMakefile2));
  TRY_VOID(index(layout));
  std::error_code why;
  fs::rename(made, dir, why);
  if (why) return err_errno(why.value(), kDoing, dir.string());
  return sync_directory(dir.parent_path());
}

}  // namespace

Result<void> mirror_archive(Env& env, const Settings& settings, const std::string& source, const fs::path& dir,
                            const MirrorOptions& options, const search::IndexProgress& progress) {
  return Mirror(env, settings, source, options, progress).make(dir);
}

}  // namespace lorelei::lei
