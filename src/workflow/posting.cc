// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/posting.hh"

#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "base/deflate.hh"
#include "base/random.hh"
#include "base/text.hh"
#include "base/utc_day.hh"
#include "mail/date.hh"
#include "patch/body.hh"
#include "workflow/am_mail.hh"
#include "workflow/cut_message.hh"
#include "workflow/dependency_finder.hh"
#include "workflow/template_text.hh"
#include "workflow/trailer_block.hh"

namespace lorelei::workflow {

using Kind = Error::Kind;

namespace {

constexpr std::size_t kMaxFileName = 60;
constexpr const char* kMailer = "X-Mailer: lorelei " LORELEI_VERSION "\n";
constexpr const char* kCover =
    "${cover}\n"
    "---\n"
    "${shortlog}\n"
    "${diffstat}\n"
    "---\n"
    "base-commit: ${base_commit}\n"
    "change-id: ${change_id}\n"
    "${prerequisites}\n"
    "Best regards,\n"
    "-- \n"
    "${signature}\n";

// Who gets a mail: each address once, the first word counts, nobody who is excluded.
class People {
 public:
  People(const SendSettings& settings, const Mailmap& mailmap, const PostingWishes& wishes)
      : settings_(settings), mailmap_(mailmap) {
    if (!settings.writes_to_me || !wishes.writes_to_me)
      for (const auto* person : {&settings.me, &settings.from}) seen_.insert(to_lower(person->address));
  }
  void add_to(const patch::Person& person) { add(to_, person); }
  void add_cc(const patch::Person& person) { add(cc_, person); }
  void finish(PostingMail& mail) const {
    mail.to = to_.empty() ? cc_ : to_;
    if (!to_.empty()) mail.cc = cc_;
  }

 private:
  void add(std::vector<mail::Correspondent>& list, const patch::Person& person) {
    if (!mail::is_writable_address(person.address) || settings_.is_excluded(person.address)) return;
    const auto moved = mailmap_.moved(person.address);
    if (moved && (!mail::is_writable_address(moved->address) || settings_.is_excluded(moved->address))) return;
    const auto& address = moved ? moved->address : person.address;
    const auto name = moved && !moved->name.empty() ? plain_name(*moved) : person.name;
    if (seen_.insert(to_lower(address)).second) list.push_back({name, address});
  }
  const SendSettings& settings_;
  const Mailmap& mailmap_;
  std::set<std::string> seen_;
  std::vector<mail::Correspondent> to_, cc_;
};

// The JSON that `prep -F` of b4 and ours make a branch from again.
std::string tracking_field(const Tracking& tracking) {
  Deflater gzip(Deflater::Form::kGzip);
  const auto digits = base64(gzip.deflate(tracking_json(tracking, TrackingForm::kOneLine)));
  constexpr std::size_t kFirst = 75 - std::string_view("X-B4-Tracking: v=1; b=").size(), kOther = 74;
  auto field = "X-B4-Tracking: v=1; b=" + digits.substr(0, kFirst) + "\n";
  for (auto at = kFirst; at < digits.size(); at += kOther) field += " " + digits.substr(at, kOther) + "\n";
  return field;
}

class Composer {
 public:
  Composer(const Env& env, const SendSettings& settings, const PostingSource& source, const PostingWishes& wishes,
           std::string_view random)
      : env_(env),
        settings_(settings),
        source_(source),
        wishes_(wishes),
        letter_(letter_of(source.cover.text)),
        patches_(source.patches.patches) {
    const auto& address = settings.me.address;
    const auto& tracking = source.cover.tracking;
    id_mask_ = fmt::format("{}-{}-v{}-{{}}-{}@{}", replace_all(utc_day(env.now()), "-", ""),
                           slug_for(slug_in_change_id(tracking.change_id)), tracking.revision, hex(random.substr(0, 6)),
                           address.substr(address.find('@') + 1));
  }

  Posting compose() {
    posting_.revision = source_.cover.tracking.revision;
    posting_.unresolved = source_.unresolved;
    read_trailers();
    if (patches_.size() > 1 || wishes_.has_cover) posting_.mails.push_back(cover());
    for (std::size_t i = 0; i < patches_.size(); ++i) posting_.mails.push_back(patch(i));
    posting_.letter = letter_for_tag();
    return std::move(posting_);
  }

 private:
  const Tracking& tracking() const { return source_.cover.tracking; }
  bool has_cover() const { return patches_.size() > 1 || wishes_.has_cover; }
  std::string id_of(int number) const { return replace_all(id_mask_, "{}", std::to_string(number)); }
  std::string from() const { return mail::from_field({settings_.from.name, settings_.from.address}); }
  std::string date_of(int number) const { return "Date: " + mail_date(mail::local_time(env_.now() + number)) + "\n"; }

  void read_trailers() {
    for (const auto& patch : patches_) {
      people_of_.emplace_back();
      const auto cut = cut_message(patch.body);
      read_people(patch::last_paragraph(trim_end(cut.above)));
      if (cut.is_for_notes()) read_people(patch::last_paragraph(trim_end(cut.below)));
    }
    for (const auto* list : {&letter_.to_cc, &letter_.others})
      for (const auto& trailer : *list)
        if (!mail::is_writable_address(trailer.person.address)) posting_.without_address.push_back(line_of(trailer));
  }

  // Into the last of people_of_.
  void read_people(std::string_view paragraph) {
    const auto lines = split(paragraph, '\n');
    for (const auto& trailer : patch::find_trailers(paragraph, patch::TrailerSource::kPatch)) {
      const bool is_quoted = lines[trailer.line].empty() || !is_alpha(lines[trailer.line].front());
      const bool names_mail = equal_ignore_case(trailer.name, "in-reply-to") ||
                              equal_ignore_case(trailer.name, "references") ||
                              equal_ignore_case(trailer.name, "message-id");
      if (trailer.kind != patch::Trailer::Kind::kPerson || is_quoted || names_mail) continue;
      if (!mail::is_writable_address(trailer.person.address)) posting_.without_address.push_back(line_of(trailer));
      people_of_.back().push_back(trailer.person);
    }
  }

  // patch: whose trailers count; nothing: all.
  void address(PostingMail& mail, std::optional<std::size_t> patch) const {
    People people(settings_, source_.mailmap, wishes_);
    if (!wishes_.only_to.empty()) {
      for (const auto& person : wishes_.only_to) mail.to.push_back({person.name, person.address});
      return;
    }
    for (const auto& person : wishes_.to) people.add_to(person);
    if (wishes_.follows_trailers) {
      for (const auto& trailer : letter_.to_cc)
        if (equal_ignore_case(trailer.name, "to")) people.add_to(trailer.person);
      for (const auto& person : settings_.series_to) people.add_to(person);
      for (const auto& trailer : letter_.to_cc) people.add_cc(trailer.person);
      for (const auto& person : settings_.series_cc) people.add_cc(person);
    }
    for (const auto& person : wishes_.cc) people.add_cc(person);
    if (wishes_.follows_trailers) {
      for (const auto& trailer : letter_.others) people.add_cc(trailer.person);
      for (std::size_t i = 0; i < people_of_.size(); ++i)
        if (!patch || *patch == i)
          for (const auto& person : people_of_[i]) people.add_cc(person);
    }
    people.finish(mail);
  }

  std::string people_fields(const PostingMail& mail) const {
    return mail::address_field("To", mail.to) + mail::address_field("Cc", mail.cc);
  }

  // Of the first mail of the posting: an answer to an earlier revision, where that is wanted.
  std::string thread_fields() const {
    using SameThread = SendSettings::SameThread;
    const auto& history = tracking().history;
    if (settings_.same_thread == SameThread::kNo || history.empty()) return "";
    const auto& past =
        settings_.same_thread == SameThread::kShallow ? history.begin()->second : history.rbegin()->second;
    if (past.empty()) return "";
    return mail::ids_field("In-Reply-To", {past.front()}) + mail::ids_field("References", {past.front()});
  }
  std::string series_fields() const {
    return (wishes_.carries_tracking ? tracking_field(tracking()) : "") +
           mail::text_field("X-Change-ID", tracking().change_id);
  }

  git::ObjectId base_in_mails() const { return source_.named_base.value_or(source_.base); }
  std::string base_lines() const {
    return fmt::format("base-commit: {}\nchange-id: {}\n{}", base_in_mails().hex(), tracking().change_id,
                       source_.prerequisites);
  }

  std::string cover_text(const git::ObjectId& base) const {
    const auto& own = settings_.cover_template;
    return filled_template(own ? std::string_view(*own) : kCover, {{"cover", letter_.body},
                                                                   {"shortlog", shortlog_of(patches_)},
                                                                   {"diffstat", source_.patches.stat},
                                                                   {"base_commit", base.hex()},
                                                                   {"change_id", tracking().change_id},
                                                                   {"prerequisites", source_.prerequisites},
                                                                   {"range_diff", ""},
                                                                   {"signature", settings_.signature}});
  }

  std::string letter_for_tag() const {
    const auto& prefixes = tracking().prefixes;
    const auto text = cover_text(source_.base);
    return fmt::format("{}{}\n\n{}", prefixes.empty() ? "" : "[" + join(prefixes, " ") + "] ", letter_.title,
                       trim(text.substr(0, text.find("\n-- \n"))));
  }

  PostingMail cover() const {
    PostingMail mail;
    mail.title = letter_.title;
    mail.subject = subject_of(with_presubject(), more_prefixes(), 0, static_cast<int>(patches_.size()), letter_.title);
    mail.message_id = id_of(0);
    address(mail, std::nullopt);
    const auto body = mail::written_body(cover_text(base_in_mails()) + "\n", wishes_.eight_bit);
    mail.text = from() + mail::text_field("Subject", mail.subject) + date_of(0) + "Message-Id: <" + mail.message_id +
                ">\nMIME-Version: 1.0\nContent-Type: text/plain; charset=\"utf-8\"\nContent-Transfer-Encoding: " +
                body.encoding + "\n" + series_fields() + thread_fields() + people_fields(mail) + kMailer + "\n" +
                body.text;
    return mail;
  }

  PostingMail patch(std::size_t index) const {
    const auto& source = patches_[index];
    const auto total = static_cast<int>(patches_.size());
    PostingMail mail;
    mail.number = static_cast<int>(index) + 1;
    mail.title = source.title;
    mail.subject = subject_of(with_presubject(), more_prefixes(), mail.number, has_cover() ? total : 0, source.title);
    mail.message_id = id_of(mail.number);
    address(mail, has_cover() ? std::optional(index) : std::nullopt);
    const auto body = mail::written_body(body_of(source), wishes_.eight_bit);
    mail.text =
        from() + date_of(mail.number) + mail::text_field("Subject", mail.subject) +
        "MIME-Version: 1.0\nContent-Type: text/plain; charset=\"utf-8\"\nContent-Transfer-Encoding: " + body.encoding +
        "\nMessage-Id: <" + mail.message_id + ">\n";
    if (has_cover())
      mail.text += mail::ids_field("References", {id_of(0)}) + mail::ids_field("In-Reply-To", {id_of(0)});
    else
      mail.text += series_fields() + thread_fields();
    mail.text += people_fields(mail) + kMailer + "\n" + body.text;
    return mail;
  }

  std::string body_of(const SeriesPatch& source) const {
    std::string body;
    const bool is_mine = equal_ignore_case(source.author.address, settings_.from.address);
    if (!is_mine) body = fmt::format("From: {} <{}>\n\n", source.author.name, source.author.address);
    if (!source.body.empty()) body += source.body + "\n";
    if (has_cover()) return body + "---\n" + source.diff + "\n-- \nlorelei " LORELEI_VERSION "\n\n";
    const auto letter = letter_beside(source);
    if (!letter.empty()) body += "---\n" + letter + "\n";
    return body + "---\n" + source.diff + "\n---\n" + base_lines() + "\nBest regards,\n-- \n" + settings_.signature +
           "\n\n";
  }

  // The letter without the trailers that the patch has itself.
  std::string letter_beside(const SeriesPatch& source) const {
    std::set<std::string, std::less<>> own;
    for (const auto line : split(source.body, '\n')) own.insert(std::string(trim(line)));
    std::string kept;
    for (const auto line : split(letter_.body, '\n'))
      if (line.find(": ") == line.npos || !own.contains(trim(line))) kept += std::string(line) + "\n";
    return std::string(trim(kept));
  }

  std::vector<std::string> more_prefixes() const {
    auto prefixes = settings_.prefixes;
    prefixes.insert(prefixes.end(), wishes_.prefixes.begin(), wishes_.prefixes.end());
    return prefixes;
  }
  Tracking with_presubject() const {
    auto all = tracking();
    if (all.presubject.empty()) all.presubject = settings_.presubject;
    return all;
  }

  const Env& env_;
  const SendSettings& settings_;
  const PostingSource& source_;
  const PostingWishes& wishes_;
  CoverLetter letter_;
  const std::vector<SeriesPatch>& patches_;
  std::string id_mask_;
  std::vector<std::vector<patch::Person>> people_of_;
  Posting posting_;
};

}  // namespace

std::string subject_of(const Tracking& tracking, const std::vector<std::string>& more, int number, int total,
                       const std::string& title) {
  std::string tags = "PATCH";
  std::set<std::string> seen;
  for (const auto* list : {&tracking.prefixes, &more})
    for (const auto& prefix : *list)
      if (!equal_ignore_case(prefix, "patch") && seen.insert(to_lower(prefix)).second) tags += " " + prefix;
  if (tracking.revision > 1) tags += fmt::format(" v{}", tracking.revision);
  if (total > 0) tags += fmt::format(" {:0{}}/{}", number, std::to_string(total).size(), total);
  return fmt::format("{}[{}] {}", tracking.presubject.empty() ? "" : tracking.presubject + " ", tags, title);
}

std::string PostingMail::file_name() const {
  auto slug = slug_for(title);
  slug.resize(std::min(slug.size(), kMaxFileName));
  return fmt::format("{:04}-{}.eml", number, slug);
}

std::vector<std::string> PostingMail::recipients() const {
  std::vector<std::string> all;
  for (const auto* list : {&to, &cc})
    for (const auto& person : *list) all.push_back(person.address);
  return all;
}

Result<Posting> make_posting(const Env& env, const SendSettings& settings, const PostingSource& source,
                             const PostingWishes& wishes, std::string_view random) {
  if (source.patches.patches.empty())
    return err(Kind::kUsage, "make the mails of", source.cover.tracking.change_id, "there is no patch yet",
               "git commit");
  return Composer(env, settings, source, wishes, random).compose();
}

Mailmap mailmap_of(const Env& env, const git::WorkTree& tree) {
  constexpr std::uint64_t kMaxMailmap = 8 << 20;
  std::string text;
  if (auto own = read_file(tree.directory() / ".mailmap", kMaxMailmap)) text = *std::move(own) + "\n";
  const auto* named = tree.config().find("mailmap.file");
  auto path = named ? named->value.value_or("") : "";
  if (path.starts_with("~/")) path = env.home() + path.substr(1);
  if (!path.empty())
    if (const auto more = read_file(tree.directory() / path, kMaxMailmap)) text += *more;
  return Mailmap(text, Mailmap::Case::kIgnored);
}

Result<Posting> posting_of(const Env& env, const SendSettings& settings, const PrepBranch& branch,
                           const PostingWishes& wishes) {
  PostingSource source;
  source.cover = branch.cover;
  source.base = branch.base;
  source.mailmap = mailmap_of(env, branch.tree);
  TRY(source.patches, read_series_patches(branch.tree, branch.start(), branch.patches));
  TRY_VOID(add_dependencies(env, branch.tree, source));
  TRY(const auto random, random_bytes(6));
  return make_posting(env, settings, source, wishes, random);
}

}  // namespace lorelei::workflow
