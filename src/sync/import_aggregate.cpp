#include "sync/import_aggregate.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <queue>
#include <unordered_map>

#include <fmt/format.h>

#include "base/error.h"

namespace omnify::sync {
namespace {

using platforms::csv::kUnitSeparator;
using platforms::csv::Metrics;
using platforms::csv::Row;

// What a hash node takes beyond the characters of its key, measured with the allocator's overhead.
constexpr std::size_t kNodeBytes = 176;
constexpr std::size_t kFileBuffer = 128 * 1024;
constexpr std::size_t kCurrencyBytes = 3;
constexpr std::size_t kDayBytes = 4;

using File = std::unique_ptr<std::FILE, decltype([](std::FILE* file) { std::fclose(file); })>;

[[noreturn]] void refuse_disk(const std::filesystem::path& folder) {
  throw Error(Code::unavailable, fmt::format("The rows cannot be sorted in {}: {}. Make room there and start again.",
                                             folder.string(), std::strerror(errno)));
}

/// Bytewise order = account (currency, platform), day, campaign, ad group, ad. Names hold no control characters, so
/// the separator sorts before all that they can hold.
std::string make_key(const Row& row) {
  std::string key;
  key.reserve(kCurrencyBytes + kDayBytes + row.platform.size() + row.campaign.size() + row.ad_group.size() +
              row.ad.size() + 4);
  key += row.currency.text();
  key += row.platform;
  key += kUnitSeparator;
  const auto days = static_cast<std::uint32_t>(row.day.time_since_epoch().count()) + 0x80000000U;
  for (int shift = 24; shift >= 0; shift -= 8) key += static_cast<char>(days >> shift & 0xFFU);
  key += row.campaign;
  key += kUnitSeparator;
  key += row.ad_group;
  key += kUnitSeparator;
  key += row.ad;
  return key;
}

Row read_key(std::string_view key) {
  Row row;
  row.currency = Currency::parse(key.substr(0, kCurrencyBytes)).value_or(Currency{});
  key.remove_prefix(kCurrencyBytes);
  const auto take = [&key] {
    const auto end = std::min(key.find(kUnitSeparator), key.size());
    std::string text(key.substr(0, end));
    key.remove_prefix(std::min(end + 1, key.size()));
    return text;
  };
  row.platform = take();
  std::uint32_t days = 0;
  for (const char c : key.substr(0, kDayBytes)) days = days << 8 | static_cast<unsigned char>(c);
  row.day = Day{std::chrono::days{static_cast<std::int32_t>(days - 0x80000000U)}};
  key.remove_prefix(kDayBytes);
  row.campaign = take();
  row.ad_group = take();
  row.ad = key;
  return row;
}

/// The part of a key that names the account.
std::string_view account_of(std::string_view key) { return key.substr(0, key.find(kUnitSeparator)); }

struct Entry {
  std::string key;
  Metrics metrics;
};

/// A fixed form of Metrics for the files, which only this process reads.
struct Packed {
  std::int64_t impressions, clicks, spend, conversions, revenue;
  std::uint32_t key_bytes;
  std::uint32_t reported;  // bit 0: conversions, bit 1: revenue
};

Packed pack(std::size_t key_bytes, const Metrics& metrics) {
  return {.impressions = metrics.impressions,
          .clicks = metrics.clicks,
          .spend = metrics.spend,
          .conversions = metrics.conversions.value_or(0),
          .revenue = metrics.revenue.value_or(0),
          .key_bytes = static_cast<std::uint32_t>(key_bytes),
          .reported = (metrics.conversions ? 1U : 0U) | (metrics.revenue ? 2U : 0U)};
}

Metrics unpack(const Packed& packed) {
  Metrics metrics{.impressions = packed.impressions,
                  .clicks = packed.clicks,
                  .spend = packed.spend,
                  .conversions = {},
                  .revenue = {}};
  if ((packed.reported & 1U) != 0) metrics.conversions = packed.conversions;
  if ((packed.reported & 2U) != 0) metrics.revenue = packed.revenue;
  return metrics;
}

/// A sorted run on disk.
class Run {
 public:
  explicit Run(const std::filesystem::path& folder) : folder_(folder) {
    auto name = (folder / "omnify-import-XXXXXX").string();
    const int descriptor = ::mkostemp(name.data(), O_CLOEXEC);
    if (descriptor < 0) refuse_disk(folder_);
    ::unlink(name.c_str());  // nameless from here on: gone with the process, however it ends
    file_.reset(::fdopen(descriptor, "w+b"));
    if (!file_) {
      ::close(descriptor);
      refuse_disk(folder_);
    }
    std::setvbuf(file_.get(), nullptr, _IOFBF, kFileBuffer);
  }

  void write(std::string_view key, const Metrics& metrics) {
    const Packed packed = pack(key.size(), metrics);
    if (std::fwrite(&packed, sizeof packed, 1, file_.get()) != 1 ||
        std::fwrite(key.data(), 1, key.size(), file_.get()) != key.size())
      refuse_disk(folder_);
  }

  void rewind() {
    if (std::fflush(file_.get()) != 0 || std::fseek(file_.get(), 0, SEEK_SET) != 0) refuse_disk(folder_);
  }

  bool read(Entry& out) {
    Packed packed{};
    if (std::fread(&packed, sizeof packed, 1, file_.get()) != 1) {
      if (std::ferror(file_.get()) != 0) refuse_disk(folder_);
      return false;
    }
    out.key.resize(packed.key_bytes);
    if (std::fread(out.key.data(), 1, out.key.size(), file_.get()) != out.key.size()) refuse_disk(folder_);
    out.metrics = unpack(packed);
    return true;
  }

 private:
  std::filesystem::path folder_;
  File file_;
};

}  // namespace

struct ImportAggregate::State {
  State(std::filesystem::path where, std::size_t bytes) : folder(std::move(where)), memory(bytes) {}

  std::filesystem::path folder;
  std::size_t memory;
  std::unordered_map<std::string, Metrics> rows;
  std::size_t used = 0;
  std::vector<Run> runs;

  // After finish(): the smallest unread entry of each run stands in `heads`, `order` has the runs by it.
  struct Later {
    const std::vector<Entry>* heads;
    bool operator()(std::size_t left, std::size_t right) const { return (*heads)[left].key > (*heads)[right].key; }
  };
  std::vector<Entry> heads;
  std::vector<std::size_t> order;                              // a heap
  std::vector<std::pair<const std::string, Metrics>*> sorted;  // when all fitted into memory
  std::size_t next_sorted = 0;
  std::optional<Entry> ahead;

  [[nodiscard]] std::vector<std::pair<const std::string, Metrics>*> sort_rows() {
    std::vector<std::pair<const std::string, Metrics>*> out;
    out.reserve(rows.size());
    for (auto& entry : rows) out.push_back(&entry);
    std::ranges::sort(out, {}, [](const auto* entry) -> const std::string& { return entry->first; });
    return out;
  }

  void spill() {
    Run run(folder);
    for (const auto* entry : sort_rows()) run.write(entry->first, entry->second);
    run.rewind();
    runs.push_back(std::move(run));
    rows = {};
    used = 0;
  }

  void push(std::size_t run) {
    order.push_back(run);
    std::ranges::push_heap(order, Later{&heads});
  }

  bool take_smallest(Entry& out) {
    if (runs.empty()) {
      if (next_sorted == sorted.size()) return false;
      const auto* entry = sorted[next_sorted++];
      out = {.key = entry->first, .metrics = entry->second};
      return true;
    }
    if (order.empty()) return false;
    std::ranges::pop_heap(order, Later{&heads});
    const std::size_t run = order.back();
    order.pop_back();
    out = std::move(heads[run]);
    if (runs[run].read(heads[run])) push(run);
    return true;
  }

  /// The next key with all its metrics added up, into `ahead`.
  void advance() {
    Entry entry;
    if (!take_smallest(entry)) return ahead.reset();
    while (!order.empty() && heads[order.front()].key == entry.key) {
      Entry same;
      take_smallest(same);
      entry.metrics.add(same.metrics);
    }
    ahead = std::move(entry);
  }
};

ImportAggregate::ImportAggregate(std::filesystem::path folder, std::size_t memory)
    : state_(std::make_unique<State>(std::move(folder), memory)) {}
ImportAggregate::~ImportAggregate() = default;

void ImportAggregate::add(const Row& row) {
  auto& state = *state_;
  auto key = make_key(row);
  const std::size_t bytes = key.size() + kNodeBytes;
  const auto [entry, added] = state.rows.try_emplace(std::move(key), row.metrics);
  if (!added) return entry->second.add(row.metrics);
  state.used += bytes;
  if (state.used > state.memory) state.spill();
}

void ImportAggregate::finish() {
  auto& state = *state_;
  if (state.runs.empty()) {
    state.sorted = state.sort_rows();
  } else {
    if (!state.rows.empty()) state.spill();
    state.heads.resize(state.runs.size());
    for (std::size_t run = 0; run < state.runs.size(); ++run) {
      if (state.runs[run].read(state.heads[run])) state.push(run);
    }
  }
  state.advance();
}

std::vector<Row> ImportAggregate::next_batch(std::size_t limit) {
  auto& state = *state_;
  std::vector<Row> batch;
  if (!state.ahead) return batch;
  const std::string account(account_of(state.ahead->key));
  while (state.ahead && batch.size() < limit && account_of(state.ahead->key) == account) {
    batch.push_back(read_key(state.ahead->key));
    batch.back().metrics = state.ahead->metrics;
    state.advance();
  }
  return batch;
}

std::size_t ImportAggregate::runs() const noexcept { return state_->runs.size(); }

}  // namespace omnify::sync
