#include <cstring>

#include "tools/workload/traffic.h"

namespace uptake::workload {

void Exchanges::write(Stage& stage, const Pending& exchange, Side side) {
  fill_in(*exchange.from, exchange.values, stage.random, streams_);
  std::vector<std::uint8_t>& payload = streams_[static_cast<std::size_t>(side)];
  vary(payload, side, exchange.variety);
  std::uint8_t* out = stage.frame();
  // The resolver has answered many: its ids differ from those of the clients.
  const auto id = static_cast<std::uint16_t>(exchange.values.id * 3 + (side == Side::server ? 1 : 0));
  const std::size_t header = put_udp(out, exchange.path, side, id, payload.size());
  std::memcpy(out + header, payload.data(), payload.size());
  ++stage.truth.dns_frames;
  stage.commit(exchange.path, header + payload.size());
}

bool Exchanges::emit(Stage& stage, bool start) {
  Random& random = stage.random;
  const bool room = pending_.size() < live_limit_;
  if (start && room && (pending_.empty() || random.percent(50))) {
    const Template& from = templates_.draw(random);
    // Few resolvers, many clients.
    const Path path = fresh_path(random, random.below(64), 53);
    pending_.push_back({&from,
                        path,
                        {random.log_uniform(20), static_cast<std::uint16_t>(random.next())},
                        draw_variety(random, from.facts.at("answers") == "0")});
    ++stage.truth.dns_queries;
    stage.truth.dns_do += from.is("do") ? 1 : 0;
    write(stage, pending_.back(), Side::client);
    return true;
  }
  if (pending_.empty()) return false;
  Pending& chosen = pending_[random.below(static_cast<std::uint32_t>(pending_.size()))];
  ++stage.truth.dns_responses;
  stage.truth.dns_rrsig += chosen.from->is("rrsig") ? 1 : 0;
  write(stage, chosen, Side::server);
  chosen = pending_.back();
  pending_.pop_back();
  return true;
}

}  // namespace uptake::workload
