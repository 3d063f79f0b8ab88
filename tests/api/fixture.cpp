#include "api/fixture.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <fstream>

#include "sync/import_bad_lines.h"

namespace omnify::api {
namespace {

app::ServiceOptions test_options(const support::TestDatabase& postgres, const std::filesystem::path& data,
                                 const std::string& role) {
  app::Settings settings;
  settings.port = 0;
  settings.data = data.string();
  settings.role = role;
  settings.meta_url = "http://127.0.0.1:1";
  return {.settings = settings,
          .database_url = postgres.database_url(),
          .keys = crypto::FernetKeys::parse(crypto::FernetKeys::generate_key()),
          .web = {},
          .allow_loopback = true};
}

constexpr const char* kCsv = "date,campaign,impressions,clicks,spend,currency\n2026-01-01,A,100,10,1.50,USD\n";

}  // namespace

ApiTest::ApiTest(const std::string& role)
    : data_(std::filesystem::temp_directory_path() / ("omnify-api-" + Uuid::random().text())) {
  std::filesystem::create_directory(data_);
  configure_log(LogLevel::off, LogFormat::text);
  service_ = std::make_unique<app::Service>(loop_.get_executor(), test_options(postgres, data_, role));
  thread_ = std::thread([this] { loop_.run(); });
  on_loop(service_->start());
  port_ = service_->port();
  first = make_tenant("first");
  second = make_tenant("second");
}

ApiTest::~ApiTest() {
  on_loop(service_->stop(std::chrono::seconds(1)));
  keep_.reset();
  loop_.stop();
  thread_.join();
  service_.reset();
  std::filesystem::remove_all(data_);
}

Answer ApiTest::login(const std::string& email, const std::string& password) const {
  return post("/api/v1/session", boost::json::serialize(boost::json::object{{"email", email}, {"password", password}}),
              "");
}

std::string ApiTest::cookie_of(const std::string& email) const {
  const auto set_cookie = login(email, kPassword).header("set-cookie");
  return set_cookie.substr(0, set_cookie.find(';'));
}

void ApiTest::publish(OrganizationId organization, const std::string& json) {
  std::promise<void> done;
  boost::asio::post(loop_, [&] {
    services().events.publish(organization, json);
    done.set_value();
  });
  done.get_future().get();
}

std::size_t ApiTest::open_streams() {
  std::promise<std::size_t> count;
  boost::asio::post(loop_, [&] { count.set_value(services().events.streams()); });
  return count.get_future().get();
}

Tenant ApiTest::make_tenant(const std::string& prefix) {
  auto& accounts = services().accounts;
  tenancy::NewOrganization request;
  request.name = prefix + " organization";
  Tenant tenant;
  tenant.organization = on_loop(accounts.create_organization(request)).id;
  for (const auto role : {tenancy::Role::owner, tenancy::Role::viewer}) {
    const auto email = fmt::format("{}-{}@example.com", prefix, json::enum_name(role));
    on_loop(accounts.create_user({email, "Name", kPassword, tenant.organization, role}));
    (role == tenancy::Role::owner ? tenant.owner : tenant.viewer) = cookie_of(email);
  }
  tenant.connection = ConnectionId::random();
  tenant.campaign = CampaignId::random();
  tenant.import_run = ImportId::random();
  insert_rows(tenant, prefix);
  const auto upload = ask({.method = "POST",
                           .path = "/api/v1/imports/uploads?file_name=a.csv",
                           .body = kCsv,
                           .cookie = tenant.owner,
                           .headers = {"X-OmniFy-CSRF: 1", "Content-Type: application/octet-stream"}});
  if (upload.status == 201) tenant.upload = upload.json().at("upload_id").as_string();
  const auto uploads = data_ / "uploads" / tenant.organization.text();
  std::ofstream(sync::bad_lines_path(uploads, tenant.import_run)) << "line,reason\r\n7,\"" << prefix << " reason\"\r\n";
  return tenant;
}

void ApiTest::insert_rows(const Tenant& tenant, const std::string& prefix) const {
  const auto organization = tenant.organization.text();
  const auto account = Uuid::random().text();
  postgres.execute_as_admin(fmt::format(
      "INSERT INTO connections (organization_id, id, platform, name, external_account_id, status) VALUES ('{0}', "
      "'{1}', 'meta', '{2} connection', '123456789', 'active');"
      "INSERT INTO ad_accounts (organization_id, id, connection_id, platform, external_id, name, currency, time_zone) "
      "VALUES ('{0}', '{3}', '{1}', 'meta', '123456789', '{2} account', 'USD', 'UTC');"
      "INSERT INTO campaigns (organization_id, id, account_id, platform, external_id, name, status) VALUES ('{0}', "
      "'{4}', '{3}', 'meta', '77', '{2} campaign', 'active');"
      "INSERT INTO platform_days (organization_id, day, platform, currency, impressions, clicks, spend, conversions, "
      "revenue) VALUES ('{0}', CURRENT_DATE - 1, 'meta', 'USD', 1000, 50, 20000000, 2000000, 60000000);"
      "INSERT INTO campaign_days (organization_id, campaign_id, day, platform, currency, impressions, clicks, spend, "
      "conversions, revenue) VALUES ('{0}', '{4}', CURRENT_DATE - 1, 'meta', 'USD', 1000, 50, 20000000, 2000000, "
      "60000000);"
      "INSERT INTO imports (organization_id, id, file_name, fingerprint, state) VALUES ('{0}', '{5}', 'a.csv', 'f', "
      "'succeeded')",
      organization, tenant.connection.text(), prefix, account, tenant.campaign.text(), tenant.import_run.text()));
}

}  // namespace omnify::api
