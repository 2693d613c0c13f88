// SPDX-License-Identifier: GPL-3.0-or-later
// lorelei validate: say whether patches are what their authors signed.
#include <fmt/core.h>
#include <unistd.h>

#include <unordered_map>

#include "archive/config.hh"
#include "attest/attester.hh"
#include "attest/own_keys.hh"
#include "attest/settings.hh"
#include "attest/verdict_store.hh"
#include "base/exit_code.hh"
#include "base/git_date.hh"
#include "base/text.hh"
#include "cmd/attest_inputs.hh"
#include "cmd/attest_rows.hh"

namespace lorelei::cmd {

namespace {

struct Wishes {
  AttestOptions shared;
  std::string archive, arrived;
  attest::Policy::Level policy = attest::Policy::Level::kUnset;
  std::vector<std::string> keyrings;
  bool as_json = false, summary_only = false, trims = false;
  std::optional<bool> dkim;
  attest::DkimSources dkim_sources;
  bool names_keys() const {
    return dkim_sources.is_offline || !dkim_sources.keys_file.empty() || !dkim_sources.resolvers.empty();
  }
};

class Validation {
 public:
  Validation(Env& env, const Args& args, const Wishes& wishes, const attest::Settings& settings)
      : env_(env), is_patatt_(is_patatt(args)), wishes_(wishes), policy_(settings.policy) {}
  void set_recorded(attest::VerdictStore recorded) { recorded_.emplace(std::move(recorded)); }

  Result<void> take(const attest::MailToJudge&, attest::Attested&&);
  int finish();

 private:
  void print_one(const attest::Attested&, bool is_from_archive);

  Env& env_;
  const bool is_patatt_;
  const Wishes& wishes_;
  const attest::Policy policy_;
  std::optional<attest::VerdictStore> recorded_;
  std::unordered_map<std::string, std::string> seen_;  // the Message-ID of a signed digest
  attest::OwnKeys own_keys_;
  attest::AttestedSummary summary_;
  int status_ = 0;
  bool has_objection_ = false;
};

void Validation::print_one(const attest::Attested& one, bool is_from_archive) {
  const bool is_unsigned = one.verdict.signatures.front().outcome == attest::Outcome::kUnsigned && one.dkim.empty();
  // Most mail of an archive is unsigned; it is counted.
  if (is_from_archive && is_unsigned && one.objection.empty() && !wishes_.shared.verbose) return;
  const auto text = wishes_.as_json
                        ? attest::json_of(one)
                        : attest::text_of(one, {wishes_.shared.verbose || wishes_.shared.is_debug, !is_patatt_});
  std::fwrite(text.data(), 1, text.size(), is_patatt_ ? env_.err : env_.out);
}

Result<void> Validation::take(const attest::MailToJudge& mail, attest::Attested&& one) {
  if (const auto blob = git::ObjectId::parse(mail.blob); blob && recorded_ && !one.dkim.empty()) {
    TRY(const auto recorded, recorded_->of(*blob));
    attest::recall(one.dkim, recorded);
  }
  if (!is_patatt_ && mail.blob.empty()) own_keys_.judge(one.verdict);
  if (!is_patatt_) one.objection = attest::objection(policy_, one.verdict, one.dkim).value_or("");
  const auto& best = one.verdict.best();
  if (attest::is_good(best.outcome) && !best.digest.empty()) {
    const auto [place, is_new] = seen_.emplace(best.digest, one.message_id);
    if (!is_new && place->second != one.message_id) one.repeats = place->second;
  }
  status_ = std::max(status_, one.status());
  has_objection_ |= !one.objection.empty();
  summary_.add(one);
  if (!wishes_.summary_only) print_one(one, !mail.blob.empty());
  return {};
}

int Validation::finish() {
  if (!is_patatt_ && (wishes_.summary_only || (!wishes_.archive.empty() && !wishes_.as_json)))
    print(env_, wishes_.as_json ? summary_.json() : summary_.text());
  if (is_patatt_ || policy_.level == attest::Policy::Level::kUnset) return status_;
  return has_objection_ ? static_cast<int>(exit_code(Error::Kind::kAttestation)) : 0;
}

Result<attest::Settings> settings_for(const Env& env, const Wishes& wishes) {
  TRY(auto settings, attest::Settings::load(env, wishes.shared.section));
  if (wishes.policy != attest::Policy::Level::kUnset) settings.policy.level = wishes.policy;
  std::vector<attest::KeyringSource> sources;
  for (const auto& text : wishes.keyrings) {
    TRY(auto source, attest::parse_keyring_source(env, text));
    TRY_VOID(attest::must_exist(source));
    sources.push_back(std::move(source));
  }
  if (!sources.empty()) settings.sources = std::move(sources);
  return settings;
}

attest::AttesterOptions attester_options(const Args& args, const Wishes& wishes, const attest::Settings& settings) {
  attest::AttesterOptions options;
  options.sources = settings.sources;
  options.signed_refs = settings.signed_refs;
  options.verify = attest::verify_options(settings);
  if (wishes.trims) options.verify.trim = attest::Trim::kYes;
  // "Here only" is meant so.
  if (!wishes.keyrings.empty()) options.verify.asks_gnupg = false;
  if (is_patatt(args)) {
    options.verify.enforce_time = options.verify.accepts_relays = false;
  } else if (wishes.dkim.value_or(settings.checks_dkim.value_or(false) || wishes.names_keys())) {
    options.dkim = wishes.dkim_sources;
    if (options.dkim->resolvers.empty()) options.dkim->resolvers = settings.dns_resolvers;
  }
  return options;
}

// What was recorded of the archive; nothing if that was never asked for.
std::optional<attest::VerdictStore> open_recorded(const Env& env, const std::string& archive) {
  if (archive.empty()) return std::nullopt;
  const auto located = archive::locate_archives(env, {archive});
  if (!located) return std::nullopt;
  auto store = attest::VerdictStore::open(located->front().dir, attest::VerdictStore::Access::kRead);
  return store ? std::optional(*std::move(store)) : std::nullopt;
}

}  // namespace

static int validate(Env& env, Args& args) {
  Wishes wishes;
  std::vector<Option> rows = {
      {"--archive", "NAME", "mail of this archive; operands are a query, without any it is all", &wishes.archive},
      {"--keyring", "SOURCE", "look for keys here only: a directory, or ref:REPO:REF:DIR", &wishes.keyrings},
      {"--policy", "off|check|softfail|hardfail|require", "what may not be; as configured unless given",
       Target::choice([&](std::size_t i) { wishes.policy = static_cast<attest::Policy::Level>(i + 1); })},
      {"--arrived", "DATE", "when the mail came; for --policy=require; an archive knows it", &wishes.arrived},
      {"--trim", "", "let text behind the signed l= bytes pass; it is not part of what is signed", &wishes.trims},
      heading("DKIM"),
      {"--[no-]dkim", "", "look at signatures of servers, too; as configured unless given", &wishes.dkim},
      {"--offline", "", "ask no server for keys; those that were seen before count", &wishes.dkim_sources.is_offline},
      {"--dkim-keys", "FILE", "keys for this run: NAME, a tab, the text of the record", &wishes.dkim_sources.keys_file},
      {"--resolver", "ADDR[@PORT]", "ask this name server", &wishes.dkim_sources.resolvers},
      heading("What is printed"),
      {"--json", "", "an object a line for each signature", &wishes.as_json},
      {"--summary", "", "only how many of each result", &wishes.summary_only},
  };
  add_attest_rows(rows, wishes.shared);
  if (const auto done = args.parse(std::move(rows))) return *done;
  auto settings = settings_for(env, wishes);
  if (!settings) return args.fail(settings.error());
  if (settings->policy.level == attest::Policy::Level::kOff && !is_patatt(args)) {
    args.remark("signatures are not looked at: the policy is off");
    return 0;
  }
  std::optional<std::int64_t> arrived;
  if (!wishes.arrived.empty()) {
    if (!wishes.archive.empty())
      return args.fail({Error::Kind::kUsage, "use", "--arrived", "an archive knows when its mail arrived", "", "", 0});
    const auto date = parse_date(wishes.arrived, env.now());
    if (!date)
      return args.fail(
          {Error::Kind::kUsage, "read the date", wishes.arrived, date.error().why, date.error().suggestion, "", 0});
    arrived = *date;
  }
  // What just comes in, comes now.
  if (!arrived && !is_patatt(args) && settings->policy.enforces_time()) arrived = env.now();
  Validation validation(env, args, wishes, *settings);
  const auto options = attester_options(args, wishes, *settings);
  if (options.dkim)
    if (auto recorded = open_recorded(env, wishes.archive)) validation.set_recorded(*std::move(recorded));
  auto attester = attest::Attester::open(env, options, [&](attest::MailToJudge&& mail, attest::Attested&& one) {
    return validation.take(mail, std::move(one));
  });
  if (!attester) return args.fail(attester.error());
  const auto sink = [&](attest::MailToJudge&& mail) {
    if (!mail.arrived) mail.arrived = arrived;
    return attester->add(std::move(mail));
  };
  auto read = wishes.archive.empty()
                  ? each_mail_of(args.operands(), is_patatt(args) ? Naming::kPatatt : Naming::kOurs, sink)
                  : each_mail_in(env, wishes.archive, args.operands(), sink);
  if (const auto judged = attester->finish(); read && !judged) read = judged;
  if (!read) return args.fail(read.error());
  return validation.finish();
}

extern const Command kValidate = {
    .also = "patatt",
    .verb = "validate",
    .operands = "[FILE|TERM...]",
    .help = "say whether patches are what their authors signed",
    .description =
        "FILE is a message, an mbox or a Maildir; without one, standard input is read. Each signature is judged by the "
        "key that a keyring has for its identity and selector. hardfail takes unsigned mail and signatures without a "
        "key, "
        "but nothing bad; require wants a good signature of who wrote each message, made when it was sent. How trust "
        "works: lorelei-trust(7).",
    .examples = {{"lorelei validate *.patch", "patches in files"},
                 {"lorelei validate --policy=require thread.mbox", "nothing unsigned, nothing stale"},
                 {"lorelei validate --archive linux-block rt:1.month.ago..", "mail of an archive, with a summary"}},
    .run = validate,
    .exit_statuses =
        "0:: all is good; with a policy: all may pass\n"
        "4:: a message is not signed\n"
        "5:: with a policy: a message may not pass\n"
        "8:: there is no key for a signature\n"
        "16:: a message or a signature cannot be read or judged\n"
        "32:: a signature is bad; the highest of 0 4 8 16 32 counts\n"
        "1 2 3 6 75:: something else failed, as for every command\n",
};

}  // namespace lorelei::cmd
