#include "dataplane/publisher.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "tests/dataplane/harness.h"

namespace uptake {
namespace publisher_test {

constexpr std::uint64_t kSpan = 10;

Engine engine_for(std::uint64_t window_ns) {
  Engine engine = test::engine_of(test::toy_kit());
  engine.window_ns = window_ns;
  return engine;
}

/// Feeder: closes windows as a worker does, each with some frames.
class Feeder {
 public:
  Feeder(const Engine& engine, Publisher& publisher, unsigned worker)
      : engine_(engine), publisher_(publisher), worker_(worker) {}

  void close(std::uint64_t index, std::uint64_t frames) {
    publisher_.come_to(worker_, index);
    window_->index = index;
    window_->open = true;
    window_->ledger.frames = frames;
    window_->ledger.end(Disposition::parsed, frames);
    publisher_.close(worker_, window_);
    if (window_ == nullptr) return;
    EXPECT_EQ(window_->ledger.frames, 0U) << "a window is given back empty";
    EXPECT_FALSE(window_->open);
  }
  void come_to(std::uint64_t index) { publisher_.come_to(worker_, index); }

 private:
  const Engine& engine_;
  Publisher& publisher_;
  unsigned worker_;
  std::unique_ptr<Window> window_ = std::make_unique<Window>(engine_);
};

/// A card in short: where it starts, its frames or how many windows had none.
std::string told(const WindowCard& card) {
  EXPECT_EQ((card.end_ns - card.start_ns) / kSpan, std::max<std::uint64_t>(card.empty_windows, 1));
  const std::string start = std::to_string(card.start_ns / kSpan) + ":";
  std::string out = start + (card.empty_windows != 0 ? "empty" + std::to_string(card.empty_windows)
                                                     : std::to_string(card.ledger.frames));
  const std::uint64_t dropped = card.limits[static_cast<std::size_t>(Limit::card_dropped)];
  return dropped == 0 ? out : out + "-" + std::to_string(dropped);
}

using Told = std::vector<std::string>;

TEST(Publisher, ShowsTheSumOfAllWorkersInTheOrderOfTime) {
  const Engine engine = engine_for(kSpan);
  Told cards;
  Publisher publisher(engine, 2, Publisher::Pace::of_sink,
                      [&](const WindowCard& card) { cards.push_back(told(card)); });
  Feeder one(engine, publisher, 0);
  Feeder other(engine, publisher, 1);
  one.close(5, 100);
  one.close(6, 10);
  other.close(5, 1);
  other.close(8, 2);
  one.close(8, 4);
  publisher.finish();
  EXPECT_EQ(cards, (Told{"5:101", "6:10", "7:empty1", "8:6"}));
  EXPECT_EQ(publisher.ledger().frames, 117U);
  EXPECT_TRUE(publisher.ledger().closes());
}

TEST(Publisher, WindowsWithoutAFrameShareACardInFiles) {
  const Engine engine = engine_for(kSpan);
  Told cards;
  Publisher publisher(engine, 1, Publisher::Pace::of_sink,
                      [&](const WindowCard& card) { cards.push_back(told(card)); });
  Feeder one(engine, publisher, 0);
  one.come_to(3);
  one.close(5, 1);
  one.come_to(7);
  one.come_to(40'000);
  one.close(43'205, 1);
  publisher.finish();
  EXPECT_EQ(cards, (Told{"5:1", "6:empty43199", "43205:1"}));
}

TEST(Publisher, AQuietPortIsToldWindowByWindow) {
  const Engine engine = engine_for(kSpan);
  std::atomic<std::size_t> shown = 0;
  Told cards;
  Publisher publisher(engine, 2, Publisher::Pace::of_clock, [&](const WindowCard& card) {
    cards.push_back(told(card));
    ++shown;
  });
  publisher.begin(4);
  Feeder one(engine, publisher, 0);
  Feeder other(engine, publisher, 1);
  for (std::uint64_t index = 4; index < 7; ++index) {
    one.come_to(index);
    other.come_to(index);
    while (shown + 4 < index) std::this_thread::yield();
  }
  one.close(7, 3);
  publisher.finish();
  EXPECT_EQ(cards, (Told{"4:empty1", "5:empty1", "6:empty1", "7:3"}));
}

TEST(Publisher, WaitsForAFilesSinkAndLosesNoWindow) {
  const Engine engine = engine_for(kSpan);
  Told cards;
  Publisher publisher(engine, 4, Publisher::Pace::of_sink, [&](const WindowCard& card) {
    std::this_thread::sleep_for(std::chrono::microseconds(200));
    cards.push_back(told(card));
  });
  constexpr std::uint64_t kWindows = 200;
  std::vector<std::thread> threads;
  for (unsigned worker = 0; worker < 4; ++worker)
    threads.emplace_back([&, worker] {
      Feeder feeder(engine, publisher, worker);
      // Some windows each worker has nothing of.
      for (std::uint64_t index = 1; index <= kWindows; ++index)
        if (index % (worker + 1) == 0 || index == kWindows) feeder.close(index, 1);
    });
  for (std::thread& thread : threads) thread.join();
  publisher.finish();
  ASSERT_EQ(cards.size(), kWindows);
  for (std::uint64_t index = 1; index < kWindows; ++index) {
    unsigned frames = 0;
    for (unsigned worker = 0; worker < 4; ++worker) frames += index % (worker + 1) == 0 ? 1 : 0;
    EXPECT_EQ(cards[index - 1], std::to_string(index) + ":" + std::to_string(frames));
  }
}

TEST(Publisher, APortDoesNotWaitForItsSinkAndSaysWhichCardsAreMissing) {
  const Engine engine = engine_for(kSpan);
  std::atomic<bool> behind = true;
  Told cards;
  Publisher publisher(engine, 1, Publisher::Pace::of_clock, [&](const WindowCard& card) {
    while (behind) std::this_thread::yield();
    cards.push_back(told(card));
  });
  publisher.begin(1);
  Feeder one(engine, publisher, 0);
  for (std::uint64_t index = 1; index <= 20; ++index) one.close(index, 1);
  behind = false;
  publisher.finish();
  ASSERT_FALSE(cards.empty());
  std::uint64_t lost = 20 - cards.size();
  EXPECT_GE(lost, 16U);
  EXPECT_EQ(publisher.ledger().frames, 20U) << "the frames of a lost card are still counted";
  EXPECT_EQ(publisher.untold(), lost) << "no card came behind them";
}

TEST(Publisher, TheCardBehindLostOnesSaysHowManyTheyWere) {
  const Engine engine = engine_for(kSpan);
  std::atomic<bool> behind = true;
  std::atomic<std::size_t> shown = 0;
  Told cards;
  Publisher publisher(engine, 1, Publisher::Pace::of_clock, [&](const WindowCard& card) {
    while (behind) std::this_thread::yield();
    cards.push_back(told(card));
    ++shown;
  });
  publisher.begin(1);
  Feeder one(engine, publisher, 0);
  for (std::uint64_t index = 1; index <= 10; ++index) one.close(index, 1);
  behind = false;
  // Three were under way; the rest of the ten is lost.
  while (shown < 3) std::this_thread::yield();
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  one.close(11, 5);
  one.come_to(12);
  publisher.finish();
  EXPECT_EQ(cards, (Told{"1:1", "2:1", "3:1", "11:5-7"}));
  EXPECT_EQ(publisher.untold(), 0U);
  EXPECT_EQ(publisher.ledger().frames, 15U);
}

TEST(Publisher, OneWindowIsTheWholeRun) {
  const Engine engine = engine_for(0);
  std::uint64_t frames = 0;
  Publisher publisher(engine, 3, Publisher::Pace::of_sink, [&](const WindowCard& card) {
    EXPECT_EQ(card.end_ns, 0U);
    frames = card.ledger.frames;
  });
  for (unsigned worker = 0; worker < 3; ++worker) Feeder(engine, publisher, worker).close(0, 7);
  publisher.finish();
  EXPECT_EQ(frames, 21U);
}

TEST(Publisher, TheLastNanosecondThatAStampCanHoldIsInAWindow) {
  constexpr std::uint64_t kLast = ~std::uint64_t{0};
  for (const std::uint64_t span : {std::uint64_t{0}, std::uint64_t{1'000'000'000}}) {
    const Engine engine = engine_for(span);
    std::uint64_t frames = 0;
    Publisher publisher(engine, 1, Publisher::Pace::of_sink,
                        [&](const WindowCard& card) { frames += card.ledger.frames; });
    Windows windows(engine, publisher, 0);
    for (int frame = 0; frame < 3; ++frame) {
      if (windows.moves(kLast)) windows.move_to(kLast);
      EXPECT_TRUE(span == 0 || !windows.moves(kLast - 1)) << "time goes on, not round";
      ++windows.of(kLast).ledger.frames;
    }
    windows.close_all();
    publisher.finish();
    EXPECT_EQ(frames, 3U) << span;
  }
}

TEST(Publisher, WhatTheSinkThrowsEndsInFinish) {
  const Engine engine = engine_for(kSpan);
  Publisher publisher(engine, 1, Publisher::Pace::of_sink,
                      [](const WindowCard&) { throw std::runtime_error("full"); });
  Feeder one(engine, publisher, 0);
  for (std::uint64_t index = 1; index <= 20; ++index) one.close(index, 1);
  EXPECT_THROW(publisher.finish(), std::runtime_error);
  EXPECT_EQ(publisher.ledger().frames, 20U);
}

}  // namespace publisher_test
}  // namespace uptake
