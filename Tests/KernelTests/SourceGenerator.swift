import Addressing
import TestSupport

/// Makes policies of few places, to which many redirects lead with and without another source, and
/// connections for a ``RouterLab``.
struct SourceGenerator {
    static let ports: [UInt16] = [1001, 1002]
    static let targetPorts: [UInt16] = [2001, 2002]
    static let allPorts = ports + targetPorts
    private static let users: [UInt32] = [0, 2000]

    private var random: SeededGenerator
    private var nextPort: UInt16 = 20_000

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
    }

    mutating func probe() -> Probe {
        let family = one(of: IPFamily.allCases)
        let client = one(of: Probe.Client.allCases)
        nextPort += 1
        let (source, here): (IPAddress, IPAddress) =
            switch client {
            case .first: (Lan.address(family, .client), Lan.address(family, .downlink))
            case .second: (Lan.client(family, network: 4, 2), RouterLab.secondDownlink(family))
            case .machine: (Lan.address(family, .uplink), Lan.address(family, .uplink))
            }
        let remote = Lan.remote(family, Int.random(in: 1...2, using: &random))
        return Probe(
            client: client,
            user: client == .machine ? one(of: Self.users) : 0,
            transport: one(of: [.tcp, .udp]),
            source: LabEndpoint(source, nextPort),
            destination: LabEndpoint(random.once(in: 3) ? here : remote, one(of: Self.ports))
        )
    }

    mutating func policy() -> String {
        let count = Int.random(in: 2...7, using: &random)
        return "version: 1\nredirects:\n" + (0..<count).map { redirect("r\($0)") }.joined()
    }

    private mutating func redirect(_ name: String) -> String {
        let isOutbound = random.once(in: 3)
        let family = random.once(in: 3) ? nil : one(of: IPFamily.allCases)
        var match = ["protocol: \(one(of: ["tcp", "udp", "[tcp, udp]"]))"]
        if let family { match.append("family: \(family.rawValue)") }
        match += conditions(isOutbound, family)
        var lines = [
            "name: \(name)", "direction: \(isOutbound ? "outbound" : "inbound")",
            "match: {\(match.joined(separator: ", "))}", "to: \(target(family))",
        ]
        if !random.once(in: 3) {
            let exceptions = conditions(isOutbound, family).prefix(1)
            if let exception = exceptions.first { lines.append("except: [{\(exception)}]") }
        }
        if !random.once(in: 3) { lines.append("masquerade: \(masquerade(family))") }
        return "  - " + lines.joined(separator: "\n    ") + "\n"
    }

    private mutating func conditions(_ isOutbound: Bool, _ family: IPFamily?) -> [String] {
        var conditions: [String] = []
        var destination: [String] = []
        if random.once(in: 3) { destination.append("address: local") }
        if random.once(in: 2) { destination.append("port: \(one(of: Self.ports))") }
        if !destination.isEmpty {
            conditions.append("destination: {\(destination.joined(separator: ", "))}")
        }
        if random.once(in: 3) { conditions.append("mark: 7") }
        if isOutbound {
            if random.once(in: 2) { conditions.append("user: \(one(of: Self.users))") }
        } else if random.once(in: 2) {
            conditions.append("interface: \(one(of: ["machine2", "machine3", "\"machine*\""]))")
        }
        if let family, random.once(in: 3) {
            let client = isOutbound ? Lan.address(family, .uplink) : Lan.address(family, .client)
            conditions.append("source: {address: \"\(client)\"}")
        }
        return conditions.shuffled(using: &random)
    }

    private mutating func target(_ family: IPFamily?) -> String {
        let port = one(of: Self.targetPorts)
        guard let family else { return "{port: \(port)}" }
        let (first, second) = (Lan.remote(family, 8), Lan.remote(family, 9))
        return one(of: [
            "{port: \(port)}", "{address: \"\(first)\"}", "{address: \"\(first)\"}",
            "{address: \"\(first)\", port: \(port)}",
            "{balance: random, targets: [{address: \"\(first)\"}, {address: \"\(second)\"}]}",
        ])
    }

    private mutating func masquerade(_ family: IPFamily?) -> String {
        let families = family.map { [$0] } ?? IPFamily.allCases
        let choice = Int.random(in: 0...1, using: &random)
        let addresses = families.map { "\"\(RouterLab.chosenSources($0)[choice])\"" }
        let clients = families.flatMap { family in
            [Lan.address(family, .client), Lan.address(family, .uplink)].map { "\"\($0)\"" }
        }
        let to = "to: [\(addresses.joined(separator: ", "))]"
        let from = "from: [\(clients.joined(separator: ", "))]"
        return one(of: ["true", "true", "{\(to)}", "{\(from)}", "{\(from), \(to)}"])
    }

    private mutating func one<Element>(of elements: [Element]) -> Element {
        elements[Int.random(in: elements.indices, using: &random)]
    }
}
