#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "policy/refusal.h"
#include "tools/uptake/store/database.h"

namespace uptake::store {

/// Level: how long the periods of a row are. Rows of all levels are written when a window closes; the finer ones are
/// deleted sooner.
enum class Level : std::uint8_t { window, hour, day };
inline constexpr std::size_t kLevels = 3;
inline constexpr std::int64_t kHour = 3'600;
inline constexpr std::int64_t kDay = 24 * kHour;

/// Retention: for how many seconds the periods of each level are kept, counted back from the end of the newest
/// window.
using Retention = std::array<std::int64_t, kLevels>;
inline constexpr std::int64_t kForEver = 0;
inline constexpr Retention kRetention = {2 * kDay, 31 * kDay, kForEver};

/// What an outcome is called in the tables of sightings: the reasons of what is unobservable stand behind the others.
inline constexpr std::int64_t kPass = 0;
inline constexpr std::int64_t kFail = 1;
inline constexpr std::int64_t kNotApplicable = 2;
inline constexpr std::int64_t kFirstReason = 3;

/// The file at `path` is one of SQLite: a store, if anything of uptake.
[[nodiscard]] bool is_store(const std::string& path);
/// Opens a store to read it. A Refusal: no file, a foreign one, or one of a newer uptake.
[[nodiscard]] Either<std::unique_ptr<Database>> open_to_read(const std::string& path);
/// Opens a store to write to it, or makes one where there is none. A Refusal as above.
[[nodiscard]] Either<std::unique_ptr<Database>> open_to_write(const std::string& path);

/// Says what SQLite refused about the store at `path`.
[[nodiscard]] Refusal refusal_of(const DatabaseError& error, const std::string& path, bool writing);

}  // namespace uptake::store
