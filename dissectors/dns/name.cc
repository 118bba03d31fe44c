#include "dissectors/dns/name.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <string_view>

#if defined(__AVX2__)
#include <immintrin.h>
#endif

namespace uptake::dns {
namespace {

/// Where the length octets of a name stand on the wire, a bit each, as the places of dots in its text, which begins
/// with the name's second octet. FewDots holds those of nearly every name in one register.
class FewDots {
 public:
  static constexpr std::size_t kOctets = 64;
  /// A length octet at `octet` of the name.
  void set(std::size_t octet) noexcept { bits_ |= std::uint64_t{1} << octet; }
  /// A bit for each of the 32 characters from `at` on: set where it is a dot.
  [[nodiscard]] std::uint32_t from(std::size_t at) const noexcept {
    return static_cast<std::uint32_t>(bits_ >> (at + 1));
  }

 private:
  std::uint64_t bits_ = 0;
};

/// The same of names up to the longest.
class ManyDots {
 public:
  static constexpr std::size_t kOctets = kMaxName;
  void set(std::size_t octet) noexcept { words_[octet >> 6] |= std::uint64_t{1} << (octet & 63); }
  [[nodiscard]] std::uint32_t from(std::size_t at) const noexcept {
    ++at;
    const std::size_t shift = at & 63;
    std::uint64_t bits = words_[at >> 6] >> shift;
    if (shift > 32) bits |= words_[(at >> 6) + 1] << (64 - shift);
    return static_cast<std::uint32_t>(bits);
  }

 private:
  std::array<std::uint64_t, 5> words_{};
};

constexpr bool is_plain(std::uint8_t c) noexcept { return c > 0x20 && c < 0x7f && c != '.' && c != '\\'; }
constexpr std::uint8_t lower(std::uint8_t c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<std::uint8_t>(c + ('a' - 'A')) : c;
}

/// Any name, an octet at a time.
template <class Dots>
void escaped(Bytes wire, const Dots& dots, std::uint8_t* text, QuestionName& name) noexcept {
  std::uint8_t* to = text;
  for (std::size_t i = 0; i < wire.size(); ++i) {
    const std::uint8_t c = wire[i];
    if ((dots.from(i) & 1) != 0) {
      *to++ = '.';
      continue;
    }
    if (is_plain(c)) {
      name.underscore |= c == '_';
      *to++ = lower(c);
      continue;
    }
    *to++ = '\\';
    *to++ = static_cast<std::uint8_t>('0' + c / 100);
    *to++ = static_cast<std::uint8_t>('0' + c / 10 % 10);
    *to++ = static_cast<std::uint8_t>('0' + c % 10);
  }
  name.size = static_cast<std::size_t>(to - text);
}

#if defined(__AVX2__)

constexpr std::size_t kStep = 32;

/// All ones in each octet whose bit is set.
inline __m256i spread(std::uint32_t bits) noexcept {
  const __m256i source = _mm256_setr_epi64x(0, 0x0101010101010101, 0x0202020202020202, 0x0303030303030303);
  const __m256i each = _mm256_set1_epi64x(static_cast<long long>(0x8040201008040201ULL));
  const __m256i wide = _mm256_shuffle_epi8(_mm256_set1_epi32(static_cast<int>(bits)), source);
  return _mm256_cmpeq_epi8(_mm256_and_si256(wide, each), each);
}

/// One step of a name to text. A bit for each octet of a label that is not plain or is an underscore. Octets above
/// 0x7f are negative here, so they are below every bound.
inline std::uint32_t step(const std::uint8_t* wire, std::uint32_t dots, std::uint8_t* text) noexcept {
  const __m256i in = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(wire));
  const auto is = [in](char c) { return _mm256_cmpeq_epi8(in, _mm256_set1_epi8(c)); };
  const auto above = [in](char c) { return _mm256_cmpgt_epi8(in, _mm256_set1_epi8(c)); };
  const __m256i upper = _mm256_andnot_si256(above('Z'), above('A' - 1));
  const __m256i lowered = _mm256_or_si256(in, _mm256_and_si256(upper, _mm256_set1_epi8('a' - 'A')));
  const __m256i out = _mm256_blendv_epi8(lowered, _mm256_set1_epi8('.'), spread(dots));
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(text), out);
  const __m256i other = _mm256_or_si256(_mm256_or_si256(is('.'), is('\\')), _mm256_or_si256(is('_'), is(0x7f)));
  const __m256i usual = _mm256_andnot_si256(other, above(0x20));
  return ~(static_cast<std::uint32_t>(_mm256_movemask_epi8(usual)) | dots);
}

/// Whether each octet of `wire` whose bit is set is an underscore.
bool all_underscores(const std::uint8_t* wire, std::uint32_t octets) noexcept {
  for (; octets != 0; octets &= octets - 1)
    if (wire[std::countr_zero(octets)] != '_') return false;
  return true;
}

/// The text of a name in steps; false when some octet needs an escape. The last step goes back over the one before,
/// so that none reads past the name; a short name is read past its end when `readable` octets allow, or copied.
template <class Dots>
inline bool stepped(Bytes wire, std::size_t readable, const Dots& dots, std::uint8_t* text,
                    QuestionName& name) noexcept {
  name.size = wire.size();
  if (wire.size() < kStep) {
    std::array<std::uint8_t, kStep> copy;
    const std::uint8_t* octets = wire.data();
    if (readable < kStep) [[unlikely]] {
      copy = {};
      std::memcpy(copy.data(), octets, wire.size());
      octets = copy.data();
    }
    const std::uint32_t unusual = step(octets, dots.from(0), text) & ((std::uint32_t{1} << wire.size()) - 1);
    name.underscore = unusual != 0;
    return unusual == 0 || all_underscores(octets, unusual);
  }
  for (std::size_t at = 0; at < wire.size(); at += kStep) {
    const std::size_t from = std::min(at, wire.size() - kStep);
    const std::uint32_t unusual = step(wire.data() + from, dots.from(from), text + from);
    if (unusual == 0) [[likely]]
      continue;
    if (!all_underscores(wire.data() + from, unusual)) return false;
    name.underscore = true;
  }
  return true;
}

#else

template <class Dots>
bool stepped(Bytes, std::size_t, const Dots&, std::uint8_t*, QuestionName&) noexcept {
  return false;
}

#endif

/// length(1) label ... 0 (RFC 1035 §3.1). False when the name is longer than `Dots` holds.
template <class Dots>
inline bool read_name(Bytes message, std::uint8_t* text, QuestionName& name) noexcept {
  Dots dots;
  const std::size_t end = std::min(message.size(), Dots::kOctets);
  std::size_t octets = 0;
  for (;;) {
    if (octets >= end) {
      name.cut = octets < Dots::kOctets;
      return name.cut;
    }
    const std::size_t length = message[octets];
    if (length == 0) break;
    if (length > kMaxLabel) return true;
    dots.set(octets);
    octets += length + 1;
  }
  name.sound = true;
  name.octets = octets + 1;
  if (octets == 0) {
    text[0] = '.';
    name.size = 1;
    return true;
  }
  const Bytes wire = message.subspan(1, octets - 1);
  if (!stepped(wire, message.size() - 1, dots, text, name)) {
    name.underscore = false;
    escaped(wire, dots, text, name);
  }
  return true;
}

/// Apart, so that the room for its dots burdens no short name.
[[gnu::noinline]] void read_long_name(Bytes message, std::uint8_t* text, QuestionName& name) noexcept {
  (void)read_name<ManyDots>(message, text, name);
}

}  // namespace

QuestionName read_question_name(Bytes message, std::uint8_t* text) noexcept {
  QuestionName name;
  if (!read_name<FewDots>(message, text, name)) read_long_name(message, text, name);
  return name;
}

bool skip_name(Cursor& at, const std::uint8_t* message) noexcept {
  const auto start = static_cast<std::size_t>(at.here() - message);
  std::size_t octets = 1;
  for (;;) {
    const std::size_t length = at.u8();
    if (length == 0) return true;
    if (length > kMaxLabel) {
      if ((length & 0xc0) != 0xc0) return false;
      const std::size_t target = (length & 0x3f) << 8 | at.u8();
      return at.failed() || points_back(target, start);
    }
    octets += length + 1;
    if (octets > kMaxName) return false;
    at.skip(length);
  }
}

Label label_of(Bytes text) noexcept {
  const std::string_view name(reinterpret_cast<const char*>(text.data()), text.size());
  if (name.starts_with("_dmarc.")) return Label::dmarc;
  if (name.starts_with("_mta-sts.")) return Label::mta_sts;
  if (name.starts_with("_smtp._tls.")) return Label::tls_rpt;
  // Both have a selector, of one label or more, in front.
  if (name.find("._domainkey.") != std::string_view::npos) return Label::domainkey;
  if (name.find("._bimi.") != std::string_view::npos) return Label::bimi;
  return Label::plain;
}

}  // namespace uptake::dns
