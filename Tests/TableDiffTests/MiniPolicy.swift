import Addressing
import RulesetModel
import TestSupport

/// A handful of redirects to one TCP port each, made into maps and rules as a compiler might.
struct MiniPolicy {
    /// What a redirect becomes.
    enum Form: CaseIterable {
        /// An element with the target.
        case element
        /// An element that leaves connections alone, for a range of ports.
        case bypass
        /// An element that jumps to a chain.
        case chain
        /// A rule of the base chain.
        case rule
        /// A rule of the base chain with a map of its own.
        case shift
    }

    struct Redirect {
        var name: String
        var hooks: [Hook] = [.output]
        var form = Form.element
        var port: UInt16
        var target: UInt16 = 8080

        /// The machine that connections go to.
        var address = "10.0.0.5"
    }

    var redirects: [Redirect]

    /// Whether elements count.
    var isCounting = true

    /// How the names of maps end.
    var suffix = ""

    var ruleset: Ruleset {
        var maps: [String: (type: MapType, elements: [MapElement])] = [:]
        var chains = [Hook.prerouting, .output].map {
            BaseChain(head: .init(hook: $0, priority: -105))
        }
        var regular: [RegularChain] = []
        for index in chains.indices {
            let hook = chains[index].head.hook
            let direction = hook == .output ? "out" : "in"
            for redirect in redirects where redirect.hooks.contains(hook) {
                let type = redirect.type(isCounting)
                switch redirect.form {
                case .rule, .shift: chains[index].rules.append(redirect.rule)
                case .element, .bypass, .chain:
                    let name = "\(direction)_\(redirect.shape)\(suffix)"
                    let element = redirect.element(jumpingTo: "\(direction)_\(redirect.name)")
                    maps[name, default: (type, [])].elements.append(element)
                }
                if redirect.form == .chain {
                    regular.append(
                        RegularChain(name: "\(direction)_\(redirect.name)", rules: [redirect.rule])
                    )
                }
                if redirect.form == .shift {
                    let own = MapType(key: [.destinationPort], value: .port)
                    maps["ports_\(redirect.name)"] = (own, redirect.shift)
                }
            }
            for name in maps.keys.sorted() where name.hasPrefix(direction) {
                maps[name].map { chains[index].rules.append(Self.question(to: name, $0.type)) }
            }
        }
        return Ruleset(
            table: "t",
            counters: redirects.filter { [.rule, .shift].contains($0.form) }
                .map { "rc_\($0.name)" }.sorted(),
            maps: maps.map { LookupMap(name: $0, type: $1.type, elements: $1.elements) }
                .sorted { $0.name < $1.name },
            chains: chains,
            regularChains: regular
        )
    }

    /// The rule that asks a map.
    static func question(to map: String, _ type: MapType) -> Rule {
        let lookup = Lookup(map, by: type.key)
        return Rule(
            selector: Selector(family: .ipv4, protocols: TransportProtocol.allCases),
            statement: type.value == .verdict
                ? .verdict(by: lookup) : .dnatMapped(.ipv4, by: lookup)
        )
    }
}

extension MiniPolicy.Redirect {
    var shape: String {
        switch form {
        case .element: "daddr_dport_dnat"
        case .bypass, .chain: "daddr_dport_verdict"
        case .rule, .shift: ""
        }
    }

    func type(_ isCounting: Bool) -> MapType {
        MapType(
            key: [.destinationAddress(.ipv4), .transport, .destinationPort],
            value: form == .element ? .addressAndPort(.ipv4) : .verdict,
            isInterval: form != .element,
            isCounting: isCounting
        )
    }

    func element(jumpingTo chain: String) -> MapElement {
        let number = UInt128(port)
        let ports = form == .bypass ? number...(number + 9) : number...number
        return MapElement(
            key: MapKey([0xC633_6407...0xC633_6407, 6...6, ports]),
            value: value(jumpingTo: chain),
            redirect: name
        )
    }

    private func value(jumpingTo chain: String) -> MapValue {
        switch form {
        case .bypass: return .accept
        case .element:
            guard let address = IPAddress(address), let port = Port(target) else { return .accept }
            return .addressAndPort(address, port)
        case .chain, .rule, .shift: return .jump(to: chain)
        }
    }

    /// The rule that decides, in a base chain or in the redirect's own.
    var rule: Rule {
        let range = Port(port).flatMap { first in
            Port(form == .shift ? port + 9 : port).map { first...$0 }
        }
        let lookup = Lookup("ports_\(name)", by: [.destinationPort])
        return Rule(
            selector: Selector(protocols: [.tcp], destinationPorts: range.map { PortSet([$0]) }),
            counter: form == .chain ? nil : "rc_\(name)",
            statement: form == .shift
                ? .dnatPort(to: .mapped(by: lookup))
                : .redirect(port: Port(target).map { .port($0) }),
            comment: name
        )
    }

    /// The elements of its own map.
    var shift: [MapElement] {
        (0..<10).compactMap { offset in
            Port(target + offset).map {
                MapElement(key: MapKey(exactly: [UInt128(port + offset)]), value: .port($0))
            }
        }
    }
}

// MARK: - At random

extension MiniPolicy {
    /// Makes a policy.
    static func random(_ generator: inout SeededGenerator) -> MiniPolicy {
        var policy = MiniPolicy(redirects: [])
        policy.isCounting = !generator.once(in: 6)
        for number in 1..<Int.random(in: 1...12, using: &generator) {
            policy.redirects.append(redirect(number, &generator))
        }
        return policy
    }

    private static func redirect(
        _ number: Int,
        _ generator: inout SeededGenerator
    ) -> MiniPolicy.Redirect {
        let hooks: [[Hook]] = [[.prerouting], [.output], [.prerouting, .output]]
        return MiniPolicy.Redirect(
            name: "r\(number)",
            hooks: hooks.randomElement(using: &generator) ?? [],
            form: Form.allCases.randomElement(using: &generator) ?? .element,
            port: UInt16(1000 * number),
            target: .random(in: 8000...8003, using: &generator)
        )
    }

    /// Makes the policy that it might be after an edit.
    func edited(_ generator: inout SeededGenerator) -> MiniPolicy {
        var edited = self
        edited.redirects.removeAll { _ in generator.once(in: 5) }
        for index in edited.redirects.indices where generator.once(in: 4) {
            let number = Int(edited.redirects[index].port) / 1000
            edited.redirects[index] = Self.redirect(number, &generator)
        }
        if generator.once(in: 3) { edited.redirects.shuffle(using: &generator) }
        if generator.once(in: 6) { edited.isCounting.toggle() }
        if generator.once(in: 6) { edited.suffix = "_2" }
        if generator.once(in: 2) {
            edited.redirects.append(
                Self.redirect(Int.random(in: 20...30, using: &generator), &generator)
            )
        }
        return edited
    }
}
