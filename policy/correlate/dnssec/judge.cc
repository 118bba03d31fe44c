#include "policy/correlate/dnssec/judge.h"

#include "dissectors/dns/record.h"
#include "policy/correlate/dnssec/extended_errors.h"

namespace uptake::dnssec {
namespace {

constexpr unsigned kNoError = 0;
constexpr unsigned kNxDomain = 3;

/// The target of a CNAME or DNAME, as canonical RDATA has it. False: there are several records.
bool target_of(const Message& message, const Rrset& set, Name& out) noexcept {
  bool read = false;
  message.each_record(set, [&](Bytes rdata) {
    Cursor at(rdata);
    read = read_name(rdata, at, out);
  });
  return read && set.count == 1;
}

/// The zone that signed the denials of a response: that of the first; nullptr without one.
const Name* denying_zone(const Message& message) noexcept {
  const Name* zone = nullptr;
  for (const Rrset& set : message.rrsets()) {
    if (!is_denial(set) || zone != nullptr) continue;
    message.each_signature(set, [&](const Signature& signature) {
      if (may_sign(signature, set)) zone = &signature.signer;
      return zone == nullptr;
    });
  }
  return zone;
}

/// hash algorithm(1) flags(1) iterations(2) ... (RFC 5155 §3.2)
bool has_iterations(Bytes nsec3) noexcept { return nsec3.size() >= 4 && (nsec3[2] | nsec3[3]) != 0; }

/// Which of two rulings decides: what is bogus, then what is not judged, then what is insecure.
unsigned weight(Security verdict) noexcept {
  switch (verdict) {
    case Security::bogus:
      return 3;
    case Security::not_judged:
      return 2;
    case Security::insecure:
      return 1;
    case Security::secure:
      break;
  }
  return 0;
}

const Rrset* soa_of(const Message& message) noexcept {
  for (const Rrset& set : message.rrsets())
    if (set.section == Section::authority && set.type == kTypeSoa && set.count != 0) return &set;
  return nullptr;
}

/// The NS RRset of a referral (RFC 1034 §4.3.2): neither an answer nor a denial.
const Rrset* referral_of(const Message& message) noexcept {
  if (message.is_authoritative() || message.rcode() != kNoError || soa_of(message) != nullptr) return nullptr;
  for (const Rrset& set : message.rrsets()) {
    if (set.section == Section::answer && set.count != 0) return nullptr;
    const bool refers = set.section == Section::authority && set.type == kTypeNs && set.count != 0;
    if (refers && !set.owner.is_root() && message.qname().is_within(set.owner)) return &set;
  }
  return nullptr;
}

}  // namespace

void Judge::take(Course& course, const Ruling& ruling) noexcept {
  if (ruling.verdict == Security::secure) {
    course.bits.algorithm = ruling.algorithm;
    course.bits.key_bits = ruling.key_bits;
    course.bits.digest_type = ruling.digest_type;
    course.bits.expanded = course.bits.expanded || ruling.expanded;
  }
  course.bits.optional = course.bits.optional || ruling.optional;
  const bool decides = !course.ruled || weight(ruling.verdict) > weight(course.worst.verdict) ||
                       (ruling.verdict == Security::secure && course.worst.verdict == Security::secure);
  if (decides) course.worst = ruling;
  course.ruled = true;
}

void Judge::take_set(Course& course, const Rrset& set) noexcept {
  const Ruling ruling = chain_.judge(course.message, set, course.at);
  take(course, ruling);
  if (ruling.verdict == Security::secure && ruling.expanded) take_expanded(course, set, ruling);
}

/// What was made from a wildcard is secure when no closer name exists (RFC 4035 §5.3.4, RFC 5155 §8.8).
void Judge::take_expanded(Course& course, const Rrset& set, const Ruling& ruling) noexcept {
  Denial denial(ruling.link);
  Ruling lacking;
  if (!collect(course, denial, lacking)) return take(course, lacking);
  take_proof(course, denial.no_closer(set.owner, ruling.labels), ruling.link);
}

void Judge::take_proof(Course& course, Proof proof, const Name& zone) noexcept {
  switch (proof) {
    case Proof::proved:
      return;
    case Proof::insecure:
      return take(course, Ruling::insecure(zone));
    case Proof::limit:
      return take(course, Ruling::lacks(Missing::limit, zone));
    case Proof::none:
      break;
  }
  take(course, Ruling::bogus(Fault::no_denial, zone));
}

/// Adds the denials of a zone that verify. False: some cannot be judged, or are insecure, as `lacking` says.
bool Judge::collect(Course& course, Denial& denial, Ruling& lacking) noexcept {
  bool judged = true;
  for (const Rrset& set : course.message.rrsets()) {
    if (!is_denial(set) || !set.owner.is_within(denial.zone())) continue;
    const Ruling ruling = chain_.judge(course.message, set, course.at);
    if (ruling.verdict == Security::bogus) continue;
    if (ruling.verdict != Security::secure) {
      lacking = ruling;
      judged = false;
      continue;
    }
    // A denial that was made from a wildcard denies nothing (RFC 4592 §4.4).
    if (ruling.expanded || !(ruling.link == denial.zone())) continue;
    (set.type == kTypeNsec ? course.bits.nsec : course.bits.nsec3) = true;
    course.message.each_record(set, [&](Bytes rdata) {
      denial.add(set.owner, set.type, rdata);
      course.bits.optional = course.bits.optional || (set.type == kTypeNsec3 && has_iterations(rdata));
    });
  }
  return judged;
}

/// A CNAME that a DNAME makes has no signature of its own (RFC 6672 §5.3.1).
void Judge::take_dname(Course& course, const Rrset& dname) noexcept {
  Name target;
  Name made;
  take_set(course, dname);
  if (!target_of(course.message, dname, target)) return take(course, Ruling::bogus(Fault::signature, dname.owner));
  // Where the name becomes too long there is no alias, but YXDOMAIN.
  if (!course.name.substitute(dname.owner, target, made))
    return take(course, Ruling::lacks(Missing::malformed, dname.owner));
  const Rrset* const cname = course.message.find(Section::answer, course.name, kTypeCname);
  if (cname != nullptr) {
    Name alias;
    const bool agrees = target_of(course.message, *cname, alias) && alias == made;
    if (cname->signatures != 0) {
      take_set(course, *cname);
      made = alias;
    } else if (!agrees) {
      take(course, Ruling::bogus(Fault::signature, dname.owner));
    }
  }
  course.name = made;
}

Judge::Followed Judge::follow(Course& course) noexcept {
  const Message& message = course.message;
  if (const Rrset* const set = message.find(Section::answer, course.name, message.qtype()); set != nullptr) {
    take_set(course, *set);
    return Followed::answered;
  }
  for (const Rrset& set : message.rrsets()) {
    if (set.section != Section::answer || set.type != kTypeDname || set.count == 0) continue;
    if (!course.name.is_below(set.owner)) continue;
    take_dname(course, set);
    return Followed::alias;
  }
  const Rrset* const cname = message.find(Section::answer, course.name, kTypeCname);
  if (cname == nullptr || message.qtype() == kTypeCname) return Followed::nothing;
  take_set(course, *cname);
  if (!target_of(message, *cname, course.name)) take(course, Ruling::bogus(Fault::signature, cname->owner));
  return Followed::alias;
}

/// All there is of the name (RFC 1035 §3.2.3).
void Judge::take_all(Course& course) noexcept {
  for (const Rrset& set : course.message.rrsets())
    if (set.section == Section::answer && set.count != 0 && set.owner == course.name) take_set(course, set);
}

void Judge::take_referral(Course& course, const Rrset& ns) noexcept {
  course.bits.kind = Kind::referral;
  if (const Rrset* const ds = course.message.find(Section::authority, ns.owner, kTypeDs); ds != nullptr) {
    take_set(course, *ds);
    // All of it unknown is as if there were none (RFC 6840 §5.2).
    bool known = false;
    course.message.each_record(*ds, [&](Bytes rdata) {
      DsView view;
      known = known || (read_ds(rdata, view) && is_known(view));
    });
    if (!known && course.worst.verdict == Security::secure) take(course, Ruling::insecure(ns.owner));
    return;
  }
  if (const Name* const zone = denying_zone(course.message); zone != nullptr && ns.owner.is_below(*zone)) {
    Denial denial(*zone);
    Ruling lacking;
    if (!collect(course, denial, lacking)) return take(course, lacking);
    const Cut cut = denial.cut_at(ns.owner);
    if (cut == Cut::unsigned_zone) return take(course, Ruling::insecure(ns.owner));
    if (cut == Cut::limit) return take(course, Ruling::lacks(Missing::limit, *zone));
    return take(course, Ruling::bogus(Fault::no_denial, *zone));
  }
  const Ruling above = chain_.judge_unsigned(ns.owner, kTypeDs, course.at);
  // Whoever validates asks for the DS that is not here.
  const bool open = above.verdict == Security::bogus || above.missing == Missing::denial;
  take(course, open ? Ruling::lacks(Missing::ds, ns.owner) : above);
}

void Judge::take_denial(Course& course) noexcept {
  const Message& message = course.message;
  course.bits.kind = message.rcode() == kNxDomain ? Kind::no_name : Kind::no_data;
  const Rrset* const soa = soa_of(message);
  if (soa != nullptr) take_set(course, *soa);
  const Name* const zone = denying_zone(message);
  const bool asks_above = message.qtype() == kTypeDs && course.name == message.qname() && !course.name.is_root();
  const Name* const denied_by = zone != nullptr ? zone : soa != nullptr ? &soa->owner : nullptr;
  // A zone asked for its own DS cannot know it.
  if (asks_above && denied_by != nullptr && *denied_by == course.name)
    return take(course, Ruling::lacks(Missing::denial, course.name));
  if (zone == nullptr || !course.name.is_within(*zone)) {
    if (soa == nullptr) return take(course, chain_.judge_unsigned(course.name, message.qtype(), course.at));
    if (course.worst.verdict == Security::secure) take(course, Ruling::bogus(Fault::no_denial, soa->owner));
    return;
  }
  Denial denial(*zone);
  Ruling lacking;
  if (!collect(course, denial, lacking)) return take(course, lacking);
  const Proof proof =
      course.bits.kind == Kind::no_name ? denial.no_name(course.name) : denial.no_data(course.name, message.qtype());
  if (soa == nullptr) take(course, {.verdict = Security::secure, .link = *zone});
  take_proof(course, proof, *zone);
}

/// What answers no query may be forged: whoever asked throws it away. Where nobody asked for signatures, or whoever
/// answered knows none, their absence says nothing.
void Judge::finish(Course& course, const dns::ResponseBits& said) noexcept {
  if (course.worst.verdict == Security::bogus && is_altered(course.message, said)) {
    course.bits.kind = Kind::error;
    return;
  }
  Ruling& worst = course.worst;
  const bool by_absence = worst.verdict == Security::bogus &&
                          (worst.fault == Fault::no_signature ||
                           (worst.fault == Fault::no_denial && !course.bits.nsec && !course.bits.nsec3));
  if (worst.verdict == Security::bogus && !was_asked(said)) {
    worst = Ruling::lacks(Missing::query, worst.link);
  } else if (by_absence) {
    const bool answerer_knows = said.dnssec_ok || side_of(said) == DnsSide::authority;
    if (!said.query_seen && !said.dnssec_ok) {
      worst = Ruling::lacks(Missing::query, worst.link);
    } else if ((said.query_seen && !said.query_dnssec_ok) || !answerer_knows) {
      worst = Ruling::lacks(Missing::not_asked, worst.link);
    }
  }
  course.bits.verdict = worst.verdict;
  course.bits.missing = worst.verdict == Security::not_judged ? worst.missing : Missing::nothing;
  course.bits.fault = worst.verdict == Security::bogus ? worst.fault : Fault::none;
}

/// Whoever answers does not hold it out as the zone's: it is made for NAT64 (RFC 6147 §5.5), or said to be another.
bool Judge::is_altered(const Message& message, const dns::ResponseBits& said) noexcept {
  if (side_of(said) == DnsSide::authority) return false;
  if (said.aaaa_synthesised && message.qtype() == dns::kTypeAaaa) return true;
  return said.ede && has_extended_error(message.octets(), says_altered);
}

bool Judge::is_error(const dns::ResponseBits& said, std::uint16_t qtype) noexcept {
  return (said.rcode != kNoError && said.rcode != kNxDomain) || qtype == kTypeRrsig;
}

Judged Judge::judge(const Message& message, const dns::ResponseBits& said, const At& at) noexcept {
  constexpr unsigned kAliases = 12;
  chain_.begin();
  Course course{.message = message, .at = at, .name = message.qname()};
  course.bits = {.side = side_of(said),
                 .ad = said.ad,
                 .cd = said.cd,
                 .asked_ad = asked_ad(said),
                 .qtype = message.qtype(),
                 .unasked = !was_asked(said),
                 .authoritative = said.aa};
  if (is_error(said, message.qtype())) {
    course.bits.kind = Kind::error;
    return {course.bits, course.name};
  }
  if (const Rrset* const ns = referral_of(message); ns != nullptr) {
    take_referral(course, *ns);
  } else if (message.qtype() == kTypeAny && !message.rrsets().empty() &&
             message.rrsets()[0].section == Section::answer) {
    take_all(course);
  } else {
    Followed followed = Followed::alias;
    unsigned aliases = 0;
    while (followed == Followed::alias && aliases++ < kAliases) followed = follow(course);
    // An alias alone is an answer: an authority does not follow it into zones of others.
    const bool alias_alone = aliases > 1 && message.rcode() == kNoError && soa_of(message) == nullptr &&
                             (course.bits.expanded || denying_zone(message) == nullptr);
    if (followed == Followed::alias) {
      take(course, Ruling::lacks(Missing::limit, course.name));
    } else if (followed != Followed::answered && !alias_alone) {
      take_denial(course);
    }
  }
  if (!course.ruled) course.worst = chain_.judge_unsigned(course.name, message.qtype(), at);
  finish(course, said);
  return {course.bits, course.worst.link};
}

}  // namespace uptake::dnssec
