#include "policy/correlate/certificates/verifier.h"

#include <utility>

namespace uptake::certificates {

Sent Sent::read(Bytes body) noexcept {
  Cursor list = certificate_list(body);
  if (list.failed()) return {};
  const Bytes leaf = list.bytes(list.u24());
  return {leaf, list.rest()};
}

std::optional<Judged> Verifier::judge(Bytes body, const Leaf& leaf, std::int64_t seconds) noexcept {
  if (!leaf.ok()) return std::nullopt;
  IssuerKey key{};
  if (leaf.is_plain()) {
    key = issuer_key(leaves_, leaf, Sent::read(body).rest);
    const Above* const known = issuers_.find(key, seconds);
    if (known != nullptr)
      if (const std::optional<Judged> judged = judge_below(*known, leaf, seconds)) return judged;
  }
  ++wholes_;
  const Chain chain(body);
  if (!chain.ok()) return std::nullopt;
  Above above;
  const Judged judged = chain.judge(anchors_.store(), seconds, above);
  if (leaf.is_plain() && above.is_common) issuers_.put(key, std::move(above));
  return judged;
}

Staple Verifier::judge_staple(Bytes body, Bytes status, std::int64_t seconds) noexcept {
  const Chain chain(body);
  return chain.ok() ? chain.judge_staple(status, anchors_.store(), seconds) : Staple::not_judged;
}

}  // namespace uptake::certificates
