#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "policy/tally.h"
#include "tests/dataplane/harness.h"
#include "tests/dataplane/traffic.h"
#include "tests/dissectors/dns/builder.h"
#include "tests/dissectors/tls/builder.h"

// Conversations of real protocols, octet for octet, and what a run over them counts.
namespace uptake::test {

using Octets = std::vector<std::uint8_t>;
inline std::string text(const Octets& octets) { return {octets.begin(), octets.end()}; }

/// A ClientHello that does not fit one segment, and what a server of TLS 1.3 answers.
inline const std::string kHello = text(tls::test::browser_hello().client());
inline const std::string kFlight = text(tls::test::hello_13(0x001d).server()) +
                                   text(tls::test::kChangeCipherSpecRecord) +
                                   text(tls::test::records(tls::kApplicationData, tls::test::Octets(800, 7)));

/// Conversation: both ends of one TCP connection with their sequence numbers, written into a Traffic.
class Conversation {
 public:
  Conversation(Traffic& traffic, const Traffic::Ends& ends, std::uint32_t client_isn = 1000,
               std::uint32_t server_isn = 5000)
      : client(client_isn), server(server_isn), traffic_(traffic), ends_(ends) {}

  /// One segment with these flags at the sender's next sequence number, moved by `shift`.
  Conversation& segment(bool from_client, std::uint8_t flags, std::string_view payload = {},
                        std::uint32_t shift = 0) {
    std::uint32_t& own = from_client ? client : server;
    const std::uint32_t ack = (flags & tcp::kAck) != 0 ? (from_client ? server : client) : 0;
    traffic_.tcp(ends_, from_client, flags, own + shift, ack, payload);
    if (shift == 0)
      own += static_cast<std::uint32_t>(payload.size()) + ((flags & (tcp::kSyn | tcp::kFin)) != 0 ? 1 : 0);
    return *this;
  }
  Conversation& open() {
    return segment(true, tcp::kSyn).segment(false, tcp::kSyn | tcp::kAck).segment(true, tcp::kAck);
  }
  Conversation& close() {
    return segment(true, tcp::kFin | tcp::kAck).segment(false, tcp::kFin | tcp::kAck).segment(true, tcp::kAck);
  }
  /// `octets` in segments of at most `mss`.
  Conversation& say(bool from_client, std::string_view octets, std::size_t mss = 1400) {
    for (std::size_t at = 0; at < octets.size(); at += mss)
      segment(from_client, tcp::kPsh | tcp::kAck, octets.substr(at, mss));
    return *this;
  }
  Conversation& ask(std::string_view octets, std::size_t mss = 1400) { return say(true, octets, mss); }
  Conversation& tell(std::string_view octets, std::size_t mss = 1400) { return say(false, octets, mss); }
  /// What is said is not in the capture: the sequence numbers move on.
  Conversation& lose(bool from_client, std::size_t octets) {
    (from_client ? client : server) += static_cast<std::uint32_t>(octets);
    return *this;
  }

  std::uint32_t client;  ///< next sequence numbers
  std::uint32_t server;

 private:
  Traffic& traffic_;
  Traffic::Ends ends_;
};

/// Readout: what a run counted, by identifiers of the catalogue.
struct Readout {
  std::map<std::pair<std::string, Unit>, Counts> totals;
  LimitCounts limits{};

  [[nodiscard]] Counts of(const std::string& id, Unit unit) const { return totals.at({id, unit}); }
  [[nodiscard]] Counts sessions(const std::string& id) const { return of(id, Unit::connections); }
  [[nodiscard]] std::uint64_t queries() const { return seen(of("dns.query.edns", Unit::queries)); }
  [[nodiscard]] std::uint64_t responses() const { return seen(of("dns.response.edns", Unit::responses)); }
  [[nodiscard]] std::uint64_t unread(Reason why) const {
    return of("dns.unread", Unit::records).unobservable[static_cast<std::size_t>(why)];
  }
  [[nodiscard]] std::uint64_t limit(Limit which) const { return limits[static_cast<std::size_t>(which)]; }
  [[nodiscard]] static std::uint64_t seen(const Counts& c) { return c.judged() + c.hidden(); }
};

struct Reading {
  unsigned workers = 1;
  std::uint64_t window_ns = 0;
  std::uint64_t max_flows = 1U << 14;
};

/// The windows of a run over the traffic, in order.
inline std::vector<Readout> read_windows(const Traffic& traffic, const Reading& how = {}) {
  Engine engine = engine_of(own_kit(), how.max_flows);
  engine.window_ns = how.window_ns;
  const Catalogue& catalogue = engine.catalogue;
  std::vector<Readout> windows;
  (void)run_through(engine, traffic.packets, {.workers = how.workers, .per_chunk = 64},
                    [&](const WindowCard& window) {
                      Readout& out = windows.emplace_back();
                      for (std::size_t i = 0; i < catalogue.measures().size(); ++i) {
                        const Measure& measure = catalogue.measures()[i];
                        if (!is_entity(measure.unit))
                          out.totals[{std::string(measure.id), measure.unit}] = window.figures->tally().total(i);
                      }
                      out.limits = window.limits;
                    });
  return windows;
}
inline Readout read(const Traffic& traffic, const Reading& how = {}) { return read_windows(traffic, how).at(0); }

}  // namespace uptake::test
