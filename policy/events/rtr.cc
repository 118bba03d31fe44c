#include "policy/events/rtr.h"

#include "dissectors/rtr/facts.h"

namespace uptake {
namespace {

using Exchange = rtr::ExchangeBits;
using Table = rtr::TableBits;

std::string_view update_name(rtr::Update update) {
  switch (update) {
    case rtr::Update::unknown:
      return "unknown";
    case rtr::Update::whole:
      return "whole";
    case rtr::Update::difference:
      return "difference";
  }
  return "unknown";
}

// Error codes (RFC 8210 §12, IANA: RPKI-Router Errors).
std::string_view error_name(std::uint16_t code) {
  switch (code) {
    case 0:
      return "Corrupt Data";
    case 1:
      return "Internal Error";
    case 2:
      return "No Data Available";
    case 3:
      return "Invalid Request";
    case 4:
      return "Unsupported Protocol Version";
    case 5:
      return "Unsupported PDU Type";
    case 6:
      return "Withdrawal of Unknown Record";
    case 7:
      return "Duplicate Announcement Received";
    case 8:
      return "Unexpected Protocol Version";
    default:
      return "unassigned";
  }
}

// What was not seen has no field: a reader must not take a zero for an answer.
void append_version(EventFields& fields, std::string_view key, std::uint8_t version) {
  if (version != rtr::kNoVersion) fields.number(key, version);
}

void describe_exchange(std::uint64_t value, EventFields& fields) {
  const Exchange exchange = Exchange::unpack(value);
  using Names = rtr::ExchangeFields;
  append_version(fields, Names::name<&Exchange::asked>(), exchange.asked);
  append_version(fields, Names::name<&Exchange::version>(), exchange.version);
  fields.number(Names::name<&Exchange::reset_queries>(), exchange.reset_queries);
  fields.number(Names::name<&Exchange::serial_queries>(), exchange.serial_queries);
  fields.flag(Names::name<&Exchange::incremental>(), exchange.incremental);
  fields.number(Names::name<&Exchange::announced>(), exchange.announced);
  fields.number(Names::name<&Exchange::withdrawn>(), exchange.withdrawn);
  if (exchange.error != Exchange::kNoError) fields.number(Names::name<&Exchange::error>(), exchange.error);
}

void describe_table(std::uint64_t value, EventFields& fields) {
  const Table table = Table::unpack(value);
  using Names = rtr::TableFields;
  fields.number(Names::name<&Table::version>(), table.version);
  fields.number(Names::name<&Table::session_id>(), table.session_id);
  fields.number(Names::name<&Table::serial>(), table.serial);
  fields.word(Names::name<&Table::update>(), update_name(table.update));
  fields.flag(Names::name<&Table::trusted>(), table.trusted);
}

void describe_intervals(std::uint64_t value, EventFields& fields) {
  const rtr::IntervalBits intervals = rtr::IntervalBits::unpack(value);
  using Names = rtr::IntervalFields;
  fields.number(Names::name<&rtr::IntervalBits::refresh>(), intervals.refresh);
  fields.number(Names::name<&rtr::IntervalBits::retry>(), intervals.retry);
  fields.number(Names::name<&rtr::IntervalBits::expire>(), intervals.expire);
}

void describe_error(std::uint64_t value, EventFields& fields) {
  const rtr::ErrorBits error = rtr::ErrorBits::unpack(value);
  using Names = rtr::ErrorFields;
  fields.number(Names::name<&rtr::ErrorBits::version>(), error.version);
  fields.number(Names::name<&rtr::ErrorBits::code>(), error.code);
  fields.word("error", error_name(error.code));
  fields.flag(Names::name<&rtr::ErrorBits::by_cache>(), error.by_cache);
}

constexpr EventDescriber kEvents[] = {
    {"rtr", rtr::kExchange, "rtr", describe_exchange},
    {"rtr", rtr::kTable, "rtr_table", describe_table},
    {"rtr", rtr::kIntervals, "rtr_intervals", describe_intervals},
    {"rtr", rtr::kError, "rtr_error", describe_error},
};

}  // namespace

std::span<const EventDescriber> rtr_events() noexcept { return kEvents; }

}  // namespace uptake
