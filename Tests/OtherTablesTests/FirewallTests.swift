import Addressing
import OtherTables
import TestSupport
import Testing

/// What a firewall does with a packet of which only some parts are known.
@Suite struct FirewallTests {
    /// Goes on if the client has this address; the numbers are those of a header of IPv4.
    private static let client: [Instruction] = [
        .load(.payload(base: 1, offset: 12), length: 4, to: 16),
        .compare(16, .equal, [10, 3, 0, 2]),
    ]

    /// Goes on if the destination's port is this.
    private static func port(_ port: UInt16) -> [Instruction] {
        [
            .load(.payload(base: 2, offset: 2), length: 2, to: 16),
            .compare(16, .equal, [UInt8(port >> 8), UInt8(port & 0xFF)]),
        ]
    }

    private static let limit: [Instruction] = [.unknownCondition("`limit`")]

    private func firewall(
        _ rules: [[Instruction]],
        drops: Bool = false,
        chains: [String: [[Instruction]]] = [:],
        sets: [String: OtherSet] = [:]
    ) -> Firewall {
        func numbered(_ rules: [[Instruction]]) -> [OtherRule] {
            rules.enumerated().map { OtherRule(handle: UInt64($0), instructions: $1) }
        }
        let base = OtherChain.Base(type: "filter", hook: .input, priority: 0, drops: drops)
        var table = OtherTable(OtherTable.Name(.inet, "t"), sets: sets)
        table.chains["input"] = OtherChain(name: "input", base: base, rules: numbered(rules))
        for (name, rules) in chains {
            table.chains[name] = OtherChain(name: name, rules: numbered(rules))
        }
        return Firewall([table])
    }

    /// What happens to a packet to port 80, of which the client is not known.
    private func obstacle(
        _ firewall: Firewall,
        port: UInt16? = 80,
        client: String? = nil,
        tracking: FilterPacket.Tracking = .new
    ) -> Obstacle? {
        var packet = FilterPacket(
            family: .ipv4,
            transport: 6,
            source: .init(client.flatMap { IPAddress($0) }, nil),
            destination: .init(IPAddress("10.3.0.1"), port),
            isToThisMachine: true,
            isOutbound: false,
            mark: 0
        )
        packet.tracking = tracking
        var examination = Examination(of: firewall, budget: 1000)
        return examination.obstacles(
            to: &packet,
            at: .input,
            .filters(Int32.min...Int32.max)
        ).first
    }

    private static let drop: [Instruction] = [.verdict(.drop)]
    private static let accept: [Instruction] = [.verdict(.accept)]

    @Test func `what is kept from some clients is no obstacle`() {
        let firewall = firewall([Self.client + Self.drop])
        #expect(obstacle(firewall) == nil)
        #expect(obstacle(firewall, client: "10.3.0.2")?.isCertain == true)
        #expect(obstacle(firewall, client: "10.3.0.3") == nil)
    }

    @Test func `what is accepted of some clients only may be an obstacle`() {
        let firewall = firewall([Self.client + Self.accept], drops: true)
        #expect(obstacle(firewall)?.doubt == .client("the client's address"))
        #expect(obstacle(firewall, client: "10.3.0.2") == nil)
        #expect(obstacle(firewall, client: "10.3.0.3")?.isCertain == true)
    }

    @Test func `what can't be told may be an obstacle`() {
        #expect(obstacle(firewall([Self.limit + Self.drop]))?.doubt == .unknown("`limit`"))
        #expect(obstacle(firewall([[.unknownAction("`x`")]]))?.kind == .unknown)
        #expect(obstacle(firewall([Self.limit + Self.accept], drops: true))?.isCertain == false)
        #expect(obstacle(firewall([Self.limit + Self.drop, Self.drop]))?.isCertain == true)
        #expect(obstacle(firewall([Self.accept, Self.limit + Self.drop])) == nil)
        #expect(obstacle(firewall([Self.port(80) + Self.drop]), port: nil)?.isCertain == false)
        #expect(obstacle(firewall([[.verdict(.queue)]]))?.isCertain == false)
    }

    @Test func `a doubt is carried into chains and out of them`() {
        let jump: [Instruction] = [.verdict(.jump("c"))]
        let goto: [Instruction] = [.verdict(.goto("c"))]
        let back: [Instruction] = [.verdict(.return)]
        func doubt(_ rules: [[Instruction]], _ called: [[Instruction]], drops: Bool = false)
            -> Doubt??
        {
            obstacle(firewall(rules, drops: drops, chains: ["c": called])).map(\.doubt)
        }
        #expect(doubt([jump], [Self.drop]) == .some(nil))
        #expect(doubt([Self.limit + jump], [Self.drop]) == .unknown("`limit`"))
        #expect(doubt([Self.client + jump], [Self.drop]) == nil)
        #expect(doubt([Self.client + jump], [Self.limit + Self.drop]) == nil)
        #expect(doubt([jump], [Self.limit + back, Self.drop]) == .unknown("`limit`"))
        #expect(doubt([jump, Self.drop], [Self.limit + back, Self.accept]) == .unknown("`limit`"))
        #expect(doubt([jump, Self.drop], [back, Self.accept]) == .some(nil))
        #expect(doubt([goto, Self.accept], [], drops: true) == .some(nil))
        #expect(doubt([goto, Self.drop], []) == nil)
        #expect(
            doubt([Self.client + goto, Self.drop], [Self.accept])
                == .unknown("the client's address")
        )
        #expect(doubt([Self.client + back, Self.drop], []) == .unknown("the client's address"))
        #expect(doubt([Self.limit + back, Self.client + Self.drop], []) == nil)
        #expect(doubt([Self.limit + goto, Self.drop], []) == .unknown("`limit`"))
        #expect(doubt([Self.limit + goto, Self.drop], [Self.drop], drops: true) == .some(nil))
    }

    @Test func `nothing is known of a header that a rule changes`() {
        let change: [Instruction] = [.changeHeader]
        let changed = firewall([Self.port(81) + change, change, Self.port(90) + Self.drop])
        #expect(obstacle(changed)?.doubt == .unknown("a changed header"))
        #expect(obstacle(firewall([Self.port(81) + change, Self.port(90) + Self.drop])) == nil)
    }

    /// IPS_ASSURED and IPS_SRC_NAT depend on what was sent, and on whether the source is changed, too.
    @Test(arguments: [0x04, 0x10] as [UInt8])
    func `a status that later packets may have is not known`(status: UInt8) {
        let load = Instruction.load(.connection(2, isReply: false), length: 4, to: 16)
        let native = withUnsafeBytes(of: UInt32(status)) { Array($0) }
        let mask = Instruction.bitwise(16, mask: native, xor: [0, 0, 0, 0], to: 16)
        let rule = [load, mask, .compare(16, .unequal, [0, 0, 0, 0]), .verdict(.drop)]
        #expect(obstacle(firewall([rule])) == nil)
        #expect(obstacle(firewall([rule]), tracking: .established)?.isCertain == false)
    }

    @Test func `the rule of an exemption from tracking goes on`() {
        let rule: [Instruction] = [.notrack, .verdict(.drop)]
        #expect(obstacle(firewall([rule]))?.kind == .drop(isTold: false))
        // At this hook, packets are tracked already.
        #expect(obstacle(firewall([[.notrack]])) == nil)
    }

    @Test func `what a load leaves of a register is not known`() {
        // A name of 16 bytes overwrites what was loaded there.
        let rule: [Instruction] = [
            .constant([1, 2, 3, 4], to: 8), .load(.meta(26), length: 16, to: 0),
            .compare(8, .equal, [9, 9, 9, 9]), .verdict(.drop),
        ]
        #expect(obstacle(firewall([rule]))?.isCertain == false)
    }

    @Test func `of a map that was read in part, nothing is known`() {
        var map = OtherSet(keyLength: 2)
        map.add(.init(first: [0, 80], last: [0, 80], value: .verdict(.accept)))
        let rule: [Instruction] = [
            .load(.payload(base: 2, offset: 2), length: 2, to: 16), .obey(16, by: "m"),
        ]
        #expect(obstacle(firewall([rule], sets: ["m": map])) == nil)
        map.obstacle = "a set that is too large"
        #expect(obstacle(firewall([rule], sets: ["m": map]))?.isCertain == false)
    }

    @Test func `elements of sets count as work`() {
        var set = OtherSet(keyLength: 4)
        for number in 0..<100 as Range<UInt8> {
            set.add(.init(first: [9, 9, 9, number], last: [9, 9, number, 9]))
        }
        let mark = Instruction.load(.meta(3), length: 4, to: 16)
        let rule = [mark, .find(16, in: "s", isNegated: false), .verdict(.drop)]
        let firewall = firewall(Array(repeating: rule, count: 11), sets: ["s": set])
        func rest(_ mark: UInt32?) -> Int {
            var packet = FilterPacket(
                family: .ipv4,
                transport: 6,
                destination: .init(IPAddress("10.3.0.1"), 80),
                isOutbound: false,
                mark: mark
            )
            var examination = Examination(of: firewall, budget: 1000)
            let all = Firewall.Part.filters(Int32.min...Int32.max)
            _ = examination.obstacles(to: &packet, at: .input, all)
            return examination.budget
        }
        #expect(rest(7) == 0)
        #expect(rest(nil) == 989)
    }

    @Test func `a set is looked up with what is known of the key`() {
        var set = OtherSet(keyLength: 8, fields: [4, 2])
        set.add(.init(first: [10, 3, 0, 0, 0, 80, 0, 0], last: [10, 3, 0, 255, 0, 90, 0, 0]))
        let rule: [Instruction] = [
            .load(.payload(base: 1, offset: 12), length: 4, to: 16),
            .load(.payload(base: 2, offset: 2), length: 2, to: 20),
            .find(16, in: "s", isNegated: false), .verdict(.drop),
        ]
        let firewall = firewall([rule], sets: ["s": set])
        #expect(obstacle(firewall, client: "10.3.0.9")?.isCertain == true)
        #expect(obstacle(firewall, client: "10.4.0.9") == nil)
        #expect(obstacle(firewall, port: 91, client: "10.3.0.9") == nil)
        #expect(obstacle(firewall, port: nil, client: "10.3.0.9")?.isCertain == false)
        #expect(obstacle(firewall) == nil)
    }

    @Test(arguments: 0..<20) func `the index of a long chain changes nothing`(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        let rules = (0..<60).map { _ -> [Instruction] in
            let port = Self.port(UInt16.random(in: 79...84, using: &random))
            let condition = [[], port, Self.client, Self.limit, Self.client + port].randomElement(
                using: &random
            )
            let verdict = [Self.drop, Self.accept, []].randomElement(using: &random)
            return (condition ?? []) + (verdict ?? [])
        }
        var chains: [String: [[Instruction]]] = [:]
        var calls: [[Instruction]] = []
        for start in stride(from: 0, to: rules.count, by: 10) {
            chains["c\(start)"] = Array(rules[start..<start + 10])
            calls.append([.verdict(.jump("c\(start)"))])
        }
        for port in 79...84 {
            let long = obstacle(firewall(rules), port: UInt16(port))
            let short = obstacle(firewall(calls, chains: chains), port: UInt16(port))
            #expect(long?.kind == short?.kind)
            #expect(long?.doubt == short?.doubt)
        }
    }
}
