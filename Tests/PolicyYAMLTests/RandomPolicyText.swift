import TestSupport

@testable import PolicyYAML

/// Policies made at random from the tables of the language; most have mistakes, some have none.
struct RandomPolicyText {
    private var generator: SeededGenerator
    private var names = 0

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    mutating func policy() -> String {
        var text = ""
        repeat {
            names = 0
            text = mapping(PolicyKey.self, leastOften: 0.6)
        } while !text.contains("redirects: ")
        return text + "\n"
    }

    private mutating func mapping(
        _ keys: any MappingKey.Type,
        leastOften chance: Double = 0.2
    ) -> String {
        var entries = entries(keys, chance)
        if happens(0.01) { entries.append("nonsense: 1") }
        return "{\(entries.joined(separator: ", "))}"
    }

    private mutating func entries<Key: MappingKey>(_: Key.Type, _ chance: Double) -> [String] {
        let groups = Self.groups[Key.owner] ?? []
        let isOrderly = happens(0.95)
        let chosen = groups.randomElement(using: &generator) ?? []
        return Key.allCases.compactMap { key in
            let name = key.rawValue
            let isIn =
                if isOrderly, groups.joined().contains(name) {
                    chosen.contains(name)
                } else {
                    happens(key.isRequired ? 0.99 : chance)
                }
            return isIn ? "\(name): \(value(key.value))" : nil
        }
    }

    private mutating func value(_ shape: ValueShape) -> String {
        if happens(0.01) { return pick(["[]", "{}", "null", "", "[[a]]", "{nonsense: 1}"]) }
        switch shape {
        case .one(let grammar): return scalar(grammar)
        case .oneOrMore(let grammar), .oneOrMoreOrFile(let grammar):
            return happens(0.5) ? scalar(grammar) : list { $0.scalar(grammar) }
        case .definitions(let kind):
            let (name, single) =
                switch kind {
                case .addresses: ("lan", "proxy: 192.0.2.1")
                case .ports: ("web", "alt: 8080")
                case .interfaces: ("wan", "local-net: eth1")
                }
            return "{\(name): \(value(kind.value)), \(single)}"
        case .oneOrMapping(let grammar, let keys):
            return happens(0.5) ? scalar(grammar) : mapping(keys)
        case .list(let keys): return list { $0.mapping(keys) }
        case .mapping(let keys): return mapping(keys)
        }
    }

    /// Keys of which those of one group belong together, and exclude the others.
    private static let groups = [
        RedirectKey.owner: [
            ["direction", "match", "to"], ["direction", "match", "bypass"], ["direction", "to"],
            ["connection", "to"], ["connection", "bypass"],
        ],
        TargetKey.owner: [
            ["address"], ["port"], ["local"], ["address", "port"], ["balance", "targets"],
        ],
        ShareKey.owner: [["address"], ["port"], ["local"], ["address", "port"]],
        LogKey.owner: [["level"], ["group"], ["prefix", "group"]],
    ]

    private mutating func list(_ item: (inout RandomPolicyText) -> String) -> String {
        var items: [String] = []
        repeat { items.append(item(&self)) } while happens(0.3)
        return "[\(items.joined(separator: ", "))]"
    }

    private mutating func scalar(_ grammar: Grammar) -> String {
        if happens(0.01) {
            return pick(["\"true\"", "5", "\"5\"", "0", "-1", "1.5", "~", "\"a b\""])
        }
        if grammar == .name, happens(0.98) {
            names += 1
            return "r\(names)"
        }
        return pick(grammar.samples)
    }

    private mutating func happens(_ chance: Double) -> Bool {
        Double.random(in: 0..<1, using: &generator) < chance
    }

    private mutating func pick(_ texts: [String]) -> String {
        texts.randomElement(using: &generator) ?? ""
    }
}

extension Grammar {
    /// Values of the language.
    ///
    /// A name stands for a list of the policy; the lists that may be a target hold one value.
    fileprivate var samples: [String] {
        switch self {
        case .version: ["1", "\"1\""]
        case .boolean: ["true", "false", "\"true\""]
        case .onlyTrue: ["true", "\"true\""]
        case .tableName: ["redirctl", "my_table-2"]
        case .priority: ["-105", "0", "\"-199\""]
        case .elements: ["1000000", "10000000", "\"500000\""]
        case .labels: ["120-127", "0", "\"7-100\""]
        case .name: ["web.1", "80", "\"80\""]
        case .line, .logPrefix: ["web", "\"it is: web \"", "2024", "1.5"]
        case .direction, .family, .transport, .balance, .logLevel, .finding: words
        case .addressRange: ["10.0.0.0/8", "192.0.2.1", "\"fd00::/8\"", "192.0.2.1-192.0.2.9"]
        case .matchedAddress:
            ["10.0.0.0/8", "lan", "proxy", "\"fd00::1\"", "local", "\"::1-::ffff\""]
        case .address: ["192.0.2.1", "192.0.2.2", "proxy", "\"2001:db8::1\""]
        case .targetAddress:
            ["192.0.2.1", "192.0.2.2", "proxy", "\"2001:db8::1\"", "10.0.0.0/8"]
        case .portRange: ["80", "\"443\"", "8000-8010"]
        case .matchedPort: ["80", "\"443\"", "8000-8010", "web", "alt"]
        case .targetPort: ["8080", "\"8081\"", "9000-9010", "alt"]
        case .port: ["8080", "\"8081\"", "alt"]
        case .localPort: ["8080", "\"8081\"", "true", "\"true\""]
        case .targetLocal: ["8080", "\"8081\"", "true", "9000-9010"]
        case .weight: ["1", "3", "\"65535\""]
        case .interface: ["eth0", "wg*", "\"0\""]
        case .matchedInterface: ["eth0", "wg*", "\"0\"", "wan", "local-net"]
        case .user, .group: ["0", "1000-1999", "root", "\"5\""]
        case .cgroup: ["system.slice", "user.slice/user-1000.slice"]
        case .mark: ["0x10", "16", "0x10/0xff", "\"0\""]
        case .codePoint: ["46", "\"0\"", "ef", "cs7", "af11"]
        case .path: ["/nowhere/list.txt"]
        case .include: ["/nowhere/*.yaml"]
        case .logGroup: ["0", "65535", "\"1\""]
        case .logRate: ["10/minute", "1/second"]
        case .connection:
            [
                "outbound tcp 192.0.2.10:80", "inbound udp 192.0.2.10:53 interface=eth0",
                "inbound tcp 192.0.2.10:80 source=192.0.2.1:4000 mark=0x10",
                "outbound  sctp 192.0.2.10:80 user=root cgroup=a/b",
            ]
        case .connections:
            [
                "inbound tcp local:2222", "outbound tcp,udp *:80,8000-8010 family=ipv4",
                "inbound any *", "inbound,outbound udp lan -> 203.0.113.5:web interface=eth0,wg*",
                "\"outbound sctp [fd00::/8],local:alt user=1000-1999,root dscp=ef\"",
                "outbound any lan,fd00::1 source=10.0.0.0/8 cgroup=a/b cgroup=c",
                "inbound tcp 203.0.113.5:1000-1010", "inbound any 10.16.0.0/12",
                "outbound any 10.0.0.0/8 -> *", "outbound tcp *:1000 -> 10.0.0.0/8:80",
            ]
        case .target:
            [
                "192.0.2.10", "192.0.2.10:8080", "local", "local:8080", "\":8080\"", "proxy:80",
                "\"[2001:db8::10]:80\"", "\"2001:db8::10\"", "local:alt", "192.0.2.10:5000-5010",
                "172.16.0.0/12",
            ]
        case .outcome: ["unchanged", "192.0.2.10:80", "\"local:80\"", "\":8080\""]
        case .testedSource: ["true", "\"false\"", "192.0.2.1"]
        case .decider: ["none", "\"none\""]
        }
    }
}
