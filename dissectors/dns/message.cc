#include "dissectors/dns/message.h"

#include <algorithm>

#include "dissectors/dns/answers.h"
#include "dissectors/dns/edns.h"
#include "dissectors/dns/key_tags.h"
#include "dissectors/dns/name.h"
#include "dissectors/dns/pairing.h"
#include "dissectors/dns/values.h"

namespace uptake::dns {
namespace {

/// How the reading of a message ended.
enum class Reading : std::uint8_t { read, truncated, malformed };

constexpr unsigned kQueryOpcode = 0;
constexpr unsigned kDsoOpcode = 6;

constexpr std::uint32_t kMayHide = 6;  ///< facts of records that a cut may hide
static_assert(2 + decltype(Answers::listed)::capacity() + decltype(Edns::errors)::capacity() + kMayHide <=
              kPerMessage);

struct Question {
  std::uint16_t qtype = 0;
  std::uint16_t qclass = kClassIn;
  bool cut = false;            ///< the capture cut it: nothing is known of it
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
  question.qtype = be16(rest.data());
  question.qclass = be16(rest.data() + 2);
  rest = rest.subspan(kFixed);
  return Step::sound;
}

/// How the reading of the sections behind the question ended.
enum class Walk : std::uint8_t { complete, cut, malformed };
struct Walked {
  Walk how = Walk::complete;
  std::uint32_t records = 0;  ///< that were read whole
};

/// Calls look(number, record, cut) for each record. `cut`: the snaplen cut the message inside this one, the last.
template <class Look>
inline Walked walk_records(Bytes rest, const std::uint8_t* message, const Header& header, Envelope envelope,
                           Look look) noexcept {
  const std::uint32_t count = header.records();
  const std::uint8_t* at = rest.data();
  const std::uint8_t* const end = at + rest.size();
  Record record;
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::uint8_t* const start = at;
    const Step step = read_record(at, end, message, record);
    if (step == Step::sound) [[likely]] {
      look(i, record, false);
      continue;
    }
    if (step == Step::malformed || !envelope.cut) return {Walk::malformed, i};
    if (read_cut_record(start, end, message, record)) look(i, record, true);
    return {Walk::cut, i};
  }
  return {Walk::complete, count};
}

/// Looks at OPT, where it may stand: in the additional section.
inline void look_for_edns(const Header& header, std::uint32_t number, const Record& record, bool cut,
                          Edns& edns) noexcept {
  if (record.type() == kTypeOpt && number >= header.answers() + header.authorities()) read_opt(record, cut, edns);
}

/// Gives the message the question's name. An empty one replaces the name of an earlier message of the flow.
void commit_name(const Question& question, Notes& notes) noexcept { notes.commit_name(question.name_size); }

void note_query(const Header& header, const Question& question, const Edns& edns, Envelope envelope,
                Notes& notes) noexcept {
  commit_name(question, notes);
  const QueryBits rest{.qtype = question.qtype, .tcp = envelope.tcp, .label = question.label, .cut = envelope.cut};
  notes.note(kQuery, rest.pack() | query_class(question.qclass) | query_flags(header.flags()) |
                         query_edns(edns.bits, edns.size));
}

void note_records(const Answers& answers, const Edns& edns, unsigned rcode, bool asked_dnssec,
                  Notes& notes) noexcept {
  for (const Listed& one : answers.listed)
    notes.note(one.fact, one.value | std::uint64_t{one.fact == kRrsig && asked_dnssec} << 8);
  for (const std::uint64_t info_code : edns.errors) notes.note(kEde, info_code | std::uint64_t{rcode} << 16);
  const std::uint64_t beyond = std::uint64_t{answers.listed.beyond()} + edns.errors.beyond();
  if (beyond != 0) notes.drop(beyond);
}

/// Notes which kinds of records may stand in what the capture lacks of a response.
[[gnu::noinline]] void note_hidden(const ResponseBits& r, bool question_cut, Notes& notes) noexcept {
  const bool signatures = question_cut || r.query_dnssec_ok || !r.query_seen;
  const auto of_answer = [&](std::uint16_t type) {
    return question_cut || (r.answers_cut && (r.qtype == type || r.qtype == kTypeAny));
  };
  const auto hide = [&notes](bool when, Fact fact) {
    if (when) notes.note(fact, kMayHideMore);
  };
  hide(signatures, kRrsig);
  hide(of_answer(kTypeDnskey), kDnskey);
  hide(of_answer(kTypeDs) || (signatures && !r.answered && !r.has(kSeenDs)), kDs);
  hide(of_answer(kTypeNsec3Param) || (signatures && !r.answered && !r.has(kSeenNsec3) && !r.has(kSeenNsec)), kNsec3);
  hide(of_answer(kTypeHttps) || of_answer(kTypeSvcb), kSvcParams);
  hide(!r.edns, kEde);
}

/// What is known of a message when its records are to be read.
struct Start {
  const std::uint8_t* message = nullptr;
  Bytes bytes;  ///< all of it
  Bytes rest;   ///< behind the question
  Header header;
  Question question;
  Envelope envelope;
};

/// Shows a response that DNSSEC is about. Not inlined, because nobody may want it.
[[gnu::noinline]] void show_response(const Start& start, std::uint64_t value, Notes& notes) noexcept {
  constexpr std::uint64_t kSigned =
      seen_bit(kSeenRrsig) | seen_bit(kSeenDnskey) | seen_bit(kSeenDs) | seen_bit(kSeenNsec) | seen_bit(kSeenNsec3);
  const ResponseBits bits = ResponseBits::unpack(value);
  const bool asked = bits.query_dnssec_ok || bits.query_cut || bits.dnssec_ok || start.question.cut;
  if (!asked && (value & kSigned) == 0) return;
  const bool one_question = bits.qtype != 0 || start.question.cut;
  const bool transfer = bits.qtype == kTypeAxfr || bits.qtype == kTypeIxfr;
  if (!one_question || transfer || bits.other_class || start.header.opcode() != kQueryOpcode) return;
  const bool whole = !bits.tc && !bits.cut && !bits.broken;
  notes.exhibit(kResponseShown, value, whole ? start.bytes : Bytes{});
}

/// Notes the trust anchors that a query tells: by EDNS, or by its name (RFC 8145).
[[gnu::noinline]] void note_key_tags(const Start& start, const Edns& edns, Notes& notes) noexcept {
  if (edns.key_tags != 0) notes.note(kKeyTags, edns.key_tags);
  if (start.question.qtype != kTypeNull) return;
  const KeyTags tags = name_key_tags(start.bytes.subspan(kHeaderBytes));
  if (tags.count != 0) notes.note(kKeyTags, tags.pack());
}

/// Notes what a resolver answers to a sentinel's question (RFC 8509).
[[gnu::noinline]] void note_sentinel(const Start& start, const ResponseBits& r, Notes& notes) noexcept {
  SentinelBits sentinel{.rcode = r.rcode, .ra = r.ra, .cd = r.cd, .qtype = r.qtype};
  if (read_sentinel(start.bytes.subspan(kHeaderBytes), sentinel)) notes.note(kSentinel, sentinel.pack());
}

void note_response(const Start& start, const Edns& edns, const Answers& answers, Walked walked, Asked asked,
                   Notes& notes) noexcept {
  const Question& question = start.question;
  const bool cut = walked.how != Walk::complete;
  const bool answers_cut = question.cut || walked.records < start.header.answers();
  const unsigned rcode = unsigned{edns.rcode_high} << 4 | (start.header.flags() & 15U);
  const ResponseBits rest{.qtype = question.qtype,
                          .rcode = static_cast<std::uint8_t>(std::min(rcode, 15U)),
                          .tcp = start.envelope.tcp,
                          .ede = !edns.errors.empty(),
                          .cut = cut,
                          .label = question.label};
  commit_name(question, notes);
  const std::uint64_t value = rest.pack() | response_class(question.qclass) | response_flags(start.header.flags()) |
                              response_edns(edns.bits) | response_query(asked) | answers.bits(cut, answers_cut);
  notes.note(kResponse, value);
  if (answers.lists_something() || rest.ede) note_records(answers, edns, rcode, asked.dnssec_ok, notes);
  if (cut) [[unlikely]]
    note_hidden(ResponseBits::unpack(value), question.cut, notes);
  if (question.qtype != 0 && may_be_sentinel(start.bytes[kHeaderBytes])) [[unlikely]]
    note_sentinel(start, ResponseBits::unpack(value), notes);
  if (notes.wants(kResponseShown)) show_response(start, value, notes);
  const bool of_mail = question.qtype == kTypeTlsa || question.label == Label::mta_sts;
  if (of_mail && notes.wants(kMailPolicyShown)) notes.exhibit(kMailPolicyShown, value, {});
}

/// What a response will need of the query; of one that was cut, EDNS may still have been seen.
inline Asked asked_by(const Header& header, const Edns& edns, bool cut) noexcept {
  const bool known = !cut || edns.has(Edns::kPresent);
  return {.query = known,
          .dnssec_ok = edns.has(Edns::kDnssecOk),
          .ad = bit(header.flags(), kAd),
          .cookie = edns.has(Edns::kClientCookie),
          .cut = !known};
}

inline Reading read_query(const Start& start, const Payload& payload, Notes& notes) noexcept {
  Edns edns;
  const auto look = [&](std::uint32_t number, const Record& record, bool cut) {
    look_for_edns(start.header, number, record, cut, edns);
  };
  Walked walked{Walk::cut, 0};
  if (!start.question.cut) [[likely]]
    walked = walk_records(start.rest, start.message, start.header, start.envelope, look);
  if (walked.how == Walk::malformed) return Reading::malformed;
  const bool cut = walked.how == Walk::cut;
  remember(payload, start.question.exchange, asked_by(start.header, edns, cut));
  note_query(start.header, start.question, edns, {.tcp = start.envelope.tcp, .cut = cut}, notes);
  if (edns.key_tags != 0 || start.question.qtype == kTypeNull) [[unlikely]]
    note_key_tags(start, edns, notes);
  return Reading::read;
}

[[nodiscard]] Reading read_further(const Start& start, const Payload& payload, Notes& notes) noexcept;

inline Reading read_response(const Start& start, const Payload& payload, Notes& notes) noexcept {
  constexpr std::uint16_t kIxfr = 251;
  constexpr std::uint16_t kAxfr = 252;
  const bool transfer = start.question.qtype == kIxfr || start.question.qtype == kAxfr;
  if (transfer && start.envelope.tcp && is_further(payload, start.question.exchange)) [[unlikely]]
    return read_further(start, payload, notes);
  // Only QUERY has answers: the sections of UPDATE say what to change (RFC 2136 §2).
  const bool wants_answers = start.header.opcode() == kQueryOpcode;
  Edns edns;
  Answers answers(start.question.qtype, start.question.label, payload.translated);
  const auto look = [&](std::uint32_t number, const Record& record, bool cut) {
    const bool in_answer = number < start.header.answers();
    if (record.type() == kTypeOpt || !wants_answers) {
      look_for_edns(start.header, number, record, cut, edns);
    } else if (cut) [[unlikely]] {
      answers.look_at_cut(in_answer, record);
    } else {
      answers.look(in_answer, record);
    }
  };
  Walked walked{Walk::cut, 0};
  if (!start.question.cut) [[likely]]
    walked = walk_records(start.rest, start.message, start.header, start.envelope, look);
  if (walked.how == Walk::malformed) return Reading::malformed;
  note_response(start, edns, answers, walked, find_query(payload, start.question.exchange), notes);
  return Reading::read;
}

/// Reads a further message of a zone transfer. It may repeat the question (RFC 5936 §2.2), but is noted without, as
/// those that do not repeat it.
[[gnu::noinline]] Reading read_further(const Start& start, const Payload& payload, Notes& notes) noexcept {
  Start further = start;
  further.question.qtype = 0;
  further.question.exchange = 0;
  return read_response(further, payload, notes);
}

// The snaplen may have cut only octets behind the message: whether it cut the message itself, the records tell.
template <bool kIsResponse>
inline Reading read(Bytes bytes, Envelope envelope, const Payload& payload, Notes& notes) noexcept {
  if (bytes.size() < kHeaderBytes) return envelope.cut ? Reading::truncated : Reading::malformed;
  const Header header = read_header(bytes);
  if (header.questions() > 1 || (!envelope.cut && !header.fits(bytes.size()))) return Reading::malformed;
  if (header.opcode() != kQueryOpcode) [[unlikely]] {
    if (!header.opcode_assigned()) return Reading::malformed;
    // What follows the header of a stateful operation are no records (RFC 8490 §5.4).
    if (header.opcode() == kDsoOpcode && header.counts != 0) return Reading::malformed;
  }
  Start start{bytes.data(), bytes, bytes.subspan(kHeaderBytes), header, {}, envelope};
  if (header.questions() == 1) {
    const bool wants_name = notes.wants_name(kIsResponse ? kResponse : kQuery);
    const Step step = read_question(start.rest, wants_name, payload, header, notes, start.question);
    if (step == Step::malformed || (step == Step::ran_off && !envelope.cut)) return Reading::malformed;
    // The header alone is left: RCODE and flags are known, whatever was cut behind them.
    if (step == Step::ran_off) start.question = {.cut = true};
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
  if (!pass_name(owner, message, record.bad_owner)) return Step::malformed;
  if (owner.failed()) return Step::ran_off;
  at = owner.here();
  return read_fixed(at, end, record);
}

bool read_cut_record(const std::uint8_t* at, const std::uint8_t* end, const std::uint8_t* message,
                     Record& record) noexcept {
  constexpr std::size_t kFixed = 10;
  Cursor rest({at, static_cast<std::size_t>(end - at)});
  bool bad_owner = false;
  if (!pass_name(rest, message, bad_owner) || bad_owner || rest.left() < kFixed) return false;
  record.owner_is_root = rest.here() == at + 1;
  record.bad_owner = false;
  record.front = be64(rest.here());
  rest.skip(kFixed);
  record.rdata = rest;
  return true;
}

namespace {

/// Queries and responses have a function each, because each alone saves fewer registers than one for both.
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
