// The vectors of RFC 9001 Appendix A and RFC 9369 Appendix A.

#include <gtest/gtest.h>

#include "dissectors/quic/packet.h"
#include "dissectors/quic/protection.h"
#include "tests/dissectors/quic/builder.h"

namespace uptake::quic::test {
namespace vectors_test {

const Octets kId = from_hex("8394c8f03e515708");

/// Vectors of one version; what both sides protect is the same in both RFCs.
struct Vectors {
  Version version;
  std::string_view client_key, client_iv, client_header;
  std::string_view server_key, server_iv, server_header;
  std::string_view client_begin, client_end;  ///< of the protected Initial of 1200 octets
  std::string_view server_initial;
  std::string_view retry;
  std::string_view short_packet;
};

constexpr Vectors kVersion1{
    Version::v1,
    "1f369613dd76d5467730efcbe3b1a22d",
    "fa044b2f42a3fd3b46fb255c",
    "9f50449e04a0e810283a1e9933adedd2",
    "cf3a5331653c364c88f0f379b6067e37",
    "0ac1493ca1905853b0bba03e",
    "c206b8d9b9f0f37644430b490eeaa314",
    "c000000001088394c8f03e5157080000449e7b9aec34d1b1c98dd7689fb8ec11d242b123dc9bd8bab936b47d92ec356c0bab7df5976d27cd"
    "449f63300099f399",
    "7e78bfe706ca4cf5e9c5453e9f7cfd2b8b4c8d169a44e55c88d4a9a7f9474241e221af44860018ab0856972e194cd934",
    "cf000000010008f067a5502a4262b5004075c0d95a482cd0991cd25b0aac406a5816b6394100f37a1c69797554780bb38cc5a99f5ede4cf7"
    "3c3ec2493a1839b3dbcba3f6ea46c5b7684df3548e7ddeb9c3bf9c73cc3f3bded74b562bfb19fb84022f8ef4cdd93795d77d06edbb7aaf2f"
    "58891850abbdca3d20398c276456cbc42158407dd074ee",
    "ff000000010008f067a5502a4262b5746f6b656e04a265ba2eff4d829058fb3f0f2496ba",
    "4cfe4189655e5cd55c41f69080575d7999c25a5bfb"};

constexpr Vectors kVersion2{
    Version::v2,
    "8b1a0bc121284290a29e0971b5cd045d",
    "91f73e2351d8fa91660e909f",
    "45b95e15235d6f45a6b19cbcb0294ba9",
    "82db637861d55e1d011f19ea71d5d2a7",
    "dd13c276499c0249d3310652",
    "edf6d05c83121201b436e16877593c3a",
    "d76b3343cf088394c8f03e5157080000449ea0c95e82ffe67b6abcdb4298b485dd04de806071bf03dceebfa162e75d6c96058bdbfb127cdf"
    "cbf903388e99ad04",
    "6f4c4938ae79324dc402894b44faf8afbab35282ab659d13c93f70412e85cb199a37ddec600545473cfb5a05e08d0b209973b2172b4d21fb"
    "69745a262ccde96ba18b2faa745b6fe189cf772a9f84cbfc",
    "dc6b3343cf0008f067a5502a4262b5004075d92faaf16f05d8a4398c47089698baeea26b91eb761d9b89237bbf87263017915358230035f7"
    "fd3945d88965cf17f9af6e16886c61bfc703106fbaf3cb4cfa52382dd16a393e42757507698075b2c984c707f0a0812d8cd5a6881eaf21ce"
    "da98f4bd23f6fe1a3e2c43edd9ce7ca84bed8521e2e140",
    "cf6b3343cf0008f067a5502a4262b5746f6b656ec8646ce8bfe33952d955543665dcc7b6",
    "5558b1c60ae7b6b932bc27d786f4bc2bb20f2162ba"};

const Octets kClientCrypto = from_hex(
    "060040f1010000ed0303ebf8fa56f12939b9584a3896472ec40bb863cfd3e86804fe3a47f06a2b69484c00000413011302010000c0000000"
    "10"
    "000e00000b6578616d706c652e636f6dff01000100000a00080006001d0017001800100007000504616c706e000500050100000000003300"
    "26"
    "0024001d00209370b2c9caa47fbabaf4559fedba753de171fa71f50f1ce15d43e994ec74d748002b0003020304000d0010000e0403050306"
    "03"
    "0203080408050806002d00020101001c00024001003900320408ffffffffffffffff05048000ffff07048000ffff08011001048000753009"
    "01"
    "100f088394c8f03e51570806048000ffff");
const Octets kServerFrames = from_hex(
    "02000000000600405a020000560303eefce7f7b37ba1d1632e96677825ddf73988cfc79825df566dc5430b9a045a1200130100002e003300"
    "24"
    "001d00209d3c940d89690b84d08a60993c144eca684d1081287c834d5311bcf32bb9da1a002b00020304");

class Appendix : public testing::TestWithParam<const Vectors*> {
 protected:
  [[nodiscard]] static const Vectors& vectors() { return *GetParam(); }
  [[nodiscard]] Keys keys(Side side) const { return schedule_.keys_of(*row_of(vectors().version), kId, side); }
  /// What a datagram that is one Initial holds; empty when it does not open.
  [[nodiscard]] Octets opened(const Octets& datagram, Side side) {
    Cursor cursor(datagram);
    const Packet packet = read_packet(cursor, datagram.size());
    EXPECT_EQ(packet.kind, Packet::Kind::long_header);
    EXPECT_EQ(packet.type, Type::initial);
    EXPECT_EQ(packet.version, vectors().version);
    EXPECT_TRUE(cursor.empty());
    Octets room(datagram.size());
    const Bytes frames = protection_.open(packet, keys(side), room).frames;
    return {frames.begin(), frames.end()};
  }

  KeySchedule schedule_;
  Protection protection_;
};

template <std::size_t kSize>
Octets of(const std::array<std::uint8_t, kSize>& octets) {
  return {octets.begin(), octets.end()};
}

TEST_P(Appendix, A1Keys) {
  const Keys client = keys(Side::client);
  EXPECT_EQ(of(client.key), from_hex(vectors().client_key));
  EXPECT_EQ(of(client.iv), from_hex(vectors().client_iv));
  EXPECT_EQ(of(client.header), from_hex(vectors().client_header));
  const Keys server = keys(Side::server);
  EXPECT_EQ(of(server.key), from_hex(vectors().server_key));
  EXPECT_EQ(of(server.iv), from_hex(vectors().server_iv));
  EXPECT_EQ(of(server.header), from_hex(vectors().server_header));
}

// The tag at its end authenticates all of it: a packet that begins and ends like the RFC's is the RFC's.
TEST_P(Appendix, A2ClientInitial) {
  const Octets packet = seal({.version = vectors().version, .source = {}, .number = 2}, kClientCrypto);
  const Octets begin = from_hex(vectors().client_begin);
  const Octets end = from_hex(vectors().client_end);
  ASSERT_EQ(packet.size(), 1200U);
  EXPECT_TRUE(std::equal(begin.begin(), begin.end(), packet.begin()));
  EXPECT_TRUE(std::equal(end.rbegin(), end.rend(), packet.rbegin()));
  Octets frames = opened(packet, Side::client);
  ASSERT_EQ(frames.size(), 1162U);
  EXPECT_TRUE(std::all_of(frames.begin() + static_cast<std::ptrdiff_t>(kClientCrypto.size()), frames.end(),
                          [](std::uint8_t octet) { return octet == 0; }));
  frames.resize(kClientCrypto.size());
  EXPECT_EQ(frames, kClientCrypto);
  EXPECT_TRUE(opened(packet, Side::server).empty());
}

TEST_P(Appendix, A3ServerInitial) {
  const Octets packet = from_hex(vectors().server_initial);
  EXPECT_EQ(opened(packet, Side::server), kServerFrames);
  for (std::size_t at = 0; at < packet.size(); ++at) {
    if (at < 20) continue;  // the header says how it is read
    Octets forged = packet;
    forged[at] ^= 1;
    EXPECT_TRUE(opened(forged, Side::server).empty()) << at;
  }
}

TEST_P(Appendix, A4Retry) {
  const Octets datagram = from_hex(vectors().retry);
  Cursor cursor(datagram);
  const Packet packet = read_packet(cursor, datagram.size());
  EXPECT_EQ(packet.kind, Packet::Kind::long_header);
  EXPECT_EQ(packet.type, Type::retry);
  EXPECT_EQ(packet.version, vectors().version);
  EXPECT_EQ(Octets(packet.source_id.begin(), packet.source_id.end()), from_hex("f067a5502a4262b5"));
  EXPECT_TRUE(packet.destination_id.empty());
}

TEST_P(Appendix, A5ShortHeader) {
  const Octets datagram = from_hex(vectors().short_packet);
  Cursor cursor(datagram);
  EXPECT_EQ(read_packet(cursor, datagram.size()).kind, Packet::Kind::short_header);
  EXPECT_TRUE(cursor.empty());
}

INSTANTIATE_TEST_SUITE_P(Rfc, Appendix, testing::Values(&kVersion1, &kVersion2),
                         [](const auto& of) { return of.param->version == Version::v1 ? "Rfc9001" : "Rfc9369"; });

// draft-ietf-quic-tls-29 has the same connection ID in its samples.
TEST(Draft29, Keys) {
  const Keys server = KeySchedule().keys_of(*row_of(Version::draft_29), kId, Side::server);
  EXPECT_EQ(of(server.key), from_hex("149d0b1662ab871fbe63c49b5e655a5d"));
  EXPECT_EQ(of(server.iv), from_hex("bab2b12a4c76016ace47856d"));
}

TEST(Versions, EachNumberIsItsOwn) {
  for (const VersionRow& row : version_rows()) {
    EXPECT_EQ(row_of(row.version), &row);
    if (row.number != 0) {
      EXPECT_EQ(version_of(row.number), row.version);
    }
  }
  EXPECT_EQ(version_of(0), Version::none);
  EXPECT_EQ(version_of(0x1a2a3a4a), Version::greased);
  EXPECT_EQ(version_of(0x51303436), Version::google);
  EXPECT_EQ(version_of(0x12345678), Version::other);
  EXPECT_EQ(row_of(Version::other), nullptr);
  EXPECT_EQ(row_of(Version::none), nullptr);
}

}  // namespace vectors_test
}  // namespace uptake::quic::test
