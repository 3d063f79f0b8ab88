#include "app/settings.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cstdlib>
#include <initializer_list>

#include "base/error.h"

namespace omnify::app {
namespace {

constexpr std::array kRows{
    SettingRow{"address", "OMNIFY_ADDRESS", "127.0.0.1", "The address to listen on. `0.0.0.0` or `::` listens on all."},
    SettingRow{"port", "OMNIFY_PORT", "8080", "The TCP port to listen on; `0` lets the system choose one."},
    SettingRow{
        "data", "OMNIFY_DATA", "data",
        "The data folder: uploads, the private PostgreSQL, the key file of a demonstration. Made with mode 0700. "
        "Processes on several machines must share it for files to be imported through the web page."},
    SettingRow{"role", "OMNIFY_ROLE", "all",
               "What this process does: `all`, `api` (answers requests only) or `worker` (runs jobs only)."},
    SettingRow{"web", "OMNIFY_WEB", "",
               "The folder of the built web app. Empty: `share/omnify/web` or `web/dist` near the program."},
    SettingRow{"database", "DATABASE_URL", "",
               "The PostgreSQL database, as the runtime role: a URI or a libpq connection string. Empty: a private "
               "PostgreSQL in the data folder. Over a network use `sslmode=verify-full`."},
    SettingRow{"", "OMNIFY_ADMIN_DATABASE_URL", "",
               "The same database as a role that may change the schema; `omnify migrate` alone uses it. Empty: "
               "`DATABASE_URL`."},
    SettingRow{"", "OMNIFY_ENCRYPTION_KEYS", "",
               "The keys that protect credentials, comma-separated: the first encrypts, all decrypt. Made by `omnify "
               "keys generate`. Empty: the file `encryption.keys` in the data folder."},
    SettingRow{"database-connections", "OMNIFY_DATABASE_CONNECTIONS", "8",
               "Connections to the database that this process keeps at most."},
    SettingRow{"worker-jobs", "OMNIFY_WORKER_JOBS", "4", "Jobs that this process runs at the same time."},
    SettingRow{"job-lease-seconds", "OMNIFY_JOB_LEASE_SECONDS", "60",
               "After how many seconds without a sign of life a job counts as abandoned by its process and is taken up "
               "by another."},
    SettingRow{"trusted-proxies", "OMNIFY_TRUSTED_PROXIES", "",
               "Addresses of the reverse proxies, comma-separated, whose `X-Forwarded-*` headers are believed. Nobody "
               "else's are."},
    SettingRow{"public-url", "OMNIFY_PUBLIC_URL", "",
               "How browsers reach the server, such as `https://omnify.example.com`. With `https` cookies are marked "
               "Secure and HSTS is sent; requests that change something must come from this origin."},
    SettingRow{"log-level", "OMNIFY_LOG_LEVEL", "info", "`debug`, `info`, `warning`, `error` or `off`."},
    SettingRow{"log-format", "OMNIFY_LOG_FORMAT", "text", "`text` or `json`, one event a line on standard error."},
    SettingRow{"shutdown-seconds", "OMNIFY_SHUTDOWN_SECONDS", "25",
               "How long running requests and jobs may take to end after SIGTERM."},
    SettingRow{"meta-url", "OMNIFY_META_URL", "https://graph.facebook.com", "The base URL of Meta's Graph API."},
    SettingRow{"tiktok-url", "OMNIFY_TIKTOK_URL", "https://business-api.tiktok.com",
               "The base URL of TikTok's API for Business."},
    SettingRow{"google-url", "OMNIFY_GOOGLE_URL", "https://googleads.googleapis.com",
               "The base URL of the Google Ads API."},
    SettingRow{"google-oauth-url", "OMNIFY_GOOGLE_OAUTH_URL", "https://oauth2.googleapis.com/token",
               "Where Google exchanges refresh tokens for access tokens."},
    SettingRow{"rates-url", "OMNIFY_RATES_URL", "https://www.ecb.europa.eu",
               "Where the European Central Bank's reference rates are fetched every working day, to convert amounts in "
               "other currencies. `none`: they are not fetched; `omnify rates import` reads a file of them."},
    SettingRow{"egress-allowed", "OMNIFY_EGRESS_ALLOWED", "",
               "Addresses `host:port`, comma-separated, that the server may call although they are not public or not "
               "HTTPS. All other outgoing requests go to public addresses over HTTPS."},
    SettingRow{"backfill-days", "OMNIFY_BACKFILL_DAYS", "1120",
               "How many days back a new connection is loaded, in the background after its first sync of 90 days; its "
               "platform's own limit bounds it. 0: no further."},
    SettingRow{"sync-minutes", "OMNIFY_SYNC_MINUTES", "360", "Minutes between two syncs of a connection."},
    SettingRow{"", "OMNIFY_METRICS_TOKEN", "",
               "The bearer token that `/metrics` asks for. Empty: only clients on this machine may read it."},
};

const SettingRow& row_of(std::string_view environment) {
  for (const auto& row : kRows) {
    if (row.environment == environment) return row;
  }
  throw Error(Code::internal, fmt::format("There is no setting {}.", environment));
}

class Reader {
 public:
  Reader(const std::map<std::string, std::string>& options, const Environment& environment)
      : options_(options), environment_(environment) {}

  std::string text(std::string_view variable) const {
    const auto& row = row_of(variable);
    if (const auto given = options_.find(std::string(row.name)); !row.name.empty() && given != options_.end()) {
      return given->second;
    }
    auto value = environment_(row.environment);
    return value.empty() ? std::string(row.fallback) : value;
  }

  int number(std::string_view variable, int least, int most) const {
    const auto value = text(variable);
    int out = 0;
    const auto read = std::from_chars(value.data(), value.data() + value.size(), out);
    if (read.ec != std::errc() || read.ptr != value.data() + value.size() || out < least || out > most) {
      throw refused(variable, fmt::format("a whole number from {} to {}", least, most));
    }
    return out;
  }

  std::string choice(std::string_view variable, std::initializer_list<std::string_view> choices) const {
    auto value = text(variable);
    for (const auto option : choices) {
      if (value == option) return value;
    }
    throw refused(variable, fmt::format("one of {}", fmt::join(choices, ", ")));
  }

 private:
  static Error refused(std::string_view variable, const std::string& expected) {
    const auto& row = row_of(variable);
    return Error::field(std::string(variable),
                        row.name.empty() ? fmt::format("{} must be {}.", variable, expected)
                                         : fmt::format("--{} ({}) must be {}.", row.name, variable, expected));
  }

  const std::map<std::string, std::string>& options_;
  const Environment& environment_;
};

}  // namespace

std::span<const SettingRow> setting_rows() { return kRows; }

std::string process_environment(std::string_view name) {
  const char* value = std::getenv(std::string(name).c_str());
  return value == nullptr ? std::string() : std::string(value);
}

Settings read_settings(const std::map<std::string, std::string>& options, const Environment& environment) {
  const Reader reader(options, environment);
  Settings out;
  out.address = reader.text("OMNIFY_ADDRESS");
  out.port = reader.number("OMNIFY_PORT", 0, 65535);
  out.data = reader.text("OMNIFY_DATA");
  if (out.data.empty()) throw Error::field("OMNIFY_DATA", "--data must not be empty.");
  out.role = reader.choice("OMNIFY_ROLE", {"all", "api", "worker"});
  out.web = reader.text("OMNIFY_WEB");
  out.database_url = reader.text("DATABASE_URL");
  out.admin_database_url = reader.text("OMNIFY_ADMIN_DATABASE_URL");
  out.encryption_keys = reader.text("OMNIFY_ENCRYPTION_KEYS");
  out.database_connections = reader.number("OMNIFY_DATABASE_CONNECTIONS", 2, 200);
  out.worker_jobs = reader.number("OMNIFY_WORKER_JOBS", 1, 64);
  out.job_lease_seconds = reader.number("OMNIFY_JOB_LEASE_SECONDS", 2, 3600);
  out.trusted_proxies = reader.text("OMNIFY_TRUSTED_PROXIES");
  out.public_url = reader.text("OMNIFY_PUBLIC_URL");
  out.log_level = reader.choice("OMNIFY_LOG_LEVEL", {"debug", "info", "warning", "error", "off"});
  out.log_format = reader.choice("OMNIFY_LOG_FORMAT", {"text", "json"});
  out.shutdown_seconds = reader.number("OMNIFY_SHUTDOWN_SECONDS", 0, 600);
  out.meta_url = reader.text("OMNIFY_META_URL");
  out.tiktok_url = reader.text("OMNIFY_TIKTOK_URL");
  out.google_url = reader.text("OMNIFY_GOOGLE_URL");
  out.google_oauth_url = reader.text("OMNIFY_GOOGLE_OAUTH_URL");
  out.rates_url = reader.text("OMNIFY_RATES_URL");
  out.egress_allowed = reader.text("OMNIFY_EGRESS_ALLOWED");
  out.metrics_token = reader.text("OMNIFY_METRICS_TOKEN");
  out.backfill_days = reader.number("OMNIFY_BACKFILL_DAYS", 0, 10'000);
  out.sync_minutes = reader.number("OMNIFY_SYNC_MINUTES", 1, 100'000);
  return out;
}

std::string settings_document() {
  std::string out =
      "# Configuration\n\n"
      "Every setting, from the table in `src/app/settings.cpp` (a test keeps this page equal to it). A command-line "
      "option\nwins over the environment variable, the variable over the default. Secrets are read from the "
      "environment "
      "or from files\nonly.\n\n"
      "| option of `omnify serve` | environment variable | default | meaning |\n| --- | --- | --- | --- |\n";
  for (const auto& row : kRows) {
    out += fmt::format("| {} | `{}` | {} | {} |\n", row.name.empty() ? "–" : fmt::format("`--{}`", row.name),
                       row.environment, row.fallback.empty() ? "–" : fmt::format("`{}`", row.fallback), row.doc);
  }
  out +=
      "\n## The first organization\n\n"
      "`omnify org create NAME --owner E-MAIL` makes an organization with its first owner, `omnify user create --org "
      "ID "
      "--email\nE-MAIL` adds a user; both take the password from `OMNIFY_PASSWORD`, or make one and print it once. "
      "`omnify org list`\nprints the ids. `omnify --help` names all commands, `omnify COMMAND --help` their options.\n";
  return out;
}

}  // namespace omnify::app
