// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/sending.hh"

#include <fmt/core.h>

#include "base/plural.hh"
#include "base/shell_word.hh"
#include "base/text.hh"
#include "git/commit_text.hh"
#include "git/rewrite.hh"
#include "workflow/apply_series.hh"
#include "workflow/branch_rewrite.hh"
#include "workflow/letter_spool.hh"
#include "workflow/web_endpoint.hh"

namespace lorelei::workflow {

using Kind = Error::Kind;
using net::SmtpDelivery;

namespace {

constexpr const char* kWhatIfUnknown =
    "lorelei send --continue --sent, if they have arrived; --continue --again, if they have not";
constexpr const char* kWhatIfRefused =
    "lorelei send --continue, when that is mended (--web-auth-new makes a key known there), or --abort";
constexpr const char* kWhatIfNot = "lorelei send --continue, or --abort";

// How to go on without those who were refused.
std::string what_if_some_refused(const std::vector<SmtpDelivery::Refused>& refused) {
  std::string words;
  for (const auto& one : refused) words += " --without " + shell_word(one.address);
  return fmt::format(
      "lorelei send --continue{}, to the others alone; --continue, if they can be written to now; --abort", words);
}

MailState state_of(EndpointAnswer::State state) {
  switch (state) {
    case EndpointAnswer::State::kAccepted:
      return MailState::kSent;
    case EndpointAnswer::State::kRefused:
      return MailState::kRefused;
    case EndpointAnswer::State::kUnknown:
      return MailState::kUnknown;
    case EndpointAnswer::State::kNotAsked:
      break;
  }
  return MailState::kPending;
}

MailState state_of(SmtpDelivery::State state) {
  switch (state) {
    case SmtpDelivery::State::kAccepted:
      return MailState::kSent;
    case SmtpDelivery::State::kRejected:
      return MailState::kRefused;
    case SmtpDelivery::State::kUnknown:
      return MailState::kUnknown;
    case SmtpDelivery::State::kNotSent:
      break;
  }
  return MailState::kPending;
}

// The patches on their base, without the cover's commit between.
Result<git::ObjectId> bare_tip(const Env& env, const PrepBranch& branch, git::NewObjects& objects) {
  if (branch.strategy != CoverStrategy::kCommit) return branch.end();
  git::Rewrite wishes;  // unsigned: only the tag holds these
  wishes.parents[*branch.cover_commit] = branch.base;
  TRY(wishes.committer, committer_line(env, branch.tree.config()));
  TRY(const auto rewritten, git::rewrite(objects, branch.patches, wishes));
  return rewritten.tip;
}

}  // namespace

Result<void> send_all(const Env& env, Outbox& outbox, MailCarrier& carrier, const Told& told) {
  const auto total = outbox.mails().size();
  for (std::size_t i = 0; i < total; ++i) {
    const auto& mail = outbox.mails()[i];
    if (mail.state == MailState::kSent || mail.state == MailState::kUnknown) continue;
    TRY(const auto text, outbox.text(i));
    if (auto objection = carrier.objection({mail.from, mail.to}, text)) {
      objection->why += fmt::format("; {} of {} were sent", outbox.count(MailState::kSent), total);
      return tl::unexpected(*std::move(objection));
    }
  }
  for (std::size_t i = 0; i < total; ++i) {
    const auto& mail = outbox.mails()[i];
    if (mail.state == MailState::kSent || mail.state == MailState::kUnknown) continue;
    if (env.stop_requested()) return err(Kind::kCancelled, "send", outbox.name(), "interrupted", kWhatIfNot);
    TRY(const auto text, outbox.text(i));
    auto delivery = carrier.send({mail.from, mail.to}, text,
                                 [&]() -> Result<void> { return outbox.note(i, MailState::kSending, 0, ""); });
    TRY_VOID(outbox.note(i, state_of(delivery.state), delivery.code, delivery.reply));
    if (delivery.state == SmtpDelivery::State::kAccepted) {
      told(fmt::format("  {}/{} {}", i + 1, total, printable(mail.subject)));
      continue;
    }
    auto error =
        delivery.error.value_or(Error{Kind::kFailed, "send the mail", mail.subject, "it was not taken", {}, {}});
    for (const auto& one : delivery.refused)
      if (error.why.find(one.address) == std::string::npos)
        error.why += fmt::format(", {} with: {}", printable(one.address), printable(one.reply));
    const bool is_open = delivery.state == SmtpDelivery::State::kUnknown;
    error.why += fmt::format("; {} \"{}\"; {} of {} were sent", is_open ? "nobody knows of" : "nobody gets",
                             printable(mail.subject), outbox.count(MailState::kSent), total);
    if (!delivery.refused.empty()) {
      error.next = what_if_some_refused(delivery.refused);
      return tl::unexpected(std::move(error));
    }
    error.next = delivery.state == SmtpDelivery::State::kUnknown ? kWhatIfUnknown : kWhatIfNot;
    return tl::unexpected(std::move(error));
  }
  return {};
}

// Whether what nobody knows of may be handed in again: it is recognised there, and for long enough.
static Result<bool> may_repeat(const Env& env, const Outbox& outbox, const WebEndpoint& endpoint) {
  constexpr std::int64_t kDay = 86'400;
  auto asked = endpoint.days_of_memory();
  if (!asked) {
    asked.error().next = kWhatIfUnknown;
    return tl::unexpected(std::move(asked).error());
  }
  const auto days = *asked;
  return days > 0 && env.now() - outbox.posting().begun < (days - 1) * kDay;
}

Result<void> hand_in_all(const Env& env, Outbox& outbox, const Told& told) {
  TRY(const auto settings, SendSettings::load(env));
  const WebEndpoint endpoint(env, with_password(settings, outbox.posting().endpoint));
  if (outbox.count(MailState::kUnknown) > 0) {
    TRY(const bool repeats, may_repeat(env, outbox, endpoint));
    if (!repeats) return {};
  }
  const auto total = outbox.mails().size();
  std::vector<std::string> texts(total);
  for (std::size_t i = 0; i < total; ++i) {
    TRY(texts[i], outbox.text(i));
  }
  told(fmt::format("Handing in {} at {}", plural(total, "mail"), printable(outbox.posting().endpoint)));
  TRY_VOID(outbox.note_all(MailState::kSending, 0, ""));
  auto answer = endpoint.hand_in(texts, outbox.posting().is_reflection);
  TRY_VOID(outbox.note_all(state_of(answer.state), answer.status, answer.message));
  if (!answer.error) {
    for (std::size_t i = 0; i < total; ++i)
      told(fmt::format("  {}/{} {}", i + 1, total, printable(outbox.mails()[i].subject)));
    told("  " + answer.message);
    return {};
  }
  answer.error->next = answer.state == EndpointAnswer::State::kUnknown   ? kWhatIfUnknown
                       : answer.state == EndpointAnswer::State::kRefused ? kWhatIfRefused
                                                                         : kWhatIfNot;
  return tl::unexpected(*std::move(answer.error));
}

Result<void> deliver(const Env& env, Outbox& outbox, const Told& told) {
  TRY(const auto settings, Settings::load(env));
  if (outbox.posting().kind == OutboxPosting::Kind::kLetters)
    TRY_VOID(remove_spooled(outbox.git_directory(), outbox.mails()));
  if (!outbox.is_all(MailState::kSent)) {
    if (!outbox.posting().endpoint.empty()) {
      TRY_VOID(hand_in_all(env, outbox, told));
    } else {
      TRY(const auto transport, Transport::load(env, outbox.posting().identity));
      TRY(auto carrier, MailCarrier::open(env, transport));
      const auto sent = send_all(env, outbox, carrier, told);
      carrier.close();
      TRY_VOID(sent);
    }
  }
  for (const auto& mail : outbox.mails())
    if (mail.state == MailState::kUnknown)
      told(fmt::format("  nobody knows of <{}> {}", printable(mail.message_id), printable(mail.subject)));
  if (!outbox.is_all(MailState::kSent))
    return err(
        Kind::kIncomplete, "send", outbox.name(),
        fmt::format("of {} nobody knows whether it has arrived", plural(outbox.count(MailState::kUnknown), "mail")),
        kWhatIfUnknown);
  if (outbox.posting().kind == OutboxPosting::Kind::kRevision) {
    auto finished = finish_series(env, settings, outbox.posting(), told);
    if (!finished) {
      auto& error = finished.error();
      error.why += "; all mails were sent, and this is what is left to do";
      if (error.next.empty())
        error.next = "lorelei send --continue";
      else if (error.next.find("lorelei send") == std::string::npos)
        error.next += "; then lorelei send --continue";
      return finished;
    }
  }
  return outbox.remove();
}

std::string tag_name(const PrepBranch& branch, int revision) {
  return fmt::format("sent/{}-v{}", branch.cover.tracking.change_id, revision);
}

Result<git::ObjectId> make_tag(const Env& env, PrepBranch& branch, const std::string& name, const std::string& letter) {
  git::NewObjects objects(branch.tree.objects());
  TRY(const auto tip, bare_tip(env, branch, objects));
  TRY(const auto tagger, committer_line(env, branch.tree.config()));
  const auto tag = objects.add(git::ObjectType::kTag, fmt::format("object {}\ntype commit\ntag {}\ntagger {}\n\n{}\n",
                                                                  tip.hex(), name, tagger, trim_end(letter)));
  TRY_VOID(objects.write_loose(branch.tree.common_directory()));
  return tag;
}

Result<void> check_finish(const Env& env, const PrepBranch& branch, Signing signing) {
  if (!branch.cover_commit) return {};
  TRY(const auto commits, git::line_of_commits(branch.tree.objects(), branch.base, branch.tip));
  git::NewObjects objects(branch.tree.objects());
  TRY(auto wishes, rewrite_as_me(env, branch.tree));
  wishes.remade.insert(*branch.cover_commit);
  const auto sign = std::exchange(wishes.sign, {});  // nothing of it is kept
  TRY_VOID(git::rewrite(objects, commits, wishes));
  if (signing == Signing::kNotTried) return {};
  wishes.sign = sign;
  TRY_VOID(git::rewrite(objects, {*branch.cover_commit}, wishes));
  return {};
}

Result<void> finish_series(const Env& env, const Settings& settings, const OutboxPosting& posting, const Told& told) {
  TRY(auto tree, git::WorkTree::here(env));
  TRY(const auto tagged, tree.ref("refs/tags/" + posting.tag));
  if (const auto object = git::ObjectId::parse(posting.tag_object); object && !tagged) {
    TRY_VOID(tree.put_ref("refs/tags/" + posting.tag, *object, "send: " + posting.tag));
    told("Tagged " + posting.tag);
  }
  TRY(auto branch, PrepBranch::open(env, std::move(tree), posting.branch));
  auto& tracking = branch.cover.tracking;
  if (tracking.change_id != posting.change_id)
    return err(Kind::kConflict, "write down what was sent on", posting.branch, "another series is there now",
               "lorelei send --abort, to forget it");
  if (tracking.history.contains(posting.revision)) return {};
  tracking.history[posting.revision] = {posting.first_id};
  if (tracking.revision == posting.revision) {
    ++tracking.revision;
    if (branch.cover.text.find(fmt::format("Changes in v{}:", tracking.revision)) == std::string::npos)
      branch.cover.text = with_changelog(branch.cover.text, tracking.revision, settings.link_to(posting.first_id));
  }
  TRY_VOID(branch.save(env, fmt::format("send: v{} is sent", posting.revision), Committer::kMe, told));
  told(fmt::format("The next one is v{}", tracking.revision));
  return {};
}

}  // namespace lorelei::workflow
