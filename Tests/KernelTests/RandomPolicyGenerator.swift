import Addressing
import TestSupport

/// Makes policies and connections of few addresses and ports, so that they meet often.
struct RandomPolicyGenerator {
    static let ports: [UInt16] = [1001, 1002, 1003]
    static let targetPorts: [UInt16] = [2001, 2002, 2003]

    private var random: SeededGenerator
    private var nextSourcePort: UInt16 = 20_000

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
    }

    mutating func policy() -> RandomPolicy {
        RandomPolicy(redirects: (0..<Int.random(in: 1...6, using: &random)).map { _ in redirect() })
    }

    /// A connection from the machine, or from the client to it or beyond.
    mutating func probe() -> Probe {
        let family = one(of: IPFamily.allCases)
        let isInbound = random.once(in: 2)
        // No two connections are alike, so that none meets what the kernel remembers of another.
        nextSourcePort += 1
        return Probe(
            isInbound: isInbound,
            transport: random.once(in: 2) ? .tcp : .udp,
            source: Lan.address(family, isInbound ? .client : .uplink),
            sourcePort: nextSourcePort,
            destination: random.once(in: 4)
                ? Lan.address(family, isInbound ? .downlink : .uplink)
                : Lan.remote(family, Int.random(in: 1...3, using: &random)),
            port: one(of: Self.ports)
        )
    }

    private mutating func redirect() -> RandomPolicy.Redirect {
        let family = one(of: IPFamily.allCases)
        let direction = Int.random(in: 0..<3, using: &random)
        var target = target(family)
        var match = match(family)
        if case .bypass = target {
        } else if match.protocols.isEmpty {
            match.protocols = [.tcp, .udp]
        }
        if case .shift(let address, let first, _) = target {
            let ports = ports()
            match.destination.ports = ports
            target = .shift(address, first, size: UInt16(ports[0].count))
        }
        let exceptions = random.once(in: 2) ? [] : (0..<2).map { _ in self.exception(of: match) }
        let isMasqueraded = direction == 1 && target.leavesTheMachine && random.once(in: 2)
        let sources = isMasqueraded && random.once(in: 2) ? narrowSources() : []
        return .init(
            isInbound: direction != 0,
            isOutbound: direction != 1,
            match: match,
            exceptions: exceptions,
            target: target,
            isEnabled: !random.once(in: 10),
            isMasqueraded: isMasqueraded,
            masqueradedSources: sources,
            isLogged: random.once(in: 4)
        )
    }

    private mutating func target(_ family: IPFamily) -> RandomPolicy.Target {
        let port = random.once(in: 2) ? nil : one(of: Self.targetPorts)
        switch Int.random(in: 0..<6, using: &random) {
        case 0: return .port(one(of: Self.targetPorts))
        case 1: return .address(Lan.remote(family, 9), port)
        case 2: return .local(port)
        case 3:
            // Into itself as well: 1001 to 1002, 1002 to 1003.
            let address = random.once(in: 2) ? nil : Lan.remote(family, 9)
            return .shift(address, one(of: [2001, 1001]), size: 0)
        case 4:
            let method = one(of: ["random", "round-robin", "source-hash"])
            let places = (0..<3).map { number in
                let family = random.once(in: 4) ? one(of: IPFamily.allCases) : family
                return (Lan.remote(family, 7 + number), port)
            }
            return .balance(method, places)
        default: return .bypass
        }
    }

    /// A match that some connection of a family fits.
    private mutating func match(_ family: IPFamily) -> RandomPolicy.Match {
        var match = RandomPolicy.Match()
        if random.once(in: 4) { match.family = family }
        let others = match.family == nil && random.once(in: 2) ? IPFamily.allCases : [family]
        if random.once(in: 3) { match.source.addresses = sources(family, others) }
        if !random.once(in: 3) { match.destination.addresses = destinations(family, others) }
        if random.once(in: 4) { match.source.ports = [20_000...(20_000 + small())] }
        if random.once(in: 2) { match.destination.ports = ports() }
        if !match.source.ports.isEmpty || !match.destination.ports.isEmpty || random.once(in: 2) {
            match.protocols = random.once(in: 2) ? [.tcp, .udp] : [one(of: [.tcp, .udp])]
        }
        return match
    }

    /// A match within another one.
    private mutating func exception(of match: RandomPolicy.Match) -> RandomPolicy.Match {
        var exception = RandomPolicy.Match()
        let addresses = match.source.addresses + match.destination.addresses
        let isIPv6 = match.family == .ipv6 || addresses.contains { $0.contains(":") }
        let family: IPFamily = isIPv6 ? .ipv6 : .ipv4
        switch Int.random(in: 0..<3, using: &random) {
        case 0: exception.destination.addresses = destinations(family, [family])
        case 1:
            exception.destination.ports = ports()
            exception.protocols = match.protocols.isEmpty ? [.tcp] : match.protocols
        default: exception.source.addresses = sources(family, [family])
        }
        return exception
    }

    /// Of both families, one that has the client in it or not.
    private mutating func narrowSources() -> [String] {
        random.once(in: 2) ? ["10.3.0.2", "fd03::/64"] : ["10.3.0.3", "fd03::3"]
    }

    private mutating func sources(_ family: IPFamily, _ others: [IPFamily]) -> [String] {
        let first = Lan.address(family, one(of: [.client, .uplink]))
        let more = others.filter { $0 != family }.map { Lan.address($0, .client) }
        return ([first] + more).map(\.description)
    }

    private mutating func destinations(_ family: IPFamily, _ others: [IPFamily]) -> [String] {
        var texts: [String] = []
        for family in [family] + others.filter({ $0 != family }) {
            let first = Lan.remote(family, Int.random(in: 1...3, using: &random))
            switch Int.random(in: 0..<3, using: &random) {
            case 0: texts.append("\(first)")
            case 1: texts.append("\(first)-\(Lan.remote(family, 3))")
            default: texts.append(family == .ipv4 ? "192.0.2.2/31" : "2001:db8::/126")
            }
        }
        // Of both families, so where one is left out it would say more than was meant.
        if others.count > 1, random.once(in: 3) { texts.append("local") }
        return texts
    }

    private mutating func ports() -> [ClosedRange<UInt16>] {
        let first = one(of: Self.ports)
        return random.once(in: 2) ? [first...first] : [first...1003]
    }

    private mutating func small() -> UInt16 { UInt16.random(in: 0...30, using: &random) }

    private mutating func one<Element>(of elements: [Element]) -> Element {
        elements[Int.random(in: elements.indices, using: &random)]
    }
}

extension RandomPolicy.Target {
    /// Whether connections can go to another machine.
    fileprivate var leavesTheMachine: Bool {
        switch self {
        case .port, .address, .shift, .balance: true
        case .local, .bypass: false
        }
    }
}

/// The addresses of ``Lab/withInternetAndClient()``.
enum Lan {
    enum Host: String {
        /// The client.
        case client = "3.0.2 3::2"
        /// The machine, as the client sees it.
        case downlink = "3.0.1 3::1"
        /// The machine, as the rest of the world sees it.
        case uplink = "1.0.1 1::1"
    }

    static func address(_ family: IPFamily, _ host: Host) -> IPAddress {
        let parts = host.rawValue.split(separator: " ")
        return parse(family == .ipv4 ? "10.\(parts[0])" : "fd0\(parts[1])")
    }

    static func remote(_ family: IPFamily, _ number: Int) -> IPAddress {
        parse(family == .ipv4 ? "192.0.2.\(number)" : "2001:db8::\(number)")
    }

    static func loopback(_ family: IPFamily) -> IPAddress {
        parse(family == .ipv4 ? "127.0.0.1" : "::1")
    }

    static let machine = IPFamily.allCases.flatMap {
        [address($0, .downlink), address($0, .uplink)]
    }

    private static func parse(_ text: String) -> IPAddress {
        guard let address = IPAddress(text) else { preconditionFailure("\(text) is no address") }
        return address
    }
}
