import Addressing
import Reporting
import RulesetModel
import TableDiff
import Testing

/// Very much in the table that no policy put there: work that grows with its square does not end in the
/// time that a test has.
@Suite(.timeLimit(.minutes(1))) struct FloodTests {
    enum Kind: CaseIterable {
        case rules
        case unreadableRules
        case rulesBeforeOurs
        case rulesOfARedirect
        case rulesOfUnknownRedirects
        case questions
        case chains
        case chainsWithRules
        case objects
        case counters
        case markers
        case elements
        case elementsOfARedirect
        case elementsOfUnknownRedirects
    }

    static let count = 20_000
    static let policy = MiniPolicy(redirects: [
        .init(name: "a", port: 80), .init(name: "b", form: .rule, port: 81),
    ])

    @Test(arguments: Kind.allCases)
    func `a flood is counted, and shown in part`(_ kind: Kind) throws {
        let wanted = Self.policy.ruleset
        let live = try Self.flooded(Sample.live(wanted), by: kind, count: Self.count)
        let difference = Difference(live: live, wanted: wanted, marker: Sample.marker)
        #expect(!difference.isEmpty)
        let lines = DriftText(difference, atMost: 20).lines(objects: true).map(\.text)
        #expect(lines.count < 100)
        let total = lines.last ?? ""
        switch kind {
        case .rulesOfARedirect, .elementsOfARedirect: #expect(total == "1 redirect changed.")
        case .chainsWithRules: #expect(total == "\(2 * Self.count) objects not from redirctl.")
        default: #expect(total == "\(Self.count) objects not from redirctl.")
        }
        #expect(PlanText(difference).lines(objects: false).count < 3 * Self.count)
    }

    @Test(arguments: Kind.allCases)
    func `a flood is removed`(_ kind: Kind) throws {
        let wanted = Self.policy.ruleset
        // The interpreter of commands looks for each of them; the chain and the map are emptied.
        let live = try Self.flooded(Sample.live(wanted), by: kind, count: 1200)
        let difference = Difference(live: live, wanted: wanted, marker: Sample.marker)
        let after = try Sample.carryOut(difference, on: live)
        #expect(Difference(live: after, wanted: wanted, marker: Sample.marker).isEmpty)
    }

    @Test func `as many redirects as are asked for are shown`() throws {
        let wanted = MiniPolicy(
            redirects: (1...30).map { .init(name: "r\($0)", form: .rule, port: 1000 + $0) }
        ).ruleset
        var live = try Sample.live(wanted)
        live.chains[1].rules.removeAll { $0.redirect != nil }
        let difference = Difference(live: live, wanted: wanted, marker: Sample.marker)
        for (limit, rest) in [
            (20, "  … and 10 more redirects; `--all` shows them"),
            (29, "  … and 1 more redirect; `--all` shows them"),
        ] {
            let lines = DriftText(difference, atMost: limit).lines(objects: false).map(\.text)
            #expect(lines.count { $0.hasPrefix("  - ") } == limit)
            #expect(lines.contains(rest))
            #expect(lines.last == "30 redirects changed.")
        }
        let all = DriftText(difference).lines(objects: false).map(\.text)
        #expect(all.count { $0.hasPrefix("  - ") } == 30)
        #expect(!all.contains { $0.contains("more") })
    }

    @Test func `only rules that are shown need words`() throws {
        let wanted = Self.policy.ruleset
        let live = try Self.flooded(Sample.live(wanted), by: .unreadableRules, count: 500)
        let difference = Difference(live: live, wanted: wanted, marker: Sample.marker)
        #expect(difference.rulesWithoutWords(amongFirst: 20).count == 20)
        #expect(difference.rulesWithoutWords(amongFirst: .max).count == 500)
        let handle = try #require(difference.rulesWithoutWords(amongFirst: 1).first)
        let worded = difference.worded(by: [handle: "tcp dport 22 accept"])
        let lines = DriftText(worded, atMost: 1).lines(objects: true).map(\.text)
        #expect(lines.count { $0.hasSuffix(": tcp dport 22 accept") } == 2)
    }

    @Test func `a map that is flooded is made again, and counts on`() throws {
        let wanted = Self.policy.ruleset
        var live = try Self.flooded(Sample.live(wanted), by: .elements, count: Self.count)
        let ours = try #require(live.maps[0].elements.firstIndex { $0.element.redirect == "a" })
        live.maps[0].elements[ours].count = PacketCount(packets: 7, bytes: 420)
        let difference = Difference(live: live, wanted: wanted, marker: Sample.marker)
        #expect(difference.commands.count < 10)
        #expect(difference.redirects.isEmpty)
        let after = try Sample.carryOut(difference, on: live)
        #expect(after.maps[0].elements.map(\.count) == [PacketCount(packets: 7, bytes: 420)])
    }

    // MARK: - Floods

    private static func flooded(_ table: LiveTable, by kind: Kind, count: Int) throws -> LiveTable {
        var table = table
        let output = try #require(table.chains.firstIndex { $0.name == "output" })
        let question = try #require(
            table.chains[output].rules.compactMap(\.known).first { $0.lookup != nil }
        )
        let type = table.maps[0].type
        for number in 0..<count {
            let handle = Handle(100_000 + number)
            func add(_ content: LiveRule.Content) {
                table.chains[output].rules.append(LiveRule(handle: handle, content: content))
            }
            func element(_ redirect: String?) {
                let parts: [UInt128] = type.key.map { field in
                    switch field {
                    case .destinationPort: UInt128(1000 + number)
                    case .transport: 6
                    default: UInt128(number)
                    }
                }
                table.maps[0].elements.append(
                    LiveElement(
                        MapElement(
                            key: MapKey(exactly: parts),
                            value: table.maps[0].elements[0].element.value,
                            redirect: redirect
                        ),
                        count: type.isCounting ? PacketCount() : nil
                    )
                )
            }
            switch kind {
            case .rules: add(.known(rule(number, nil)))
            case .unreadableRules: add(.foreign("a rule with handle \(handle)"))
            case .rulesBeforeOurs: add(.known(rule(7, nil)))
            case .rulesOfARedirect: add(.known(rule(number, "b")))
            case .rulesOfUnknownRedirects: add(.known(rule(number, "x\(number)")))
            case .questions: add(.known(question))
            case .chains: table.chains.append(LiveChain(name: "c\(number)", handle: handle))
            case .chainsWithRules:
                table.chains.append(
                    LiveChain(
                        name: "c\(number)",
                        handle: handle,
                        rules: [LiveRule(handle: handle + 50_000, content: .foreign("accept"))]
                    )
                )
            case .objects:
                table.others.append(LiveObject(kind: "quota", name: "q\(number)", handle: handle))
            case .counters:
                table.counters.append(
                    LiveCounter(name: "k\(number)", handle: handle, packets: 0, bytes: 0)
                )
            case .markers:
                let marker = Marker(number: number + 9, digest: Sample.digest)
                table.chains.append(LiveChain(name: marker.chain, handle: handle))
            case .elements: element(nil)
            case .elementsOfARedirect: element("a")
            case .elementsOfUnknownRedirects: element("x\(number)")
            }
        }
        if kind == .rulesBeforeOurs {
            let ours = table.chains[output].rules.count - count
            table.chains[output].rules += table.chains[output].rules.prefix(ours)
            table.chains[output].rules.removeFirst(ours)
        }
        return table
    }

    private static func rule(_ number: Int, _ comment: String?) -> Rule {
        Rule(
            selector: Selector(
                protocols: [.tcp],
                destinationPorts: Port(UInt16(1 + number)).map { PortSet([$0...$0]) }
            ),
            statement: .accept,
            comment: comment
        )
    }
}
