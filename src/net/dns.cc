// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/dns.hh"

#include <fmt/core.h>
#include <poll.h>
#include <unbound.h>
#include <unistd.h>

#include <algorithm>
#include <unordered_map>

#include "base/library.hh"
#include "base/text.hh"

namespace lorelei::net {

namespace {

#define LORELEI_UNBOUND_FUNCTIONS(F) \
  F(ub_ctx_create)                   \
  F(ub_ctx_delete)                   \
  F(ub_ctx_set_option)               \
  F(ub_ctx_set_fwd)                  \
  F(ub_ctx_resolvconf)               \
  F(ub_ctx_add_ta_file)              \
  F(ub_ctx_async)                    \
  F(ub_fd)                           \
  F(ub_process)                      \
  F(ub_resolve_async)                \
  F(ub_cancel)                       \
  F(ub_resolve_free)                 \
  F(ub_strerror)
struct Unbound {
  LORELEI_LIBRARY_TABLE(Unbound, LORELEI_UNBOUND_FUNCTIONS)
};

Result<const Unbound*> unbound() {
  static const Result<Unbound> opened = Unbound::open(LORELEI_LIBUNBOUND, "libunbound8");
  if (!opened) return tl::unexpected(opened.error());
  return &*opened;
}

constexpr int kTxt = 16, kInternet = 1, kServfail = 2;
constexpr std::size_t kMaxKnown = 10'000;  // names whose answers are kept

TxtAnswer unavailable(std::string reason) {
  TxtAnswer answer;
  answer.reason = std::move(reason);
  return answer;
}

TxtAnswer answer_of(const ub_result& result) {
  TxtAnswer answer;
  if (result.bogus) {
    answer.security = TxtAnswer::Security::kBogus;
    answer.reason = fmt::format("DNSSEC refutes the answer: {}", result.why_bogus ? result.why_bogus : "no reason");
    return answer;
  }
  if (result.secure) answer.security = TxtAnswer::Security::kSecure;
  if (result.nxdomain) {
    answer.state = TxtAnswer::State::kNoName;
    answer.reason = "there is no such name";
    return answer;
  }
  if (result.rcode != 0) {
    answer.reason = result.rcode == kServfail ? "the name server failed"
                                              : fmt::format("the name server answers with code {}", result.rcode);
    return answer;
  }
  answer.state = TxtAnswer::State::kNoData;
  answer.reason = "there is no TXT record under the name";
  for (int i = 0; result.havedata && result.data[i]; ++i) {
    auto record = joined_txt({result.data[i], static_cast<std::size_t>(std::max(result.len[i], 0))});
    if (!record) answer.reason = "the TXT record is too long or cut";
    if (record && answer.records.size() < kMaxTxtRecords) answer.records.push_back(*std::move(record));
  }
  if (answer.records.empty()) return answer;
  answer.state = TxtAnswer::State::kFound;
  answer.reason.clear();
  return answer;
}

struct Pending {
  const Unbound* library = nullptr;
  bool is_done = false;
  TxtAnswer answer = {};
};

void receive(void* mine, int error, ub_result* result) {
  auto& pending = *static_cast<Pending*>(mine);
  pending.is_done = true;
  pending.answer = error || !result ? unavailable(pending.library->ub_strerror(error)) : answer_of(*result);
  if (result) pending.library->ub_resolve_free(result);
}

}  // namespace

struct Dns::Impl {
  const Unbound* library = nullptr;
  ub_ctx* context = nullptr;
  std::chrono::milliseconds budget{};
  int unanswered = 0;  // one after the other
  std::unordered_map<std::string, TxtAnswer> known = {};

  ~Impl() {
    if (context) library->ub_ctx_delete(context);
  }

  Result<void> set_up(const DnsOptions& options) {
    const auto option = [&](const char* name, const char* value) {
      return library->ub_ctx_set_option(context, name, value) == 0;
    };
    // Without the second, a forwarder that drops signatures would make every signed zone bogus.
    if (!option("do-not-query-localhost:", "no") || !option("harden-dnssec-stripped:", "no") ||
        !option("use-syslog:", "no") || !option("verbosity:", "0"))
      return err(Error::Kind::kFailed, "set up", "the DNS resolver", "an option is not understood");
    for (const auto& resolver : options.resolvers)
      if (library->ub_ctx_set_fwd(context, resolver.c_str()) != 0)
        return err(Error::Kind::kUsage, "use the DNS resolver", resolver, "it is no address", "ADDR or ADDR@PORT");
    if (options.resolvers.empty() && library->ub_ctx_resolvconf(context, nullptr) != 0)
      return err(Error::Kind::kFailed, "read", "/etc/resolv.conf", "it names no resolver that can be used");
    if (::access(options.trust_anchor.c_str(), R_OK) == 0 &&
        library->ub_ctx_add_ta_file(context, options.trust_anchor.c_str()) != 0)
      return err(Error::Kind::kFailed, "read the trust anchor of DNSSEC", options.trust_anchor, "it holds none");
    if (library->ub_ctx_async(context, 1) != 0)
      return err(Error::Kind::kFailed, "set up", "the DNS resolver", "it does not start a thread");
    return {};
  }

  TxtAnswer ask(const std::string& name) {
    if (unanswered >= kMaxUnanswered) return unavailable("no name server answers");
    const auto until = std::chrono::steady_clock::now() + budget;
    Pending pending{library};
    int id = 0;
    const int error = library->ub_resolve_async(context, name.c_str(), kTxt, kInternet, &pending, receive, &id);
    if (error) return unavailable(library->ub_strerror(error));
    while (!pending.is_done) {
      const auto left =
          std::chrono::duration_cast<std::chrono::milliseconds>(until - std::chrono::steady_clock::now()).count();
      pollfd wait{library->ub_fd(context), POLLIN, 0};
      if (left <= 0 || ::poll(&wait, 1, static_cast<int>(left)) == 0) break;
      library->ub_process(context);
    }
    if (!pending.is_done) {
      library->ub_cancel(context, id);
      ++unanswered;
      return unavailable("no name server answered in time");
    }
    unanswered = 0;
    return std::move(pending.answer);
  }
};

Result<Dns> Dns::open(const DnsOptions& options) {
  TRY(const auto* library, unbound());
  auto impl = std::make_shared<Impl>();
  impl->library = library;
  impl->budget = options.budget;
  impl->context = library->ub_ctx_create();
  if (!impl->context) return err(Error::Kind::kFailed, "set up", "the DNS resolver", "it does not initialise");
  TRY_VOID(impl->set_up(options));
  return Dns(std::move(impl));
}

TxtAnswer Dns::txt(const std::string& name) {
  const auto key = to_lower(name.ends_with('.') ? std::string_view(name).substr(0, name.size() - 1) : name);
  if (!is_host_name(key)) {
    TxtAnswer answer;
    answer.state = TxtAnswer::State::kNoName;
    answer.reason = "it is no name of the DNS";
    return answer;
  }
  if (const auto found = impl_->known.find(key); found != impl_->known.end()) return found->second;
  auto answer = impl_->ask(key);
  if (impl_->known.size() >= kMaxKnown) impl_->known.clear();
  return impl_->known.emplace(key, std::move(answer)).first->second;
}

TxtLookup dns_lookup(DnsOptions options) {
  // Copies of the function share one resolver.
  const auto opened = std::make_shared<std::optional<Result<Dns>>>();
  return [options = std::move(options), opened](const std::string& name) {
    if (!*opened) opened->emplace(Dns::open(options));
    auto& dns = **opened;
    return dns ? dns->txt(name) : unavailable(to_text(dns.error()));
  };
}

bool is_host_name(std::string_view name) {
  if (name.ends_with('.')) name.remove_suffix(1);
  if (name.empty() || name.size() > 253) return false;
  const auto labels = split(name, '.');
  return std::all_of(labels.begin(), labels.end(), [](std::string_view label) {
    return !label.empty() && label.size() <= 63 &&
           std::all_of(label.begin(), label.end(), [](char c) { return is_alnum(c) || c == '-' || c == '_'; });
  });
}

std::optional<std::string> joined_txt(std::string_view rdata) {
  std::string text;
  while (!rdata.empty()) {
    const auto length = static_cast<std::size_t>(static_cast<unsigned char>(rdata[0]));
    if (length + 1 > rdata.size() || text.size() + length > kMaxTxtRecord) return std::nullopt;
    text += rdata.substr(1, length);
    rdata.remove_prefix(length + 1);
  }
  return text;
}

}  // namespace lorelei::net
