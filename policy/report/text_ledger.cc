#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "policy/report/numbers.h"
#include "policy/report/text_parts.h"
#include "policy/report/times.h"
#include "policy/report/unread.h"

namespace uptake::report {
namespace {

// The words for a disposition that hides something; empty for the rest.
std::string_view loss_words(Disposition disposition) {
  switch (disposition) {
    case Disposition::truncated:
      return "frames whose headers were cut when they were captured";
    case Disposition::malformed:
      return "frames whose headers contradict themselves";
    case Disposition::unsupported:
      return "frames in a layer or tunnel that is not read";
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
      return "observations dropped in a burst or message that held too many";
    case Limit::entities_sampled:
      return "names, servers, subscribers, addresses or resolvers above the exact part: their shares are of a sample";
    case Limit::late:
      return "frames stamped long before those around them: counted in the window that was open, and no part of the "
             "time span";
    case Limit::early:
      return "frames stamped far ahead of those before: counted in the window that was open";
    case Limit::card_dropped:
      return "windows before this one whose card nobody took in time; their figures are lost";
    case Limit::events_dropped:
      return "events not written, for whoever reads them was behind; their messages are counted";
    case Limit::twin_flows:
      return "conversations of the same addresses and ports in two VLANs or tunnels, which were kept apart";
    case Limit::filter_outside:
      return "tagged or tunnelled frames left out by a filter that looks at outer headers only";
    case Limit::arrival_unknown:
      return "frames of a port that may have waited for more than 2 ms: copies among them are counted twice";
    case Limit::query_displaced:
      return "DNS questions forgotten before their answers came, to make room for newer ones";
    case Limit::handshake_chunks:
      return "handshakes forgotten for the buffers they held while a segment never came";
    case Limit::unclaimed:
      return "conversations on the port of a protocol that is read, of which nothing could be read";
    case Limit::exhibits_full:
      return "records or messages that did not reach the joins, for their burst held too many";
    case Limit::exhibits_dropped:
      return "records or messages that came faster than the joins could take them";
    case Limit::join_forgotten:
      return "what a join remembered and forgot too early, to make room for newer ones";
    case Limit::fragment_elsewhere:
      return "packets of tunnels in fragments that came to another worker than their conversation: not read";
    case Limit::pieces_dropped:
      return "segments or CRYPTO frames dropped, for too many came out of order before what was missing";
    case Limit::count_:
      break;
  }
  return {};
}

void append_sizes(Page& page, const Ledger& ledger) {
  page.wrapped(
      "  ", fmt::format("{} frames, {} bytes on the wire, {} of them captured", grouped_digits(ledger.frames),
                        grouped_digits(ledger.wire_bytes), percent_text(ledger.captured_bytes, ledger.wire_bytes)));
  if (!ledger.has_span()) return;
  page.line(fmt::format("  {} ({})", span_words(ledger.first_ns, ledger.last_ns),
                        length_words(ledger.last_ns - ledger.first_ns)));
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
    page.wrapped("  ", "The ledger closes: each frame ended in exactly one of these ways.");
    return;
  }
  page.warning("  THE LEDGER DOES NOT CLOSE. Do not use the figures.");
}

void append_losses(Page& page, const ScoreCard& card, const WindowCard& window) {
  page.title("What is not in the figures");
  const auto append = [&](std::string_view count, std::string_view words) {
    page.wrapped(fmt::format("  {:>13}  ", count), words);
  };
  if (card.interrupted) append("", "The run was interrupted: what came behind it was not read.");
  for (const InputDamage& damage : card.damage)
    append("", fmt::format("Input {} is damaged at octet {}: {}; what came before is counted.", damage.input,
                           grouped_digits(damage.offset), damage.what));
  if (card.lost_before != 0)
    append(grouped_digits(card.lost_before), "frames lost before the files were written, as they say themselves");
  for (const CardPort& port : card.ports) {
    if (!port.lost) append("not known", fmt::format("frames lost by port {}", port.port));
    if (port.lost && *port.lost != 0)
      append(grouped_digits(*port.lost), fmt::format("frames lost by port {}", port.port));
  }
  for (const Loss& loss : losses_of(window))
    append(grouped_digits(loss.count), fmt::format("{} ({})", loss.words, loss.name));
}

// The most bytes first.
void append_unread(Page& page, const WindowCard& window) {
  const std::vector<UnreadLine> lines = unread_of(window);
  if (lines.empty()) return;
  page.title("Seen, but not read");
  std::string words;
  bool quic = false;
  for (const UnreadLine& line : lines) {
    quic = quic || line.kind == Unread::quic;
    if (!words.empty()) words += "; ";
    words += fmt::format("{} {} ({} bytes)", line.words, grouped_digits(line.packets), grouped_digits(line.bytes));
  }
  const UnreadCounts::Count total = window.unread.total();
  page.wrapped("  ", fmt::format("{} packets, {} bytes, by port, protocol number or first octets:",
                                 grouped_digits(total.packets), grouped_digits(total.bytes)));
  page.wrapped("    ", words);
  if (quic)
    page.wrapped("  ", "QUIC that is not read carries TLS 1.3 too, which is not in the figures of TLS below.");
}

bool hides_sightings(const MeasureRow& row) {
  for (std::size_t i = 0; i < kReasons; ++i)
    if (row.total.unobservable[i] != 0 && row.words->of(static_cast<Reason>(i)).means_loss) return true;
  return false;
}

}  // namespace

std::vector<Loss> losses_of(const WindowCard& window) {
  std::vector<Loss> losses;
  const auto add = [&](std::uint64_t count, std::string_view name, std::string_view words) {
    if (count != 0 && !words.empty()) losses.push_back({count, name, words});
  };
  for (std::size_t i = 0; i < kDispositions; ++i) {
    const auto disposition = static_cast<Disposition>(i);
    add(window.ledger.ended[i], name_of(disposition), loss_words(disposition));
  }
  for (std::size_t i = 0; i < kLimits; ++i) {
    const auto limit = static_cast<Limit>(i);
    add(window.limits[i], name_of(limit), loss_words(limit));
  }
  return losses;
}

std::string_view loss_words(std::string_view name) {
  for (std::size_t i = 0; i < kDispositions; ++i)
    if (name == name_of(static_cast<Disposition>(i))) return loss_words(static_cast<Disposition>(i));
  for (std::size_t i = 0; i < kLimits; ++i)
    if (name == name_of(static_cast<Limit>(i))) return loss_words(static_cast<Limit>(i));
  return {};
}

bool nothing_missing(const ScoreCard& card, const WindowCard& window, const std::vector<MeasureRow>& rows) {
  const auto loses = [](const CardPort& port) { return !port.lost || *port.lost != 0; };
  return window.ledger.closes() && losses_of(window).empty() && window.unread.total().packets == 0 &&
         card.damage.empty() && card.lost_before == 0 && !card.interrupted &&
         std::ranges::none_of(card.ports, loses) && std::ranges::none_of(rows, hides_sightings);
}

void append_ledger(Page& page, const ScoreCard& card, const WindowCard& window, const std::vector<MeasureRow>& rows) {
  page.title("What was read");
  append_sizes(page, window.ledger);
  append_endings(page, window.ledger);
  if (nothing_missing(card, window, rows)) {
    page.line("  Nothing is missing that uptake knows of.");
    return;
  }
  append_losses(page, card, window);
  append_unread(page, window);
}

}  // namespace uptake::report
