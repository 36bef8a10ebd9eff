import Addressing
import PolicyModel

/// Values at which a policy's decisions can change: the ends of what its matches and exceptions
/// name, and those just outside.
struct Boundaries {
    private(set) var sources: [IPAddress] = []
    private(set) var destinations: [IPAddress] = []
    private(set) var sourcePorts: [UInt16] = []
    private(set) var ports: [UInt16] = []
    private(set) var users: [UInt32] = [0]
    private(set) var groups: [UInt32] = [0]
    private(set) var codePoints: [UInt8] = [0]

    init(of policy: Policy) {
        for redirect in policy.redirects {
            for match in [redirect.match] + redirect.exceptions { add(match) }
            add(redirect.masquerade?.clients, to: \.sources)
        }
        // Only what the lab can route.
        sources.removeAll { !Self.isSource($0) }
        destinations.removeAll { !Self.isDestination($0) }
        ports.removeAll { !RandomPolicyGenerator.allPorts.contains($0) }
    }

    private mutating func add(_ match: Match) {
        add(match.source.addresses, to: \.sources)
        add(match.destination.addresses, to: \.destinations)
        sourcePorts += Self.ends(of: match.source.ports)
        ports += Self.ends(of: match.destination.ports)
        users += Self.ends(of: match.users)
        groups += Self.ends(of: match.groups)
        for point in match.dscp?.sorted() ?? [] { codePoints += [point.number, point.number ^ 1] }
    }

    private mutating func add(
        _ addresses: AddressSet?,
        to list: WritableKeyPath<Boundaries, [IPAddress]>
    ) {
        for range in addresses?.ranges ?? [] {
            let (first, last) = (range.bits.lowerBound, range.bits.upperBound)
            let ends = [
                first == 0 ? first : first - 1, first, last, last == .max ? last : last + 1,
            ]
            self[keyPath: list] += ends.compactMap { IPAddress(family: range.family, bits: $0) }
        }
    }

    private static func ends(of ports: PortSet?) -> [UInt16] {
        (ports?.ranges ?? []).flatMap { range in
            let (first, last) = (range.lowerBound.number, range.upperBound.number)
            return [first - 1, first, last, last == .max ? last : last + 1]
        }
    }

    private static func ends(of ids: IntervalSet<UInt32>?) -> [UInt32] {
        (ids?.intervals ?? []).flatMap { range in
            let (first, last) = (range.lowerBound, range.upperBound)
            return [first == 0 ? 0 : first - 1, first, last, last + 1]
        }
    }

    private static func isSource(_ address: IPAddress) -> Bool {
        Probe.Client.allCases.contains {
            RouterLab.sources($0, address.family).contains(address)
        }
    }

    private static func isDestination(_ address: IPAddress) -> Bool {
        let remote = (Lan.remote(address.family, 0), Lan.remote(address.family, 255))
        return RouterLab.here.contains(address)
            || (remote.0.bits...remote.1.bits).contains(address.bits)
    }
}
