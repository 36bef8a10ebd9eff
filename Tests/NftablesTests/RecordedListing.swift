/// A listing of `nft -j -a -n list table inet t`, version 1.0.6.
enum RecordedListing {
    /// A table with an object of nearly every kind.
    static let everything = #"""
        {"nftables": [
        {"metainfo": {"version": "1.0.6", "release_name": "Lester Gooch #5", "json_schema_version": 1}},
        {"table": {"family": "inet", "name": "t", "handle": 1}},
        {"counter": {"family": "inet", "name": "c1", "table": "t", "handle": 6, "packets": 0, "bytes": 0}},
        {"counter": {"family": "inet", "name": "cmapped", "table": "t", "handle": 7, "packets": 0, "bytes": 0}},
        {"quota": {"family": "inet", "name": "q", "table": "t", "handle": 8, "bytes": 104857600, "used": 0, "inv": false}},
        {"limit": {"family": "inet", "name": "l", "table": "t", "handle": 9, "rate": 1, "per": "second", "burst": 5}},
        {"ct helper": {"family": "inet", "name": "h", "table": "t", "handle": 10, "type": "ftp", "protocol": "tcp", "l3proto": "inet"}},
        {"ct timeout": {"family": "inet", "name": "ti", "table": "t", "handle": 11, "protocol": "tcp", "l3proto": "ip", "policy": {"established": 10}}},
        {"ct expectation": {"family": "inet", "name": "e", "table": "t", "handle": 12, "protocol": "tcp", "dport": 99, "timeout": 10000, "size": 3, "l3proto": "ip"}},
        {"synproxy": {"family": "inet", "name": "sy", "table": "t", "handle": 13, "mss": 1460, "wscale": 7, "flags": ["timestamp", "sack-perm"]}},
        {"set": {"family": "inet", "name": "s", "table": "t", "type": "ipv4_addr", "handle": 14, "flags": ["interval"], "elem": [{"prefix": {"addr": "1.2.3.0", "len": 24}}]}},
        {"set": {"family": "inet", "name": "smeter", "table": "t", "type": "ipv4_addr", "handle": 15, "size": 100, "flags": ["timeout"]}},
        {"map": {"family": "inet", "name": "m", "table": "t", "type": "inet_service", "handle": 16, "map": "ipv4_addr", "elem": [[1, "1.2.3.4"]]}},
        {"map": {"family": "inet", "name": "om", "table": "t", "type": "ipv4_addr", "handle": 17, "map": "counter", "elem": [["1.2.3.4", "cmapped"]]}},
        {"map": {"family": "inet", "name": "vm", "table": "t", "type": "inet_service", "handle": 18, "map": "verdict", "elem": [[22, {"jump": {"target": "j1"}}], [23, {"goto": {"target": "j2"}}]]}},
        {"map": {"family": "inet", "name": "pairs", "table": "t", "type": ["ipv4_addr", "inet_proto", "inet_service"], "handle": 19, "map": "ipv4_addr . inet_service", "flags": ["interval"], "elem": [[{"elem": {"val": {"concat": [{"prefix": {"addr": "10.0.0.0", "len": 8}}, {"range": [0, 255]}, {"range": [80, 89]}]}, "comment": "net", "counter": {"packets": 3, "bytes": 180}}}, {"concat": ["192.0.2.1", 8080]}], [{"elem": {"val": {"concat": [{"range": ["10.0.0.1", "10.0.0.9"]}, 6, 90]}, "comment": "hosts", "counter": {"packets": 0, "bytes": 0}}}, {"concat": ["192.0.2.2", 90]}]], "stmt": [{"counter": null}]}},
        {"map": {"family": "inet", "name": "owners", "table": "t", "type": ["ifname", "uid", "mark"], "handle": 20, "map": "verdict", "elem": [[{"elem": {"val": {"concat": ["eth0", 1000, 16]}, "comment": "web"}}, {"jump": {"target": "j1"}}], [{"concat": ["eth0", 1001, 16]}, {"accept": null}]]}},
        {"chain": {"family": "inet", "table": "t", "name": "j2", "handle": 1}},
        {"chain": {"family": "inet", "table": "t", "name": "j1", "handle": 2}},
        {"chain": {"family": "inet", "table": "t", "name": "output", "handle": 3, "type": "nat", "hook": "output", "prio": -105, "policy": "accept"}},
        {"chain": {"family": "inet", "table": "t", "name": "filt", "handle": 4, "type": "filter", "hook": "input", "prio": 0, "policy": "drop"}},
        {"chain": {"family": "inet", "table": "t", "name": "gen_1_0123456789abcdef", "handle": 5}},
        {"rule": {"family": "inet", "table": "t", "chain": "j2", "handle": 21, "expr": [{"match": {"op": "==", "left": {"payload": {"protocol": "tcp", "field": "dport"}}, "right": 7}}, {"accept": null}]}},
        {"rule": {"family": "inet", "table": "t", "chain": "j1", "handle": 22, "expr": [{"match": {"op": "==", "left": {"payload": {"protocol": "tcp", "field": "dport"}}, "right": 5}}, {"jump": {"target": "j2"}}]}},
        {"rule": {"family": "inet", "table": "t", "chain": "j1", "handle": 23, "expr": [{"match": {"op": "==", "left": {"payload": {"protocol": "ip", "field": "daddr"}}, "right": "@s"}}, {"quota": "q"}, {"accept": null}]}},
        {"rule": {"family": "inet", "table": "t", "chain": "output", "handle": 24, "expr": [{"match": {"op": "==", "left": {"payload": {"protocol": "tcp", "field": "dport"}}, "right": 80}}, {"counter": "c1"}, {"redirect": {"port": 8080}}]}},
        {"rule": {"family": "inet", "table": "t", "chain": "output", "handle": 25, "expr": [{"vmap": {"key": {"payload": {"protocol": "tcp", "field": "dport"}}, "data": "@vm"}}]}},
        {"rule": {"family": "inet", "table": "t", "chain": "output", "handle": 27, "expr": [{"vmap": {"key": {"payload": {"protocol": "tcp", "field": "dport"}}, "data": {"set": [[9, {"jump": {"target": "j1"}}]]}}}]}},
        {"rule": {"family": "inet", "table": "t", "chain": "output", "handle": 28, "expr": [{"match": {"op": "==", "left": {"payload": {"protocol": "tcp", "field": "dport"}}, "right": 8}}, {"jump": {"target": "j1"}}]}},
        {"rule": {"family": "inet", "table": "t", "chain": "output", "handle": 29, "expr": [{"match": {"op": "==", "left": {"payload": {"protocol": "ip", "field": "daddr"}}, "right": "1.2.3.4"}}, {"dnat": {"family": "ip", "addr": {"map": {"key": {"payload": {"protocol": "tcp", "field": "dport"}}, "data": "@m"}}}}]}},
        {"rule": {"family": "inet", "table": "t", "chain": "output", "handle": 31, "expr": [{"match": {"op": "==", "left": {"meta": {"key": "l4proto"}}, "right": {"set": [6, 17]}}}, {"dnat": {"family": "ip", "addr": {"map": {"key": {"concat": [{"payload": {"protocol": "ip", "field": "saddr"}}, {"meta": {"key": "l4proto"}}, {"payload": {"protocol": "th", "field": "dport"}}]}, "data": "@pairs"}}}}]}},
        {"rule": {"family": "inet", "table": "t", "chain": "output", "handle": 32, "comment": "web", "expr": [{"vmap": {"key": {"concat": [{"meta": {"key": "oifname"}}, {"meta": {"key": "skuid"}}, {"meta": {"key": "mark"}}]}, "data": "@owners"}}]}},
        {"rule": {"family": "inet", "table": "t", "chain": "filt", "handle": 33, "expr": [{"limit": "l"}, {"accept": null}]}},
        {"rule": {"family": "inet", "table": "t", "chain": "filt", "handle": 34, "expr": [{"match": {"op": "==", "left": {"payload": {"protocol": "tcp", "field": "dport"}}, "right": 9}}, {"synproxy": "sy"}]}},
        {"rule": {"family": "inet", "table": "t", "chain": "filt", "handle": 35, "expr": [{"ct helper": "h"}]}},
        {"rule": {"family": "inet", "table": "t", "chain": "filt", "handle": 36, "expr": [{"ct timeout": "ti"}]}},
        {"rule": {"family": "inet", "table": "t", "chain": "filt", "handle": 37, "expr": [{"ct expectation": "e"}]}},
        {"rule": {"family": "inet", "table": "t", "chain": "filt", "handle": 38, "expr": [{"counter": {"map": {"key": {"payload": {"protocol": "ip", "field": "saddr"}}, "data": "@om"}}}]}},
        {"rule": {"family": "inet", "table": "t", "chain": "filt", "handle": 39, "expr": [{"set": {"op": "add", "elem": {"elem": {"val": {"payload": {"protocol": "ip", "field": "saddr"}}, "timeout": 10}}, "set": "@smeter"}}]}},
        {"rule": {"family": "inet", "table": "t", "chain": "filt", "handle": 42, "expr": [{"match": {"op": "==", "left": {"payload": {"protocol": "tcp", "field": "dport"}}, "right": 4}}, "jump {\n\t\t\ttcp dport 5 accept\n\t\t}"]}}
        ]}
        """#

    /// What nft was given to make that table.
    static let script = """
        table inet t {
         counter c1 { }
         counter cmapped { }
         quota q { 100 mbytes
         }
         limit l { rate 1/second
         }
         ct helper h { type "ftp" protocol tcp
         }
         ct timeout ti { protocol tcp
           l3proto ip
           policy = { established : 10 }
         }
         ct expectation e {
           protocol tcp
           dport 99
           timeout 10s
           size 3
           l3proto ip
         }
         synproxy sy { mss 1460
         wscale 7
         timestamp sack-perm
         }
         set s { type ipv4_addr; flags interval; elements = { 1.2.3.0/24 }
         }
         set smeter { type ipv4_addr; size 100; flags dynamic, timeout; }
         map m { type inet_service : ipv4_addr; elements = { 1: 1.2.3.4 }
         }
         map om { type ipv4_addr : counter; elements = { 1.2.3.4 : "cmapped" }
         }
         chain j2 { tcp dport 7 accept; }
         chain j1 { tcp dport 5 jump j2; ip daddr @s quota name "q" accept; }
         map vm { type inet_service : verdict; elements = { 22 : jump j1, 23: goto j2 }
         }
         map pairs { type ipv4_addr . inet_proto . inet_service : ipv4_addr . inet_service; flags interval; counter
           elements = { 10.0.0.0/8 . 0-255 . 80-89 counter packets 3 bytes 180 comment "net" : 192.0.2.1 . 8080,
             10.0.0.1-10.0.0.9 . tcp . 90 comment "hosts" : 192.0.2.2 . 90 }
         }
         map owners { type ifname . uid . mark : verdict
           elements = { "eth0" . 1000 . 16 comment "web" : jump j1, "eth0" . 1001 . 16 : accept }
         }
         chain output { type nat hook output priority -105; policy accept;
           tcp dport 80 counter name "c1" redirect to :8080
           tcp dport vmap @vm
           tcp dport vmap { 9 : jump j1 }
           tcp dport 8 jump j1
           ip daddr 1.2.3.4 dnat ip to tcp dport map @m
           meta l4proto { tcp, udp } dnat ip to ip saddr . meta l4proto . th dport map @pairs
           oifname . meta skuid . meta mark vmap @owners comment "web"
         }
         chain filt { type filter hook input priority 0; policy drop;
           limit name "l" accept
           tcp dport 9 synproxy name "sy"
           ct helper set "h"
           ct timeout set "ti"
           ct expectation set "e"
           counter name ip saddr map @om
           add @smeter { ip saddr timeout 10s }
           tcp dport 4 jump { 
             tcp dport 5 accept
           }
         }
         chain gen_1_0123456789abcdef { }
        }
        """
}
