// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/http_transfer.hh"

#include "base/text.hh"
#include "net/url.hh"

namespace lorelei::net {

namespace {

constexpr int kTurnMilliseconds = 200;  // how long a ^C may go unnoticed
constexpr long kReceiveBytes = 128 << 10;
constexpr long kIdleConnections = 8;

// Failures that another attempt, or another server, may not see.
Error::Kind kind_of(CURLcode code) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
    case CURLE_PARTIAL_FILE:
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
      return Error::Kind::kTemporary;
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
      return Error::Kind::kUsage;
    default:
      return Error::Kind::kFailed;
  }
}

std::string advice_for(CURLcode code) {
  switch (code) {
    case CURLE_PEER_FAILED_VERIFICATION:
      return "--cacert names the certificate of a server that you trust";
    case CURLE_COULDNT_RESOLVE_HOST:
      return "check the name, and whether this machine is on the network";
    case CURLE_COULDNT_RESOLVE_PROXY:
      return "check http.proxy in git's configuration, and https_proxy in the environment";
    default:
      return {};
  }
}

}  // namespace

Result<std::shared_ptr<Session>> Session::open(const Env& env) {
  TRY(const Libcurl* curl, libcurl());
  auto session = std::make_shared<Session>();
  session->env = env;
  session->curl = curl;
  session->multi = MultiHandle(curl->curl_multi_init(), MultiFree{curl});
  if (!session->multi)
    return err(Error::Kind::kFailed, "open the library", LORELEI_LIBCURL, "there is no memory for it");
  curl->curl_multi_setopt(session->multi.get(), CURLMOPT_MAXCONNECTS, kIdleConnections);
  return session;
}

HttpResult<void> Session::turn() {
  if (env.stop_requested())
    return http_err(CURLE_ABORTED_BY_CALLBACK, {Error::Kind::kCancelled, "go on", {}, "you said stop", {}, {}});
  int running = 0, left = 0;
  has_arrived = false;
  auto status = curl->curl_multi_perform(multi.get(), &running);
  while (const CURLMsg* message = curl->curl_multi_info_read(multi.get(), &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    Transfer* transfer = nullptr;
    curl->curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
    transfer->done_ = true;
    transfer->code_ = message->data.result;
    transfer->place_ = finished++;
    has_arrived = true;
  }
  if (status == CURLM_OK && !has_arrived)
    status = curl->curl_multi_poll(multi.get(), nullptr, 0, kTurnMilliseconds, nullptr);
  if (status != CURLM_OK)
    return http_err(CURLE_FAILED_INIT, {Error::Kind::kFailed, "use the network", {}, "libcurl fails", {}, {}});
  return {};
}

HttpResult<std::unique_ptr<Transfer>> Transfer::start(std::shared_ptr<Session> session, const Exchange& exchange,
                                                      const HttpOptions& options) {
  std::unique_ptr<Transfer> transfer(new Transfer(std::move(session)));
  const Libcurl& curl = *transfer->session_->curl;
  transfer->url_ = exchange.url;
  transfer->headers_ = ListHandle(nullptr, ListFree{&curl});
  transfer->resolve_ = ListHandle(nullptr, ListFree{&curl});
  transfer->easy_ = EasyHandle(curl.curl_easy_init(), EasyFree{&curl});
  if (!transfer->easy_)
    return http_err(CURLE_FAILED_INIT, {Error::Kind::kFailed, "use the network", {}, "there is no memory", {}, {}});
  TRY_VOID(transfer->set_up(exchange, options));
  curl.curl_multi_add_handle(transfer->session_->multi.get(), transfer->easy_.get());
  return transfer;
}

Transfer::~Transfer() {
  if (easy_) session_->curl->curl_multi_remove_handle(session_->multi.get(), easy_.get());
}

// As curl -v, but that what opens doors is not shown.
int Transfer::tell(CURL*, curl_infotype kind, char* bytes, std::size_t count, void*) {
  static constexpr std::string_view kSecret[] = {"authorization:", "proxy-authorization:", "cookie:", "set-cookie:"};
  const char* mark = kind == CURLINFO_TEXT ? "* " : kind == CURLINFO_HEADER_OUT ? "> " : "< ";
  if (kind != CURLINFO_TEXT && kind != CURLINFO_HEADER_OUT && kind != CURLINFO_HEADER_IN) return 0;
  for (const auto line : split(trim({bytes, count}), '\n')) {
    std::string shown(trim(line));
    for (const auto secret : kSecret)
      if (starts_with_ignore_case(shown, secret)) shown = shown.substr(0, secret.size()) + " (not shown)";
    std::fputs((mark + printable(shown, Lines::kKeep) + "\n").c_str(), stderr);
  }
  return 0;
}

// What does not fit stays with libcurl until it is asked for again.
std::size_t Transfer::take(char* bytes, std::size_t one, std::size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  const std::size_t size = one * count;
  if (!transfer.buffer_.empty() && transfer.buffer_.size() + size > kTransferBuffer) {
    transfer.is_paused_ = true;
    return CURL_WRITEFUNC_PAUSE;
  }
  transfer.buffer_.append(bytes, size);
  transfer.session_->has_arrived = true;
  return size;
}

HttpResult<void> Transfer::wait_for_head() {
  while (!done_ && buffer_.empty()) TRY_VOID(session_->turn());
  if (status() == 0) return tl::unexpected(failure());
  return {};
}

HttpResult<bool> Transfer::read_more(std::string& to) {
  while (buffer_.empty()) {
    if (done_ && code_ == CURLE_OK) return false;
    if (done_) return tl::unexpected(failure());
    TRY_VOID(session_->turn());
  }
  to.append(buffer_);
  buffer_.clear();
  if (is_paused_) {
    is_paused_ = false;
    session_->curl->curl_easy_pause(easy_.get(), CURLPAUSE_CONT);
  }
  return true;
}

int Transfer::status() const {
  long status = 0;
  session_->curl->curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
  return static_cast<int>(status);
}

std::string Transfer::header(const char* name) const {
  curl_header* found = nullptr;
  if (session_->curl->curl_easy_header(easy_.get(), name, 0, CURLH_HEADER, -1, &found) != CURLHE_OK) return {};
  return found->value;
}

std::string Transfer::redirect() const {
  const int code = status();
  if (code != 301 && code != 302 && code != 303 && code != 307 && code != 308) return {};
  const char* url = nullptr;
  session_->curl->curl_easy_getinfo(easy_.get(), CURLINFO_REDIRECT_URL, &url);
  return url ? url : "";
}

HttpError Transfer::failure() const {
  std::string why = complaint_.data();
  if (code_ == CURLE_OK) why = "the server sent no answer";
  if (why.empty()) why = session_->curl->curl_easy_strerror(code_);
  const CURLcode code = code_ == CURLE_OK ? CURLE_GOT_NOTHING : code_;
  HttpError error{{kind_of(code), "fetch", without_password(url_), printable(why), advice_for(code), {}}, code};
  long sent = 0;
  session_->curl->curl_easy_getinfo(easy_.get(), CURLINFO_REQUEST_SIZE, &sent);
  error.was_sent = sent > 0;
  return error;
}

// --- what is asked of libcurl ---

Result<void> Transfer::set(CURLoption option, const char* name, const std::string& text) {
  if (text.empty()) return {};
  const CURLcode code = session_->curl->curl_easy_setopt(easy_.get(), option, text.c_str());
  if (code == CURLE_OK) return {};
  return err(Error::Kind::kUsage, "use the option", name, session_->curl->curl_easy_strerror(code));
}

void Transfer::set(CURLoption option, long number) { session_->curl->curl_easy_setopt(easy_.get(), option, number); }

void Transfer::add(ListHandle& list, const std::string& line) const {
  auto* longer = session_->curl->curl_slist_append(list.get(), line.c_str());
  if (!longer) return;
  (void)list.release();
  list.reset(longer);
}

Result<void> Transfer::set_up(const Exchange& exchange, const HttpOptions& options) {
  const Libcurl& curl = *session_->curl;
  curl.curl_easy_setopt(easy_.get(), CURLOPT_ERRORBUFFER, complaint_.data());
  curl.curl_easy_setopt(easy_.get(), CURLOPT_PRIVATE, this);
  curl.curl_easy_setopt(easy_.get(), CURLOPT_WRITEFUNCTION, &Transfer::take);
  curl.curl_easy_setopt(easy_.get(), CURLOPT_WRITEDATA, this);
  set(CURLOPT_BUFFERSIZE, kReceiveBytes);
  if (options.verbose) {
    curl.curl_easy_setopt(easy_.get(), CURLOPT_DEBUGFUNCTION, &Transfer::tell);
    set(CURLOPT_VERBOSE, 1);
  }
  set(CURLOPT_NOSIGNAL, 1);
  TRY_VOID(set(CURLOPT_PROTOCOLS_STR, "protocols", "http,https"));
  TRY_VOID(set(CURLOPT_URL, "URL", exchange.url));
  if (exchange.method == Method::kHead) set(CURLOPT_NOBODY, 1);
  if (exchange.method == Method::kPost) {
    set(CURLOPT_POST, 1);
    set(CURLOPT_POSTFIELDSIZE, static_cast<long>(exchange.body.size()));
    curl.curl_easy_setopt(easy_.get(), CURLOPT_COPYPOSTFIELDS, exchange.body.data());
  }
  TRY_VOID(set_security(options));
  TRY_VOID(set_identity(exchange, options));
  return set_network(exchange, options);
}

Result<void> Transfer::set_security(const HttpOptions& options) {
  set(CURLOPT_SSL_VERIFYPEER, options.insecure ? 0 : 1);
  set(CURLOPT_SSL_VERIFYHOST, options.insecure ? 0 : 2);
  TRY_VOID(set(CURLOPT_CAINFO, "--cacert", options.ca_file));
  TRY_VOID(set(CURLOPT_CAPATH, "--capath", options.ca_directory));
  TRY_VOID(set(CURLOPT_SSLCERT, "--cert", options.certificate));
  TRY_VOID(set(CURLOPT_SSLCERTTYPE, "--cert-type", options.certificate_type));
  TRY_VOID(set(CURLOPT_SSLKEY, "--key", options.key));
  TRY_VOID(set(CURLOPT_SSLKEYTYPE, "--key-type", options.key_type));
  TRY_VOID(set(CURLOPT_KEYPASSWD, "--pass", options.key_password));
  TRY_VOID(set(CURLOPT_SSL_CIPHER_LIST, "--ciphers", options.ciphers));
  return set(CURLOPT_PINNEDPUBLICKEY, "--pinnedpubkey", options.pinned_key);
}

Result<void> Transfer::set_identity(const Exchange& exchange, const HttpOptions& options) {
  const bool with_secrets = exchange.secrets == Exchange::Secrets::kSent;
  TRY_VOID(set(CURLOPT_USERAGENT, "--user-agent", exchange.user_agent));
  TRY_VOID(set(CURLOPT_REFERER, "--referer", options.referer));
  if (with_secrets) {
    TRY_VOID(set(CURLOPT_USERPWD, "--user", options.user));
    const bool is_text = options.cookie.find('=') != std::string::npos;
    TRY_VOID(set(is_text ? CURLOPT_COOKIE : CURLOPT_COOKIEFILE, "--cookie", options.cookie));
    TRY_VOID(set(CURLOPT_COOKIEJAR, "--cookie-jar", options.cookie_jar));
  }
  if (options.netrc_optional) set(CURLOPT_NETRC, CURL_NETRC_OPTIONAL);
  if (options.netrc || (!options.netrc_file.empty() && !options.netrc_optional))
    set(CURLOPT_NETRC, CURL_NETRC_REQUIRED);
  TRY_VOID(set(CURLOPT_NETRC_FILE, "--netrc-file", options.netrc_file));
  for (const auto& line : options.headers) {
    const bool is_secret = starts_with_ignore_case(line, "authorization:") || starts_with_ignore_case(line, "cookie:");
    if (with_secrets || !is_secret) add(headers_, line);
  }
  for (const auto& line : exchange.headers) add(headers_, line);
  if (headers_) session_->curl->curl_easy_setopt(easy_.get(), CURLOPT_HTTPHEADER, headers_.get());
  return {};
}

Result<void> Transfer::set_network(const Exchange& exchange, const HttpOptions& options) {
  const Libcurl& curl = *session_->curl;
  // Empty means none here; unset would mean the environment.
  curl.curl_easy_setopt(easy_.get(), CURLOPT_PROXY, exchange.proxy.c_str());
  curl.curl_easy_setopt(easy_.get(), CURLOPT_NOPROXY, exchange.no_proxy.c_str());
  TRY_VOID(set(CURLOPT_PROXYUSERPWD, "--proxy-user", options.proxy_user));
  TRY_VOID(set(CURLOPT_PRE_PROXY, "--preproxy", options.preproxy));
  TRY_VOID(set(CURLOPT_INTERFACE, "--interface", options.interface));
  TRY_VOID(set(CURLOPT_UNIX_SOCKET_PATH, "--unix-socket", options.unix_socket));
  for (const auto& address : options.resolve) add(resolve_, address);
  if (resolve_) curl.curl_easy_setopt(easy_.get(), CURLOPT_RESOLVE, resolve_.get());
  if (options.only_ipv4) set(CURLOPT_IPRESOLVE, CURL_IPRESOLVE_V4);
  if (options.only_ipv6) set(CURLOPT_IPRESOLVE, CURL_IPRESOLVE_V6);
  set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options.connect_seconds * 1000));
  set(CURLOPT_TIMEOUT_MS, static_cast<long>(options.max_seconds * 1000));
  set(CURLOPT_LOW_SPEED_LIMIT, static_cast<long>(options.low_speed_bytes));
  set(CURLOPT_LOW_SPEED_TIME, static_cast<long>(options.low_speed_seconds));
  return {};
}

}  // namespace lorelei::net
