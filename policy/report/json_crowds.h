#pragma once

#include "policy/report/json_writer.h"
#include "policy/report/rows.h"

namespace uptake::report {

/// Writes who stands behind the counts of a row or of one of its cells: what may leave (`gate`), the subscribers up
/// to ten and the sightings by client group, by outcome. Nothing where nobody asked for it.
void write_crowds(JsonWriter& json, const MeasureRow& row, const Counts& counts, const std::vector<Crowd>& crowds);
/// The same of a row that counts entities.
void write_entity_crowds(JsonWriter& json, const MeasureRow& row);
/// Under which key and by which prefixes subscribers are told apart.
void write_client_groups(JsonWriter& json, const Figures& figures);

}  // namespace uptake::report
