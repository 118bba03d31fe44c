#include "tools/workload/truth.h"

#include <nlohmann/json.hpp>

namespace uptake::workload {

std::string Truth::json(std::uint64_t frames, std::uint64_t captured, std::uint64_t file_octets) const {
  nlohmann::ordered_json out;
  out["packets"] = frames;
  out["captured_bytes"] = captured;
  out["file_bytes"] = file_octets;
  out["ipv6"] = ipv6;
  out["vlan"] = vlan;
  out["truncated"] = truncated;
  out["frames"] = {{"bulk_tcp", bulk_tcp}, {"bulk_udp", bulk_udp},           {"tls", tls_frames},
                   {"dns", dns_frames},    {"quic_initials", quic_initials}, {"mail_and_routing", other_frames},
                   {"flood_syns", syns},   {"embedding", embedding_frames}};
  out["embedded_records"] = embedded_records;
  out["tls"] = {{"connections", tls_connections},   {"versions", tls_versions},
                {"resumed", tls_resumed},           {"retries", tls_retries},
                {"hybrid_offered", hybrid_offered}, {"hybrid_negotiated", hybrid_taken}};
  out["starttls_connections"] = starttls_connections;
  out["bgp_sessions"] = bgp_sessions;
  out["dns"] = {
      {"queries", dns_queries}, {"responses", dns_responses}, {"queries_do", dns_do}, {"responses_rrsig", dns_rrsig}};
  return out.dump(1) + "\n";
}

}  // namespace uptake::workload
