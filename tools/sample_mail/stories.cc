// SPDX-License-Identifier: GPL-3.0-or-later
#include "sample_mail/stories.hh"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.hh"
#include "sample_mail/prose.hh"

namespace lorelei::sample {
namespace {

constexpr std::string_view kGiven[] = {"Reviewed-by", "Acked-by", "Tested-by"};

// The mail server of the list takes a little while.
std::int64_t arrival_of(std::int64_t sent, Random& random) { return sent + random.between(2, 240); }

std::vector<std::string> addresses_of(Lists lists) {
  std::vector<std::string> to;
  if (includes(lists, Lists::kDisk)) to.emplace_back(kDiskList.address);
  if (includes(lists, Lists::kKernel)) to.emplace_back(kKernelList.address);
  return to;
}

PatchText plan_patch(Stage& stage, const Subsystem& subsystem) {
  PatchText patch;
  patch.words = words_for(subsystem, stage.random);
  patch.title = title(patch.words, stage.random);
  patch.message = explanation(patch.words, stage.random);
  if (stage.random.one_in(3))
    patch.trailers.push_back(in_order(
        {"Fixes: ", stage.random.hex(12), " (\"", title(words_for(subsystem, stage.random), stage.random), "\")"}));
  patch.files.push_back(change_file(subsystem, patch.words, stage.random));
  if (stage.random.one_in(4)) {
    const auto& other = stage.random.pick(subsystems());
    auto change = change_file(other, words_for(other, stage.random), stage.random);
    if (change.path != patch.files[0].path) patch.files.push_back(std::move(change));
  }
  return patch;
}

std::string patch_body(Stage& stage, const SeriesPlan& plan, const PatchText& patch) {
  std::string body = patch.message + "\n";
  for (const auto& trailer : patch.trailers) body += trailer + "\n";
  return body + "Signed-off-by: " + plan.author.mailbox() + "\n" + diff_part(patch.files, stage.random);
}

// What git writes below the last diff.
std::string footer(const SeriesPlan& plan, Random& random, bool with_base) {
  std::string text;
  if (with_base) text += "\nbase-commit: " + random.hex(40) + "\n";
  if (with_base && !plan.change_id.empty()) text += "change-id: " + plan.change_id + "\n";
  return text + "-- \n2.51.0\n\n";
}

std::string tag(int revision, const std::string& tags, int number, int total) {
  std::string text = "[PATCH";
  if (!tags.empty()) text += " " + tags;
  if (revision > 1) text += fmt::format(" v{}", revision);
  if (total > 1 || number == 0) text += fmt::format(" {:0{}}/{}", number, total > 9 ? 2 : 1, total);
  return text + "] ";
}

Posted post_cover(Stage& stage, const SeriesPlan& plan, int revision, std::int64_t start, const std::string& tags) {
  std::vector<FileChange> files;
  Letter letter;
  letter.from = plan.author;
  letter.sent = start;
  const auto total = static_cast<int>(plan.patches.size());
  letter.subject = tag(revision, tags, 0, total) + plan.title;
  letter.body = plan.cover;
  if (revision > 1)
    letter.body += fmt::format("\nChanges since v{}:\n - {}\n - collected trailers\n", revision - 1,
                               "addressed the remarks about " + plan.patches[0].words.function + "()");
  letter.body += fmt::format("\n{} ({}):\n", plan.author.name, total);
  for (const auto& patch : plan.patches) {
    letter.body += "  " + patch.title + "\n";
    files.insert(files.end(), patch.files.begin(), patch.files.end());
  }
  letter.body += "\n" + diffstat(files) + "\n" + footer(plan, stage.random, true);
  return stage.post(std::move(letter), plan.lists);
}

Lists lists_of_a_question(Random& random) {
  if (random.one_in(4)) return Lists::kBoth;
  return random.one_in(2) ? Lists::kDisk : Lists::kKernel;
}

void question_thread(Stage& stage, std::int64_t start) {
  auto& random = stage.random;
  const auto words = words_for(random.pick(subsystems()), random);
  Letter letter;
  letter.from = stage.somebody();
  letter.subject = question_title(words, random);
  letter.sent = start;
  letter.body = question(words, random);
  if (random.one_in(3)) letter.body += "\n" + oops(words, random);
  letter.body += "\nThanks,\n" + letter.from.name + "\n";
  auto last = stage.post(std::move(letter), lists_of_a_question(random));
  for (int n = random.between(0, 4); n > 0; --n) {
    const auto& who = stage.somebody_but(last.from);
    const auto text = remark(words, random) + "\n-- \n" + who.name + "\n";
    last = stage.answer_below(last, who, stage.minutes(20, 2880), text);
  }
}

constexpr const char* kPullRequest =
    "Hello,\n\n"
    "here is what came together for the disks since the last request. All of it has been\n"
    "in the test tree for some days.\n\n"
    "The following changes since commit {}:\n\n"
    "  (the release candidate before)\n\n"
    "are available in the Git repository at:\n\n"
    "  git://git.example.org/disk.git tags/{}\n\n"
    "for you to fetch changes up to {}:\n\n"
    "----------------------------------------------------------------\n{}\n"
    "----------------------------------------------------------------\n"
    "{} ({}):\n{}\n{}\n-- \n{}\n";

void pull_request(Stage& stage, std::int64_t start) {
  auto& random = stage.random;
  std::vector<FileChange> files;
  std::string log;
  const int count = random.between(3, 8);
  for (int i = 0; i < count; ++i) {
    const auto& subsystem = random.pick(subsystems());
    const auto words = words_for(subsystem, random);
    files.push_back(change_file(subsystem, words, random));
    log += "      " + title(words, random) + "\n";
  }
  const auto name = fmt::format("disk-6.{}-{}", random.between(17, 19), date_digits(start).substr(0, 8));
  const auto base = random.hex(40), tip = random.hex(40);
  Letter letter;
  letter.from = maintainer();
  letter.subject = "[GIT PULL] Disk fixes, " + name;
  letter.sent = start;
  letter.body = fmt::format(kPullRequest, base, name, tip, name, stage.somebody().name, count, log, diffstat(files),
                            maintainer().name);
  const auto request = stage.post(std::move(letter), Lists::kBoth);
  const auto text = "The pull request you sent on " + mail_date(request.sent, 0) +
                    ":\n\n> git://git.example.org/disk.git tags/" + name +
                    "\n\nhas been merged: https://git.example.org/c/" + random.hex(40) + "\n\nThank you!\n";
  stage.answer(request, pull_robot(), stage.minutes(60, 1500), text);
}

void series_thread(Stage& stage, std::int64_t start) {
  auto& random = stage.random;
  const auto& subsystem = random.pick(subsystems());
  auto plan = plan_series(stage, subsystem, random.between(1, 5), start);
  const int revisions = random.between(1, 3);
  for (int revision = 1; revision <= revisions; ++revision) {
    const std::string tags = revision == 1 && random.one_in(8) ? "RFC" : "";
    const int lost = plan.patches.size() > 2 && random.one_in(20) ? 2 : 0;
    const auto posted = post_series(stage, plan, revision, start, tags, lost);
    start = review(stage, plan, posted);
    start += random.between(12, 200) * kHour;
  }
}

void applied(Stage& stage, const Posted& to) {
  const auto text = "Applied, thanks!\n\n[1/1] " + to.subject.substr(to.subject.find("] ") + 2) +
                    "\n      commit: " + stage.random.hex(40) + "\n\n-- \n" + maintainer().name + "\n";
  stage.answer_below(to, maintainer(), stage.minutes(600, 6000), text);
}

}  // namespace

std::string Stage::new_id(const Person& person, std::int64_t sent) {
  const auto at = person.address.find('@');
  const auto user = person.address.substr(0, at), host = person.address.substr(at);
  switch (random.between(0, 3)) {
    case 0: {
      const int process = random.between(1000, 999999);
      return fmt::format("{}.{}-{}-{}", date_digits(sent), process, random.between(1, 9), person.address);
    }
    case 1:
      return in_order({random.hex(8), "-", random.hex(4), "-", random.hex(12), host});
    case 2:
      return "87" + random.hex(10) + ".fsf" + host;
    default:
      return in_order({"CA", random.hex(16), "+", user, random.hex(8), "@mail.example.com"});
  }
}

const Person& Stage::somebody_but(const Person& person) {
  while (true) {
    const auto& other = somebody();
    if (other.address != person.address) return other;
  }
}

Posted Stage::post(Letter letter, Lists lists) {
  if (letter.id.empty()) letter.id = new_id(letter.from, letter.sent);
  if (letter.to.empty()) letter.to = addresses_of(lists);
  add({arrival_of(letter.sent, random), lists, to_bytes(letter)});
  return {letter.from, letter.subject, letter.id, letter.body, letter.references, letter.sent, lists};
}

Posted Stage::answer(const Posted& to, const Person& from, std::int64_t after, const std::string& body) {
  Letter letter;
  letter.from = from;
  letter.to = {header_mailbox(to.from)};
  letter.cc = addresses_of(to.lists);
  letter.subject = to.subject.starts_with("Re: ") ? to.subject : "Re: " + to.subject;
  letter.sent = to.sent + after;
  letter.references = to.references;
  letter.references.push_back(to.id);
  letter.body = body;
  return post(std::move(letter), to.lists);
}

Posted Stage::answer_below(const Posted& to, const Person& from, std::int64_t after, const std::string& text) {
  return answer(to, from, after, quote(to.from, to.sent, to.body, random) + text);
}

SeriesPlan plan_series(Stage& stage, const Subsystem& subsystem, int patches, std::int64_t start) {
  auto& random = stage.random;
  SeriesPlan plan;
  plan.author = stage.somebody();
  plan.subsystem = &subsystem;
  plan.lists = random.one_in(4)                           ? Lists::kBoth
               : subsystem.prefix.starts_with("io_uring") ? Lists::kKernel
                                                          : Lists::kDisk;
  for (int i = 0; i < patches; ++i) plan.patches.push_back(plan_patch(stage, subsystem));
  if (patches > 1) {
    plan.title = series_title(plan.patches[0].words, random);
    plan.cover = cover_letter(plan.patches[0].words, random) + plan.author.name + "\n";
  }
  if (random.one_in(3))
    plan.change_id = fmt::format("{}-{}-{}-{}", date_digits(start).substr(0, 8), subsystem.names,
                                 plan.patches[0].words.noun, random.hex(12));
  return plan;
}

PostedSeries post_series(Stage& stage, const SeriesPlan& plan, int revision, std::int64_t start,
                         const std::string& tags, int lost) {
  PostedSeries series;
  std::vector<std::string> references;
  if (!plan.title.empty()) {
    series.mails.push_back(post_cover(stage, plan, revision, start, tags));
    references = {series.mails[0].id};
  }
  const auto total = static_cast<int>(plan.patches.size());
  for (int number = 1; number <= total; ++number) {
    const auto& patch = plan.patches[static_cast<std::size_t>(number) - 1];
    Letter letter;
    letter.from = plan.author;
    letter.subject = tag(revision, tags, number, total) + patch.title;
    letter.sent = start + number;
    letter.references = references;
    letter.headers = {{"X-Mailer", "git-send-email 2.51.0"}};
    letter.body = patch_body(stage, plan, patch);
    letter.body += footer(plan, stage.random, plan.title.empty());
    if (number == lost) continue;
    series.mails.push_back(stage.post(std::move(letter), plan.lists));
  }
  return series;
}

std::int64_t review(Stage& stage, SeriesPlan& plan, const PostedSeries& series) {
  auto& random = stage.random;
  const bool has_cover = !plan.title.empty();
  std::int64_t last = series.mails.back().sent;
  for (std::size_t i = has_cover ? 1 : 0; i < series.mails.size(); ++i) {
    const auto& mail = series.mails[i];
    auto& patch = plan.patches[std::min(i - (has_cover ? 1 : 0), plan.patches.size() - 1)];
    const auto& who = stage.somebody_but(plan.author);
    if (random.one_in(2)) {
      const auto given = fmt::format("{}: {}", random.pick(kGiven), who.mailbox());
      const auto text = approval(patch.words, random) + given + "\n";
      const auto reply = stage.answer_below(mail, who, stage.minutes(30, 3000), text);
      patch.trailers.push_back(given);
      last = std::max(last, reply.sent);
    } else if (random.one_in(2)) {
      auto text = remark(patch.words, random);
      auto reply = stage.answer_below(mail, who, stage.minutes(30, 3000), text);
      if (random.one_in(2)) {
        text = answer(patch.words, random);
        reply = stage.answer_below(reply, plan.author, stage.minutes(30, 1500), text);
      }
      patch.message = explanation(patch.words, random);
      patch.files[0] = change_file(*plan.subsystem, patch.words, random);
      last = std::max(last, reply.sent);
    } else if (random.one_in(8)) {
      const auto text = robot_report(patch.words, random);
      stage.answer(mail, build_robot(), stage.minutes(300, 900), text);
    }
  }
  if (random.one_in(4)) applied(stage, series.mails[0]);
  return last;
}

void any_thread(Stage& stage, std::int64_t start) {
  switch (stage.random.between(0, 11)) {
    case 0:
      return pull_request(stage, start);
    case 1:
    case 2:
    case 3:
      return question_thread(stage, start);
    default:
      return series_thread(stage, start);
  }
}

}  // namespace lorelei::sample
