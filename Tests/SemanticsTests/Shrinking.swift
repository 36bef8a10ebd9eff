import Addressing
import Diagnostics
import PolicyModel
import PolicyYAML

extension Policy {
    /// The smallest policy that still fails, as far as leaving out one thing after the other leads.
    func shrunk(while fails: (Policy) -> Bool) -> Policy {
        var smallest = self
        while let smaller = smallest.smaller.first(where: { fails($0) && $0.isAccepted }) {
            smallest = smaller
        }
        return smallest
    }

    /// Whether a reader of the language accepts it: what is left out may have been needed.
    var isAccepted: Bool {
        (try? PolicyReader().read(SourceText(name: "policy.yaml", text: yaml))) != nil
    }

    /// The policy with less in it, the largest parts left out first.
    private var smaller: some Sequence<Policy> {
        let fewer = redirects.smaller.lazy.map { redirects in
            var policy = self
            policy.redirects = redirects
            return policy
        }
        let smaller = redirects.indices.lazy.flatMap { index in
            redirects[index].smaller.lazy.map { redirect in
                var policy = self
                policy.redirects[index] = redirect
                return policy
            }
        }
        var uncounted = self
        uncounted.settings.counters = false
        return [
            AnySequence(fewer), AnySequence(smaller),
            AnySequence(settings.counters ? [uncounted] : []),
        ]
        .joined()
    }
}

extension Redirect {
    fileprivate var smaller: [Redirect] {
        var redirects: [Redirect] = []
        func add(_ change: (inout Redirect) -> Void) {
            var redirect = self
            change(&redirect)
            redirects.append(redirect)
        }
        for index in exceptions.indices { add { $0.exceptions.remove(at: index) } }
        if masquerade != nil { add { $0.masquerade = nil } }
        if masquerade?.clients != nil { add { $0.masquerade?.clients = nil } }
        if masquerade.map({ $0.source != .interface }) == true {
            add { $0.masquerade?.source = .interface }
        }
        if log != nil { add { $0.log = nil } }
        for direction in directions.sorted() where directions.count > 1 {
            add { $0.directions.remove(direction) }
        }
        if decision != .bypass { add { $0.decision = .bypass } }
        if case .balance(let balance) = decision {
            for index in balance.shares.indices where balance.shares.count > 1 {
                var smaller = balance
                smaller.shares.remove(at: index)
                add { $0.decision = .balance(smaller) }
            }
            for share in balance.shares { add { $0.decision = .target(share.target) } }
        }
        for smaller in match.smaller { add { $0.match = smaller } }
        for (index, exception) in exceptions.enumerated() {
            for smaller in exception.smaller { add { $0.exceptions[index] = smaller } }
        }
        return redirects
    }
}

extension Match {
    /// The match without one of its keys, or without one of a key's values.
    fileprivate var smaller: [Match] {
        var matches: [Match] = []
        func add(_ change: (inout Match) -> Void) {
            var match = self
            change(&match)
            if match != self { matches.append(match) }
        }
        for key in Key.allCases {
            switch key {
            case .family: add { $0.family = nil }
            case .transport:
                add { $0.protocols = nil }
                for part in protocols?.smaller ?? [] { add { $0.protocols = part } }
            case .sourceAddress:
                add { $0.source = Endpoint() }
                add { $0.source.addresses = nil }
                for part in source.addresses?.smaller ?? [] { add { $0.source.addresses = part } }
            case .sourcePort:
                add { $0.source.ports = nil }
                for part in source.ports?.smaller ?? [] { add { $0.source.ports = part } }
            case .destinationAddress:
                add { $0.destination = Endpoint() }
                add { $0.destination.addresses = nil }
                add { $0.destination.isLocal = false }
                for part in destination.addresses?.smaller ?? [] {
                    add { $0.destination.addresses = part }
                }
            case .destinationPort:
                add { $0.destination.ports = nil }
                for part in destination.ports?.smaller ?? [] { add { $0.destination.ports = part } }
            case .interface:
                add { $0.interfaces = nil }
                for part in interfaces?.smaller ?? [] { add { $0.interfaces = part } }
            case .user:
                add { $0.users = nil }
                for part in users?.smaller ?? [] { add { $0.users = part } }
            case .group:
                add { $0.groups = nil }
                for part in groups?.smaller ?? [] { add { $0.groups = part } }
            case .cgroup:
                add { $0.cgroups = nil }
                for part in cgroups?.smaller ?? [] { add { $0.cgroups = part } }
            case .mark: add { $0.mark = nil }
            case .dscp:
                add { $0.dscp = nil }
                for part in dscp?.smaller ?? [] { add { $0.dscp = part } }
            }
        }
        return matches
    }
}

extension Array {
    /// The array without a half of it, without a quarter, and so on, as long as something is left.
    fileprivate var smaller: [[Element]] {
        var arrays: [[Element]] = []
        var size = count
        while size > 1 {
            size = (size + 1) / 2
            for start in stride(from: 0, to: count, by: size) {
                var rest = self
                rest.removeSubrange(start..<Swift.min(start + size, count))
                arrays.append(rest)
            }
        }
        return arrays
    }
}

extension Set where Element: Comparable {
    fileprivate var smaller: [Set] { sorted().smaller.map { Set($0) } }
}

extension AddressSet {
    fileprivate var smaller: [AddressSet] { ranges.smaller.map { AddressSet($0) } }
}

extension PortSet {
    fileprivate var smaller: [PortSet] { ranges.smaller.map { PortSet($0) } }
}

extension IntervalSet {
    fileprivate var smaller: [IntervalSet] { intervals.smaller.map { IntervalSet($0) } }
}
