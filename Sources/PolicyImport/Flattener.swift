import Addressing
import PolicyModel

/// A rule with the conditions of the jumps that lead to it.
struct FlatRule {
    /// What it does with the connections.
    enum Verdict {
        case leaveAlone
        /// Nobody knows, because the rule is not understood.
        case unknown
        case destination(ForeignDestination)
        case source(ForeignSource)
    }

    var region: Region
    var verdict: Verdict
    var share: ForeignShare?
    /// The number of the rule.
    var rule: Int
    var description: String?
    var notes: [String]
    /// What the rule and the jumps to it ask of interfaces, if the region leaves that out.
    var interfaces = InterfaceCondition.none
}

/// An entry of the list that chains become.
enum FlatEntry {
    case rule(FlatRule)
    /// A rule that is not taken; if it decides, the connections that it may have decided about get to
    /// later rules.
    case leftOut(rule: Int, reason: String, decides: [Region])
}

/// Makes one list of the chains that the kernel starts at a hook.
struct Flattener {
    private let ruleset: ForeignRuleset
    private let skips: (ForeignRuleset.ChainName) -> String?
    private var visits = 0
    private var exceptions = 0

    /// The list.
    private(set) var entries: [FlatEntry] = []

    /// The rules that were followed: jumps, and ends of chains.
    private(set) var followed: Set<Int> = []

    /// The chains that were read.
    private(set) var readChains: Set<ForeignRuleset.ChainName> = []

    /// The connections of the base chain that it leaves to the next one.
    private var leftToNext: [Region]?

    /// The most rules that are looked at, each time that a jump leads to them.
    static let mostVisits = 500_000

    /// The most exceptions that are looked at, each for every rule that they hold for.
    static let mostExceptions = 300_000

    /// The most jumps that lead to a rule.
    static let deepest = 64

    /// Creates a list.
    ///
    /// - Parameters:
    ///   - ruleset: The chains.
    ///   - skips: Why a chain is not read; `nil` if it is.
    init(_ ruleset: ForeignRuleset, skipping skips: @escaping (ForeignRuleset.ChainName) -> String?)
    {
        self.ruleset = ruleset
        self.skips = skips
    }

    /// Adds the chains of a hook.
    mutating func read(_ hook: ForeignRuleset.Hook) throws(ImportRefused) {
        let starts = ruleset.starts.filter { $0.hook == hook }
        for (index, start) in starts.enumerated() {
            // What one base chain accepts, the next one at the same hook may still translate.
            let isLast = starts[(index + 1)...].allSatisfy {
                $0.region.isDisjoint(with: start.region)
            }
            leftToNext = isLast ? nil : []
            var path = Path(hook: hook)
            try walk(start.chain, [start.region], &path)
        }
    }

    private struct Path {
        let hook: ForeignRuleset.Hook
        var chains: [ForeignRuleset.ChainName] = []
        /// What the jumps ask of interfaces.
        var interfaces = InterfaceCondition.none

        /// What is asked of interfaces beside the region of a rule.
        func interfaces(of rule: ForeignRule) -> InterfaceCondition {
            hook == .postrouting ? max(interfaces, rule.conditions.interfaces) : .none
        }
    }

    /// Reads a chain for some connections.
    private mutating func walk(
        _ chain: ForeignRuleset.ChainName,
        _ regions: [Region],
        _ path: inout Path
    ) throws(ImportRefused) {
        guard !path.chains.contains(chain) else {
            let loop = (path.chains.drop { $0 != chain } + [chain]).map(\.name)
            throw ImportRefused("the chains jump in a circle: \(loop.joined(separator: " → "))")
        }
        guard path.chains.count < Self.deepest else {
            throw ImportRefused("jumps are nested more than \(Self.deepest) deep")
        }
        path.chains.append(chain)
        defer { path.chains.removeLast() }
        readChains.insert(chain)
        var regions = regions
        for rule in ruleset.chains[chain] ?? [] {
            visits += 1
            guard visits <= Self.mostVisits else {
                throw ImportRefused(
                    "with every jump followed, there are more than \(Self.mostVisits) rules"
                )
            }
            try take(rule, &regions, &path)
        }
    }

    /// Adds a rule for the connections that get to it.
    private mutating func take(
        _ rule: ForeignRule,
        _ regions: inout [Region],
        _ path: inout Path
    ) throws(ImportRefused) {
        if let obstacle = rule.obstacle {
            // What of its conditions was read need not be all of them.
            leaveOut(rule, obstacle, regions)
            return
        }
        guard let own = rule.conditions.region(at: path.hook) else { return }
        try count(regions.reduce(0) { $0 + $1.exceptions.count })
        let reached = regions.compactMap { $0.intersection(own) }
        guard !reached.isEmpty else { return }
        switch rule.action {
        case .nothing(let reason):
            entries.append(.leftOut(rule: rule.id, reason: reason, decides: []))
        case .destination(let destination):
            try add(rule, reached, .destination(destination), path)
        case .source(let source): try add(rule, reached, .source(source), path)
        case .accept: try leaveAlone(rule, reached, path)
        case .return:
            guard rule.share == nil else {
                leaveOut(rule, "only a share of the connections returns", reached)
                return
            }
            try end(rule, &regions, own, reached, path)
        case .jump(let target): _ = try follow(rule, to: target, reached, &path)
        case .goto(let target):
            guard rule.share == nil else {
                leaveOut(rule, "only a share of the connections goes there", reached)
                return
            }
            guard try follow(rule, to: target, reached, &path) else { return }
            // What the chain leaves returns to where this one would return to.
            try end(rule, &regions, own, reached, path)
        }
    }

    /// Ends a chain for connections that return.
    ///
    /// Which of them do can't be told if the rule asks for an interface that the region leaves out: then it
    /// stays in the list, before the rules that may follow.
    private mutating func end(
        _ rule: ForeignRule,
        _ regions: inout [Region],
        _ own: Region,
        _ reached: [Region],
        _ path: Path
    ) throws(ImportRefused) {
        let isUnsure = path.hook == .postrouting && rule.conditions.interfaces != .none
        guard path.chains.count > 1, !isUnsure else {
            try leaveAlone(rule, reached, path)
            return
        }
        followed.insert(rule.id)
        regions = try rest(of: regions, without: own)
    }

    /// Adds the rules of a chain that a rule leads to; `false` if it is left out.
    private mutating func follow(
        _ rule: ForeignRule,
        to target: ForeignRuleset.ChainName,
        _ reached: [Region],
        _ path: inout Path
    ) throws(ImportRefused) -> Bool {
        if let reason = skips(target) {
            leaveOut(rule, reason, reached)
            return false
        }
        guard ruleset.chains[target] != nil else {
            leaveOut(rule, "there is no chain \(target.name.inComment)", reached)
            return false
        }
        let before = entries.count
        followed.insert(rule.id)
        let outer = path.interfaces
        path.interfaces = path.interfaces(of: rule)
        try walk(target, reached, &path)
        path.interfaces = outer
        if let share = rule.share { spread(rule, share, over: before, reached) }
        return true
    }

    /// Gives the share of a jump to the only rule that it led to.
    private mutating func spread(
        _ rule: ForeignRule,
        _ share: ForeignShare,
        over before: Int,
        _ reached: [Region]
    ) {
        // All rules of the chain would need the same coin.
        let added = entries.indices[before...].filter { index in
            if case .rule = entries[index] { true } else { false }
        }
        guard added.count == 1, case .rule(var only) = entries[added[0]], only.share == nil else {
            guard !added.isEmpty else { return }
            for index in added.reversed() { entries.remove(at: index) }
            followed.remove(rule.id)
            leaveOut(rule, "a share of the connections goes to a chain of several rules", reached)
            return
        }
        only.share = share
        entries[added[0]] = .rule(only)
    }

    private mutating func leaveOut(_ rule: ForeignRule, _ reason: String, _ regions: [Region]) {
        entries.append(.leftOut(rule: rule.id, reason: reason, decides: regions))
    }

    private mutating func leaveAlone(
        _ rule: ForeignRule,
        _ regions: [Region],
        _ path: Path
    ) throws(ImportRefused) {
        if leftToNext != nil, path.interfaces(of: rule) == .none {
            followed.insert(rule.id)
            leftToNext?.append(contentsOf: regions)
        } else {
            try add(rule, regions, .leaveAlone, path)
        }
    }

    private mutating func add(
        _ rule: ForeignRule,
        _ regions: [Region],
        _ verdict: FlatRule.Verdict,
        _ path: Path
    ) throws(ImportRefused) {
        var regions = regions
        for accepted in leftToNext ?? [] { regions = try rest(of: regions, without: accepted) }
        for region in regions {
            entries.append(
                .rule(
                    FlatRule(
                        region: region,
                        verdict: verdict,
                        share: rule.share,
                        rule: rule.id,
                        description: rule.description,
                        notes: rule.notes,
                        interfaces: path.interfaces(of: rule)
                    )
                )
            )
        }
    }

    private mutating func rest(
        of regions: [Region],
        without taken: Region
    ) throws(ImportRefused) -> [Region] {
        let parts = taken.exceptions.count + 1
        try count(regions.reduce(0) { $0 + parts * (1 + $1.exceptions.count) })
        return regions.flatMap { $0.subtracting(taken) }
    }

    private mutating func count(_ number: Int) throws(ImportRefused) {
        exceptions += number
        guard exceptions <= Self.mostExceptions else {
            throw ImportRefused(
                "the rules have more than \(Self.mostExceptions) exceptions, because many of them return "
                    + "or accept before others"
            )
        }
    }
}
