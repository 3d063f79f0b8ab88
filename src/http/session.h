// One connection's life: requests in turn until one side has enough.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <list>
#include <memory>
#include <string>

#include "async/gate.h"
#include "async/task.h"
#include "http/metrics.h"
#include "http/route.h"
#include "http/server.h"
#include "http/transport.h"

namespace omnify::http {

class Session;

/// What all sessions of a server share. On the I/O thread only; outlives every session.
struct Core {
  Core(Router table, ServerOptions settings) : router(std::move(table)), options(std::move(settings)) {}

  Router router;
  ServerOptions options;
  std::list<Session*> sessions;
  bool draining = false;
};

class Session {
 public:
  Session(std::shared_ptr<Core> core, boost::asio::ip::tcp::socket socket);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// Owns the session while it runs.
  static Task<> serve(std::shared_ptr<Core> core, boost::asio::ip::tcp::socket socket);
  /// Over the limit of connections: 503 and close.
  static Task<> turn_away(std::shared_ptr<Core> core, boost::asio::ip::tcp::socket socket);

  /// The server stops: ends an event stream or an idle wait now, else after the response under way.
  void drain();

 private:
  /// One request and what its answer depends on once the handler has taken the request.
  struct Exchange {
    Request request;
    std::string method;  ///< as received
    std::string target;
    std::string id;
    std::string remote;
    std::string accept_encoding;
    std::string if_none_match;
    const Route* route = nullptr;
    std::chrono::steady_clock::time_point started;
    bool is_get = false;  ///< or HEAD
    bool is_head = false;
    bool is_api = false;
    bool close = false;
  };
  struct InFlight;

  Task<bool> exchange();
  Task<Response> answer(Exchange& exchange);
  Task<Response> dispatch(Exchange& exchange);
  Task<Response> run_route(Exchange& exchange, const Route& route);
  Task<Response> refuse_route(Exchange& exchange, std::vector<Method> allowed);
  Task<std::string> read_body(std::size_t limit);
  Task<> shrink(Exchange& exchange, Response& response);
  Task<> finish(Exchange& exchange, Response response);
  Task<> stream(std::shared_ptr<EventStream> events);
  [[nodiscard]] Exchange start_exchange(RequestHead head) const;
  Task<> refuse(const Refusal& refusal);
  void record(const Exchange& exchange, const Response& response) const;

  std::shared_ptr<Core> core_;
  std::shared_ptr<Transport> transport_;
  std::shared_ptr<EventStream> events_;
  std::list<Session*>::iterator place_;
};

}  // namespace omnify::http
