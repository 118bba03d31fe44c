#include "policy/tally.h"

namespace uptake {

void Counts::add(Judgement judgement, std::uint64_t count) noexcept {
  switch (judgement.outcome) {
    case Judgement::Outcome::pass:
      pass += count;
      return;
    case Judgement::Outcome::fail:
      fail += count;
      return;
    case Judgement::Outcome::unobservable:
      unobservable[static_cast<std::size_t>(judgement.reason)] += count;
      return;
    case Judgement::Outcome::not_applicable:
      not_applicable += count;
      return;
    case Judgement::Outcome::ignored:
      return;
  }
}

void Counts::add(const Counts& other) noexcept {
  pass += other.pass;
  fail += other.fail;
  not_applicable += other.not_applicable;
  for (std::size_t i = 0; i < kReasons; ++i) unobservable[i] += other.unobservable[i];
}

}  // namespace uptake
