// Identifiers. A raw Uuid is untyped; `Id<Tag>` keeps an organization's id from being passed as a campaign's.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace omnify {

/// 16 bytes in network order (RFC 9562). Text form: lower-case 8-4-4-4-12.
struct Uuid {
  std::array<std::uint8_t, 16> bytes{};

  /// Only the canonical 36-character form (either case); nothing else.
  [[nodiscard]] static std::optional<Uuid> parse(std::string_view text) noexcept;
  /// Version 4, from the operating system's generator. Unguessable enough for ids, not for secrets: those are tokens.
  [[nodiscard]] static Uuid random();
  [[nodiscard]] std::string text() const;

  friend auto operator<=>(const Uuid&, const Uuid&) = default;
};

template <class Tag>
struct Id {
  Uuid uuid{};

  [[nodiscard]] static std::optional<Id> parse(std::string_view text) noexcept {
    if (auto parsed = Uuid::parse(text)) return Id{*parsed};
    return std::nullopt;
  }
  [[nodiscard]] static Id random() { return Id{Uuid::random()}; }
  [[nodiscard]] std::string text() const { return uuid.text(); }

  friend auto operator<=>(const Id&, const Id&) = default;
};

using OrganizationId = Id<struct OrganizationTag>;
using UserId = Id<struct UserTag>;
using ConnectionId = Id<struct ConnectionTag>;
using AccountId = Id<struct AccountTag>;
using CampaignId = Id<struct CampaignTag>;
using AdSetId = Id<struct AdSetTag>;
using AdId = Id<struct AdTag>;
using SyncRunId = Id<struct SyncRunTag>;
using ImportId = Id<struct ImportTag>;

}  // namespace omnify

template <>
struct std::hash<omnify::Uuid> {
  std::size_t operator()(const omnify::Uuid& id) const noexcept {
    return std::hash<std::string_view>{}({reinterpret_cast<const char*>(id.bytes.data()), id.bytes.size()});
  }
};

template <class Tag>
struct std::hash<omnify::Id<Tag>> {
  std::size_t operator()(const omnify::Id<Tag>& id) const noexcept { return std::hash<omnify::Uuid>{}(id.uuid); }
};
