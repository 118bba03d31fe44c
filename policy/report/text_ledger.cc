#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "policy/report/format.h"
#include "policy/report/text_parts.h"
#include "policy/report/wrap.h"

namespace uptake::report {
namespace {

// How a frame ended when that hides something; empty for the rest.
std::string_view loss_words(Disposition disposition) {
  switch (disposition) {
    case Disposition::truncated:
      return "frames whose headers were cut when they were captured";
    case Disposition::malformed:
      return "frames whose headers contradict themselves";
    case Disposition::unsupported:
      return "frames in a link layer, protocol or tunnel that is not read";
    case Disposition::too_deep:
      return "frames with more than 16 layers of headers";
    case Disposition::fragment_dropped:
      return "IP fragments whose packet never became whole";
    case Disposition::flow_full:
      return "frames for which no place among the flows was left";
    case Disposition::overload:
      return "frames that came faster than they could be read";
    case Disposition::parsed:
    case Disposition::no_interest:
    case Disposition::filtered:
    case Disposition::duplicate:
      return {};
  }
  return {};
}

std::string_view loss_words(Limit limit) {
  switch (limit) {
    case Limit::flow_evicted:
      return "flows forgotten while they lived, to make room for newer ones";
    case Limit::handshake_evicted:
      return "handshakes forgotten unfinished, to make room for newer ones";
    case Limit::handshake_bytes:
      return "handshakes longer than their buffer";
    case Limit::stream_gap:
      return "TCP streams with a segment missing from the capture";
    case Limit::overlap_conflict:
      return "TCP segments or IP fragments that overlap with other bytes; the first were believed";
    case Limit::fragment_memory:
      return "IP fragments dropped for want of room";
    case Limit::class_full:
      return "TLS sessions whose bytes are not counted";
    case Limit::notes_full:
      return "observations dropped in a burst that held too many";
    case Limit::entities_sampled:
      return "names, servers, subscribers or addresses above the exact part: their shares are of a sample";
    case Limit::late:
      return "frames that came after their window was closed, and are counted in the next";
    case Limit::early:
      return "frames stamped far ahead of those before, and counted in the window that was open";
    case Limit::card_dropped:
      return "windows before this one whose card nobody took in time; their figures are lost";
    case Limit::filter_outside:
      return "tagged or tunnelled frames left out by a filter that looks at outer headers only";
  }
  return {};
}

std::string span_text(std::uint64_t ns) {
  const std::uint64_t seconds = ns / 1'000'000'000;
  if (seconds < 60) return fmt::format("{}.{:03} s", seconds, ns / 1'000'000 % 1000);
  if (seconds < 3600) return fmt::format("{} min {} s", seconds / 60, seconds % 60);
  return fmt::format("{} h {} min", seconds / 3600, seconds / 60 % 60);
}

std::string time_text(std::uint64_t time_ns) {
  std::string out;
  append_time(out, time_ns, TimeDigits::seconds);
  return out;
}

std::string percent_text(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? "-" : fmt::format("{:.1f} %", 100 * static_cast<double>(part) / static_cast<double>(whole));
}

void append_sizes(Page& page, const Ledger& ledger) {
  page.line(fmt::format("  {} frames, {} bytes on the wire, {} of them captured", grouped_digits(ledger.frames),
                        grouped_digits(ledger.wire_bytes), percent_text(ledger.captured_bytes, ledger.wire_bytes)));
  if (ledger.frames == 0 || ledger.last_ns < ledger.first_ns) return;
  page.line(fmt::format("  from {} to {} ({})", time_text(ledger.first_ns), time_text(ledger.last_ns),
                        span_text(ledger.last_ns - ledger.first_ns)));
}

void append_endings(Page& page, const Ledger& ledger) {
  constexpr std::size_t kCell = 32;
  const std::size_t columns = std::max<std::size_t>(1, (page.width - 2) / kCell);
  std::string line;
  for (std::size_t i = 0; i < kDispositions; ++i) {
    line += fmt::format("{:<17}{:>13}  ", name_of(static_cast<Disposition>(i)), grouped_digits(ledger.ended[i]));
    if ((i + 1) % columns != 0 && i + 1 < kDispositions) continue;
    line.erase(line.find_last_not_of(' ') + 1);
    page.line("  " + line);
    line.clear();
  }
  if (ledger.closes()) {
    page.line("  The ledger closes: each frame ended in exactly one of these ways.");
    return;
  }
  page.warning("  THE LEDGER DOES NOT CLOSE: frames are unaccounted for. Do not use the figures.");
}

void append_losses(Page& page, const WindowCard& window) {
  bool any = false;
  const auto append = [&](std::uint64_t count, std::string_view name, std::string_view words) {
    if (count == 0 || words.empty()) return;
    if (!any) page.title("What may be missing");
    any = true;
    page.wrapped(fmt::format("  {:>13}  ", grouped_digits(count)), fmt::format("{} ({})", words, name));
  };
  for (std::size_t i = 0; i < kDispositions; ++i) {
    const auto disposition = static_cast<Disposition>(i);
    append(window.ledger.ended[i], name_of(disposition), loss_words(disposition));
  }
  for (std::size_t i = 0; i < kLimits; ++i) {
    const auto limit = static_cast<Limit>(i);
    append(window.limits[i], name_of(limit), loss_words(limit));
  }
  if (!any) page.line("  Nothing is missing that uptake knows of: no frame lost, no limit reached.");
}

std::string_view words_of(Unread kind) {
  switch (kind) {
    case Unread::other_udp:
      return "other UDP";
    case Unread::other_tcp:
      return "other TCP";
    case Unread::other_ip:
      return "other protocols over IP";
    default:
      return name_of(kind);
  }
}

// The most bytes first.
void append_unread(Page& page, const UnreadCounts& unread) {
  const UnreadCounts::Count total = unread.total();
  if (total.packets == 0) return;
  page.title("Seen, but not read");
  std::vector<Unread> kinds;
  for (std::size_t kind = 1; kind < kUnreads; ++kind)
    if (unread.of(static_cast<Unread>(kind)).packets != 0) kinds.push_back(static_cast<Unread>(kind));
  std::ranges::stable_sort(kinds, std::greater{}, [&](Unread kind) { return unread.of(kind).bytes; });
  std::string words;
  for (const Unread kind : kinds) {
    const UnreadCounts::Count count = unread.of(kind);
    if (!words.empty()) words += "; ";
    words +=
        fmt::format("{} {} ({} bytes)", words_of(kind), grouped_digits(count.packets), grouped_digits(count.bytes));
  }
  page.line(fmt::format("  {} packets, {} bytes, by port, protocol number or first octets:",
                        grouped_digits(total.packets), grouped_digits(total.bytes)));
  page.wrapped("    ", words);
  if (unread.of(Unread::quic).packets != 0)
    page.wrapped("  ", "QUIC carries TLS 1.3 too: the figures of TLS below are of TCP alone.");
}

}  // namespace

void append_ledger(Page& page, const WindowCard& window) {
  page.title("What was read");
  append_sizes(page, window.ledger);
  append_endings(page, window.ledger);
  append_losses(page, window);
  append_unread(page, window.unread);
}

}  // namespace uptake::report
