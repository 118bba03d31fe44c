#include "dissectors/dns/message.h"

#include <algorithm>

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
    question.name = read_question_name(at.rest(), room);
    at.skip(question.name.cut ? at.left() + 1 : question.name.octets);
    if (!question.name.sound) return question.name.cut;
    question.has_name = true;
    if (question.name.underscore) question.label = label_of({room, question.name.size});
  } else if (!skip_name(at, message)) {
    return false;
  }
  question.qtype = at.u16();
  at.skip(2);
  return true;
}

/// Walk: how the reading of the sections behind the question ended; neither when the end was reached before all.
struct Walk {
  bool malformed = false;
  bool complete = false;
};

/// Shows each record to `look(Section, Record&)`, which says false when it is malformed.
template <class Look>
Walk walk_section(Cursor& at, const std::uint8_t* message, Section section, std::uint32_t count, Look look) noexcept {
  Record record;
  for (; count > 0; --count) {
    if (!read_record(at, message, record)) return {.malformed = true};
    if (at.failed()) return {};
    if (!look(section, record)) return {.malformed = true};
  }
  return {.complete = true};
}

template <class Look>
Walk walk_records(Cursor& at, const std::uint8_t* message, const Header& header, Look look) noexcept {
  std::uint32_t left = kMaxRecords;
  Walk walk{.complete = true};
  for (const Section section : {Section::answer, Section::authority, Section::additional}) {
    const std::uint32_t promised = section == Section::answer      ? header.answers
                                   : section == Section::authority ? header.authorities
                                                                   : header.additionals;
    if (promised == 0) continue;
    walk = walk_section(at, message, section, std::min(promised, left), look);
    if (!walk.complete) return walk;
    if (promised > left) return {};
    left -= promised;
  }
  return walk;
}

/// Looks at OPT, where it may stand, and at nothing else.
bool look_for_edns(Section section, Record& record, Edns& edns) noexcept {
  if (record.type == kTypeOpt && section == Section::additional) read_opt(record, edns);
  return true;
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

/// What is known of a message when its records are to be read.
struct Start {
  Bytes bytes;
  Header header;
  Question question;
  Envelope envelope;
};

Reading read_query(const Start& start, Cursor at, Dissector::Memory& memory, Notes& notes) noexcept {
  Edns edns;
  const auto look = [&](Section section, Record& record) { return look_for_edns(section, record, edns); };
  const Walk walk = walk_records(at, start.bytes.data(), start.header, look);
  if (walk.malformed || (at.failed() && !start.envelope.cut)) return Reading::malformed;
  const bool ad = bit(start.header.flags, kAd);
  if (walk.complete)
    Pairing::remember(memory, start.header.id, start.question.qtype, edns.dnssec_ok, ad, start.envelope.tcp);
  note_query(start.header, start.question, edns, {.tcp = start.envelope.tcp, .cut = !walk.complete}, notes);
  return Reading::read;
}

Reading read_response(const Start& start, Cursor at, const Dissector::Memory& memory, Notes& notes) noexcept {
  // Only QUERY has answers: the sections of UPDATE say what to change (RFC 2136 §2).
  const bool wants_answers = start.header.opcode() == kQueryOpcode;
  Edns edns;
  Answers answers(start.question.qtype, start.question.label);
  const auto look = [&](Section section, Record& record) {
    if (record.type == kTypeOpt || !wants_answers) return look_for_edns(section, record, edns);
    return answers.look(section, record);
  };
  const Walk walk = walk_records(at, start.bytes.data(), start.header, look);
  if (walk.malformed || (at.failed() && !start.envelope.cut)) return Reading::malformed;
  const Envelope envelope{.tcp = start.envelope.tcp, .cut = !walk.complete};
  note_response(start.header, start.question, edns, answers, envelope, memory, notes);
  return Reading::read;
}

}  // namespace

// A snaplen that cut nothing but trailing octets cut nothing of the message: whether it did, the records tell.
Reading read_message(Bytes bytes, Envelope envelope, Dissector::Memory& memory, Notes& notes) noexcept {
  const Reading ran_off = envelope.cut ? Reading::truncated : Reading::malformed;
  Cursor at(bytes);
  Start start{bytes, read_header(at), {}, envelope};
  const Header& header = start.header;
  if (at.failed()) return ran_off;
  if (!header.opcode_assigned() || header.questions > 1) return Reading::malformed;
  if (!envelope.cut && !header.fits(bytes.size())) return Reading::malformed;
  // What follows the header of a stateful operation are no records (RFC 8490 §5.4).
  if (header.opcode() == kDsoOpcode && (header.questions | header.records()) != 0) return Reading::malformed;
  if (header.questions == 1 && !read_question(at, bytes.data(), notes, start.question)) return Reading::malformed;
  if (at.failed()) return ran_off;
  return header.response() ? read_response(start, at, memory, notes) : read_query(start, at, memory, notes);
}

}  // namespace uptake::dns
