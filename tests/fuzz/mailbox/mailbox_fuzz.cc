// IMAP and POP3 up to where TLS begins or somebody has logged in, as tests/fuzz/text_flow.h plays them: the highest
// bit of the options names the protocol.

#include "dissectors/mailbox/imap.h"
#include "dissectors/mailbox/pop3.h"
#include "tests/fuzz/text_flow.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace uptake;
  if (size == 0) return 0;
  if ((data[0] & 0x80) != 0) {
    fuzz::check<mailbox::Pop3Dissector>(data, size, mailbox::kSession, {110, 110, 9999, 995});
  } else {
    fuzz::check<mailbox::ImapDissector>(data, size, mailbox::kSession, {143, 143, 9999, 993});
  }
  return 0;
}
