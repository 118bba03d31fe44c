// What NSEC and NSEC3 records prove. Input: { type(1) length of the owner(1) owner length of the RDATA(1) RDATA },
// all in the zone "example"; then the name asked for, in wire form.

#include <cstdint>
#include <cstdlib>

#include "policy/correlate/dnssec/denial.h"

namespace {

using namespace uptake;
using namespace uptake::dnssec;

void require(bool holds) {
  if (!holds) std::abort();
}

bool read(Bytes octets, dnssec::Name& out) {
  Cursor at(octets);
  const bool is_name = read_name(octets, at, out);
  out.to_lower();
  return is_name;
}

/// All questions of a name, in one number.
std::uint64_t ask(Denial& denial, const dnssec::Name& name) {
  constexpr std::uint16_t kA = 1;
  std::uint64_t said = static_cast<std::uint64_t>(denial.no_name(name));
  for (const std::uint16_t type : {kA, std::uint16_t{kTypeDs}, std::uint16_t{kTypeCname}})
    said = said << 2 | static_cast<std::uint64_t>(denial.no_data(name, type));
  for (unsigned labels = denial.zone().labels(); labels < name.labels() && labels < 8; ++labels)
    said = said << 2 | static_cast<std::uint64_t>(denial.no_closer(name, labels));
  require(denial.no_closer(name, name.labels()) == Proof::none);
  if (name.is_below(denial.zone())) said = said << 2 | static_cast<std::uint64_t>(denial.cut_at(name));
  return said;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::uint8_t kZone[] = {7, 'e', 'x', 'a', 'm', 'p', 'l', 'e', 0};
  dnssec::Name zone;
  (void)read(kZone, zone);
  Denial denial(zone);
  Cursor at({data, size});
  for (int i = 0; i < 24 && at.left() > 8; ++i) {
    const std::uint16_t type = (at.u8() & 1) != 0 ? kTypeNsec : kTypeNsec3;
    const Bytes owner = at.prefixed8().rest();
    const Bytes rdata = at.prefixed8().rest();
    dnssec::Name name;
    if (at.failed() || !read(owner, name)) break;
    denial.add(name, type, rdata);
  }
  dnssec::Name asked;
  if (!read(at.rest(), asked) || !asked.is_within(zone)) asked = zone.wildcard();
  const std::uint64_t said = ask(denial, asked);
  // Without hashes, of which only so many are made, the same question has the same answer.
  if (!denial.has_nsec3()) require(ask(denial, asked) == said);
  (void)ask(denial, asked.parent().is_within(zone) ? asked.parent() : zone);
  return 0;
}
