#include "policy/correlate/routes/rov/router_sessions.h"

#include <algorithm>

namespace uptake::rov {
namespace {

/// Chosen: no cache pauses for so long in an answer. What was to come then is not in the capture.
constexpr std::uint64_t kPauseNs = 10'000'000'000;

}  // namespace

std::uint64_t RouterSessions::key_of(const Subject& subject) const noexcept {
  return digests_.server(subject.client, subject.client_port,
                         digests_.server(subject.server, subject.server_port, 0));
}

RouterSession* RouterSessions::find(const Subject& subject) noexcept {
  const auto found = std::ranges::find(sessions_, key_of(subject), &RouterSession::key);
  return found == sessions_.end() ? nullptr : &*found;
}

RouterSession* RouterSessions::place_at(std::uint64_t packet_ns) noexcept {
  RouterSession* found = nullptr;
  for (RouterSession& session : sessions_) {
    if (session.until_ns > packet_ns) continue;
    if (found == nullptr || session.last_ns < found->last_ns) found = &session;
  }
  return found;
}

RouterSession RouterSessions::made(const Subject& subject) const noexcept {
  RouterSession session;
  session.key = key_of(subject);
  session.router = router_of(subject.client);
  session.cache = router_of(subject.server);
  return session;
}

bool RouterSessions::is_latest_of_cache(const RouterSession& session) const noexcept {
  return std::ranges::none_of(sessions_, [&](const RouterSession& other) {
    return other.cache == session.cache && other.ended_ns > session.ended_ns;
  });
}

bool RouterSessions::is_sure(const RouterSession& session, std::uint64_t packet_ns, std::uint64_t came_ns) noexcept {
  const bool broke_off = session.open_ns != 0 && session.open_ns + kPauseNs < packet_ns;
  return !session.waits && !broke_off && session.ended_ns <= came_ns;
}

}  // namespace uptake::rov
