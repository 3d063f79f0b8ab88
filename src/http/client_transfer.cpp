#include "http/client_transfer.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/error.h"

namespace omnify::http {
namespace {

std::string_view trim(std::string_view text) noexcept {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

template <class Value>
void set(CURL* handle, CURLoption option, Value value) {
  if (curl_easy_setopt(handle, option, value) != CURLE_OK) {
    throw Error(Code::internal, fmt::format("libcurl refuses option {}.", static_cast<int>(option)));
  }
}

curl_slist* append(curl_slist* list, const std::string& line) {
  auto* longer = curl_slist_append(list, line.c_str());
  if (longer == nullptr) throw std::bad_alloc();
  return longer;
}

}  // namespace

Transfer::Transfer(ClientRequest request, const ClientOptions& options)
    : request_(std::move(request)),
      destination_(check_destination(request_.url, options.egress)),
      allow_loopback_(options.egress.allow_loopback),
      handle_(curl_easy_init()) {
  if (!handle_) throw std::bad_alloc();
  set_safety_options(options);
  set_request_options();
}

Transfer::~Transfer() = default;

void Transfer::set_safety_options(const ClientOptions& options) {
  auto* handle = handle_.get();
  set(handle, CURLOPT_NOSIGNAL, 1L);
  set(handle, CURLOPT_QUICK_EXIT, 1L);  // else giving up during a name lookup would wait for the resolver's thread
  set(handle, CURLOPT_PROTOCOLS_STR, destination_.scheme.c_str());
  set(handle, CURLOPT_FOLLOWLOCATION, 0L);
  set(handle, CURLOPT_PROXY, "");  // a proxy of the environment would connect where the guard cannot look
  set(handle, CURLOPT_SSL_VERIFYPEER, 1L);
  set(handle, CURLOPT_SSL_VERIFYHOST, 2L);
  set(handle, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!options.ca_file.empty()) set(handle, CURLOPT_CAINFO, options.ca_file.c_str());
  set(handle, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options.connect_limit.count()));
  set(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(request_.timeout.count()));
  set(handle, CURLOPT_OPENSOCKETFUNCTION, &Transfer::on_open);
  set(handle, CURLOPT_OPENSOCKETDATA, this);
  set(handle, CURLOPT_USERAGENT, options.user_agent.c_str());
}

void Transfer::set_request_options() {
  auto* handle = handle_.get();
  set(handle, CURLOPT_URL, request_.url.c_str());
  set(handle, CURLOPT_PRIVATE, this);
  set(handle, CURLOPT_WRITEFUNCTION, &Transfer::on_body);
  set(handle, CURLOPT_WRITEDATA, this);
  set(handle, CURLOPT_HEADERFUNCTION, &Transfer::on_header);
  set(handle, CURLOPT_HEADERDATA, this);
  set(handle, CURLOPT_ACCEPT_ENCODING, "");  // all that libcurl can decode
  if (request_.method == "HEAD") {
    set(handle, CURLOPT_NOBODY, 1L);
  } else if (!request_.body.empty() || request_.method == "POST") {
    set(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
    set(handle, CURLOPT_POSTFIELDS, request_.body.data());
    set(handle, CURLOPT_CUSTOMREQUEST, request_.method.c_str());
  } else if (request_.method != "GET") {
    set(handle, CURLOPT_CUSTOMREQUEST, request_.method.c_str());
  }
  auto add = [this](const std::string& line) {
    auto* longer = append(headers_.get(), line);
    (void)headers_.release();
    headers_.reset(longer);
  };
  add("Expect:");  // no waiting for 100 Continue
  if (!request_.headers.contains("Content-Type")) add("Content-Type:");
  for (const auto& [name, value] : request_.headers) add(value.empty() ? name + ";" : name + ": " + value);
  set(handle, CURLOPT_HTTPHEADER, headers_.get());
}

std::size_t Transfer::on_body(char* data, std::size_t size, std::size_t count, void* self) {
  return static_cast<Transfer*>(self)->take_body({data, size * count});
}

/// Anything but the size of the piece ends the transfer.
std::size_t Transfer::take_body(std::string_view piece) {
  received_ += piece.size();
  if (received_ > request_.response_limit) {
    too_large_ = true;
    return 0;
  }
  try {
    if (request_.sink) {
      request_.sink(piece);
    } else {
      response_.body += piece;
    }
  } catch (...) {
    sink_failure_ = std::current_exception();
    return 0;
  }
  return piece.size();
}

std::size_t Transfer::on_header(char* data, std::size_t size, std::size_t count, void* self) {
  try {
    static_cast<Transfer*>(self)->take_header({data, size * count});
  } catch (...) {
    static_cast<Transfer*>(self)->sink_failure_ = std::current_exception();
    return 0;
  }
  return size * count;
}

void Transfer::take_header(std::string_view line) {
  if (line.starts_with("HTTP/")) {  // also after an interim response such as 103
    response_.headers = {};
    return;
  }
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return;
  std::string value(trim(line.substr(colon + 1)));
  for (auto& c : value) c = static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  response_.headers.add(std::string(trim(line.substr(0, colon))), std::move(value));
}

/// The address is the one that connect() gets: a name cannot resolve to something else in between.
curl_socket_t Transfer::on_open(void* self, curlsocktype purpose, curl_sockaddr* address) {
  auto& transfer = *static_cast<Transfer*>(self);
  const bool loopback = transfer.allow_loopback_ && is_loopback_address(address->addr);
  if (purpose != CURLSOCKTYPE_IPCXN ||
      (!transfer.destination_.trusted && !loopback && is_forbidden_address(address->addr))) {
    transfer.address_refused_ = true;
    return CURL_SOCKET_BAD;
  }
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

void Transfer::finish(CURLcode result) {
  result_ = result;
  finished_ = true;
  ended_.ring_all();
}

Task<> Transfer::wait() {
  while (!finished_) co_await ended_.wait(std::chrono::hours(1));
}

void Transfer::throw_failure() const {
  if (sink_failure_) std::rethrow_exception(sink_failure_);
  if (too_large_) {
    throw Error(Code::upstream_permanent, fmt::format("The answer of {} is larger than expected.", destination_.host));
  }
  if (address_refused_) {
    throw Error(Code::upstream_permanent,
                fmt::format("This address may not be fetched: {} is not on the public internet.", destination_.host));
  }
  if (result_ == CURLE_PEER_FAILED_VERIFICATION) {
    throw Error(Code::upstream_permanent, fmt::format("The certificate of {} is not trusted.", destination_.host));
  }
  if (result_ == CURLE_OPERATION_TIMEDOUT) {
    throw Error(Code::upstream_retry, fmt::format("{} did not answer in time.", destination_.host));
  }
  throw Error(Code::upstream_retry,
              fmt::format("The connection to {} failed: {}.", destination_.host, curl_easy_strerror(result_)));
}

ClientResponse Transfer::take() {
  if (result_ != CURLE_OK) throw_failure();
  long status = 0;
  curl_easy_getinfo(handle_.get(), CURLINFO_RESPONSE_CODE, &status);
  response_.status = static_cast<int>(status);
  return std::move(response_);
}

}  // namespace omnify::http
