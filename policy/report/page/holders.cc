#include "policy/report/page/holders.h"

namespace uptake::page {
namespace {

constexpr Holder kHolders[] = {
    {"ipv6", "dns.has.aaaa", "names"},
    {"ipv6", "ip6.subscribers", "subscribers"},
    {"dnssec", "dnssec.signed", "names"},
    {"dnssec", "dnssec.validated", "responses"},
    {"dnssec", "dnssec.resolver.validates", "subscribers"},
    {"tls", "tls.version.1_3.held_by_server", "connections", true},
    {"tls", "tls.version.1_3.held_by_client", "connections", true},
    {"tls", "tls.version.1_3.held_by_both", "connections", true},
    {"tls", "tls.version.1_3", "subscribers"},
    {"tls-pq", "tls.pq.held_by_server", "connections", true},
    {"tls-pq", "tls.pq.held_by_client", "connections", true},
    {"tls-pq", "tls.pq.held_by_both", "connections", true},
    {"tls-pq", "tls.pq.negotiated", "subscribers"},
    {"certificates", "tls.certificate.trusted", "connections"},
    {"certificates", "tls.certificate.current", "connections"},
    {"certificates", "tls.certificate.name_match", "connections"},
    {"mail-tls", "smtp.starttls.offered", "connections"},
    {"mail-tls", "smtp.starttls.used", "connections"},
    {"starttls", "smtp.starttls.used", "connections"},
    {"starttls", "smtp.starttls.accepted", "connections"},
    {"mailbox-tls", "mailbox.starttls.offered", "connections"},
    {"mailbox-tls", "mailbox.starttls.used", "connections"},
    {"dane-smtp", "dane.invalid.mismatch", "connections", true},
    {"dane-smtp", "dane.invalid.chain", "connections", true},
    {"dane-smtp", "dane.invalid.in_clear", "connections", true},
};

}  // namespace

std::span<const Holder> holders() noexcept { return kHolders; }

}  // namespace uptake::page
