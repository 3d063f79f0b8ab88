// Adds up rows of equal keys and gives them back in order, in bounded memory: sorted runs on disk, merged.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "platforms/csv/normalizer.h"

namespace omnify::sync {

/// add() all, then finish(), then next() until it returns nothing. The runs are files without a name: they vanish with
/// the process, however it ends. Blocking; not thread-safe. Throws Error{unavailable} when the disk is full.
class ImportAggregate {
 public:
  /// `memory` bounds what is kept in memory between two runs, in bytes, and with it roughly the whole.
  ImportAggregate(std::filesystem::path folder, std::size_t memory);
  ~ImportAggregate();
  ImportAggregate(const ImportAggregate&) = delete;
  ImportAggregate& operator=(const ImportAggregate&) = delete;

  void add(const platforms::csv::Row& row);
  void finish();
  /// Up to `limit` rows of one account (platform and currency), in the order of account, day, campaign, ad group, ad;
  /// each key once. Empty at the end.
  [[nodiscard]] std::vector<platforms::csv::Row> next_batch(std::size_t limit);
  /// Runs that were written to disk.
  [[nodiscard]] std::size_t runs() const noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace omnify::sync
