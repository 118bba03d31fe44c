/* The node "uptake" of rte_graph: shows the mbufs that come to it to a meter, and passes them on unchanged by its
 * edge 0, which is "pkt_drop" until rte_node_edge_update() names another node. */
#ifndef UPTAKE_GRAPH_H
#define UPTAKE_GRAPH_H

#include "uptake.h"

#ifdef __cplusplus
extern "C" {
#endif

struct rte_node;

/* Before a graph is walked: the node's mbufs are frames of this worker of `meter`. One node a worker: a clone of
 * "uptake" for each. Find it by rte_graph_node_get_by_name(). A node that is not attached passes mbufs on unseen.
 * The meter must outlive the graph's last walk.
 * A graph walks a node only when it has mbufs: the host calls uptake_advance() for a worker that is idle. */
void uptake_graph_attach(struct rte_node* node, uptake_meter* meter, unsigned worker);

#ifdef __cplusplus
}
#endif

#endif
