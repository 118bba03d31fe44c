#pragma once

#include <string>
#include <vector>

#include "dissectors/smtp/smtp.h"
#include "tests/dissectors/text/talk.h"

namespace uptake::smtp::test {

using Talk = uptake::test::Talk<Dissector>;

inline SessionBits session_of(const Talk& talk) {
  const std::vector<std::uint64_t> values = talk.values(kSession);
  return values.size() == 1 ? SessionBits::unpack(values[0]) : SessionBits{};
}
inline std::vector<MessageBits> messages_of(const Talk& talk) {
  std::vector<MessageBits> found;
  for (const std::uint64_t value : talk.values(kMessage)) found.push_back(MessageBits::unpack(value));
  return found;
}

inline const std::string kBanner = "220 mx.example.org ESMTP\r\n";
inline const std::string kEhlo = "EHLO client.example\r\n";
inline const std::string kExtensions = "250-mx.example.org\r\n250-PIPELINING\r\n250-STARTTLS\r\n250 SMTPUTF8\r\n";
inline const std::string kClientHello("\x16\x03\x01\x00\x05\x01\x00\x00\x01\x03", 10);

/// The greeting of both sides; what the server lists behind it is `lines`.
inline Talk& greet(Talk& talk, const std::string& lines = kExtensions) {
  return talk.server(kBanner).client(kEhlo).server(lines);
}
/// A mail from beginning to end.
inline Talk& send(Talk& talk, const std::string& from = "MAIL FROM:<a@example.org>",
                  const std::string& to = "RCPT TO:<b@example.org>") {
  return talk.client(from + "\r\n")
      .server("250 2.1.0 Ok\r\n")
      .client(to + "\r\n")
      .server("250 2.1.5 Ok\r\n")
      .client("DATA\r\n")
      .server("354 go on\r\n")
      .client("Subject: x\r\n\r\nSTARTTLS\r\n..\r\nQUIT\r\n.\r\n")
      .server("250 2.0.0 Ok\r\n");
}
inline Talk& quit(Talk& talk) { return talk.client("QUIT\r\n").server("221 2.0.0 Bye\r\n").finish(); }

}  // namespace uptake::smtp::test
