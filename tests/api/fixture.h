// The real service on an ephemeral port, with two organizations that each have an owner and a viewer.
#pragma once

#include <gtest/gtest.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/use_future.hpp>
#include <filesystem>
#include <future>
#include <memory>
#include <string>
#include <thread>

#include "api/client.h"
#include "api/context.h"
#include "app/service.h"
#include "base/log.h"
#include "support/postgres.h"

namespace omnify::api {

struct Tenant {
  OrganizationId organization;
  std::string owner;   ///< cookie
  std::string viewer;  ///< cookie
  ConnectionId connection;
  CampaignId campaign;
  ImportId import_run;
  std::string upload;  ///< id
};

class ApiTest : public testing::Test {
 public:
  ~ApiTest() override;

 protected:
  static constexpr const char* kPassword = "a long enough pass phrase";

  /// `role` "api": queued work stays queued; "all": it is done.
  explicit ApiTest(const std::string& role = "api");

  [[nodiscard]] int port() const { return port_; }
  [[nodiscard]] Answer ask(const Ask& request) const { return send(port_, request); }
  [[nodiscard]] Answer get(const std::string& path, const std::string& cookie) const {
    return ask({.path = path, .cookie = cookie});
  }
  [[nodiscard]] Answer post(const std::string& path, const std::string& body, const std::string& cookie) const {
    return ask({.method = "POST", .path = path, .body = body, .cookie = cookie});
  }
  [[nodiscard]] Answer login(const std::string& email, const std::string& password) const;
  /// "omnify_session=…" of a fresh session.
  [[nodiscard]] std::string cookie_of(const std::string& email) const;
  /// Runs a task of the service on its own thread.
  template <class T>
  T on_loop(Task<T> task) {
    return boost::asio::co_spawn(loop_, std::move(task), boost::asio::use_future).get();
  }
  void publish(OrganizationId organization, const std::string& json);
  [[nodiscard]] std::size_t open_streams();
  [[nodiscard]] Services& services() { return service_->services(); }

  support::TestDatabase postgres;
  Tenant first;
  Tenant second;

 private:
  Tenant make_tenant(const std::string& prefix);
  void insert_rows(const Tenant& tenant, const std::string& prefix) const;

  std::filesystem::path data_;
  boost::asio::io_context loop_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> keep_{loop_.get_executor()};
  std::unique_ptr<app::Service> service_;
  std::thread thread_;
  int port_ = 0;
};

}  // namespace omnify::api
