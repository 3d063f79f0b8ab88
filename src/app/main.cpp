// The command line of omnify.
#include <fmt/format.h>
#include <sys/stat.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <exception>
#include <functional>

#include "app/commands.h"
#include "app/demo.h"
#include "app/service.h"
#include "app/settings.h"
#include "base/error.h"
#include "base/log.h"

namespace omnify::app {
namespace {

constexpr int kRefused = 2;
constexpr int kFailed = 1;

/// What the command line gave, by the names of the settings table.
using Options = std::map<std::string, std::string>;

void add_settings(CLI::App& command, Options& options, std::initializer_list<std::string_view> only = {}) {
  for (const auto& row : setting_rows()) {
    if (row.name.empty()) continue;
    if (only.size() != 0 && std::find(only.begin(), only.end(), row.name) == only.end()) continue;
    const std::string name(row.name);
    command.add_option_function<std::string>(
        "--" + name, [&options, name](const std::string& value) { options[name] = value; },
        fmt::format("{} [{}{}]", row.doc, row.environment,
                    row.fallback.empty() ? "" : fmt::format(", default {}", row.fallback)));
  }
}

void apply_log(const Settings& settings) {
  LogLevel level = LogLevel::info;
  if (settings.log_level == "debug") level = LogLevel::debug;
  if (settings.log_level == "warning") level = LogLevel::warning;
  if (settings.log_level == "error") level = LogLevel::error;
  if (settings.log_level == "off") level = LogLevel::off;
  configure_log(level, settings.log_format == "json" ? LogFormat::json : LogFormat::text);
}

/// The commands as CLI11 knows them, and the one that was chosen.
class Program {
 public:
  Program() : app_("OmniFy Cloud Connect: advertising data of all platforms in one set of numbers.", "omnify") {
    app_.require_subcommand(1);
    app_.set_version_flag("--version", std::string(version()));
    app_.set_help_all_flag("--help-all", "Help of all commands");
    add_serve();
    add_demo();
    add_import();
    add_rates();
    add_administration();
  }

  int run(int count, char** words) {
    try {
      app_.parse(count, words);
    } catch (const CLI::ParseError& error) {
      const int status = app_.exit(error);
      return status == 0 ? 0 : kRefused;
    }
    return chosen_();
  }

 private:
  Settings settings(std::string_view quietest_level = {}) const {
    auto out = read_settings(options_);
    if (!quietest_level.empty() && process_environment("OMNIFY_LOG_LEVEL").empty()) out.log_level = quietest_level;
    apply_log(out);
    return out;
  }

  void add_serve() {
    auto* serve = app_.add_subcommand("serve", "Answer requests and run jobs");
    add_settings(*serve, options_);
    serve->callback([this] { chosen_ = [this] { return run_serve(settings()); }; });
    auto* migrate = app_.add_subcommand("migrate", "Bring the database's schema up to date");
    add_settings(*migrate, options_, {"database", "data"});
    migrate->callback([this] { chosen_ = [this] { return run_migrate(settings("warning")); }; });
    auto* document = app_.add_subcommand("settings", "Print every setting as a Markdown page");
    document->callback([this] {
      chosen_ = [] {
        fmt::print("{}", settings_document());
        return 0;
      };
    });
  }

  void add_demo() {
    auto* demo = app_.add_subcommand("demo", "A complete demonstration with an emulated ad platform");
    demo->add_option("--port", demo_.port, "The port of the web interface")->check(CLI::Range(1, 65535));
    demo->add_option("--data", demo_.data, "The folder that holds the demonstration");
    demo->add_flag("--no-browser", demo_.no_browser, "Do not open a browser");
    demo->add_option("--web", demo_.web, "The folder of the built web app");
    demo->callback([this] {
      chosen_ = [this] {
        settings("error");
        return run_demo(demo_);
      };
    });
  }

  void add_import() {
    auto* command = app_.add_subcommand("import", "Import a file of advertising figures");
    add_settings(*command, options_, {"database", "data"});
    command->add_option("file", import_.file, "The CSV file")->required();
    command->add_option("--org", import_.organization, "The organization's id")->required();
    command->add_option("--map", import_.mapping, "column=field,…; 2020=year sets a value for every row")->join(',');
    command->add_option("--set", import_.constants, "field=value,… for every row")->join(',');
    command->add_option("--date-order", import_.date_order, "ymd, dmy or mdy");
    command->add_option("--decimal", import_.decimal, "point or comma");
    command->add_flag("--skip-bad-lines", import_.skip_bad_lines, "Import the good lines and report the others");
    command->callback([this] { chosen_ = [this] { return run_import(settings("warning"), import_); }; });
  }

  void add_rates() {
    auto* rates = app_.add_subcommand("rates", "Exchange rates")->require_subcommand(1);
    auto* command = rates->add_subcommand("import", "Read a file of the European Central Bank's reference rates");
    add_settings(*command, options_, {"database", "data"});
    command->add_option("file", rates_file_, "eurofxref-daily.xml, -hist-90d.xml or -hist.xml")->required();
    command->callback([this] { chosen_ = [this] { return run_import_rates(settings("warning"), rates_file_); }; });
  }

  void add_administration() {
    auto* keys = app_.add_subcommand("keys", "Encryption keys")->require_subcommand(1);
    keys->add_subcommand("generate", "Print a new key for OMNIFY_ENCRYPTION_KEYS")->callback([this] {
      chosen_ = run_generate_key;
    });
    auto* organizations = app_.add_subcommand("org", "Organizations")->require_subcommand(1);
    auto* create = organizations->add_subcommand("create", "Make an organization with its first owner");
    add_settings(*create, options_, {"database", "data"});
    create->add_option("name", organization_.name, "Its name")->required();
    create->add_option("--owner", organization_.owner_email, "The owner's e-mail address")->required();
    create->add_option("--owner-name", organization_.owner_name, "The owner's name");
    create->add_option("--currency", organization_.currency, "The reporting currency")->capture_default_str();
    create->add_option("--time-zone", organization_.time_zone, "The time zone of \"today\"")->capture_default_str();
    create->add_option("--target-roas", organization_.target_roas, "The ROAS that the organization wants");
    create->footer("The password is taken from OMNIFY_PASSWORD, or made and printed once.");
    create->callback(
        [this] { chosen_ = [this] { return run_create_organization(settings("warning"), organization_); }; });
    auto* list = organizations->add_subcommand("list", "Print all organizations");
    add_settings(*list, options_, {"database", "data"});
    list->callback([this] { chosen_ = [this] { return run_list_organizations(settings("warning")); }; });
    auto* users = app_.add_subcommand("user", "Users")->require_subcommand(1);
    auto* add = users->add_subcommand("create", "Add a user to an organization");
    add_settings(*add, options_, {"database", "data"});
    add->add_option("--org", user_.organization, "The organization's id")->required();
    add->add_option("--email", user_.email, "The e-mail address")->required();
    add->add_option("--name", user_.name, "The name");
    add->add_option("--role", user_.role, "owner or viewer")->capture_default_str();
    add->footer("The password is taken from OMNIFY_PASSWORD, or made and printed once.");
    add->callback([this] { chosen_ = [this] { return run_create_user(settings("warning"), user_); }; });
  }

  CLI::App app_;
  Options options_;
  std::function<int()> chosen_;
  DemoArguments demo_;
  ImportArguments import_;
  std::string rates_file_;
  NewOrganizationArguments organization_;
  NewUserArguments user_;
};

int run_program(int count, char** words) {
  try {
    return Program().run(count, words);
  } catch (const Error& error) {
    fmt::print(stderr, "omnify: {}\n", error.detail());
    for (const auto& field : error.fields()) {
      if (field.detail != error.detail()) fmt::print(stderr, "  {}: {}\n", field.pointer, field.detail);
    }
    return kFailed;
  } catch (const std::exception& error) {
    fmt::print(stderr, "omnify: unexpected failure: {}\n", error.what());
    return kFailed;
  }
}

}  // namespace
}  // namespace omnify::app

int main(int count, char** words) {
  // What the program writes is its owner's business alone; and a peer that went away is an error code, not a death.
  ::umask(077);
  std::signal(SIGPIPE, SIG_IGN);
  return omnify::app::run_program(count, words);
}
