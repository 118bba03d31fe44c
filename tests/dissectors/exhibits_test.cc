#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "dissectors/observation.h"
#include "dissectors/registry.h"

namespace uptake {
namespace exhibits_test {

constexpr FactId kBase = 5;

/// Desk: Notes about one subject, of which the kinds 1 and 2 of its dissector are wanted.
class Desk {
 public:
  Desk() {
    wanted_[kBase + 1] = wanted_[kBase + 2] = 1;
    notes.take_exhibits(*room_, wanted_, packet_ns);
    subject.ordinal = 17;
    notes.about(subject, kBase);
  }
  void show(std::uint16_t kind, const std::string& text) {
    notes.exhibit(kind, text.size(), {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  }
  [[nodiscard]] std::vector<std::string> shown() const {
    std::vector<std::string> out;
    for (const Exhibit& exhibit : notes.exhibits()) out.emplace_back(exhibit.bytes.begin(), exhibit.bytes.end());
    return out;
  }

  Subject subject;
  std::uint64_t packet_ns = 0;
  const std::unique_ptr<Notes> owned = std::make_unique<Notes>();
  Notes& notes = *owned;

 private:
  std::unique_ptr<ExhibitRoom> room_ = std::make_unique<ExhibitRoom>();
  std::vector<std::uint8_t> wanted_ = std::vector<std::uint8_t>(kBase + 8);
};

using Shown = std::vector<std::string>;

TEST(Exhibits, OnlyWhatSomebodyWantsIsCopied) {
  Desk desk;
  EXPECT_FALSE(desk.notes.wants(0));
  EXPECT_TRUE(desk.notes.wants(1));
  EXPECT_FALSE(desk.notes.wants(3));
  EXPECT_FALSE(desk.notes.wants(1000));
  desk.show(0, "no");
  desk.show(3, "no");
  EXPECT_TRUE(desk.shown().empty());
  EXPECT_TRUE(desk.notes.subjects().empty()) << "nor is a subject made of it";
  desk.packet_ns = 99;
  desk.show(2, "yes");
  ASSERT_EQ(desk.shown(), Shown{"yes"});
  const Exhibit& exhibit = desk.notes.exhibits()[0];
  EXPECT_EQ(exhibit.kind, kBase + 2);
  EXPECT_EQ(exhibit.value, 3U);
  EXPECT_EQ(exhibit.packet_ns, 99U);
  EXPECT_EQ(desk.notes.subjects()[exhibit.subject].ordinal, 17U);
  EXPECT_EQ(desk.notes.exhibits_dropped(), 0U);
}

TEST(Exhibits, NobodyWantsAnythingUnlessHeSaysSo) {
  const auto notes = std::make_unique<Notes>();
  const Subject subject;
  notes->about(subject, 0);
  EXPECT_FALSE(notes->wants(0));
  notes->exhibit(0, 1, {});
  EXPECT_TRUE(notes->exhibits().empty());
}

TEST(Exhibits, RewindTakesBackThoseOfItsMessage) {
  Desk desk;
  desk.show(1, "kept");
  const Notes::Mark mark = desk.notes.mark();
  desk.show(1, std::string(5000, 'x'));
  desk.show(2, "gone");
  desk.notes.rewind(mark);
  EXPECT_EQ(desk.shown(), Shown{"kept"});
  desk.show(2, "next");
  EXPECT_EQ(desk.shown(), (Shown{"kept", "next"}));
  desk.notes.rewind(mark);
  desk.notes.rewind(desk.notes.mark());
  EXPECT_EQ(desk.shown(), Shown{"kept"});
  desk.notes.clear();
  EXPECT_TRUE(desk.shown().empty());
  // All of the room is there again.
  for (std::size_t i = 0; i < ExhibitRoom::kExhibits; ++i) {
    EXPECT_EQ(desk.notes.nearly_full(),
              i * ExhibitRoom::kLeastBytes > ExhibitRoom::kBytes - ExhibitRoom::kBytesPerCall);
    desk.show(1, "a");
  }
  EXPECT_EQ(desk.notes.exhibits_dropped(), 0U);
}

TEST(Exhibits, WhatFindsNoRoomIsCounted) {
  Desk desk;
  desk.show(1, std::string(ExhibitRoom::kBytes + 1, 'x'));
  EXPECT_EQ(desk.notes.exhibits_dropped(), 1U);
  for (std::size_t i = 0; i < ExhibitRoom::kExhibits + 3; ++i) desk.show(1, "a");
  EXPECT_EQ(desk.notes.exhibits().size(), ExhibitRoom::kExhibits);
  EXPECT_EQ(desk.notes.exhibits_dropped(), 4U);
}

TEST(Exhibits, KindsAreNumberedApartThoughARowHasFewerFacts) {
  static constexpr std::array<ExhibitRow, 9> kKinds{};
  std::vector<Row> rows(3);
  rows[0].name = "a";
  rows[1].name = "b";
  rows[2].name = "c";
  rows[1].exhibits = kKinds;
  std::vector<Row> others(1);
  others[0].name = "d";
  const Registry registry(rows, others);
  EXPECT_EQ(registry.base(2), registry.base(1) + kKinds.size());
  EXPECT_EQ(registry.rows().size(), 3U) << "the others are not asked to claim a flow";
  EXPECT_EQ(registry.all_rows().size(), 4U);
}

}  // namespace exhibits_test
}  // namespace uptake
