/* A host of the node "uptake" of rte_graph: a source node that receives from one port, the node, and a sink that sends
 * from another port what comes to it. It ends when nothing has come for a while.
 *
 * usage: graph CARD.json EAL-WORDS...    (two vdevs: the first is read, the second is written) */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <rte_eal.h>
#include <rte_ethdev.h>
#include <rte_graph.h>
#include <rte_graph_worker.h>

#include "uptake_graph.h"

enum { kBurst = 32, kQuietRounds = 200000 };

static unsigned quiet;
static uint64_t forwarded;

static void write_card(void* file, const char* json, size_t bytes) { fwrite(json, 1, bytes, file); }

static void stop(const char* why) {
  fprintf(stderr, "graph: %s\n", why);
  exit(1);
}

static uint16_t receive(struct rte_graph* graph, struct rte_node* node, void** objects, uint16_t count) {
  (void)objects;
  (void)count;
  void* mbufs[kBurst];
  const uint16_t received = rte_eth_rx_burst(0, 0, (struct rte_mbuf**)mbufs, kBurst);
  quiet = received == 0 ? quiet + 1 : 0;
  if (received > 0) rte_node_enqueue(graph, node, 0, mbufs, received);
  return received;
}
static struct rte_node_register receive_node = {
    .name = "host_receive", .flags = RTE_NODE_SOURCE_F, .process = receive, .nb_edges = 1, .next_nodes = {"uptake"}};
RTE_NODE_REGISTER(receive_node);

static uint16_t send_on(struct rte_graph* graph, struct rte_node* node, void** objects, uint16_t count) {
  (void)graph;
  (void)node;
  struct rte_mbuf** const mbufs = (struct rte_mbuf**)objects;
  const uint16_t sent = rte_eth_tx_burst(1, 0, mbufs, count);
  forwarded += sent;
  if (sent < count) rte_pktmbuf_free_bulk(mbufs + sent, count - sent);
  return count;
}
static struct rte_node_register send_node = {.name = "host_send", .process = send_on};
RTE_NODE_REGISTER(send_node);

static void start(uint16_t port, struct rte_mempool* pool) {
  const struct rte_eth_conf conf = {0};
  if (rte_eth_dev_configure(port, 1, 1, &conf) != 0 || rte_eth_rx_queue_setup(port, 0, 256, 0, NULL, pool) != 0 ||
      rte_eth_tx_queue_setup(port, 0, 256, 0, NULL) != 0 || rte_eth_dev_start(port) != 0)
    stop("a port does not start");
}

int main(int argc, char** argv) {
  if (argc < 3) stop("usage: graph CARD.json EAL-WORDS...");
  FILE* const card = fopen(argv[1], "w");
  if (card == NULL) stop("the card cannot be written");
  argv[1] = argv[0];
  if (rte_eal_init(argc - 1, argv + 1) < 0) stop("the EAL does not start");
  struct rte_mempool* const pool = rte_pktmbuf_pool_create("frames", 2047, 64, 0, 65535, SOCKET_ID_ANY);
  if (pool == NULL) stop("no memory for frames");
  for (uint16_t port = 0; port < 2; ++port) start(port, pool);

  const char* sink = "host_send";
  rte_node_edge_update(rte_node_from_name("uptake"), 0, &sink, 1);
  const char* patterns[] = {"host_receive", "uptake", "host_send"};
  struct rte_graph_param parameters = {.socket_id = SOCKET_ID_ANY, .nb_node_patterns = 3, .node_patterns = patterns};
  if (rte_graph_create("host", &parameters) == RTE_GRAPH_ID_INVALID) stop("the graph cannot be made");

  const uptake_options options = {.size = sizeof options, .publish = write_card, .user = card};
  char why[256];
  uptake_meter* const meter = uptake_open(&options, why, sizeof why);
  if (meter == NULL) stop(why);
  uptake_graph_attach(rte_graph_node_get_by_name("host", "uptake"), meter, 0);
  struct rte_graph* const graph = rte_graph_lookup("host");
  while (quiet < kQuietRounds) rte_graph_walk(graph);
  uptake_close(meter);
  rte_graph_destroy(rte_graph_from_name("host"));
  printf("graph: %" PRIu64 " frames\n", forwarded);
  return fclose(card) == 0 ? 0 : 1;
}
