#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>
#include <span>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tests/dataplane/conversation.h"
#include "uptake.h"

// The C library as a host sees it.
namespace uptake {
namespace {

using test::Conversation;
using test::Traffic;

/// Host: a meter, and the cards that it published.
class Host {
 public:
  explicit Host(uptake_options options = {}) {
    options.size = sizeof options;
    options.user = &cards;
    options.publish = [](void* user, const char* json, std::size_t bytes) {
      static_cast<std::vector<std::string>*>(user)->emplace_back(json, bytes);
    };
    workers_ = std::max(options.workers, 1U);
    std::array<char, 200> text{};
    meter_ = uptake_open(&options, text.data(), text.size());
    why = text.data();
  }
  ~Host() { uptake_close(meter_); }
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  static uptake_frame frame_of(const Traffic::Packet& packet) {
    const auto size = static_cast<std::uint32_t>(packet.bytes.size());
    return {packet.bytes.data(), size, size, packet.time_ns};
  }
  /// Deals frames to the workers, each on a thread of its own, in bursts of at most so many.
  Host& see(const std::vector<Traffic::Packet>& packets, unsigned most = 0xffffffff) {
    std::vector<std::vector<uptake_frame>> dealt(workers_);
    for (const Traffic::Packet& packet : packets) {
      const uptake_frame frame = frame_of(packet);
      dealt[uptake_owner(meter_, &frame)].push_back(frame);
    }
    std::vector<std::thread> threads;
    for (unsigned worker = 0; worker < workers_; ++worker)
      threads.emplace_back([&, worker] {
        std::span<const uptake_frame> own = dealt[worker];
        while (!own.empty()) {
          const auto burst = static_cast<unsigned>(std::min<std::size_t>(own.size(), most));
          EXPECT_EQ(uptake_process_burst(meter_, worker, own.data(), burst), 0U);
          own = own.subspan(burst);
        }
        uptake_advance(meter_, worker, packets.back().time_ns);
      });
    for (std::thread& thread : threads) thread.join();
    return *this;
  }
  [[nodiscard]] uptake_meter* meter() noexcept { return meter_; }
  void close() { uptake_close(std::exchange(meter_, nullptr)); }

  std::vector<std::string> cards;
  std::string why;

 private:
  uptake_meter* meter_ = nullptr;
  unsigned workers_ = 1;
};

/// Options of which one is set.
template <class T>
uptake_options with(T uptake_options::*member, T value) {
  uptake_options options{};
  options.*member = value;
  return options;
}

/// TLS, DNS and half connections of many clients, from `first` on.
Traffic traffic_of(std::uint32_t first, std::uint32_t clients) {
  Traffic traffic;
  for (std::uint32_t i = first; i < first + clients; ++i) {
    Conversation talk(traffic, {.client = i, .server = i % 7, .server_port = 443, .v6 = i % 3 == 0});
    talk.open().ask(test::kHello).tell(test::kFlight);
    if (i % 2 == 0) talk.close();
    traffic.udp({.client = i, .server = 9, .server_port = 53}, true,
                std::string("\0\1\1\0\0\1\0\0\0\0\0\0\1a\0\0\1\0\1", 19));
  }
  return traffic;
}

std::string card_of(const Traffic& traffic, uptake_options options = {}) {
  Host host(options);
  host.see(traffic.packets).close();
  return host.cards.size() == 1 ? host.cards.front() : std::to_string(host.cards.size()) + " cards";
}

TEST(Library, TwoOfThemInOneProcessKnowNothingOfEachOther) {
  const Traffic one = traffic_of(1, 40);
  const Traffic other = traffic_of(1000, 70);
  Host first;
  Host second;
  std::thread beside([&] { second.see(other.packets); });
  first.see(one.packets);
  beside.join();
  first.close();
  second.close();
  ASSERT_EQ(first.cards.size(), 1U);
  ASSERT_EQ(second.cards.size(), 1U);
  EXPECT_EQ(first.cards[0], card_of(one));
  EXPECT_EQ(second.cards[0], card_of(other));
  EXPECT_NE(first.cards[0], second.cards[0]);
}

TEST(Library, AnyNumberOfWorkersGivesTheSameCard) {
  const Traffic traffic = traffic_of(1, 300);
  const std::string alone = card_of(traffic);
  EXPECT_NE(alone.find("\"tls.version.1_3\""), std::string::npos);
  for (const unsigned workers : {2U, 4U, 16U})
    EXPECT_EQ(card_of(traffic, with(&uptake_options::workers, workers)), alone) << workers;
}

TEST(Library, SmallBurstsOfSeveralWorkersAreBroughtTogetherByPacketTime) {
  Traffic traffic = traffic_of(1, 2000);
  const std::string alone = card_of(traffic);
  for (const unsigned workers : {2U, 3U, 16U}) {
    Host host(with(&uptake_options::workers, workers));
    host.see(traffic.packets, 7).close();
    ASSERT_EQ(host.cards.size(), 1U);
    EXPECT_EQ(host.cards[0], alone) << workers;
  }
}

TEST(Library, AnOptionThatIsNotKnownIsRefused) {
  struct Later {
    uptake_options known{};
    std::uint64_t more = 1;
  } later;
  later.known.size = sizeof later;
  std::array<char, 100> why{};
  EXPECT_EQ(uptake_open(&later.known, why.data(), why.size()), nullptr);
  EXPECT_EQ(std::string(why.data()), "options: one that this version does not know is set");
  later.more = 0;
  uptake_meter* const meter = uptake_open(&later.known, why.data(), why.size());
  EXPECT_NE(meter, nullptr);
  uptake_close(meter);
}

TEST(Library, AHostOfTheFirstVersionIsServed) {
  // It ended behind `key`; what lies behind it in the memory of such a host is not the library's.
  uptake_options options = with<const char*>(&uptake_options::dnssec_anchors, "no anchor");
  options.size = offsetof(uptake_options, dnssec_anchors);
  std::array<char, 100> why{};
  uptake_meter* const meter = uptake_open(&options, why.data(), why.size());
  EXPECT_NE(meter, nullptr) << why.data();
  uptake_close(meter);
}

/// The frames of a golden case: a classic capture of little-endian microseconds.
Traffic golden(const std::string& name) {
  std::ifstream file(std::string(UPTAKE_GOLDEN) + "/" + name + "/capture.pcap", std::ios::binary);
  const std::string all{std::istreambuf_iterator<char>(file), {}};
  Traffic traffic;
  const auto u32 = [&](std::size_t at) {
    std::uint32_t value = 0;
    std::memcpy(&value, all.data() + at, sizeof value);
    return value;
  };
  const std::uint64_t scale = all.size() > 24 && u32(0) == 0xa1b23c4d ? 1 : 1000;
  for (std::size_t at = 24; at + 16 <= all.size(); at += 16 + u32(at + 8)) {
    traffic.now_ns = u32(at) * std::uint64_t{1'000'000'000} + u32(at + 4) * scale;
    traffic.packets.push_back({{all.begin() + static_cast<std::ptrdiff_t>(at) + 16,
                                all.begin() + static_cast<std::ptrdiff_t>(at + 16 + u32(at + 8))},
                               traffic.now_ns});
  }
  return traffic;
}

/// How many responses a card calls secure.
std::uint64_t secure_in(const std::string& card) {
  const nlohmann::json parsed = nlohmann::json::parse(card);
  for (const auto& measure : parsed["windows"][0]["measures"])
    if (measure["id"] == "dnssec.secure" && measure["unit"] == "responses") return measure["total"]["pass"];
  return 0;
}

TEST(Library, NamesAreValidatedByTheAnchorsThatItIsGiven) {
  const Traffic traffic = golden("dns");
  std::ifstream file(std::string(UPTAKE_GOLDEN) + "/dns/trust-anchor.zone");
  const std::string anchors{std::istreambuf_iterator<char>(file), {}};
  ASSERT_FALSE(anchors.empty());
  EXPECT_EQ(secure_in(card_of(traffic)), 0U) << "by the root's, nothing";
  EXPECT_GT(secure_in(card_of(traffic, with(&uptake_options::dnssec_anchors, anchors.c_str()))), 50U);
}

TEST(Library, FramesOfAnotherWorkerAreRefusedAndCounted) {
  const Traffic traffic = traffic_of(1, 50);
  Host host(with(&uptake_options::workers, 2U));
  unsigned foreign = 0;
  unsigned refused = 0;
  for (const Traffic::Packet& packet : traffic.packets) {
    const uptake_frame frame = Host::frame_of(packet);
    foreign += uptake_owner(host.meter(), &frame) == 1 ? 1 : 0;
    refused += uptake_process_burst(host.meter(), 0, &frame, 1);
    uptake_advance(host.meter(), 1, packet.time_ns);
  }
  EXPECT_GT(foreign, 0U);
  EXPECT_EQ(refused, foreign);
  host.close();
  ASSERT_EQ(host.cards.size(), 1U);
  EXPECT_NE(host.cards[0].find("\"overload\": " + std::to_string(refused)), std::string::npos) << host.cards[0];
}

TEST(Library, EachWindowIsPublishedOnceAndInOrder) {
  constexpr std::uint64_t kMinuteNs = 60'000'000'000;
  Traffic traffic;
  traffic.now_ns = traffic.now_ns / kMinuteNs * kMinuteNs;
  traffic.step_ns = kMinuteNs / 10;
  for (std::uint32_t i = 0; i < 30; ++i) traffic.udp({.client = i, .server_port = 53}, true, "no DNS");
  Host host(with(&uptake_options::window_ns, kMinuteNs));
  host.see(traffic.packets);
  uptake_advance(host.meter(), 0, traffic.now_ns + 10 * kMinuteNs);
  host.close();
  std::vector<std::string> starts;
  for (const std::string& card : host.cards) starts.push_back(card.substr(card.find("\"start\""), 40));
  ASSERT_GE(starts.size(), 3U);
  EXPECT_TRUE(std::is_sorted(starts.begin(), starts.end()));
  EXPECT_EQ(std::set(starts.begin(), starts.end()).size(), starts.size());
}

TEST(Library, WhatIsWrongIsSaidInOneLine) {
  std::array<const char*, 2> customers = {"no prefix", nullptr};
  std::array<const char*, 2> plugins = {"/nowhere/none.so", nullptr};
  const std::vector<std::pair<uptake_options, std::string>> wrong = {
      {with(&uptake_options::workers, 17U), "workers: 17 is not between 1 and 16"},
      {with(&uptake_options::window_ns, std::uint64_t{7}), "window_ns: 7 ns is no window"},
      {with(&uptake_options::max_flows, std::uint64_t{3}), "max_flows: 3 is not between"},
      {with(&uptake_options::link, std::uint32_t{9999}), "link: 9999"},
      {with<const char*>(&uptake_options::profile, "none"), "profile none: not one of:"},
      {with<const char*>(&uptake_options::key, "too short"), "key: 16 octets or 32 hexadecimal digits are wanted"},
      {with<const char*>(&uptake_options::dnssec_anchors, "no anchor"), "dnssec_anchors"},
      {with<const char*>(&uptake_options::dnssec_records, "test. IN DS what\n"), "dnssec_records"},
      {with<const char* const*>(&uptake_options::customers, customers.data()), "customers"},
      {with<const char* const*>(&uptake_options::plugins, plugins.data()), "plugin /nowhere/none.so"},
  };
  for (const auto& [options, words] : wrong) {
    Host host(options);
    EXPECT_EQ(host.meter(), nullptr) << words;
    EXPECT_TRUE(host.why.starts_with(words)) << host.why;
    EXPECT_EQ(host.why.find('\n'), std::string::npos);
  }
  const uptake_options small = with(&uptake_options::size, std::size_t{8});
  std::array<char, 20> short_text{};
  EXPECT_EQ(uptake_open(&small, short_text.data(), short_text.size()), nullptr);
  EXPECT_EQ(std::string(short_text.data()), "options: size is no");
  EXPECT_EQ(uptake_open(nullptr, nullptr, 0), nullptr);
}

TEST(Library, ItBreaksOnNothing) {
  Host host;
  const std::array<std::uint8_t, 64> octets{};
  const std::vector<uptake_frame> odd = {
      {nullptr, 0, 0, 0}, {octets.data(), 64, 10, 0}, {octets.data(), 1, 0xffffffff, ~std::uint64_t{0}}};
  EXPECT_EQ(uptake_process_burst(host.meter(), 0, odd.data(), 3), 0U);
  EXPECT_EQ(uptake_process_burst(host.meter(), 0, nullptr, 0), 0U);
  EXPECT_EQ(uptake_process_burst(host.meter(), 9, odd.data(), 3), 3U) << "there is no such worker";
  uptake_advance(host.meter(), 9, 1);
  host.close();
  ASSERT_EQ(host.cards.size(), 1U);
}

}  // namespace
}  // namespace uptake
