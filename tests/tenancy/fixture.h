// Accounts and sessions on a database of their own.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "async/cpu_pool.h"
#include "base/error.h"
#include "database/database.h"
#include "support/postgres.h"
#include "tenancy/accounts.h"
#include "tenancy/sessions.h"

namespace omnify::tenancy {

class TenancyTest : public testing::Test {
 protected:
  static constexpr const char* kPassword = "a long enough pass phrase";

  void TearDown() override { support::run(io, database.close()); }

  template <class T>
  T run(Task<T> task) {
    return support::run(io, std::move(task));
  }

  Organization make_organization(const std::string& name = "Ridge Outdoor") {
    NewOrganization organization;
    organization.name = name;
    return run(accounts.create_organization(organization));
  }

  User make_user(const std::string& email, OrganizationId organization, Role role = Role::owner) {
    return run(accounts.create_user({email, "Name", kPassword, organization, role}));
  }

  /// The code of the Error that the task throws; fails the test when it throws none.
  template <class T>
  Code code_of(Task<T> task) {
    try {
      run(std::move(task));
    } catch (const Error& error) {
      return error.code();
    }
    ADD_FAILURE() << "nothing was thrown";
    return Code::internal;
  }

  support::TestDatabase postgres;
  boost::asio::io_context io;
  CpuPool cpu{2};
  database::Database database{io.get_executor(), postgres.pool_options(8)};
  Accounts accounts{database, cpu};
  Sessions sessions{database, cpu};
};

}  // namespace omnify::tenancy
