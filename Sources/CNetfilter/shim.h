#include <linux/fib_rules.h>
#include <linux/inet_diag.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>

/*
 * The following headers declare types that the C library's headers declare too, such as struct in_addr,
 * and a Swift module can't import both. The numbers are copied here; they are part of the kernel's
 * interface and never change.
 */

/* <linux/netfilter.h> */
enum cnetfilter_verdict {
    CNETFILTER_DROP = 0,
    CNETFILTER_ACCEPT = 1,
};

enum cnetfilter_family {
    CNETFILTER_INET = 1,
    CNETFILTER_IPV4 = 2,
    CNETFILTER_IPV6 = 10,
};

enum cnetfilter_hook {
    CNETFILTER_PRE_ROUTING = 0,
    CNETFILTER_LOCAL_OUT = 3,
    CNETFILTER_POST_ROUTING = 4,
};

/* <linux/netfilter/nf_nat.h> */
enum cnetfilter_nat_flag {
    CNETFILTER_MAP_IPS = 1 << 0,
    CNETFILTER_PROTO_SPECIFIED = 1 << 1,
    CNETFILTER_NETMAP = 1 << 6,
};

/* <linux/netfilter/nf_conntrack_common.h>: IPS_CONFIRMED, IPS_DST_NAT */
enum cnetfilter_status {
    CNETFILTER_CONFIRMED = 1 << 3,
    CNETFILTER_DST_NAT = 1 << 5,
};

/* <linux/netfilter/nf_conntrack_tcp.h>: TCP_CONNTRACK_TIME_WAIT; all higher states are closed */
enum cnetfilter_tcp_state {
    CNETFILTER_TCP_TIME_WAIT = 7,
};

/* <linux/netfilter/nf_conntrack_tuple_common.h>: IP_CT_DIR_ORIGINAL */
enum cnetfilter_direction {
    CNETFILTER_ORIGINAL = 0,
};

/* <linux/rtnetlink.h>: RTN_LOCAL */
enum cnetfilter_address_type {
    CNETFILTER_LOCAL = 2,
};
