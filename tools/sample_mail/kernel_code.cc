// SPDX-License-Identifier: GPL-3.0-or-later
#include "sample_mail/kernel_code.hh"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace lorelei::sample {
namespace {

constexpr std::string_view kVerbs[] = {"start",  "stop",   "queue", "flush",  "probe",   "release",  "map",    "unmap",
                                       "submit", "finish", "reset", "lookup", "prepare", "wait_for", "update", "drain"};
constexpr std::string_view kNouns[] = {"request", "sector", "segment", "timer", "buffer", "page",
                                       "command", "tag",    "zone",    "track", "motor",  "window",
                                       "batch",   "stripe", "slot",    "cookie"};
constexpr std::string_view kFields[] = {"flags", "state",  "pending", "nr_users", "limits", "queue_depth", "last_error",
                                        "head",  "offset", "refs",    "deadline", "mask",   "generation",  "private"};
constexpr std::string_view kErrors[] = {"EINVAL", "EIO",    "ENOMEM",    "EBUSY",
                                        "ENODEV", "EAGAIN", "ETIMEDOUT", "EOPNOTSUPP"};
constexpr std::string_view kLocks[] = {"lock", "queue_lock", "state_lock", "io_lock", "mutex"};

// Statements; a line each, indented as in the function's outermost block.
const std::vector<std::vector<std::string_view>> kStatements = {
    {"\tif (!{variable}->{field})", "\t\treturn -{error};"},
    {"\tspin_lock_irqsave(&{variable}->{lock}, flags);"},
    {"\tspin_unlock_irqrestore(&{variable}->{lock}, flags);"},
    {"\tret = {names}_{verb}_{noun}({variable}, {noun});", "\tif (ret)", "\t\tgoto out;"},
    {"\t{variable}->{field} = 0;"},
    {"\t{variable}->{field}++;"},
    {"\tlist_for_each_entry({noun}, &{variable}->{noun}s, node)", "\t\t{names}_{verb}({noun});"},
    {"\tWARN_ON_ONCE({variable}->{field} > {variable}->max_{noun}s);"},
    {"\tpr_debug(\"%s: {verb} {noun} %d\\n\", __func__, {noun}->index);"},
    {"\tmod_timer(&{variable}->{noun}_timer, jiffies + HZ / 10);"},
    {"\t{noun} = kzalloc(sizeof(*{noun}), GFP_KERNEL);", "\tif (!{noun})", "\t\treturn -ENOMEM;"},
    {"\twake_up(&{variable}->{noun}_wait);"},
    {"\tif (test_bit({field}_bit, &{variable}->flags)) {", "\t\tclear_bit({field}_bit, &{variable}->flags);",
     "\t\tschedule_work(&{variable}->{noun}_work);", "\t}"},
    {"\tmemset({variable}->{noun}, 0, {variable}->{noun}_size);"},
    {"\tcancel_delayed_work_sync(&{variable}->{noun}_work);"},
    {"\tlockdep_assert_held(&{variable}->{lock});"},
    {"\tatomic_dec(&{variable}->nr_{noun}s);"},
    {"\tdev_warn({variable}->dev, \"{noun} %u timed out\\n\", {noun}->tag);"},
    {"\t{variable}->{noun} = min({variable}->{noun}, {variable}->limits.max_{noun}s);"},
    {"\t/* the {noun} may be gone once the {lock} is dropped */"},
};

std::string with(std::string_view text, const Subsystem& subsystem, const Words& words) {
  std::string names = fill(text, words);
  for (auto at = names.find("{names}"); at != std::string::npos; at = names.find("{names}", at))
    names.replace(at, 7, subsystem.names);
  return names;
}

// A statement with words of its own for all but the object.
std::vector<std::string> statement(const Subsystem& subsystem, Random& random) {
  const auto words = words_for(subsystem, random);
  std::vector<std::string> lines;
  for (const auto line : random.pick(kStatements)) lines.push_back(with(line, subsystem, words));
  return lines;
}

// The lines of a hunk with their marks, in the making.
class Hunk {
 public:
  void keep(const std::string& line) { append(' ', line); }
  void remove(const std::string& line) { append('-', line); }
  void add(const std::string& line) { append('+', line); }

  // start: of the first line, in the old and the new file.
  std::string text(int old_start, int new_start, const std::string& heading) const {
    return fmt::format("@@ -{},{} +{},{} @@ {}\n{}", old_start, kept_ + removed_, new_start, kept_ + added_, heading,
                       lines_);
  }
  int added() const { return added_; }
  int removed() const { return removed_; }

 private:
  void append(char mark, const std::string& line) {
    lines_ += mark;
    lines_ += line;
    lines_ += '\n';
    ++(mark == ' ' ? kept_ : mark == '-' ? removed_ : added_);
  }
  std::string lines_;
  int kept_ = 0, removed_ = 0, added_ = 0;
};

// At most three lines around a change.
std::vector<std::string> around(const Subsystem& subsystem, Random& random) {
  auto lines = statement(subsystem, random);
  while (lines.size() < 3) {
    if (random.one_in(3)) lines.emplace_back();
    const auto more = statement(subsystem, random);
    lines.insert(lines.end(), more.begin(), more.end());
  }
  lines.resize(3);
  return lines;
}

Hunk random_hunk(const Subsystem& subsystem, Random& random) {
  Hunk hunk;
  for (const auto& line : around(subsystem, random)) hunk.keep(line);
  const int kind = random.between(0, 3);  // 0 adds, 1 removes, the others replace
  if (kind != 0)
    for (const auto& line : statement(subsystem, random)) hunk.remove(line);
  if (kind != 1)
    for (int n = random.between(1, 2); n > 0; --n)
      for (const auto& line : statement(subsystem, random)) hunk.add(line);
  for (const auto& line : around(subsystem, random)) hunk.keep(line);
  return hunk;
}

}  // namespace

const Subsystem& floppy() {
  static const Subsystem subsystem = {"floppy", {"drivers/block/floppy.c"}, "floppy", "floppy_drive", "drive"};
  return subsystem;
}

const std::vector<Subsystem>& subsystems() {
  static const std::vector<Subsystem> all = {
      {"blk-mq", {"block/blk-mq.c", "block/blk-mq-tag.c", "include/linux/blk-mq.h"}, "blk_mq", "blk_mq_hw_ctx", "hctx"},
      {"block", {"block/bio.c", "block/blk-core.c", "block/blk-merge.c"}, "blk", "request_queue", "q"},
      {"loop", {"drivers/block/loop.c"}, "loop", "loop_device", "lo"},
      {"nbd", {"drivers/block/nbd.c"}, "nbd", "nbd_device", "nbd"},
      {"zram", {"drivers/block/zram/zram_drv.c", "drivers/block/zram/zcomp.c"}, "zram", "zram", "zram"},
      {"ublk", {"drivers/block/ublk_drv.c", "include/uapi/linux/ublk_cmd.h"}, "ublk", "ublk_queue", "ubq"},
      {"io_uring", {"io_uring/rw.c", "io_uring/io_uring.c", "io_uring/poll.c"}, "io", "io_kiocb", "req"},
      {"io_uring/net", {"io_uring/net.c"}, "io_net", "io_async_msghdr", "kmsg"},
      {"dm thin", {"drivers/md/dm-thin.c", "drivers/md/dm-thin-metadata.c"}, "thin", "pool", "pool"},
      {"md/raid5", {"drivers/md/raid5.c"}, "raid5", "r5conf", "conf"},
      {"nvme-pci", {"drivers/nvme/host/pci.c"}, "nvme", "nvme_queue", "nvmeq"},
      {"nvmet-tcp", {"drivers/nvme/target/tcp.c"}, "nvmet_tcp", "nvmet_tcp_queue", "queue"},
      {"virtio_blk", {"drivers/block/virtio_blk.c"}, "virtblk", "virtio_blk", "vblk"},
      {"null_blk", {"drivers/block/null_blk/main.c", "drivers/block/null_blk/zoned.c"}, "null", "nullb_device", "dev"},
      {"bcache", {"drivers/md/bcache/btree.c", "drivers/md/bcache/request.c"}, "bch", "cache_set", "c"},
      {"iomap", {"fs/iomap/buffered-io.c"}, "iomap", "iomap_folio_state", "ifs"},
      {"mm/readahead", {"mm/readahead.c"}, "readahead", "readahead_control", "ractl"},
      {"scsi: sd", {"drivers/scsi/sd.c"}, "sd", "scsi_disk", "sdkp"},
      {"selftests/disk", {"tools/testing/selftests/disk/spin.c"}, "spin", "spin_case", "tc"},
      {"Documentation/block", {"Documentation/block/queue-sysfs.rst"}, "queue", "request_queue", "q"},
      floppy(),
  };
  return all;
}

Words words_for(const Subsystem& subsystem, Random& random) {
  Words words;
  words.subsystem = subsystem.prefix;
  words.file = random.pick(subsystem.files);
  words.verb = random.pick(kVerbs);
  words.noun = random.pick(kNouns);
  words.function = fmt::format("{}_{}_{}", subsystem.names, words.verb, words.noun);
  words.object = subsystem.object;
  words.variable = subsystem.variable;
  words.field = random.pick(kFields);
  words.lock = random.pick(kLocks);
  words.error = random.pick(kErrors);
  return words;
}

FileChange change_file(const Subsystem& subsystem, const Words& words, Random& random) {
  FileChange change{words.file, {}, 0, 0};
  int line = random.between(20, 900);
  auto function = words.function;
  for (int hunks = random.between(1, 3); hunks > 0; --hunks) {
    const auto heading = fmt::format("{} {}(struct {} *{})", random.one_in(3) ? "static void" : "static int", function,
                                     subsystem.object, subsystem.variable);
    const auto hunk = random_hunk(subsystem, random);
    change.hunks += hunk.text(line, line + change.added - change.removed, heading);
    change.added += hunk.added();
    change.removed += hunk.removed();
    line += random.between(30, 400);
    function = words_for(subsystem, random).function;
  }
  return change;
}

std::string diffstat(const std::vector<FileChange>& files) {
  std::string text;
  int added = 0, removed = 0;
  std::size_t width = 0;
  for (const auto& file : files) width = std::max(width, file.path.size());
  for (const auto& file : files) {
    const auto pluses = static_cast<std::size_t>(std::min(file.added, 30));
    const auto minuses = static_cast<std::size_t>(std::min(file.removed, 30));
    text += fmt::format(" {:<{}} | {:>2} {}{}\n", file.path, width, file.added + file.removed, std::string(pluses, '+'),
                        std::string(minuses, '-'));
    added += file.added;
    removed += file.removed;
  }
  text += fmt::format(" {} file{} changed", files.size(), files.size() == 1 ? "" : "s");
  if (added > 0) text += fmt::format(", {} insertion{}(+)", added, added == 1 ? "" : "s");
  if (removed > 0) text += fmt::format(", {} deletion{}(-)", removed, removed == 1 ? "" : "s");
  return text + "\n";
}

std::string diff_part(const std::vector<FileChange>& files, Random& random) {
  std::string text = "---\n" + diffstat(files) + "\n";
  for (const auto& file : files) {
    text += in_order({"diff --git a/", file.path, " b/", file.path, "\nindex ", random.hex(12), "..", random.hex(12)});
    text += in_order({" 100644\n--- a/", file.path, "\n+++ b/", file.path, "\n", file.hunks});
  }
  return text;
}

std::string fill(std::string_view text, const Words& words) {
  const std::pair<std::string_view, const std::string&> names[] = {
      {"subsystem", words.subsystem}, {"file", words.file},   {"function", words.function}, {"object", words.object},
      {"variable", words.variable},   {"field", words.field}, {"lock", words.lock},         {"error", words.error},
      {"noun", words.noun},           {"verb", words.verb},
  };
  std::string out;
  while (!text.empty()) {
    const auto open = text.find('{');
    out += text.substr(0, open);
    if (open == std::string_view::npos) break;
    text.remove_prefix(open);
    const auto close = text.find('}');
    const auto name = close == std::string_view::npos ? std::string_view() : text.substr(1, close - 1);
    const auto found = std::find_if(std::begin(names), std::end(names), [&](const auto& n) { return n.first == name; });
    if (found == std::end(names)) {
      out += '{';
      text.remove_prefix(1);
    } else {
      out += found->second;
      text.remove_prefix(close + 1);
    }
  }
  return out;
}

}  // namespace lorelei::sample
