#include "dissectors/dns/message.h"

#include <algorithm>

#include "dissectors/dns/answers.h"
#include "dissectors/dns/edns.h"
#include "dissectors/dns/name.h"
#include "dissectors/dns/pairing.h"
#include "dissectors/dns/values.h"

namespace uptake::dns {
namespace {

constexpr std::uint32_t kMaxRecords = 4096;  ///< read of one message; a longer one counts as cut
constexpr unsigned kQueryOpcode = 0;
constexpr unsigned kDsoOpcode = 6;

static_assert(1 + decltype(Answers::rrsigs)::capacity() + decltype(Answers::dnskeys)::capacity() +
                  decltype(Answers::ds)::capacity() + decltype(Answers::nsec3s)::capacity() +
                  decltype(Answers::svc_params)::capacity() + decltype(Edns::errors)::capacity() <=
              kPerMessage);

struct Question {
  std::uint16_t qtype = 0;
  std::size_t name_size = 0;  ///< of the text that stands in the room of the Notes
  Label label = Label::plain;
};

/// QNAME QTYPE(2) QCLASS(2) (RFC 1035 §4.1.2). Leaves in `rest` what follows a sound question.
inline Step read_question(Bytes& rest, const std::uint8_t* message, Notes& notes, Question& question) noexcept {
  constexpr std::size_t kFixed = 4;
  std::uint8_t* room = notes.name_room(kMaxText);
  if (room != nullptr) [[likely]] {
    const QuestionName name = read_question_name(rest, room);
    if (!name.sound) return name.cut ? Step::ran_off : Step::malformed;
    rest = rest.subspan(name.octets);
    question.name_size = name.size;
    if (name.underscore) question.label = label_of({room, name.size});
  } else {
    Cursor at(rest);
    if (!skip_name(at, message)) return Step::malformed;
    rest = at.rest();
  }
  if (rest.size() < kFixed) return Step::ran_off;
  question.qtype = u16_at(rest, 0);
  rest = rest.subspan(kFixed);
  return Step::sound;
}

/// How the reading of the sections behind the question ended.
enum class Walk : std::uint8_t { complete, too_many, ran_off, malformed };

/// Shows each record to `look(Section, const Record&)`, which says false when it is malformed.
template <class Look>
inline Walk walk_records(Bytes rest, const std::uint8_t* message, const Header& header, Look look) noexcept {
  const std::uint32_t promised = header.records();
  const std::uint32_t before_additional = header.answers() + header.authorities();
  Record record;
  for (std::uint32_t i = 0; i < promised; ++i) {
    if (i == kMaxRecords) return Walk::too_many;
    const Step step = read_record(rest, message, record);
    if (step != Step::sound) [[unlikely]]
      return step == Step::ran_off ? Walk::ran_off : Walk::malformed;
    const Section section = i < header.answers()    ? Section::answer
                            : i < before_additional ? Section::authority
                                                    : Section::additional;
    if (!look(section, record)) return Walk::malformed;
  }
  return Walk::complete;
}

/// Whether the walk's end leaves a message to note: it may run off only where the snaplen cut.
constexpr bool readable(Walk walk, Envelope envelope) noexcept {
  return walk != Walk::malformed && (walk != Walk::ran_off || envelope.cut);
}

/// Looks at OPT, where it may stand, and at nothing else.
inline bool look_for_edns(Section section, const Record& record, Edns& edns) noexcept {
  if (record.type() == kTypeOpt && section == Section::additional) read_opt(record, edns);
  return true;
}

/// Makes the question's name the message's; an empty one takes back what an earlier message of the flow had.
void commit_name(const Question& question, Notes& notes) noexcept { notes.commit_name(question.name_size); }

void note_query(const Header& header, const Question& question, const Edns& edns, Envelope envelope,
                Notes& notes) noexcept {
  commit_name(question, notes);
  const QueryBits rest{.qtype = question.qtype, .tcp = envelope.tcp, .label = question.label, .cut = envelope.cut};
  notes.note(kQuery, rest.pack() | query_flags(header.flags()) | query_edns(edns.bits, edns.size));
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
  const unsigned rcode = unsigned{edns.rcode_high} << 4 | (header.flags() & 15U);
  const Pairing::Found found = Pairing::find(memory, header.id(), question.qtype, envelope.tcp);
  const ResponseBits rest{.qtype = question.qtype,
                          .rcode = static_cast<std::uint8_t>(std::min(rcode, 15U)),
                          .tcp = envelope.tcp,
                          .ede = !edns.errors.empty(),
                          .cut = envelope.cut,
                          .label = question.label};
  commit_name(question, notes);
  notes.note(kResponse, rest.pack() | response_flags(header.flags()) | response_edns(edns.bits) |
                            response_query(found) | answers.bits(envelope.cut));
  if (!answers.lists_nothing() || rest.ede) note_records(answers, edns, rcode, found.dnssec_ok, notes);
}

/// What is known of a message when its records are to be read.
struct Start {
  const std::uint8_t* message = nullptr;
  Bytes rest;  ///< behind the question
  Header header;
  Question question;
  Envelope envelope;
};

inline Reading read_query(const Start& start, Dissector::Memory& memory, Notes& notes) noexcept {
  Edns edns;
  const auto look = [&](Section section, const Record& record) { return look_for_edns(section, record, edns); };
  const Walk walk = walk_records(start.rest, start.message, start.header, look);
  if (!readable(walk, start.envelope)) return Reading::malformed;
  const bool ad = bit(start.header.flags(), kAd);
  const bool cut = walk != Walk::complete;
  if (!cut)
    Pairing::remember(memory, start.header.id(), start.question.qtype, edns.has(Edns::kDnssecOk), ad,
                      start.envelope.tcp);
  note_query(start.header, start.question, edns, {.tcp = start.envelope.tcp, .cut = cut}, notes);
  return Reading::read;
}

inline Reading read_response(const Start& start, const Dissector::Memory& memory, Notes& notes) noexcept {
  // Only QUERY has answers: the sections of UPDATE say what to change (RFC 2136 §2).
  const bool wants_answers = start.header.opcode() == kQueryOpcode;
  Edns edns;
  Answers answers(start.question.qtype, start.question.label);
  const auto look = [&](Section section, const Record& record) {
    if (record.type() == kTypeOpt || !wants_answers) return look_for_edns(section, record, edns);
    return answers.look(section, record);
  };
  const Walk walk = walk_records(start.rest, start.message, start.header, look);
  if (!readable(walk, start.envelope)) return Reading::malformed;
  const Envelope envelope{.tcp = start.envelope.tcp, .cut = walk != Walk::complete};
  note_response(start.header, start.question, edns, answers, envelope, memory, notes);
  return Reading::read;
}

}  // namespace

Step read_named_record(Bytes& rest, const std::uint8_t* message, Record& record) noexcept {
  Cursor at(rest);
  if (!skip_name(at, message)) return Step::malformed;
  if (at.failed()) return Step::ran_off;
  rest = at.rest();
  return read_fixed(rest, 0, record);
}

// A snaplen that cut nothing but trailing octets cut nothing of the message: whether it did, the records tell.
Reading read_message(Bytes bytes, Envelope envelope, Dissector::Memory& memory, Notes& notes) noexcept {
  const Reading ran_off = envelope.cut ? Reading::truncated : Reading::malformed;
  if (bytes.size() < kHeaderBytes) return ran_off;
  const Header header = read_header(bytes);
  if (header.questions() > 1 || (!envelope.cut && !header.fits(bytes.size()))) return Reading::malformed;
  if (header.opcode() != kQueryOpcode) [[unlikely]] {
    if (!header.opcode_assigned()) return Reading::malformed;
    // What follows the header of a stateful operation are no records (RFC 8490 §5.4).
    if (header.opcode() == kDsoOpcode && header.counts != 0) return Reading::malformed;
  }
  Start start{bytes.data(), bytes.subspan(kHeaderBytes), header, {}, envelope};
  if (header.questions() == 1) {
    const Step step = read_question(start.rest, start.message, notes, start.question);
    if (step != Step::sound) return step == Step::ran_off ? ran_off : Reading::malformed;
  }
  return header.response() ? read_response(start, memory, notes) : read_query(start, memory, notes);
}

}  // namespace uptake::dns
