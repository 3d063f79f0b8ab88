#include <string>

#include "tenancy/fixture.h"

namespace omnify::tenancy {
namespace {

using AccountsTest = TenancyTest;

TEST_F(AccountsTest, CreatesAndReadsAnOrganization) {
  NewOrganization request;
  request.name = "Ridge Outdoor";
  request.reporting_currency = *Currency::parse("EUR");
  request.time_zone = "Europe/Berlin";
  request.target_roas = 3.25;
  const auto made = run(accounts.create_organization(request));
  const auto read = run(accounts.organization(made.id));
  EXPECT_EQ(read.name, "Ridge Outdoor");
  EXPECT_EQ(read.reporting_currency.text(), "EUR");
  EXPECT_EQ(read.time_zone, "Europe/Berlin");
  EXPECT_EQ(read.target_roas, 3.25);
}

TEST_F(AccountsTest, RefusesBadOrganizations) {
  const auto code = [this](NewOrganization request) {
    return code_of(accounts.create_organization(std::move(request)));
  };
  NewOrganization request;
  request.name = "   ";
  EXPECT_EQ(code(request), Code::invalid_field);
  request.name = std::string(201, 'x');
  EXPECT_EQ(code(request), Code::invalid_field);
  request.name = "Good";
  request.time_zone = "Europe/Nowhere";
  EXPECT_EQ(code(request), Code::invalid_field);
  request.time_zone = "UTC";
  for (const double target : {0.0, -1.0, 1000.5, std::numeric_limits<double>::quiet_NaN()}) {
    request.target_roas = target;
    EXPECT_EQ(code(request), Code::invalid_field) << target;
  }
}

TEST_F(AccountsTest, ChangesOnlyWhatIsGiven) {
  const auto made = make_organization();
  OrganizationChange change;
  change.set_target_roas = true;
  change.target_roas = 2.5;
  EXPECT_EQ(run(accounts.change_organization(made.id, change)).target_roas, 2.5);
  OrganizationChange rename;
  rename.name = "New name";
  const auto renamed = run(accounts.change_organization(made.id, rename));
  EXPECT_EQ(renamed.name, "New name");
  EXPECT_EQ(renamed.target_roas, 2.5);
  change.target_roas.reset();
  EXPECT_EQ(run(accounts.change_organization(made.id, change)).target_roas, std::nullopt);
}

TEST_F(AccountsTest, UnknownOrganizationIsNotFound) {
  EXPECT_EQ(code_of(accounts.organization(OrganizationId::random())), Code::not_found);
  EXPECT_EQ(code_of(accounts.change_organization(OrganizationId::random(), {})), Code::not_found);
}

TEST_F(AccountsTest, OneAddressIsOneUser) {
  const auto organization = make_organization();
  const auto user = make_user("  Mia@Example.COM ", organization.id);
  EXPECT_EQ(user.email, "mia@example.com");
  EXPECT_EQ(code_of(accounts.create_user({"MIA@example.com", "", kPassword, organization.id, Role::viewer})),
            Code::conflict);
  EXPECT_EQ(run(accounts.find_user("mia@EXAMPLE.com"))->id, user.id);
}

TEST_F(AccountsTest, RefusesBadUsers) {
  const auto organization = make_organization();
  for (const char* email : {"", "mia", "@x.com", "mia@", "a@b@c", "a b@c.com", "a<b@c.com"}) {
    EXPECT_EQ(code_of(accounts.create_user({email, "", kPassword, organization.id, Role::owner})), Code::invalid_field)
        << email;
  }
  for (const char* password : {"", "short", "password", "ridge outdoor"}) {
    EXPECT_EQ(code_of(accounts.create_user({"mia@example.com", "", password, organization.id, Role::owner})),
              Code::invalid_field)
        << password;
  }
}

TEST_F(AccountsTest, ListsAllOrganizationsWithMembers) {
  const auto first = make_organization("First");
  const auto second = make_organization("Second");
  make_user("a@example.com", first.id);
  make_user("b@example.com", second.id);
  EXPECT_EQ(run(accounts.list_organizations()).size(), 2U);
}

TEST(Rights, OwnersMayAllViewersMayRead) {
  EXPECT_TRUE(allows(Role::owner, Permission::manage));
  EXPECT_TRUE(allows(Role::owner, Permission::read));
  EXPECT_TRUE(allows(Role::viewer, Permission::read));
  EXPECT_FALSE(allows(Role::viewer, Permission::manage));
}

}  // namespace
}  // namespace omnify::tenancy
