#include "policy/events/bgp_route.h"

#include <array>
#include <string>
#include <vector>

#include "dissectors/bgp/attributes/as_path.h"
#include "dissectors/bgp/attributes/extended_communities.h"
#include "dissectors/bgp/update.h"
#include "policy/report/format.h"

namespace uptake {
namespace {

using bgp::Attributes;
using bgp::Octets;
using bgp::PathSegment;
using bgp::SegmentType;
using bgp::Update;
using bgp::UpdateBits;

/// Hop: an AS of a path, or a set of them.
struct Hop {
  std::vector<std::uint32_t> numbers;
  bool is_set = false;
};

std::vector<Hop> hops_of(Bytes path, Octets octets) {
  std::vector<Hop> hops;
  bgp::AsPath read(path, octets);
  for (PathSegment segment; read.next(segment);) {
    if (segment.is_confederation()) continue;  // no part of the path: RFC 5065 section 5.3
    if (segment.is_set()) hops.push_back({{}, true});
    for (std::size_t i = 0; i < segment.size(); ++i) {
      if (segment.is_set())
        hops.back().numbers.push_back(segment[i]);
      else
        hops.push_back({{segment[i]}, false});
    }
  }
  return hops;
}

/// The path with AS numbers of four octets: AS4_PATH behind what AS_PATH has more (RFC 6793 section 4.2.3).
std::vector<Hop> path_of(const Attributes& attributes) {
  std::vector<Hop> hops = hops_of(attributes.as_path, attributes.as_octets);
  if (attributes.as_octets != Octets::two || attributes.as4_path.empty()) return hops;
  const std::vector<Hop> behind = hops_of(attributes.as4_path, Octets::four);
  if (behind.size() > hops.size()) return hops;
  hops.resize(hops.size() - behind.size());
  hops.insert(hops.end(), behind.begin(), behind.end());
  return hops;
}

void append_path(EventFields& fields, const Attributes& attributes) {
  const std::vector<Hop> hops = path_of(attributes);
  fields.open_list("as_path");
  for (const Hop& hop : hops) {
    if (hop.is_set) fields.open_inner_list();
    for (const std::uint32_t number : hop.numbers) fields.item(std::uint64_t{number});
    if (hop.is_set) fields.close_list();
  }
  fields.close_list();
  // RFC 6811 section 2: none behind a set.
  if (!hops.empty() && !hops.back().is_set) fields.number("origin_as", hops.back().numbers[0]);
}

void append_number(std::string& text, std::uint64_t number) {
  if (!text.empty() && text.back() != ':') text += ':';
  report::append_decimal(text, number);
}

void append_communities(EventFields& fields, Bytes communities) {
  if (communities.empty()) return;
  fields.open_list("communities");
  std::string text;
  for (Cursor at(communities); !at.empty();) {
    text.clear();
    append_number(text, at.u16());
    append_number(text, at.u16());
    fields.item(text);
  }
  fields.close_list();
}

void append_large_communities(EventFields& fields, Bytes communities) {
  if (communities.empty()) return;
  fields.open_list("large_communities");
  std::string text;
  for (Cursor at(communities); !at.empty();) {
    text.clear();
    for (int part = 0; part < 3; ++part) append_number(text, at.u32());
    fields.item(text);
  }
  fields.close_list();
}

std::string_view state_name(bgp::OriginState state) {
  constexpr std::array<std::string_view, 5> kNames = {"absent", "valid", "not-found", "invalid", "other"};
  return kNames[static_cast<std::size_t>(state)];
}

// uint8 type: 0 AS of two octets, 1 IPv4 address, 2 AS of four octets (RFC 4360 section 3, RFC 5668); uint8 subtype:
// 2 Route Target, 3 Route Origin (RFC 4360 sections 4 and 5); others as hexadecimal digits.
std::string extended_text(Bytes community) {
  Cursor at(community);
  const std::uint8_t type = at.u8() & 0xbf;
  const std::uint8_t subtype = at.u8();
  std::string text;
  if (type == 0x03 && subtype == 0 && community[0] == 0x43)
    return "validation:" + std::string(state_name(bgp::origin_state_of(community)));
  if (type <= 2 && (subtype == 2 || subtype == 3)) {
    text = subtype == 2 ? "rt:" : "soo:";
    if (type == 1) {
      Address address;
      for (int i = 0; i < 4; ++i) address.octets[static_cast<std::size_t>(i)] = at.u8();
      report::append_address(text, address);
    } else {
      append_number(text, type == 0 ? at.u16() : at.u32());
    }
    append_number(text, type == 0 ? at.u32() : at.u16());
    return text;
  }
  constexpr std::string_view kDigits = "0123456789abcdef";
  text = "0x";
  for (const std::uint8_t octet : community) {
    text += kDigits[octet >> 4];
    text += kDigits[octet & 15];
  }
  return text;
}

void append_extended_communities(EventFields& fields, Bytes communities) {
  if (communities.empty()) return;
  fields.open_list("extended_communities");
  for (Cursor at(communities); !at.empty();) fields.item(extended_text(at.bytes(8)));
  fields.close_list();
}

void append_attributes(EventFields& fields, const Attributes& attributes, const UpdateBits& bits) {
  if (bits.path) append_path(fields, attributes);
  append_communities(fields, attributes.communities);
  append_extended_communities(fields, attributes.extended);
  append_large_communities(fields, attributes.large);
  if (bits.otc) fields.number("otc", attributes.only_to_customer);
  if (bits.leak) fields.flag("leak", true);
  if (bits.origin_state != bgp::OriginState::absent) fields.word("validation_state", state_name(bits.origin_state));
  if (bits.scope == bgp::Scope::internal) fields.flag("internal", true);
}

}  // namespace

void show_routes(const Shown& shown, EventLines& lines) {
  const UpdateBits bits = UpdateBits::unpack(shown.value);
  Update update;
  if (!read_update(shown.bytes, bgp::Reading::of(bits), update)) return;
  const Subject& subject = shown.subject;
  std::string prefix_text;
  update.each_route([&](const bgp::Prefix& prefix, bool announced) {
    EventFields fields(lines.open());
    lines.about(fields);
    fields.address("from", bits.from_server ? subject.server : subject.client);
    fields.address("to", bits.from_server ? subject.client : subject.server);
    fields.flag("withdrawn", !announced);
    prefix_text.clear();
    report::append_address(prefix_text, prefix.address);
    prefix_text += '/';
    report::append_decimal(prefix_text, prefix.length);
    fields.word("prefix", prefix_text);
    if (prefix.has_path_id) fields.number("path_id", prefix.path_id);
    if (bits.withdrawn) fields.flag("treated_as_withdraw", true);
    if (announced) append_attributes(fields, update.attributes, bits);
    lines.close();
  });
}

}  // namespace uptake
