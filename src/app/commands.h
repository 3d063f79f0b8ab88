// The commands that do one thing and end. Each returns the exit status; failures that a person can do something about
// are thrown as Error with one sentence.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/settings.h"

namespace omnify::app {

/// Applies what is missing of the schema: to OMNIFY_ADMIN_DATABASE_URL, else DATABASE_URL, else the private PostgreSQL.
int run_migrate(const Settings& settings);

/// Prints a new encryption key.
int run_generate_key();

struct NewOrganizationArguments {
  std::string name;
  std::string currency = "USD";
  std::string time_zone = "UTC";
  std::optional<double> target_roas;
  std::string owner_email;
  std::string owner_name;
};

/// Makes an organization with its first owner; prints its id, and the owner's password if it was made up here.
int run_create_organization(const Settings& settings, const NewOrganizationArguments& arguments);
int run_list_organizations(const Settings& settings);

struct NewUserArguments {
  std::string organization;
  std::string email;
  std::string name;
  std::string role = "viewer";
};

/// The password comes from OMNIFY_PASSWORD; without it a random one is made and printed once.
int run_create_user(const Settings& settings, const NewUserArguments& arguments);

/// Stores a file of the European Central Bank's reference rates; prints how many were new.
int run_import_rates(const Settings& settings, const std::string& file);

struct ImportArguments {
  std::string file;
  std::string organization;
  std::string mapping;     ///< of sync::parse_import_map; empty: as the names of the columns suggest
  std::string constants;   ///< "field=value,…"
  std::string date_order;  ///< ymd | dmy | mdy
  std::string decimal;     ///< point | comma
  bool skip_bad_lines = false;
};

/// Imports a file in this process; progress on standard error, the result on standard output.
int run_import(const Settings& settings, const ImportArguments& arguments);

/// Answers requests and runs jobs until SIGTERM or SIGINT.
int run_serve(const Settings& settings);

}  // namespace omnify::app
