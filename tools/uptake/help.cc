#include "tools/uptake/help.h"

#include <fmt/format.h>

#include "policy/report/card_formats.h"

namespace uptake {
namespace {

/// The options for files with the score card: "  --json FILE, --csv FILE".
std::string card_options() {
  std::string options;
  for (const CardFormat& format : card_formats())
    options += fmt::format("{}{} FILE", options.empty() ? "  " : ", ", format.option);
  return options;
}

}  // namespace

std::string main_help() {
  return R"(uptake measures how far modern internet standards are used in traffic:
IPv6, DNSSEC, TLS and their kin. It only listens; what it prints are sums.

Examples
  uptake capture.pcap                     the first screen of one capture
  uptake capture.pcap --all               every measure of it
  uptake explain tls.version.1_3          what a measure says, and what it hides
  uptake day/*.pcapng.zst --json day.json the same of many, kept as JSON
  uptake capture.pcap tcp port 443        only what a BPF filter lets through
  uptake capture.pcap --events -          a JSON line a message (names people!)
  uptake live -i eth1                     of a mirror port, until Ctrl-C

Commands
  read FILE...       read capture files; the word "read" may be left out
  live -i INTERFACE  watch interfaces and DPDK ports
  report STORE       figures by day, week or month of what --store kept
  dnssec-records FILE...  DS and DNSKEY records that were verified, to be lent
  explain ID         print all of one measure
  compare A B        two score cards: what changed by more than bursts explain
  targets POLICY CARD  which targets of a policy are met, missed, or unsaid
  export CARD... DIR figures for others that reveal nobody; merge DIR... OUT: of
                     several operators; privacy-statement: what they hold
  catalogue [--json] all that is measured, and what is not seen (--plugin FILE)
  version            print the version

uptake read, live and report --help list the options.

Exit codes: 0 ok, 1 internal, 2 input damaged (partial result), 3 loss above
--max-loss, 64 usage, 66 no input, 71 no memory or thread,
73/74 output, 77 permission, 78 configuration.
)";
}

std::string read_help() {
  return R"(uptake read FILE... [OPTIONS] [FILTER...]

  uptake read capture.pcap --window 1h
  zcat capture.pcap.gz | uptake read - -- udp port 53

FILE: pcap, pcapng, ERF; plain, gz, bz2, zst, xz, lz4; directory; glob; or "-".
FILTER: a BPF expression as in tcpdump, behind the files or behind "--".

  -r FILE             read it; what follows is the filter, as in tcpdump
  --recursive         read directories with all below them
  --window SPAN       a score card for each 5m, 1h, 1d ... of capture time (UTC)
  --customers FILE    the customers' prefixes: gives direction, ties families
  --subscriber 32,56  prefix lengths that count as one subscriber (IPv4,IPv6)
  --nat64 PREFIX      a network's own NAT64 prefix; repeat it for more
  --profile NAME      ncsc-nl-2025-05 (default), ncsc-nl-2.1, or a TOML file
  --plugin FILE       a shared object with further dissectors and measures
  --ca-file FILE      trust anchors in PEM (default: the system's)
  --trust-anchor FILE, --dnssec-records FILE   DNSSEC: anchors, records to lend
  --all, --only THEME  every measure, or those of a theme, as secure_connection
  --label KEY=VALUE   said on the card, as operator=ISP-A; repeat it for more
)" + card_options() +
         R"(   the score card; in a folder, a file a window
  --store FILE        a results store; --keep 2d,31d,ever windows, hours, days
  --events FILE       a JSON line for each message, handshake and session
  --run-info FILE     about the run: version, files, speed, memory
  --workers N         worker threads, 1 to 16 (default 1)
  --max-flows N       flows tracked at once, as 500k or 2M (default 1M)
  --max-loss PERCENT  exit with 3 when more frames were lost
  --key-file FILE, --client-groups FILE   keys: of digests; of groups to compare
  --quiet, -q         no text and no progress
FILE after an option may be "-" for standard output.
)";
}

std::string live_help() {
  return R"(uptake live -i INTERFACE | --port SPEC... [OPTIONS] [FILTER...]

  uptake live -i eth1 --duration 10m -- not port 22
  uptake live --port 0000:3b:00.0 --port 0000:3b:00.1 --cores 2-5 --window 5m

-i, --port: an interface, a PCI address or a DPDK vdev; repeat it, as for the
two directions of a tap. uptake live --list names interfaces and addresses.
FILTER: a BPF expression as in tcpdump.

  --cores LIST        cores to run on, as 2,4-7; else the least busy ones
  --save-dnssec-records FILE   at the end, as uptake dnssec-records writes them
  --duration SPAN     stop after 30s, 10m, 1h ...; else at Ctrl-C
  --eal "WORDS"       further words for DPDK's EAL
  --window SPAN       a score card for each 5m, 1h, 1d ... of capture time (UTC)
  --customers FILE, --subscriber 32,56, --nat64 PREFIX, --profile NAME,
  --ca-file FILE, --trust-anchor FILE, --dnssec-records FILE, --plugin FILE,
  --all, --only THEME, --label KEY=VALUE, --store FILE, --keep SPANS,
  --events FILE, --run-info FILE, --workers N, --max-loss PERCENT, --quiet, -q,
)" + card_options() +
         R"(
                      as in uptake read
  --max-flows N       flows tracked at once (default 4M)
  --client-groups FILE  as in uptake read
  --key-file FILE     the key of digests in memory (default: fresh every run)
)";
}

std::string compare_help() {
  return R"(uptake compare A B [--all]
uptake compare STORE PART PART [--all]

  uptake read may/ --client-groups groups.key --json may.json
  uptake read june/ --client-groups groups.key --json june.json
  uptake compare may.json june.json
  uptake compare store.db 2026-05 2026-06 --label operator=ISP-A
  uptake compare store.db operator=ISP-A operator=ISP-B --month 2026-06

A, B: score cards in JSON, read with --client-groups. STORE: what --store wrote
with them; PART: a month, days as 2026-05-01..2026-05-11 (before the last one),
or a label. Clients come in bursts:
a share moves from one period to the next although nothing has changed. How
far, the spread over 32 groups of clients says. Under one key the same client
is in the same group in both, so what does not change cancels out.

  --all               every measure, not only what changed and the headlines
  --month 2026-11, --from TIME, --to TIME, --label KEY=VALUE, --profile NAME
                      of a store, as in uptake report

Exit codes: as of uptake; 78 where nothing can be compared.
)";
}

std::string targets_help() {
  return R"(uptake targets POLICY [CARD | STORE] [--json]

  uptake read month/ --json month.json
  uptake targets nl-list month.json
  uptake targets nl-list store.db --month 2026-11
  uptake targets ours.toml                the targets of a policy alone

POLICY: nl-list, is3c, manrs, or a TOML file with title, document, language
("en") and for each target:  [[target]]
  standard = "IPv6"                       as you call it
  category = "..."                        or left out
  measure = "ip6.subscribers"             see uptake catalogue
  unit = "subscribers"
  at_least = 80                           per cent; or at_most
  within = "..."                         a measure of which this one asks more:
                                         all that it was asked of is the base
  by = 2026-12-31                         or left out
  who = "access providers"                who is meant
  explanation = "..."                     where you do not comply; or left out

A target is met when it is reached whatever was not seen, missed when it is
not reached whatever was not seen; else it cannot be said, and the line says
why. CARD: a score card in JSON. STORE: what --store wrote. A server, name or
subscriber of several windows is one that nobody can tell from others: of how
many there are, and so of the share, bounds alone are known.

  --json              the same as JSON
  --month 2026-11, --from TIME, --to TIME, --label KEY=VALUE, --profile NAME,
  --offered FILE      as in uptake report
  --plugin FILE       knows measures that a plugin brings
)";
}

std::string report_help() {
  return R"(uptake report STORE [OPTIONS]
uptake report --html FILE STORE | CARD.json...

  uptake report store.db --from 2026-11-01 --to 2026-12-01 --by week
  uptake report store.db --by month --group operator --json report.json
  uptake report store.db --by month --html page.html --language nl
  uptake report --html page.html september.json october.json november.json
  uptake report --html page.html store.db --month 2026-11 --policy nl-list

STORE: the file that --store of uptake read and uptake live wrote. It may be
read while they write. CARD: a score card that --json wrote; several are
periods that follow each other.

  --from TIME, --to TIME  from one time to before the other, in UTC, as
                      2026-11-01 or 2026-11-01T14:00; else all that is kept
  --month 2026-11     from the first day of a month to its last
  --by PERIOD         a line for each hour, day, week (from Monday) or month
  --group KEY         apart for each value of a label, as operator
  --label KEY=VALUE   only what has this label; repeat it for more
  --profile NAME      only what was judged under this profile
  --all               every measure, not the headlines alone
  --json FILE         the report as JSON, "-" for standard output
  --html FILE         a page for people, about the newest period, in one file
  --language CODE     of the page: en (default), nl, pt, es
  --policy POLICY     of the page: whose targets stand on it; see uptake targets
  --offered FILE      of the page: results of a batch request of Internet.nl, in
                      JSON: what domains offer, beside what is used
  --plugin FILE       of the page: a shared object whose measures it has
  --quiet, -q         no text
)";
}

std::string records_help() {
  return R"(uptake dnssec-records FILE... [OPTIONS] [FILTER...]

  uptake dnssec-records yesterday.pcap --out keys.zone
  uptake live -i eth1 --dnssec-records keys.zone

Prints zone-file text: the DS and DNSKEY RRsets that a validation of the traffic
finds secure, of each owner the last one, with their signatures. A run that is
lent them verifies them again, as if its first frame had brought them, and so
judges answers whose links it would wait a day for. Nothing is asked for, and
only what is signed is written; but it names the zones that somebody asked for.
Of what is lent to this run, what it sees again is written. FILE and FILTER are
as in uptake read.

  --out FILE          write it there, not to standard output
  --trust-anchor FILE, --dnssec-records FILE   anchors, records to lend
  -r FILE, --recursive, --plugin FILE, --workers N, --max-flows N
                      as in uptake read
)";
}

std::string export_help() {
  return R"(uptake export STORE | CARD... --operator NAME --area NL --month 2026-11 DIR
uptake export --verify DIR

  uptake read nov/ --window 1h --client-groups groups.key --store store.db
  uptake export store.db --operator ISP-A --area NL --month 2026-11 nov/
  uptake export --verify nov/ --allowed-signers operators

STORE: what --store wrote, its days of the month. CARD: score cards in JSON of
the month. Read with --client-groups, they are added up. DIR: a new folder, for
tables as CSV, the counts as JSON-stat 2.0, datapackage.json, and SHA256SUMS.
A count leaves only where ten subscribers stand behind it and none or two of
them dominate; it is rounded to tens, bytes to three digits, and all else is
computed of that. Hidden counts are empty, with the reason in CONF_STATUS.

  --operator NAME     who measured: letters, digits, ".", "_", "-"
  --area NL           the country, as ISO 3166-1 has it
  --month 2026-11     or --period; a card with frames outside it is refused
  --label KEY=VALUE, --profile NAME   of a store, as in uptake report
  --plugin FILE       a shared object whose measures the cards have
  --sign KEYFILE      sign SHA256SUMS with ssh-keygen, namespace uptake-public
  --public            shares only, no counts (uptake-shares/1)
  --ledger FILE       note what leaves; refuse another cut of what left before
  --verify            check SHA256SUMS, and what is made of the counts
  --allowed-signers FILE, --signer NAME   by whom it must be signed, as in
                      ssh-keygen(1); without NAME, by anybody whom FILE names

Exit codes: as of uptake; 78 where a card, a package or a signature is refused.
)";
}

std::string merge_help() {
  return R"(uptake merge DIR... OUT

  uptake merge isp-a/ isp-b/ isp-c/ all/ --allowed-signers operators

DIR: packages of uptake export, each of another operator, of one month. Each is
checked first, as by uptake export --verify. OUT: a new folder, for a package of
them all (uptake-merged/1) that is the same for any order of DIR.
observations.csv has the operators' counts side by side. merged.csv adds what
adds: sightings, and subscribers, of which each has one operator. Of servers,
names and addresses there are at least as many as at the largest operator, and
at most their sum. An operator that hides a side of a share is left out of both;
how many gave a figure stands beside it. Shares are of all together, and also
with the same weight for each operator (EQUAL_WEIGHT).
Another catalogue, profile, k, rounding, period or schema is refused, by name.

  --sign KEYFILE      as in uptake export
  --allowed-signers FILE   each package must be signed by its own operator, as
                      FILE names it (case does not matter)

Exit codes: as of uptake; 78 where a package or a signature is refused.
)";
}

}  // namespace uptake
