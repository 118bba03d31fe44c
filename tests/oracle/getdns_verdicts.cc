// What getdns says of responses under DNSSEC, offline, for dnssec.py: reads a line for each response, its time in
// seconds and its octets in hexadecimal, and prints a line for each, from the keys, delegations and denials that
// stand in any of them.
//
// usage: getdns_verdicts ANCHORS < RESPONSES

#include <getdns/getdns.h>
#include <getdns/getdns_extra.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <iostream>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace {

struct FreeList {
  void operator()(getdns_list* list) const { getdns_list_destroy(list); }
};
struct FreeDict {
  void operator()(getdns_dict* dict) const { getdns_dict_destroy(dict); }
};
using List = std::unique_ptr<getdns_list, FreeList>;
using Dict = std::unique_ptr<getdns_dict, FreeDict>;

/// Response: one response and when it came.
struct Response {
  std::time_t seconds = 0;
  Dict message;
};

std::vector<std::uint8_t> octets_of(const std::string& digits) {
  std::vector<std::uint8_t> octets;
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2)
    octets.push_back(static_cast<std::uint8_t>(std::stoi(digits.substr(i, 2), nullptr, 16)));
  return octets;
}

std::vector<Response> read_responses() {
  std::vector<Response> all;
  long long seconds = 0;
  for (std::string digits; std::cin >> seconds >> digits;) {
    const std::vector<std::uint8_t> octets = octets_of(digits);
    getdns_dict* made = nullptr;
    if (getdns_wire2msg_dict(octets.data(), octets.size(), &made) != GETDNS_RETURN_GOOD) made = nullptr;
    all.push_back({static_cast<std::time_t>(seconds), Dict(made)});
  }
  return all;
}

/// Whether a chain may need a record of that type: SOA tells getdns where a zone begins.
bool is_link(std::uint32_t type) {
  for (const int one : {GETDNS_RRTYPE_DS, GETDNS_RRTYPE_DNSKEY, GETDNS_RRTYPE_RRSIG, GETDNS_RRTYPE_NSEC,
                        GETDNS_RRTYPE_NSEC3, GETDNS_RRTYPE_SOA})
    if (type == static_cast<std::uint32_t>(one)) return true;
  return false;
}

/// Adds the links of a section, each once.
void add_links(const getdns_dict* message, const char* section, getdns_list* to, std::set<std::string>& known) {
  getdns_list* records = nullptr;
  if (getdns_dict_get_list(message, section, &records) != GETDNS_RETURN_GOOD) return;
  std::size_t count = 0;
  (void)getdns_list_get_length(records, &count);
  for (std::size_t i = 0; i < count; ++i) {
    getdns_dict* record = nullptr;
    std::uint32_t type = 0;
    if (getdns_list_get_dict(records, i, &record) != GETDNS_RETURN_GOOD ||
        getdns_dict_get_int(record, "type", &type) != GETDNS_RETURN_GOOD || !is_link(type))
      continue;
    std::uint8_t* wire = nullptr;
    std::size_t size = 0;
    if (getdns_rr_dict2wire(record, &wire, &size) != GETDNS_RETURN_GOOD) continue;
    const std::unique_ptr<std::uint8_t, decltype(&std::free)> owned(wire, &std::free);
    if (!known.emplace(reinterpret_cast<const char*>(wire), size).second) continue;
    std::size_t length = 0;
    (void)getdns_list_get_length(to, &length);
    (void)getdns_list_set_dict(to, length, record);
  }
}

const char* name_of(int verdict) {
  switch (verdict) {
    case GETDNS_DNSSEC_SECURE:
      return "secure";
    case GETDNS_DNSSEC_INSECURE:
      return "insecure";
    case GETDNS_DNSSEC_BOGUS:
      return "bogus";
    default:
      return "not_judged";
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 64;
  std::FILE* const file = std::fopen(argv[1], "r");
  getdns_list* read = nullptr;
  if (file == nullptr || getdns_fp2rr_list(file, &read, nullptr, 3600) != GETDNS_RETURN_GOOD) return 66;
  (void)std::fclose(file);
  const List anchors(read);
  const std::vector<Response> responses = read_responses();
  const List links(getdns_list_create());
  std::set<std::string> known;
  for (const Response& one : responses)
    for (const char* const section : {"answer", "authority"})
      if (one.message) add_links(one.message.get(), section, links.get(), known);
  for (const Response& one : responses) {
    const List asked(getdns_list_create());
    if (one.message) (void)getdns_list_set_dict(asked.get(), 0, one.message.get());
    const int verdict =
        one.message
            ? static_cast<int>(getdns_validate_dnssec2(asked.get(), links.get(), anchors.get(), one.seconds, 0))
            : -1;
    std::puts(name_of(verdict));
  }
  return 0;
}
