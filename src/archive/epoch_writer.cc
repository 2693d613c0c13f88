// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/epoch_writer.hh"

#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <optional>
#include <thread>

#include "base/leftovers.hh"
#include "base/process.hh"
#include "base/text.hh"
#include "git/config.hh"
#include "git/loose_writer.hh"
#include "git/objects.hh"
#include "git/program.hh"
#include "git/repository.hh"
#include "git/sync_names.hh"

namespace lorelei::archive {

namespace {

using Kind = Error::Kind;

constexpr std::string_view kEcho = "checkpoint done";
constexpr std::chrono::milliseconds kLongestRefLock{500};
constexpr std::size_t kFew = 16;  // commits that are written without an importer: they are not worth a pack
constexpr std::size_t kFewBytes = 1 << 20;

// The branch that HEAD stands for.
Result<std::string> branch_of(const std::string& repository) {
  TRY(const auto head, read_file(fs::path(repository) / "HEAD"));
  const auto text = trim(head);
  if (!text.starts_with("ref: "))
    return err(Kind::kRefused, "write to the epoch", repository, "its HEAD is on no branch",
               "git -C " + repository + " symbolic-ref HEAD refs/heads/master");
  return std::string(trim(text.substr(5)));
}

std::set<std::string> files_in(const fs::path& directory) {
  std::set<std::string> names;
  std::error_code ignored;  // a directory that can't be read has no packs for us
  for (fs::directory_iterator at(directory, ignored), end; !ignored && at != end; at.increment(ignored))
    names.insert(at->path().filename().string());
  return names;
}

std::uint64_t pack_bytes(const std::string& repository) {
  std::uint64_t sum = 0;
  const auto directory = fs::path(repository) / "objects" / "pack";
  for (const auto& name : files_in(directory)) {
    std::error_code ignored;  // gone since it was listed
    if (name.ends_with(".pack")) sum += fs::file_size(directory / name, ignored);
  }
  return sum;
}

// What git takes in a name or address: no line ends and other control characters, no angle brackets.
std::string cleaned(std::string_view text) {
  std::string out;
  for (const char c : text)
    if (static_cast<unsigned char>(c) >= 32 && c != 127 && c != '<' && c != '>') out += c;
  return std::string(trim(out));
}

std::string written(const Signature& by) {
  const int zone = std::abs(by.time.zone_minutes);
  return fmt::format("{} <{}> {} {}{:02}{:02}", cleaned(by.name), cleaned(by.email),
                     std::max<std::int64_t>(0, by.time.seconds), by.time.zone_minutes < 0 ? '-' : '+', zone / 60,
                     zone % 60);
}

}  // namespace

struct EpochWriter::Impl {
  Inbox& inbox;
  Options options;
  std::string repository, branch;
  unsigned number = 0;
  std::set<std::string> packs_before;
  std::optional<Process> importer;
  std::optional<git::BlobReader> borrowed;  // of an epoch with alternates: what they have is not written again
  bool must_name_parent = false;            // the next commit is this importer's first on a branch that has some
  std::optional<git::ObjectId> tip;         // of the branch, while no importer writes it
  bool takes_few = false;                   // commits may be written without an importer
  struct Commit {
    std::string file, author, committer, subject;
    git::ObjectId blob;   // of its message, if it is held here or may be borrowed
    std::string message;  // that is held here
  };
  std::vector<Commit> few;      // that wait: for a checkpoint, or for so many that an importer is worth it
  std::uint64_t raw_bytes = 0;  // in this epoch, by the estimate
  std::uint64_t commits = 0, commits_since_checkpoint = 0, bytes_since_checkpoint = 0;

  Impl(Inbox& in, Options wanted) : inbox(in), options(std::move(wanted)) {}

  std::uint64_t limit() const {
    return static_cast<std::uint64_t>(static_cast<double>(options.epoch_pack_bytes) / kPackingFactor);
  }

  // Chooses the epoch to write to; a new one if the newest is full or there is none.
  Result<void> choose_epoch() {
    if (!inbox.epochs().empty()) {
      const Epoch& newest = inbox.epochs().back();
      TRY_VOID(check_is_ours(newest.path));
      number = newest.number;
      raw_bytes = static_cast<std::uint64_t>(static_cast<double>(pack_bytes(newest.path)) / kPackingFactor);
      TRY_VOID(use(newest.path));  // also a full one: what a killed run has put there counts as there
      return raw_bytes < limit() ? Result<void>() : begin_epoch(number + 1);
    }
    return begin_epoch(0);
  }

  // What is put into a copy is in nobody's way until upstream goes on. Its URL is not shown: it may hold a password.
  static Result<void> check_is_ours(const std::string& path) {
    TRY(const auto config, git::Config::load(fs::path(path) / "config", ""));
    const auto* url = config.find("remote.origin.url");
    if (!url || !url->value) return {};
    return err(Kind::kRefused, "write into", path, "it is a copy of an archive that goes on elsewhere",
               "another archive; or, to go on here: git -C " + path + " remote remove origin");
  }

  Result<void> begin_epoch(unsigned next) {
    TRY_VOID(inbox.add_epoch(next, options.branch));
    number = next;
    raw_bytes = 0;
    return use(inbox.epoch(next)->path);
  }

  Result<void> use(const std::string& path) {
    repository = path;
    TRY(branch, branch_of(path));
    // What a killed run has put there counts as there from now on.
    TRY_VOID(git::sync_names(repository, branch));
    TRY(const auto opened, git::Repository::open(path));
    TRY(tip, opened.resolve());
    must_name_parent = tip.has_value();
    takes_few = git::is_plain_repository(path);
    remove_leftovers(fs::path(path) / "info", ".refs.");
    borrowed.reset();
    const auto objects = fs::path(path) / "objects";
    std::error_code error;
    if (fs::exists(objects / "info" / "alternates", error)) {
      TRY(borrowed, git::BlobReader::open({objects.string()}));
    }
    return drop_stale_locks();
  }

  // git's own locks of the branch, if a killed importer left them: we hold the lock of the archive. A git command that
  // the user has just started may hold them too, but never for so long.
  Result<void> drop_stale_locks() {
    const auto until = std::chrono::steady_clock::now() + kLongestRefLock;
    for (const auto& name : {branch + ".lock", std::string("HEAD.lock"), std::string("packed-refs.lock")}) {
      const auto lock = fs::path(repository) / name;
      std::error_code error;
      while (fs::exists(lock, error) && std::chrono::steady_clock::now() < until)
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
      fs::remove(lock, error);
      if (error) return err_errno(error.value(), "write to the epoch", lock.string());
    }
    return {};
  }

  Result<void> start() {
    packs_before = files_in(fs::path(repository) / "objects" / "pack");
    auto how = git::git_options();
    how.keep_open = options.lock_fd;
    how.group = ProcessOptions::Group::kOwn;  // ^C asks us to stop, and what was read is still to be kept
    // All of it in packs: of objects that lie by themselves, each has a directory that would have to be synced.
    TRY(importer, Process::start(git::git_argv(repository, {"-c", "core.fsync=all", "-c", "fastimport.unpackLimit=0",
                                                            "fast-import", "--quiet", "--done", "--date-format=raw"}),
                                 {Stream::kPipe, Stream::kPipe, Stream::kKeep}, how));
    return {};
  }

  // fast-import has gone, or answered nonsense. Its temporary packs would fill the disk for nothing.
  tl::unexpected<Error> failed(std::string fallback) {
    std::string complaint;
    if (importer) {
      importer->close_input();
      (void)importer->wait();  // its complaint says more than its status
      complaint = importer->complaint();
      importer.reset();
    }
    std::error_code ignored;  // what can't be removed stays for git gc
    const auto packs = fs::path(repository) / "objects" / "pack";
    for (const auto& name : files_in(packs))
      if (name.starts_with("tmp_") && !packs_before.contains(name)) fs::remove(packs / name, ignored);
    for (const auto& name : files_in(repository))
      if (name.starts_with("fast_import_crash_")) fs::remove(fs::path(repository) / name, ignored);
    Error error{Kind::kFailed,
                "write to the epoch",
                repository,
                complaint.empty() ? std::move(fallback) : git::git_complaint(complaint),
                {},
                {}};
    error.next = "what was imported before is safe; mend the cause and run the command again, it goes on";
    return tl::unexpected(std::move(error));
  }

  Result<void> send(std::string_view bytes) {
    if (auto sent = importer->write(bytes); !sent) return failed(sent.error().why);
    return {};
  }

  Result<void> send_commit(const Commit& commit, std::string_view message) {
    std::string head = fmt::format("commit {}\nauthor {}\ncommitter {}\ndata {}\n{}\n\n", branch, commit.author,
                                   commit.committer, commit.subject.size() + 1, commit.subject);
    if (std::exchange(must_name_parent, false)) head += "from " + branch + "^0\n";
    if (borrowed && borrowed->size(commit.blob))
      return send(head + fmt::format("deleteall\nM 100644 {} {}\n\n", commit.blob.hex(), commit.file));
    head += fmt::format("deleteall\nM 100644 inline {}\ndata {}\n", commit.file, message.size());
    TRY_VOID(send(head));
    TRY_VOID(send(message));
    return send("\n\n");
  }

  // The same commits, as fast-import makes them.
  Result<void> write_few() {
    if (few.empty()) return {};
    git::LooseWriter writer(repository);
    auto last = tip;
    for (const auto& commit : few) {
      if (!borrowed || !borrowed->size(commit.blob))
        TRY_VOID(writer.add(git::ObjectType::kBlob, commit.message).map([](auto) {}));
      std::string entry = "100644 " + commit.file;
      entry.push_back('\0');
      entry.append(reinterpret_cast<const char*>(commit.blob.bytes.data()), commit.blob.bytes.size());
      TRY(const auto tree, writer.add(git::ObjectType::kTree, entry));
      const auto parent = last ? "parent " + last->hex() + "\n" : "";
      TRY(last,
          writer.add(git::ObjectType::kCommit, fmt::format("tree {}\n{}author {}\ncommitter {}\n\n{}\n", tree.hex(),
                                                           parent, commit.author, commit.committer, commit.subject)));
    }
    TRY_VOID(writer.move_branch(branch, tip, *last));
    few.clear();
    must_name_parent = true;
    commits_since_checkpoint = bytes_since_checkpoint = 0;
    if (!tip || !git::update_server_info(repository, branch, *tip, *last)) update_server_info();
    tip = last;
    return {};
  }

  // For dumb HTTP, as public-inbox does. It can be made again at any time.
  void update_server_info() const { (void)git::run_git(repository, {"update-server-info"}, "", ""); }

  Result<void> commit(const char* file, std::string_view message, const Signature& author, const Signature& committer,
                      std::string_view subject) {
    if (raw_bytes >= limit()) {
      TRY_VOID(finish());
      TRY_VOID(begin_epoch(number + 1));
    }
    const bool is_held =
        !importer && takes_few && few.size() < kFew && bytes_since_checkpoint + message.size() <= kFewBytes;
    Commit commit{file, written(author), written(committer), std::string(subject), {}, {}};
    if (is_held || borrowed) commit.blob = git::name_of(git::ObjectType::kBlob, message);
    if (is_held) {
      commit.message = message;
      few.push_back(std::move(commit));
    } else {
      if (!importer) TRY_VOID(start());
      for (const auto& each : std::exchange(few, {})) TRY_VOID(send_commit(each, each.message));
      TRY_VOID(send_commit(commit, message));
    }
    raw_bytes += message.size();
    bytes_since_checkpoint += message.size();
    ++commits;
    ++commits_since_checkpoint;
    return {};
  }

  Result<std::string> read(const git::ObjectId& blob) {
    const auto missing = [&] { return err(Kind::kNotFound, "read the object", blob.hex(), "it was not added"); };
    for (const auto& commit : few)
      if (commit.blob == blob) return commit.message;
    if (!importer) return missing();
    TRY_VOID(send("cat-blob " + blob.hex() + "\n"));
    const auto answer = importer->read_line();
    if (!answer || !*answer) return failed("it does not answer");
    const auto words = split_words(**answer);  // HEX "blob" SIZE, or HEX "missing"
    if (words.size() == 2 && words[1] == "missing") return missing();
    const auto size = words.size() == 3 ? parse_uint(words[2]) : std::nullopt;
    if (!size) return failed("it answers '" + **answer + "'");
    auto bytes = importer->read_exactly(*size + 1);
    if (!bytes) return failed(bytes.error().why);
    bytes->pop_back();  // the LF behind it
    return *std::move(bytes);
  }

  Result<void> checkpoint() {
    if (!importer) return write_few();
    if (commits_since_checkpoint == 0) return {};
    TRY_VOID(send(fmt::format("checkpoint\nprogress {}\n", kEcho)));
    const auto answer = importer->read_line();
    if (!answer || !*answer || **answer != fmt::format("progress {}", kEcho)) return failed("it does not answer");
    TRY_VOID(git::sync_names(repository, branch));
    commits_since_checkpoint = bytes_since_checkpoint = 0;
    return {};
  }

  Result<void> finish() {
    if (!importer) return write_few();
    TRY_VOID(send("done\n"));
    importer->close_input();
    const auto status = importer->wait();
    if (!status || *status != 0) return failed("it ended before it was done");
    importer.reset();
    TRY_VOID(git::sync_names(repository, branch));
    commits_since_checkpoint = bytes_since_checkpoint = 0;
    must_name_parent = true;  // for the next importer
    TRY(const auto opened, git::Repository::open(repository));
    TRY(tip, opened.resolve());
    update_server_info();
    return {};
  }
};

EpochWriter::EpochWriter(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
EpochWriter::EpochWriter(EpochWriter&&) noexcept = default;
EpochWriter& EpochWriter::operator=(EpochWriter&&) noexcept = default;
EpochWriter::~EpochWriter() {
  if (impl_ && impl_->importer) (void)impl_->failed("it was not finished");
}

Result<EpochWriter> EpochWriter::open(Inbox& inbox, Options options) {
  EpochWriter writer(std::make_unique<Impl>(inbox, std::move(options)));
  remove_leftovers(writer.impl_->inbox.git_dir(), ".new-epoch.");
  TRY_VOID(writer.impl_->choose_epoch());
  return writer;
}

Result<void> EpochWriter::add(std::string_view message, const Signature& author, const Signature& committer,
                              std::string_view subject) {
  return impl_->commit("m", message, author, committer, subject);
}
Result<void> EpochWriter::remove(std::string_view message, const Signature& by, std::string_view subject) {
  return impl_->commit("d", message, by, by, subject);
}
Result<std::string> EpochWriter::read(const git::ObjectId& blob) { return impl_->read(blob); }
Result<void> EpochWriter::checkpoint() { return impl_->checkpoint(); }
Result<void> EpochWriter::finish() { return impl_->finish(); }
std::uint64_t EpochWriter::commits() const { return impl_->commits; }
std::uint64_t EpochWriter::commits_since_checkpoint() const { return impl_->commits_since_checkpoint; }
std::uint64_t EpochWriter::bytes_since_checkpoint() const { return impl_->bytes_since_checkpoint; }

}  // namespace lorelei::archive
