import Addressing
import PolicyModel

/// The rules that change the sources of connections, asked for each redirect.
struct SourceRules {
    /// What is known of a rule for the connections of a redirect.
    private enum Answer {
        /// It holds for all of them from some addresses.
        case holds(from: AddressSet?)
        case holdsNot
        case unknown
    }

    private let rules: [FlatRule]

    /// The rules for one destination address, by their places; each of the others is asked for all.
    private var byAddress: [IPAddress: [Int]] = [:]
    private var others: [Int] = []

    /// How many rules were asked for a redirect.
    private(set) var comparisons = 0

    /// The most rules that may be asked.
    static let mostComparisons = 2_000_000

    /// The rules that belong to a redirect.
    private(set) var used: Set<Int> = []

    /// The rules of which it can't be said whether they hold for some redirect.
    private(set) var unknown: Set<Int> = []

    /// The rules that name a target, and an interface that leads to it.
    private(set) var assumed: Set<Int> = []

    init(_ entries: [FlatEntry]) {
        rules = entries.flatMap { entry in
            switch entry {
            case .rule(let rule): [rule]
            case .leftOut(let rule, _, let regions):
                // It may change sources, or keep later rules from doing so.
                regions.map { FlatRule(region: $0, verdict: .unknown, rule: rule, notes: []) }
            }
        }
        for (place, rule) in rules.enumerated() {
            let ranges = rule.region.match.destination.addresses?.ranges ?? []
            if ranges.count == 1, let address = ranges[0].addresses(atMost: 1)?.first {
                byAddress[address, default: []].append(place)
            } else {
                others.append(place)
            }
        }
    }

    /// The rules that may hold for what goes to some targets, in their order.
    private func candidates(_ targets: [Target]) -> [FlatRule] {
        let addresses = targets.compactMap(\.address)
        guard addresses.count == targets.count else { return rules }
        let places = Set(addresses).reduce(others) { $0 + (byAddress[$1] ?? []) }
        return places.sorted().map { rules[$0] }
    }

    /// What the source of a redirect's connections becomes, and the rules of which it can't be told
    /// whether they hold for it.
    ///
    /// - Throws: ``Unsayable`` if a policy can't say it.
    mutating func masquerade(
        of part: DecidedPart
    ) throws(Unsayable) -> (masquerade: Masquerade?, unknown: Set<Int>) {
        let targets = part.decision.targets.filter { !$0.staysHere }
        guard !targets.isEmpty else { return (nil, []) }
        var unsure: Set<Int> = []
        var unsureSources: Set<ForeignSource> = []
        let original = part.region.match.source.addresses
        var left = original
        var found: [(source: Masquerade.Source, from: AddressSet?, rule: Int)] = []
        // Whether an earlier rule may keep later ones from connections that they hold for.
        var isUncertain = false
        for rule in candidates(targets) {
            comparisons += 1
            let answer = answer(rule, part, targets)
            if case .unknown = answer {
                unsure.insert(rule.rule)
                if case .source(let source) = rule.verdict {
                    unsureSources.insert(source)
                } else {
                    isUncertain = true
                }
            }
            guard case .holds(let clients) = answer else { continue }
            // It counts only if those before it would do the same.
            if case .source(let source) = rule.verdict,
                unsureSources.contains(where: { $0 != source })
            {
                isUncertain = true
            }
            guard !isUncertain else {
                unsure.insert(rule.rule)
                unknown.insert(rule.rule)
                continue
            }
            let reached: AddressSet?
            if let clients, let left {
                guard let common = left.common(with: clients) else { continue }
                reached = common
            } else {
                reached = clients ?? left
            }
            if case .source(let source) = rule.verdict {
                let addresses = source.address.map { [$0.family: $0] } ?? [:]
                let from = reached == original ? nil : reached
                found.append((Masquerade.Source(addresses), from, rule.rule))
            }
            guard let clients else { break }
            let families = part.region.match.families.intersection(part.decision.families)
            let all = AddressSet(families.sorted().map { AddressRange.all(of: $0) })
            left = (left ?? all).subtracting(clients)
            if left?.isEmpty == true { break }
        }
        guard let first = found.first else { return (nil, unsure) }
        used.formUnion(found.map(\.rule))
        guard found.allSatisfy({ $0.source == first.source }) else {
            throw Unsayable(reason: "its clients get several source addresses")
        }
        var clients: AddressSet? = first.from
        for next in found.dropFirst() {
            clients = clients.flatMap { all in next.from.map { all.union($0) } }
        }
        return (Masquerade(clients: clients, source: first.source), unsure)
    }

    private mutating func answer(
        _ rule: FlatRule,
        _ part: DecidedPart,
        _ targets: [Target]
    ) -> Answer {
        let match = part.region.match
        let goals = targets.map { Goal($0, of: match) }
        var families = match.families
        families.formIntersection(part.decision.families)
        // Whose source it would be, if nothing else matters.
        var own = rule.region.match
        if let addresses = own.source.addresses, let clients = match.source.addresses,
            addresses.isDisjoint(with: clients)
        {
            return .holdsNot
        }
        guard families.contains(where: { own.families.contains($0) }) else { return .holdsNot }
        if goals.allSatisfy({ $0.isDisjoint(from: own.destination) }) { return .holdsNot }
        if let mine = own.protocols, let theirs = match.protocols, mine.isDisjoint(with: theirs) {
            return .holdsNot
        }
        let namesGoal =
            own.destination.addresses.map { addresses in
                addresses.rangeCount == 1 && goals.allSatisfy { $0.isOnly(addresses) }
            } ?? false
        var isKnown = rule.share == nil
        if case .unknown = rule.verdict { isKnown = false }
        isKnown = isKnown && goals.allSatisfy { $0.isWithin(own.destination) }
        isKnown = isKnown && families.isSubset(of: own.families)
        isKnown =
            isKnown && (own.protocols.map { match.protocols?.isSubset(of: $0) == true } ?? true)
        var clients = own.source.addresses
        let all = AddressSet(families.sorted().map { AddressRange.all(of: $0) })
        for exception in rule.region.exceptions {
            switch exceptionAnswer(exception, goals, match) {
            case .holds(nil): return .holdsNot
            case .holds(let others?): clients = (clients ?? all).subtracting(others)
            case .holdsNot: break
            case .unknown: isKnown = false
            }
        }
        if clients?.isEmpty == true { return .holdsNot }
        own.source.addresses = nil
        own.destination = .init()
        (own.protocols, own.family) = (nil, nil)
        // What else it asks for must be what the redirect asks for.
        isKnown = isKnown && (own.isEverything || own.isAsked(by: match))
        if rule.interfaces != .none {
            // Only a rule that changes sources is there for connections to the target.
            if isKnown, namesGoal, rule.interfaces == .leaving, case .source = rule.verdict {
                assumed.insert(rule.rule)
            } else {
                isKnown = false
            }
        }
        guard isKnown else {
            unknown.insert(rule.rule)
            return .unknown
        }
        if let mine = clients, let theirs = match.source.addresses,
            theirs.subtracting(mine).isEmpty
        {
            clients = nil
        }
        return .holds(from: clients)
    }

    private func exceptionAnswer(_ exception: Match, _ goals: [Goal], _ match: Match) -> Answer {
        if goals.allSatisfy({ $0.isDisjoint(from: exception.destination) }) { return .holdsNot }
        if let mine = exception.protocols, let theirs = match.protocols,
            mine.isDisjoint(with: theirs)
        {
            return .holdsNot
        }
        var rest = exception
        rest.source.addresses = nil
        guard goals.allSatisfy({ $0.isWithin(exception.destination) }) else { return .unknown }
        rest.destination = .init()
        guard rest.isEverything else { return .unknown }
        return .holds(from: exception.source.addresses)
    }
}

/// Where connections of a redirect go, as the rules for sources see them.
private struct Goal {
    let addresses: AddressSet?
    let ports: PortSet?

    init(_ target: Target, of match: Match) {
        addresses =
            target.address.map { AddressSet(AddressRange($0)) } ?? match.destination.addresses
        ports = target.port?.ports ?? match.destination.ports
    }

    func isDisjoint(from end: Match.Endpoint) -> Bool {
        if let own = addresses, let other = end.addresses, own.isDisjoint(with: other) {
            return true
        }
        if let own = ports, let other = end.ports, own.common(with: other) == nil { return true }
        return false
    }

    func isWithin(_ end: Match.Endpoint) -> Bool {
        guard !end.isLocal else { return false }
        if let other = end.addresses {
            guard let own = addresses, own.subtracting(other).isEmpty else { return false }
        }
        if let other = end.ports {
            guard let own = ports, own.subtracting(other) == nil else { return false }
        }
        return true
    }

    func isOnly(_ others: AddressSet) -> Bool { addresses == others }
}

extension Target {
    /// Whether connections surely stay on this machine.
    fileprivate var staysHere: Bool { isLocal || address?.isLoopback == true }
}

extension Match {
    /// Whether every key is also one of another match, with the same value.
    fileprivate func isAsked(by other: Match) -> Bool {
        guard let both = other.intersection(self) else { return false }
        return both.match == other && both.exceptions.isEmpty && interfaces == nil
    }
}
