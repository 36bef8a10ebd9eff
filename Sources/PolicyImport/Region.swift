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
        var seen: Set<Match> = []
        for exception in common.exceptions + exceptions + other.exceptions
        where common.match.mayMeet(exception) {
            let reduced = exception.reduced(within: common.match)
            guard !reduced.isEverything else { return nil }
            if seen.insert(reduced).inserted { result.exceptions.append(reduced) }
        }
        return result
    }

    /// The connections that are not in a match; `nil` if that is none.
    func excepting(_ other: Match) -> Region? {
        guard match.mayMeet(other) else { return self }
        let reduced = other.reduced(within: match)
        guard !reduced.isEverything else { return nil }
        var result = self
        if !exceptions.contains(reduced) { result.exceptions.append(reduced) }
        return result
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
}

extension Match {
    /// Whether it has no keys.
    var isEverything: Bool { self == Match() }

    /// Whether the two may have a connection in common; what needs work to be told counts as one.
    func mayMeet(_ other: Match) -> Bool {
        func meet<Value>(_ left: Value?, _ right: Value?, _ meet: (Value, Value) -> Bool) -> Bool {
            guard let left, let right else { return true }
            return meet(left, right)
        }
        return meet(family, other.family, ==)
            && meet(protocols, other.protocols) { !$0.isDisjoint(with: $1) }
            && meet(destination.ports, other.destination.ports) { $0.overlaps($1) }
            && meet(source.ports, other.source.ports) { $0.overlaps($1) }
            && meet(source.addresses, other.source.addresses) { !$0.isDisjoint(with: $1) }
            && meet(destination.addresses, other.destination.addresses) {
                !$0.isDisjoint(with: $1)
            }
            && meet(interfaces, other.interfaces) { !$0.common(with: $1).isEmpty }
            && meet(users, other.users) { !$0.isDisjoint(with: $1) }
            && meet(groups, other.groups) { !$0.isDisjoint(with: $1) }
            && meet(mark, other.mark) { $0.common(with: $1) != nil }
            && meet(dscp, other.dscp) { !$0.isDisjoint(with: $1) }
            && !families.isDisjoint(with: other.families)
    }

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
    private static func common(_ left: Set<CgroupPath>, _ right: Set<CgroupPath>) -> Set<
        CgroupPath
    >? {
        func inside(_ inner: Set<CgroupPath>, _ outer: Set<CgroupPath>) -> Set<CgroupPath> {
            inner.filter { path in
                outer.contains { path == $0 || path.text.hasPrefix($0.text + "/") }
            }
        }
        return nonempty(inside(left, right).union(inside(right, left)))
    }
}
