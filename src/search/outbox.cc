// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/outbox.hh"

#include <fmt/core.h>

#include "base/command.hh"
#include "mail/reading_view.hh"
#include "search/messages.hh"
#include "search/outbox_mail.hh"
#include "search/results.hh"

namespace lorelei::search {

namespace {

constexpr std::size_t kFlushBytes = 64 << 10;

class JsonOutbox final : public Outbox {
 public:
  JsonOutbox(Env& env, const OutboxOptions& options)
      : env_(env), dedupe_(options.sameness), json_(form_of(options.to.format), options.look) {
    json_.begin(text_);
  }

  Result<Taken> take(const Selected& message) override {
    if (!dedupe_.is_new(message.row)) return Taken::kDuplicate;
    json_.add(text_, message.row, {.percent = message.percent, .mark = message.mark});
    if (text_.size() >= kFlushBytes) flush();
    return Taken::kDelivered;
  }
  Result<void> finish() override {
    json_.end(text_);
    flush();
    return {};
  }

 private:
  static JsonForm form_of(Format format) {
    if (format == Format::kJson) return JsonForm::kJson;
    return format == Format::kJsonLines ? JsonForm::kLines : JsonForm::kConcatenated;
  }
  void flush() {
    print(env_, text_);
    text_.clear();
  }

  Env& env_;
  Dedupe dedupe_;
  JsonResults json_;
  std::string text_;
};

class ListOutbox final : public Outbox {
 public:
  ListOutbox(Env& env, const OutboxOptions& options)
      : env_(env),
        dedupe_(options.sameness),
        look_{env.now(), env.out_is_terminal ? env.columns : kUnlimitedColumns,
              env.colour ? ListLook::kColour : ListLook::kPlain} {}

  Result<Taken> take(const Selected& message) override {
    if (!dedupe_.is_new(message.row)) return Taken::kDuplicate;
    print(env_, list_line(message.row, look_, message.mark) + "\n");
    return Taken::kDelivered;
  }
  Result<void> finish() override { return {}; }

 private:
  Env& env_;
  Dedupe dedupe_;
  ListLook look_;
};

class TextOutbox final : public Outbox {
 public:
  TextOutbox(Env& env, const OutboxOptions& options, const Engine& engine)
      : env_(env), dedupe_(options.sameness), messages_(engine.places()) {}

  Result<Taken> take(const Selected& message) override {
    if (!dedupe_.is_new(message.row)) return Taken::kDuplicate;
    TRY(const auto bytes, messages_.read(message.place, message.row));
    const auto percent = message.percent ? fmt::format(" pct:{}", *message.percent) : "";
    const char* mark = message.mark == Mark::kFlagged ? "# kw:flagged\n" : "";
    const auto colour = env_.colour ? mail::ReadingLook::kColour : mail::ReadingLook::kPlain;
    print(env_, fmt::format("{}# blob:{}{}\n{}{}", std::exchange(is_first_, false) ? "" : "\n", message.row.blob,
                            percent, mark, mail::reading_view(mail::Entity(bytes), {colour})));
    return Taken::kDelivered;
  }
  Result<void> finish() override { return {}; }

 private:
  Env& env_;
  Dedupe dedupe_;
  Messages messages_;
  bool is_first_ = true;
};

}  // namespace

Result<std::unique_ptr<Outbox>> open_outbox(Env& env, const OutboxOptions& options, const Engine& engine) {
  if (is_json(options.to.format)) return std::make_unique<JsonOutbox>(env, options);
  if (options.to.format == Format::kList) return std::make_unique<ListOutbox>(env, options);
  if (options.to.format == Format::kText) return std::make_unique<TextOutbox>(env, options, engine);
  return open_mail_outbox(env, options, engine);
}

}  // namespace lorelei::search
