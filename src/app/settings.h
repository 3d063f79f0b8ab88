// Every setting of the program: one table, from which the command line's help and docs/configuration.md follow.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace omnify::app {

/// One setting. The environment variable wins over the default, the command-line option over both.
struct SettingRow {
  std::string_view name;         ///< as the option without dashes, or "" where a command line would leak it
  std::string_view environment;  ///< OMNIFY_…, or DATABASE_URL
  std::string_view fallback;     ///< the default, as text
  std::string_view doc;          ///< one or two sentences; Markdown
};

[[nodiscard]] std::span<const SettingRow> setting_rows();

/// The values, already checked. Names are those of the rows.
struct Settings {
  std::string address = "127.0.0.1";
  int port = 8080;
  std::string data = "data";
  std::string role = "all";  ///< all | api | worker
  std::string web;
  std::string database_url;
  std::string admin_database_url;
  std::string encryption_keys;
  int database_connections = 8;
  int worker_jobs = 4;
  int job_lease_seconds = 60;
  std::string trusted_proxies;  ///< comma-separated addresses
  std::string public_url;       ///< as browsers know us
  std::string log_level = "info";
  std::string log_format = "text";
  int shutdown_seconds = 25;
  std::string meta_url;
  std::string tiktok_url;
  std::string google_url;
  std::string google_oauth_url;
  std::string rates_url;       ///< or "none"
  std::string egress_allowed;  ///< comma-separated host:port
  std::string metrics_token;
  int sync_minutes = 360;
  int backfill_days = 1120;
};

/// Reads one environment variable; empty when it is not set.
using Environment = std::function<std::string(std::string_view)>;
[[nodiscard]] std::string process_environment(std::string_view name);

/// `options`: what the command line gave, by row name. Throws Error{invalid_field} that names the variable or option.
[[nodiscard]] Settings read_settings(const std::map<std::string, std::string>& options,
                                     const Environment& environment = process_environment);

/// docs/configuration.md, whole.
[[nodiscard]] std::string settings_document();

}  // namespace omnify::app
