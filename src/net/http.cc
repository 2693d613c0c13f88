// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/http.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <random>
#include <thread>

#include "base/text.hh"
#include "net/http_transfer.hh"
#include "net/lore_settings.hh"
#include "net/url.hh"
#include "net/url_settings.hh"

namespace lorelei::net {

using std::chrono::milliseconds;

namespace {

constexpr milliseconds kLongestPatience{120'000};  // a server that wants more is not waited for
constexpr std::uint64_t kUnreadBytes = 64 << 10;   // of an answer that is of no use: read, to keep the connection

bool is_transient(int status) { return status == 429 || status == 502 || status == 503 || status == 504; }

std::string reason_for(int status) {
  switch (status) {
    case 401:
      return "HTTP 401, it wants to know who you are";
    case 403:
      return "HTTP 403, it refuses (bot protection?)";
    case 404:
      return "HTTP 404, there is no such thing";
    case 410:
      return "HTTP 410, it is gone";
    case 429:
      return "HTTP 429, too many requests";
    case 500:
      return "HTTP 500, the server fails";
    case 502:
      return "HTTP 502, the server behind it fails";
    case 503:
      return "HTTP 503, the server is overloaded or down";
    case 504:
      return "HTTP 504, the server behind it does not answer";
    default:
      return fmt::format("HTTP {}", status);
  }
}

Error::Kind kind_for(int status) {
  if (status == 404 || status == 410) return Error::Kind::kNotFound;
  return is_transient(status) ? Error::Kind::kTemporary : Error::Kind::kFailed;
}

}  // namespace

// --- a response ---

struct Response::Impl {
  std::unique_ptr<Transfer> transfer;
  std::string url, content_type, etag, last_modified, retry_after;
  std::optional<std::string> moved_to;
  int status = 0;
  std::optional<HttpError> failure;  // of reading
};

Response::Response(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Response::Response(Response&&) noexcept = default;
Response& Response::operator=(Response&&) noexcept = default;
Response::~Response() = default;

int Response::status() const { return impl_->status; }
const std::string& Response::url() const { return impl_->url; }
const std::string& Response::content_type() const { return impl_->content_type; }
const std::string& Response::etag() const { return impl_->etag; }
const std::string& Response::last_modified() const { return impl_->last_modified; }
const std::optional<std::string>& Response::moved_to() const { return impl_->moved_to; }

HttpResult<bool> Response::read_more(std::string& to) {
  if (impl_->failure) return tl::unexpected(*impl_->failure);
  auto more = impl_->transfer->read_more(to);
  if (!more) impl_->failure = more.error();
  return more;
}

HttpResult<std::string> Response::read_rest(std::uint64_t limit_bytes) {
  std::string all;
  for (bool more = true; more;) {
    TRY(more, read_more(all));
    if (all.size() > limit_bytes)
      return http_err(0, {Error::Kind::kTooLarge,
                          "fetch",
                          without_password(url()),
                          fmt::format("it is larger than the limit of {} bytes", limit_bytes),
                          {},
                          {}});
  }
  return all;
}

HttpError Response::error(std::string doing) const {
  const int code = status() >= 400 ? CURLE_HTTP_RETURNED_ERROR : 0;
  return {{kind_for(status()), std::move(doing), without_password(url()), reason_for(status()), {}, {}}, code};
}

// --- requests ---

struct Http::Impl {
  Env env;
  std::vector<git::Config> configs;
  HttpOptions options;
  Patience patience;
  std::minstd_rand random{std::random_device{}()};

  struct Server {
    LoreSettings settings;
    std::vector<std::string> origins;  // in the order in which they are tried
  };
  std::map<std::string, Server> servers;  // by origin
  std::shared_ptr<Session> session;       // opened on first use

  HttpResult<Server*> server_of(const Url&);
  HttpResult<void> race(Server&, const std::string& canonical);
  Exchange exchange(const Request&, const std::string& url, const Server&) const;
  std::string proxy_for(const Url&) const;
  HttpResult<Response> attempt(const Request&, const std::string& url, const Server&);
  HttpResult<Response> round(const Request&, const Url&, Server&);
  milliseconds asked_patience(const HttpResult<Response>&) const;
  milliseconds back_off(unsigned round);
  void sleep(milliseconds) const;
};

Http::Http(const Env& env, std::vector<git::Config> configs, HttpOptions options, Patience patience)
    : impl_(std::make_unique<Impl>()) {
  impl_->env = env;
  impl_->configs = std::move(configs);
  impl_->options = std::move(options);
  impl_->patience = std::move(patience);
}
Http::Http(Http&&) noexcept = default;
Http::~Http() = default;

std::string Http::proxy_for(std::string_view url) const {
  const auto parsed = parse_url(url);
  return parsed ? impl_->proxy_for(*parsed) : "";
}

const Env& Http::env() const { return impl_->env; }

HttpResult<Http::Impl::Server*> Http::Impl::server_of(const Url& url) {
  if (!session) {
    TRY(session, Session::open(env));
  }
  const std::string origin = url.origin();
  if (const auto known = servers.find(origin); known != servers.end()) return &known->second;
  Server server;
  TRY(server.settings, lore_settings(configs, origin));
  server.origins = server.settings.mirrors;
  server.origins.push_back(origin);
  if (server.settings.probes && server.origins.size() > 1) TRY_VOID(race(server, origin));
  return &(servers[origin] = std::move(server));
}

// The fastest first, then those that do not answer: all are asked at once for what each public-inbox has.
HttpResult<void> Http::Impl::race(Server& server, const std::string& canonical) {
  std::vector<std::pair<std::unique_ptr<Transfer>, std::string>> runners;
  HttpOptions hurried = options;
  hurried.max_seconds = static_cast<double>(server.settings.probe_limit.count()) / 1000;
  constexpr const char* kManifest = "/manifest.js.gz";
  const Request request{.method = Method::kHead, .url = canonical + kManifest};  // whose secrets are for no mirror
  for (const auto& origin : server.origins) {
    TRY(auto runner, Transfer::start(session, exchange(request, origin + kManifest, server), hurried));
    runners.emplace_back(std::move(runner), origin);
  }
  const auto is_running = [](const auto& runner) { return !runner.first->done(); };
  while (std::any_of(runners.begin(), runners.end(), is_running)) TRY_VOID(session->turn());
  const auto rank = [](const auto& runner) {
    const int status = runner.first->status();
    const bool arrived = status > 0 && status < 400;
    return std::pair(!arrived, arrived ? runner.first->place() : 0);
  };
  std::stable_sort(runners.begin(), runners.end(), [&](const auto& a, const auto& b) { return rank(a) < rank(b); });
  for (std::size_t i = 0; i < runners.size(); ++i) server.origins[i] = runners[i].second;
  return {};
}

std::string Http::Impl::proxy_for(const Url& url) const {
  if (options.proxy) return *options.proxy;
  if (const auto setting = url_setting(configs, "http", "proxy", url.text())) return *setting;
  // Upper case for http alone would let a CGI client choose our proxy by its header "Proxy:".
  for (const char* name : {url.scheme == "https" ? "https_proxy" : "http_proxy",
                           url.scheme == "https" ? "HTTPS_PROXY" : "", "all_proxy", "ALL_PROXY"})
    if (const auto value = *name ? env.variable(name) : std::nullopt; value && !value->empty()) return *value;
  const bool is_onion = url.host.ends_with(".onion");
  const bool by_tor =
      options.torsocks == HttpOptions::Torsocks::kYes || (options.torsocks == HttpOptions::Torsocks::kAuto && is_onion);
  return by_tor ? "socks5h://127.0.0.1:9050" : "";
}

Exchange Http::Impl::exchange(const Request& request, const std::string& url, const Server& server) const {
  Exchange out;
  out.method = request.method;
  out.url = url;
  out.headers = request.headers;
  if (request.method == Method::kPost) out.body = request.body;
  if (!request.etag.empty()) out.headers.push_back("If-None-Match: " + request.etag);
  if (!request.last_modified.empty()) out.headers.push_back("If-Modified-Since: " + request.last_modified);
  const std::string& plus = server.settings.user_agent_plus;
  out.user_agent = fmt::format("lorelei/{}{}{} (lei)", LORELEI_VERSION, plus.empty() ? "" : "+", plus);
  if (options.user_agent) out.user_agent = *options.user_agent;
  const auto target = parse_url(url), canonical = parse_url(request.url);
  if (target) out.proxy = proxy_for(*target);
  const auto no_proxy = env.variable("no_proxy"), upper = env.variable("NO_PROXY");
  out.no_proxy = options.no_proxy ? *options.no_proxy : no_proxy ? *no_proxy : upper.value_or("");
  const bool is_same = target && canonical && target->origin() == canonical->origin();
  out.secrets = is_same ? Exchange::Secrets::kSent : Exchange::Secrets::kKept;
  return out;
}

// One server, with all redirects.
HttpResult<Response> Http::Impl::attempt(const Request& request, const std::string& first_url, const Server& server) {
  Request current = request;
  std::string url = first_url;
  std::optional<std::string> moved_to;
  bool is_permanent = true;
  for (std::uint64_t hops = 0;; ++hops) {
    TRY(auto transfer, Transfer::start(session, exchange(current, url, server), options));
    TRY_VOID(transfer->wait_for_head());
    const std::string next = transfer->redirect();
    if (next.empty()) {
      auto response = std::make_unique<Response::Impl>();
      response->status = transfer->status();
      response->url = url;
      response->content_type = transfer->header("Content-Type");
      response->etag = transfer->header("ETag");
      response->last_modified = transfer->header("Last-Modified");
      response->retry_after = transfer->header("Retry-After");
      response->moved_to = moved_to;
      response->transfer = std::move(transfer);
      return Response(std::move(response));
    }
    const auto refuse = [&](int code, std::string why) {
      return http_err(code,
                      {Error::Kind::kFailed, "follow the redirect of", without_password(url), std::move(why), {}, {}});
    };
    if (hops >= options.max_redirects)
      return refuse(CURLE_TOO_MANY_REDIRECTS, fmt::format("it is the {}th in a row", hops + 1));
    const auto from = parse_url(url), to = parse_url(next);
    if (!to) return refuse(CURLE_URL_MALFORMAT, "it leads to no URL");
    const bool is_safe = to->scheme == "https" || (to->scheme == "http" && from && from->scheme == "http");
    if (!is_safe) return refuse(CURLE_UNSUPPORTED_PROTOCOL, "it leads to " + printable(without_password(next)));
    const int status = transfer->status();
    if (status == 303 && current.method == Method::kPost) current.method = Method::kGet;
    is_permanent = is_permanent && (status == 301 || status == 308);
    if (is_permanent && first_url == request.url) moved_to = next;
    std::string unread;
    while (unread.size() < kUnreadBytes && transfer->read_more(unread).value_or(false)) {
    }
    url = next;
  }
}

// Each server once. One that fails comes last from then on.
HttpResult<Response> Http::Impl::round(const Request& request, const Url& url, Server& server) {
  if (request.mirrors == Request::Mirrors::kNone) return attempt(request, request.url, server);
  const std::vector<std::string> origins = server.origins;
  for (std::size_t i = 0;; ++i) {
    std::string target = request.url;
    if (origins[i] != url.origin()) {
      target = origins[i] + url.path;
      if (url.has_query) target += "?" + url.query;
    }
    auto response = attempt(request, target, server);
    const bool is_final = response ? response->status() < 500 && response->status() != 429
                                   : response.error().kind == Error::Kind::kCancelled;
    if (is_final || i + 1 == origins.size()) return response;
    if (patience.say) {
      const std::string why = response ? reason_for(response->status()) : response.error().why;
      patience.say(fmt::format("{}: {}, trying {}", origins[i], why, origins[i + 1]));
    }
    std::erase(server.origins, origins[i]);
    server.origins.push_back(origins[i]);
  }
}

// Retry-After: seconds, or a date.
milliseconds Http::Impl::asked_patience(const HttpResult<Response>& outcome) const {
  if (!outcome || outcome->impl_->retry_after.empty()) return milliseconds(0);
  const std::string& text = outcome->impl_->retry_after;
  constexpr std::int64_t kMost = 1'000'000;
  if (const auto seconds = parse_uint(trim(text))) return milliseconds(1000 * std::min<std::uint64_t>(*seconds, kMost));
  const std::int64_t date = session->curl->curl_getdate(text.c_str(), nullptr);
  if (date < 0) return milliseconds(0);
  return milliseconds(1000 * std::clamp<std::int64_t>(date - env.now(), 0, kMost));
}

milliseconds Http::Impl::back_off(unsigned round) {
  const double chance = patience.chance ? patience.chance() : std::uniform_real_distribution<double>(0, 1)(random);
  return milliseconds(std::lround(std::ldexp(1000.0, static_cast<int>(round)) * (1 - chance / 2)));
}

void Http::Impl::sleep(milliseconds time) const {
  if (patience.sleep) return patience.sleep(time);
  constexpr milliseconds kSlice{100};
  for (; time.count() > 0 && !env.stop_requested(); time -= kSlice) std::this_thread::sleep_for(std::min(time, kSlice));
}

HttpResult<Response> Http::send(const Request& request) {
  Impl& web = *impl_;
  const auto url = parse_url(request.url);
  if (!url) return http_err(CURLE_URL_MALFORMAT, url.error());
  if (url->scheme != "http" && url->scheme != "https")
    return http_err(
        CURLE_UNSUPPORTED_PROTOCOL,
        {Error::Kind::kUsage, "fetch", without_password(request.url), "it is neither http nor https", {}, {}});
  TRY(Impl::Server * server, web.server_of(*url));
  for (unsigned round = 0;; ++round) {
    auto outcome = web.round(request, *url, *server);
    const bool is_worth_it = outcome ? is_transient(outcome->status())
                                     : outcome.error().kind == Error::Kind::kTemporary &&
                                           !(web.options.max_seconds > 0 && outcome.error().curl_code == 28);
    if (!is_worth_it || round + 1 >= request.rounds) return outcome;
    const milliseconds asked = web.asked_patience(outcome);
    if (asked > kLongestPatience) return outcome;
    const milliseconds pause = std::max(asked, web.back_off(round));
    if (web.patience.say) {
      const std::string why = outcome ? reason_for(outcome->status()) : outcome.error().why;
      web.patience.say(fmt::format("{}: {}, trying again in {:.3g} s", url->origin(), why,
                                   static_cast<double>(pause.count()) / 1000));
    }
    web.sleep(pause);
  }
}

HttpResult<std::string> Http::fetch(const std::string& url, std::uint64_t limit_bytes) {
  TRY(auto response, send({.url = url}));
  if (response.status() != 200) return tl::unexpected(response.error("fetch"));
  return response.read_rest(limit_bytes);
}

}  // namespace lorelei::net
