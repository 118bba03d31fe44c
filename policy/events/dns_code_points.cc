#include "policy/events/dns_code_points.h"

#include <iterator>

#include "policy/events/code_points.h"
#include "policy/report/format.h"

namespace uptake::dns {
namespace {

constexpr CodePoint kRrTypes[] = {
    {1, "A"},       {2, "NS"},      {5, "CNAME"},  {6, "SOA"},      {10, "NULL"},       {12, "PTR"},
    {13, "HINFO"},  {15, "MX"},     {16, "TXT"},   {17, "RP"},      {18, "AFSDB"},      {25, "KEY"},
    {28, "AAAA"},   {29, "LOC"},    {33, "SRV"},   {35, "NAPTR"},   {37, "CERT"},       {39, "DNAME"},
    {41, "OPT"},    {42, "APL"},    {43, "DS"},    {44, "SSHFP"},   {45, "IPSECKEY"},   {46, "RRSIG"},
    {47, "NSEC"},   {48, "DNSKEY"}, {49, "DHCID"}, {50, "NSEC3"},   {51, "NSEC3PARAM"}, {52, "TLSA"},
    {53, "SMIMEA"}, {55, "HIP"},    {59, "CDS"},   {60, "CDNSKEY"}, {61, "OPENPGPKEY"}, {62, "CSYNC"},
    {63, "ZONEMD"}, {64, "SVCB"},   {65, "HTTPS"}, {99, "SPF"},     {108, "EUI48"},     {109, "EUI64"},
    {249, "TKEY"},  {250, "TSIG"},  {251, "IXFR"}, {252, "AXFR"},   {255, "ANY"},       {256, "URI"},
    {257, "CAA"},   {32769, "DLV"},
};

constexpr std::string_view kRcodes[] = {"NOERROR",  "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP",  "REFUSED",
                                        "YXDOMAIN", "YXRRSET", "NXRRSET",  "NOTAUTH",  "NOTZONE", "DSOTYPENI"};

constexpr std::string_view kOpcodes[] = {"QUERY", "IQUERY", "STATUS", "", "NOTIFY", "UPDATE", "DSO"};

static_assert(ascending(kRrTypes));

}  // namespace

std::string_view rr_type_name(std::uint16_t type, std::string& scratch) {
  const std::string_view known = name_in(kRrTypes, type);
  if (!known.empty()) return known;
  scratch = "TYPE";
  report::append_decimal(scratch, type);
  return scratch;
}

std::string_view rcode_name(std::uint8_t rcode) noexcept {
  return rcode < std::size(kRcodes) ? kRcodes[rcode] : std::string_view{};
}

std::string_view opcode_name(std::uint8_t opcode) noexcept {
  return opcode < std::size(kOpcodes) ? kOpcodes[opcode] : std::string_view{};
}

}  // namespace uptake::dns
