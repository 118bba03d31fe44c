#include "dissectors/dns/message.h"

#include <algorithm>
#include <utility>

#include "dissectors/dns/answers.h"
#include "dissectors/dns/edns.h"
#include "dissectors/dns/name.h"
#include "dissectors/dns/pairing.h"

namespace uptake::dns {
namespace {

constexpr std::uint32_t kMaxRecords = 4096;  ///< read of one message; a longer one counts as cut
constexpr unsigned kQueryOpcode = 0;
constexpr unsigned kDsoOpcode = 6;

static_assert(1 + decltype(Answers::rrsigs)::capacity() + decltype(Answers::dnskeys)::capacity() +
                  decltype(Answers::ds)::capacity() + decltype(Answers::nsec3s)::capacity() +
                  decltype(Answers::svc_params)::capacity() + decltype(Edns::errors)::capacity() <=
              kPerMessage);

constexpr bool bit(std::uint16_t flags, int n) noexcept { return (flags >> n & 1) != 0; }
enum HeaderBit : std::uint8_t { kCd = 4, kAd = 5, kRa = 7, kRd = 8, kTc = 9, kAa = 10 };

struct Question {
  std::uint16_t qtype = 0;
  QuestionName name;
  bool has_name = false;  ///< its text stands in the room of the Notes
  Label label = Label::plain;
};

/// QNAME QTYPE(2) QCLASS(2) (RFC 1035 §4.1.2). False when malformed; running off the end is the cursor's failure
/// alone.
bool read_question(Cursor& at, const std::uint8_t* message, Notes& notes, Question& question) noexcept {
  std::uint8_t* room = notes.name_room(kMaxText);
  if (room != nullptr) {
    question.name = read_question_name(at, room);
    if (!question.name.sound) return at.failed();
    question.has_name = true;
    if (question.name.underscore) question.label = label_of({room, question.name.size});
  } else if (!skip_name(at, message)) {
    return false;
  }
  question.qtype = at.u16();
  at.skip(2);
  return true;
}

/// Records: the three sections behind the question. Malformed, or the end was reached before all were read, or
/// neither.
struct Walk {
  bool malformed = false;
  bool complete = false;
};

/// `answers` is nullptr when only EDNS is wanted.
Walk walk_section(Cursor& at, const std::uint8_t* message, Section section, std::uint32_t count, Edns& edns,
                  Answers* answers) noexcept {
  Record record;
  for (std::uint32_t i = 0; i < count; ++i) {
    if (!read_record(at, message, record)) return {.malformed = true};
    if (at.failed()) return {};
    if (record.type == kTypeOpt) {
      if (section == Section::additional) read_opt(record, edns);
    } else if (answers != nullptr && !answers->look(section, record)) {
      return {.malformed = true};
    }
  }
  return {.complete = true};
}

Walk walk_records(Cursor& at, const std::uint8_t* message, const Header& header, Edns& edns,
                  Answers* answers) noexcept {
  const std::pair<Section, std::uint16_t> sections[] = {{Section::answer, header.answers},
                                                        {Section::authority, header.authorities},
                                                        {Section::additional, header.additionals}};
  std::uint32_t left = kMaxRecords;
  for (const auto& [section, count] : sections) {
    if (count == 0) continue;
    const Walk walk = walk_section(at, message, section, std::min<std::uint32_t>(count, left), edns, answers);
    if (!walk.complete) return walk;
    if (count > left) return {};
    left -= count;
  }
  return {.complete = true};
}

/// Makes the question's name the message's; an empty one takes back what an earlier message of the flow had.
void commit_name(const Question& question, Notes& notes) noexcept {
  notes.commit_name(question.has_name ? question.name.size : 0);
}

void note_query(const Header& header, const Question& question, const Edns& edns, Envelope envelope,
                Notes& notes) noexcept {
  QueryBits bits;
  bits.qtype = question.qtype;
  bits.edns_size = edns.size;
  bits.opcode = static_cast<std::uint8_t>(header.opcode());
  bits.tcp = envelope.tcp;
  bits.rd = bit(header.flags, kRd);
  bits.ad = bit(header.flags, kAd);
  bits.cd = bit(header.flags, kCd);
  bits.edns = edns.present;
  bits.dnssec_ok = edns.dnssec_ok;
  bits.cookie = edns.client_cookie;
  bits.client_subnet = edns.client_subnet;
  bits.padding = edns.padding;
  bits.edns_malformed = edns.malformed;
  bits.label = question.label;
  bits.cut = envelope.cut;
  commit_name(question, notes);
  notes.note(kQuery, bits.pack());
}

void note_records(const Answers& answers, const Edns& edns, unsigned rcode, bool asked_dnssec,
                  Notes& notes) noexcept {
  for (const std::uint64_t algorithm : answers.rrsigs)
    notes.note(kRrsig, algorithm | std::uint64_t{asked_dnssec} << 8);
  for (const std::uint64_t value : answers.dnskeys) notes.note(kDnskey, value);
  for (const std::uint64_t value : answers.ds) notes.note(kDs, value);
  for (const std::uint64_t value : answers.nsec3s) notes.note(kNsec3, value);
  for (const std::uint64_t value : answers.svc_params) notes.note(kSvcParams, value);
  for (const std::uint64_t info_code : edns.errors) notes.note(kEde, info_code | std::uint64_t{rcode} << 16);
}

void note_response(const Header& header, const Question& question, const Edns& edns, const Answers& answers,
                   Envelope envelope, const Dissector::Memory& memory, Notes& notes) noexcept {
  const unsigned rcode = unsigned{edns.rcode_high} << 4 | (header.flags & 15U);
  const Pairing::Found found = Pairing::find(memory, header.id, question.qtype, envelope.tcp);
  ResponseBits bits;
  bits.qtype = question.qtype;
  bits.rcode = static_cast<std::uint8_t>(std::min(rcode, 15U));
  bits.tcp = envelope.tcp;
  bits.aa = bit(header.flags, kAa);
  bits.tc = bit(header.flags, kTc);
  bits.rd = bit(header.flags, kRd);
  bits.ra = bit(header.flags, kRa);
  bits.ad = bit(header.flags, kAd);
  bits.cd = bit(header.flags, kCd);
  bits.edns = edns.present;
  bits.dnssec_ok = edns.dnssec_ok;
  bits.cookie = edns.server_cookie;
  bits.ede = edns.errors.begin() != edns.errors.end();
  bits.query_seen = found.query;
  bits.query_dnssec_ok = found.dnssec_ok;
  bits.query_ad = found.ad;
  bits.cut = envelope.cut;
  bits.label = question.label;
  bits.opcode = static_cast<std::uint8_t>(header.opcode());
  answers.tell(bits);
  commit_name(question, notes);
  notes.note(kResponse, bits.pack());
  note_records(answers, edns, rcode, found.dnssec_ok, notes);
}

}  // namespace

Reading read_message(Bytes bytes, Envelope envelope, Dissector::Memory& memory, Notes& notes) noexcept {
  const Reading ran_off = envelope.cut ? Reading::truncated : Reading::malformed;
  Cursor at(bytes);
  const Header header = read_header(at);
  if (at.failed()) return ran_off;
  if (!header.opcode_assigned() || header.questions > 1) return Reading::malformed;
  if (!envelope.cut && !header.fits(bytes.size())) return Reading::malformed;
  // What follows the header of a stateful operation are no records (RFC 8490 §5.4).
  const bool dso = header.opcode() == kDsoOpcode;
  if (dso && (header.questions | header.records()) != 0) return Reading::malformed;

  Question question;
  if (header.questions == 1 && !read_question(at, bytes.data(), notes, question)) return Reading::malformed;
  if (at.failed()) return ran_off;

  // Only QUERY has answers: the sections of UPDATE say what to change (RFC 2136 §2).
  const bool wants_answers = header.response() && header.opcode() == kQueryOpcode;
  Edns edns;
  Answers answers(question.qtype, question.label);
  const Walk walk = walk_records(at, bytes.data(), header, edns, wants_answers ? &answers : nullptr);
  if (walk.malformed) return Reading::malformed;
  if (at.failed() && !envelope.cut) return Reading::malformed;
  // A snaplen that cut nothing but trailing octets cut nothing of the message.
  envelope.cut = !walk.complete;

  if (header.response()) {
    note_response(header, question, edns, answers, envelope, memory, notes);
    return Reading::read;
  }
  if (walk.complete)
    Pairing::remember(memory, header.id, question.qtype, edns.dnssec_ok, bit(header.flags, kAd), envelope.tcp);
  note_query(header, question, edns, envelope, notes);
  return Reading::read;
}

}  // namespace uptake::dns
