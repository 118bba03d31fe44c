#include "policy/catalogue/bgp/area.h"
#include "policy/catalogue/catalogue.h"
#include "policy/catalogue/certificates/area.h"
#include "policy/catalogue/dane/area.h"
#include "policy/catalogue/dns/area.h"
#include "policy/catalogue/dnssec/area.h"
#include "policy/catalogue/ipv6/area.h"
#include "policy/catalogue/mail/area.h"
#include "policy/catalogue/mail_domains/area.h"
#include "policy/catalogue/mailbox/area.h"
#include "policy/catalogue/quic/area.h"
#include "policy/catalogue/resolvers/area.h"
#include "policy/catalogue/rov/area.h"
#include "policy/catalogue/rtr/area.h"
#include "policy/catalogue/smtp/area.h"
#include "policy/catalogue/tls/area.h"

namespace uptake {

// One line an area, in the catalogue's order.
std::vector<Area> standard_areas() {
  return {
      ipv6_area(), dns_area(),          dnssec_area(), tls_area(),       certificates_area(),
      quic_area(), rtr_area(),          smtp_area(),   mailbox_area(),   dane_area(),
      mail_area(), mail_domains_area(), bgp_area(),    resolvers_area(), rov_area(),
  };
}

}  // namespace uptake
