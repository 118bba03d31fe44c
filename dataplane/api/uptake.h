/* libuptake: watches frames that a host already holds. C11; every struct begins with its size, so that it can grow.
 *
 * A host opens a meter, gives each of its threads a worker, and hands the frames of each worker to
 * uptake_process_burst(). Nothing is global: two of them in one process know nothing of each other. */
#ifndef UPTAKE_H
#define UPTAKE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct uptake_meter uptake_meter;

/* All zero but `size` means what the command `uptake read` does without options. Texts are borrowed until
 * uptake_open() returns. */
typedef struct uptake_options {
  size_t size;         /* sizeof(uptake_options) */
  unsigned workers;    /* 1 to 16, each used by one thread of the host at a time; 0: 1 */
  int live;            /* frames come as they are sent: nearly in order, and nobody waits for `publish` */
  uint64_t window_ns;  /* whole seconds that divide a day, or whole days; 0: one window until uptake_close() */
  uint64_t max_flows;  /* 1,000 to 1,000,000,000; 0: 1 Mi, live 4 Mi */
  uint32_t link;       /* LINKTYPE_ number of the frames; 0: Ethernet */
  const char* profile; /* a name, or TOML text; NULL: the default */
  const char* const* customers; /* prefixes, ended by NULL; NULL: directions are not known */
  const char* trust_anchors;    /* certificates in PEM that chains must lead to, as text; NULL: those of the system */
  const char* const* plugins;   /* paths of shared objects, ended by NULL; NULL: none */
  /* Shown the score card of each window once, in the order of time, as JSON that ends with a line feed; on a thread
   * of its own. NULL: nobody is. `json` is borrowed until it returns. */
  void (*publish)(void* user, const char* json, size_t bytes);
  void* user;
  /* The key of digests in memory: 16 octets as 32 hexadecimal digits. NULL: live a fresh one, else a published one,
   * by which whoever makes up names can choose what a sample holds. Equal keys and frames give equal cards. */
  const char* key;
  /* Since the second version. DNSSEC, as zone-file text: the keys that are trusted, a DS or DNSKEY a line, and
   * DNSKEY and DS records with their signatures that count as if the first frame had brought them, verified like
   * those: what `uptake dnssec-records` writes. NULL: the anchors of the root, and no records. */
  const char* dnssec_anchors;
  const char* dnssec_records;
} uptake_options;

typedef struct uptake_frame {
  const uint8_t* data; /* borrowed until uptake_process_burst() returns */
  uint32_t captured;   /* octets at `data` */
  uint32_t wire;       /* octets that were on the wire */
  uint64_t time_ns;    /* since 1970 */
} uptake_frame;

/* NULL, and a line that says why in `why`, when an option is wrong or memory is short. `why` may be NULL. */
uptake_meter* uptake_open(const uptake_options* options, char* why, size_t why_bytes);

/* Which worker a frame belongs to: both directions of a flow to the same one. A host with several workers deals by
 * it. Any thread may ask at any time. */
unsigned uptake_owner(const uptake_meter* meter, const uptake_frame* frame);

/* Runs frames of one worker, in the order in which they came. Never allocates. Returns how many belonged to another
 * worker: those end in the ledger as `overload`; of a worker that there is not, all, and they are counted nowhere.
 * Called by one thread at a time for each worker.
 *
 * What the workers see is brought together by packet time, so that every worker must go on: one that has no frames is
 * told the time by uptake_advance(), at least once a second. Without `live` the others wait for it, and for
 * `publish`, so that each worker needs a thread of its own; with `live` nobody waits, and what cannot be kept is
 * dropped and counted: a window's card that was dropped is told by the next one (`card_dropped`), and behind the last
 * one by nobody. */
unsigned uptake_process_burst(uptake_meter* meter, unsigned worker, const uptake_frame* frames, unsigned count);

/* Packet time goes on without frames: windows close. On the thread of that worker. */
void uptake_advance(uptake_meter* meter, unsigned worker, uint64_t now_ns);

/* Ends all flows, publishes what is left and frees everything. No worker may be in use any more. NULL is nothing. */
void uptake_close(uptake_meter* meter);

/* "0.1.0" */
const char* uptake_version(void);

#ifdef __cplusplus
}
#endif

#endif
