#include <rte_cycles.h>
#include <rte_graph.h>
#include <rte_graph_worker.h>
#include <rte_mbuf.h>
#include <rte_mbuf_dyn.h>
#include <time.h>

#include "uptake_graph.h"

enum { kBurst = 64 };

/* What a node keeps: RTE_NODE_CTX_SZ octets. */
struct attachment {
  uptake_meter* meter;
  int32_t time_offset; /* of the receive time in an mbuf; -1: no port stamps any */
  uint16_t worker;
  uint8_t time_bit; /* of ol_flags: the time is there */
};
_Static_assert(sizeof(struct attachment) <= RTE_NODE_CTX_SZ, "it fits into the context of a node");

void uptake_graph_attach(struct rte_node* node, uptake_meter* meter, unsigned worker) {
  struct attachment* const own = (struct attachment*)node->ctx;
  const int bit = rte_mbuf_dynflag_lookup(RTE_MBUF_DYNFLAG_RX_TIMESTAMP_NAME, NULL);
  own->meter = meter;
  own->worker = (uint16_t)worker;
  own->time_offset = bit < 0 ? -1 : rte_mbuf_dynfield_lookup(RTE_MBUF_DYNFIELD_TIMESTAMP_NAME, NULL);
  own->time_bit = (uint8_t)(bit < 0 ? 0 : bit);
}

static uint64_t wall_clock(void) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return (uint64_t)now.tv_sec * 1000000000U + (uint64_t)now.tv_nsec;
}

/* What a driver's stamp says. Each driver has a unit of its own: nanoseconds since 1970 are believed when the wall clock
 * confirms them, microseconds since 1970 when they lie in the past of this century, as those of the driver of capture
 * files do; of ticks nothing is known. */
static uint64_t time_of(uint64_t stamp, uint64_t now) {
  const uint64_t minute = UINT64_C(60000000000), century = UINT64_C(946684800000000);
  if (stamp + minute > now && stamp < now + minute) return stamp;
  return stamp >= century && stamp <= (now + minute) / 1000 ? stamp * 1000 : now;
}

/* The octets of a frame that are in one piece: headers and handshakes are, unless a host splits frames. */
static uptake_frame frame_of(const struct rte_mbuf* mbuf, const struct attachment* own, uint64_t now) {
  uptake_frame frame = {rte_pktmbuf_mtod(mbuf, const uint8_t*), mbuf->data_len, mbuf->pkt_len, now};
  if (own->time_offset >= 0 && (mbuf->ol_flags & (UINT64_C(1) << own->time_bit)) != 0)
    frame.time_ns = time_of(*RTE_MBUF_DYNFIELD(mbuf, own->time_offset, const rte_mbuf_timestamp_t*), now);
  return frame;
}

static uint16_t show(struct rte_graph* graph, struct rte_node* node, void** objects, uint16_t count) {
  const struct attachment* const own = (const struct attachment*)node->ctx;
  const uint64_t now = wall_clock();
  for (uint16_t at = 0; own->meter != NULL && at < count;) {
    uptake_frame frames[kBurst];
    const uint16_t burst = RTE_MIN((uint16_t)(count - at), (uint16_t)kBurst);
    for (uint16_t i = 0; i < burst; ++i) frames[i] = frame_of((const struct rte_mbuf*)objects[at + i], own, now);
    (void)uptake_process_burst(own->meter, own->worker, frames, burst);
    at = (uint16_t)(at + burst);
  }
  rte_node_next_stream_move(graph, node, 0);
  return count;
}

static struct rte_node_register uptake_node = {
    .name = "uptake",
    .process = show,
    .nb_edges = 1,
    .next_nodes = {"pkt_drop"},
};
RTE_NODE_REGISTER(uptake_node);
