#pragma once

#include <string>

#include "dissectors/mailbox/imap.h"
#include "dissectors/mailbox/mailbox.h"
#include "dissectors/mailbox/pop3.h"
#include "tests/dissectors/text/talk.h"

namespace uptake::mailbox::test {

struct Imap : uptake::test::Talk<ImapDissector> {
  Imap() { server_port = 143; }
};
struct Pop3 : uptake::test::Talk<Pop3Dissector> {
  Pop3() { server_port = 110; }
};

template <class Talk>
SessionBits session_of(const Talk& talk) {
  const auto values = talk.values(kSession);
  return values.size() == 1 ? SessionBits::unpack(values[0]) : SessionBits{};
}

inline const std::string kClientHello("\x16\x03\x01\x00\x05\x01\x00\x00\x01\x03", 10);
inline const std::string kServerHello("\x16\x03\x03\x00\x05\x02\x00\x00\x01\x03", 10);

}  // namespace uptake::mailbox::test
