// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/pull.hh"

#include <fmt/core.h>

#include <algorithm>
#include <cassert>

#include "attest/settings.hh"
#include "base/text.hh"
#include "git/program.hh"
#include "git/ref_name.hh"
#include "git/repository.hh"
#include "git/repository_here.hh"
#include "net/url.hh"
#include "patch/lines.hh"

namespace lorelei::workflow {

namespace {

using Kind = Error::Kind;
using State = git::SignatureStatus::State;

constexpr std::uint64_t kMaxRefs = 16 << 20;  // bytes of an answer about four names
constexpr std::uint64_t kMaxTag = 8 << 20;

tl::unexpected<Error> with_status(Error error, int status) {
  error.status = status;
  return tl::unexpected(std::move(error));
}

class Git {
 public:
  Git(const Env& env, std::string directory) : env_(env), directory_(std::move(directory)) {
    options_ = git::git_options();
    set("GIT_ALLOW_PROTOCOL", "");
  }
  // One that may talk to servers.
  static Result<Git> online(const Env& env, std::string directory, LocalPlaces local) {
    TRY(const auto config, git::Config::here(env));
    Git git(env, std::move(directory));
    git.set("GIT_ALLOW_PROTOCOL", allowed_protocols(local, env.variable("GIT_ALLOW_PROTOCOL"), config));
    return git;
  }

  void set(const std::string& name, const std::string& value) {
    std::erase_if(options_.environment, [&](const auto& one) { return one.first == name; });
    options_.environment.emplace_back(name, value);
  }
  Result<Finished> run(const std::vector<std::string>& arguments, std::uint64_t limit = kMaxRefs) const {
    RunOptions how;
    how.process = options_;
    how.limit_bytes = limit;
    how.cancelled = env_.cancelled;
    return run_process(git::git_argv(directory_, arguments), how);
  }
  // Nothing: it is no revision here.
  Result<std::optional<std::string>> object(const std::string& revision) const {
    TRY(const auto done, run({"rev-parse", "--verify", "--quiet", revision}));
    if (done.status != 0) return std::nullopt;
    return std::string(trim(done.out));
  }
  Result<std::string> type(const std::string& id) const {
    TRY(const auto done, run({"cat-file", "-t", id}));
    return std::string(trim(done.out));
  }

 private:
  const Env& env_;
  std::string directory_;
  ProcessOptions options_;
};

Result<std::string> repository_of(const Env& env) {
  const auto here = git::repository_here(env);
  if (here.kind == git::RepositoryHere::Kind::kFound) return here.directory.string();
  return err(Kind::kNotFound, "pull into", fs::current_path().string(),
             here.why.empty() ? "it is not a git repository" : here.why, "-C DIR, of a clone of the project");
}

// For messages: nobody's password goes into a log.
std::string place_of(const PullRequest& request) { return net::without_password(request.url); }

tl::unexpected<Error> not_fetched(const PullRequest& request, const std::string& doing, std::string_view talk) {
  auto why = git::git_complaint(talk);
  const auto place = place_of(request);
  if (place != request.url)
    for (auto at = why.find(request.url); at != why.npos; at = why.find(request.url, at + place.size()))
      why.replace(at, request.url.size(), place);
  return with_status({Kind::kTemporary, doing, place, std::move(why),
                      "once more later, or ask the author whether the place is right", "", 0},
                     kPullNotFetched);
}

bool is_same_commit(const std::string& stated, const std::string& id) { return id.starts_with(stated); }

struct RemoteRef {
  std::string name, object, commit;
};

// In the order in which git fetch takes names.
std::vector<std::string> full_names(const std::string& ref) {
  if (ref == "HEAD" || ref.starts_with("refs/")) return {ref};
  return {"refs/" + ref, "refs/tags/" + ref, "refs/heads/" + ref};
}

// "ID TAB NAME" a line, a tag's commit as NAME^{}.
std::optional<RemoteRef> chosen_ref(std::string_view answer, const std::vector<std::string>& names) {
  RemoteRef chosen;
  std::size_t best = names.size();
  for (std::string_view rest = answer; !rest.empty();) {
    const auto line = patch::next_line(rest);
    const auto tab = line.find('\t');
    if (tab != 40 && tab != 64) continue;
    const auto id = line.substr(0, tab);
    if (!std::all_of(id.begin(), id.end(), is_hex)) continue;
    auto name = line.substr(tab + 1);
    const bool is_peeled = name.ends_with("^{}");
    if (is_peeled) name.remove_suffix(3);
    const auto rank = static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin());
    if (rank > best || rank == names.size()) continue;
    if (rank < best) chosen = {std::string(name), std::string(id), std::string(id)};
    if (is_peeled) chosen.commit = id;
    best = rank;
  }
  return best < names.size() ? std::optional(std::move(chosen)) : std::nullopt;
}

Result<RemoteRef> ask_server(const Git& git, const PullRequest& request) {
  const auto names = full_names(request.ref);
  std::vector<std::string> arguments = {"ls-remote", "--", request.url};
  for (const auto& name : names) {
    arguments.push_back(name);
    arguments.push_back(name + "^{}");
  }
  TRY(const auto done, git.run(arguments));
  if (done.status != 0) return not_fetched(request, "look up " + request.ref + " at", done.err);
  auto chosen = chosen_ref(done.out, names);
  if (chosen) return *std::move(chosen);
  return with_status({Kind::kConflict, "look up " + request.ref + " at", place_of(request), "there is no such ref",
                      "ask the author; it may be merged, and be gone", "", 0},
                     kPullMoved);
}

tl::unexpected<Error> moved(const PullRequest& request, const std::string& now) {
  return with_status({Kind::kConflict, "pull " + request.ref + " from", place_of(request),
                      fmt::format("the mail says {}, but it is {} now", request.tip, now),
                      "ask the author, or take what is there now by --allow-moved", "", 0},
                     kPullMoved);
}

Result<void> check_branch(const Git& git, const std::string& branch) {
  if (branch.empty()) return {};
  if (branch == "HEAD" || branch.starts_with('-') || !git::is_ref_name("refs/heads/" + branch))
    return err(Kind::kUsage, "make the branch", branch, "it is no name of a branch");
  TRY(const auto there, git.object("refs/heads/" + branch));
  if (!there) return {};
  return err(Kind::kConflict, "make the branch", branch, "it exists", "-b with another name");
}

// A repository that lacks the base is an old clone or one of something else: all of its history would come.
Result<void> check_base(const Git& git, const PullRequest& request) {
  if (request.base.empty()) return {};
  TRY(const auto base, git.object(request.base + "^{commit}"));
  if (base) return {};
  return with_status({Kind::kNotFound, "pull", request.url,
                      fmt::format("this repository does not have the commit {} that it builds on", request.base),
                      "git fetch, or -C DIR of another clone", "", 0},
                     1);
}

std::string tag_name_in(std::string_view tag) {
  while (!tag.empty()) {
    const auto line = patch::next_line(tag);
    if (line.empty()) break;
    if (line.starts_with("tag ")) return std::string(line.substr(4));
  }
  return "";
}

Result<PullSignature> signature_of(const Git& git, const Pull& pull) {
  PullSignature signature;
  TRY(const auto type, git.type(pull.object));
  if (type == "tag") {
    TRY(const auto text, git.run({"cat-file", "tag", pull.object}, kMaxTag));
    signature.tag = tag_name_in(text.out);
    TRY(const auto said, git.run({"verify-tag", "--raw", pull.object}));
    signature.status = git::read_signature_status(said.err, said.status);
    if (signature.status.state != State::kUnsigned) return signature;
  }
  TRY(const auto said, git.run({"verify-commit", "--raw", pull.commit}));
  const auto status = git::read_signature_status(said.err, said.status);
  if (type == "tag" && status.state == State::kUnsigned) return signature;
  signature.of = PullSignature::Of::kCommit;
  signature.status = status;
  return signature;
}

// A bad or withdrawn one is refused whatever the policy; others from hardfail on, a missing one by require.
std::string objection_to(const PullSignature& signature, attest::Policy::Level level) {
  using Level = attest::Policy::Level;
  const char* const what = signature.of == PullSignature::Of::kTag ? "tag" : "commit";
  switch (signature.status.state) {
    case State::kGood:
      return "";
    case State::kBad:
      return fmt::format("the signature of the {} is bad", what);
    case State::kRevoked:
      return fmt::format("the key that signed the {} was withdrawn", what);
    case State::kUnsigned:
      return level >= Level::kRequire ? fmt::format("the {} is not signed", what) : "";
    case State::kUntrusted:
    case State::kExpired:
    case State::kNoKey:
    case State::kUnknown:
      break;
  }
  return level >= Level::kHardfail
             ? fmt::format("the signature of the {} does not hold: {}", what, git::name_of(signature.status.state))
             : "";
}

Result<bool> contains(const Git& git, const std::string& repository, const std::string& tip) {
  const auto id = git::ObjectId::parse(tip);
  const auto opened = git::Repository::open(repository);
  if (id && opened) {
    TRY(const auto head, opened->resolve("HEAD"));
    return head ? opened->is_ancestor(*id, *head) : Result<bool>(false);
  }
  // A shallow clone, SHA-256, and the like.
  TRY(const auto done, git.run({"merge-base", "--is-ancestor", tip, "HEAD"}));
  return done.status == 0;
}

}  // namespace

bool Pull::is_moved() const { return !request.tip.empty() && !is_same_commit(request.tip, commit); }

Result<AskedPull> find_pull(const FetchedThread& thread, const std::string& asked) {
  const auto mail_of = [&](const std::string& id) {
    const auto found = std::find_if(thread.mails.begin(), thread.mails.end(),
                                    [&](const PatchMail& mail) { return mail.message_id == id; });
    return found == thread.mails.end() ? nullptr : &*found;
  };
  const auto none = err(Kind::kNotFound, "find a pull request in", thread.id, "no text of git request-pull is there");
  if (asked.empty()) {
    for (const auto& mail : thread.mails)
      if (auto request = parse_pull_request(mail.body)) return AskedPull{&mail, *std::move(request)};
    return none;
  }
  const auto* mail = mail_of(thread.id);
  for (std::size_t steps = 0; mail && steps < thread.mails.size(); ++steps, mail = mail_of(mail->parent))
    if (auto request = parse_pull_request(mail->body)) return AskedPull{mail, *std::move(request)};
  return none;
}

Result<Pull> look_up_pull(const Env& env, const AskedPull& asked, const PullWishes& wishes) {
  const auto& request = asked.request;
  TRY_VOID(check_pull_place(request.url, request.ref, wishes.local));
  Pull pull;
  TRY(pull.repository, repository_of(env));
  TRY(const auto git, Git::online(env, pull.repository, wishes.local));
  TRY_VOID(check_branch(git, wishes.branch));
  TRY_VOID(check_base(git, request));
  TRY(const auto remote, ask_server(git, request));
  pull.mail = asked.mail;
  pull.request = request;
  pull.ref = remote.name;
  pull.object = remote.object;
  pull.commit = remote.commit;
  if (pull.is_moved() && wishes.moved == MovedRefs::kRefused) return moved(request, remote.commit);
  if (request.tip.empty()) pull.notes.emplace_back("the mail does not say which commit it means");
  if (request.others > 0) pull.notes.push_back(fmt::format("the mail has {} more; this is the first", request.others));
  return pull;
}

Result<void> fetch_pull(const Env& env, Pull& pull, const PullWishes& wishes) {
  const auto& request = pull.request;
  TRY_VOID(check_pull_place(request.url, request.ref, wishes.local));
  TRY(const auto git, Git::online(env, pull.repository, wishes.local));
  TRY(const auto done, git.run({"-c", "fetch.fsckObjects=true", "-c", "fetch.writeCommitGraph=false", "fetch",
                                "--quiet", "--no-write-fetch-head", "--no-tags", "--no-recurse-submodules",
                                "--no-prune", "--no-auto-maintenance", "--", request.url, pull.ref}));
  if (done.status != 0) return not_fetched(request, "fetch " + request.ref + " from", done.err);
  TRY(const auto commit, git.object(pull.object + "^{commit}"));
  if (!commit)
    return with_status(
        {Kind::kConflict, "fetch " + request.ref + " from", place_of(request),
         fmt::format("what came has no commit {}", pull.commit), "once more: it may just have moved", "", 0},
        kPullMoved);
  pull.commit = *commit;
  if (pull.is_moved() && wishes.moved == MovedRefs::kRefused) return moved(request, *commit);
  if (pull.is_moved()) pull.notes.push_back(fmt::format("the mail says {}, but this is {}", request.tip, pull.commit));
  return {};
}

Result<void> judge_pull(const Env& env, const Settings& shown, Pull& pull) {
  TRY(const auto settings, attest::Settings::load(env, ""));
  if (!shown.shows_attestation || settings.policy.level == attest::Policy::Level::kOff) return {};
  Git git(env, pull.repository);
  if (!settings.gnupg_home.empty()) git.set("GNUPGHOME", settings.gnupg_home);
  TRY(auto signature, signature_of(git, pull));
  pull.objection = objection_to(signature, settings.policy.level);
  if (!signature.tag.empty() && pull.ref.starts_with("refs/tags/") && pull.ref != "refs/tags/" + signature.tag) {
    auto why = fmt::format("the tag calls itself {}, not {}", signature.tag, pull.ref.substr(10));
    // What was signed is then something else than what the mail asks for, as an older tag under a new name.
    const bool is_signed = signature.of == PullSignature::Of::kTag && signature.status.state != State::kUnsigned;
    if (pull.objection.empty() && is_signed && settings.policy.level >= attest::Policy::Level::kHardfail)
      pull.objection = std::move(why);
    else
      pull.notes.push_back(std::move(why));
  }
  pull.signature = std::move(signature);
  return {};
}

Result<void> keep_pull(const Env& env, const Pull& pull, const PullWishes& wishes) {
  assert(pull.objection.empty());
  const Git git(env, pull.repository);
  if (!wishes.branch.empty()) {
    TRY(const auto done, git.run({"branch", "--no-track", "--", wishes.branch, pull.commit}));
    if (done.status != 0) return err(Kind::kConflict, "make the branch", wishes.branch, git::git_complaint(done.err));
  }
  std::string what;
  for (const auto& [prefix, name] : {std::pair("refs/tags/", "tag "), std::pair("refs/heads/", "branch ")})
    if (what.empty() && pull.ref.starts_with(prefix))
      what = fmt::format("{}'{}' of ", name, pull.ref.substr(std::string_view(prefix).size()));
  if (what.empty() && pull.ref != "HEAD") what = fmt::format("'{}' of ", pull.ref);
  return replace_file(fs::path(pull.repository) / "FETCH_HEAD",
                      fmt::format("{}\t\t{}{}\n", pull.object, what, url_of_merge(pull.request.url)));
}

Result<bool> is_merged(const Env& env, const AskedPull& asked, const PullWishes& wishes) {
  TRY(const auto repository, repository_of(env));
  TRY(const auto git, Git::online(env, repository, wishes.local));
  auto tip = asked.request.tip;
  if (tip.empty()) {
    TRY_VOID(check_pull_place(asked.request.url, asked.request.ref, wishes.local));
    TRY(const auto remote, ask_server(git, asked.request));
    tip = remote.commit;
  }
  TRY(const auto commit, git.object(tip + "^{commit}"));
  return commit ? contains(git, repository, *commit) : Result<bool>(false);
}

}  // namespace lorelei::workflow
