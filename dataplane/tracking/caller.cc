#include "dataplane/tracking/caller.h"

namespace uptake {

Result Caller::hear(const Claims& claims, const Now& now, Flow& flow, std::size_t row, Subject& subject,
                    const Payload& payload, Memory& memory) noexcept {
  const Notes::Mark before = scribe_.open(now, flow.mark, subject, claims.row(row).base);
  const Result result = call(claims, row, payload, memory);
  count_displaced(now);
  if (row != flow.row()) tell_carrier(claims, now, flow, before.observations);
  scribe_.keep_name(now, flow.mark, before);
  scribe_.note_class(now, flow, before.observations);
  return result;
}

void Caller::finish(const Claims& claims, const Now& now, Flow& flow, std::size_t row, Memory& memory,
                    Ending ending) noexcept {
  Subject subject = Scribe::subject_of(now, flow, now.conversation(flow));
  const Notes::Mark before = scribe_.open(now, flow.mark, subject, claims.row(row).base);
  claims.row(row).finish(memory, ending, scribe_.notes);
  if (row != flow.row()) tell_carrier(claims, now, flow, before.observations);
  scribe_.note_class(now, flow, before.observations);
}

/// Tells the dissector of a flow what has been noted since `first_observation`, all of it by that of the stream
/// inside.
void Caller::tell_carrier(const Claims& claims, const Now& now, const Flow& flow,
                          std::size_t first_observation) const noexcept {
  const Row& outer = claims.row_of(flow);
  if (outer.hears == nullptr) return;
  const FactId base = claims.row(outer.next).base;
  for (const Observation& one : scribe_.notes.observations().subspan(first_observation))
    outer.hears(now.conversation(flow).memory, static_cast<std::uint16_t>(one.fact - base), one.value);
}

}  // namespace uptake
