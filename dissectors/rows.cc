#include <vector>

#include "dissectors/bgp/bgp.h"
#include "dissectors/dissector.h"
#include "dissectors/dns/dns.h"
#include "dissectors/frame/facts.h"
#include "dissectors/mailbox/imap.h"
#include "dissectors/mailbox/mailbox.h"
#include "dissectors/mailbox/pop3.h"
#include "dissectors/quic/quic.h"
#include "dissectors/rtr/rtr.h"
#include "dissectors/smtp/smtp.h"
#include "dissectors/tls/bare.h"
#include "dissectors/tls/tls.h"

namespace uptake {

// One line a dissector. The order is that in which they are asked to claim a flow.
std::vector<Row> dissectors() {
  return {
      frame::row(),
      row_of<dns::Dissector>(),
      row_of<rtr::Dissector>(),
      row_of<smtp::Dissector>(),
      row_of<smtp::ImplicitDissector>(),
      row_of<mailbox::ImapDissector>(),
      row_of<mailbox::Pop3Dissector>(),
      row_of<mailbox::Dissector>(),
      row_of<bgp::Dissector>(),
      row_of<tls::Dissector>(),
      row_of<quic::Dissector>(),
      row_of<tls::BareDissector>(),
  };
}

}  // namespace uptake
