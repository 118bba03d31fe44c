#include "dissectors/dns/name.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <string_view>

#if defined(__AVX2__)
#include <immintrin.h>
#endif

#include "dissectors/ascii.h"

namespace uptake::dns {
namespace {

/// FewDots: bit i is set when octet i of the name on the wire is a length octet. In the text, which starts at octet
/// 1, these become dots. One register holds the bits of nearly every name.
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

/// ManyDots: the same for names up to the longest.
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

/// Writes the text of any name, an octet at a time. Not inlined, because hardly any name needs it.
template <class Dots>
[[gnu::noinline]] void escaped(Bytes wire, Dots dots, std::uint8_t* text, QuestionName& name) noexcept {
  std::uint8_t* to = text;
  name.underscore = false;
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

/// True for octets that a step turns to text by itself. Among 0x40 to 0x5f these are the letters alone, because the
/// step sets bit 5 of all of them.
constexpr bool is_usual(unsigned c) noexcept {
  return is_plain(static_cast<std::uint8_t>(c)) && c != '_' && c != '@' && c != '[' && c != ']' && c != '^';
}

/// Table: 16 entries, looked up by half an octet, repeated for each half of a 32-octet step. kUsualRows has, by low
/// half, one bit for each high half with which the octet is usual; kRow has the bit of a high half.
struct alignas(kStep) Table {
  std::array<std::uint8_t, kStep> of{};
};
constexpr Table kUsualRows = [] {
  Table table;
  for (unsigned i = 0; i < kStep; ++i)
    for (unsigned row = 2; row < 8; ++row)
      if (is_usual(row << 4 | (i & 15))) table.of[i] = static_cast<std::uint8_t>(table.of[i] | 1U << row);
  return table;
}();
constexpr Table kRow = [] {
  Table table;
  for (unsigned i = 0; i < kStep; ++i) table.of[i] = (i & 15) < 8 ? static_cast<std::uint8_t>(1U << (i & 15)) : 0;
  return table;
}();
constexpr Table kLowerCase = [] {  // what turns a usual octet of the row to lower case
  Table table;
  for (unsigned i = 0; i < kStep; ++i) table.of[i] = (i & 15) == 4 || (i & 15) == 5 ? 'a' - 'A' : 0;
  return table;
}();

inline __m256i look_up(const Table& table, __m256i halves) noexcept {
  return _mm256_shuffle_epi8(_mm256_load_si256(reinterpret_cast<const __m256i*>(table.of.data())), halves);
}

/// All ones in each octet whose bit is set.
inline __m256i spread(std::uint32_t bits) noexcept {
  const __m256i source = _mm256_setr_epi64x(0, 0x0101010101010101, 0x0202020202020202, 0x0303030303030303);
  const __m256i each = _mm256_set1_epi64x(static_cast<long long>(0x8040201008040201ULL));
  const __m256i wide = _mm256_shuffle_epi8(_mm256_set1_epi32(static_cast<int>(bits)), source);
  return _mm256_cmpeq_epi8(_mm256_and_si256(wide, each), each);
}

/// Writes the text of 32 octets. Returns a bit for each octet of a label that is not usual: its text is wrong.
inline std::uint32_t step(const std::uint8_t* wire, std::uint32_t dots, std::uint8_t* text) noexcept {
  const __m256i in = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(wire));
  const __m256i high = _mm256_and_si256(_mm256_srli_epi16(in, 4), _mm256_set1_epi8(15));
  const __m256i lowered = _mm256_or_si256(in, look_up(kLowerCase, high));
  const __m256i out = _mm256_blendv_epi8(lowered, _mm256_set1_epi8('.'), spread(dots));
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(text), out);
  // An octet above 0x7f is never usual: the shuffle gives zero for an index with its top bit set.
  const __m256i usual = _mm256_and_si256(look_up(kUsualRows, in), look_up(kRow, high));
  return static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(usual, _mm256_setzero_si256()))) & ~dots;
}

/// The same for a name shorter than a step, from a copy: reading 32 octets would run past what may be read.
[[gnu::noinline]] std::uint32_t step_of_copy(Bytes wire, std::uint32_t dots, std::uint8_t* text) noexcept {
  std::array<std::uint8_t, kStep> copy{};
  std::memcpy(copy.data(), wire.data(), std::min(wire.size(), kStep));
  return step(copy.data(), dots, text);
}

/// Corrects the text of the octets whose bit is set; false when one of them is no underscore.
[[gnu::noinline]] bool underscores(const std::uint8_t* wire, std::uint32_t octets, std::uint8_t* text) noexcept {
  for (; octets != 0; octets &= octets - 1) {
    const int at = std::countr_zero(octets);
    if (wire[at] != '_') return false;
    text[at] = '_';
  }
  return true;
}

/// Writes the text of a name in steps; false when some octet is neither usual nor an underscore. The last step
/// overlaps the one before, so that none reads past the name. A name shorter than a step is read up to `readable`
/// octets.
template <class Dots>
inline bool stepped(Bytes wire, std::size_t readable, const Dots& dots, std::uint8_t* text,
                    QuestionName& name) noexcept {
  name.size = wire.size();
  if (wire.size() < kStep) {
    const std::uint32_t all =
        readable < kStep ? step_of_copy(wire, dots.from(0), text) : step(wire.data(), dots.from(0), text);
    const std::uint32_t unusual = all & ((std::uint32_t{1} << wire.size()) - 1);
    if (unusual == 0) [[likely]]
      return true;
    name.underscore = true;
    return underscores(wire.data(), unusual, text);
  }
  for (std::size_t at = 0; at < wire.size(); at += kStep) {
    const std::size_t from = std::min(at, wire.size() - kStep);
    const std::uint32_t unusual = step(wire.data() + from, dots.from(from), text + from);
    if (unusual == 0) [[likely]]
      continue;
    if (!underscores(wire.data() + from, unusual, text + from)) return false;
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
  if (!stepped(wire, message.size() - 1, dots, text, name)) [[unlikely]]
    escaped(wire, dots, text, name);
  return true;
}

/// Not inlined, so that short names do not pay for the stack of ManyDots.
[[gnu::noinline]] void read_long_name(Bytes message, std::uint8_t* text, QuestionName& name) noexcept {
  (void)read_name<ManyDots>(message, text, name);
}

}  // namespace

QuestionName read_question_name(Bytes message, std::uint8_t* text) noexcept {
  QuestionName name;
  if (!read_name<FewDots>(message, text, name)) read_long_name(message, text, name);
  return name;
}

QuestionName pass_question_name(Bytes message) noexcept {
  QuestionName name;
  const std::size_t end = std::min(message.size(), kMaxName);
  for (std::size_t octets = 0, next = 0; next < end; octets = next) {
    const std::size_t length = message[octets];
    next = octets + 1 + length;
    if (length == 0) {
      name.sound = true;
      name.octets = next;
      return name;
    }
    if (length > kMaxLabel) return name;
    if (next >= end) {
      name.cut = next < kMaxName;
      return name;
    }
    name.underscore |= message[octets + 1] == '_';
  }
  name.cut = true;
  return name;
}

bool pass_name(Cursor& at, const std::uint8_t* message, bool& bad_pointer) noexcept {
  const auto start = static_cast<std::size_t>(at.here() - message);
  std::size_t octets = 1;
  for (;;) {
    const std::size_t length = at.u8();
    if (length == 0) return true;
    if (length > kMaxLabel) {
      if ((length & 0xc0) != 0xc0) return false;
      const std::size_t target = (length & 0x3f) << 8 | at.u8();
      bad_pointer = !at.failed() && !points_back(target, start);
      return true;
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
