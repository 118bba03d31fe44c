#pragma once

#include <string>
#include <string_view>

#include "policy/catalogue/catalogue.h"
#include "policy/report/card_writer.h"
#include "policy/report/json_writer.h"
#include "policy/scorecard.h"

namespace uptake {

/// Names the form of render_json(): policy/report/scorecard.schema.json. A change of meaning takes a new number.
inline constexpr std::string_view kScoreCardSchema = "uptake-scorecard/1";

/// The score card as JSON (RFC 8259), two spaces a level, a line feed at its end. Keys stand in a fixed order and
/// shares are rounded to six digits, so equal figures give equal bytes. Holds no address, name or digest.
[[nodiscard]] std::string render_json(const ScoreCard& card, const Catalogue& catalogue);

/// ScoreCardJson: render_json() in pieces. What it is made with outlives it.
class ScoreCardJson final : public CardWriter {
 public:
  ScoreCardJson(const ScoreCard& card, const Catalogue& catalogue) : card_(card), catalogue_(catalogue) {}

  [[nodiscard]] std::string begin() override;
  [[nodiscard]] std::string window(const WindowCard& window) override;
  [[nodiscard]] std::string end() override;

 private:
  const ScoreCard& card_;
  const Catalogue& catalogue_;
  std::string text_;
  report::JsonWriter json_{text_};
};

}  // namespace uptake
