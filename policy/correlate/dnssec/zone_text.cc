#include "policy/correlate/dnssec/zone_text.h"

#include <fmt/format.h>
#include <ldns/ldns.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

#include "dissectors/big_endian.h"
#include "policy/correlate/dnssec/message.h"

namespace uptake::dnssec {
namespace {

struct CloseFile {
  void operator()(std::FILE* file) const noexcept { std::fclose(file); }
};
struct FreeRecord {
  void operator()(ldns_rr* record) const noexcept { ldns_rr_free(record); }
};
struct FreeName {
  void operator()(ldns_rdf* name) const noexcept { ldns_rdf_deep_free(name); }
};

/// owner TYPE(2) CLASS(2) TTL(4) RDLENGTH(2) RDATA, as ldns writes it.
bool take_wire(ldns_rr* record, ZoneRecord& out) {
  std::uint8_t* wire = nullptr;
  std::size_t size = 0;
  if (ldns_rr2wire(&wire, record, LDNS_SECTION_ANSWER, &size) != LDNS_STATUS_OK) return false;
  const std::unique_ptr<std::uint8_t, decltype(&std::free)> owned(wire, &std::free);
  const Bytes octets{wire, size};
  Cursor at(octets);
  if (!read_name(octets, at, out.owner)) return false;
  out.owner.to_lower();
  out.type = at.u16();
  const unsigned klass = at.u16();
  out.ttl = at.u32();
  const Bytes rdata = at.prefixed16().rest();
  out.rdata.assign(rdata.begin(), rdata.end());
  return at.ok() && klass == LDNS_RR_CLASS_IN;
}

}  // namespace

void append_u16(std::vector<std::uint8_t>& out, std::size_t value) {
  out.push_back(static_cast<std::uint8_t>(value >> 8));
  out.push_back(static_cast<std::uint8_t>(value));
}

std::uint16_t ZoneRecord::covers() const noexcept {
  return type == kTypeRrsig && rdata.size() >= 2 ? be16(rdata.data()) : type;
}

void ZoneRecord::append_wire(std::vector<std::uint8_t>& out) const {
  out.insert(out.end(), owner.wire().begin(), owner.wire().end());
  append_u16(out, type);
  append_u16(out, LDNS_RR_CLASS_IN);
  append_u16(out, ttl >> 16);
  append_u16(out, ttl & 0xffff);
  append_u16(out, rdata.size());
  out.insert(out.end(), rdata.begin(), rdata.end());
}

std::string zone_text(std::span<const ZoneRecord> records) {
  std::string text;
  std::vector<std::uint8_t> wire;
  for (const ZoneRecord& record : records) {
    wire.clear();
    record.append_wire(wire);
    ldns_rr* made = nullptr;
    std::size_t at = 0;
    if (ldns_wire2rr(&made, wire.data(), wire.size(), &at, LDNS_SECTION_ANSWER) != LDNS_STATUS_OK) continue;
    const std::unique_ptr<ldns_rr, FreeRecord> owned(made);
    const std::unique_ptr<char, decltype(&std::free)> line(ldns_rr2str(made), &std::free);
    if (line != nullptr) text += line.get();
  }
  return text;
}

Either<std::vector<ZoneRecord>> read_zone_text(std::string_view text, std::string_view where) {
  std::vector<ZoneRecord> records;
  if (text.empty()) return records;
  std::string copy(text);
  const std::unique_ptr<std::FILE, CloseFile> file(fmemopen(copy.data(), copy.size(), "r"));
  std::uint32_t ttl = 3600;
  int line = 0;
  ldns_rdf* origin = ldns_dname_new_frm_str(".");
  ldns_rdf* previous = nullptr;
  std::string fault;
  while (file != nullptr && fault.empty() && std::feof(file.get()) == 0) {
    const int begins = line + 1;
    ldns_rr* made = nullptr;
    const ldns_status status = ldns_rr_new_frm_fp_l(&made, file.get(), &ttl, &origin, &previous, &line);
    const std::unique_ptr<ldns_rr, FreeRecord> record(made);
    if (status == LDNS_STATUS_SYNTAX_EMPTY || status == LDNS_STATUS_SYNTAX_TTL || status == LDNS_STATUS_SYNTAX_ORIGIN)
      continue;
    ZoneRecord& next = records.emplace_back();
    if (status != LDNS_STATUS_OK || !take_wire(made, next))
      fault = fmt::format("line {}: no record: {}", begins, ldns_get_errorstr_by_id(status));
  }
  const std::unique_ptr<ldns_rdf, FreeName> own_origin(origin);
  const std::unique_ptr<ldns_rdf, FreeName> own_previous(previous);
  if (fault.empty()) return records;
  return Refusal{Why::configuration, fault, std::string(where), "zone-file text is wanted"};
}

}  // namespace uptake::dnssec
