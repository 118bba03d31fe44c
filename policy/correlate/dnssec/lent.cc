#include "policy/correlate/dnssec/lent.h"

#include <map>
#include <string>
#include <utility>

#include "policy/correlate/dnssec/message.h"
#include "policy/correlate/dnssec/zone_text.h"

namespace uptake::dnssec {
namespace {

using Octets = std::vector<std::uint8_t>;

/// A response with one RRset and its signatures.
Octets message_of(const std::vector<const ZoneRecord*>& records, std::uint16_t type) {
  constexpr std::size_t kResponse = 0x8400;
  Octets out;
  append_u16(out, 0);
  append_u16(out, kResponse);
  append_u16(out, 1);
  append_u16(out, records.size());
  append_u16(out, 0);
  append_u16(out, 0);
  const Bytes owner = records.front()->owner.wire();
  out.insert(out.end(), owner.begin(), owner.end());
  append_u16(out, type);
  append_u16(out, 1);
  for (const ZoneRecord* const record : records) record->append_wire(out);
  return out;
}

}  // namespace

Either<std::vector<Octets>> lent_messages(std::string_view text, std::string_view where) {
  Either<std::vector<ZoneRecord>> read = read_zone_text(text, where);
  if (Refusal* const refusal = std::get_if<Refusal>(&read)) return std::move(*refusal);
  std::map<std::pair<std::string, std::uint16_t>, std::vector<const ZoneRecord*>> sets;
  for (const ZoneRecord& record : std::get<std::vector<ZoneRecord>>(read)) {
    const std::uint16_t type = record.covers();
    if (type != kTypeDnskey && type != kTypeDs) continue;
    const Bytes owner = record.owner.wire();
    sets[{std::string(owner.begin(), owner.end()), type}].push_back(&record);
  }
  std::vector<Octets> messages;
  for (const auto& [name, records] : sets) messages.push_back(message_of(records, name.second));
  return messages;
}

}  // namespace uptake::dnssec
