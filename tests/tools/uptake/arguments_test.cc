#include "tools/uptake/arguments.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "policy/report/card_formats.h"
#include "tools/uptake/help.h"

namespace uptake {
namespace arguments_test {

using testing::HasSubstr;
using Words = std::vector<std::string>;

Command parsed(const Words& words) {
  const Either<Command> command = parse_arguments(words);
  const Refusal* refusal = std::get_if<Refusal>(&command);
  EXPECT_EQ(refusal, nullptr) << refusal->line();
  return refusal == nullptr ? std::get<Command>(command) : Command{};
}

Refusal refused(const Words& words) {
  const Either<Command> command = parse_arguments(words);
  const Refusal* refusal = std::get_if<Refusal>(&command);
  EXPECT_NE(refusal, nullptr) << testing::PrintToString(words) << " was taken";
  return refusal != nullptr ? *refusal : Refusal{Why::busy, "nothing was wrong"};
}

// A folder with two captures, of which the tests only use the names.
class ArgumentsWithFiles : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("uptake_arguments_" + std::to_string(getpid()));
    std::filesystem::create_directories(folder_);
    for (const char* name : {"a.pcap", "b.pcap", "tcp"}) std::ofstream(folder_ / name) << "x";
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::string path(const std::string& name) const { return (folder_ / name).string(); }

  std::filesystem::path folder_;
};

TEST(Arguments, ReadIsTheVerbThatMayBeLeftOut) {
  for (const Words& words : {Words{"read", "x.pcap"}, Words{"x.pcap"}}) {
    const Command command = parsed(words);
    EXPECT_EQ(command.verb, Command::Verb::read);
    EXPECT_EQ(command.options.inputs, Words{"x.pcap"});
    EXPECT_EQ(command.options.filter, "");
  }
  EXPECT_EQ(parsed({"--json", "out", "x.pcap"}).options.inputs, Words{"x.pcap"});
}

TEST(Arguments, DefaultsAskForNothing) {
  const RunOptions options = parsed({"x.pcap"}).options;
  EXPECT_EQ(options.workers, 1U);
  EXPECT_EQ(options.window_ns, 0U);
  EXPECT_EQ(options.profile, "ncsc-nl-2025-05");
  EXPECT_EQ(options.subscriber.v4, 32);
  EXPECT_EQ(options.subscriber.v6, 56);
  EXPECT_EQ(options.max_loss_percent, 100);
  for (const auto& [option, file] : options.card_files) EXPECT_EQ(file, "") << option;
  EXPECT_EQ(options.events_file + options.run_info_file + options.key_file, "");
  EXPECT_FALSE(options.quiet);
}

TEST(Arguments, EveryOptionReachesItsField) {
  const RunOptions o = parsed({"read",
                               "x.pcap",
                               "--workers",
                               "4",
                               "--window=5m",
                               "--customers",
                               "c",
                               "--subscriber",
                               "24,48",
                               "--nat64",
                               "2001:db8:64::/96",
                               "--nat64",
                               "2001:db8:100::/40",
                               "--profile",
                               "p",
                               "--max-flows",
                               "2M",
                               "--max-loss",
                               "0.5%",
                               "--json",
                               "j",
                               "--run-info",
                               "r",
                               "--events",
                               "-",
                               "--key-file",
                               "k",
                               "--client-groups",
                               "g",
                               "-q"})
                           .options;
  EXPECT_EQ(o.workers, 4U);
  EXPECT_EQ(o.window_ns, 300'000'000'000U);
  EXPECT_EQ(o.customers_file, "c");
  EXPECT_EQ(o.subscriber.v4, 24);
  EXPECT_EQ(o.subscriber.v6, 48);
  EXPECT_EQ(o.nat64, (Words{"2001:db8:64::/96", "2001:db8:100::/40"}));
  EXPECT_EQ(o.profile, "p");
  EXPECT_EQ(o.max_flows, 2'000'000U);
  EXPECT_EQ(o.max_loss_percent, 0.5);
  EXPECT_EQ(o.card_files.at("--json"), "j");
  EXPECT_EQ(o.run_info_file, "r");
  EXPECT_EQ(o.events_file, "-");
  EXPECT_EQ(o.key_file, "k");
  EXPECT_EQ(o.client_groups_file, "g");
  EXPECT_TRUE(o.quiet);
}

TEST_F(ArgumentsWithFiles, WordsBehindTheFilesAreTheFilter) {
  const RunOptions o = parsed({path("a.pcap"), path("b.pcap"), "tcp", "port", "443", "--quiet"}).options;
  EXPECT_EQ(o.inputs, (Words{path("a.pcap"), path("b.pcap")}));
  EXPECT_EQ(o.filter, "tcp port 443");
  EXPECT_TRUE(o.quiet);
}

TEST_F(ArgumentsWithFiles, GlobsDirectoriesAndDashAreInputs) {
  const RunOptions o = parsed({"-", path("*.pcap"), folder_.string(), "udp"}).options;
  EXPECT_EQ(o.inputs, (Words{"-", path("*.pcap"), folder_.string()}));
  EXPECT_EQ(o.filter, "udp");
}

TEST_F(ArgumentsWithFiles, AllBehindTwoDashesIsTheFilter) {
  const RunOptions o = parsed({path("a.pcap"), "--", "tcp[13]", "&", "2", "!=", "0", "--quiet"}).options;
  EXPECT_EQ(o.filter, "tcp[13] & 2 != 0 --quiet");
  EXPECT_FALSE(o.quiet);
}

TEST_F(ArgumentsWithFiles, AMistypedFileIsNotTakenForAFilter) {
  const RunOptions o = parsed({path("a.pcap"), path("c.pcap"), "tcp"}).options;
  EXPECT_EQ(o.inputs, (Words{path("a.pcap"), path("c.pcap")}));
  EXPECT_EQ(o.filter, "tcp");
  const Refusal late = refused({path("a.pcap"), "udp", path("b.pcap")});
  EXPECT_EQ(late.why, Why::usage);
  EXPECT_THAT(late.line(), HasSubstr("before the filter"));
  EXPECT_EQ(refused({path("a.pcap"), "udp", "--", "tcp"}).why, Why::usage);
}

TEST_F(ArgumentsWithFiles, AnInputIsNeverOverwritten) {
  for (const char* option : {"--json", "--events", "--run-info"}) {
    const Refusal refusal = refused({path("a.pcap"), option, path("a.pcap")});
    EXPECT_EQ(refusal.why, Why::usage);
    EXPECT_THAT(refusal.line(), HasSubstr("overwritten"));
  }
  std::filesystem::create_symlink(path("a.pcap"), path("link"));
  EXPECT_EQ(refused({path("a.pcap"), "--json", path("link")}).why, Why::usage);
}

TEST_F(ArgumentsWithFiles, NorIsAFileOfADirectoryOrOfAnotherKind) {
  std::filesystem::create_directories(path("deeper"));
  std::ofstream(path("deeper/d.pcap")) << "x";
  EXPECT_EQ(refused({folder_.string(), "--json", path("a.pcap")}).why, Why::usage);
  EXPECT_EQ(refused({path("?.pcap"), "--events", path("b.pcap")}).why, Why::usage);
  EXPECT_EQ(refused({folder_.string(), "--recursive", "--json", path("deeper/d.pcap")}).why, Why::usage);
  EXPECT_EQ(parsed({folder_.string(), "--json", path("deeper/d.pcap")}).verb, Command::Verb::read);
  EXPECT_EQ(parsed({folder_.string(), "--json", path("new.json")}).verb, Command::Verb::read);
  EXPECT_EQ(refused({path("a.pcap"), "--customers", path("tcp"), "--json", path("tcp")}).why, Why::usage);
  EXPECT_EQ(refused({path("a.pcap"), "--key-file", path("tcp"), "--run-info", path("tcp")}).why, Why::usage);
}

TEST_F(ArgumentsWithFiles, DashRIsTakenAsInTcpdump) {
  const RunOptions one = parsed({"-r", path("a.pcap"), "tcp", "port", "443"}).options;
  EXPECT_EQ(one.inputs, Words{path("a.pcap")});
  EXPECT_EQ(one.filter, "tcp port 443");
  const RunOptions both = parsed({"read", "-r", path("a.pcap"), "-r", path("b.pcap"), "--quiet"}).options;
  EXPECT_EQ(both.inputs, (Words{path("a.pcap"), path("b.pcap")}));
  EXPECT_EQ(both.filter, "");
  EXPECT_EQ(parsed({"-r", path("a.pcap"), path("b.pcap"), "udp"}).options.inputs,
            (Words{path("a.pcap"), path("b.pcap")}));
  EXPECT_EQ(parsed({"-r", "-", "--", "udp"}).options.inputs, Words{"-"});
  EXPECT_EQ(refused({"-r", path("a.pcap"), "udp", path("b.pcap")}).why, Why::usage);
  EXPECT_EQ(refused({"live", "--port", "p", "-r", "x"}).why, Why::usage);
}

TEST(Arguments, DirectoriesAreReadWithAllBelowThemOnRequest) {
  EXPECT_FALSE(parsed({"x"}).options.recursive);
  EXPECT_TRUE(parsed({"x", "--recursive"}).options.recursive);
}

TEST(Arguments, LiveTakesPortsAndAFilter) {
  const Command command =
      parsed({"live", "--port", "0000:3b:00.0", "--port", "net_af_packet0,iface=eth1", "--cores", "2,4-6",
              "--duration", "90s", "--eal", "--in-memory --no-huge", "tcp", "or", "udp"});
  EXPECT_EQ(command.verb, Command::Verb::live);
  const RunOptions& o = command.options;
  EXPECT_EQ(o.ports, (Words{"0000:3b:00.0", "net_af_packet0,iface=eth1"}));
  EXPECT_EQ(o.cores, (std::vector<unsigned>{2, 4, 5, 6}));
  EXPECT_EQ(o.duration_ns, 90'000'000'000U);
  EXPECT_EQ(o.eal, "--in-memory --no-huge");
  EXPECT_EQ(o.filter, "tcp or udp");
  EXPECT_TRUE(o.inputs.empty());
  EXPECT_EQ(parsed({"live", "-i", "eth1", "--port", "eth2"}).options.ports, (Words{"eth1", "eth2"}));
  EXPECT_TRUE(parsed({"live", "--list"}).options.list_ports);
}

TEST(Arguments, OtherVerbs) {
  EXPECT_EQ(parsed({"catalogue"}).verb, Command::Verb::catalogue);
  EXPECT_EQ(parsed({"version"}).verb, Command::Verb::version);
  EXPECT_EQ(parsed({"--version"}).verb, Command::Verb::version);
  EXPECT_EQ(parsed({"--help"}).help, main_help());
  EXPECT_EQ(parsed({"read", "--help"}).help, read_help());
  EXPECT_EQ(parsed({"live", "-h"}).help, live_help());
  EXPECT_EQ(parsed({"dnssec-records", "--help"}).help, records_help());
  EXPECT_EQ(parsed({"x.pcap", "--", "--help"}).options.filter, "--help");
}

TEST(Arguments, RecordsAreWrittenInsteadOfACard) {
  const Command printed = parsed({"dnssec-records", "x.pcap", "--trust-anchor", "a"});
  EXPECT_EQ(printed.verb, Command::Verb::dnssec_records);
  EXPECT_EQ(printed.options.records_file, "-");
  EXPECT_EQ(printed.options.trust_anchor, "a");
  EXPECT_TRUE(printed.options.quiet);
  EXPECT_EQ(parsed({"dnssec-records", "--out", "keys.zone", "x.pcap"}).options.records_file, "keys.zone");
  EXPECT_EQ(parsed({"live", "-i", "eth1", "--save-dnssec-records", "k"}).options.records_file, "k");
  EXPECT_EQ(parsed({"x.pcap"}).options.records_file, "");
  EXPECT_THAT(refused({"dnssec-records", "x.pcap", "--json", "j"}).line(), HasSubstr("dnssec-records --help"));
  EXPECT_THAT(refused({"live", "-i", "e", "--save-dnssec-records", "s", "--json", "s"}).line(),
              HasSubstr("both write"));
}

struct Wrong {
  Words words;
  std::string says;
};

TEST(Arguments, EveryErrorNamesItsPlaceAndAWayOut) {
  const std::vector<Wrong> wrongs = {
      {{}, "uptake --help"},
      {{"read"}, "name a capture file"},
      {{"x", ""}, "a word is empty"},
      {{"live"}, "--port"},
      {{"live"}, "--list"},
      {{"live", "--port"}, "--port"},
      {{"catalogue", "x"}, "leave it out"},
      {{"x", "--workers", "0"}, "--workers: \"0\""},
      {{"x", "--workers", "17"}, "1 to 16"},
      {{"x", "--workers", "two"}, "1 to 16"},
      {{"x", "--window", "7m"}, "divides a day"},
      {{"x", "--window", "36h"}, "divides a day"},
      {{"x", "--window", "5"}, "1h"},
      {{"x", "--window", "0s"}, "1h"},
      {{"x", "--window", "99999999999999999999d"}, "1h"},
      {{"x", "--subscriber", "33,56"}, "32,56"},
      {{"x", "--subscriber", "32"}, "32,56"},
      {{"x", "--subscriber", "32,0"}, "32,56"},
      {{"x", "--nat64", "2001:db8::/33"}, "96 bits"},
      {{"x", "--nat64", "192.0.2.0/24"}, "96 bits"},
      {{"x", "--nat64", "2001:db8::1/64"}, "96 bits"},
      {{"x", "--nat64", "own"}, "96 bits"},
      {{"x", "--max-flows", "10"}, "1000"},
      {{"x", "--max-flows", "18446744073709551615M"}, "1000"},
      {{"x", "--max-loss", "101"}, "0 to 100"},
      {{"x", "--max-loss", "nan"}, "0 to 100"},
      {{"x", "--max-loss", "-1"}, "--max-loss"},
      {{"live", "--port", "p", "--cores", "4-2"}, "2,4-7"},
      {{"live", "--port", "p", "--cores", "1,1"}, "each once"},
      {{"live", "--port", "p", "--cores", "1,"}, "each once"},
      {{"live", "--port", "p", "--cores", "1-99999999999"}, "each once"},
      {{"live", "--port", "p", "--duration", "soon"}, "30s"},
      {{"x", "--windw", "5m"}, "did you mean --window?"},
      {{"x", "--frobnicate"}, "uptake read --help"},
      {{"x", "-z"}, "uptake read --help"},
      {{"x", "--port", "p"}, "--port"},
      {{"x", "--json", "a", "--json", "b"}, "--json"},
      {{"x", "--json"}, "--json"},
      {{"x", "--json", "-", "--events", "-"}, "give each its own file"},
      {{"x", "--json", "same", "--run-info", "same"}, "give each its own file"},
  };
  for (const Wrong& wrong : wrongs) {
    const Refusal refusal = refused(wrong.words);
    EXPECT_EQ(refusal.why, Why::usage) << refusal.line();
    EXPECT_THAT(refusal.line(), HasSubstr(wrong.says));
    EXPECT_EQ(refusal.line().find('\n'), std::string::npos) << "more than one line: " << refusal.line();
  }
}

TEST(Arguments, TheCardIsAskedForAndLabelled) {
  const RunOptions options = parsed({"x", "--all", "--only", "Secure-Mail", "--label", "operator=ISP \"A\", =1",
                                     "--label", "place=\xc3\x85land", "--csv", "c"})
                                 .options;
  EXPECT_TRUE(options.all);
  EXPECT_EQ(options.only, Theme::secure_mail);
  EXPECT_EQ(options.card_files.at("--csv"), "c");
  ASSERT_EQ(options.labels.size(), 2U);
  EXPECT_EQ(options.labels[0].key, "operator");
  EXPECT_EQ(options.labels[0].value, "ISP \"A\", =1");
  EXPECT_EQ(parsed({"x", "--only", "Route authorisation"}).options.only, Theme::routes);
  for (const char* label : {"operator", "=x", "a=", "A=x", "1=x", "a b=x", "a=\x1b[31m", "a=\xff", "a=x\ny",
                            "a=\xe2\x80\xae", "a=\xc0\x80", "a=\xed\xa0\x80", "a=\xf4\x90\x80\x80", "a=\xe2\x82"})
    EXPECT_THAT(refused({"x", "--label", label}).line(), HasSubstr("operator=ISP-A")) << label;
  EXPECT_THAT(refused({"x", "--label", "a=1", "--label", "a=2"}).line(), HasSubstr("given twice"));
  EXPECT_THAT(refused({"x", "--only", "mail"}).line(), HasSubstr("secure_mail"));
  EXPECT_THAT(refused({"x", "--csv", "same", "--json", "same"}).line(), HasSubstr("both write"));
  const std::string whole = (std::filesystem::current_path() / "same").string();
  EXPECT_THAT(refused({"x", "--json", "same", "--events", "./same"}).line(), HasSubstr("both write"));
  EXPECT_THAT(refused({"x", "--json", "same", "--csv", whole}).line(), HasSubstr("both write"));
}

TEST(Arguments, ExplainTakesAMeasureAndTheCatalogueItsForm) {
  EXPECT_EQ(parsed({"explain", "tls.version.1_3"}).verb, Command::Verb::explain);
  EXPECT_EQ(parsed({"explain", "connections", "in", "TLS", "1.3"}).words, "connections in TLS 1.3");
  EXPECT_THAT(refused({"explain"}).line(), HasSubstr("give its id"));
  EXPECT_EQ(parsed({"catalogue", "--json"}).verb, Command::Verb::catalogue_json);
  EXPECT_EQ(parsed({"catalogue"}).verb, Command::Verb::catalogue);
  EXPECT_THAT(refused({"catalogue", "--jsom"}).line(), HasSubstr("leave it out"));
}

TEST(Arguments, AStoreTakesWindowsAndSaysHowLongItKeepsThem) {
  const RunOptions options = parsed({"x", "--window", "5m", "--store", "s", "--keep", "2d,31d,ever"}).options;
  EXPECT_EQ(options.store_file, "s");
  EXPECT_EQ(options.keep, (std::array<std::int64_t, 3>{2 * 86'400, 31 * 86'400, 0}));
  EXPECT_EQ(parsed({"x", "--window", "5m", "--store", "s"}).options.keep, std::nullopt);
  EXPECT_THAT(refused({"x", "--store", "s"}).line(), HasSubstr("give --window"));
  EXPECT_THAT(refused({"x", "--store", "s", "--window", "7d"}).line(), HasSubstr("a day or less"));
  EXPECT_THAT(refused({"x", "--store", "-", "--window", "5m"}).line(), HasSubstr("name a file"));
  EXPECT_THAT(refused({"x", "--keep", "1d,2d,3d"}).line(), HasSubstr("give --store"));
  for (const char* keep : {"2d", "2d,1d,ever", "ever,1d,ever", "0d,1d,2d", "2d,31d,ever,", "2d,31d,", "1y,2y,3y"})
    EXPECT_THAT(refused({"x", "--window", "5m", "--store", "s", "--keep", keep}).line(), HasSubstr("--keep"));
}

TEST(Arguments, AReportIsOfOneStore) {
  const ReportOptions options =
      parsed({"report", "s", "--from", "2026-11-01", "--to=2026-12-01T06:30Z", "--by", "week", "--label", "a=b"})
          .report;
  EXPECT_EQ(options.store, "s");
  EXPECT_EQ(options.query.from, 1'793'491'200);
  EXPECT_EQ(options.query.to, 1'793'491'200 + 30 * 86'400 + 6 * 3'600 + 1'800);
  EXPECT_EQ(options.query.by, store::ReportQuery::By::week);
  EXPECT_THAT(refused({"report"}).line(), HasSubstr("of which store"));
  EXPECT_THAT(refused({"report", "a", "b"}).line(), HasSubstr("takes one store"));
  EXPECT_THAT(refused({"report", "s", "--by", "year"}).line(), HasSubstr("week or month"));
  EXPECT_THAT(refused({"report", "s", "--json", "s"}).line(), HasSubstr("would be overwritten"));
  for (const char* time :
       {"2026-13-01", "2026-02-30", "2026-1-1", "1969-01-01", "2026-11-01T24:00", "2026-11-01 06:00"})
    EXPECT_THAT(refused({"report", "s", "--from", time}).line(), HasSubstr("is not understood")) << time;
}

TEST(Arguments, ReportMakesAPageOfAStoreOrOfCards) {
  const ReportOptions page = parsed({"report", "--html", "p.html", "b.json", "a.json", "--language", "nl"}).report;
  EXPECT_EQ(page.html_file, "p.html");
  EXPECT_EQ(page.cards, (Words{"b.json", "a.json"}));
  EXPECT_EQ(page.language, "nl");
  EXPECT_EQ(parsed({"report", "s", "--html", "-"}).report.store, "s");
  EXPECT_THAT(refused({"report", "--html", "p", "s", "--language", "xx"}).line(),
              HasSubstr("one of: en, es, nl, pt"));
  EXPECT_THAT(refused({"report", "s", "--language", "nl"}).line(), HasSubstr("give --html as well"));
  EXPECT_THAT(refused({"report", "s", "--html", "p", "--json", "j"}).line(), HasSubstr("run it twice"));
  EXPECT_THAT(refused({"report", "--html", "a.json", "b.json", "a.json"}).line(), HasSubstr("would be overwritten"));
}

TEST(Help, FitsAScreen) {
  for (const std::string& text : {main_help(), read_help(), live_help(), compare_help(), report_help(),
                                  records_help(), export_help(), merge_help(), targets_help()}) {
    EXPECT_LE(std::count(text.begin(), text.end(), '\n'), 30);
    std::size_t column = 0;
    for (const char c : text) {
      column = c == '\n' ? 0 : column + 1;
      EXPECT_LE(column, 80U) << text.substr(0, 40);
    }
  }
}

TEST(Arguments, TargetsTakesAPolicyAndACard) {
  const Command command = parsed({"targets", "nl-list", "--json", "a.json"});
  EXPECT_EQ(command.verb, Command::Verb::targets);
  EXPECT_EQ(command.options.inputs, (Words{"nl-list", "a.json"}));
  EXPECT_TRUE(command.json);
  EXPECT_FALSE(parsed({"targets", "ours.toml"}).json);
  EXPECT_THAT(refused({"targets"}).line(), HasSubstr("a policy and a score card"));
  EXPECT_THAT(refused({"targets", "a", "b", "c"}).line(), HasSubstr("got 3 words"));
  EXPECT_THAT(refused({"targets", "nl-list", "--json"}).line(), HasSubstr("give the card"));
}

TEST(Arguments, CompareTakesTwoCards) {
  const Command command = parsed({"compare", "a.json", "--all", "b.json"});
  EXPECT_EQ(command.verb, Command::Verb::compare);
  EXPECT_EQ(command.options.inputs, (Words{"a.json", "b.json"}));
  EXPECT_TRUE(command.options.all);
  EXPECT_EQ(parsed({"compare", "--help"}).help, compare_help());
  EXPECT_EQ(refused({"compare", "a.json"}).why, Why::usage);
  EXPECT_EQ(refused({"compare", "a.json", "b.json", "c.json", "d.json"}).why, Why::usage);
  EXPECT_EQ(refused({"compare", "a.json", "b.json", "--none"}).why, Why::usage);
}

TEST(Arguments, ExportTakesCardsAndAFolder) {
  const Words named = {"--operator", "ISP-A", "--area", "NL", "--period", "2026-11"};
  const auto with = [&](Words words) {
    words.insert(words.begin(), "export");
    words.insert(words.end(), named.begin(), named.end());
    return words;
  };
  const Command command = parsed(with({"a.json", "b.json", "out"}));
  EXPECT_EQ(command.verb, Command::Verb::publish);
  EXPECT_EQ(command.exported.cards, (Words{"a.json", "b.json"}));
  EXPECT_EQ(command.exported.folder, "out");
  EXPECT_EQ(command.exported.operator_name, "ISP-A");
  EXPECT_EQ(refused(with({"out"})).why, Why::usage);
  EXPECT_EQ(refused(with({})).why, Why::usage);
  for (const Words& wrong : {Words{"--period", "2026-13"}, Words{"--period", "2026"}, Words{"--area", "nl"},
                             Words{"--operator", "a,b"}, Words{"--operator", "=A"}, Words{"--operator", ".."}}) {
    Words words = with({"a.json", "out"});
    words.insert(words.end(), wrong.begin(), wrong.end());
    EXPECT_EQ(refused(words).why, Why::usage) << wrong[1];
  }
  EXPECT_EQ(parsed({"export", "--verify", "out"}).verb, Command::Verb::verify);
  EXPECT_EQ(refused({"export", "--verify", "a", "b"}).why, Why::usage);
  EXPECT_EQ(parsed(with({"a.json", "out", "--sign", "key"})).exported.sign_key, "key");
  const Command verify = parsed({"export", "--verify", "out", "--allowed-signers", "list", "--signer", "isp"});
  EXPECT_EQ(verify.exported.signers.allowed_signers, "list");
  EXPECT_EQ(verify.exported.signers.signer, "isp");
  EXPECT_EQ(refused({"export", "--verify", "out", "--signer", "isp"}).why, Why::usage);
  EXPECT_EQ(refused({"export", "--verify", "out", "--sign", "key"}).why, Why::usage);
  EXPECT_EQ(refused({"export", "--verify", "out", "--ledger", "cuts"}).why, Why::usage);
  EXPECT_EQ(refused({"export", "--verify", "out", "--public"}).why, Why::usage);
  EXPECT_EQ(parsed(with({"a.json", "out", "--ledger", "cuts"})).exported.ledger, "cuts");
  EXPECT_FALSE(command.exported.shares_only);
  EXPECT_TRUE(parsed(with({"a.json", "out", "--public"})).exported.shares_only);
  EXPECT_EQ(refused(with({"a.json", "out", "--allowed-signers", "list"})).why, Why::usage);
  EXPECT_EQ(parsed({"export", "--help"}).help, export_help());
}

TEST(Arguments, MergeTakesPackagesAndAFolder) {
  const Command command = parsed({"merge", "a", "b", "out", "--sign", "key", "--allowed-signers", "list"});
  EXPECT_EQ(command.verb, Command::Verb::merge);
  EXPECT_EQ(command.merged.packages, (Words{"a", "b"}));
  EXPECT_EQ(command.merged.folder, "out");
  EXPECT_EQ(command.merged.sign_key, "key");
  EXPECT_EQ(command.merged.signers.allowed_signers, "list");
  EXPECT_EQ(refused({"merge", "a", "out"}).why, Why::usage);
  EXPECT_EQ(parsed({"merge", "--help"}).help, merge_help());
}

TEST(Arguments, TheStatementHasOneLanguage) {
  EXPECT_EQ(parsed({"privacy-statement"}).verb, Command::Verb::privacy_statement);
  EXPECT_EQ(parsed({"privacy-statement", "--language", "en"}).verb, Command::Verb::privacy_statement);
  EXPECT_EQ(refused({"privacy-statement", "--language", "nl"}).why, Why::usage);
  EXPECT_EQ(refused({"privacy-statement", "a"}).why, Why::usage);
}

TEST(Help, NamesEveryOption) {
  const Words common = {"--workers",  "--window",        "--customers", "--subscriber", "--nat64",
                        "--profile",  "--max-flows",     "--max-loss",  "--run-info",   "--events",
                        "--key-file", "--quiet",         "--all",       "--only",       "--label",
                        "--ca-file",  "--client-groups", "--store",     "--keep"};
  for (const std::string& option : common) {
    EXPECT_THAT(read_help(), HasSubstr(option));
    EXPECT_THAT(live_help(), HasSubstr(option));
  }
  for (const CardFormat& format : card_formats()) {
    const std::string words = fmt::format("{} FILE", format.option);
    EXPECT_THAT(read_help(), HasSubstr(words));
    EXPECT_THAT(live_help(), HasSubstr(words));
    EXPECT_EQ(parsed({"x", std::string(format.option), "y"}).options.card_files.at(format.option), "y");
  }
  for (const char* option : {"--port", "-i ", "--list", "--cores", "--duration", "--eal", "--save-dnssec-records"})
    EXPECT_THAT(live_help(), HasSubstr(option));
}

}  // namespace arguments_test
}  // namespace uptake
