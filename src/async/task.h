// The coroutine type of the whole product. Parameters by value, or references to what the caller's frame owns.
#pragma once

#include <boost/asio/awaitable.hpp>

namespace omnify {

template <class T = void>
using Task = boost::asio::awaitable<T>;

}  // namespace omnify
