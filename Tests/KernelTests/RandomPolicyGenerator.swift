import Addressing
import TestSupport

/// Makes policies of few values that a ``RouterLab`` can really produce, so that they meet often.
struct RandomPolicyGenerator {
    static let ports: [UInt16] = [1001, 1002, 1003]
    static let targetPorts: [UInt16] = [2001, 2002, 2003]

    /// Every port that connections are sent to, those just beside named ones among them.
    static let allPorts: [UInt16] = [1000] + ports + [1004] + targetPorts

    private var random: SeededGenerator

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
    }

    mutating func policy() -> RandomPolicy {
        RandomPolicy(redirects: (0..<Int.random(in: 1...6, using: &random)).map { _ in redirect() })
    }

    private mutating func redirect() -> RandomPolicy.Redirect {
        let family = one(of: IPFamily.allCases)
        let direction = Int.random(in: 0..<3, using: &random)
        let (isInbound, isOutbound) = (direction != 0, direction != 1)
        var target = target(family, isOutboundOnly: !isInbound)
        var match = match(family, isInbound, isOutbound)
        if case .bypass = target {
        } else if match.protocols.isEmpty {
            match.protocols = [.tcp, .udp]
        }
        if case .shift(let address, let first, _) = target {
            let ports = [portRange()]
            match.destination.ports = ports
            target = .shift(address, first, size: UInt16(ports[0].count))
        }
        if case .prefix(let from, _) = target { match.destination.addresses = ["\(from)"] }
        let exceptions =
            random.once(in: 2)
            ? [] : (0..<2).map { _ in self.exception(of: match, isInbound, isOutbound) }
        let isMasqueraded = target.leavesTheMachine && !random.once(in: 3)
        return .init(
            isInbound: isInbound,
            isOutbound: isOutbound,
            match: match,
            exceptions: exceptions,
            target: target,
            isEnabled: !random.once(in: 10),
            isMasqueraded: isMasqueraded,
            clients: isMasqueraded && random.once(in: 2) ? someClients() : [],
            newSources: isMasqueraded && random.once(in: 2) ? newSources() : [],
            isLogged: random.once(in: 4)
        )
    }

    private mutating func target(
        _ family: IPFamily,
        isOutboundOnly: Bool
    ) -> RandomPolicy.Target {
        let port = random.once(in: 2) ? nil : one(of: Self.targetPorts)
        switch Int.random(in: 0..<7, using: &random) {
        case 6:
            let network = family == .ipv4 ? "192.0.2." : "2001:db8::"
            let length = family == .ipv4 ? one(of: [30, 31]) : one(of: [126, 127])
            let prefixes = [one(of: ["2", "4", "6"]), one(of: ["4", "8", "c"])].map { digits in
                // Cut down to the length.
                let first = (Int(digits, radix: 16) ?? 0) & (length % 2 == 0 ? ~3 : ~1)
                let text = String(first, radix: family == .ipv4 ? 10 : 16)
                return try? AddressRange(parsing: "\(network)\(text)/\(length)")
            }
            guard let from = prefixes[0], let to = prefixes[1] else { return .bypass }
            return .prefix(from: from, to: to)
        // Also where connections are sent anyway.
        case 0: return .port(one(of: Self.targetPorts + [1002]))
        case 1:
            let isLoopback = isOutboundOnly && random.once(in: 4)
            let remote = Lan.remote(family, one(of: [9, 9, 2]))
            return .address(isLoopback ? Lan.loopback(family) : remote, port)
        case 2: return .local(port)
        case 3:
            // Into itself as well: 1001 to 1002, 1002 to 1003.
            let address = random.once(in: 2) ? nil : Lan.remote(family, 9)
            return .shift(address, one(of: [2001, 1001]), size: 0)
        case 4:
            let method = one(of: ["random", "round-robin", "source-hash"])
            let places = (0..<3).map { number in
                let family = number > 0 && random.once(in: 2) ? one(of: IPFamily.allCases) : family
                return (Lan.remote(family, 7 + number), port)
            }
            return .balance(method, places)
        default: return .bypass
        }
    }

    private mutating func one<Element>(of elements: [Element]) -> Element {
        elements[Int.random(in: elements.indices, using: &random)]
    }
}

// MARK: - Matches

extension RandomPolicyGenerator {
    /// A match that some connection of a family fits.
    private mutating func match(
        _ family: IPFamily,
        _ isInbound: Bool,
        _ isOutbound: Bool
    ) -> RandomPolicy.Match {
        var match = RandomPolicy.Match()
        if random.once(in: 4) { match.family = family }
        let others = match.family == nil && random.once(in: 2) ? IPFamily.allCases : [family]
        if random.once(in: 3) {
            match.source.addresses = sources(family, others, isInbound, isOutbound)
        }
        if !random.once(in: 3) {
            match.destination.addresses =
                random.once(in: 4) ? ["local"] : destinations(family, others)
        }
        if random.once(in: 5) { match.source.ports = [sourcePorts()] }
        if random.once(in: 2) { match.destination.ports = ports() }
        if random.once(in: 4) { match.interfaces = interfaces(isInbound, isOutbound) }
        if !isInbound, random.once(in: 3) { match.users = ids(2000) }
        if !isInbound, random.once(in: 4) { match.groups = ids(3000) }
        if random.once(in: 5) { match.mark = mark() }
        if random.once(in: 6) { match.dscp = codePoints() }
        if !match.source.ports.isEmpty || !match.destination.ports.isEmpty || random.once(in: 2) {
            match.protocols = random.once(in: 2) ? [.tcp, .udp] : [one(of: [.tcp, .udp])]
        }
        return match
    }

    /// A match within another one.
    private mutating func exception(
        of match: RandomPolicy.Match,
        _ isInbound: Bool,
        _ isOutbound: Bool
    ) -> RandomPolicy.Match {
        var exception = RandomPolicy.Match()
        let addresses = match.source.addresses + match.destination.addresses
        let isIPv6 = match.family == .ipv6 || addresses.contains { $0.contains(":") }
        let family: IPFamily = isIPv6 ? .ipv6 : .ipv4
        repeat {
            switch Int.random(in: 0..<(isInbound ? 7 : 9), using: &random) {
            case 0: exception.destination.addresses = destinations(family, [family])
            case 1: exception.destination.ports = ports()
            case 2: exception.source.ports = [sourcePorts()]
            case 3: exception.interfaces = interfaces(isInbound, isOutbound)
            case 4: exception.mark = mark()
            case 5: exception.dscp = codePoints()
            case 6: exception.source.addresses = sources(family, [family], isInbound, isOutbound)
            case 7: exception.users = ids(2000)
            default: exception.groups = ids(3000)
            }
        } while random.once(in: 3)
        if !exception.source.ports.isEmpty || !exception.destination.ports.isEmpty {
            exception.protocols = match.protocols.isEmpty ? [.tcp] : match.protocols
        }
        return exception
    }

    private mutating func interfaces(_ isInbound: Bool, _ isOutbound: Bool) -> [String] {
        var names = ["machine*"]
        if isInbound { names += [RouterLab.firstInterface, RouterLab.secondInterface] }
        if isOutbound { names += ["machine1", "lo"] }
        let name = one(of: names)
        // Beside it one that nobody has.
        let other = one(of: ["machine", "machine22"])
        return random.once(in: 3) ? [name, other] : random.once(in: 6) ? [other] : [name]
    }

    private mutating func ids(_ first: UInt32) -> [ClosedRange<UInt32>] {
        one(of: [[0...0], [first...first], [first...(first + 2)], [0...0, (first + 2)...65_000]])
    }

    private mutating func mark() -> RandomPolicy.Mark {
        one(of: [
            .init(value: 7, mask: .max), .init(value: 0, mask: .max), .init(value: 6, mask: .max),
            .init(value: 1, mask: 1), .init(value: 0, mask: 1), .init(value: 6, mask: 6),
            .init(value: 0, mask: 4),
        ])
    }

    private mutating func codePoints() -> [UInt8] { one(of: [[10], [10, 46], [0, 11]]) }

    private mutating func sourcePorts() -> ClosedRange<UInt16> {
        let first = UInt16.random(in: 20_000...29_000, using: &random)
        return first...(first + UInt16.random(in: 0...30, using: &random))
    }

    private mutating func portRange() -> ClosedRange<UInt16> {
        let first = one(of: Self.ports)
        return random.once(in: 2) ? first...first : first...1003
    }

    private mutating func ports() -> [ClosedRange<UInt16>] {
        random.once(in: 5) ? [1001...1001, 1003...1003] : [portRange()]
    }
}

// MARK: - Addresses

extension RandomPolicyGenerator {
    private mutating func sources(
        _ family: IPFamily,
        _ others: [IPFamily],
        _ isInbound: Bool,
        _ isOutbound: Bool
    ) -> [String] {
        ([family] + others.filter { $0 != family }).map { family in
            if isOutbound, !isInbound || random.once(in: 2) {
                let chosen = RouterLab.chosenSources(family)
                return one(of: [
                    "\(Lan.address(family, .uplink))", "\(chosen[0])", "\(chosen[0])-\(chosen[1])",
                ])
            }
            let network = one(of: [3, 3, 4])
            let clients = [2, 3, 5].map { Lan.client(family, network: network, $0) }
            return one(of: [
                "\(clients[0])", "\(clients[1])-\(clients[2])",
                family == .ipv4 ? "10.\(network).0.4/31" : "fd0\(network)::4/126",
                family == .ipv4 ? "10.\(network).0.0/24" : "fd0\(network)::/64",
            ])
        }
    }

    /// Clients of both families that are masqueraded, or of which some are.
    private mutating func someClients() -> [String] {
        one(of: [
            ["10.3.0.2", "fd03::/64"], ["10.3.0.3-10.3.0.4", "fd03::3-fd03::4"],
            ["10.4.0.0/30", "fd04::/126"], ["10.1.0.1", "10.3.0.0/24", "fd01::1", "fd03::2"],
        ])
    }

    /// An address of each family.
    private mutating func newSources() -> [IPAddress] {
        let choice = Int.random(in: 0...1, using: &random)
        return IPFamily.allCases.map { RouterLab.chosenSources($0)[choice] }
    }

    private mutating func destinations(_ family: IPFamily, _ others: [IPFamily]) -> [String] {
        var texts: [String] = []
        for family in [family] + others.filter({ $0 != family }) {
            let number = Int.random(in: 1...3, using: &random)
            let first = Lan.remote(family, number)
            switch Int.random(in: 0..<10, using: &random) {
            case 0...2: texts.append("\(first)")
            case 3...5: texts.append("\(first)-\(Lan.remote(family, number + 2))")
            case 6...8:
                texts.append(
                    family == .ipv4
                        ? one(of: ["192.0.2.2/31", "192.0.2.4/30", "192.0.2.0/24"])
                        : one(of: ["2001:db8::/126", "2001:db8::4/127", "2001:db8::/64"])
                )
            default: texts.append("\(Lan.address(family, .downlink))")
            }
        }
        // Of both families, so where one is left out it would say more than was meant.
        if others.count > 1, random.once(in: 3) { texts.append("local") }
        return texts
    }
}

extension RandomPolicy.Target {
    /// Whether connections can go to another machine.
    fileprivate var leavesTheMachine: Bool {
        switch self {
        case .address(let address, _): !IPFamily.allCases.map(Lan.loopback).contains(address)
        case .port, .shift, .prefix, .balance: true
        case .local, .bypass: false
        }
    }
}
