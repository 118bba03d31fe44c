#include "policy/correlate/dnssec/name.h"

#include <cstring>

namespace uptake::dnssec {
namespace {

/// What an octet is in text; 0: it is escaped.
constexpr std::array<std::uint8_t, 256> kText = [] {
  std::array<std::uint8_t, 256> text{};
  for (std::uint8_t octet = '!'; octet < 0x7f; ++octet)
    if (octet != '.' && octet != '\\') text[octet] = lower(octet);
  return text;
}();

std::strong_ordering compare(Bytes a, Bytes b) noexcept {
  const std::size_t both = std::min(a.size(), b.size());
  for (std::size_t i = 0; i < both; ++i)
    if (lower(a[i]) != lower(b[i])) return lower(a[i]) <=> lower(b[i]);
  return a.size() <=> b.size();
}

}  // namespace

void Name::find_labels(Starts& starts) const noexcept {
  std::size_t at = 0;
  for (unsigned i = 0; i < labels_; ++i) {
    starts[i] = static_cast<std::uint8_t>(at);
    at += octets_[at] + std::size_t{1};
  }
}

Bytes Name::wire_of_last(unsigned labels) const noexcept {
  std::size_t at = 0;
  for (unsigned i = labels; i < labels_; ++i) at += octets_[at] + std::size_t{1};
  return wire().subspan(at);
}

Name Name::last(unsigned labels) const noexcept {
  if (labels >= labels_) return *this;
  const Bytes wire = wire_of_last(labels);
  Name out;
  out.size_ = static_cast<std::uint8_t>(wire.size());
  out.labels_ = static_cast<std::uint8_t>(labels);
  std::memcpy(out.octets_.data(), wire.data(), wire.size());
  return out;
}

Name Name::wildcard() const noexcept {
  if (size_ + std::size_t{2} > kMost) return *this;
  Name out;
  out.octets_[0] = 1;
  out.octets_[1] = '*';
  std::memcpy(out.octets_.data() + 2, octets_.data(), size_);
  out.size_ = static_cast<std::uint8_t>(size_ + 2);
  out.labels_ = static_cast<std::uint8_t>(labels_ + 1);
  return out;
}

unsigned Name::common(const Name& other) const noexcept {
  Starts mine;
  Starts others;
  find_labels(mine);
  other.find_labels(others);
  unsigned count = 0;
  while (count < labels_ && count < other.labels_) {
    const Bytes a = label_at(mine[labels_ - count - 1U]);
    const Bytes b = other.label_at(others[other.labels_ - count - 1U]);
    if (compare(a, b) != std::strong_ordering::equal) break;
    ++count;
  }
  return count;
}

bool Name::is_within(const Name& zone) const noexcept {
  if (zone.size_ > size_ || zone.labels_ > labels_) return false;
  return std::ranges::equal(wire_of_last(zone.labels_), zone.wire());
}

bool Name::substitute(const Name& from, const Name& to, Name& out) const noexcept {
  const std::size_t kept = size_ - std::size_t{from.size_};
  if (kept + to.size_ > kMost) return false;
  Name made;
  std::memcpy(made.octets_.data(), octets_.data(), kept);
  std::memcpy(made.octets_.data() + kept, to.octets_.data(), to.size_);
  made.size_ = static_cast<std::uint8_t>(kept + to.size_);
  made.labels_ = static_cast<std::uint8_t>(labels_ - from.labels_ + to.labels_);
  out = made;
  return true;
}

/// Length octets are below 'A', so all octets can be taken alike; some are taken twice.
void Name::to_lower() noexcept {
  std::size_t step = 0;
  for (; step + kStep <= size_; step += kStep) lower_step(step);
  lower_step(size_ < kStep ? 0 : size_ - kStep);
}

bool Name::append(Bytes label) noexcept {
  if (size_ + label.size() + 1 > kMost) return false;
  std::uint8_t* const at = octets_.data() + size_ - 1;
  at[0] = static_cast<std::uint8_t>(label.size());
  std::memcpy(at + 1, label.data(), label.size());
  at[1 + label.size()] = 0;
  size_ = static_cast<std::uint8_t>(size_ + label.size() + 1);
  ++labels_;
  return true;
}

std::size_t Name::text(std::uint8_t* out) const noexcept {
  if (is_root()) {
    *out = '.';
    return 1;
  }
  std::uint8_t* at = out;
  for (std::size_t start = 0; octets_[start] != 0; start += octets_[start] + std::size_t{1}) {
    if (start != 0) *at++ = '.';
    for (const std::uint8_t octet : label_at(start)) {
      if (kText[octet] != 0) [[likely]] {
        *at++ = kText[octet];
        continue;
      }
      *at++ = '\\';
      *at++ = static_cast<std::uint8_t>('0' + octet / 100);
      *at++ = static_cast<std::uint8_t>('0' + octet / 10 % 10);
      *at++ = static_cast<std::uint8_t>('0' + octet % 10);
    }
  }
  return static_cast<std::size_t>(at - out);
}

std::strong_ordering operator<=>(const Name& a, const Name& b) noexcept {
  Name::Starts of_a;
  Name::Starts of_b;
  a.find_labels(of_a);
  b.find_labels(of_b);
  const unsigned both = std::min<unsigned>(a.labels_, b.labels_);
  for (unsigned i = 1; i <= both; ++i) {
    const auto order = compare(a.label_at(of_a[a.labels_ - i]), b.label_at(of_b[b.labels_ - i]));
    if (order != std::strong_ordering::equal) return order;
  }
  return a.labels_ <=> b.labels_;
}

bool Name::read(Bytes message, Cursor& at) noexcept {
  constexpr unsigned kPointer = 0xc0;
  Cursor from = at;
  bool jumped = false;
  // A pointer leads to before where the name, or the part that points, begins: so it ends.
  auto limit = static_cast<std::size_t>(at.here() - message.data());
  std::size_t size = 0;
  unsigned labels = 0;
  for (;;) {
    // The labels up to the root or a pointer are copied at once.
    Cursor part = from;
    std::size_t run = 0;
    std::uint8_t length = from.u8();
    for (; length != 0 && (length & kPointer) == 0 && size + run < kMost; length = from.u8()) {
      from.skip(length);
      run += length + std::size_t{1};
      ++labels;
    }
    if (from.failed() || size + run + 1 > kMost) return false;
    std::memcpy(octets_.data() + size, part.bytes(run).data(), run);
    size += run;
    if (length == 0) break;
    if ((length & kPointer) != kPointer) return false;
    const std::size_t target = (std::size_t{length} & ~kPointer) << 8 | from.u8();
    if (from.failed() || target >= limit) return false;
    if (!jumped) at = from;
    jumped = true;
    limit = target;
    from = Cursor(message.subspan(target));
  }
  if (!jumped) at = from;
  octets_[size] = 0;
  size_ = static_cast<std::uint8_t>(size + 1);
  labels_ = static_cast<std::uint8_t>(labels);
  return true;
}

bool read_name(Bytes message, Cursor& at, Name& out) noexcept {
  if (out.read(message, at)) return true;
  out = Name();
  return false;
}

}  // namespace uptake::dnssec
