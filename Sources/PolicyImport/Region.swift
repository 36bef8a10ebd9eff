import Addressing
import PolicyModel

/// Connections: those that match, without the exceptions.
struct Region: Hashable {
    var match: Match
    var exceptions: [Match] = []

    /// All connections.
    static let all = Region(match: Match())

    /// The connections that are in both; `nil` if that is none.
    func intersection(_ other: Region) -> Region? {
        guard let common = match.intersection(other.match) else { return nil }
        var result = Region(match: common.match)
        for exception in common.exceptions + exceptions + other.exceptions {
            guard result.add(exception) else { return nil }
        }
        return result
    }

    /// The connections that are not in a match; `nil` if that is none.
    func excepting(_ other: Match) -> Region? {
        var result = self
        return result.add(other) ? result : nil
    }

    /// The connections that are not in another region, as parts.
    func subtracting(_ other: Region) -> [Region] {
        guard let common = match.intersection(other.match) else { return [self] }
        // Where `local` meets addresses, the rest can't be said by one exception.
        let inOther = other.exceptions + common.exceptions
        return [excepting(common.match)].compactMap(\.self)
            + inOther.compactMap { exception in
                intersection(Region(match: common.match))?.intersection(Region(match: exception))
            }
    }

    /// Whether the two have no connection in common.
    func isDisjoint(with other: Region) -> Bool { intersection(other) == nil }

    /// Adds an exception; `false` if nothing is left.
    private mutating func add(_ exception: Match) -> Bool {
        guard match.intersection(exception) != nil else { return true }
        let reduced = exception.reduced(within: match)
        guard !reduced.isEverything else { return false }
        if !exceptions.contains(reduced) { exceptions.append(reduced) }
        return true
    }
}

extension Match {
    /// Whether it has no keys.
    var isEverything: Bool { self == Match() }

    /// The connections that are in both; `nil` if that is none.
    func intersection(_ other: Match) -> Region? {
        var result = Match()
        guard
            Self.merge(family, other.family, into: &result.family, { $0 == $1 ? $0 : nil }),
            Self.merge(protocols, other.protocols, into: &result.protocols, Self.common),
            Self.merge(
                source.addresses,
                other.source.addresses,
                into: &result.source.addresses,
                { $0.common(with: $1) }
            ),
            Self.merge(
                source.ports,
                other.source.ports,
                into: &result.source.ports,
                { $0.common(with: $1) }
            ),
            Self.merge(
                destination.addresses,
                other.destination.addresses,
                into: &result.destination.addresses,
                { $0.common(with: $1) }
            ),
            Self.merge(
                destination.ports,
                other.destination.ports,
                into: &result.destination.ports,
                { $0.common(with: $1) }
            ),
            Self.merge(
                interfaces,
                other.interfaces,
                into: &result.interfaces,
                { Self.nonempty($0.common(with: $1)) }
            ),
            Self.merge(users, other.users, into: &result.users, Self.common),
            Self.merge(groups, other.groups, into: &result.groups, Self.common),
            Self.merge(cgroups, other.cgroups, into: &result.cgroups, Self.common),
            Self.merge(mark, other.mark, into: &result.mark, { $0.common(with: $1) }),
            Self.merge(dscp, other.dscp, into: &result.dscp, Self.common)
        else { return nil }
        result.destination.isLocal = destination.isLocal || other.destination.isLocal
        guard !result.families.isEmpty else { return nil }
        guard result.destination.isLocal, let addresses = result.destination.addresses else {
            return Region(match: result)
        }
        // The language has no way to say both but this one.
        result.destination.addresses = nil
        if result.families.count > 1, addresses.families.count == 1 {
            result.family = addresses.families.first
        }
        let rest = addresses.complement(in: result.families)
        return Region(
            match: result,
            exceptions: rest.isEmpty ? [] : [Match(destination: Endpoint(addresses: rest))]
        )
    }

    /// The same exception without the keys that hold for all connections of a match anyway.
    func reduced(within match: Match) -> Match {
        var result = self
        if match.families.count == 1 || family == match.family { result.family = nil }
        if let protocols, let other = match.protocols, protocols.isSuperset(of: other) {
            result.protocols = nil
        }
        if let addresses = source.addresses, addresses.covers(match, match.source.addresses) {
            result.source.addresses = nil
        }
        if let addresses = destination.addresses, !match.destination.isLocal,
            addresses.covers(match, match.destination.addresses)
        {
            result.destination.addresses = nil
        }
        if destination.isLocal, match.destination.isLocal { result.destination.isLocal = false }
        if source.ports == match.source.ports { result.source.ports = nil }
        if let ports = destination.ports, let other = match.destination.ports,
            ports.common(with: other) == other
        {
            result.destination.ports = nil
        }
        if interfaces == match.interfaces { result.interfaces = nil }
        if users == match.users { result.users = nil }
        if groups == match.groups { result.groups = nil }
        if cgroups == match.cgroups { result.cgroups = nil }
        if mark == match.mark { result.mark = nil }
        if dscp == match.dscp { result.dscp = nil }
        return result
    }

    /// What two values of a key have in common; `false` if nothing.
    private static func merge<Value>(
        _ left: Value?,
        _ right: Value?,
        into result: inout Value?,
        _ common: (Value, Value) -> Value?
    ) -> Bool {
        guard let left, let right else {
            result = left ?? right
            return true
        }
        result = common(left, right)
        return result != nil
    }

    private static func nonempty<Element>(_ set: Set<Element>) -> Set<Element>? {
        set.isEmpty ? nil : set
    }

    private static func common<Element>(
        _ left: Set<Element>,
        _ right: Set<Element>
    ) -> Set<Element>? {
        nonempty(left.intersection(right))
    }

    private static func common(
        _ left: IntervalSet<UInt32>,
        _ right: IntervalSet<UInt32>
    ) -> IntervalSet<UInt32>? {
        let common = left.intersection(right)
        return common.isEmpty ? nil : common
    }

    /// A group is in those above it.
    private static func common(_ left: Set<CgroupPath>, _ right: Set<CgroupPath>) -> Set<CgroupPath>?
    {
        func inside(_ inner: Set<CgroupPath>, _ outer: Set<CgroupPath>) -> Set<CgroupPath> {
            inner.filter { path in
                outer.contains { path == $0 || path.text.hasPrefix($0.text + "/") }
            }
        }
        return nonempty(inside(left, right).union(inside(right, left)))
    }
}
