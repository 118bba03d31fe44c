#pragma once

#include <array>
#include <cstdint>

#include "dissectors/dissector.h"
#include "dissectors/quic/crypto_frames.h"
#include "dissectors/quic/facts.h"
#include "dissectors/quic/packet.h"

namespace uptake::quic {

/// ShortId: a connection ID, kept.
struct ShortId {
  std::array<std::uint8_t, kLongestId> octets{};
  std::uint8_t size = 0;

  [[nodiscard]] Bytes bytes() const noexcept { return {octets.data(), size}; }
  /// Keeps an ID of at most kLongestId octets.
  void take(Bytes id) noexcept;
};

/// Connection: what is remembered of a QUIC connection until it is noted. All zero at its start.
struct Connection {
  ShortId key_id;  ///< what the keys of the Initials are made of: the client's first destination ID, or a Retry's
  Version offered = Version::none;
  Version negotiated = Version::none;
  Hello hello = Hello::read;  ///< why there is none, until `offer_read` says that there is
  Answer answer = Answer::unseen;
  tls::Alpn alpn = tls::Alpn::absent;
  std::uint32_t client_id = 0;     ///< digest of the ID that the client wants to be answered with
  std::uint16_t hello_end = 0;     ///< how far the client's CRYPTO frames reach
  std::uint16_t hello_octets = 0;  ///< octets in them
  std::uint16_t hello_next = 0;    ///< where the last one ended
  std::uint16_t suite = 0;
  std::uint16_t group = 0;
  std::uint8_t hello_initials = 0;
  std::uint8_t idle = 0;         ///< datagrams that brought nothing
  std::uint8_t server_next = 0;  ///< the number of the server's next Initial, as long as none is missing
  bool opened = false;           ///< an Initial of the client opened
  bool answered = false;         ///< the server answered, or asked for another version
  bool cut = false;              ///< the snaplen cut an Initial of the client
  bool negotiation = false;
  bool retry = false;
  bool zero_rtt = false;
  bool went_on = false;        ///< the server sent a Handshake packet
  bool server_crypto = false;  ///< an Initial of the server that opened has CRYPTO frames
  bool shuffled = false;
  bool offer_heard = false;  ///< whoever reads the hello has said what it made of it
  bool offer_read = false;
  bool over = false;  ///< and it wants no more of either side
  bool ech = false;
  bool pq_offered = false;

  /// Whether it is a connection beyond doubt: whoever sends a single packet can write what he likes into its header.
  [[nodiscard]] bool is_sure() const noexcept { return opened || answered || cut || hello == Hello::overload; }
  /// Forgets what was seen of the client's hello: it begins again.
  void forget_hello() noexcept { hello_end = hello_octets = hello_next = hello_initials = 0; }
  /// Why the ServerHello may never be read; the first reason stands.
  void hide_answer(Answer why) noexcept {
    if (answer == Answer::unseen || answer == Answer::partial) answer = why;
  }
  /// An Initial of the server opened. `closes`: with CONNECTION_CLOSE.
  void take_server_initial(std::uint32_t number, bool has_crypto, bool closes) noexcept;
  /// Counts the CRYPTO frames of one Initial of the client.
  void count_hello(std::span<const CryptoFrames::Frame> frames) noexcept;
  /// What is noted of it. `port` is the server's.
  [[nodiscard]] ConnectionBits bits(std::uint16_t port) const noexcept;
};
static_assert(sizeof(Connection) + sizeof(std::uint16_t) <= kMemoryBytes);

}  // namespace uptake::quic
