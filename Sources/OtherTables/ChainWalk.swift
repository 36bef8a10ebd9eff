/// The way of one packet through a base chain and the chains that it calls.
struct ChainWalk {
    /// What happens to a packet in a chain, and where.
    struct Event: Hashable {
        let verdict: Verdict

        /// The chain that has the rule.
        let chain: String

        /// The rule; `nil` for a base chain's policy.
        let rule: UInt64?

        /// What decides whether it happens; `nil` if it does for certain.
        var doubt: Doubt?
    }

    /// How the walk through a chain ended.
    private enum Ending {
        /// For certain with an event.
        case event(Event)
        /// With an event, if the chain was reached at all.
        case possibleEvent
        /// The calling chain goes on.
        case returned
    }

    /// What happens if none of the possible events does.
    private(set) var last = Event(verdict: .accept, chain: "", rule: nil)

    /// What may happen before.
    private(set) var possible: [Event] = []

    /// The packet after the walk; a mark that may have been changed is unknown.
    private(set) var packet: FilterPacket

    private let table: OtherTable
    private let visited: VisitedRules?
    private var budget: Int

    /// The number of rules left that may be executed.
    var rest: Int { max(0, budget) }

    /// Whether the walk was given up because there were too many rules.
    var wasGivenUp: Bool { budget < 0 }

    /// The kernel refuses more nested calls (NFT_JUMP_STACK_SIZE).
    private static let deepest = 16

    /// Walks through a base chain.
    ///
    /// - Parameters:
    ///   - packet: The packet.
    ///   - chain: The base chain.
    ///   - table: Its table.
    ///   - visited: The rules that the packet can match; `nil` if it visits all rules.
    ///   - budget: The number of rules that may be executed.
    init(
        of packet: FilterPacket,
        through chain: OtherChain,
        in table: OtherTable,
        _ visited: VisitedRules?,
        budget: Int
    ) {
        self.visited = visited
        self.packet = packet
        self.table = table
        self.budget = budget
        switch walk(chain, nil, depth: 0) {
        case .event(let event): last = event
        case .possibleEvent, .returned:
            let verdict: Verdict = chain.base?.drops == true ? .drop : .accept
            last = Event(verdict: verdict, chain: chain.name, rule: nil)
        }
    }

    /// Walks through a chain; the doubt is what decides whether it is reached, and `nil` if it is for
    /// certain.
    private mutating func walk(_ chain: OtherChain, _ doubt: Doubt?, depth: Int) -> Ending {
        var doubt = doubt
        var mayHaveReturned = false
        var places = places(in: chain)[...]
        var visitsAll = packet.isHeaderChanged
        var next = 0
        while true {
            // What could not match before may match now, also if a called chain has changed the header.
            if packet.isHeaderChanged, !visitsAll {
                places = Array(next..<chain.rules.count)[...]
                visitsAll = true
            }
            guard let place = places.popFirst() else { break }
            next = place + 1
            let rule = chain.rules[place]
            budget -= 1
            guard budget >= 0 else { return .possibleEvent }
            let run = RuleRun(rule, &packet, table.sets, isCertain: doubt == nil)
            budget -= run.cost
            for effect in run.effects {
                let ownDoubt =
                    effect.isCertain ? nil : Doubt.both(doubt, run.doubt) ?? .unknown("a rule")
                let isLast = effect == run.effects.last && run.isDecided
                switch effect.verdict {
                case .return:
                    if isLast { return .returned }
                    mayHaveReturned = true
                    doubt = ownDoubt?.ofOthers
                case .jump(let name), .goto(let name):
                    let ending = call(name, ownDoubt, depth: depth)
                    guard isLast else {
                        // What was sent away does not come back to this chain.
                        if case .goto = effect.verdict {
                            mayHaveReturned = true
                            doubt = ownDoubt?.ofOthers
                        }
                        continue
                    }
                    if case .returned = ending, case .jump = effect.verdict { continue }
                    return mayHaveReturned ? .returned : ending
                default:
                    let event = Event(
                        verdict: effect.verdict,
                        chain: chain.name,
                        rule: rule.handle,
                        doubt: ownDoubt
                    )
                    if effect.verdict == .notrack {
                        // What is tracked already stays so, and the rule goes on in any case.
                        if !packet.isTracked { possible.append(event) }
                        continue
                    }
                    if effect.isCertain { return .event(event) }
                    possible.append(event)
                    if isLast { return mayHaveReturned ? .returned : .possibleEvent }
                }
            }
        }
        return .returned
    }

    /// The places of the rules that the packet can match.
    private func places(in chain: OtherChain) -> [Int] {
        // Nothing is known of a changed header.
        guard let visited, !packet.isHeaderChanged else { return Array(chain.rules.indices) }
        return visited.places(in: chain)
    }

    private mutating func call(_ name: String, _ doubt: Doubt?, depth: Int) -> Ending {
        guard depth < Self.deepest, let chain = table.chains[name] else { return .returned }
        return walk(chain, doubt, depth: depth + 1)
    }
}

/// The rules of a table that a packet can match, by the numbers of a ``RuleIndex``.
struct VisitedRules {
    /// Those that all packets of its shape can match, in order.
    let always: [Int]

    /// The others, in order.
    let matching: [Int]

    /// The number of the first rule of each chain.
    let firstRules: [String: Int]

    /// The places of the rules in a chain, in order.
    func places(in chain: OtherChain) -> [Int] {
        guard let first = firstRules[chain.name] else { return [] }
        let numbers = first..<first + chain.rules.count
        var places = always.numbers(in: numbers).map { $0 - first }
        let others = matching.numbers(in: numbers)
        guard !others.isEmpty else { return places }
        places += others.lazy.map { $0 - first }
        places.sort()
        return places
    }
}

extension [Int] {
    /// The sorted numbers that are in a range.
    fileprivate func numbers(in range: Range<Int>) -> ArraySlice<Int> {
        let start = place(of: range.lowerBound)
        return self[start..<place(of: range.upperBound)]
    }

    /// The place of the first number that is not below another one.
    private func place(of number: Int) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if self[middle] < number { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
