#include "dissectors/dns/name.h"

#include <algorithm>
#include <array>
#include <string_view>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace uptake::dns {
namespace {

/// Dots: where the length octets of a name stand on the wire, a bit each, as the places of dots in its text, which
/// begins with the name's second octet.
class Dots {
 public:
  /// A length octet at `octet` of the name.
  void set(std::size_t octet) noexcept { words_[octet >> 6] |= std::uint64_t{1} << (octet & 63); }
  /// Character `at` of the text is a dot.
  [[nodiscard]] bool is(std::size_t at) const noexcept {
    ++at;
    return (words_[at >> 6] >> (at & 63) & 1) != 0;
  }
  /// A bit for each of the sixteen characters from `at` on.
  [[nodiscard]] std::uint32_t sixteen(std::size_t at) const noexcept {
    ++at;
    const std::size_t shift = at & 63;
    std::uint64_t bits = words_[at >> 6] >> shift;
    if (shift > 48) bits |= words_[(at >> 6) + 1] << (64 - shift);
    return static_cast<std::uint32_t>(bits & 0xffff);
  }

 private:
  std::array<std::uint64_t, 5> words_{};
};

constexpr bool is_plain(std::uint8_t c) noexcept { return c > 0x20 && c < 0x7f && c != '.' && c != '\\'; }
constexpr std::uint8_t lower(std::uint8_t c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<std::uint8_t>(c + ('a' - 'A')) : c;
}

/// Any name, an octet at a time.
void escaped(const std::uint8_t* wire, std::size_t size, const Dots& dots, std::uint8_t* text,
             QuestionName& name) noexcept {
  std::uint8_t* to = text;
  for (std::size_t i = 0; i < size; ++i) {
    const std::uint8_t c = wire[i];
    if (dots.is(i)) {
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
  name.size = static_cast<std::uint16_t>(to - text);
}

#if defined(__SSE2__)

/// All ones in each octet whose bit is set.
inline __m128i spread(std::uint32_t bits) noexcept {
  const __m128i each = _mm_set1_epi64x(static_cast<long long>(0x8040201008040201ULL));
  __m128i wide = _mm_cvtsi32_si128(static_cast<int>(bits));
  wide = _mm_unpacklo_epi8(wide, wide);
  wide = _mm_shuffle_epi32(_mm_shufflelo_epi16(wide, 0x50), 0x50);
  return _mm_cmpeq_epi8(_mm_and_si128(wide, each), each);
}

struct Sixteen {
  std::uint32_t escape;  ///< octets of labels that need one
  std::uint32_t underscore;
};

/// Sixteen octets of a name to text. Octets above 0x7f are negative here, so they are below every bound.
inline Sixteen sixteen(const std::uint8_t* wire, std::uint32_t dots, std::uint8_t* text) noexcept {
  const __m128i in = _mm_loadu_si128(reinterpret_cast<const __m128i*>(wire));
  const __m128i upper =
      _mm_and_si128(_mm_cmpgt_epi8(in, _mm_set1_epi8('A' - 1)), _mm_cmplt_epi8(in, _mm_set1_epi8('Z' + 1)));
  const __m128i visible =
      _mm_and_si128(_mm_cmpgt_epi8(in, _mm_set1_epi8(0x20)), _mm_cmplt_epi8(in, _mm_set1_epi8(0x7f)));
  const __m128i special =
      _mm_or_si128(_mm_cmpeq_epi8(in, _mm_set1_epi8('.')), _mm_cmpeq_epi8(in, _mm_set1_epi8('\\')));
  const __m128i lowered = _mm_add_epi8(in, _mm_and_si128(upper, _mm_set1_epi8('a' - 'A')));
  const __m128i is_dot = spread(dots);
  const __m128i out = _mm_or_si128(_mm_andnot_si128(is_dot, lowered), _mm_and_si128(is_dot, _mm_set1_epi8('.')));
  _mm_storeu_si128(reinterpret_cast<__m128i*>(text), out);
  const __m128i plain = _mm_andnot_si128(special, visible);
  const auto mask = [](__m128i v) { return static_cast<std::uint32_t>(_mm_movemask_epi8(v)); };
  return {~(mask(plain) | dots) & 0xffff, mask(_mm_cmpeq_epi8(out, _mm_set1_epi8('_')))};
}

/// The text of a name in steps of sixteen octets; false when some octet needs an escape. `readable` octets may be
/// read.
bool vectored(Bytes readable, std::size_t size, const Dots& dots, std::uint8_t* text, QuestionName& name) noexcept {
  const std::uint8_t* wire = readable.data();
  std::uint32_t underscore = 0;
  if (size < 16) {
    if (readable.size() < 16) return false;
    const Sixteen all = sixteen(wire, dots.sixteen(0), text);
    const std::uint32_t own = (1U << size) - 1;
    if ((all.escape & own) != 0) return false;
    underscore = all.underscore & own;
  } else {
    std::uint32_t escape = 0;
    for (std::size_t at = 0; at < size; at += 16) {
      const std::size_t from = std::min(at, size - 16);
      const Sixteen part = sixteen(wire + from, dots.sixteen(from), text + from);
      escape |= part.escape;
      underscore |= part.underscore;
    }
    if (escape != 0) return false;
  }
  name.underscore = underscore != 0;
  name.size = static_cast<std::uint16_t>(size);
  return true;
}

#else

bool vectored(Bytes, std::size_t, const Dots&, std::uint8_t*, QuestionName&) noexcept { return false; }

#endif

}  // namespace

/// length(1) label ... 0 (RFC 1035 §3.1)
QuestionName read_question_name(Bytes message, std::uint8_t* text) noexcept {
  Cursor at(message);
  Dots dots;
  std::size_t octets = 0;
  for (;;) {
    const std::size_t length = at.u8();
    if (length == 0) break;
    if (length > kMaxLabel) return {};
    dots.set(octets);
    octets += length + 1;
    if (octets >= kMaxName) return {};
    at.skip(length);
  }
  if (at.failed()) return {.cut = true};
  QuestionName name{.sound = true, .octets = static_cast<std::uint8_t>(octets + 1), .size = 1};
  if (octets == 0)
    text[0] = '.';
  else if (!vectored(message.subspan(1), octets - 1, dots, text, name))
    escaped(message.data() + 1, octets - 1, dots, text, name);
  return name;
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
