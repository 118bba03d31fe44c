#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "dissectors/quic/quic.h"
#include "tests/dissectors/quic/builder.h"

namespace uptake::quic::test {

/// Talk: one flow whose datagrams are offered to the dissector alone, each an exact copy on the heap, so that a
/// sanitizer sees a read past the end. What is carried is kept, by side, in the order in which it comes.
class Talk {
 public:
  struct Piece {
    std::uint32_t offset;
    Octets octets;
    friend bool operator==(const Piece&, const Piece&) = default;
  };

  explicit Talk(Opener& opener) : opener_(opener) {}
  Talk() : own_(std::make_unique<Opener>()), opener_(*own_) {}

  Verdict client(const Octets& datagram, std::uint32_t cut = 0) { return offer(Side::client, datagram, cut); }
  Verdict server(const Octets& datagram, std::uint32_t cut = 0) { return offer(Side::server, datagram, cut); }
  Verdict offer(Side from, const Octets& datagram, std::uint32_t cut = 0) {
    const auto exact = std::make_unique<std::uint8_t[]>(datagram.size());
    std::copy(datagram.begin(), datagram.end(), exact.get());
    Payload payload;
    payload.bytes = {exact.get(), datagram.size()};
    payload.wire = static_cast<std::uint32_t>(datagram.size()) + cut;
    payload.from = from;
    payload.server_port = server_port;
    claim = Dissector::claims(payload);
    notes_->about(subject_, 0);
    Carried own;
    Call call{payload, *notes_, own, &opener_};
    const Result result = Dissector::dissect(call, memory);
    EXPECT_EQ(result.consumed, datagram.size());
    for (const Carried::Piece& piece : own.pieces())
      carried[from == Side::client ? 0 : 1].push_back({piece.offset, {piece.bytes.begin(), piece.bytes.end()}});
    collect();
    if (result.verdict == Verdict::concluded) finish();
    return result.verdict;
  }
  void finish(Ending ending = Ending::closed) {
    notes_->about(subject_, 0);
    Dissector::finish(memory, ending, *notes_);
    collect();
  }
  /// The only connection that was noted.
  [[nodiscard]] ConnectionBits connection() const {
    EXPECT_EQ(noted.size(), 1U);
    return noted.empty() ? ConnectionBits{} : ConnectionBits::unpack(noted.front());
  }

  std::uint16_t server_port = 443;
  Claim claim = Claim::no;  ///< of the last datagram
  std::vector<std::uint64_t> noted;
  std::array<std::vector<Piece>, 2> carried;
  Dissector::Memory memory{};

 private:
  void collect() {
    EXPECT_EQ(notes_->dropped(), 0U);
    for (const Observation& one : notes_->observations()) noted.push_back(one.value);
    notes_->clear();
  }

  std::unique_ptr<Opener> own_;
  Opener& opener_;
  std::unique_ptr<Notes> notes_ = std::make_unique<Notes>();
  Subject subject_;
};

}  // namespace uptake::quic::test
