// Organizations, their users and the users' roles.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "async/cpu_pool.h"
#include "async/task.h"
#include "tenancy/model.h"

namespace omnify::database {
class Database;
class Result;
}  // namespace omnify::database

namespace omnify::tenancy {

struct NewOrganization {
  std::string name;
  Currency reporting_currency;
  std::string time_zone = "UTC";
  std::optional<double> target_roas;
};

/// An empty member leaves what is there. `target_roas` counts only when `set_target_roas`; empty then means no target.
struct OrganizationChange {
  std::optional<std::string> name;
  std::optional<Currency> reporting_currency;
  std::optional<std::string> time_zone;
  bool set_target_roas = false;
  std::optional<double> target_roas;
};

struct NewUser {
  std::string email;
  std::string name;
  std::string password;
  OrganizationId organization;
  Role role = Role::owner;
};

/// Errors: Error{invalid_field} naming the member, Error{conflict} for an address that is taken, Error{not_found}.
class Accounts {
 public:
  Accounts(database::Database& database, CpuPool& cpu) : database_(database), cpu_(cpu) {}

  Task<Organization> create_organization(NewOrganization organization);
  Task<Organization> organization(OrganizationId id);
  Task<Organization> change_organization(OrganizationId id, OrganizationChange change);
  /// All organizations that have a member. For the command line only.
  Task<std::vector<Organization>> list_organizations();

  /// Checks the address and the password's policy, stores the Argon2id hash, and makes the user a member.
  Task<User> create_user(NewUser user);
  Task<std::optional<User>> find_user(std::string email);
  /// The user in his first organization, as the command line acts. Throws Error{not_found}.
  Task<Principal> principal(std::string email);
  /// A new password under the policy; ends nothing.
  Task<> set_password(UserId user, std::string password);
  /// Ends the membership and the user's sessions in the organization.
  Task<> remove_member(OrganizationId organization, UserId user);

 private:
  database::Database& database_;
  CpuPool& cpu_;
};

/// Lower case, without surrounding white space: one person, one spelling.
[[nodiscard]] std::string normalized_email(std::string_view email);

}  // namespace omnify::tenancy
