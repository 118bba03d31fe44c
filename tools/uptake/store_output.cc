#include "tools/uptake/store_output.h"

#include <fmt/format.h>

#include <utility>

#include "tools/uptake/feed.h"
#include "tools/uptake/fingerprint.h"
#include "tools/uptake/tell.h"

namespace uptake {

std::string config_digest(const SetupValues& values) {
  Fingerprint print;
  print.add(values.profile.text.value_or("")).add(values.customers.text.value_or(""));
  print.add(values.subscriber_v4).add(values.subscriber_v6).add(values.max_flows).add(values.window_ns);
  print.add(values.nat64.size()).add(values.plugins.size()).add(std::uint64_t{values.live});
  for (const std::string& prefix : values.nat64) print.add(prefix);
  for (const std::string& plugin : values.plugins) print.add(plugin);
  for (const std::string* text :
       {&values.trust_anchors, &values.dnssec_anchors, &values.dnssec_records, &values.filter})
    print.add(*text);
  return print.digits();
}

StoreOutput::StoreOutput(const RunOptions& options) {
  if (options.store_file.empty()) return;
  Either<std::unique_ptr<store::ResultsStore>> opened = store::ResultsStore::open(options.store_file, options.keep);
  if (Refusal* refusal = std::get_if<Refusal>(&opened))
    failure_ = std::move(*refusal);
  else
    store_ = std::get<std::unique_ptr<store::ResultsStore>>(std::move(opened));
}

std::optional<Refusal> StoreOutput::begin(const ScoreCard& card, const Catalogue& catalogue,
                                          const SetupValues& values, Feed& feed) {
  if (store_ == nullptr) return std::nullopt;
  return store_->begin(card, catalogue, {config_digest(values), feed.input()});
}

void StoreOutput::show(const ScoreCard& card, const WindowCard& window, bool cut_short) {
  if (store_ == nullptr) return;
  if (cut_short) {
    ++cut_short_;
    return;
  }
  const bool failed_before = store_->failure().has_value();
  store_->add(card, window);
  if (!failed_before && store_->failure())
    tell(fmt::format("{}; a window is lost, and the next ones are tried", store_->failure()->line()));
}

std::optional<Refusal> StoreOutput::finish(std::uint64_t damages, bool quiet) {
  if (store_ == nullptr) return std::nullopt;
  store_->know_damage(damages);
  if (!quiet && store_->known_before() > 0)
    tell(fmt::format("note: {} windows of this input were in the store before", store_->known_before()));
  if (!quiet && cut_short_ > 0)
    tell(fmt::format("note: {} windows are not in the store, for they were cut short; read the input again",
                     cut_short_));
  std::optional<Refusal> failure = store_->failure();
  if (failure && store_->failed() > 0) failure->what += fmt::format(": {} windows are not stored", store_->failed());
  store_.reset();
  return failure;
}

}  // namespace uptake
