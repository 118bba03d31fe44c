#include "dissectors/dns/name.h"

#include <gtest/gtest.h>

#include <array>
#include <set>

#include "tests/dissectors/dns/reading.h"

namespace uptake::dns {
namespace name_test {

using namespace test;

struct Text {
  QuestionName name;
  std::string text;
};

/// Reads `wire`, behind a header's worth of octets and with `after` octets behind it.
Text read(const Octets& wire, std::size_t after) {
  const Octets message = Wire{}.zeros(12).add(wire).zeros(after).out;
  const auto exact = std::make_unique<std::uint8_t[]>(message.size());
  std::copy(message.begin(), message.end(), exact.get());
  Cursor at(Bytes{exact.get(), message.size()});
  at.skip(12);
  std::array<std::uint8_t, kMaxText> room;
  Text result{read_question_name(at.rest(), room.data()), {}};
  const QuestionName passed = pass_question_name(at.rest());
  EXPECT_EQ(passed.sound, result.name.sound);
  EXPECT_EQ(passed.cut, result.name.cut);
  EXPECT_EQ(passed.octets, result.name.octets);
  if (result.name.sound) {
    result.text.assign(room.begin(), room.begin() + result.name.size);
    EXPECT_EQ(result.name.octets, wire.size());
  }
  return result;
}

/// The definition, an octet at a time.
std::string expected(const Octets& wire) {
  std::string text;
  for (std::size_t at = 0; wire[at] != 0;) {
    if (!text.empty()) text += '.';
    const std::size_t end = at + wire[at] + 1U;
    while (++at < end) {
      const std::uint8_t c = wire[at];
      if (c > 0x20 && c < 0x7f && c != '.' && c != '\\') {
        text += static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
      } else {
        char escape[5];
        std::snprintf(escape, sizeof escape, "\\%03u", c);
        text += escape;
      }
    }
  }
  return text.empty() ? "." : text;
}

TEST(DnsName, EveryOctetAtEveryPlace) {
  const Octets base = Wire{}.name("abcdefghijk.lmnopqrstuvwxyz0123456789-.nl").out;
  for (std::size_t at = 0; at < base.size(); ++at) {
    const bool is_length = at == 0 || at == 12 || at == 39 || at == base.size() - 1;
    if (is_length) continue;
    for (unsigned octet = 0; octet < 256; ++octet) {
      Octets wire = base;
      wire[at] = static_cast<std::uint8_t>(octet);
      for (const std::size_t after : {0U, 4U, 40U}) {
        const Text got = read(wire, after);
        ASSERT_TRUE(got.name.sound);
        ASSERT_EQ(got.text, expected(wire)) << at << ' ' << octet;
        ASSERT_EQ(got.name.underscore, octet == '_');
      }
    }
  }
}

TEST(DnsName, EveryLengthOfOneAndOfManyLabels) {
  for (std::size_t size = 1; size <= 253; ++size)
    for (const std::size_t label : {1U, 2U, 15U, 16U, 17U, 31U, 63U}) {
      Octets wire;
      for (std::size_t left = size + 1; left > 0;) {
        const std::size_t now = std::min(left - 1, label);
        if (now == 0) break;
        wire = Wire{wire}.u8(static_cast<unsigned>(now)).text(std::string(now, 'Q')).out;
        left -= now + 1;
      }
      wire.push_back(0);
      for (const std::size_t after : {0U, 4U, 15U, 16U}) {
        const Text got = read(wire, after);
        ASSERT_TRUE(got.name.sound) << size << ' ' << label;
        ASSERT_EQ(got.text, expected(wire));
      }
    }
}

TEST(DnsName, EveryCut) {
  const Octets wire = Wire{}.name("www.example.org").out;
  std::array<std::uint8_t, kMaxText> room;
  for (std::size_t size = 0; size < wire.size(); ++size) {
    const QuestionName name = read_question_name(Bytes{wire}.first(size), room.data());
    EXPECT_TRUE(name.cut && !name.sound) << size;
    const QuestionName passed = pass_question_name(Bytes{wire}.first(size));
    EXPECT_TRUE(passed.cut && !passed.sound) << size;
  }
}

TEST(DnsName, PassedOverWithAnEyeForUnderscoresInFront) {
  const auto passed = [](std::string_view name) { return pass_question_name(Wire{}.name(name).zeros(4).out); };
  EXPECT_TRUE(passed("_dmarc.example.org").underscore);
  EXPECT_TRUE(passed("a.b._domainkey.example.org").underscore);
  EXPECT_TRUE(passed("example._").underscore);
  EXPECT_FALSE(passed("a_b.example.org").underscore);
  EXPECT_FALSE(passed("example.org").underscore);
}

TEST(DnsName, Root) {
  const Text root = read({0}, 4);
  EXPECT_TRUE(root.name.sound);
  EXPECT_EQ(root.text, ".");
}

TEST(DnsName, DifferentNamesHaveDifferentTexts) {
  const std::vector<Octets> names = {
      Wire{}.name("a.b").out,
      Wire{}.u8(3).text("a.b").u8(0).out,
      Wire{}.u8(6).text("a\\046b").u8(0).out,
      Wire{}.u8(1).text(".").u8(0).out,
      {0},
  };
  std::set<std::string> texts;
  for (const Octets& name : names) texts.insert(read(name, 4).text);
  EXPECT_EQ(texts.size(), names.size());
  EXPECT_TRUE(texts.contains("a\\046b"));
}

TEST(DnsName, LongestAndTooLong) {
  const std::string l63(63, 'x');
  const auto four = [&](std::size_t last) {
    Wire wire;
    for (int i = 0; i < 3; ++i) wire.u8(63).text(l63);
    return wire.u8(static_cast<unsigned>(last)).text(std::string(last, 'x')).u8(0).out;
  };
  EXPECT_EQ(four(61).size(), 255U);
  EXPECT_TRUE(read(four(61), 4).name.sound);
  EXPECT_FALSE(read(four(62), 4).name.sound);
  Octets worst = four(61);
  for (std::uint8_t& octet : worst)
    if (octet == 'x') octet = 0xff;
  EXPECT_EQ(read(worst, 4).text, expected(worst));
}

TEST(DnsName, LabelTypesAndPointers) {
  for (const unsigned type : {0x40U, 0x41U, 0x80U, 0xbfU, 0xc0U, 0xffU}) {
    const Text got = read(Wire{}.u8(1).text("a").u8(type).u8(12).u8(0).out, 40);
    EXPECT_FALSE(got.name.sound) << type;
  }
}

TEST(DnsSkipName, EveryPointerAtEveryPlace) {
  // RFC 9267 §2: only a pointer to before the name, behind the header, is sound.
  Octets message(512, 0);
  for (const std::size_t start : {12U, 13U, 14U, 100U, 510U}) {
    for (unsigned target = 0; target < 0x4000; ++target) {
      message[start] = static_cast<std::uint8_t>(0xc0 | target >> 8);
      message[start + 1] = static_cast<std::uint8_t>(target & 0xff);
      Cursor at(message);
      at.skip(start);
      ASSERT_EQ(skip_name(at, message.data()), target >= 12 && target < start) << start << ' ' << target;
      ASSERT_TRUE(at.ok());
    }
    message[start] = message[start + 1] = 0;
  }
}

TEST(DnsSkipName, ALabelThatPointsToItselfIsMalformed) {
  const Octets message = Wire{}.zeros(12).u8(1).text("a").u8(0xc0).u8(12).out;
  Cursor at(message);
  at.skip(12);
  EXPECT_FALSE(skip_name(at, message.data()));
}

TEST(DnsSkipName, RunningOffIsTheCursors) {
  for (const Octets& cut : {Octets{}, Octets{3, 'a'}, Octets{1, 'a', 0xc0}, Octets{1, 'a'}}) {
    const Octets message = Wire{}.zeros(12).add(cut).out;
    Cursor at(message);
    at.skip(12);
    EXPECT_TRUE(skip_name(at, message.data()));
    EXPECT_TRUE(at.failed());
  }
}

}  // namespace name_test
}  // namespace uptake::dns
