// What the tests of every façade share: one market, and what it knows of the platform's accounts.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "faults/faults.h"
#include "market/world.h"

namespace omnify::sandbox {

/// For façades without sockets.
class FacadeFixture : public testing::Test {
 protected:
  explicit FacadeFixture(market::Platform platform, market::Size size = market::Size::small)
      : world(3, size, std::chrono::floor<std::chrono::days>(now())) {
    for (const auto& one : world.accounts()) {
      if (one.platform == platform) accounts.push_back(&one);
    }
    today = market::local_moment(account().time_zone, clock.now()).today;
  }

  [[nodiscard]] const market::Account& account(std::size_t index = 0) const { return *accounts.at(index); }
  [[nodiscard]] std::string id(std::size_t index = 0) const { return std::to_string(account(index).id); }

  /// All ads of an account on the days of these ages. Days younger than a month may still change.
  [[nodiscard]] market::Numbers truth(int oldest, int newest, std::size_t index = 0) const {
    market::Numbers sum;
    const auto moment = market::local_moment(account(index).time_zone, clock.now());
    for (std::uint32_t ad = 0; ad < account(index).ads.size(); ++ad) {
      for (int age = newest; age <= oldest; ++age) {
        sum += world.observe(account(index), ad, today - std::chrono::days(age), moment);
      }
    }
    return sum;
  }

  market::World world;
  market::Clock clock;
  faults::Faults faults;
  std::vector<const market::Account*> accounts;  ///< of the platform
  Day today;                                     ///< of the first account
};

}  // namespace omnify::sandbox
