#include "tools/uptake/run.h"

#include <chrono>
#include <memory>
#include <optional>
#include <vector>

#include "dataplane/correlation.h"
#include "dataplane/publisher.h"
#include "dataplane/setup.h"
#include "policy/correlate/correlators.h"
#include "policy/correlate/dnssec/records.h"
#include "tools/uptake/feed.h"
#include "tools/uptake/run_facts.h"
#include "tools/uptake/setup_values.h"
#include "tools/uptake/store_output.h"
#include "tools/uptake/tell.h"

namespace uptake {

int run_with(const RunOptions& options, Feed& feed) {
  const auto start = std::chrono::steady_clock::now();
  const Either<SetupValues> values = setup_values(options, feed.live());
  if (const auto* refusal = std::get_if<Refusal>(&values)) return stop_with(*refusal);
  const Either<std::unique_ptr<Setup>> made =
      Setup::make(std::get<SetupValues>(values), {.facts = fact_rows(correlators())});
  if (const auto* refusal = std::get_if<Refusal>(&made)) return stop_with(*refusal);
  Setup& setup = *std::get<std::unique_ptr<Setup>>(made);
  if (const std::optional<Refusal> refusal = feed.open()) return stop_with(*refusal);
  CardOutput cards(options, setup.catalogue(), setup.profile().name());
  if (const std::optional<Refusal> failure = cards.failure()) return stop_with(*failure);
  cards.know_inputs(feed.inputs());
  ShardSet shards(setup.engine());
  EventOutput events(options, setup, feed.workers(),
                     feed.live() ? EventFile::Pace::of_clock : EventFile::Pace::of_reader);
  if (const std::optional<Refusal> failure = first_failure(options, events)) return stop_with(*failure);
  StoreOutput store(options);
  if (const std::optional<Refusal>& failure = store.failure()) return stop_with(*failure);
  if (options.key_file.empty()) feed.key(setup);
  if (const auto refusal = store.begin(cards.card(), setup.catalogue(), std::get<SetupValues>(values), feed))
    return stop_with(*refusal);
  Publisher publisher(setup.engine(), feed.workers(),
                      feed.live() ? Publisher::Pace::of_clock : Publisher::Pace::of_sink,
                      [&](const WindowCard& window) {
                        feed.before_window(cards);
                        store.show(cards.card(), window, feed.cut_short());
                        cards.show(window);
                      });
  std::optional<dnssec::Records> records;
  std::vector<CorrelatorRow> joins = correlators();
  if (!options.records_file.empty()) joins.push_back(records.emplace().row());
  const auto correlation = start_correlation(setup.engine(), joins, feed.workers(), publisher,
                                             feed.live() ? Correlation::Pace::of_clock : Correlation::Pace::of_joins,
                                             events.events(), events.log());
  RunFacts facts;
  feed.run({setup.engine(), shards, publisher, correlation.get(), events, cards}, facts);
  publisher.finish();
  if (records) facts.records = records->text();
  facts.workers = feed.workers();
  facts.measure(start, shards, publisher);
  return conclude(options, publisher.ledger(), facts, cards, store, events);
}

}  // namespace uptake
