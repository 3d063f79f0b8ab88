#include "tenancy/accounts.h"

#include <array>
#include <cmath>

#include "base/calendar.h"
#include "base/error.h"
#include "crypto/password.h"
#include "database/database.h"
#include "tenancy/store.h"

namespace omnify::tenancy {
namespace {

constexpr std::size_t kMaxNameBytes = 200;
constexpr std::size_t kMaxEmailBytes = 254;
constexpr double kMaxTargetRoas = 1000;

void check_name(const std::string& name) {
  if (name.find_first_not_of(" \t\r\n") == std::string::npos) throw Error::field("/name", "A name is needed.");
  if (name.size() > kMaxNameBytes) throw Error::field("/name", "The name is longer than 200 characters.");
}

void check_time_zone(const std::string& zone) {
  if (!is_time_zone(zone)) {
    throw Error::field("/time_zone", "This time zone is not known: give an IANA name such as Europe/Berlin.");
  }
}

std::optional<std::int64_t> target_micros(std::optional<double> target) {
  if (!target) return std::nullopt;
  // Written so that NaN is refused too.
  if (!(*target >= 0.01 && *target <= kMaxTargetRoas)) {
    throw Error::field("/target_roas", "The target must lie between 0.01 and 1000.");
  }
  return std::llround(*target * static_cast<double>(kMicrosPerUnit));
}

void check_email(const std::string& email) {
  const auto at = email.find('@');
  const bool shaped = at != std::string::npos && at > 0 && at + 1 < email.size() &&
                      email.find('@', at + 1) == std::string::npos &&
                      email.find_first_of(" \t\r\n<>,;\"") == std::string::npos;
  if (!shaped || email.size() > kMaxEmailBytes) throw Error::field("/email", "This is not an e-mail address.");
}

Organization read_organization(const database::Result& rows, int row) {
  Organization organization;
  organization.id = rows.get<OrganizationId>(row, 0);
  organization.name = rows.get<std::string>(row, 1);
  organization.reporting_currency = Currency::parse(rows.get<std::string>(row, 2)).value_or(Currency());
  organization.time_zone = rows.get<std::string>(row, 3);
  if (const auto micros = rows.get<std::optional<std::int64_t>>(row, 4)) {
    organization.target_roas = static_cast<double>(*micros) / static_cast<double>(kMicrosPerUnit);
  }
  return organization;
}

Error no_organization() { return {Code::not_found, "There is no such organization."}; }

}  // namespace

std::string normalized_email(std::string_view email) {
  const auto first = email.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  std::string out(email.substr(first, email.find_last_not_of(" \t\r\n") - first + 1));
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

Task<Organization> Accounts::create_organization(NewOrganization organization) {
  check_name(organization.name);
  check_time_zone(organization.time_zone);
  const auto target = target_micros(organization.target_roas);
  const auto id = OrganizationId::random();
  co_await database_.run(
      id, sql::kInsertOrganization,
      database::Params(id, organization.name, organization.reporting_currency.text(), organization.time_zone, target));
  co_return Organization{id, organization.name, organization.reporting_currency, organization.time_zone,
                         organization.target_roas};
}

Task<Organization> Accounts::organization(OrganizationId id) {
  const auto rows = co_await database_.run(id, sql::kSelectOrganization, database::Params(id));
  if (rows.empty()) throw no_organization();
  co_return read_organization(rows, 0);
}

Task<Organization> Accounts::change_organization(OrganizationId id, OrganizationChange change) {
  if (change.name) check_name(*change.name);
  if (change.time_zone) check_time_zone(*change.time_zone);
  const auto target = change.set_target_roas ? target_micros(change.target_roas) : std::nullopt;
  std::optional<std::string> currency;
  if (change.reporting_currency) currency = std::string(change.reporting_currency->text());
  const auto rows = co_await database_.run(
      id, sql::kUpdateOrganization,
      database::Params(id, change.name, currency, change.time_zone, change.set_target_roas, target));
  if (rows.empty()) throw no_organization();
  co_return read_organization(rows, 0);
}

Task<std::vector<Organization>> Accounts::list_organizations() {
  const auto ids = co_await database_.run_control(sql::kSelectOrganizationIds);
  std::vector<Organization> out;
  for (int row = 0; row < ids.rows(); ++row) {
    const auto id = ids.get<OrganizationId>(row, 0);
    const auto found = co_await database_.run(id, sql::kSelectOrganization, database::Params(id));
    if (!found.empty()) out.push_back(read_organization(found, 0));
  }
  co_return out;
}

Task<User> Accounts::create_user(NewUser user) {
  user.email = normalized_email(user.email);
  check_email(user.email);
  if (user.name.size() > kMaxNameBytes) throw Error::field("/name", "The name is longer than 200 characters.");
  const auto home = co_await organization(user.organization);
  const std::array<std::string_view, 3> easy{"omnify", home.name, user.email};
  if (const auto objection = crypto::password_objection(user.password, easy)) {
    throw Error::field("/password", *objection);
  }
  if (co_await find_user(user.email)) throw Error(Code::conflict, "A user with this e-mail address exists already.");
  const auto hash =
      co_await cpu_.run([password = std::move(user.password)] { return crypto::hash_password(password); });
  const auto id = UserId::random();
  std::vector<database::Execution> inserts;
  inserts.push_back({sql::kInsertUser, database::Params(id, user.email, user.name, hash)});
  inserts.push_back(
      {sql::kUpsertMembership, database::Params(id, user.organization, user.role == Role::owner ? "owner" : "viewer")});
  co_await database_.run_control(std::move(inserts));
  co_return User{id, user.email, user.name};
}

Task<std::optional<User>> Accounts::find_user(std::string email) {
  const auto rows = co_await database_.run_control(sql::kSelectUserByEmail, database::Params(normalized_email(email)));
  if (rows.empty()) co_return std::nullopt;
  co_return User{rows.get<UserId>(0, 0), rows.get<std::string>(0, 1), rows.get<std::string>(0, 2)};
}

Task<Principal> Accounts::principal(std::string email) {
  const auto user = co_await find_user(std::move(email));
  if (!user) throw Error(Code::not_found, "There is no user with this e-mail address.");
  const auto rows = co_await database_.run_control(sql::kSelectMembership, database::Params(user->id));
  if (rows.empty()) throw Error(Code::not_found, "This user does not belong to an organization.");
  const auto role = rows.get<std::string>(0, 1) == "owner" ? Role::owner : Role::viewer;
  co_return Principal{*user, rows.get<OrganizationId>(0, 0), role};
}

Task<> Accounts::set_password(UserId user, std::string password) {
  if (const auto objection = crypto::password_objection(password)) throw Error::field("/password", *objection);
  const auto hash = co_await cpu_.run([password = std::move(password)] { return crypto::hash_password(password); });
  co_await database_.run_control(sql::kUpdatePassword, database::Params(user, hash));
}

Task<> Accounts::remove_member(OrganizationId organization, UserId user) {
  std::vector<database::Execution> steps;
  steps.push_back({sql::kDeleteUserSessions, database::Params(user, organization)});
  steps.push_back({sql::kDeleteMembership, database::Params(user, organization)});
  const auto done = co_await database_.run_control(std::move(steps));
  if (done[1].affected() == 0) throw Error(Code::not_found, "This user is not a member of the organization.");
}

}  // namespace omnify::tenancy
