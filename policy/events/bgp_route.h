#pragma once

#include "policy/events/describer.h"

namespace uptake {

/// Writes an event for each route that an UPDATE announces or withdraws.
void show_routes(const Shown& shown, EventLines& lines);

}  // namespace uptake
