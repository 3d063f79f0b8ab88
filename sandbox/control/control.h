// The emulator's own interface for tests and the demonstration: time, truth, faults, tokens. On its own port, with its
// own token; the product never talks to it.
#pragma once

#include <string>

#include "control/shopify_control.h"
#include "faults/faults.h"
#include "google/access.h"
#include "market/world.h"
#include "meta/access.h"
#include "tiktok/access.h"
#include "wire/message.h"

namespace omnify::sandbox::control {

class Control {
 public:
  Control(const market::World& world, market::Clock& clock, faults::Faults& faults, meta::Access& access,
          std::string token)
      : world_(world), clock_(clock), faults_(faults), access_(access), token_(std::move(token)) {}

  /// The addresses of both ports, once they are known.
  void set_urls(std::string platform_url, std::string control_url);
  /// TikTok's tokens and the address of its API; both outlive this.
  void set_tiktok(tiktok::Access& access, std::string url);
  /// Google's tokens, which outlive this, and the address of Google Ads.
  void set_google(const google::Access& access, std::string url);
  /// The shops' part; it outlives this.
  void set_shopify(const ShopifyControl& shopify) { shopify_ = &shopify; }
  [[nodiscard]] wire::Reply handle(const wire::Request& request);
  /// {url, control_url, access_token, app_id, app_secret, accounts, epoch, now, tiktok: {url, access_token,
  /// app_id, app_secret, accounts}, google: {url, token_url, client_id, client_secret, refresh_token,
  /// developer_token, login_customer_id, accounts}, shopify: {url, access_token, client_id, client_secret, shops}}
  [[nodiscard]] std::string access_document() const;

 private:
  std::string dispatch(const wire::Request& request);
  std::string advance(const wire::Request& request);
  std::string truth(const wire::Request& request) const;
  std::string add_fault(const wire::Request& request);
  std::string make_token(const wire::Request& request);
  std::string change_app(const wire::Request& request);
  std::string make_tiktok_token(const wire::Request& request);
  std::string make_google_token(const wire::Request& request) const;
  /// Throws Error{not_found} when the shops are not served.
  [[nodiscard]] const ShopifyControl& shopify() const;

  const market::World& world_;
  market::Clock& clock_;
  faults::Faults& faults_;
  meta::Access& access_;
  std::string token_;
  std::string url_;
  std::string control_url_;
  tiktok::Access* tiktok_ = nullptr;
  std::string tiktok_url_;
  const google::Access* google_ = nullptr;
  std::string google_url_;
  const ShopifyControl* shopify_ = nullptr;
};

}  // namespace omnify::sandbox::control
