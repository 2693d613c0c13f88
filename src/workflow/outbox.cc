// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/outbox.hh"

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.hh"
#include "mail/address.hh"
#include "mail/bracketed_ids.hh"
#include "mail/message.hh"

namespace lorelei::workflow {

using Kind = Error::Kind;
using Json = nlohmann::ordered_json;

namespace {

constexpr std::uint64_t kMaxPosting = 16 << 20, kMaxLog = 16 << 20, kMaxMail = 64 << 20;
constexpr std::string_view kKinds[] = {"revision", "letters", "other"};
constexpr std::string_view kStates[] = {"pending", "sending", "sent", "refused", "unknown"};

fs::path all_in(const fs::path& git_directory) { return git_directory / "lorelei" / "outbox"; }

std::optional<MailState> state_named(std::string_view name) {
  for (std::size_t i = 0; i < std::size(kStates); ++i)
    if (kStates[i] == name) return static_cast<MailState>(i);
  return std::nullopt;
}

Json json_of(const OutboxPosting& posting, const std::vector<OutboxMail>& mails) {
  auto list = Json::array();
  for (const auto& mail : mails)
    list.push_back({{"file", mail.file},
                    {"message-id", mail.message_id},
                    {"subject", mail.subject},
                    {"from", mail.from},
                    {"to", mail.to}});
  return {{"kind", kKinds[static_cast<std::size_t>(posting.kind)]},
          {"branch", posting.branch},
          {"change-id", posting.change_id},
          {"revision", posting.revision},
          {"reflection", posting.is_reflection},
          {"first-id", posting.first_id},
          {"begun", posting.begun},
          {"identity", posting.identity},
          {"endpoint", posting.endpoint},
          {"tag", posting.tag},
          {"tag-object", posting.tag_object},
          {"mails", list}};
}

}  // namespace

Result<OutboxMail> outbox_mail(std::string_view text, std::string file, std::string envelope_from) {
  const mail::Entity entity(text);
  OutboxMail mail;
  mail.file = std::move(file);
  mail.from = std::move(envelope_from);
  const auto ids = mail::bracketed_ids(entity.first_header_raw("Message-ID").value_or(""));
  if (!ids.empty()) mail.message_id = ids.front();
  if (const auto subject = entity.header("Subject"); !subject.empty()) mail.subject = subject.front();
  for (const char* name : {"To", "Cc"})
    for (const auto& value : entity.header_raw(name))
      for (auto& address : mail::addresses(value))
        if (std::find(mail.to.begin(), mail.to.end(), address) == mail.to.end()) mail.to.push_back(std::move(address));
  if (!mail.to.empty()) return mail;
  return err(Kind::kRefused, "send", mail.subject, "nobody would get it");
}

Result<Outbox> Outbox::create(const fs::path& git_directory, const std::string& name, OutboxPosting posting,
                              std::vector<OutboxMail> mails, const std::vector<std::string>& texts) {
  const auto directory = all_in(git_directory) / name;
  TRY_VOID(make_directories(directory));
  TRY(auto lock, FileLock::take(directory / "lock", LockMode::kExclusive, LockWait::kFail));
  std::error_code failed;
  if (fs::exists(directory / "posting.json", failed))
    return err(Kind::kConflict, "send", name, "it is on its way already", "lorelei send --continue, or --abort");
  Outbox outbox(directory, name, std::move(lock));
  TRY_VOID(replace_file(directory / "log", ""));
  for (std::size_t i = 0; i < mails.size(); ++i) TRY_VOID(replace_file(directory / mails[i].file, texts[i]));
  const auto text = json_of(posting, mails).dump(2, ' ', false, Json::error_handler_t::replace);
  for (const auto& above : {directory.parent_path(), git_directory / "lorelei", git_directory})
    TRY_VOID(sync_directory(above));
  TRY_VOID(replace_file(directory / "posting.json", text + "\n"));
  outbox.posting_ = std::move(posting);
  outbox.mails_ = std::move(mails);
  return outbox;
}

Result<std::size_t> Outbox::leave_out(const std::string& address) {
  auto mails = mails_;
  std::size_t count = 0;
  for (auto& mail : mails) {
    if (mail.state == MailState::kSent || mail.state == MailState::kUnknown) continue;
    const auto is_he = [&](const std::string& one) { return equal_ignore_case(one, address); };
    if (std::erase_if(mail.to, is_he) == 0) continue;
    ++count;
    if (mail.to.empty())
      return err(Kind::kRefused, "leave out", address,
                 fmt::format("nobody else would get \"{}\"", printable(mail.subject)), "lorelei send --abort");
  }
  if (count == 0)
    return err(Kind::kNotFound, "leave out", address, "no mail that is still to be sent goes there",
               "lorelei send --continue");
  const auto text = json_of(posting_, mails).dump(2, ' ', false, Json::error_handler_t::replace);
  TRY_VOID(replace_file(directory_ / "posting.json", text + "\n"));
  mails_ = std::move(mails);
  return count;
}

std::vector<std::string> Outbox::names(const fs::path& git_directory) {
  std::vector<std::pair<fs::file_time_type, std::string>> found;
  std::error_code failed;
  for (fs::directory_iterator at(all_in(git_directory), failed), end; !failed && at != end; at.increment(failed)) {
    std::error_code missing;
    const auto time = fs::last_write_time(at->path() / "posting.json", missing);
    if (!missing) {
      found.emplace_back(time, at->path().filename().string());
    } else if (missing == std::errc::no_such_file_or_directory &&
               FileLock::take(at->path() / "lock", LockMode::kExclusive, LockWait::kFail)) {
      fs::remove_all(at->path(), missing);
    }
  }
  std::sort(found.begin(), found.end());
  std::vector<std::string> names;
  for (auto& [time, name] : found) names.push_back(std::move(name));
  return names;
}

Result<Outbox> Outbox::open(const fs::path& git_directory, const std::string& name) {
  const auto directory = all_in(git_directory) / name;
  std::error_code failed;
  if (name.empty() || name.find('/') != std::string::npos || !fs::exists(directory / "posting.json", failed))
    return err(Kind::kNotFound, "go on with sending", name, "nothing of that name is on its way");
  TRY(auto lock, FileLock::take(directory / "lock", LockMode::kExclusive, LockWait::kFail));
  Outbox outbox(directory, name, std::move(lock));
  TRY_VOID(outbox.read());
  TRY_VOID(outbox.read_log());
  return outbox;
}

Result<void> Outbox::read() {
  const auto path = directory_ / "posting.json";
  TRY(const auto text, read_file(path, kMaxPosting));
  const auto json = Json::parse(text, nullptr, false);
  const auto senseless = [&] {
    return err(Kind::kCorrupt, "go on with sending", path, "it makes no sense",
               "look at it; the mails are the files beside it");
  };
  if (!json.is_object() || !json.contains("mails") || !json["mails"].is_array()) return senseless();
  const auto member = [](const Json& object, const char* name) {
    const auto found = object.find(name);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
  };
  const auto kind = std::find(std::begin(kKinds), std::end(kKinds), member(json, "kind"));
  if (kind == std::end(kKinds)) return senseless();
  posting_.kind = static_cast<OutboxPosting::Kind>(kind - std::begin(kKinds));
  posting_.branch = member(json, "branch");
  posting_.change_id = member(json, "change-id");
  posting_.revision =
      json.contains("revision") && json["revision"].is_number_integer() ? json["revision"].get<int>() : 1;
  posting_.is_reflection = json.contains("reflection") && json["reflection"] == true;
  posting_.first_id = member(json, "first-id");
  posting_.begun = json.contains("begun") && json["begun"].is_number_integer() ? json["begun"].get<std::int64_t>() : 0;
  posting_.identity = member(json, "identity");
  posting_.endpoint = member(json, "endpoint");
  posting_.tag = member(json, "tag");
  posting_.tag_object = member(json, "tag-object");
  for (const auto& one : json["mails"]) {
    if (!one.is_object() || !one.contains("to") || !one["to"].is_array()) return senseless();
    OutboxMail mail{
        member(one, "file"), member(one, "message-id"), member(one, "subject"), member(one, "from"), {}, {}, 0, {}};
    for (const auto& address : one["to"])
      if (address.is_string()) mail.to.push_back(address.get<std::string>());
    if (mail.file.empty() || mail.file.find('/') != std::string::npos) return senseless();
    mails_.push_back(std::move(mail));
  }
  return {};
}

Result<void> Outbox::read_log() {
  const auto log = read_file(directory_ / "log", kMaxLog);
  if (!log && log.error().kind == Kind::kNotFound) return {};
  if (!log) return tl::unexpected(log.error());
  auto lines = split(*log, '\n');
  lines.pop_back();  // what is behind the last line end
  for (const auto line : lines) {
    const auto words = split_words(line);
    const auto state = words.size() > 2 ? state_named(words[1]) : std::nullopt;
    if (!state) continue;
    const bool is_all = words[0] == "*";
    const auto index = parse_uint(words[0]);
    for (std::size_t i = 0; i < mails_.size(); ++i) {
      if (!is_all && index != i) continue;
      mails_[i].state = *state;
      mails_[i].code = static_cast<int>(parse_uint(words[2]).value_or(0));
      const auto reply = line.find(words[2], line.find(words[1])) + words[2].size();
      mails_[i].reply = trim(line.substr(reply));
    }
  }
  for (auto& mail : mails_)
    if (mail.state == MailState::kSending) mail.state = MailState::kUnknown;
  return {};
}

bool Outbox::is_all(MailState state) const { return count(state) == mails_.size(); }

std::size_t Outbox::count(MailState state) const {
  return static_cast<std::size_t>(
      std::count_if(mails_.begin(), mails_.end(), [&](const OutboxMail& mail) { return mail.state == state; }));
}

Result<std::string> Outbox::text(std::size_t index) const {
  return read_file(directory_ / mails_[index].file, kMaxMail);
}

Result<void> Outbox::append(std::string line) {
  const auto path = directory_ / "log";
  const Fd log(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666));
  if (!log) return err_errno(errno, "write down what is sent to", path);
  // A line that a kill has cut off is ended: it means nothing.
  if (const auto size = lseek(log.get(), 0, SEEK_END); size > 0) {
    const Fd last(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    char end = '\n';
    if (last && pread(last.get(), &end, 1, size - 1) == 1 && end != '\n') line.insert(0, 1, '\n');
  }
  TRY_VOID(write_all(log.get(), line, path.string()));
  if (fdatasync(log.get()) != 0) return err_errno(errno, "write down what is sent to", path);
  return {};
}

Result<void> Outbox::note(std::size_t index, MailState state, int code, const std::string& reply) {
  TRY_VOID(append(
      fmt::format("{} {} {} {}\n", index, kStates[static_cast<std::size_t>(state)], code, squeeze_spaces(reply))));
  mails_[index].state = state;
  mails_[index].code = code;
  mails_[index].reply = reply;
  return {};
}

Result<void> Outbox::note_all(MailState state, int code, const std::string& reply) {
  TRY_VOID(append(fmt::format("* {} {} {}\n", kStates[static_cast<std::size_t>(state)], code, squeeze_spaces(reply))));
  for (auto& mail : mails_) {
    mail.state = state;
    mail.code = code;
    mail.reply = reply;
  }
  return {};
}

Result<void> Outbox::remove() {
  std::error_code failed;
  fs::remove(directory_ / "posting.json", failed);
  if (!failed) {
    TRY_VOID(sync_directory(directory_));  // from here on it is a leftover, also after a power cut
    fs::remove_all(directory_, failed);
  }
  if (failed) return err_errno(failed.value(), "remove what was sent, in", directory_);
  return {};
}

}  // namespace lorelei::workflow
