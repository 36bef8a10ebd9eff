import Addressing
import PolicyModel

/// The numbers that stand for the names in some policies.
///
/// Boxes can only be compared if they were made in the same space.
struct PacketSpace: Sendable {
    let interfaces: Names
    let cgroups: Names

    /// The space of some policies, and of connections that are compared with them.
    init(_ policies: [Policy], _ connections: [Connection] = []) {
        var interfaces: Set<Names.Pattern> = []
        var cgroups: Set<Names.Pattern> = []
        for redirect in policies.lazy.flatMap(\.redirects) {
            for match in [redirect.match] + redirect.exceptions {
                interfaces.formUnion((match.interfaces ?? []).map(Names.Pattern.init))
                cgroups.formUnion((match.cgroups ?? []).map(Names.Pattern.init))
            }
        }
        for connection in connections {
            if let name = connection.interface {
                interfaces.insert(Names.Pattern(text: name, isPrefix: false))
            }
            if let path = connection.cgroup { cgroups.insert(Names.Pattern(path)) }
        }
        // IFNAMSIZ in linux/if.h is 16, with the zero at the end.
        self.interfaces = Names(interfaces, longest: 15)
        self.cgroups = Names(cgroups)
    }
}

extension Names.Pattern {
    fileprivate init(_ pattern: InterfacePattern) {
        self.init(text: pattern.name, isPrefix: pattern.isPrefix)
    }

    /// A control group and all below it.
    fileprivate init(_ path: CgroupPath) { self.init(text: path.text + "/", isPrefix: true) }
}

// MARK: - To boxes

extension PacketSpace {
    /// The packets that a redirect decides if no earlier one does.
    ///
    /// - Returns: Disjoint boxes; `nil` if its exceptions leave more than `most`.
    func boxes(of redirect: Redirect, most: Int = 4096) -> [Box]? {
        guard redirect.isEnabled else { return [] }
        let matched = boxes(of: redirect.match, redirect.directions, redirect.families)
        var rest = matched
        for exception in redirect.exceptions {
            let boxes = boxes(of: exception, redirect.directions, redirect.families)
            guard let less = rest.subtracting(boxes, most: most) else { return nil }
            rest = less
        }
        return rest
    }

    /// The packets that a match takes, in disjoint boxes.
    func boxes(
        of match: Match,
        _ directions: Set<Direction>,
        _ families: Set<IPFamily>
    ) -> [Box] {
        var boxes: [Box] = []
        for family in IPFamily.allCases
        where families.contains(family) && match.families.contains(family) {
            var whole = Box(family: family)
            guard whole.narrow(.origin, to: Origin.all(of: directions)) else { continue }
            // One of some addresses, or any of this machine: the second box leaves the first out.
            let ends = match.destination
            let named = ends.addresses.map { NumberSet($0, family) }
            if ends.isLocal {
                var local = whole
                _ = local.narrow(.locality, to: NumberSet(1))
                boxes += local.narrowed(by: match, self, destination: nil)
                if let named, !named.isEmpty, whole.narrow(.locality, to: NumberSet(0)) {
                    boxes += whole.narrowed(by: match, self, destination: named)
                }
            } else {
                boxes += whole.narrowed(by: match, self, destination: named)
            }
        }
        return boxes
    }

    /// The packets that a connection can stand for.
    func boxes(of connection: Connection) -> [Box] {
        var match = Match(protocols: [connection.transport])
        match.destination.ports = PortSet(connection.destinationPort...connection.destinationPort)
        match.destination.isLocal = connection.destination == .local
        match.destination.addresses = connection.destinationAddress.map {
            AddressSet(AddressRange($0))
        }
        match.source.addresses = connection.sourceAddress.map { AddressSet(AddressRange($0)) }
        match.source.ports = connection.sourcePort.map { PortSet($0...$0) }
        match.interfaces = connection.interface.map { [InterfacePattern(name: $0)] }
        match.users = connection.user.map { IntervalSet([$0...$0]) }
        match.groups = connection.group.map { IntervalSet([$0...$0]) }
        match.mark = connection.mark.flatMap { PacketMark(value: $0) }
        match.dscp = connection.dscp.map { [$0] }
        return boxes(of: match, [connection.direction], match.families).compactMap { box in
            // A match means the groups below, too; a connection is in one group.
            guard let path = connection.cgroup else { return box }
            var box = box
            let number = NumberSet(cgroups.numbers(of: Names.Pattern(path)).intervals[0].lowerBound)
            let isPossible =
                box.narrow(.origin, to: NumberSet(Origin.process.rawValue))
                && box.narrow(.cgroup, to: number)
            return isPossible ? box : nil
        }
    }

    fileprivate func numbers(_ patterns: Set<InterfacePattern>) -> NumberSet {
        patterns.lazy.map { interfaces.numbers(of: Names.Pattern($0)) }.union
            .intersection(interfaces.all)
    }

    fileprivate func numbers(_ paths: Set<CgroupPath>) -> NumberSet {
        paths.lazy.map { cgroups.numbers(of: Names.Pattern($0)) }.union
    }
}

extension Box {
    /// Boxes with the packets that meet the conditions of a match; the destination's come apart.
    fileprivate func narrowed(
        by match: Match,
        _ space: PacketSpace,
        destination: NumberSet?
    ) -> [Box] {
        var box = self
        let isPossible = Match.Key.allCases.allSatisfy { key in
            switch key {
            case .family: true
            case .transport:
                box.narrow(.transport, toAnyOf: match.protocols) { protocols in
                    protocols.map { UInt128($0.number)...UInt128($0.number) }
                }
            case .sourceAddress:
                box.narrow(.source, to: match.source.addresses.map { NumberSet($0, family) })
            case .sourcePort: box.narrow(.sourcePort, toPorts: match.source.ports)
            case .destinationAddress: box.narrow(.destination, to: destination)
            case .destinationPort: box.narrow(.destinationPort, toPorts: match.destination.ports)
            case .interface:
                box.narrow(.interface, to: match.interfaces.map(space.numbers))
            case .user: box.narrow(.user, ofProcess: match.users.map(NumberSet.init))
            case .group: box.narrow(.group, ofProcess: match.groups.map(NumberSet.init))
            case .cgroup: box.narrow(.cgroup, ofProcess: match.cgroups.map(space.numbers))
            case .mark: match.mark.map { box.narrow(markTo: MarkBits($0)) } ?? true
            case .dscp:
                box.narrow(.dscp, toAnyOf: match.dscp) { codePoints in
                    codePoints.map { UInt128($0.number)...UInt128($0.number) }
                }
            }
        }
        return isPossible ? [box] : []
    }

    /// Leaves only the packets with certain numbers, if anything is asked for.
    private mutating func narrow(_ dimension: Dimension, to numbers: NumberSet?) -> Bool {
        numbers.map { narrow(dimension, to: $0) } ?? true
    }

    private mutating func narrow<Values>(
        _ dimension: Dimension,
        toAnyOf values: Values?,
        _ ranges: (Values) -> [ClosedRange<UInt128>]
    ) -> Bool {
        narrow(dimension, to: values.map { NumberSet(ranges($0)) })
    }

    /// Only some protocols have ports.
    private mutating func narrow(_ dimension: Dimension, toPorts ports: PortSet?) -> Bool {
        guard let ports else { return true }
        return narrow(.transport, to: Self.transportsWithPorts)
            && narrow(
                dimension,
                to: NumberSet(
                    ports.ranges.map {
                        UInt128($0.lowerBound.number)...UInt128($0.upperBound.number)
                    }
                )
            )
    }

    /// The protocols whose packets have ports.
    static let transportsWithPorts = NumberSet(
        TransportProtocol.allCases.map { UInt128($0.number)...UInt128($0.number) }
    )

    /// Only what a process opens has a user, a group and a control group.
    private mutating func narrow(_ dimension: Dimension, ofProcess numbers: NumberSet?) -> Bool {
        guard let numbers else { return true }
        return narrow(.origin, to: NumberSet(Origin.process.rawValue))
            && narrow(dimension, to: numbers)
    }
}

extension NumberSet {
    fileprivate init(_ addresses: AddressSet, _ family: IPFamily) {
        self.init(addresses.restricted(to: family).ranges.map(\.bits))
    }

    fileprivate init(_ numbers: IntervalSet<UInt32>) {
        self.init(numbers.intervals.map { UInt128($0.lowerBound)...UInt128($0.upperBound) })
    }
}

extension Sequence<NumberSet> {
    fileprivate var union: NumberSet { NumberSet(flatMap(\.intervals)) }
}
