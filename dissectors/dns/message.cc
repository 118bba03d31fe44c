#include "dissectors/dns/message.h"

#include <algorithm>

#include "dissectors/dns/answers.h"
#include "dissectors/dns/edns.h"
#include "dissectors/dns/name.h"
#include "dissectors/dns/pairing.h"
#include "dissectors/dns/values.h"

namespace uptake::dns {
namespace {

/// How the reading of a message ended.
enum class Reading : std::uint8_t { read, truncated, malformed };

constexpr std::uint32_t kMaxRecords = 4096;  ///< read of one message; a longer one counts as cut
constexpr unsigned kQueryOpcode = 0;
constexpr unsigned kDsoOpcode = 6;

static_assert(1 + decltype(Answers::rrsigs)::capacity() + decltype(Answers::dnskeys)::capacity() +
                  decltype(Answers::ds)::capacity() + decltype(Answers::nsec3s)::capacity() +
                  decltype(Answers::svc_params)::capacity() + decltype(Edns::errors)::capacity() <=
              kPerMessage);

struct Question {
  std::uint16_t qtype = 0;
  std::uint64_t exchange = 0;  ///< where a query and its response meet
  std::size_t name_size = 0;   ///< of the text that stands in the room of the Notes
  Label label = Label::plain;
};

/// QNAME QTYPE(2) QCLASS(2) (RFC 1035 §4.1.2). Leaves in `rest` what follows a sound question. The text of the name
/// is made only when somebody wants it, or when it may be that of a policy record.
[[gnu::always_inline]] inline Step read_question(Bytes& rest, bool wants_name, const Payload& payload,
                                                 const Header& header, Notes& notes, Question& question) noexcept {
  constexpr std::size_t kFixed = 4;
  QuestionName name;
  std::uint8_t* room = wants_name ? notes.name_room(kMaxText) : nullptr;
  if (room == nullptr) {
    name = pass_question_name(rest);
    if (name.underscore) room = notes.name_room(kMaxText);
  }
  if (room != nullptr) {
    name = read_question_name(rest, room);
    if (name.underscore) question.label = label_of({room, name.size});
  }
  if (!name.sound) return name.cut ? Step::ran_off : Step::malformed;
  question.name_size = name.size;
  const Bytes wire = rest.first(name.octets);
  rest = rest.subspan(name.octets);
  if (rest.size() < kFixed) return Step::ran_off;
  const bool server_asks = (payload.from == Side::server) != header.response();
  question.exchange = exchange_of(payload.flow, server_asks, header.id(), wire, be32(rest.data()));
  if (payload.exchanges != nullptr) payload.exchanges->prefetch(question.exchange);
  question.qtype = be16(rest.data());
  rest = rest.subspan(kFixed);
  return Step::sound;
}

/// How the reading of the sections behind the question ended.
enum class Walk : std::uint8_t { complete, too_many, ran_off, malformed };

/// Shows each record to `look(number, const Record&)`, which says false when it is malformed.
template <class Look>
inline Walk walk_records(Bytes rest, const std::uint8_t* message, const Header& header, Look look) noexcept {
  const std::uint32_t promised = header.records();
  const std::uint32_t count = std::min(promised, kMaxRecords);
  const std::uint8_t* at = rest.data();
  const std::uint8_t* const end = at + rest.size();
  Record record;
  for (std::uint32_t i = 0; i < count; ++i) {
    const Step step = read_record(at, end, message, record);
    if (step != Step::sound) [[unlikely]]
      return step == Step::ran_off ? Walk::ran_off : Walk::malformed;
    if (!look(i, record)) return Walk::malformed;
  }
  return count < promised ? Walk::too_many : Walk::complete;
}

/// Whether the walk's end leaves a message to note: it may run off only where the snaplen cut.
constexpr bool readable(Walk walk, Envelope envelope) noexcept {
  return walk != Walk::malformed && (walk != Walk::ran_off || envelope.cut);
}

/// Looks at OPT, where it may stand: in the additional section.
inline void look_for_edns(const Header& header, std::uint32_t number, const Record& record, Edns& edns) noexcept {
  if (record.type() == kTypeOpt && number >= header.answers() + header.authorities()) read_opt(record, edns);
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
                   Envelope envelope, Asked asked, Notes& notes) noexcept {
  const unsigned rcode = unsigned{edns.rcode_high} << 4 | (header.flags() & 15U);
  const ResponseBits rest{.qtype = question.qtype,
                          .rcode = static_cast<std::uint8_t>(std::min(rcode, 15U)),
                          .tcp = envelope.tcp,
                          .ede = !edns.errors.empty(),
                          .cut = envelope.cut,
                          .label = question.label};
  commit_name(question, notes);
  notes.note(kResponse, rest.pack() | response_flags(header.flags()) | response_edns(edns.bits) |
                            response_query(asked) | answers.bits(envelope.cut));
  if (answers.lists_something() || rest.ede) note_records(answers, edns, rcode, asked.dnssec_ok, notes);
}

/// What is known of a message when its records are to be read.
struct Start {
  const std::uint8_t* message = nullptr;
  Bytes rest;  ///< behind the question
  Header header;
  Question question;
  Envelope envelope;
};

inline Reading read_query(const Start& start, const Payload& payload, Notes& notes) noexcept {
  Edns edns;
  const auto look = [&](std::uint32_t number, const Record& record) {
    look_for_edns(start.header, number, record, edns);
    return true;
  };
  const Walk walk = walk_records(start.rest, start.message, start.header, look);
  if (!readable(walk, start.envelope)) return Reading::malformed;
  const bool ad = bit(start.header.flags(), kAd);
  const bool cut = walk != Walk::complete;
  if (!cut)
    remember(payload, start.question.exchange, {.query = true, .dnssec_ok = edns.has(Edns::kDnssecOk), .ad = ad});
  note_query(start.header, start.question, edns, {.tcp = start.envelope.tcp, .cut = cut}, notes);
  return Reading::read;
}

inline Reading read_response(const Start& start, const Payload& payload, Notes& notes) noexcept {
  // Only QUERY has answers: the sections of UPDATE say what to change (RFC 2136 §2).
  const bool wants_answers = start.header.opcode() == kQueryOpcode;
  Edns edns;
  Answers answers(start.question.qtype, start.question.label);
  const auto look = [&](std::uint32_t number, const Record& record) {
    if (record.type() != kTypeOpt && wants_answers) return answers.look(number < start.header.answers(), record);
    look_for_edns(start.header, number, record, edns);
    return true;
  };
  const Walk walk = walk_records(start.rest, start.message, start.header, look);
  if (!readable(walk, start.envelope)) return Reading::malformed;
  const Envelope envelope{.tcp = start.envelope.tcp, .cut = walk != Walk::complete};
  note_response(start.header, start.question, edns, answers, envelope, find_query(payload, start.question.exchange),
                notes);
  return Reading::read;
}

// A snaplen that cut nothing but trailing octets cut nothing of the message: whether it did, the records tell.
template <bool kIsResponse>
inline Reading read(Bytes bytes, Envelope envelope, const Payload& payload, Notes& notes) noexcept {
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
    const bool wants_name = notes.wants_name(kIsResponse ? kResponse : kQuery);
    const Step step = read_question(start.rest, wants_name, payload, header, notes, start.question);
    if (step != Step::sound) return step == Step::ran_off ? ran_off : Reading::malformed;
  }
  if constexpr (kIsResponse) {
    return read_response(start, payload, notes);
  } else {
    return read_query(start, payload, notes);
  }
}

}  // namespace

Step read_named_record(const std::uint8_t*& at, const std::uint8_t* end, const std::uint8_t* message,
                       Record& record) noexcept {
  Cursor owner({at, static_cast<std::size_t>(end - at)});
  if (!skip_name(owner, message)) return Step::malformed;
  if (owner.failed()) return Step::ran_off;
  at = owner.here();
  return read_fixed(at, end, record);
}

namespace {

/// A function for queries and one for responses: each needs fewer registers than both together would.
template <bool kIsResponse>
[[gnu::noinline, gnu::flatten]] Result read_as(Bytes bytes, Envelope envelope, const Payload& payload,
                                               Notes& notes) noexcept {
  const Reading reading = read<kIsResponse>(bytes, envelope, payload, notes);
  const auto size = static_cast<std::uint32_t>(bytes.size());
  if (reading == Reading::read) [[likely]]
    return {Verdict::keep_going, size};
  const bool truncated = reading == Reading::truncated;
  note_unreadable(truncated ? Ending::truncated : Ending::malformed, notes);
  return {truncated ? Verdict::truncated : Verdict::malformed, size};
}

}  // namespace

Result read_message(Bytes bytes, Envelope envelope, const Payload& payload, Notes& notes) noexcept {
  const bool response = bytes.size() >= kHeaderBytes && read_header(bytes).response();
  return response ? read_as<true>(bytes, envelope, payload, notes) : read_as<false>(bytes, envelope, payload, notes);
}

void note_unreadable(Ending why, Notes& notes) noexcept {
  notes.next_message();
  notes.name({});
  notes.note(kUnreadable, static_cast<std::uint64_t>(why));
}

}  // namespace uptake::dns
