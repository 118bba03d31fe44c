#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policy/figures.h"
#include "policy/refusal.h"
#include "policy/subscriber_ties.h"

namespace uptake {

/// Reads the prefixes in the text of a customer file; `#` starts a comment. A line that holds several, between spaces
/// or commas, ties them to one subscriber; so does one prefix that is no shorter than `subscriber`. Any other stands
/// for as many subscribers as it holds. `path` and the line's number stand in a Refusal.
[[nodiscard]] Either<std::vector<CustomerPrefix>> parse_customers(std::string_view text, const std::string& path,
                                                                  SubscriberLengths subscriber);

}  // namespace uptake
