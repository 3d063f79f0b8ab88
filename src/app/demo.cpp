#include "app/demo.h"

#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <cstdio>
#include <filesystem>
#include <system_error>

#include "api/context.h"
#include "app/child.h"
#include "app/demo_sandbox.h"
#include "app/files.h"
#include "app/run.h"
#include "app/service.h"
#include "app/storage.h"
#include "async/gate.h"
#include "base/error.h"
#include "crypto/random.h"
#include "platforms/registry.h"
#include "vault/keys.h"

namespace omnify::app {
namespace {

constexpr const char* kEmail = "demo@omnify.example";
constexpr const char* kOrganization = "Ridge Outdoor";
constexpr std::uintmax_t kSpaceNeeded = 300'000'000;
constexpr std::size_t kPasswordBytes = 12;
constexpr std::chrono::milliseconds kLook{500};
constexpr std::chrono::seconds kStopLimit{10};
constexpr std::chrono::milliseconds kTakeOverLimit{12'000};

void say(const std::string& line) {
  fmt::print("{}\n", line);
  std::fflush(stdout);
}

bool port_is_free(int port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socket < 0) return true;  // the server will say what is wrong
  const int reuse = 1;
  ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &reuse, sizeof reuse);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const bool free = ::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  ::close(socket);
  return free;
}

void open_browser(const std::string& url, const std::filesystem::path& data) {
  if (process_environment("DISPLAY").empty() && process_environment("WAYLAND_DISPLAY").empty()) return;
  const std::filesystem::path opener = "/usr/bin/xdg-open";
  std::error_code failure;
  if (!std::filesystem::exists(opener, failure)) return;
  Child browser("/usr/bin/setsid", {"--fork", opener.string(), url}, data / "browser.log");
}

/// The password is written before the user is made: a run that is killed between the two can go on.
struct DemoPassword {
  std::string text;
  bool made_now = false;
};

DemoPassword demo_password(const std::filesystem::path& data) {
  const auto path = data / "password";
  auto password = read_file(path);
  while (!password.empty() && password.back() == '\n') password.pop_back();
  if (!password.empty()) return {password, false};
  password = crypto::random_token(kPasswordBytes);
  write_private_file(path, password + "\n");
  return {password, true};
}

class Demo {
 public:
  Demo(boost::asio::io_context& loop, const DemoArguments& arguments, std::filesystem::path data)
      : arguments_(arguments), data_(std::move(data)), gate_(loop.get_executor()), sandbox_(data_) {}

  /// Everything until the stop signal; what was started is stopped before it returns or throws.
  Task<> run(StopSignal& stop, Service& service);

  void end_leftovers() const;

 private:
  Task<std::exception_ptr> try_serve(StopSignal& stop, Service& service);
  Task<> serve(StopSignal& stop, Service& service);
  void use_sandbox(Service& service) const;
  Task<tenancy::Principal> sign_up(api::Services& services);
  Task<> connect(api::Services& services, OrganizationId organization, SandboxFacts facts);
  Task<> watch_first_sync(api::Services& services, OrganizationId organization);
  void write_description() const;
  [[nodiscard]] std::string url() const { return fmt::format("http://127.0.0.1:{}", arguments_.port); }

  const DemoArguments& arguments_;
  std::filesystem::path data_;
  Gate gate_;
  DemoSandbox sandbox_;
  SandboxFacts facts_;
  std::string password_;
};

void Demo::end_leftovers() const {
  std::error_code ignored;  // there is none at the first start
  std::filesystem::remove(data_ / "demo.json", ignored);
  if (const auto mark = read_mark(data_ / "demo.pid"); mark && mark->alive()) {
    say("Ending the demonstration that already runs in this folder …");
    end_process(*mark, kTakeOverLimit);
  }
  sandbox_.end_leftover();
  if (!port_is_free(arguments_.port)) {
    throw Error(Code::unavailable,
                fmt::format("Port {} is in use by another program; choose another with --port N.", arguments_.port));
  }
  write_mark(data_ / "demo.pid", mark_of(::getpid()).value_or(ProcessMark{}));
}

Task<> Demo::run(StopSignal& stop, Service& service) {
  const auto failure = co_await try_serve(stop, service);
  if (!failure) say("\nStopping …");
  co_await gate_.close(std::chrono::seconds(0));
  co_await service.stop(kStopLimit);
  co_await sandbox_.stop();
  std::error_code ignored;  // they may be gone already
  std::filesystem::remove(data_ / "demo.json", ignored);
  std::filesystem::remove(data_ / "demo.pid", ignored);
  if (failure) std::rethrow_exception(failure);
}

Task<std::exception_ptr> Demo::try_serve(StopSignal& stop, Service& service) {
  try {
    co_await serve(stop, service);
  } catch (...) {
    co_return std::current_exception();
  }
  co_return nullptr;
}

void Demo::use_sandbox(Service& service) const {
  service.set_meta_url(facts_.url);
  service.set_rates_url(facts_.url);
}

Task<> Demo::serve(StopSignal& stop, Service& service) {
  say("Starting the emulated ad platform …");
  facts_ = co_await sandbox_.start();
  use_sandbox(service);
  co_await service.start();
  const auto principal = co_await sign_up(service.services());
  co_await connect(service.services(), principal.organization, facts_);
  say(fmt::format("\n  OmniFy Cloud Connect is at  {}\n  e-mail    {}\n  password  {}\n\nCtrl-C stops it.", url(),
                  kEmail, password_));
  gate_.spawn("demo.sandbox", sandbox_.keep_running([this, &service](const SandboxFacts& facts) {
    facts_ = facts;
    use_sandbox(service);
    write_description();
  }));
  gate_.spawn("demo.first_sync", watch_first_sync(service.services(), principal.organization));
  if (!arguments_.no_browser) open_browser(url(), data_);
  co_await stop.wait();
}

Task<tenancy::Principal> Demo::sign_up(api::Services& services) {
  const auto [password, made_now] = demo_password(data_);
  password_ = password;
  const auto user = co_await services.accounts.find_user(kEmail);
  if (user && made_now) co_await services.accounts.set_password(user->id, password_);
  if (!user) {
    tenancy::NewOrganization organization;
    organization.name = kOrganization;
    organization.target_roas = 3.0;
    organization.reporting_currency = Currency::parse(facts_.currency).value_or(Currency());
    organization.time_zone = facts_.time_zone;
    const auto made = co_await services.accounts.create_organization(organization);
    co_await services.accounts.create_user({kEmail, "Demo", password_, made.id, tenancy::Role::owner});
  }
  co_return co_await services.accounts.principal(kEmail);
}

/// Each step only when it is missing: a start that was killed may have ended after any of them.
Task<> Demo::connect(api::Services& services, OrganizationId organization, SandboxFacts facts) {
  std::map<std::string, std::string> credentials{{"access_token", facts.access_token}};
  if (!facts.app_secret.empty()) credentials["app_secret"] = facts.app_secret;
  auto existing = co_await services.sync.list(organization);
  if (existing.items.empty()) {
    sync::NewConnection request{"meta", "Ridge Outdoor US", facts.account_id, credentials};
    co_await services.sync.create(organization, request);
    existing = co_await services.sync.list(organization);
  }
  const auto& connection = existing.items.front();
  if ((co_await services.vault.read(organization, connection.id)).empty()) {
    co_await services.vault.store(organization, connection.id, platforms::check_credentials("meta", credentials));
    co_await services.sync.credentials_changed(organization, connection.id);
  }
  if (!connection.last_synced_at && !connection.sync) {
    co_await services.sync.request_sync(organization, connection.id);
  }
}

Task<> Demo::watch_first_sync(api::Services& services, OrganizationId organization) {
  std::string shown;
  while (true) {
    const auto list = co_await services.sync.list(organization);
    const auto* connection = list.items.empty() ? nullptr : &list.items.front();
    if (connection == nullptr) co_return;  // somebody removed it in the browser
    if (connection->last_synced_at) break;
    if (connection->sync && connection->sync->state == sync::RunState::failed) {
      say(fmt::format("The first sync failed: {}", connection->sync->error.value_or("no reason was given.")));
      co_return;
    }
    if (connection->sync) {
      const auto& run = *connection->sync;
      auto line = fmt::format("First sync: {} of {} days, {} rows. {}", run.days_done, run.days_total, run.rows_loaded,
                              run.activity);
      if (line != shown) say(line);
      shown = std::move(line);
    }
    co_await sleep_for(kLook);
  }
  if (!shown.empty()) say("The figures are there.");
  write_description();
}

void Demo::write_description() const {
  boost::json::object description;
  description["url"] = url();
  description["email"] = kEmail;
  description["password"] = password_;
  description["sandbox_url"] = facts_.url;
  write_private_file(data_ / "demo.json", boost::json::serialize(description) + "\n");
}

ServiceOptions demo_service(const DemoArguments& arguments, const std::filesystem::path& data, std::string database) {
  Settings settings =
      read_settings({{"port", std::to_string(arguments.port)}, {"data", data.string()}, {"job-lease-seconds", "8"}},
                    [](std::string_view) { return std::string(); });
  return {.settings = std::move(settings),
          .database_url = std::move(database),
          .keys = vault::load_keys("", data),
          .web = find_web(arguments.web),
          .allow_loopback = true};
}

}  // namespace

int run_demo(const DemoArguments& arguments) {
  const auto data = std::filesystem::absolute(arguments.data);
  make_private_folder(data);
  require_space(data, kSpaceNeeded);
  boost::asio::io_context loop(1);
  Demo demo(loop, arguments, data);
  demo.end_leftovers();
  vault::ensure_key_file(data);
  say("Starting the private database …");
  Settings settings;
  settings.data = data.string();
  Storage storage(loop, settings);
  StopSignal stop(loop);
  {
    Service service(loop.get_executor(), demo_service(arguments, data, storage.runtime_url()));
    storage.keep_running([] { say("The database has ended; starting it again …"); });
    run_to_end(loop, demo.run(stop, service));
  }
  storage.close();
  say("Stopped.");
  return 0;
}

}  // namespace omnify::app
