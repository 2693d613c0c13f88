// SPDX-License-Identifier: GPL-3.0-or-later
#include "sample_mail/prose.hh"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hh"
#include "sample_mail/letter.hh"

namespace lorelei::sample {
namespace {

// Paragraphs with an empty line between them; their line ends mean nothing, wrap() sets new ones.
std::vector<std::string_view> split_paragraphs(std::string_view text) {
  std::vector<std::string_view> paragraphs;
  for (text = trim(text); !text.empty(); text = trim(text)) {
    const auto end = std::min(text.find("\n\n"), text.size());
    paragraphs.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return paragraphs;
}

constexpr std::string_view kTitles[] = {
    "{subsystem}: fix a leak in {function}()",
    "{subsystem}: avoid a race between {verb} and {noun} removal",
    "{subsystem}: do not {verb} a {noun} under {lock}",
    "{subsystem}: use {noun} helpers in {function}()",
    "{subsystem}: return -{error} when the {noun} is gone",
    "{subsystem}: drop the unused {field} member",
    "{subsystem}: split {function}() in two",
    "{subsystem}: hold {lock} while the {noun} is torn down",
    "{subsystem}: check {variable}->{field} before it is used",
    "{subsystem}: make {field} a per-{noun} value",
    "{subsystem}: warn once about a stale {noun}",
    "{subsystem}: move {noun} accounting out of the hot path",
    "{subsystem}: allow more than one {noun} in flight",
    "{subsystem}: correct the error path of {function}()",
    "{subsystem}: limit the {noun} size to what the device takes",
    "{subsystem}: simplify {function}()",
    "{subsystem}: add a tracepoint for every {noun}",
    "{subsystem}: document when {lock} is needed",
    "{subsystem}: convert {field} to an atomic",
    "{subsystem}: stop polling once the {noun} has completed",
};

constexpr std::string_view kSeriesTitles[] = {
    "{subsystem}: rework how a {noun} is set up", "{subsystem}: shorten the time {lock} is held",
    "Support more than one {noun} per {object}",  "{subsystem}: cleanups around {function}()",
    "{subsystem}: make {verb} survive a reset",   "Faster {noun} handling in {subsystem}",
};

const auto& what_is_wrong() {
  static const auto all = split_paragraphs(R"(
{function}() takes {lock} only after it has looked at {variable}->{field}, so a {noun} that goes away in between is
used after it was freed.

When the {noun} times out while another CPU is in {function}(), both of them clear {field} and the second one sees a
negative count.

The {noun} that {function}() allocates is lost when the device answers with -{error}. It is not much memory, but a
loop of open and close eats the machine in an afternoon.

Since {variable}->{field} was made a bit mask nobody has read its upper half. {function}() still writes it, under
{lock}, for every {noun}.

{function}() is called for each {noun}, and each time it walks the whole list. With a few thousand of them the walk
is all that the profile shows.

The comment above {function}() says that the caller holds {lock}. Two of the three callers do.

A {noun} is counted when it is queued and once more when it is started, which makes {field} twice what it should be
and the limit half of what was asked for.

On a machine without that feature the {verb} callback is never set, and {function}() jumps to nowhere.
)");
  return all;
}

const auto& how_to_mend_it() {
  static const auto all = split_paragraphs(R"(
Take the lock first, and check {variable}->{field} again once it is held.

Count the {noun} where it is started, and nowhere else.

Remember the {noun} in {variable}, so that the release path finds it.

Let the caller pass the {noun} in. All of them have it at hand anyway.

Replace the list by an index. The order of the entries never mattered to anybody.

Return -{error} instead. User space has been prepared for that for years.

This is also a little faster: {noun} setup goes from 310 to 280 ns here, because the cache line of {field} is no
longer bounced.

No functional change is intended for devices that have only one {noun}.
)");
  return all;
}

const auto& how_it_was_found() {
  static const auto all = split_paragraphs(R"(
Found by reading the code, after a report about a different {noun}.

Found with a fault injector that fails every seventh allocation.

Our test machines hit this about once a week.

I could not trigger it without an artificial delay, but the window is there.

It has been like this since the driver was merged.
)");
  return all;
}

const auto& parts_of_a_cover() {
  static const auto all = split_paragraphs(R"(
This series changes the way {subsystem} deals with a {noun}. Up to now {function}() did the work under {lock}, which
was fine when a device had one of them and is not fine any more.

The first patches are cleanups that stand on their own. The middle ones move {field} to where it is used, and the
last one turns it on.

I ran the usual tests for three days, with and without lock debugging. The numbers below are medians of five runs.

Comments on the name of the new {noun} flag are welcome; I am not good at names.

It applies to the current tree; there is a trivial conflict in {file} with the other series I sent last week.
)");
  return all;
}

const auto& questions() {
  static const auto all = split_paragraphs(R"(
I am looking at {function}() in {file} and wonder why {variable}->{field} is read without {lock}. Is there an
ordering that I do not see?

We have a device that answers a {verb} command with -{error} when it is busy. Should {subsystem} try again, or is
that for user space to decide?

Is anybody still using more than one {noun} per {object}? If not, a good part of {file} could go away.

With last week's tree a machine of ours needs 40 seconds to {verb} its first {noun}. Bisecting is under way, but
maybe somebody recognises this.
)");
  return all;
}

const auto& remarks() {
  static const auto all = split_paragraphs(R"(
Can {variable}->{field} change here? Nothing seems to hold {lock}.

I'd return -{error} here. The caller does not know what to do with a zero.

Please split this in two: the rename, and then the change of behaviour.

Nit: the {noun} could be declared in the inner block.

This looks like it wants to be a helper, {subsystem} has three copies of it now.

What happens when {function}() is called twice? I think the second {noun} is leaked.

The comment repeats the code. What I would like to read is why the {noun} has to be first.

Does this still build without the {field} option?

I am not sure that a WARN is right. A broken device should not be able to fill the log.

Have you measured it? I would expect the {noun} lookup to be the slow part, not {lock}.
)");
  return all;
}

const auto& answers() {
  static const auto all = split_paragraphs(R"(
Right, I missed that one. Will fix in the next version.

It can't: {function}() is only called from the {verb} path, and that is serialised by the core. I'll add a comment.

Yes, I have: it is 4% with one {noun} and nothing I can measure with more.

Good point. I'll use the helper and send a v2 tomorrow.

I tried that first. Then {variable}->{field} has to be initialised in two places, which I liked even less.

No strong opinion. I'll do what the rest of {file} does.
)");
  return all;
}

constexpr std::string_view kApprovals[] = {"Looks good to me.", "Thanks, this is much easier to follow than before.",
                                           "Works here, on two machines.", "The {noun} handling looks right now.", ""};

std::string paragraph(std::string_view text, const Words& words) { return wrap(fill(text, words)) + "\n"; }

}  // namespace

std::string wrap(const std::string& text) {
  std::string out;
  std::size_t column = 0;
  for (const auto word : split_words(text)) {
    if (column > 0 && column + 1 + word.size() > 72) {
      out += '\n';
      column = 0;
    } else if (column > 0) {
      out += ' ';
      ++column;
    }
    out += word;
    column += word.size();
  }
  return out;
}

std::string title(const Words& words, Random& random) { return fill(random.pick(kTitles), words); }
std::string series_title(const Words& words, Random& random) { return fill(random.pick(kSeriesTitles), words); }

std::string explanation(const Words& words, Random& random) {
  auto text =
      in_order({paragraph(random.pick(what_is_wrong()), words), "\n", paragraph(random.pick(how_to_mend_it()), words)});
  if (random.one_in(2)) text += "\n" + paragraph(random.pick(how_it_was_found()), words);
  return text;
}

std::string cover_letter(const Words& words, Random& random) {
  std::string text = "Hi all,\n\n";
  for (const auto part : parts_of_a_cover())
    if (!random.one_in(4)) text += paragraph(part, words) + "\n";
  return text + "Thanks,\n";
}

std::string question_title(const Words& words, Random& random) {
  constexpr std::string_view kQuestionTitles[] = {"{subsystem}: who owns {variable}->{field}?",
                                                  "Question about {function}()",
                                                  "{subsystem}: slow {verb} with many {noun}s", "Ideas for {file}"};
  return fill(random.pick(kQuestionTitles), words);
}

std::string question(const Words& words, Random& random) {
  return "Hello,\n\n" + paragraph(random.pick(questions()), words);
}
std::string remark(const Words& words, Random& random) { return paragraph(random.pick(remarks()), words); }
std::string answer(const Words& words, Random& random) { return paragraph(random.pick(answers()), words); }
std::string approval(const Words& words, Random& random) { return fill(random.pick(kApprovals), words) + "\n\n"; }

std::string robot_report(const Words& words, Random& random) {
  constexpr std::string_view kMachines[] = {"x86_64", "arm64", "riscv", "s390"};
  const auto machine = random.pick(kMachines);
  const int config = random.between(1, 20), line = random.between(100, 2000), column = random.between(8, 40);
  return fmt::format(
      "Hi,\n\nthank you for the patch. The night build found something to improve:\n\n"
      "[auto build test ERROR on disk/for-next]\n\nconfig: {}-randconfig-{:03}\ncompiler: gcc 12\n\n"
      "All errors (new ones prefixed by >>):\n\n   {}: In function '{}':\n"
      ">> {}:{}:{}: error: 'struct {}' has no member named '{}'\n     {} |         {}->{} = 0;\n         |         "
      "^~\n",
      machine, config, words.file, words.function, words.file, line, column, words.object, words.field, line,
      words.variable, words.field);
}

std::string oops(const Words& words, Random& random) {
  const int second = random.between(20, 900), cpu = random.between(0, 15), pid = random.between(100, 9999);
  int microsecond = random.between(0, 500000);
  const auto prefix = [&] { return fmt::format("[  {}.{:06}] ", second, microsecond += 7); };
  const auto place = [&](std::string_view function) {
    return in_order({function, "+0x", random.hex(2), "/0x", random.hex(3), "\n"});
  };
  auto text =
      in_order({prefix(), "BUG: kernel NULL pointer dereference, address: 00000000000000", random.hex(2), "\n"});
  text += fmt::format("{}CPU: {} PID: {} Comm: kworker/{}:1 Not tainted 6.19.0-rc3 #1\n", prefix(), cpu, pid, cpu);
  text += in_order({prefix(), "RIP: 0010:", place(words.function), prefix(), "Call Trace:\n", prefix(), " <TASK>\n"});
  for (const std::string_view caller : {"process_one_work", "worker_thread", "kthread", "ret_from_fork"})
    text += in_order({prefix(), " ", place(caller)});
  return text;
}

std::string quote(const Person& author, std::int64_t sent, const std::string& text, Random& random) {
  std::string out = fmt::format("On {}, {} wrote:\n", mail_date(sent, author.zone_minutes), author.name);
  const auto lines = split(text, '\n');
  const auto last = lines.size() - (lines.back().empty() ? 1 : 0);
  std::size_t from = 0, to = last;
  if (last > 16) {
    from = static_cast<std::size_t>(random.between(0, static_cast<int>(last) - 12));
    to = from + static_cast<std::size_t>(random.between(6, 12));
    if (from > 0) out += "> [...]\n";
  }
  for (auto i = from; i < to; ++i) {
    out += lines[i].empty() || lines[i].starts_with('>') ? ">" : "> ";
    out += lines[i];
    out += '\n';
  }
  return out + "\n";
}

}  // namespace lorelei::sample
