#pragma once

#include <string_view>

#include "dissectors/starttls.h"

namespace uptake {

/// What became of STARTTLS or STLS in a connection, in one word; static.
[[nodiscard]] std::string_view starttls_name(starttls::Offer offer, starttls::Request request) noexcept;

}  // namespace uptake
