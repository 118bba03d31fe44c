/* A host of an analyst's kind: a tap of tshark and Wireshark. `tshark -r FILE -z uptake` prints the score card of the
 * frames that its read filter lets through, as JSON. */
#include <stdio.h>

#include <wireshark.h>
#include <ws_version.h>

#include <epan/packet.h>
#include <epan/stat_tap_ui.h>
#include <epan/tap.h>
#include <epan/epan.h>
#include <epan/epan_dissect.h>

#include "uptake.h"

WS_DLL_PUBLIC_DEF const gchar plugin_version[] = "0.1.0";
WS_DLL_PUBLIC_DEF const int plugin_want_major = WIRESHARK_VERSION_MAJOR;
WS_DLL_PUBLIC_DEF const int plugin_want_minor = WIRESHARK_VERSION_MINOR;
WS_DLL_PUBLIC void plugin_register(void);

static void print_card(void* user, const char* json, size_t bytes) {
  (void)user;
  fwrite(json, 1, bytes, stdout);
}

/* The LINKTYPE_ number of the encapsulations that a meter reads; of any other one a number that it refuses. */
static uint32_t link_of(int encapsulation) {
  switch (encapsulation) {
    case WTAP_ENCAP_RAW_IP:
      return 101;
    case WTAP_ENCAP_SLL:
      return 113;
    case WTAP_ENCAP_ETHERNET:
      return 1;
    default:
      return 0xffff;
  }
}

static tap_packet_status see_frame(void* own, packet_info* pinfo, epan_dissect_t* edt, const void* data,
                                   tap_flags_t flags) {
  (void)data;
  (void)flags;
  uptake_meter** const meter = (uptake_meter**)own;
  if (*meter == NULL) {
    const uptake_options options = {
        .size = sizeof options, .link = link_of(pinfo->rec->rec_header.packet_header.pkt_encap), .publish = print_card};
    char why[256];
    *meter = uptake_open(&options, why, sizeof why);
    if (*meter == NULL) fprintf(stderr, "uptake: %s\n", why);
    if (*meter == NULL) return TAP_PACKET_FAILED;
  }
  const uptake_frame frame = {tvb_get_ptr(edt->tvb, 0, -1), pinfo->fd->cap_len, pinfo->fd->pkt_len,
                              (uint64_t)pinfo->abs_ts.secs * 1000000000U + (uint64_t)pinfo->abs_ts.nsecs};
  (void)uptake_process_burst(*meter, 0, &frame, 1);
  return TAP_PACKET_DONT_REDRAW;
}

static void show(void* own) {
  uptake_meter** const meter = (uptake_meter**)own;
  uptake_close(*meter);
  *meter = NULL;
}

static void begin(const char* words, void* unused) {
  (void)words;
  (void)unused;
  static uptake_meter* meter; /* tshark runs one tap of a name */
  GString* const error = register_tap_listener("frame", &meter, NULL, TL_REQUIRES_NOTHING, NULL, see_frame, show, NULL);
  if (error == NULL) return;
  fprintf(stderr, "uptake: %s\n", error->str);
  g_string_free(error, TRUE);
}

static stat_tap_ui ui = {REGISTER_STAT_GROUP_GENERIC, "Uptake of standards", "uptake", begin, 0, NULL};

static void register_listener(void) { register_stat_tap_ui(&ui, NULL); }

static void nothing(void) {}
static void nothing_of(epan_dissect_t* edt) { (void)edt; }
static void no_protocol(register_cb callback, gpointer data) {
  (void)callback;
  (void)data;
}

/* It dissects nothing, and must say so: all of these are called. */
void plugin_register(void) {
  static epan_plugin plugin;
  plugin.init = plugin.post_init = plugin.cleanup = nothing;
  plugin.dissect_init = plugin.dissect_cleanup = nothing_of;
  plugin.register_all_protocols = plugin.register_all_handoffs = no_protocol;
  plugin.register_all_tap_listeners = register_listener;
  epan_register_plugin(&plugin);
}
