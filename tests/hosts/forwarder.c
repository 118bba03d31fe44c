/* A host of libuptake that knows nothing else of it: a DPDK program that receives frames from one port, shows them to
 * uptake and sends them on unchanged from another one. It ends when nothing has come for a while.
 *
 * usage: forwarder CARD.json EAL-WORDS...    (two vdevs: the first is read, the second is written) */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <rte_eal.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>
#include <rte_mbuf_dyn.h>

#include "uptake.h"

enum { kBurst = 32, kQuietRounds = 200000 };

static void write_card(void* file, const char* json, size_t bytes) { fwrite(json, 1, bytes, file); }

static void stop(const char* why) {
  fprintf(stderr, "forwarder: %s\n", why);
  exit(1);
}

static void start(uint16_t port, struct rte_mempool* pool) {
  const struct rte_eth_conf conf = {0};
  if (rte_eth_dev_configure(port, 1, 1, &conf) != 0 || rte_eth_rx_queue_setup(port, 0, 256, 0, NULL, pool) != 0 ||
      rte_eth_tx_queue_setup(port, 0, 256, 0, NULL) != 0 || rte_eth_dev_start(port) != 0)
    stop("a port does not start");
}

/* When the port received a frame, as DPDK's driver of capture files stamps it: microseconds since 1970. */
static uint64_t time_of(const struct rte_mbuf* mbuf, int offset, uint64_t flag) {
  if (offset < 0 || (mbuf->ol_flags & flag) == 0) return 0;
  return *RTE_MBUF_DYNFIELD(mbuf, offset, const rte_mbuf_timestamp_t*) * 1000;
}

int main(int argc, char** argv) {
  if (argc < 3) stop("usage: forwarder CARD.json EAL-WORDS...");
  FILE* const card = fopen(argv[1], "w");
  if (card == NULL) stop("the card cannot be written");
  argv[1] = argv[0];
  if (rte_eal_init(argc - 1, argv + 1) < 0) stop("the EAL does not start");
  struct rte_mempool* const pool = rte_pktmbuf_pool_create("frames", 2047, 64, 0, 65535, SOCKET_ID_ANY);
  if (pool == NULL) stop("no memory for frames");
  for (uint16_t port = 0; port < 2; ++port) start(port, pool);
  const int offset = rte_mbuf_dynfield_lookup(RTE_MBUF_DYNFIELD_TIMESTAMP_NAME, NULL);
  const int bit = rte_mbuf_dynflag_lookup(RTE_MBUF_DYNFLAG_RX_TIMESTAMP_NAME, NULL);

  const uptake_options options = {.size = sizeof options, .publish = write_card, .user = card};
  char why[256];
  uptake_meter* const meter = uptake_open(&options, why, sizeof why);
  if (meter == NULL) stop(why);
  uint64_t forwarded = 0;
  for (unsigned quiet = 0; quiet < kQuietRounds;) {
    struct rte_mbuf* mbufs[kBurst];
    uptake_frame frames[kBurst];
    const uint16_t count = rte_eth_rx_burst(0, 0, mbufs, kBurst);
    quiet = count == 0 ? quiet + 1 : 0;
    for (uint16_t i = 0; i < count; ++i) {
      frames[i].data = rte_pktmbuf_mtod(mbufs[i], const uint8_t*);
      frames[i].captured = mbufs[i]->data_len;
      frames[i].wire = mbufs[i]->pkt_len;
      frames[i].time_ns = time_of(mbufs[i], offset, bit < 0 ? 0 : UINT64_C(1) << bit);
    }
    if (count > 0) (void)uptake_process_burst(meter, 0, frames, count);
    const uint16_t sent = rte_eth_tx_burst(1, 0, mbufs, count);
    forwarded += sent;
    if (sent < count) rte_pktmbuf_free_bulk(mbufs + sent, count - sent);
  }
  uptake_close(meter);
  printf("forwarder: %" PRIu64 " frames\n", forwarded);
  return fclose(card) == 0 ? 0 : 1;
}
