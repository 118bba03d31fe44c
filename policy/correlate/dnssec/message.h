#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "policy/correlate/dnssec/name.h"

namespace uptake {
struct Filed;
}

namespace uptake::dnssec {

/// Type: RR types that validation treats in a way of their own (IANA DNS Parameters).
enum Type : std::uint16_t {
  kTypeNs = 2,
  kTypeCname = 5,
  kTypeSoa = 6,
  kTypeDname = 39,
  kTypeDs = 43,
  kTypeRrsig = 46,
  kTypeNsec = 47,
  kTypeDnskey = 48,
  kTypeNsec3 = 50,
  kTypeNxname = 128,  ///< in bitmaps alone (RFC 9824)
  kTypeAny = 255,     ///< asked for alone
};

/// Section: of a message, as far as it is looked at (RFC 1035 §4.1).
enum class Section : std::uint8_t { answer, authority };

/// Signature: an RRSIG (RFC 4034 §3.1). Its octets are borrowed from the message.
struct Signature {
  std::uint16_t covered = 0;
  std::uint8_t algorithm = 0;
  std::uint8_t labels = 0;
  std::uint32_t original_ttl = 0;
  std::uint32_t expiration = 0;
  std::uint32_t inception = 0;
  std::uint16_t tag = 0;
  std::uint16_t next = 0;  ///< number of the RRset's next one
  Name signer;             ///< lower case
  Bytes front;             ///< the 18 octets before the signer
  Bytes octets;            ///< the signature itself
};

/// Rrset: the records of one owner and type in one section. Without records it has signatures alone.
struct Rrset {
  Name owner;  ///< lower case
  std::uint16_t type = 0;
  Section section = Section::answer;
  std::uint32_t ttl = 0;  ///< the lowest of its records
  std::uint16_t count = 0;
  std::uint16_t first = 0;  ///< number of its first record
  std::uint16_t signatures = 0;
  std::uint16_t first_signature = 0;
};

/// An RRset that proves what is not there (RFC 4035 section 3.1.3).
[[nodiscard]] inline bool is_denial(const Rrset& set) noexcept {
  return set.section == Section::authority && set.count != 0 && (set.type == kTypeNsec || set.type == kTypeNsec3);
}

/// Message: the RRsets of class IN in the answer and the authority section of a response, with RDATA in canonical
/// form (RFC 4034 §6.2, RFC 6840 §5.1). A large object: made once, read into again and again. Borrows the message's
/// octets.
class Message {
 public:
  static constexpr std::size_t kRrsets = 64;
  static constexpr std::size_t kRecords = 512;
  static constexpr std::size_t kSignatures = 128;
  /// Names that were compressed or in upper case take their place in RDATA that is copied.
  static constexpr std::size_t kCopied = std::size_t{96} * 1024;

  enum class Reading : std::uint8_t {
    read,
    malformed,
    limit,  ///< it has more of something than there is room for
  };
  [[nodiscard]] Reading read(Bytes octets) noexcept;

  [[nodiscard]] Bytes octets() const noexcept { return octets_; }
  [[nodiscard]] const Name& qname() const noexcept { return question_.name; }
  [[nodiscard]] std::uint16_t qtype() const noexcept { return question_.type; }
  [[nodiscard]] unsigned rcode() const noexcept { return flags_ & 15U; }
  [[nodiscard]] bool is_authoritative() const noexcept { return (flags_ & 0x0400) != 0; }
  [[nodiscard]] std::span<const Rrset> rrsets() const noexcept { return {rrsets_.data(), rrset_count_}; }
  /// nullptr when there is none with records.
  [[nodiscard]] const Rrset* find(Section section, const Name& owner, std::uint16_t type) const noexcept;

  /// The RDATA of its records, the last of the message first: calls take(Bytes).
  template <class Take>
  void each_record(const Rrset& set, Take take) const noexcept {
    std::uint16_t number = set.first;
    for (std::uint16_t i = 0; i < set.count; ++i, number = records_[number].next) take(records_[number].rdata);
  }
  /// Its signatures, in order of the message: calls take(const Signature&) until that is false.
  template <class Take>
  void each_signature(const Rrset& set, Take take) const noexcept {
    std::uint16_t number = set.first_signature;
    for (std::uint16_t i = 0; i < set.signatures; ++i, number = signatures_[number].next)
      if (!take(signatures_[number])) return;
  }

 private:
  struct Record {
    Bytes rdata;
    std::uint16_t next = 0;
  };
  struct Question {
    Name name;
    std::uint16_t type = 0;
  };

  [[nodiscard]] Reading read_record(Cursor& at, Section section) noexcept;
  [[nodiscard]] Reading add_signature(const Name& owner, Section section, Cursor rdata) noexcept;
  [[nodiscard]] Reading add_record(const Name& owner, std::uint16_t type, std::uint32_t ttl, Section section,
                                   Cursor rdata) noexcept;
  [[nodiscard]] Rrset* place_of(const Name& owner, std::uint16_t type, Section section) noexcept;

  Bytes octets_;
  Question question_;
  std::uint16_t flags_ = 0;
  std::size_t rrset_count_ = 0;
  std::size_t record_count_ = 0;
  std::size_t signature_count_ = 0;
  std::size_t copied_count_ = 0;
  std::array<Rrset, kRrsets> rrsets_;
  std::array<Record, kRecords> records_;
  std::array<Signature, kSignatures> signatures_;
  std::array<std::uint8_t, kCopied> copied_;
};

/// The message of an Exhibit: as who showed it read it, else read into `room`. nullptr: it cannot be read.
[[nodiscard]] const Message* message_of(const Filed& filed, Message& room) noexcept;

}  // namespace uptake::dnssec
