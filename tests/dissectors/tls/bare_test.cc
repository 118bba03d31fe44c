// Handshake messages without records, and with them the session by itself.

#include "dissectors/tls/bare.h"

#include <gtest/gtest.h>

#include "tests/dissectors/tls/builder.h"

namespace uptake::tls::test {
namespace bare_test {

static_assert(uptake::Dissector<BareDissector>);

/// Talk: one connection whose messages are offered without records, each payload an exact copy on the heap.
class Talk {
 public:
  Result offer(Side from, Bytes octets, std::uint32_t cut = 0) {
    Octets& held = held_[from == Side::client ? 0 : 1];
    held.insert(held.end(), octets.begin(), octets.end());
    const auto exact = std::make_unique<std::uint8_t[]>(held.size());
    std::copy(held.begin(), held.end(), exact.get());
    Payload payload;
    payload.bytes = {exact.get(), held.size()};
    payload.wire = static_cast<std::uint32_t>(held.size()) + cut;
    payload.stream = payload.from_start = true;
    payload.from = from;
    notes_->about(subject_, 0);
    const Result result = BareDissector::dissect(payload, memory_, *notes_);
    EXPECT_LE(result.consumed, held.size());
    held.erase(held.begin(), held.begin() + static_cast<std::ptrdiff_t>(result.consumed));
    collect();
    return result;
  }
  Result client(Bytes octets, std::uint32_t cut = 0) { return offer(Side::client, octets, cut); }
  Result server(Bytes octets, std::uint32_t cut = 0) { return offer(Side::server, octets, cut); }
  void finish(Ending ending = Ending::closed) {
    notes_->about(subject_, 0);
    BareDissector::finish(memory_, ending, *notes_);
    collect();
  }
  [[nodiscard]] std::size_t count(std::uint16_t fact) const {
    return static_cast<std::size_t>(
        std::count_if(noted.begin(), noted.end(), [fact](const Noted& one) { return one.fact == fact; }));
  }
  [[nodiscard]] SessionBits session() const {
    for (const Noted& one : noted)
      if (one.fact == kSession) return SessionBits::unpack(one.value);
    ADD_FAILURE() << "no session";
    return {};
  }
  [[nodiscard]] OfferBits offered() const {
    for (const Noted& one : noted)
      if (one.fact == kOffer) return OfferBits::unpack(one.value);
    ADD_FAILURE() << "no offer";
    return {};
  }
  std::vector<Noted> noted;

 private:
  void collect() {
    for (const Observation& one : notes_->observations()) {
      const Bytes name = notes_->subjects()[one.subject].name;
      noted.push_back({one.fact, one.value, std::string(name.begin(), name.end())});
    }
    notes_->clear();
  }
  BareDissector::Memory memory_;
  Subject subject_;
  std::unique_ptr<Notes> notes_ = std::make_unique<Notes>();
  Octets held_[2];
};

TEST(Bare, TwoHellosAreASession) {
  Talk talk;
  EXPECT_EQ(talk.client(browser_hello().client_message()).verdict, Verdict::keep_going);
  EXPECT_EQ(talk.server(hello_13(0x11ec).server_message()).verdict, Verdict::concluded);
  talk.finish();
  ASSERT_EQ(talk.noted.size(), 2U);
  EXPECT_EQ(talk.session().sight, Sight::complete);
  EXPECT_EQ(talk.session().version(), 0x0304);
  EXPECT_EQ(talk.session().group, 0x11ec);
  EXPECT_TRUE(talk.session().client_hello);
  EXPECT_TRUE(talk.session().pq_offered);
  EXPECT_EQ(talk.noted[0].name, "www.some-example.org");
}

TEST(Bare, SaysWhatRecordsSay) {
  Talk bare;
  bare.client(browser_hello().client_message());
  bare.server(hello_13(0x1d).server_message());
  Conversation records;
  records.client(browser_hello().client());
  records.server(hello_13(0x1d).server());
  EXPECT_EQ(bare.noted.size(), records.noted.size());
  EXPECT_EQ(bare.session().pack(), records.session().pack());
  EXPECT_EQ(bare.offered().pack(), records.offered().pack());
}

TEST(Bare, EveryPrefixNotesNothing) {
  const Octets hello = browser_hello().client_message();
  for (std::size_t cut = 0; cut < hello.size(); ++cut) {
    Talk whole_stream;
    EXPECT_EQ(whole_stream.client(Bytes(hello).first(cut)).verdict, Verdict::need_more) << cut;
    EXPECT_TRUE(whole_stream.noted.empty()) << cut;
    Talk cut_off;
    EXPECT_EQ(cut_off.client(Bytes(hello).first(cut), 1000).verdict, Verdict::truncated) << cut;
    EXPECT_TRUE(cut_off.noted.empty()) << cut;
    cut_off.finish();
    EXPECT_EQ(cut_off.session().sight, Sight::truncated);
  }
}

TEST(Bare, EveryCutSaysTheSame) {
  const Octets client = browser_hello().client_message();
  const Octets server = Hello(hello_13(0x1d)).retry().server_message() + hello_13(0x1d).server_message();
  Talk whole;
  whole.client(client);
  whole.server(server);
  EXPECT_TRUE(whole.session().hello_retry);
  for (std::size_t cut = 1; cut < client.size(); ++cut) {
    Talk talk;
    talk.client(Bytes(client).first(cut));
    talk.client(Bytes(client).subspan(cut));
    talk.server(server);
    ASSERT_EQ(talk.noted, whole.noted) << cut;
  }
  for (std::size_t cut = 1; cut < server.size(); ++cut) {
    Talk talk;
    talk.client(client);
    talk.server(Bytes(server).first(cut));
    talk.server(Bytes(server).subspan(cut));
    ASSERT_EQ(talk.noted, whole.noted) << cut;
  }
}

TEST(Bare, EveryChangedOctetIsOneSession) {
  const Octets client = browser_hello().client_message();
  const Octets server = hello_13(0x1d).server_message();
  for (std::size_t at = 0; at < client.size() + server.size(); ++at) {
    for (const unsigned change : {0x01U, 0x80U, 0xffU}) {
      Octets first = client;
      Octets second = server;
      std::uint8_t& octet = at < client.size() ? first[at] : second[at - client.size()];
      octet = static_cast<std::uint8_t>(octet ^ change);
      Talk talk;
      talk.client(first);
      talk.server(second);
      talk.finish();
      ASSERT_EQ(talk.count(kSession), 1U) << at;
      ASSERT_EQ(talk.count(kOffer), 1U) << at;
    }
  }
}

TEST(Bare, AMessageThatIsNoHelloIsNone) {
  Talk talk;
  EXPECT_EQ(talk.client(message(kServerHelloDone, {})).verdict, Verdict::settled);
  EXPECT_EQ(talk.server(hello_13(0x1d).server_message()).verdict, Verdict::concluded);
  EXPECT_EQ(talk.session().sight, Sight::complete);
  EXPECT_FALSE(talk.session().client_hello);
}

TEST(Bare, ATooBigHelloIsALimit) {
  Talk talk;
  EXPECT_EQ(talk.client(message(kClientHello, Octets(20000, 0))).verdict, Verdict::settled);
  talk.finish();
  EXPECT_EQ(talk.offered().sight, Sight::limit);
}

TEST(Bare, ASecondRetryIsMalformed) {
  const Octets retry = Hello(hello_13(0x1d)).retry().server_message();
  Talk talk;
  talk.client(browser_hello().client_message());
  EXPECT_EQ(talk.server(retry).verdict, Verdict::keep_going);
  EXPECT_EQ(talk.server(retry).verdict, Verdict::malformed);
  EXPECT_EQ(talk.session().sight, Sight::malformed);
}

TEST(Session, BelowTheOfferMeansLessThanTheClientsBest) {
  const auto below = [](const Hello& client, const Hello& server) {
    Talk talk;
    talk.client(client.client_message());
    talk.server(server.server_message());
    return talk.session().below_offer;
  };
  EXPECT_FALSE(below(browser_hello(), hello_13(0x1d)));
  EXPECT_TRUE(below(browser_hello(), Hello()));
  EXPECT_FALSE(below(Hello(), Hello()));
  EXPECT_TRUE(below(Hello(), Hello().of(0x0302)));
  EXPECT_FALSE(below(Hello().of(0x0301), Hello().of(0x0301)));
  Talk unseen;
  unseen.server(Hello().of(0x0301).server_message());
  unseen.finish();
  EXPECT_FALSE(unseen.session().below_offer) << "the offer was not seen";
}

}  // namespace bare_test
}  // namespace uptake::tls::test
