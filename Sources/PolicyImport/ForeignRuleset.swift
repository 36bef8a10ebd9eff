import Addressing
import PolicyModel

/// Chains of NAT rules, as iptables and nftables have them.
struct ForeignRuleset {
    /// A place where the kernel starts chains.
    enum Hook: Hashable, CaseIterable {
        case prerouting
        case output
        case postrouting

        /// The direction of the connections that redirects at this place are about.
        var direction: Direction? {
            switch self {
            case .prerouting: .inbound
            case .output: .outbound
            case .postrouting: nil
            }
        }
    }

    /// A chain that the kernel starts.
    struct Start {
        let hook: Hook
        let chain: ChainName
        /// The connections that it sees.
        let region: Region
    }

    /// The name of a chain, and what holds it.
    struct ChainName: Hashable {
        let table: String
        let name: String
    }

    /// What to do with the rules that were taken.
    static let advice =
        "redirects come before rules of other tables; once this policy is applied, delete the rules taken"

    /// The rules as they were written, by their number.
    var written: [WrittenRule] = []

    /// The chains.
    var chains: [ChainName: [ForeignRule]] = [:]

    /// The names of the chains, in the order of the text.
    var order: [ChainName] = []

    /// The chains that the kernel starts, in the order in which it does.
    var starts: [Start] = []

    /// The chains that are not read, and why.
    var unread: [ChainName: String] = [:]

    /// What else is to be said.
    var remarks: [String] = []
}

/// A rule as it was written.
struct WrittenRule {
    /// The line; `nil` if the text has no lines of its own.
    let line: Int?

    /// The rule's text.
    let text: String

    /// The rule as a comment quotes it.
    var quotation: String { (line.map { "line \($0): " } ?? "") + text.inComment }
}

/// A rule of a chain.
struct ForeignRule {
    /// Its number in ``ForeignRuleset/written``.
    let id: Int

    /// The connections it is about.
    var conditions = ForeignConditions()

    /// What it does with them.
    var action: ForeignAction = .nothing("it only counts")

    /// The share of the connections that it takes; `nil` for all.
    var share: ForeignShare?

    /// What the operator says of it.
    var description: String?

    /// Why it can't be understood; `nil` if it can.
    var obstacle: String?

    /// What else is to be said of it.
    var notes: [String] = []

    /// Notes why the rule can't be understood; the first reason counts.
    mutating func refuse(_ reason: String) {
        if obstacle == nil { obstacle = reason }
    }
}

/// What a rule does.
enum ForeignAction {
    case destination(ForeignDestination)
    case source(ForeignSource)
    /// Nothing more happens to the connection in this hook.
    case accept
    case `return`
    case jump(ForeignRuleset.ChainName)
    case goto(ForeignRuleset.ChainName)
    /// Nothing that matters for redirects, and why.
    case nothing(String)
}

/// Where a rule sends connections.
struct ForeignDestination: Hashable {
    /// The addresses.
    enum Place: Hashable {
        case same
        case local
        case address(IPAddress)
        /// One of several, by the client's address.
        case pool([IPAddress])
        /// One of several, with their ports.
        case balance(Balance)
    }

    var place: Place

    /// The ports; `nil` if they stay.
    var ports: ClosedRange<Port>?

    /// The port that goes to the first of ``ports``; `nil` if the kernel chooses one of them.
    var base: Port?
}

/// The source address that a rule gives to connections.
struct ForeignSource: Hashable {
    /// The address; `nil` for that of the interface.
    var address: IPAddress?
}

/// The share of connections that a rule takes.
enum ForeignShare: Hashable {
    /// Each connection with this probability.
    case random(Double)
    /// One connection of so many.
    case everyNth(Int)
}

/// What conditions ask of interfaces, where a region leaves them out.
enum InterfaceCondition: Int, Comparable {
    case none
    /// Connections leave by one of some, which a rule for one target most likely names for it.
    case leaving
    /// What the target does not tell: where connections arrive, or what they do not leave by.
    case other

    static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// The connections that a rule is about.
struct ForeignConditions {
    /// What does not depend on interfaces; `nil` if no connection can match.
    private(set) var region: Region? = .all

    private var arrivesOn: Set<InterfacePattern>?
    private var leavesBy: Set<InterfacePattern>?
    private var exceptArriving: [Set<InterfacePattern>] = []
    private var exceptLeaving: [Set<InterfacePattern>] = []

    /// What is asked of interfaces.
    var interfaces: InterfaceCondition {
        guard arrivesOn == nil, exceptArriving.isEmpty, exceptLeaving.isEmpty else { return .other }
        return leavesBy == nil ? .none : .leaving
    }

    /// Adds a condition.
    mutating func require(_ match: Match, isNegated: Bool = false) {
        region =
            isNegated ? region?.excepting(match) : region?.intersection(Region(match: match))
    }

    /// Adds a condition on interfaces.
    mutating func require(
        _ interfaces: Set<InterfacePattern>,
        arriving: Bool,
        isNegated: Bool = false
    ) {
        switch (arriving, isNegated) {
        case (true, true): exceptArriving.append(interfaces)
        case (false, true): exceptLeaving.append(interfaces)
        case (true, false): arrivesOn = Self.narrowed(arrivesOn, to: interfaces)
        case (false, false): leavesBy = Self.narrowed(leavesBy, to: interfaces)
        }
    }

    /// Adds a condition that no connection meets.
    mutating func requireNothing() { region = nil }

    private static func narrowed(
        _ old: Set<InterfacePattern>?,
        to new: Set<InterfacePattern>
    ) -> Set<InterfacePattern> {
        old.map { $0.common(with: new) } ?? new
    }

    /// The connections at a hook; `nil` if there are none.
    ///
    /// Connections that arrive have no interface yet by which they leave, and those of this machine none on
    /// which they arrive. For sources, the interface is left out.
    func region(at hook: ForeignRuleset.Hook) -> Region? {
        let (asked, excepted, absent) =
            switch hook {
            case .prerouting: (arrivesOn, exceptArriving, leavesBy)
            case .output: (leavesBy, exceptLeaving, arrivesOn)
            case .postrouting: (nil, [], nil) as (Set?, [Set], Set?)
            }
        guard absent == nil, var region else { return nil }
        if let asked {
            guard !asked.isEmpty,
                let narrowed = region.intersection(Region(match: Match(interfaces: asked)))
            else { return nil }
            region = narrowed
        }
        for interfaces in excepted {
            guard let rest = region.excepting(Match(interfaces: interfaces)) else { return nil }
            region = rest
        }
        return region
    }
}
