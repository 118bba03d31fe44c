#pragma once

#include "dissectors/rtr/records.h"
#include "dissectors/rtr/rtr.h"
#include "tests/dissectors/offering.h"
#include "tests/dissectors/rtr/builder.h"

namespace uptake::rtr::test {

/// Conversation: both directions of one session.
class Conversation final : public uptake::test::Offering<Dissector, kKindCount> {
 public:
  Conversation() : Offering(323) {}

  Result ask(const Octets& octets) { return offer(Side::client, octets); }
  Result tell(const Octets& octets) { return offer(Side::server, octets); }
  [[nodiscard]] TableBits table() const { return last<TableBits>(kTable); }
  [[nodiscard]] SessionBits session() {
    finish();
    return SessionBits::unpack(values(kSession).back());
  }
  [[nodiscard]] ExchangeBits exchange() {
    finish();
    return ExchangeBits::unpack(values(kExchange).back());
  }

  bool from_start = true;
  bool waits = false;
  std::uint32_t ticks = 1000;

 private:
  void prepare(Payload& payload) const override {
    payload.from_start = from_start;
    payload.ticks = ticks;
    payload.waits = waits;
  }
};
using Noted = Conversation::Noted;
using Shown = Conversation::Shown;

}  // namespace uptake::rtr::test
