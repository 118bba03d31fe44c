// Which flows are TLS, by their first octets.

#include <gtest/gtest.h>

#include "dissectors/tls/suites.h"
#include "tests/dissectors/tls/builder.h"

namespace uptake::tls::test {
namespace claims_test {

using Codes = std::initializer_list<std::uint16_t>;

Claim claim(const Octets& octets, bool from_start = true, std::uint16_t port = 9999) {
  const auto exact = std::make_unique<std::uint8_t[]>(octets.size());
  std::copy(octets.begin(), octets.end(), exact.get());
  Payload payload;
  payload.bytes = {exact.get(), octets.size()};
  payload.stream = true;
  payload.from_start = from_start;
  payload.client_port = 40000;
  payload.server_port = port;
  return Dissector::claims(payload);
}

TEST(Claims, AHelloTellsWhoSentIt) {
  const Claim client = claim(Hello().client());
  EXPECT_EQ(client, Claim::from_client);
  const Claim server = claim(Hello().server());
  EXPECT_EQ(server, Claim::from_server);
}

TEST(Claims, WaitForAWholeStart) {
  for (const Octets& whole : {Hello().client(), Hello().server(), from_hex("802b0103010012000000102f")}) {
    const std::size_t needed = (whole[0] & 0x80) != 0 ? 11 : 6;
    for (std::size_t size = 0; size < whole.size(); ++size) {
      const Claim got = claim(Octets(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)));
      if (size < needed) {
        EXPECT_EQ(got, size == 0 ? Claim::no : Claim::need_more) << size;
      } else {
        EXPECT_TRUE(got == Claim::from_client || got == Claim::from_server) << size;
      }
    }
  }
}

TEST(Claims, WhatIsNoHello) {
  for (const char* text : {"GET / HTTP/1.1", "SSH-2.0-x", "\x16\x02\x01", "\x16\x03\x05", "EHLO a"}) {
    EXPECT_EQ(claim(octets(text)), Claim::no) << text;
    EXPECT_EQ(claim(octets(text), true, 443), Claim::no) << text;
  }
  EXPECT_EQ(claim(from_hex("160301000001")), Claim::no) << "an empty record";
  EXPECT_EQ(claim(Hello().of(0x0203).client()), Claim::no) << "of no version of TLS";
  EXPECT_EQ(claim(from_hex("160301ffff01")), Claim::no) << "too long a record";
  EXPECT_EQ(claim(from_hex("16030100400b")), Claim::no) << "a Certificate first";
  EXPECT_EQ(claim(records(kApplicationData, Octets(20, 1)), true, 443), Claim::no);
  EXPECT_EQ(claim(from_hex("800801030000")), Claim::no) << "shorter than an SSL 2.0 hello may be";
}

TEST(Claims, ARefusalOnAKnownPort) {
  EXPECT_EQ(claim(alert(2, 40), true, 443), Claim::yes);
  EXPECT_EQ(claim({kAlert}, true, 443), Claim::need_more);
  EXPECT_EQ(claim(alert(2, 40), true, 8080), Claim::no);
}

TEST(Claims, MidstreamByRecordOrPort) {
  for (const std::uint8_t type : Octets{20, 21, 22, 23}) {
    const Claim got = claim(records(type, Octets(30, 0x99)), false);
    EXPECT_EQ(got, Claim::yes);
  }
  EXPECT_EQ(claim({23, 3}, false), Claim::need_more);
  EXPECT_EQ(claim(Octets(30, 0x99), false), Claim::no);
  EXPECT_EQ(claim(records(24, Octets(30, 0x99)), false), Claim::no);
  EXPECT_EQ(claim(records(23, Octets(2000, 1)) + records(23, {1}), false), Claim::yes);
  EXPECT_EQ(claim(records(23, Octets(30, 1)) + Octets(9, 0x77), false), Claim::no) << "none behind it";
  EXPECT_EQ(claim(from_hex("1703030400") + Octets(30, 1), false), Claim::yes) << "its end is not in sight";
  EXPECT_EQ(claim(from_hex("1503030400") + Octets(30, 1), false), Claim::no);
  for (const std::uint16_t port : Codes{443, 853, 80, 8443})
    EXPECT_EQ(claim(Octets(30, 0x77), false, port), Claim::no);
}

TEST(Claims, APortOfTlsPromisesItWhateverIsThere) {
  const auto presumes = [](const Octets& octets, std::uint16_t port) {
    Payload payload;
    payload.bytes = octets;
    payload.stream = true;
    payload.client_port = 40000;
    payload.server_port = port;
    return Dissector::presumes(payload);
  };
  for (const std::uint16_t port : Codes{443, 853, 465, 993, 995}) {
    EXPECT_TRUE(presumes(Octets(30, 0x77), port)) << port;
    EXPECT_TRUE(presumes({}, port)) << port;
    for (const char* text : {"GET / HTTP/1.1", "HTTP/1.1 200", "SSH-2.0", "220 mx"})
      EXPECT_FALSE(presumes(octets(text), port)) << text;
    EXPECT_TRUE(presumes(octets("G"), port)) << "may be anything";
  }
  for (const std::uint16_t port : Codes{80, 25, 8443, 636}) EXPECT_FALSE(presumes(Octets(30, 0x77), port)) << port;
}

TEST(Claims, TheOtherSideAnswersInRecords) {
  const auto answers = [](const Octets& octets) {
    Payload payload;
    payload.bytes = octets;
    payload.stream = payload.claimed = true;
    return Dissector::claims(payload);
  };
  EXPECT_EQ(answers(Hello().server()), Claim::yes);
  EXPECT_EQ(answers(alert(2, 40)), Claim::yes);
  EXPECT_EQ(answers(records(kApplicationData, Octets(3, 1))), Claim::yes);
  EXPECT_EQ(answers({22, 3}), Claim::need_more);
  EXPECT_EQ(answers(from_hex("800e0400010002000000030000") + Octets(3, 1)), Claim::yes) << "SSL 2.0";
  EXPECT_EQ(answers(octets("220 go ahead\r\n")), Claim::no);
  EXPECT_EQ(answers(Octets(6, 0)), Claim::no);
}

TEST(Claims, AHelloIsFoundBehindWhatStandsInFront) {
  for (const Octets& hello : {browser_hello().client(), Hello().client(), Hello().server()}) {
    for (const Octets& front :
         {octets("PROXY UNKNOWN\r\n"), Octets(300, 21), from_hex("1603010200010001fc0202"), {}}) {
      Payload payload;
      const Octets whole = front + hello;
      payload.bytes = whole;
      payload.stream = payload.begun = true;
      EXPECT_EQ(Dissector::search(payload), front.size());
      // Where it goes on in the next segment it is found, too.
      for (std::size_t size = front.size() + 1; size < front.size() + 60; ++size) {
        payload.bytes = Bytes{whole}.first(size);
        EXPECT_EQ(Dissector::search(payload), front.size()) << size;
      }
      payload.bytes = whole;
      payload.begun = false;
      EXPECT_EQ(Dissector::search(payload), whole.size()) << "in the middle of a stream nothing is searched";
    }
  }
}

TEST(Claims, OctetsAtRandomAreNoHello) {
  std::uint32_t state = 1;
  Octets noise(1 << 20);
  for (std::uint8_t& octet : noise) octet = static_cast<std::uint8_t>((state = state * 1664525U + 1013904223U) >> 24);
  // Each of them behind the start of a record.
  for (std::size_t at = 0; at + 11 < noise.size(); at += 11) std::copy_n(from_hex("160301").begin(), 3, &noise[at]);
  Payload payload;
  payload.bytes = noise;
  payload.stream = payload.begun = true;
  EXPECT_GE(Dissector::search(payload), noise.size() - 3);
}

TEST(Claims, DatagramsAreNot) {
  Payload payload;
  const Octets hello = Hello().client();
  payload.bytes = hello;
  EXPECT_EQ(Dissector::claims(payload), Claim::no);
}

// Of each kind the first, the last and the neighbours in the IANA registry; all of OpenSSL's agree.
TEST(Suites, KeyExchange) {
  for (const std::uint16_t code : Codes{0x0011, 0x0016, 0x0018, 0x001b, 0x0033, 0x0039, 0x003a, 0x0067, 0x006d,
                                        0x009e, 0x009f, 0x00a6, 0x00c5, 0xc09e, 0xc0a3, 0xccaa})
    EXPECT_EQ(key_exchange(code), KeyExchange::dhe) << std::hex << code;
  for (const std::uint16_t code :
       Codes{0xc006, 0xc009, 0xc00a, 0xc013, 0xc014, 0xc018, 0xc02b, 0xc02f, 0xc030, 0xc0ac, 0xc0af, 0xcca8, 0xcca9})
    EXPECT_EQ(key_exchange(code), KeyExchange::ecdhe) << std::hex << code;
  for (const std::uint16_t code : Codes{0xc033, 0xc03b, 0xc09a, 0xccac, 0xd001, 0xd005})
    EXPECT_EQ(key_exchange(code), KeyExchange::ecdhe_psk) << std::hex << code;
  for (const std::uint16_t code : Codes{0x002d, 0x0091, 0x00aa, 0x00b5, 0xc0a6, 0xccad})
    EXPECT_EQ(key_exchange(code), KeyExchange::dhe_psk) << std::hex << code;
  for (const std::uint16_t code :
       Codes{0x0000, 0x0005, 0x000a, 0x000d, 0x0010, 0x001e, 0x002c, 0x002f, 0x0031, 0x0035, 0x003c, 0x0068, 0x0081,
             0x009c, 0x00a0, 0x00a8, 0xc001, 0xc005, 0xc00e, 0xc01d, 0xc02d, 0xc032, 0xc100, 0xccab, 0xccae})
    EXPECT_EQ(key_exchange(code), KeyExchange::none) << std::hex << code;
  for (const std::uint16_t code : Codes{0x001c, 0x0047, 0x006e, 0x00c6, 0x1301, 0x2a2a, 0xc0b1, 0xe013, 0xffff})
    EXPECT_EQ(key_exchange(code), KeyExchange::unknown) << std::hex << code;
}

}  // namespace claims_test
}  // namespace uptake::tls::test
