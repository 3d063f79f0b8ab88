// A complete demonstration in one folder: a private PostgreSQL, the emulated ad platform, an organization and its
// figures.
#pragma once

#include <string>

namespace omnify::app {

struct DemoArguments {
  int port = 8080;
  std::string data = "data/demo";
  bool no_browser = false;
  std::string web;
};

/// Runs until SIGINT or SIGTERM. A demonstration that runs or was killed in the same folder is ended first. Writes
/// `demo.json` {url, email, password, sandbox_url} into the folder as soon as figures can be seen.
int run_demo(const DemoArguments& arguments);

}  // namespace omnify::app
