#include "policy/report/unread.h"

#include <algorithm>
#include <array>
#include <functional>

namespace uptake::report {
namespace {

struct Known {
  Unread kind;
  Theme theme;
  std::string_view words;
};

/// Kinds that belong to a theme, or need other words than their name. The rest have no theme and show their name.
constexpr auto kKnown = std::to_array<Known>({
    {Unread::quic, Theme::secure_connection, "QUIC"},
    {Unread::dtls, Theme::secure_connection, "DTLS"},
    {Unread::tls_port, Theme::secure_connection, "TLS ports"},
    {Unread::smtp, Theme::secure_mail, "SMTP"},
    {Unread::submission, Theme::secure_mail, "submission"},
    {Unread::imap, Theme::secure_mail, "IMAP"},
    {Unread::pop3, Theme::secure_mail, "POP3"},
    {Unread::bgp, Theme::routes, "BGP"},
    {Unread::rtr, Theme::routes, "RTR"},
    {Unread::dns, Theme::name_service, "what was no DNS on port 53"},
    {Unread::dns_over_quic, Theme::secure_connection, "DNS over QUIC"},
    {Unread::other_udp, Theme::other, "other UDP"},
    {Unread::other_tcp, Theme::other, "other TCP"},
    {Unread::other_ip, Theme::other, "other protocols over IP"},
});

}  // namespace

std::vector<UnreadLine> unread_of(const WindowCard& window) {
  std::vector<UnreadLine> lines;
  for (std::size_t i = 1; i < kUnreads; ++i) {
    const auto kind = static_cast<Unread>(i);
    const UnreadCounts::Count count = window.unread.of(kind);
    if (count.packets == 0) continue;
    const auto known = std::ranges::find(kKnown, kind, &Known::kind);
    const bool found = known != kKnown.end();
    lines.push_back({kind, found ? known->theme : Theme::other, found ? known->words : name_of(kind), count.packets,
                     count.bytes});
  }
  std::ranges::stable_sort(lines, std::greater{}, &UnreadLine::bytes);
  return lines;
}

}  // namespace uptake::report
