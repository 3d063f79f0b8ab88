// A visitor who costs next to nothing, so that a benchmark measures the server.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <string>
#include <string_view>

#include "async/task.h"

namespace omnify::bench {

/// One keep-alive connection to this machine that asks as a browser does and does not decode the answers.
class Visitor {
 public:
  Visitor(const boost::asio::any_io_executor& executor, int port, std::string cookie);

  /// Throws unless the answer is 200.
  Task<> get(std::string target);

 private:
  Task<> connect();

  boost::asio::ip::tcp::socket socket_;
  boost::beast::flat_buffer buffer_;
  int port_;
  std::string cookie_;
};

}  // namespace omnify::bench
