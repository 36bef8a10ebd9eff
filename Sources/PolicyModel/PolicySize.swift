public import Addressing

/// How many elements a policy takes in nftables.
///
/// A few lines of policy can ask for millions: each port of a shift is an element, and lists in several
/// keys multiply. So they are counted before they are made. What counts is each element of a map or
/// set, each value of a set in a rule, and each rule of a redirect's own. If redirects overlap, cutting them
/// apart takes some more; the compiler has its own bound for that.
public struct PolicySize: Sendable {
    /// The elements of each redirect, in the policy's order; one that is off has none.
    public private(set) var elements: [Int] = []

    /// The sum; no more than ``most``.
    public private(set) var total = 0

    /// The number at which counting ends.
    public static let most = 1_000_000_000

    /// The most elements that lists in several keys become; beyond them, they are sets in one rule,
    /// which needs no more room than their sum.
    public static let mostCombinations = 256

    /// Counts the elements of a policy.
    public init(of policy: Policy) {
        var shifted: [Int: IntervalSet<UInt16>] = [:]
        elements.reserveCapacity(policy.redirects.count)
        for redirect in policy.redirects {
            var count = redirect.isEnabled ? redirect.ruleElements : 0
            if redirect.isEnabled, let shift = redirect.shift {
                count += shift.isLong ? shifted.add(shift) : shift.origin.size
            }
            elements.append(count)
            total = min(total + count, Self.most)
        }
    }
}

extension Policy {
    /// The most elements that the policy may take.
    ///
    /// So many that 100,000 redirects of any ordinary kind pass, or two shifts of all ports, and so few
    /// that a policy of few redirects is loaded in about two seconds.
    public var elementLimit: Int {
        settings.maxElements ?? 150_000 + 10 * redirects.count(where: \.isEnabled)
    }
}

extension Redirect {
    /// How it shifts a range of ports, if it does.
    public var shift: PortShift? {
        guard case .target(let target) = decision, case .shift(let shift)? = target.port else {
            return nil
        }
        return shift
    }
}

extension PortShift {
    /// Whether its ports are in a map that all shifts by as many ports share, and not in its own.
    public var isLong: Bool { origin.size > Self.mostOwnPorts }

    private static let mostOwnPorts = 1024
}

// MARK: - Counting

extension [Int: IntervalSet<UInt16>] {
    /// Adds the ports of a shift to those that move as far; returns how many are new.
    fileprivate mutating func add(_ shift: PortShift) -> Int {
        let before = self[shift.offset]?.intervals ?? []
        let range = shift.origin.lowerBound.number...shift.origin.upperBound.number
        let after = IntervalSet(before + [range])
        self[shift.offset] = after
        return after.intervals.portCount - before.portCount
    }
}

extension [ClosedRange<UInt16>] {
    fileprivate var portCount: Int {
        reduce(0) { $0 + Int($1.upperBound) - Int($1.lowerBound) + 1 }
    }
}

extension Redirect {
    /// The elements and rules that decide its connections, without those of a shift.
    fileprivate var ruleElements: Int {
        let matching = match.elements(among: families)
        let (rules, labels) = (chainRules, masquerade == nil ? 0 : 1)
        let each = rules == 0 ? matching * (1 + labels) : matching + rules + labels
        return min(each * directions.count, PolicySize.most)
    }

    /// The rules of the chain that it has for a direction, with the values in their sets; zero if its
    /// target is told by what matches.
    private var chainRules: Int {
        var rules = exceptions.reduce(log == nil ? 0 : 1) {
            min($0 + $1.elements(among: $1.families, areRules: true), PolicySize.most)
        }
        if let clients = masquerade?.clients { rules += families.count + clients.rangeCount }
        guard rules > 0 || decision.needsChain else { return 0 }
        // Of several targets, at most one for each family.
        let protocols = match.protocols?.count ?? 1
        let targets = decision.targets.count
        let deciding = targets > 1 ? families.count * targets : 1
        return rules + deciding * (protocols > 1 ? 1 + protocols : 1)
    }
}

extension Decision {
    /// Whether no element of a map can express it.
    fileprivate var needsChain: Bool {
        switch self {
        case .bypass: false
        case .target(.local(port: nil)): true
        case .target(.prefix(let move)): move.offset != 0
        case .target(let target): if case .shift? = target.port { true } else { false }
        case .balance: true
        }
    }
}

extension Match {
    /// The elements, or the rules with the values in their sets, that match connections of some
    /// families.
    fileprivate func elements(among families: Set<IPFamily>, areRules: Bool = false) -> Int {
        let prefixes = interfaces?.count(where: \.isPrefix) ?? 0
        let names = (interfaces?.count ?? 0) - prefixes
        let needsFamily = Key.allCases.contains { isOfOneFamily($0) }
        var sum = 0
        for family in IPFamily.allCases where families.contains(family) {
            for isLocal in [false, true] where isLocal == destination.isLocal || hasBothEnds {
                sum += elements(for: family, isLocal: isLocal, areRules: areRules)
            }
            // One rule or element is for both families.
            if !needsFamily { break }
        }
        let sets =
            Swift.max((names > 0 ? 1 : 0) + prefixes, 1) * (cgroups?.count ?? 1)
            * (dscp?.count ?? 1)
        return Swift.min(Swift.min(sets, PolicySize.most) * sum, PolicySize.most)
    }

    /// The elements, or the rule with the values in its sets, for one family and one kind of
    /// destination.
    private func elements(for family: IPFamily, isLocal: Bool, areRules: Bool) -> Int {
        var (areRules, fields) = (areRules, 0)
        var (inRule, combinations) = (1, 1)
        for key in Key.allCases {
            let count: Int
            switch values(of: key, for: family, isLocal: isLocal) {
            case .none: continue
            case .inKey(let values):
                fields += 1
                count = values
            case .inEveryKey(let values): count = values
            case .inRule(let values):
                areRules = true
                count = values
            }
            guard count > 1 else { continue }
            inRule += count
            combinations = Swift.min(combinations * count, PolicySize.most)
        }
        guard !areRules, fields > 0, combinations <= PolicySize.mostCombinations else {
            return inRule
        }
        // A key of many parts may be too long for a map.
        return fields < 3 ? combinations : max(combinations, inRule)
    }

    /// The values of a key, by where the compiler puts them.
    private enum Values {
        case none
        /// In a part of a map's key that only this key needs.
        case inKey(Int)
        /// In a part that every map's key has.
        case inEveryKey(Int)
        /// In a rule, because no map's key can have them.
        case inRule(Int)
    }

    private func values(of key: Key, for family: IPFamily, isLocal: Bool) -> Values {
        func inKey(_ count: Int?) -> Values { count.map { .inKey($0) } ?? .none }
        return switch key {
        case .family: .none
        case .transport: .inEveryKey(protocols?.count ?? 1)
        case .sourceAddress: inKey(source.addresses?.rangeCount(of: family))
        case .sourcePort: inKey(source.ports?.rangeCount)
        case .destinationAddress:
            isLocal ? .none : inKey(destination.addresses?.rangeCount(of: family))
        case .destinationPort: inKey(destination.ports?.rangeCount)
        case .interface:
            // Each beginning of names is a rule of its own.
            interfaces.map { patterns in
                let names = patterns.count { !$0.isPrefix }
                return names < patterns.count ? .inRule(names) : .inKey(names)
            } ?? .none
        case .user: inKey(users?.intervals.count)
        case .group: inKey(groups?.intervals.count)
        // Each control group is a rule of its own.
        case .cgroup: cgroups == nil ? .none : .inRule(1)
        case .mark: mark.map { $0.mask == .max ? .inKey(1) : .inRule(1) } ?? .none
        // Each code point is a rule of its own.
        case .dscp: dscp == nil ? .none : .inRule(1)
        }
    }

    /// Whether the destination is this machine or one of some addresses, which takes two selectors.
    private var hasBothEnds: Bool { destination.isLocal && destination.addresses != nil }
}
