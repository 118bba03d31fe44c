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
    {"tls-profile", "tls.class.sufficient", "servers"},
    {"tls-pq", "tls.pq.held_by_server", "connections", true},
    {"tls-pq", "tls.pq.held_by_client", "connections", true},
    {"tls-pq", "tls.pq.held_by_both", "connections", true},
    {"tls-pq", "tls.pq.negotiated", "subscribers"},
    {"certificates", "tls.certificate.trusted", "connections"},
    {"certificates", "tls.certificate.current", "connections"},
    {"certificates", "tls.certificate.name_match", "connections"},
    {"mail-tls", "smtp.tls.not_offered", "connections", true},
    {"mail-tls", "smtp.tls.masked", "connections", true},
    {"mail-tls", "smtp.tls.not_used", "connections", true},
    {"mail-tls", "smtp.tls.refused", "connections", true},
    {"starttls", "smtp.starttls.not_asked", "connections", true},
    {"starttls", "smtp.starttls.refused", "connections", true},
    {"mailbox-tls", "mailbox.tls.not_offered", "connections", true},
    {"mailbox-tls", "mailbox.tls.not_used", "connections", true},
    {"mailbox-tls", "mailbox.tls.refused", "connections", true},
    {"dane-smtp", "dane.invalid.mismatch", "connections", true},
    {"dane-smtp", "dane.invalid.chain", "connections", true},
    {"dane-smtp", "dane.invalid.in_clear", "connections", true},
};

}  // namespace

std::span<const Holder> holders() noexcept { return kHolders; }

}  // namespace uptake::page
