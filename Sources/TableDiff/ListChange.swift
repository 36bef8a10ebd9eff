import Addressing
import RulesetModel

/// A few elements that only one of two lists has.
public struct ListChange: Sendable, Hashable {
    /// The list, in a policy's words: `source`, `destination port`, `except user`.
    public let list: String

    /// The elements that only the wanted list has.
    public let wanted: [String]

    /// The elements that only the kernel's list has.
    public let live: [String]
}

/// The lists of which a redirect's match consists, and how they differ.
enum ListChanges {
    /// How many elements are shown; if more differ, the whole list does.
    private static let most = 6

    /// How the lists of one end of some connections differ.
    ///
    /// - Returns: `nil` if more than a few elements of lists differ.
    static func source(wanted: [Selector], live: [Selector]) -> [ListChange]? {
        guard ViewWords.conditions(of: wanted) == ViewWords.conditions(of: live) else { return nil }
        return changes(
            "source",
            (ViewWords.sources(of: wanted), ViewWords.sources(of: live)),
            (ViewWords.sourcePorts(of: wanted), ViewWords.sourcePorts(of: live))
        )
    }

    /// The same for where connections were sent.
    static func destination(wanted: [Selector], live: [Selector]) -> [ListChange]? {
        guard wanted.contains(where: \.isToThisMachine) == live.contains(where: \.isToThisMachine)
        else { return nil }
        return changes(
            "destination",
            (ViewWords.destinations(of: wanted), ViewWords.destinations(of: live)),
            (ViewWords.destinationPorts(of: wanted), ViewWords.destinationPorts(of: live))
        )
    }

    /// How exceptions differ, if one list of one of them does.
    static func exceptions(wanted: [Selector], live: [Selector]) -> [ListChange]? {
        let (new, old) = (Set(wanted), Set(live))
        let (added, removed) = (new.subtracting(old), old.subtracting(new))
        guard added.count == 1, removed.count == 1, let wanted = added.first,
            let live = removed.first
        else { return nil }
        let lists = Selector.Part.allCases.flatMap { change(of: $0, wanted, live) }
        var rest = live
        for part in Selector.Part.allCases { rest.take(part, from: wanted) }
        guard rest == wanted, lists.count == 1, isShort(lists) else { return nil }
        return lists
    }

    private static func changes(
        _ end: String,
        _ addresses: (wanted: [AddressRange], live: [AddressRange]),
        _ ports: (wanted: PortSet?, live: PortSet?)
    ) -> [ListChange]? {
        let numbers = (wanted: numbers(of: ports.wanted), live: numbers(of: ports.live))
        guard isList(addresses.wanted, addresses.live),
            (ports.wanted == nil) == (ports.live == nil),
            isList(numbers.wanted?.intervals ?? [], numbers.live?.intervals ?? [])
        else { return nil }
        let lists = [
            change(end, addresses.wanted, addresses.live),
            change("\(end) port", numbers.wanted, numbers.live),
        ].compactMap(\.self)
        return isShort(lists) ? lists : nil
    }

    /// Whether some elements stay and others don't, or all do.
    private static func isList<Element: Hashable>(_ wanted: [Element], _ live: [Element]) -> Bool {
        wanted == live || max(wanted.count, live.count) > 1 && !Set(wanted).isDisjoint(with: live)
    }

    /// How one part of two exceptions differs; nothing if it is not a list.
    private static func change(
        of part: Selector.Part,
        _ wanted: Selector,
        _ live: Selector
    ) -> [ListChange] {
        let change: ListChange? =
            switch part {
            case .sourceAddresses:
                change(
                    "except source",
                    wanted.sourceAddresses?.ranges ?? [],
                    live.sourceAddresses?.ranges ?? []
                )
            case .destinationAddresses:
                change(
                    "except destination",
                    wanted.destinationAddresses?.ranges ?? [],
                    live.destinationAddresses?.ranges ?? []
                )
            case .sourcePorts:
                change(
                    "except source port",
                    numbers(of: wanted.sourcePorts),
                    numbers(of: live.sourcePorts)
                )
            case .destinationPorts:
                change(
                    "except destination port",
                    numbers(of: wanted.destinationPorts),
                    numbers(of: live.destinationPorts)
                )
            case .users: change("except user", wanted.users, live.users)
            case .groups: change("except group", wanted.groups, live.groups)
            case .inputInterfaces, .outputInterfaces, .family, .protocols, .cgroup, .mark,
                .isToThisMachine, .dscp, .original, .tracked, .member:
                nil
            }
        return [change].compactMap(\.self)
    }

    private static func change(
        _ list: String,
        _ wanted: [AddressRange],
        _ live: [AddressRange]
    ) -> ListChange? {
        func rest(_ one: [AddressRange], without other: [AddressRange]) -> [String] {
            IPFamily.allCases.flatMap { family in
                func bits(_ ranges: [AddressRange]) -> IntervalSet<UInt128> {
                    IntervalSet(ranges.lazy.filter { $0.family == family }.map(\.bits))
                }
                return bits(one).subtracting(bits(other)).intervals
                    .compactMap { AddressRange(family: family, bits: $0)?.description }
            }
        }
        return change(list, rest(wanted, without: live), rest(live, without: wanted))
    }

    private static func change(
        _ list: String,
        _ wanted: IntervalSet<UInt32>?,
        _ live: IntervalSet<UInt32>?
    ) -> ListChange? {
        guard let wanted, let live else { return nil }
        return change(list, wanted.subtracting(live).texts, live.subtracting(wanted).texts)
    }

    private static func change(
        _ list: String,
        _ wanted: [String],
        _ live: [String]
    ) -> ListChange? {
        wanted.isEmpty && live.isEmpty ? nil : ListChange(list: list, wanted: wanted, live: live)
    }

    private static func numbers(of ports: PortSet?) -> IntervalSet<UInt32>? {
        ports.map { ports in
            IntervalSet(
                ports.ranges.map { UInt32($0.lowerBound.number)...UInt32($0.upperBound.number) }
            )
        }
    }

    private static func isShort(_ lists: [ListChange]) -> Bool {
        lists.reduce(0) { $0 + $1.wanted.count + $1.live.count } <= most
    }
}

extension Selector {
    /// Takes over a part that both selectors have, if it is a list.
    fileprivate mutating func take(_ part: Part, from other: Selector) {
        switch part {
        case .sourceAddresses where sourceAddresses != nil && other.sourceAddresses != nil:
            sourceAddresses = other.sourceAddresses
        case .destinationAddresses
        where destinationAddresses != nil && other.destinationAddresses != nil:
            destinationAddresses = other.destinationAddresses
        case .sourcePorts where sourcePorts != nil && other.sourcePorts != nil:
            sourcePorts = other.sourcePorts
        case .destinationPorts where destinationPorts != nil && other.destinationPorts != nil:
            destinationPorts = other.destinationPorts
        case .users where users != nil && other.users != nil: users = other.users
        case .groups where groups != nil && other.groups != nil: groups = other.groups
        case .sourceAddresses, .destinationAddresses, .sourcePorts, .destinationPorts, .users,
            .groups, .inputInterfaces, .outputInterfaces, .family, .protocols, .cgroup, .mark,
            .isToThisMachine, .dscp, .original, .tracked, .member:
            break
        }
    }
}
