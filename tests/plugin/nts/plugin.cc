#include "policy/plugin.h"

#include <array>

#include "key_establishment.h"
#include "ntp.h"

// Network Time Security (RFC 8915), as a plugin of uptake.
namespace nts {
namespace {

using uptake::Judgement;
using uptake::Measure;
using uptake::Profile;
using uptake::Reason;
using uptake::Unit;

constexpr uptake::Theme kTime{"time_service", "Time service"};
constexpr uptake::Standard kNts{"nts", "Network Time Security", "RFC 8915", kTime};
constexpr Unit kRequests{"time_requests", 20, "requests to a time server"};
constexpr Unit kAnswers{"time_answers", 21, "answers of a time server"};

constexpr Reason kRefused = uptake::own_reason(0);
constexpr uptake::ReasonRow kReasons[] = {
    {kRefused, "nts_nak", "the server could not check the request (kiss code NTSN)", false}};

template <bool kFromClient>
Judgement is_authenticated(std::uint64_t value, const Profile&) noexcept {
  const PacketBits packet = PacketBits::unpack(value);
  if (packet.from_client != kFromClient) return Judgement::ignored();
  if (packet.cut) return Judgement::unobservable(Reason::truncated);
  if (packet.malformed) return Judgement::unobservable(Reason::malformed);
  if (packet.refused) return Judgement::unobservable(kRefused);
  return Judgement::pass_if(packet.authenticated);
}
Judgement is_there(std::uint64_t, const Profile&) noexcept { return Judgement::pass(); }

constexpr std::string_view kPasses = "A Unique Identifier and an NTS Authenticator stand behind the header.";
constexpr std::array kMeasures = {
    Measure{"nts.request", &kNts, kRequests, "ntp", Ntp::kPacket, is_authenticated<true>,
            "How many requests for the time are authenticated by NTS?", kPasses, "Packets that the snaplen cut."}
        .first_screen("time requests with NTS", 1),
    Measure{"nts.answer", &kNts, kAnswers, "ntp", Ntp::kPacket, is_authenticated<false>,
            "How many answers of time servers are authenticated by NTS?", kPasses,
            "Packets that the snaplen cut, and refusals."},
    Measure{"nts.key_establishment", &kNts, Unit::connections, "nts_ke", KeyEstablishment::kConnection, is_there,
            "How many connections establish keys for NTS?", "A TLS connection to port 4460.", "Nothing."}
        .neutral(),
};

void describe(std::uint64_t value, uptake::EventFields& fields) {
  const PacketBits packet = PacketBits::unpack(value);
  fields.number("version", packet.version);
  fields.word("mode", packet.from_client ? "client" : "server");
  fields.flag("nts", packet.authenticated);
}
constexpr uptake::EventDescriber kEvents[] = {{"ntp", Ntp::kPacket, "ntp", describe}};

}  // namespace
}  // namespace nts

extern "C" const uptake::Plugin* uptake_plugin() noexcept {
  static const std::array kRows = {uptake::row_of<nts::KeyEstablishment>(), uptake::row_of<nts::Ntp>()};
  static const std::array kAreas = {uptake::Area{.name = "time",
                                                 .measures = nts::kMeasures,
                                                 .words = uptake::Vocabulary({}, nts::kReasons),
                                                 .events = nts::kEvents}};
  static const uptake::Plugin kPlugin{.name = "nts", .dissectors = kRows, .areas = kAreas};
  return &kPlugin;
}
