#include "app/commands.h"

#include <fmt/format.h>

#include <cstdio>
#include <fstream>
#include <iterator>

#include "app/run.h"
#include "app/service.h"
#include "app/storage.h"
#include "async/cpu_pool.h"
#include "base/error.h"
#include "base/json.h"
#include "base/log.h"
#include "crypto/fernet.h"
#include "crypto/random.h"
#include "database/database.h"
#include "database/migrations.h"
#include "sync/exchange_rates.h"
#include "tenancy/accounts.h"
#include "vault/keys.h"

namespace omnify::app {
namespace {

constexpr std::size_t kPasswordBytes = 12;

Task<int> migrate_outside(boost::asio::any_io_executor executor, std::string url) {
  co_await database::migrate(url);
  database::Database database(executor, {.url = url, .size = 1});
  const int version = co_await database::schema_version(database);
  co_await database.close();
  co_return version;
}

OrganizationId parse_organization(const std::string& text) {
  const auto id = OrganizationId::parse(text);
  if (!id) throw Error::field("--org", fmt::format("\"{}\" is not the id of an organization.", text));
  return *id;
}

/// One task over a database that is open as long as it runs.
template <class T>
T with_database(const Settings& settings, Task<T> (*work)(database::Database&, CpuPool&, std::string),
                const std::string& input, IfMissing if_missing = IfMissing::refuse) {
  boost::asio::io_context loop(1);
  Storage storage(loop, settings, if_missing);
  CpuPool cpu(1);
  database::Database database(loop.get_executor(), {.url = storage.runtime_url(), .size = 2});
  std::optional<T> result;
  std::exception_ptr failure;
  try {
    result.emplace(run_to_end(loop, work(database, cpu, input)));
  } catch (...) {
    failure = std::current_exception();
  }
  run_to_end(loop, database.close());
  storage.close();
  if (failure) std::rethrow_exception(failure);
  return std::move(*result);
}

struct Password {
  std::string text;
  bool made_up = false;
};

Password given_password() {
  auto text = process_environment("OMNIFY_PASSWORD");
  if (!text.empty()) return {std::move(text), false};
  return {crypto::random_token(kPasswordBytes), true};
}

void show_password(const Password& password) {
  if (password.made_up) fmt::print("password {}\n", password.text);
}

// The arguments travel as JSON, so that the task owns them.
struct OrganizationInput {
  std::string name;
  Currency currency;
  std::string time_zone;
  std::optional<double> target_roas;
  std::string owner_email;
  std::string owner_name;
  std::string password;
};
BOOST_DESCRIBE_STRUCT(OrganizationInput, (),
                      (name, currency, time_zone, target_roas, owner_email, owner_name, password))

struct UserInput {
  OrganizationId organization;
  std::string email;
  std::string name;
  tenancy::Role role = tenancy::Role::viewer;
  std::string password;
};
BOOST_DESCRIBE_STRUCT(UserInput, (), (organization, email, name, role, password))

Task<tenancy::Organization> create_organization(database::Database& database, CpuPool& cpu, std::string text) {
  auto input = json::parse<OrganizationInput>(text);
  tenancy::Accounts accounts(database, cpu);
  if (co_await accounts.find_user(input.owner_email)) {
    throw Error(Code::conflict, "A user with this e-mail address exists already.");
  }
  auto organization =
      co_await accounts.create_organization({input.name, input.currency, input.time_zone, input.target_roas});
  co_await accounts.create_user(
      {input.owner_email, input.owner_name, input.password, organization.id, tenancy::Role::owner});
  co_return organization;
}

Task<std::vector<tenancy::Organization>> list_organizations(database::Database& database, CpuPool& cpu, std::string) {
  tenancy::Accounts accounts(database, cpu);
  co_return co_await accounts.list_organizations();
}

Task<tenancy::User> create_user(database::Database& database, CpuPool& cpu, std::string text) {
  auto input = json::parse<UserInput>(text);
  tenancy::Accounts accounts(database, cpu);
  co_return co_await accounts.create_user({input.email, input.name, input.password, input.organization, input.role});
}

Task<std::string> import_rates(database::Database& database, CpuPool&, std::string xml) {
  auto file = sync::parse_reference_rates(xml);
  const auto found =
      fmt::format("{} rates of {} to {}", file.rates.size(), format_day(file.first), format_day(file.last));
  const auto changed = co_await sync::store_reference_rates(database, std::move(file));
  co_return fmt::format("{}: {} are new or changed.\n", found, changed);
}

Task<std::exception_ptr> try_serve(StopSignal& stop, Service& service) {
  try {
    co_await service.start();
    co_await stop.wait();
  } catch (const std::exception&) {
    co_return std::current_exception();
  }
  co_return nullptr;
}

Task<> serve_until(StopSignal& stop, Service& service, std::chrono::seconds grace) {
  const auto failure = co_await try_serve(stop, service);
  co_await service.stop(grace);
  if (failure) std::rethrow_exception(failure);
}

}  // namespace

int run_migrate(const Settings& settings) {
  boost::asio::io_context loop(1);
  const auto& url = settings.admin_database_url.empty() ? settings.database_url : settings.admin_database_url;
  if (url.empty()) {
    Storage storage(loop, settings);  // brings its schema up to date
    storage.close();
    fmt::print("The private database in {} is at version {}.\n", settings.data, database::binary_schema_version());
    return 0;
  }
  fmt::print("The database is at version {}.\n", run_to_end(loop, migrate_outside(loop.get_executor(), url)));
  return 0;
}

int run_generate_key() {
  fmt::print("{}\n", crypto::FernetKeys::generate_key());
  return 0;
}

int run_create_organization(const Settings& settings, const NewOrganizationArguments& arguments) {
  const auto currency = Currency::parse(arguments.currency);
  if (!currency) throw Error::field("--currency", "The currency must be three letters, such as USD.");
  const auto password = given_password();
  const OrganizationInput input{
      arguments.name,       *currency,    arguments.time_zone, arguments.target_roas, arguments.owner_email,
      arguments.owner_name, password.text};
  const auto made =
      with_database<tenancy::Organization>(settings, create_organization, json::print(input), IfMissing::make);
  fmt::print("organization {}\nemail {}\n", made.id.text(), tenancy::normalized_email(arguments.owner_email));
  show_password(password);
  return 0;
}

int run_list_organizations(const Settings& settings) {
  for (const auto& organization : with_database<std::vector<tenancy::Organization>>(settings, list_organizations, "")) {
    fmt::print("{}\t{}\t{}\t{}\n", organization.id.text(), organization.name, organization.reporting_currency.text(),
               organization.time_zone);
  }
  return 0;
}

int run_import_rates(const Settings& settings, const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  const std::string xml{std::istreambuf_iterator<char>(stream), {}};
  if (!stream) throw Error(Code::invalid_request, fmt::format("The file {} cannot be read.", file));
  fmt::print("{}", with_database<std::string>(settings, import_rates, xml));
  return 0;
}

int run_create_user(const Settings& settings, const NewUserArguments& arguments) {
  const auto role = json::enum_value<tenancy::Role>(arguments.role);
  if (!role) throw Error::field("--role", "The role must be owner or viewer.");
  const auto password = given_password();
  const UserInput input{parse_organization(arguments.organization), arguments.email, arguments.name, *role,
                        password.text};
  const auto user = with_database<tenancy::User>(settings, create_user, json::print(input));
  fmt::print("user {}\nemail {}\n", user.id.text(), user.email);
  show_password(password);
  return 0;
}

int run_serve(const Settings& settings) {
  const std::filesystem::path data = std::filesystem::absolute(settings.data);
  auto keys = vault::load_keys(settings.encryption_keys, data);  // before anything is started
  boost::asio::io_context loop(1);
  StopSignal stop(loop);
  Storage storage(loop, settings);
  {
    Service service(loop.get_executor(), {settings, storage.runtime_url(), std::move(keys), find_web(settings.web)});
    storage.keep_running([] { log_error("database.ended"); });
    run_to_end(loop, serve_until(stop, service, std::chrono::seconds(settings.shutdown_seconds)));
  }
  storage.close();
  return 0;
}

}  // namespace omnify::app
