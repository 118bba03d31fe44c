// DNS over UDP and TCP. Input: one octet of options, then the payload. A stream is read twice, whole and in two
// pieces, and must give the same observations; and so must a reading in which nobody asks for names.

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <vector>

#include "dissectors/dns/dns.h"

namespace {

using namespace uptake;

constexpr std::uint8_t kStream = 1, kFromServer = 2, kCut = 4;

struct Said {
  std::vector<Observation> observations;
  std::vector<std::vector<std::uint8_t>> names;
};

void require(bool holds) {
  if (!holds) std::abort();
}

/// Offers `bytes` until no more is consumed; what was said is added to `said`. How much was consumed.
std::size_t offer(Bytes bytes, std::uint8_t options, dns::Dissector::Memory& memory, Notes& notes, Said& said,
                  bool& over) {
  std::size_t done = 0;
  while (!over) {
    const Bytes rest = bytes.subspan(done);
    const auto exact = std::make_unique<std::uint8_t[]>(rest.size());
    std::copy(rest.begin(), rest.end(), exact.get());
    Payload payload;
    payload.bytes = {exact.get(), rest.size()};
    payload.wire = static_cast<std::uint32_t>(rest.size()) + ((options & kCut) != 0 ? 100U : 0U);
    payload.stream = (options & kStream) != 0;
    payload.from = (options & kFromServer) != 0 ? Side::server : Side::client;
    payload.server_port = 53;
    (void)dns::Dissector::claims(payload);
    static const Subject nobody;
    notes.about(nobody, 0);
    const Result result = dns::Dissector::dissect(payload, memory, notes);
    // Of a long message what is still to come is passed over.
    require(result.consumed <= rest.size() + 65'536);
    require(notes.observations().size() <= Notes::kObservationsPerCall && notes.dropped() == 0);
    for (const Observation& one : notes.observations()) {
      const Bytes name = notes.subjects()[one.subject].name;
      said.observations.push_back({one.value, one.fact, 0});
      said.names.emplace_back(name.begin(), name.end());
    }
    notes.clear();
    done += result.consumed;
    over = result.verdict == Verdict::malformed || result.verdict == Verdict::truncated;
    if (result.verdict != Verdict::keep_going || result.consumed == 0 || done >= bytes.size()) break;
  }
  return done;
}

Said pieces(Bytes bytes, std::size_t cut, std::uint8_t options, bool named = true) {
  constexpr std::array<std::uint8_t, dns::kFactCount> kNoNames{};
  const auto notes = std::make_unique<Notes>();
  if (!named) notes->name_facts(kNoNames);
  dns::Dissector::Memory memory;
  Said said;
  bool over = false;
  const std::size_t done = cut < bytes.size() ? offer(bytes.first(cut), options, memory, *notes, said, over) : 0;
  offer(bytes.subspan(std::min(done, bytes.size())), options, memory, *notes, said, over);
  static const Subject nobody;
  notes->about(nobody, 0);
  dns::Dissector::finish(memory, Ending::closed, *notes);
  return said;
}

bool same_observations(const Said& a, const Said& b) {
  if (a.observations.size() != b.observations.size()) return false;
  for (std::size_t i = 0; i < a.observations.size(); ++i)
    if (a.observations[i].value != b.observations[i].value || a.observations[i].fact != b.observations[i].fact)
      return false;
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::uint8_t options = data[0];
  const Bytes bytes{data + 1, size - 1};
  const Said whole = pieces(bytes, bytes.size(), options);
  require(same_observations(whole, pieces(bytes, bytes.size(), options, false)));
  if ((options & kStream) == 0 || (options & kCut) != 0 || bytes.empty()) return 0;
  const Said twice = pieces(bytes, options * bytes.size() / 256, options);
  require(same_observations(whole, twice) && whole.names == twice.names);
  return 0;
}
