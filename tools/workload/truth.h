#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace uptake::workload {

/// Truth: what was written, counted as it was written. Frames unless a name says otherwise.
struct Truth {
  std::uint64_t ipv6 = 0, vlan = 0, truncated = 0;
  std::uint64_t bulk_tcp = 0, bulk_udp = 0, tls_frames = 0, dns_frames = 0, quic_initials = 0, other_frames = 0,
                syns = 0;
  std::uint64_t embedding_frames = 0, embedded_records = 0;
  std::uint64_t tls_connections = 0, tls_resumed = 0, tls_retries = 0, hybrid_offered = 0, hybrid_taken = 0;
  std::map<std::string, std::uint64_t> tls_versions;
  std::uint64_t starttls_connections = 0, bgp_sessions = 0;
  std::uint64_t dns_queries = 0, dns_responses = 0, dns_do = 0, dns_rrsig = 0;

  [[nodiscard]] std::string json(std::uint64_t frames, std::uint64_t captured, std::uint64_t file_octets) const;
};

}  // namespace uptake::workload
