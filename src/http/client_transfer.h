// One request inside libcurl: an easy handle with its options and callbacks.
#pragma once

#include <curl/curl.h>

#include <exception>
#include <memory>
#include <string>

#include "async/signal.h"
#include "http/client.h"

namespace omnify::http {

/// Stays where it is while libcurl works on it: the callbacks hold its address.
class Transfer {
 public:
  /// Throws what check_destination throws.
  Transfer(ClientRequest request, const ClientOptions& options);
  ~Transfer();
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  [[nodiscard]] CURL* handle() const noexcept { return handle_.get(); }
  /// libcurl is done with it.
  void finish(CURLcode result);
  [[nodiscard]] bool finished() const noexcept { return finished_; }
  Task<> wait();
  /// The response, or what went wrong as an Error.
  [[nodiscard]] ClientResponse take();

 private:
  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* self);
  static curl_socket_t on_open(void* self, curlsocktype purpose, curl_sockaddr* address);
  void set_request_options();
  void set_safety_options(const ClientOptions& options);
  [[nodiscard]] std::size_t take_body(std::string_view piece);
  void take_header(std::string_view line);
  [[noreturn]] void throw_failure() const;

  struct FreeHandle {
    void operator()(CURL* handle) const noexcept { curl_easy_cleanup(handle); }
  };
  struct FreeList {
    void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
  };

  ClientRequest request_;
  Destination destination_;
  bool allow_loopback_;
  std::unique_ptr<curl_slist, FreeList> headers_;
  std::unique_ptr<CURL, FreeHandle> handle_;
  ClientResponse response_;
  std::size_t received_ = 0;
  std::exception_ptr sink_failure_;
  CURLcode result_ = CURLE_OK;
  bool finished_ = false;
  bool too_large_ = false;
  bool address_refused_ = false;
  Signal ended_;
};

}  // namespace omnify::http
