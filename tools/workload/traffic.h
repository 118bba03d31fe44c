#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "tools/workload/capture_writer.h"
#include "tools/workload/frames.h"
#include "tools/workload/random.h"
#include "tools/workload/templates.h"
#include "tools/workload/truth.h"
#include "tools/workload/variety.h"

namespace uptake::workload {

/// Stage: what all kinds of traffic write through: the file, the clock (about one frame a microsecond), one source
/// of randomness, and the count of what was written. Not copied.
class Stage {
 public:
  Stage(CaptureWriter& writer, std::uint64_t seed) : random(seed), writer_(writer) {}

  [[nodiscard]] std::uint8_t* frame() noexcept { return writer_.frame(); }
  void commit(const Path& path, std::size_t length) { commit(path, length, length); }
  void commit(const Path& path, std::size_t captured, std::size_t wire);
  void jump(std::uint64_t us) noexcept { now_us_ += us; }
  [[nodiscard]] std::uint64_t now_us() const noexcept { return now_us_; }
  [[nodiscard]] std::uint32_t clock_ms() const noexcept { return static_cast<std::uint32_t>(now_us_ / 1000); }
  [[nodiscard]] std::uint64_t frames() const noexcept { return writer_.frames(); }

  Random random;
  Truth truth;

 private:
  CaptureWriter& writer_;
  std::uint64_t now_us_ = 1'767'225'600'000'000;  // 2026-01-01T00:00:00Z
};

/// A path between fresh hosts: 35 % IPv6, 50 % tagged; the server follows from its name.
[[nodiscard]] Path fresh_path(Random& random, std::uint32_t server, std::uint16_t server_port);

/// Bulk: midstream TCP and QUIC short headers (RFC 9000 17.3) of flows that live all the time, each as likely as the
/// next. Payloads are random octets; frames are 900 octets on average.
class Bulk {
 public:
  Bulk(std::uint32_t tcp_flows, std::uint32_t udp_flows, std::uint64_t seed);
  void tcp(Stage& stage);
  void udp(Stage& stage);

 private:
  struct State {
    std::array<std::uint32_t, 2> sequence;  ///< by Side; for UDP the counts of datagrams
  };
  std::uint64_t seed_;
  std::vector<State> tcp_, udp_;
};

/// Conversations: whole TCP connections from templates, SYN to FIN, as many at a time as `live`. Each call to emit()
/// writes the next frame of one of them, drawn at random.
class Conversations {
 public:
  /// `data_segments`: up to so many full segments of application data more, for each connection.
  Conversations(const TemplateSet& templates, std::size_t live, std::uint32_t data_segments);

  /// Writes one frame; a new connection starts only when `start` permits. False when there was nothing to write.
  bool emit(Stage& stage, bool start);
  [[nodiscard]] std::uint64_t outstanding() const noexcept { return outstanding_; }  ///< frames still to come
  [[nodiscard]] std::uint64_t started() const noexcept { return started_; }

 private:
  struct Step {
    Side from;
    std::uint8_t flags;
    std::uint32_t offset, length;  ///< in the sender's stream
  };
  struct Connection {
    Path path;
    std::array<std::vector<std::uint8_t>, 2> streams;
    std::vector<Step> steps;
    std::size_t next = 0;
    std::array<std::uint32_t, 2> sequence{};
    std::array<std::uint16_t, 2> id{};
  };

  void start(Stage& stage, Connection& connection);
  void plan(const Template& from, Connection& connection) const;
  void append_data(Random& random, Connection& connection) const;
  static void count(const Template& from, Truth& truth);

  const TemplateSet& templates_;
  std::size_t live_limit_;
  std::uint32_t data_segments_;
  std::vector<Connection> connections_;
  std::size_t live_ = 0;
  std::uint64_t outstanding_ = 0, started_ = 0;
};

/// Exchanges: DNS queries and their responses, some hundred under way at a time; names log-uniform over 2^20.
class Exchanges {
 public:
  Exchanges(const TemplateSet& templates, std::size_t live) : templates_(templates), live_limit_(live) {}
  bool emit(Stage& stage, bool start);
  [[nodiscard]] std::uint64_t outstanding() const noexcept { return pending_.size(); }

 private:
  struct Pending {
    const Template* from;
    Path path;
    Values values;
    Variety variety;
  };
  void write(Stage& stage, const Pending& exchange, Side side);

  const TemplateSet& templates_;
  std::size_t live_limit_;
  std::vector<Pending> pending_;
  std::array<std::vector<std::uint8_t>, 2> streams_;
};

/// One QUIC v1 Initial (RFC 9000 17.2.2) of 1200 octets from a fresh client; what it protects is random octets.
void quic_initial(Stage& stage);

/// A SYN on a 5-tuple that no other `ordinal` has.
void flood_syn(Stage& stage, std::uint32_t ordinal);

/// Embedding: a frame whose payload is full of pcap records, with frames of real traffic in them. See seams.cc.
class Embedding {
 public:
  explicit Embedding(const TemplateSet& dns, const TemplateSet& tls) : dns_(dns), tls_(tls) {}
  void emit(Stage& stage);

 private:
  [[nodiscard]] std::size_t inner(Stage& stage, std::uint8_t* out, std::size_t room);
  [[nodiscard]] std::size_t records(Stage& stage, std::uint8_t* out, std::size_t room, bool to_the_end);

  const TemplateSet& dns_;
  const TemplateSet& tls_;
  std::array<std::vector<std::uint8_t>, 2> streams_;
};

}  // namespace uptake::workload
