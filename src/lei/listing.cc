// SPDX-License-Identifier: GPL-3.0-or-later
#include "lei/listing.hh"

#include <fcntl.h>
#include <fmt/core.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/command.hh"
#include "base/text.hh"
#include "lei/box.hh"
#include "lei/palette.hh"
#include "lei/reply_view.hh"
#include "lei/text_view.hh"
#include "mail/mbox.hh"
#include "mail/reading_view.hh"
#include "source/packing.hh"

namespace lorelei::lei {

namespace {

constexpr std::size_t kFlushBytes = 64 << 10;

search::Mark flagged(const Mark& mark) {
  return mark.keywords.contains("flagged") ? search::Mark::kFlagged : search::Mark::kNone;
}

class JsonListing final : public Listing {
 public:
  JsonListing(Env& env, const ListingOptions& options)
      : env_(env), dedupe_(options.sameness), json_(form_of(options.to.format), options.look, options.letters) {
    json_.begin(text_);
  }

  Result<Taken> take(const Shown& message) override {
    if (!dedupe_.is_new(message.row)) return Taken::kDuplicate;
    json_.add(text_, message.row,
              {.percent = message.percent, .keywords = message.mark.keywords, .labels = message.mark.labels});
    if (text_.size() >= kFlushBytes) flush();
    return Taken::kShown;
  }
  Result<void> finish() override {
    json_.end(text_);
    flush();
    return {};
  }

 private:
  static search::JsonForm form_of(Format format) {
    if (format == Format::kJson) return search::JsonForm::kJson;
    return format == Format::kJsonLines ? search::JsonForm::kLines : search::JsonForm::kConcatenated;
  }
  void flush() {
    print(env_, text_);
    text_.clear();
  }

  Env& env_;
  search::Dedupe dedupe_;
  search::JsonResults json_;
  std::string text_;
};

class LineListing final : public Listing {
 public:
  LineListing(Env& env, const ListingOptions& options)
      : env_(env),
        dedupe_(options.sameness),
        look_{env.now(), env.out_is_terminal ? env.columns : search::kUnlimitedColumns,
              env.colour ? search::ListLook::kColour : search::ListLook::kPlain} {}

  Result<Taken> take(const Shown& message) override {
    if (!dedupe_.is_new(message.row)) return Taken::kDuplicate;
    print(env_, search::list_line(message.row, look_, flagged(message.mark)) + "\n");
    return Taken::kShown;
  }
  Result<void> finish() override { return {}; }

 private:
  Env& env_;
  search::Dedupe dedupe_;
  search::ListLook look_;
};

// To be read, or to be answered. As lei, text looks as lei shows it; as lorelei, as `lorelei show` does.
class TextListing final : public Listing {
 public:
  TextListing(Env& env, const ListingOptions& options)
      : env_(env), dedupe_(options.sameness), format_(options.to.format), manner_(options.manner) {
    look_.audience = env.out_is_terminal ? ViewLook::kTerminal : ViewLook::kProgram;
    if (env.colour) look_.palette = &palette_;
  }

  Result<Taken> take(const Shown& message) override {
    if (!dedupe_.is_new(message.row)) return Taken::kDuplicate;
    TRY(const auto bytes, message.read());
    const mail::Entity entity(bytes);
    const auto& mark = message.mark;
    const ShownMessage shown{entity,
                             message.row.blob,
                             message.percent,
                             {mark.keywords.begin(), mark.keywords.end()},
                             {mark.labels.begin(), mark.labels.end()},
                             message.row.received};
    if (format_ == Format::kReply)
      print(env_, reply_view(shown, look_) + "\n");
    else if (manner_ == Manner::kLei)
      print(env_, text_view(shown, look_) + "\n");
    else
      print(env_, ours(shown));
    return Taken::kShown;
  }
  Result<void> finish() override { return {}; }

 private:
  std::string ours(const ShownMessage& shown) {
    const auto percent = shown.percent ? fmt::format(" pct:{}", *shown.percent) : "";
    std::string marks;
    if (!shown.keywords.empty()) marks += "# kw:" + join(shown.keywords, ",") + "\n";
    for (const auto& label : shown.labels) marks += "# L:" + label + "\n";
    const auto colour = env_.colour ? mail::ReadingLook::kColour : mail::ReadingLook::kPlain;
    return fmt::format("{}# blob:{}{}\n{}{}", std::exchange(is_first_, false) ? "" : "\n", shown.blob, percent, marks,
                       mail::reading_view(shown.message, {colour}));
  }

  Env& env_;
  search::Dedupe dedupe_;
  Format format_;
  Manner manner_;
  Palette palette_;
  ViewLook look_;
  bool is_first_ = true;
};

// An mbox that leaves us as it is made.
class MboxListing final : public Listing {
 public:
  static Result<std::unique_ptr<Listing>> open(Env& env, const ListingOptions& options) {
    TRY(auto seen, Ledger::in_memory());
    std::unique_ptr<MboxListing> listing(new MboxListing(env, options, std::move(seen)));
    if (!options.to.path.empty()) {
      listing->pipe_ = Fd(::open(options.to.path.c_str(), O_WRONLY | O_CLOEXEC));
      if (!listing->pipe_) return err_errno(errno, "write to", options.to.path);
    }
    return listing;
  }

  Result<Taken> take(const Shown& message) override {
    const auto oid = git::ObjectId::parse(message.row.blob);
    TRY(auto bytes, message.read());
    const auto letter = make_letter(std::move(bytes), oid, env_.now());
    TRY(const auto same, seen_.find(letter.likeness, sameness_));
    if (same) return Taken::kDuplicate;
    if (sameness_ != search::Sameness::kNone) {
      TRY([[maybe_unused]] const auto id, seen_.add(Ledger::State::kDone, letter.likeness, "", {}));
    }
    text_ += mail::to_mbox(letter.raw, dialect_,
                           {.id = message.row.blob,
                            .percent = message.percent,
                            .keywords = to_keywords(message.mark.keywords),
                            .age = mail::MboxEnvelope::Age::kOld});
    if (text_.size() >= kFlushBytes) TRY_VOID(flush());
    return Taken::kShown;
  }
  Result<void> finish() override { return flush(); }

 private:
  MboxListing(Env& env, const ListingOptions& options, Ledger seen)
      : env_(env),
        name_(options.to.path),
        dialect_(*mail::mbox_dialect_named(format_name(options.to.format))),
        sameness_(options.sameness),
        seen_(std::move(seen)) {}

  Result<void> flush() {
    const auto text = std::exchange(text_, {});
    if (text.empty()) return {};
    if (!pipe_) return print(env_, text), Result<void>();
    TRY(const auto bytes, source::packed(text, source::packing_of(name_)));
    return write_all(pipe_.get(), bytes, name_);
  }

  Env& env_;
  std::string name_;
  mail::MboxDialect dialect_;
  search::Sameness sameness_;
  Ledger seen_;
  Fd pipe_;  // none: standard output
  std::string text_;
};

}  // namespace

Result<std::unique_ptr<Listing>> open_listing(Env& env, const ListingOptions& options) {
  if (is_json(options.to.format)) return std::make_unique<JsonListing>(env, options);
  if (options.to.format == Format::kList) return std::make_unique<LineListing>(env, options);
  if (is_mbox(options.to.format)) return MboxListing::open(env, options);
  return std::make_unique<TextListing>(env, options);
}

}  // namespace lorelei::lei
