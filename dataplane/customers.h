#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policy/figures.h"
#include "policy/refusal.h"
#include "policy/subscriber_ties.h"

namespace uptake {

/// Reads the prefixes in the text of a customer file; `#` starts a comment. Several prefixes on a line, separated by
/// spaces or commas, are one subscriber; so is a single one no shorter than `subscriber`. A shorter one stands for as
/// many subscribers as it holds. A Refusal names `path` and the line's number.
[[nodiscard]] Either<std::vector<CustomerPrefix>> parse_customers(std::string_view text, const std::string& path,
                                                                  SubscriberLengths subscriber);

}  // namespace uptake
