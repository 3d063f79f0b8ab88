// Who may do what: organizations, users, and the principal that a request acts as.
#pragma once

#include <boost/describe.hpp>
#include <optional>
#include <string>

#include "base/money.h"
#include "base/uuid.h"

namespace omnify::tenancy {

enum class Role { owner, viewer };
BOOST_DESCRIBE_ENUM(Role, owner, viewer)

/// What an endpoint asks for. `read`: see the organization's data. `manage`: change anything of it.
enum class Permission { read, manage };
BOOST_DESCRIBE_ENUM(Permission, read, manage)

/// The whole table of rights: an owner may do all, a viewer may read.
[[nodiscard]] constexpr bool allows(Role role, Permission permission) noexcept {
  return role == Role::owner || permission == Permission::read;
}

struct User {
  UserId id;
  std::string email;  ///< lower case
  std::string name;
};
BOOST_DESCRIBE_STRUCT(User, (), (id, email, name))

struct Organization {
  OrganizationId id;
  std::string name;
  Currency reporting_currency;
  std::string time_zone;              ///< IANA name; "today" of the interface
  std::optional<double> target_roas;  ///< revenue per unit of spend that the organization wants
};
BOOST_DESCRIBE_STRUCT(Organization, (), (id, name, reporting_currency, time_zone, target_roas))

/// Whose rights a request uses: never built from anything but a checked session.
struct Principal {
  User user;
  OrganizationId organization;
  Role role = Role::viewer;

  [[nodiscard]] bool may(Permission permission) const noexcept { return allows(role, permission); }
};

}  // namespace omnify::tenancy
