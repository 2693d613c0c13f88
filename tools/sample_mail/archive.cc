// SPDX-License-Identifier: GPL-3.0-or-later
#include "sample_mail/archive.hh"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "sample_mail/floppy.hh"
#include "sample_mail/oddities.hh"

namespace lorelei::sample {
namespace {

// Mails that were written but have not arrived: a heap with the next one in front. Of two at one moment the one that
// was written first is first.
class Underway {
 public:
  void add(std::vector<Mail> mails) {
    for (auto& mail : mails) {
      waiting_.push_back({std::move(mail), written_++});
      std::push_heap(waiting_.begin(), waiting_.end(), later);
    }
  }
  bool empty() const { return waiting_.empty(); }
  std::uint64_t written() const { return written_; }
  std::int64_t next_arrival() const { return waiting_.front().mail.arrival; }
  Mail take() {
    std::pop_heap(waiting_.begin(), waiting_.end(), later);
    auto mail = std::move(waiting_.back().mail);
    waiting_.pop_back();
    return mail;
  }

 private:
  struct Entry {
    Mail mail;
    std::uint64_t order;
  };
  static bool later(const Entry& a, const Entry& b) {
    return std::pair(a.mail.arrival, a.order) > std::pair(b.mail.arrival, b.order);
  }
  std::vector<Entry> waiting_;
  std::uint64_t written_ = 0;
};

// What the list's server puts on top: where the mail came from and when, and which list it is.
std::string delivered(const Mail& mail, const List& list, Random& random) {
  const std::string_view end = mail.bytes.find("\r\n") == std::string::npos ? "\n" : "\r\n";
  const int host = random.between(1, 250);
  const auto id = random.hex(10);
  return fmt::format(
      "Received: from mx.example.org (mx.example.org [192.0.2.{1}]){0}\tby lists.example.org (Postfix) with ESMTPS id "
      "{2}{0}"
      "\tfor <{3}>; {4}{0}List-Id: {5} <{6}>{0}{7}",
      end, host, id, list.address, mail_date(mail.arrival, 0), list.title, list.id, mail.bytes);
}

}  // namespace

Result<void> generate(const Plan& plan,
                      const std::function<Result<void>(std::string_view bytes, std::int64_t arrival)>& visit) {
  Stage stage(plan.seed);
  Random servers(plan.seed ^ 0x5EEDu);
  floppy_story(stage);
  odd_mails(stage);
  Underway underway;
  underway.add(stage.take());

  const auto span = std::max<std::int64_t>(kSpan, static_cast<std::int64_t>(plan.count) * 900);
  std::uint64_t sent = 0;
  // Arrived until then: told to visit. Every mail takes its turn with the servers, whichever list is asked for.
  const auto deliver_until = [&](std::int64_t time) -> Result<void> {
    while (!underway.empty() && underway.next_arrival() <= time && sent < plan.count) {
      const auto mail = underway.take();
      ++sent;
      for (const auto& [lists, list] : {std::pair(Lists::kDisk, kDiskList), std::pair(Lists::kKernel, kKernelList)}) {
        const auto bytes = delivered(mail, list, servers);
        if (!includes(mail.lists, lists) || !includes(plan.lists, lists)) continue;
        TRY_VOID(visit(bytes, mail.arrival));
        break;
      }
    }
    return {};
  };
  while (underway.written() < plan.count) {
    const auto start = kNow - span +
                       static_cast<std::int64_t>(static_cast<double>(span) * static_cast<double>(underway.written()) /
                                                 static_cast<double>(plan.count));
    any_thread(stage, start);
    underway.add(stage.take());
    TRY_VOID(deliver_until(start));
  }
  return deliver_until(INT64_MAX);
}

}  // namespace lorelei::sample
