#include <algorithm>
#include <cstring>

#include "tools/workload/traffic.h"

namespace uptake::workload {
namespace {

std::uint16_t port_of(const Template& from, Random& random) {
  if (from.name.starts_with("mail")) return random.percent(80) ? 25 : 587;
  if (from.name.starts_with("routing")) return 179;
  const std::uint32_t draw = random.below(100);
  return draw < 95 ? 443 : draw < 97 ? 853 : draw < 99 ? 993 : 8443;
}

}  // namespace

Conversations::Conversations(const TemplateSet& templates, std::size_t live, std::uint32_t data_segments)
    : templates_(templates), live_limit_(live), data_segments_(data_segments) {
  connections_.resize(live_limit_);
}

void Conversations::count(const Template& from, Truth& truth) {
  if (from.name.starts_with("routing")) {
    ++truth.bgp_sessions;
    return;
  }
  if (from.name.starts_with("mail")) {
    ++truth.starttls_connections;
    return;
  }
  ++truth.tls_connections;
  ++truth.tls_versions[from.facts.at("version")];
  truth.tls_resumed += from.is("resumed") ? 1 : 0;
  truth.tls_retries += from.is("retry") ? 1 : 0;
  truth.hybrid_offered += from.facts.contains("hybrid") ? 1 : 0;
  truth.hybrid_taken += from.is("hybrid") ? 1 : 0;
}

// Handshake, the recorded pieces, an acknowledgement for every second segment of the server, and the end.
void Conversations::plan(const Template& from, Connection& connection) const {
  std::vector<Step>& steps = connection.steps;
  steps.clear();
  steps.push_back({Side::client, kSyn, 0, 0});
  steps.push_back({Side::server, kSyn | kAck, 0, 0});
  steps.push_back({Side::client, kAck, 0, 0});
  const auto room = static_cast<std::uint32_t>(kTcpPayload - (connection.path.ipv6 ? 20 : 0));
  unsigned unacknowledged = 0;
  for (const Piece& piece : from.pieces) {
    for (std::uint32_t sent = 0; sent < piece.length; sent += room) {
      const std::uint32_t length = std::min(room, piece.length - sent);
      const bool last = sent + length == piece.length;
      steps.push_back(
          {piece.from, static_cast<std::uint8_t>(last ? kPush | kAck : kAck), piece.offset + sent, length});
      if (piece.from == Side::client) {
        unacknowledged = 0;
      } else if (++unacknowledged == 2) {
        steps.push_back({Side::client, kAck, 0, 0});
        unacknowledged = 0;
      }
    }
  }
}

// One record of application data (RFC 8446 5.1) over several full segments.
void Conversations::append_data(Random& random, Connection& connection) const {
  if (data_segments_ == 0) return;
  const std::uint32_t segments = random.below(data_segments_ + 1);
  const auto room = static_cast<std::uint32_t>(kTcpPayload - (connection.path.ipv6 ? 20 : 0));
  std::vector<std::uint8_t>& stream = connection.streams[1];
  const std::size_t start = stream.size();
  if (segments == 0) return;
  stream.resize(start + std::size_t{segments} * room);
  random.fill(stream.data() + start, stream.size() - start);
  stream[start] = 23;
  put16(stream.data() + start + 1, 0x0303);
  put16(stream.data() + start + 3, stream.size() - start - 5);
  for (std::uint32_t i = 0; i < segments; ++i) {
    connection.steps.push_back({Side::server, kAck, static_cast<std::uint32_t>(start + std::size_t{i} * room), room});
    if (i % 2 == 1) connection.steps.push_back({Side::client, kAck, 0, 0});
  }
}

void Conversations::start(Stage& stage, Connection& connection) {
  Random& random = stage.random;
  const Template& from = templates_.draw(random);
  const std::uint32_t name = random.log_uniform(18);
  // The names of a server: its address follows from the first of them.
  connection.path = fresh_path(random, name >> 1, port_of(from, random));
  fill_in(from, {name, 0}, random, connection.streams);
  connection.next = 0;
  for (std::size_t side = 0; side < 2; ++side) {
    connection.sequence[side] = static_cast<std::uint32_t>(random.next());
    connection.id[side] = static_cast<std::uint16_t>(random.next());
  }
  plan(from, connection);
  if (from.name.starts_with("tls")) append_data(random, connection);
  connection.steps.push_back({Side::client, kFin | kAck, 0, 0});
  connection.steps.push_back({Side::server, kFin | kAck, 0, 0});
  connection.steps.push_back({Side::client, kAck, 0, 0});
  outstanding_ += connection.steps.size();
  ++started_;
  count(from, stage.truth);
}

bool Conversations::emit(Stage& stage, bool may_start) {
  if (may_start && live_ < live_limit_) start(stage, connections_[live_++]);
  if (live_ == 0) return false;
  const std::uint32_t chosen = stage.random.below(static_cast<std::uint32_t>(live_));
  Connection& connection = connections_[chosen];
  const Step& step = connection.steps[connection.next++];
  const auto from = static_cast<std::size_t>(step.from);
  std::uint32_t& sequence = connection.sequence[from];
  const bool acknowledges = (step.flags & kAck) != 0;
  const TcpFields fields{sequence, acknowledges ? connection.sequence[from ^ 1] : 0, step.flags, stage.clock_ms()};
  std::uint8_t* out = stage.frame();
  const std::size_t header = put_tcp(out, connection.path, step.from, connection.id[from]++, fields, step.length);
  if (step.length > 0) std::memcpy(out + header, connection.streams[from].data() + step.offset, step.length);
  sequence += step.length + ((step.flags & (kSyn | kFin)) != 0 ? 1 : 0);
  --outstanding_;
  stage.commit(connection.path, header + step.length);
  if (connection.next == connection.steps.size()) std::swap(connection, connections_[--live_]);
  return true;
}

}  // namespace uptake::workload
