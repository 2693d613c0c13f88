// SPDX-License-Identifier: GPL-3.0-or-later
// lorelei mail-diff: what one message has that another has not, part by part, and why they are not taken for the same.
#include <fmt/core.h>

#include <algorithm>

#include "base/pager.hh"
#include "base/process.hh"
#include "base/text.hh"
#include "cmd/lei_request.hh"
#include "lei/intake.hh"
#include "mail/content_hash.hh"
#include "mail/message.hh"

namespace lorelei::cmd {

namespace {

constexpr std::uint64_t kMaxDiff = 256 << 20;

struct Wish {
  bool raw_header = false;
  Argv diff_options;
};

// A message as a directory: each part as text, its header, and what is digested of the whole.
Result<void> spread(const std::string& raw, const fs::path& directory, const Wish& wish) {
  std::error_code error;
  fs::create_directory(directory, error);
  if (error) return err_errno(error.value(), "make the directory", directory.string());
  const mail::Entity message(raw);
  Result<void> written;
  mail::each_part(message, [&](const mail::Part& part) {
    const auto base = directory / part.index;
    const bool is_whole = part.depth == 0;
    if (!is_whole || wish.raw_header)
      written = create_file(base.string() + ".hdr", part.entity.header_block(), Sync::kNo);
    const auto text = part.entity.text();
    if (written)
      written = create_file(base.string() + (text ? ".txt" : ".bin"), text ? *text : part.entity.body(), Sync::kNo);
    return written.has_value();
  });
  TRY_VOID(written);
  auto input = mail::content_hash_input(message);
  std::replace(input.begin(), input.end(), '\0', '\n');
  const auto digest = mail::content_hash(message);
  input += fmt::format("\n{}\n", hex({reinterpret_cast<const char*>(digest.data()), digest.size()}));
  return create_file(directory / "content_digest", input, Sync::kNo);
}

class Comparison {
 public:
  Comparison(Env& env, TempDir scratch, Wish wish) : env_(env), scratch_(std::move(scratch)), wish_(std::move(wish)) {}

  // The first one is what all others are compared with.
  Result<void> take(const std::string& raw) {
    const auto name = count_ == 0 ? std::string("a") : fmt::format("N{}", count_);
    const auto directory = scratch_.path() / name;
    TRY_VOID(spread(raw, directory, wish_));
    if (count_++ == 0) return {};
    Argv git = {"git", "-C", scratch_.path().string(), "diff", "--no-index"};
    git.insert(git.end(), wish_.diff_options.begin(), wish_.diff_options.end());
    git.insert(git.end(), {"--", "a", name});
    TRY(const auto done, run_process(git, {.limit_bytes = kMaxDiff, .cancelled = env_.cancelled}));
    if (done.status > 1)
      return err(Error::Kind::kFailed, "compare the messages", "", "git diff: " + std::string(trim(done.err)));
    print(env_, done.out);
    std::error_code ignored;
    fs::remove_all(directory, ignored);
    return {};
  }
  unsigned count() const { return count_; }

 private:
  Env& env_;
  TempDir scratch_;
  Wish wish_;
  unsigned count_ = 0;
};

}  // namespace

static int mail_diff(Env& env, Args& args) {
  std::string format;
  std::optional<std::uint64_t> context;
  bool from_stdin = false, all_space = false, space_change = false, words = false, colour = env.colour;
  Wish wish;
  if (const auto done = args.parse({
          {"--stdin", "", "read standard input", &from_stdin},
          {"-F --in-format", "FORMAT", "of files: eml, mboxrd, mboxo, mboxcl or mboxcl2", &format},
          {"--raw-header", "", "also the headers of the messages, as they are", &wish.raw_header},
          heading("Of git diff"),
          {"-U --unified", "N", "lines of context", &context},
          {"-w --ignore-all-space", "", "white space is nothing", &all_space},
          {"-b --ignore-space-change", "", "amounts of white space are equal", &space_change},
          {"--word-diff", "", "words, not lines", &words},
          {"--[no-]color", "", "colours", &colour},
      }))
    return *done;
  auto places = args.operands();
  if (from_stdin || (places.empty() && has_standard_input())) places.insert(places.begin(), "-");
  if (places.empty())
    return args.fail({Error::Kind::kUsage, "compare", "", "nothing is named to be read", "two LOCATIONs", ""});
  auto& options = wish.diff_options;
  if (context) options.push_back(fmt::format("-U{}", *context));
  if (all_space) options.emplace_back("-w");
  if (space_change) options.emplace_back("-b");
  if (words) options.emplace_back("--word-diff");
  options.emplace_back(colour ? "--color=always" : "--color=never");
  const auto settings = lei::Settings::load(env);
  if (!settings) return args.fail(settings.error());
  std::optional<Pager> pager(std::in_place, env);
  const auto work = [&]() -> Result<void> {
    TRY(auto scratch, TempDir::create(fs::temp_directory_path(), "lorelei-mail-diff-"));
    Comparison comparison(env, std::move(scratch), std::move(wish));
    for (const auto& word : places) {
      TRY(const auto place, source::parse_mail_place(word, word == "-" && format.empty() ? "eml" : format));
      TRY_VOID(
          lei::take_in(env, *settings, {place}, [&](source::FoundMail&& mail) { return comparison.take(mail.raw); }));
    }
    if (comparison.count() < 2)
      return err(Error::Kind::kUsage, "compare", join(places, " "), "there is one message only", "two LOCATIONs");
    return {};
  };
  const auto done = work();
  pager.reset();
  return done ? 0 : args.fail(done.error());
}

extern const Command kMailDiff = {
    .also = "lei",
    .verb = "mail-diff",
    .operands = "[LOCATION...]",
    .help = "show in what messages differ, and why they are not the same",
    .description =
        "LOCATIONs are those of import. All messages are compared with the first one: their parts as text, and the "
        "bytes of which the digest is made that decides what is a duplicate (content_digest).",
    .examples = {{"lorelei mail-diff a.eml b.eml", "two copies of a mail"},
                 {"lorelei q m:20260103-tls@example.org -d none -f mboxrd | lorelei mail-diff -F mboxrd",
                  "all that is known by one id"}},
    .run = mail_diff,
};

}  // namespace lorelei::cmd
