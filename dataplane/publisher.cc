#include "dataplane/publisher.h"

#include <exception>
#include <utility>

namespace uptake {

Publisher::Publisher(const Engine& engine, unsigned workers, Pace pace, Sink sink)
    : gathering_(engine, workers, pace), cards_(engine, pace, std::move(sink)), thread_([this] { publish(); }) {}

Publisher::~Publisher() {
  gathering_.abandon();
  if (thread_.joinable()) thread_.join();
}

void Publisher::publish() {
  for (;;) {
    WindowGathering::Step step;
    if (!gathering_.take(step, cards_.next())) return;
    cards_.show(step);
    if (step.window != nullptr) gathering_.give_back(std::move(step.window));
  }
}

void Publisher::finish() {
  gathering_.finish();
  thread_.join();
  total_ = cards_.ledger();
  total_.add(gathering_.lost().ledger());
  untold_ = cards_.untold() + gathering_.lost().untold_from(cards_.next().value_or(0));
  if (cards_.failure()) std::rethrow_exception(cards_.failure());
}

}  // namespace uptake
