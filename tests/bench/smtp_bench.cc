// Cost of mail, from payloads to notes, with everything in the first-level cache: a whole session a turn.

#include <benchmark/benchmark.h>

#include <memory>
#include <string>
#include <vector>

#include "dissectors/smtp/smtp.h"

namespace uptake::smtp {
namespace {

struct Turn {
  Side from;
  std::string text;
};
using Turns = std::vector<Turn>;

const Turns kGreetings = {
    {Side::server, "220 mx.example.org ESMTP Postfix\r\n"},
    {Side::client, "EHLO client.example.net\r\n"},
    {Side::server,
     "250-mx.example.org\r\n250-PIPELINING\r\n250-SIZE 10240000\r\n250-VRFY\r\n250-ETRN\r\n250-STARTTLS\r\n"
     "250-ENHANCEDSTATUSCODES\r\n250-8BITMIME\r\n250-DSN\r\n250-SMTPUTF8\r\n250 CHUNKING\r\n"}};
const Turns kStarttls = {{Side::client, "STARTTLS\r\n"},
                         {Side::server, "220 2.0.0 Ready to start TLS\r\n"},
                         {Side::client, std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03", 10)}};

Turns with(Turns first, const Turns& then) {
  first.insert(first.end(), then.begin(), then.end());
  return first;
}
/// A mail of so many segments.
Turns mail(std::size_t segments) {
  Turns turns = {{Side::client,
                  "MAIL FROM:<someone@example.net> SIZE=1234 BODY=8BITMIME\r\nRCPT TO:<somebody@example.org> "
                  "ORCPT=rfc822;somebody@example.org\r\nDATA\r\n"},
                 {Side::server, "250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n354 End data with <CR><LF>.<CR><LF>\r\n"}};
  std::string text;
  while (text.size() < 1400) text += "A line of a mail, as long as most of them are when people write them.\r\n";
  for (std::size_t i = 0; i < segments; ++i) turns.push_back({Side::client, text});
  turns.push_back({Side::client, ".\r\nQUIT\r\n"});
  turns.push_back({Side::server, "250 2.0.0 Ok: queued as 1234567890\r\n221 2.0.0 Bye\r\n"});
  return turns;
}

void session(benchmark::State& state, const Turns& turns) {
  const auto notes = std::make_unique<Notes>();
  const Subject subject;
  std::size_t octets = 0;
  for (const Turn& turn : turns) octets += turn.text.size();
  for (auto _ : state) {
    Dissector::Memory memory{};
    for (const Turn& turn : turns) {
      Payload payload;
      payload.stream = payload.from_start = payload.begun = true;
      payload.server_port = 25;
      payload.from = turn.from;
      payload.bytes = {reinterpret_cast<const std::uint8_t*>(turn.text.data()), turn.text.size()};
      payload.wire = static_cast<std::uint32_t>(turn.text.size());
      notes->about(subject, 0);
      benchmark::DoNotOptimize(payload);
      benchmark::DoNotOptimize(Dissector::dissect(payload, memory, *notes));
    }
    benchmark::DoNotOptimize(memory);
    notes->clear();
    benchmark::ClobberMemory();
  }
  state.counters["octets"] = static_cast<double>(octets);
}

void session_with_starttls(benchmark::State& state) { session(state, with(kGreetings, kStarttls)); }
void session_with_a_short_mail(benchmark::State& state) { session(state, with(kGreetings, mail(1))); }
void session_with_a_long_mail(benchmark::State& state) { session(state, with(kGreetings, mail(100))); }
void claim_banner(benchmark::State& state) {
  Payload payload;
  payload.stream = payload.from_start = true;
  payload.from = Side::server;
  payload.server_port = 25;
  payload.bytes = {reinterpret_cast<const std::uint8_t*>(kGreetings[0].text.data()), kGreetings[0].text.size()};
  for (auto _ : state) {
    benchmark::DoNotOptimize(payload);
    benchmark::DoNotOptimize(Dissector::claims(payload));
  }
}

BENCHMARK(session_with_starttls);
BENCHMARK(session_with_a_short_mail);
BENCHMARK(session_with_a_long_mail);
BENCHMARK(claim_banner);

}  // namespace
}  // namespace uptake::smtp
