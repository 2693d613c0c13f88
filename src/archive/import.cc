// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/import.hh"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

#include "mail/maildir.hh"

namespace lorelei::archive {

namespace {

using Kind = Error::Kind;

constexpr std::size_t kMaxRemarks = 20;  // a mailbox without Message-IDs would have one for each message

// Of a file without separators: "Name:" at its start, as every mail has it, however broken; old ones with blanks before
// the colon.
bool begins_with_header(std::string_view bytes) {
  const auto colon = bytes.find(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  const auto name = bytes.substr(0, bytes.find_last_not_of(" \t", colon - 1) + 1);
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

// One run over all sources. A Result of these functions is an error of the archive: one of a source is a problem.
class Run {
 public:
  Run(const Env& env, Importer& importer, const ImportOptions& options, const ImportTalk& talk)
      : env_(env), importer_(importer), options_(options), talk_(talk) {}

  Result<void> source(const std::string& name) {
    std::error_code ignored;  // open() will say what is wrong
    if (name != "-" && fs::is_directory(name, ignored)) return mail::is_maildir(name) ? maildir(name) : directory(name);
    Fd fd(name == "-" ? dup(STDIN_FILENO) : open(name.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd) return problem(err_errno(errno, "open", name).value());
    const auto shown = name == "-" ? "standard input" : name;
    return mailbox(mail::MboxReader(std::move(fd), shown, reader_options()), shown);
  }

  ImportReport report;

 private:
  mail::MboxReader::Options reader_options() const {
    mail::MboxReader::Options options;
    options.dialect = options_.dialect;
    options.unseparated = mail::MboxReader::Unseparated::kOneMessage;
    return options;
  }

  bool stopped() {
    report.interrupted = report.interrupted || env_.stop_requested();
    return report.interrupted;
  }

  Result<void> problem(Error error) {
    report.problems.push_back(std::move(error));
    return {};
  }

  Result<void> mailbox(mail::MboxReader reader, const std::string& name) {
    while (!stopped()) {
      const auto message = reader.next();
      if (!message) {
        TRY_VOID(problem(message.error()));
        if (message.error().kind == Kind::kTooLarge) continue;
        return {};
      }
      if (!*message) return {};
      if ((*message)->separator.empty() && !begins_with_header((*message)->raw))
        return problem({Kind::kRefused,
                        "import",
                        name,
                        "it is no mailbox, and no mail: its first line is no header",
                        {},
                        "the name of an mbox, a Maildir or a mail"});
      TRY_VOID(add((*message)->raw));
    }
    return {};
  }

  Result<void> maildir(const fs::path& path) {
    const auto entries = mail::list_maildir(path);
    if (!entries) return problem(entries.error());
    for (const auto& entry : *entries) {
      if (stopped()) return {};
      TRY_VOID(file(entry.path));
    }
    return {};
  }

  Result<void> directory(const fs::path& path) {
    std::vector<fs::path> files;
    std::error_code why;
    for (fs::directory_iterator at(path, why), end; !why && at != end; at.increment(why))
      if (at->path().extension() == ".eml") files.push_back(at->path());
    if (why) return problem(err_errno(why.value(), "read the directory", path.string()).value());
    if (files.empty())
      return problem({Kind::kNotFound, "import", path.string(), "it is no Maildir and has no files NAME.eml", {}, {}});
    std::sort(files.begin(), files.end());
    for (const auto& one : files) {
      if (stopped()) return {};
      TRY_VOID(file(one));
    }
    return {};
  }

  // One message in a file of its own.
  Result<void> file(const fs::path& path) {
    const auto bytes = read_file(path, mail::kMaxMboxMessage);
    if (!bytes) return problem(bytes.error());
    return add(*bytes);
  }

  Result<void> add(std::string_view message) {
    ++report.read;
    TRY(const Stored stored, importer_.add(message));
    if (stored.outcome == Stored::Outcome::kDuplicate) {
      ++report.duplicates;
    } else {
      ++report.added;
      report.given_ids += stored.has_made_id();
      if (stored.id_used) remark(stored);
    }
    if (talk_.progress) talk_.progress(report.read);
    return {};
  }

  void remark(const Stored& stored) {
    if (!talk_.remark || ++remarks_ > kMaxRemarks) return;
    talk_.remark(stored.ids.empty() ? "a message without Message-ID is now " + *stored.id_used
                                    : "another message has the Message-ID " + stored.ids.front() +
                                          ", this one is also " + *stored.id_used);
  }

  const Env& env_;
  Importer& importer_;
  const ImportOptions& options_;
  const ImportTalk& talk_;
  std::size_t remarks_ = 0;
};

}  // namespace

Result<ImportReport> import_mail(const Env& env, Inbox& inbox, const std::vector<std::string>& sources,
                                 const ImportOptions& options, const ImportTalk& talk) {
  TRY(auto importer, Importer::open(env, inbox, options.importer));
  Run run(env, importer, options, talk);
  const auto work = [&]() -> Result<void> {
    for (const auto& source : sources) {
      TRY_VOID(run.source(source));
      if (run.report.interrupted) break;
    }
    return importer.finish();
  };
  auto done = work();
  if (!done) {
    done.error().next = std::to_string(importer.durable()) + " messages were added before; " +
                        (done.error().next.empty() ? "the same command goes on" : done.error().next);
    return tl::unexpected(std::move(done).error());
  }
  return std::move(run.report);
}

}  // namespace lorelei::archive
