#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "dataplane/prefix_set.h"
#include "policy/figures.h"
#include "policy/refusal.h"
#include "policy/subscriber_ties.h"

namespace uptake {

/// "192.0.2.0/24" or "2001:db8::/32" as a prefix; a Refusal's line says what is wrong with it. A single address is
/// its own prefix. Bits behind the prefix length must be zero.
[[nodiscard]] Either<Prefix> parse_prefix(std::string_view text);

/// The prefixes in the text of a customer file; `#` starts a comment. A line that holds several, between spaces or
/// commas, ties them to one subscriber; so does one prefix that is no shorter than `subscriber`. Any other stands for
/// as many subscribers as it holds. `path` stands in failures.
[[nodiscard]] Either<std::vector<CustomerPrefix>> parse_customers(std::string_view text, const std::string& path,
                                                                  SubscriberLengths subscriber);

/// Reads a customer file. Failures: no_input, permission, configuration (with the line's number).
[[nodiscard]] Either<std::vector<CustomerPrefix>> read_customers(const std::string& path,
                                                                 SubscriberLengths subscriber);

}  // namespace uptake
