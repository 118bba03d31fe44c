#include "dissectors/tls/certificates.h"

#include <array>

#include "dissectors/tls/messages.h"

namespace uptake::tls {
namespace {

/// With its records' headers it stays below what is held of a side.
constexpr std::uint32_t kLongestShown = 15 * 1024;

void lose(std::uint8_t type, Ending why, Notes& notes) noexcept {
  notes.exhibit(type == kCertificate ? kChainLost : kStapleLost, static_cast<std::uint64_t>(why), {});
}

}  // namespace

std::span<const ExhibitRow> exhibits() noexcept {
  static constexpr std::array<ExhibitRow, kKindCount> kKinds = {{
      {"chain", "-", "body of the server's Certificate"},
      {"chain_lost", "why: closed, gap, truncated, malformed, limit", "-"},
      {"staple", "-", "body of the CertificateStatus"},
      {"staple_lost", "why: closed, gap, truncated, malformed, limit", "-"},
      {"end", "SessionBits", "-"},
  }};
  return kKinds;
}

bool shows(std::uint8_t type, const Notes& notes) noexcept {
  if (type == kCertificate) return notes.wants(kChain);
  return type == kCertificateStatus && notes.wants(kStaple);
}

bool show_message(Records records, std::uint8_t type, std::uint32_t length, bool cut, Notes& notes,
                  bool& whole) noexcept {
  whole = false;
  if (length > kLongestShown) {
    lose(type, Ending::limit, notes);
    return true;
  }
  std::array<std::uint8_t, kMaxMessage> scratch;
  std::uint8_t read = 0;
  Bytes body;
  const Records::Status status = records.message(read, body, scratch.data());
  if (status == Records::Status::short_of_bytes && !cut) return false;
  whole = status == Records::Status::ok;
  if (whole) {
    notes.exhibit(type == kCertificate ? kChain : kStaple, 0, body);
  } else {
    lose(type, cut ? Ending::truncated : Ending::malformed, notes);
  }
  return true;
}

}  // namespace uptake::tls
