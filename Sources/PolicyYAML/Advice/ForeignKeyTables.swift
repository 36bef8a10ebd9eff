/// Keys of other programs, in lower case with dashes, and what they mean here.
extension PolicyKey {
    static let foreignKeys: [String: ForeignKey] = [
        "rules": "redirects", "redirections": "redirects",
        "forwards": "redirects", "forwardings": "redirects", "port-forwards": "redirects",
        "mappings": "redirects", "imports": "include", "files": "include",
        "sets": lists, "ipsets": lists, "lists": lists, "groups": lists, "aliases": lists,
        "variables": lists, "vars": lists, "define": lists, "defines": lists,
        "hosts": lists, "networks": lists, "nets": lists, "services": lists,
        "description": comment, "comment": comment, "title": comment,
        "author": comment, "apiversion": .remark("the version of the language is `version: 1`"),
    ]

    private static let lists = ForeignKey.remark(
        "lists with names stand under `addresses` and `ports`, for example "
            + "`\(addresses.example)`"
    )
    private static let comment = ForeignKey.remark(
        "write it as a comment: a line that begins with `#`"
    )
}

extension RedirectKey {
    static let foreignKeys: [String: ForeignKey] = [
        "id": "name", "label": "name",
        "comment": "description", "note": "description", "title": "description",
        "summary": "description",
        "from": .paths(port: "match.destination", address: "match.source"),
        "listen": "match.destination", "bind": "match.destination",
        "when": "match", "if": "match", "filter": "match", "conditions": "match",
        "unless": "except", "exclude": "except", "excludes": "except", "exclusions": "except",
        "exceptions": "except", "not": "except",
        "target": "to", "forward": "to", "forward-to": "to", "redirect": "to", "redirect-to": "to",
        "dnat": "to", "backend": "to", "upstream": "to", "server": "to", "goto": "to",
        "to-destination": "to", "to-port": "to.port", "to-ports": "to.port",
        "to-address": "to.address", "to-ip": "to.address",
        "action": .remark(decision), "jump": .remark(decision), "verdict": .remark(decision),
        "type": .remark(decision),
        "chain": .remark(hook), "hook": .remark(hook),
        "disabled": .remark("`enabled: false` switches a redirect off"), "active": "enabled",
        "enable": "enabled",
        "snat": .remark(source), "nat": .remark(source), "logging": "log", "allowed": "allow",
        "priority": .remark(order), "order": .remark(order), "index": .remark(order),
    ]

    private static let decision =
        "`to` says where connections go, and `bypass: true` leaves them alone"
    private static let hook =
        "write `direction: inbound` for prerouting, `direction: outbound` for output"
    private static let source =
        "`masquerade: true` changes the source, `masquerade: {to: ADDRESS}` to an address"
    private static let order =
        "redirects are tried in the order of the file; the first that matches decides"
}

extension MatchKey {
    static let foreignKeys: [String: ForeignKey] = [
        "proto": "protocol", "l4proto": "protocol", "transport": "protocol",
        "dport": "destination.port", "dports": "destination.port", "port": "destination.port",
        "ports": "destination.port", "dst-port": "destination.port",
        "destination-port": "destination.port",
        "sport": "source.port", "sports": "source.port", "src-port": "source.port",
        "source-port": "source.port",
        "daddr": "destination.address", "address": "destination.address",
        "ip": "destination.address", "host": "destination.address",
        "dst-ip": "destination.address", "destination-address": "destination.address",
        "saddr": "source.address", "src-ip": "source.address", "client": "source.address",
        "source-address": "source.address",
        "dst": "destination", "dest": "destination", "to": "destination", "src": "source",
        "from": "source",
        "iif": "interface", "oif": "interface", "iifname": "interface", "oifname": "interface",
        "iface": "interface", "dev": "interface", "device": "interface", "nic": "interface",
        "in-interface": "interface", "out-interface": "interface",
        "uid": "user", "skuid": "user", "owner": "user", "uid-owner": "user",
        "gid": "group", "skgid": "group", "gid-owner": "group", "fwmark": "mark",
        "ip-version": "family", "af": "family", "nfproto": "family",
        "state": .remark(first), "ctstate": .remark(first), "not": .remark(exceptions),
        "comment": .remark("write `description` beside `match`"),
        "domain": .remark(names), "sni": .remark(names), "url": .remark(names),
    ]

    private static let first = "leave it out: NAT decides on the first packet of a connection only"
    private static let exceptions = "write it under `except`, beside `match`"
    private static let names =
        "names are not part of a connection; write its address under `destination`"
}

extension EndpointKey {
    static let foreignKeys: [String: ForeignKey] = [
        "ip": "address", "addr": "address", "addresses": "address", "host": "address",
        "network": "address", "net": "address", "subnet": "address", "cidr": "address",
        "prefix": "address", "list": "address", "ports": "port", "dport": "port", "sport": "port",
    ]
}

extension TargetKey {
    static let foreignKeys: [String: ForeignKey] = [
        "ip": "address", "addr": "address", "host": "address", "hostname": "address",
        "server": "address", "dst": "address", "dest": "address", "destination": "address",
        "daddr": "address", "backend": "address", "upstream": "address",
        "ports": "port", "dport": "port", "to-port": "port", "localhost": "local",
        "self": "local", "algorithm": "balance", "strategy": "balance", "method": "balance",
        "backends": .remark(several), "servers": .remark(several), "hosts": .remark(several),
        "upstreams": .remark(several),
    ]

    private static let several =
        "to share connections write `\(balance.example)` and `\(targets.example)`"
}

extension ShareKey {
    static let foreignKeys = TargetKey.foreignKeys.filter {
        Self.names.contains($0.value.key ?? "")
    }
}

extension LogKey {
    static let foreignKeys: [String: ForeignKey] = [
        "severity": "level", "priority": "level", "limit": "rate", "nflog": "group",
        "text": "prefix", "message": "prefix",
        "enabled": .remark("without `log` nothing is logged"),
    ]
}

extension TestKey {
    static let foreignKeys: [String: ForeignKey] = [
        "flow": "connection", "packet": "connection", "from": "connection", "input": "connection",
        "result": "expect", "expected": "expect", "outcome": "expect", "to": "expect",
        "want": "expect", "redirect": "by", "rule": "by", "decided-by": "by",
        "description": "name", "title": "name", "comment": "name", "source": source,
    ]

    private static let source = ForeignKey.remark(
        "name it in the connection: `outbound tcp 192.0.2.20 -> 192.0.2.10:80`"
    )
}

extension SettingsKey {
    static let foreignKeys: [String: ForeignKey] = [
        "name": "table", "table-name": "table", "counter": "counters", "stats": "counters",
        "protected": "protect",
    ]
}
