#include "policy/correlate/dnssec/lent.h"

#include <map>
#include <string>
#include <utility>

#include "policy/correlate/dnssec/message.h"
#include "policy/correlate/dnssec/zone_text.h"

namespace uptake::dnssec {
namespace {

using Octets = std::vector<std::uint8_t>;

void add_u16(Octets& out, std::size_t value) {
  out.push_back(static_cast<std::uint8_t>(value >> 8));
  out.push_back(static_cast<std::uint8_t>(value));
}

void add_record(Octets& out, const ZoneRecord& record) {
  constexpr std::size_t kClassIn = 1;
  out.insert(out.end(), record.owner.wire().begin(), record.owner.wire().end());
  add_u16(out, record.type);
  add_u16(out, kClassIn);
  add_u16(out, record.ttl >> 16);
  add_u16(out, record.ttl & 0xffff);
  add_u16(out, record.rdata.size());
  out.insert(out.end(), record.rdata.begin(), record.rdata.end());
}

/// A response with one RRset and its signatures.
Octets message_of(const std::vector<const ZoneRecord*>& records, std::uint16_t type) {
  constexpr std::size_t kResponse = 0x8400;
  Octets out;
  add_u16(out, 0);
  add_u16(out, kResponse);
  add_u16(out, 1);
  add_u16(out, records.size());
  add_u16(out, 0);
  add_u16(out, 0);
  const Bytes owner = records.front()->owner.wire();
  out.insert(out.end(), owner.begin(), owner.end());
  add_u16(out, type);
  add_u16(out, 1);
  for (const ZoneRecord* const record : records) add_record(out, *record);
  return out;
}

/// The type that a record shows something of.
std::uint16_t shown_by(const ZoneRecord& record) {
  if (record.type != kTypeRrsig || record.rdata.size() < 2) return record.type;
  return static_cast<std::uint16_t>(record.rdata[0] << 8 | record.rdata[1]);
}

}  // namespace

Either<std::vector<Octets>> lent_messages(std::string_view text, std::string_view where) {
  Either<std::vector<ZoneRecord>> read = read_zone_text(text, where);
  if (Refusal* const refusal = std::get_if<Refusal>(&read)) return std::move(*refusal);
  std::map<std::pair<std::string, std::uint16_t>, std::vector<const ZoneRecord*>> sets;
  for (const ZoneRecord& record : std::get<std::vector<ZoneRecord>>(read)) {
    const std::uint16_t type = shown_by(record);
    if (type != kTypeDnskey && type != kTypeDs) continue;
    const Bytes owner = record.owner.wire();
    sets[{std::string(owner.begin(), owner.end()), type}].push_back(&record);
  }
  std::vector<Octets> messages;
  for (const auto& [name, records] : sets) messages.push_back(message_of(records, name.second));
  return messages;
}

}  // namespace uptake::dnssec
