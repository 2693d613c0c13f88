// SPDX-License-Identifier: GPL-3.0-or-later
#include "sample_mail/floppy.hh"

#include <fmt/format.h>

namespace lorelei::sample {
namespace {

constexpr const char* kReport =
    "Hello,\n\n"
    "since 6.18 the second floppy drive of my old label printer is not found after\n"
    "the machine was suspended. With 6.17 it works, so this is a regression. The\n"
    "first drive is fine.\n\n"
    "This is what the log says, twenty times:\n\n"
    "[  412.100441] floppy1: probe failed...\n"
    "[  412.300917] floppy1: Getstatus times out (80) on fdc 0\n"
    "[  412.300925] floppy driver state\n"
    "[  412.300927] -------------------\n\n"
    "It is a real drive, not an emulated one. I can test patches in the evening.\n\n"
    "#regzbot introduced: v6.17..v6.18\n\n"
    "Thanks for your work on this bug,\nAgathe\n";

constexpr const char* kBisected =
    "Yes, it comes back with that commit reverted. The bisection ended at\n\n"
    "  5f3c9e0a17bd floppy: reset all drives of a controller at once\n\n"
    "and the floppy that is reset last is the one that is lost.\n\nAgathe\n";

constexpr const char* kTrial =
    "Thanks for the bisection. I think the motor of the second drive is switched off\n"
    "while it still spins up. Does this help?\n\n"
    "diff --git a/drivers/block/floppy.c b/drivers/block/floppy.c\n"
    "index 3a5f1f3c2e10..77c0a6f3b1d2 100644\n"
    "--- a/drivers/block/floppy.c\n"
    "+++ b/drivers/block/floppy.c\n"
    "@@ -914,7 +914,8 @@ static void floppy_off(unsigned int drive)\n"
    " \tif (!(fdc_state[fdc].dor & (0x10 << UNIT(drive))))\n"
    " \t\treturn;\n"
    " \n"
    "-\tdel_timer(motor_off_timer + drive);\n"
    "+\tif (timer_pending(motor_off_timer + drive))\n"
    "+\t\tdel_timer_sync(motor_off_timer + drive);\n"
    " \n"
    " \t/* make spindle stop in a position which minimizes spinup time next time */\n"
    " \tif (drive_params[drive].rps) {\n\n"
    "-- \nOdalys\n";

FileChange motor_change() {
  return {"drivers/block/floppy.c",
          "@@ -891,6 +891,9 @@ static void floppy_motor_settle(int drive)\n"
          " \tunsigned long volatile delta;\n"
          " \tint fdc = FDC(drive);\n"
          " \n"
          "+\tif (drive_state[drive].resumed)\n"
          "+\t\treturn;\n"
          "+\n"
          " \tif (!(fdc_state[fdc].dor & (0x10 << UNIT(drive))))\n"
          " \t\treturn;\n"
          " \n"
          "@@ -4721,7 +4724,7 @@ static int floppy_resume(struct device *dev)\n"
          " \tint fdc;\n"
          " \tint saved_drive;\n"
          " \n"
          "-\tsaved_drive = current_drive;\n"
          "+\tsaved_drive = READ_ONCE(current_drive);\n"
          " \tfor (fdc = 0; fdc < N_FDC; fdc++)\n"
          " \t\tif (fdc_state[fdc].address != -1)\n"
          " \t\t\tuser_reset_fdc(REVDRIVE(fdc, 0), FD_RESET_ALWAYS, false);\n",
          4, 1};
}

FileChange comment_change() {
  return {"Documentation/admin-guide/blockdev/floppy.rst",
          "@@ -60,3 +60,6 @@ The options of the driver\n"
          " floppy=no_unexpected_interrupts\n"
          "         Don't print a message when an unexpected interrupt is received.\n"
          " \n"
          "+ floppy=slow_resume\n"
          "+        Wait for each drive of a controller on its own after a suspend.\n"
          "+\n",
          3, 0};
}

PatchText floppy_patch(const std::string& title, const std::string& message, FileChange change) {
  PatchText patch;
  patch.title = title;
  patch.message = message;
  patch.files = {std::move(change)};
  return patch;
}

SeriesPlan fix_plan() {
  SeriesPlan plan;
  plan.author = floppy_keeper();
  plan.lists = Lists::kBoth;
  plan.subsystem = &floppy();
  plan.title = "floppy: find every drive after a suspend";
  plan.cover =
      "Hi,\n\nthe second drive of a controller is lost after a suspend since all of them are\n"
      "reset at once. The first patch brings it back, the second documents the option\n"
      "for drives that are slower still.\n\nOdalys\n";
  plan.change_id = "20261028-floppy-resume-4c1f0b7da915";
  auto fix = floppy_patch("floppy: do not stop a motor that spins up",
                          "After a suspend the motor of the drive that is reset last is switched off by the\n"
                          "timer of the one before. Leave a drive alone until it has resumed.\n",
                          motor_change());
  fix.trailers = {"Reported-by: Agathe du Pr\u00e9-Marchand <agathe@dupre.example.org>",
                  "Closes: https://lists.example.org/disk/floppy-report-6.18@dupre.example.org/",
                  "Fixes: 5f3c9e0a17bd (\"floppy: reset all drives of a controller at once\")"};
  plan.patches = {std::move(fix),
                  floppy_patch("Documentation: floppy: describe slow_resume",
                               "Some drives need a second to come back. Say what to do about it.\n", comment_change())};
  return plan;
}

const Person& reporter() {
  for (const auto& person : contributors())
    if (person.address == "agathe@dupre.example.org") return person;
  return contributors().front();
}

Posted letter(Stage& stage, const Person& from, std::int64_t sent, const std::string& subject, const std::string& body,
              Lists lists, const std::string& id = {}) {
  Letter mail;
  mail.from = from;
  mail.subject = subject;
  mail.sent = sent;
  mail.body = body;
  mail.id = id;
  return stage.post(std::move(mail), lists);
}

void report_thread(Stage& stage, std::int64_t start) {
  const auto report = letter(stage, reporter(), start, "[REGRESSION] second floppy drive is gone after suspend",
                             kReport, Lists::kBoth, "floppy-report-6.18@dupre.example.org");
  const auto asked =
      stage.answer_below(report, floppy_keeper(), 5 * kHour,
                         "Could you try to revert 5f3c9e0a17bd? That is the only change to the floppy\nreset "
                         "since 6.17.\n\nOdalys\n");
  const auto bisected = stage.answer_below(asked, reporter(), 26 * kHour, kBisected);
  const auto trial = stage.answer_below(bisected, floppy_keeper(), 9 * kHour, kTrial);
  stage.answer_below(trial, reporter(), 12 * kHour,
                     "It does, both drives are back after five suspends.\n\nTested-by: " + reporter().mailbox() + "\n");
}

void fix_threads(Stage& stage, std::int64_t start) {
  auto plan = fix_plan();
  const auto first = post_series(stage, plan, 1, start);
  const auto nit = stage.answer_below(first.mails[1], maintainer(), 8 * kHour,
                                      "This wants a READ_ONCE, current_drive may change under us.\n\n-- \nIngmar\n");
  stage.answer_below(nit, floppy_keeper(), 3 * kHour, "It does. v2 follows.\n");
  stage.answer(first.mails[2], maintainer(), 9 * kHour, "Acked-by: " + maintainer().mailbox() + "\n");

  plan.patches[1].trailers.push_back("Acked-by: " + maintainer().mailbox());
  const auto second = post_series(stage, plan, 2, start + 2 * kDay);
  stage.answer_below(second.mails[1], reporter(), 20 * kHour,
                     "Still works, thank you.\n\nTested-by: " + reporter().mailbox() + "\n");
  stage.answer_below(second.mails[0], maintainer(), 3 * kDay, "Applied to for-next, thanks both.\n\n-- \nIngmar\n");
}

// What must be found by one of the ways only.
void side_stories(Stage& stage) {
  const auto& other = stage.somebody();
  SeriesPlan plan;
  plan.author = other;
  plan.subsystem = &floppy();
  plan.patches = {floppy_patch("block: use sector_t for the rest", "Found by a tool. No functional change.\n",
                               {"drivers/block/floppy.c",
                                "@@ -2810,3 +2810,3 @@ static int make_raw_rw_request(void)\n \tint block;\n"
                                "-\tint max_sector;\n+\tsector_t max_sector;\n \tint tracksize;\n",
                                1, 1})};
  post_series(stage, plan, 1, kNow - 9 * kDay);
  plan.patches = {floppy_patch(
      "pc-drives: keep the sense bytes", "The caller wants to print them.\n",
      {"drivers/block/pc_drives.c",
       "@@ -77,3 +77,4 @@ int floppy_sense_bytes(struct pc_drive *drive)\n \tint i;\n"
       "+\tmemcpy(drive->sense, reply, reply_count);\n \tfor (i = 0; i < reply_count; i++)\n \t\tsum += i;\n",
       1, 0})};
  post_series(stage, plan, 1, kNow - 6 * kDay);
}

// What must not be found by a search for the last month's floppy bugs.
void false_friends(Stage& stage) {
  const auto old = letter(stage, reporter(), kNow - 150 * kDay, "floppy: strange noises",
                          "Is it a bug that the floppy drive sings at night?\n", Lists::kDisk);
  stage.answer_below(old, floppy_keeper(), 7 * kHour, "No, that is the stepper motor.\n");
  letter(stage, stage.somebody(), kNow - 12 * kDay, "A bug in the tape driver",
         "There is a bug, or maybe a regression, when two tapes are loaded.\n", Lists::kDisk);
  auto quoting = letter(stage, stage.somebody(), kNow - 8 * kDay, "Which media do you still test?",
                        "> the floppy bug of last spring\n\nNone of that kind here. Tapes, mostly.\n", Lists::kKernel);
  stage.answer_below(quoting, stage.somebody_but(quoting.from), 5 * kHour, "Optical ones, too.\n");
}

}  // namespace

void floppy_story(Stage& stage) {
  report_thread(stage, kNow - 25 * kDay - 3 * kHour);
  fix_threads(stage, kNow - 20 * kDay);
  side_stories(stage);
  false_friends(stage);
}

}  // namespace lorelei::sample
