import Addressing
import Glibc
import TestSupport
import Testing

@testable import OtherTables

/// Which rules a packet need not visit, and which packets are alike for rules.
@Suite struct ExaminationTests {
    private static let part = Firewall.Part.filters(Int32.min...Int32.max)

    /// A packet that differs only in what a class tells.
    private struct Kind: Hashable {
        let packetClass: PacketClass
        let rest: FilterPacket

        init(_ packet: FilterPacket, _ packetClass: PacketClass) {
            self.packetClass = packetClass
            var rest = packet
            (rest.source, rest.destination) = (.init(), .init())
            rest.originalDestination = .init()
            self.rest = rest
        }
    }

    private struct Result: Hashable {
        let obstacles: [Obstacle]
        let mark: UInt32?
        let isHeaderChanged: Bool
    }

    private func result(_ packet: FilterPacket, _ examination: inout Examination) -> Result {
        var packet = packet
        let obstacles = examination.obstacles(to: &packet, at: .input, Self.part)
        #expect(examination.budget > 0)
        return Result(
            obstacles: obstacles,
            mark: packet.mark,
            isHeaderChanged: packet.isHeaderChanged
        )
    }

    /// How many firewalls: `REDIRCTL_SEMANTICS=all` tries sixty.
    private static let count = getenv("REDIRCTL_SEMANTICS") == nil ? 8 : 60

    @Test func `rules that are not visited change nothing`() {
        var alike = 0
        for seed in 0..<Self.count {
            var random = RandomFirewall(seed: UInt64(seed))
            let family: OtherTable.Family = seed.isMultiple(of: 3) ? .ip : .inet
            let firewall = random.firewall(family: family)
            var fast = Examination(of: firewall, budget: 10_000_000)
            var plain = Examination(of: firewall, budget: 10_000_000, visitsAll: true)
            var known: [Kind: (packet: FilterPacket, result: Result)] = [:]
            for _ in 0..<200 {
                let packet = random.packet(seed.isMultiple(of: 2) ? .ipv4 : .ipv6)
                let result = result(packet, &plain)
                #expect(self.result(packet, &fast) == result, "seed \(seed): \(packet)")
                let kind = Kind(packet, fast.packetClass(of: packet))
                if let other = known[kind] {
                    #expect(other.result == result, "seed \(seed): \(packet)\n\(other.packet)")
                    alike += 1
                } else {
                    known[kind] = (packet, result)
                }
            }
        }
        #expect(alike > 0, "no two packets were alike")
    }

    /// Rules as firewalls have them: an address and a port, a port, a network, a network of clients and
    /// a range of ports.
    private static func rules(_ count: Int) -> [OtherRule] {
        (0..<count).map { number in
            let address: [UInt8] = [10, 9, UInt8(number >> 8 & 0xFF), UInt8(number & 0xFF)]
            let port = 1000 + UInt16(number)
            let bytes = [UInt8(port >> 8), UInt8(port & 0xFF)]
            func load(_ base: UInt32, _ offset: Int, _ length: Int) -> Instruction {
                .load(.payload(base: base, offset: offset), length: length, to: 16)
            }
            let conditions: [Instruction] =
                switch number % 5 {
                case 0:
                    [
                        load(1, 16, 4), .compare(16, .equal, address), load(2, 2, 2),
                        .compare(16, .equal, [0, 80]),
                    ]
                case 1: [load(2, 2, 2), .compare(16, .equal, bytes)]
                case 2: [load(1, 16, 3), .compare(16, .equal, Array(address[..<3]))]
                case 3:
                    [
                        load(1, 12, 2), .compare(16, .equal, [10, 9]), load(2, 2, 2),
                        .compare(16, .equal, bytes),
                    ]
                default:
                    [load(2, 2, 2), .range(16, isNegated: false, from: bytes, to: [255, 255])]
                }
            return OtherRule(handle: UInt64(number), instructions: conditions + [.verdict(.drop)])
        }
    }

    private static let firewall: Firewall = {
        let base = OtherChain.Base(type: "filter", hook: .input, priority: 0)
        var table = OtherTable(OtherTable.Name(.ip, "t"))
        table.chains["input"] = OtherChain(name: "input", base: base, rules: rules(5000))
        return Firewall([table])
    }()

    private func packet(_ address: UInt32, _ port: UInt16) -> FilterPacket {
        FilterPacket(
            family: .ipv4,
            transport: 6,
            destination: .init(IPAddress(family: .ipv4, bits: UInt128(address)), port),
            isOutbound: false,
            mark: 0
        )
    }

    @Test func `a packet visits only the rules that it can match`() {
        var examination = Examination(of: Self.firewall, budget: 10_000)
        for number in 0..<100 as Range<UInt32> {
            var packet = packet(0x0A00_0000 + number, 79)
            let obstacles = examination.obstacles(to: &packet, at: .input, Self.part)
            #expect(obstacles.isEmpty)
        }
        // No rule is executed; comparisons with a few are what it costs.
        #expect(examination.budget > 5000)
    }

    @Test func `packets that no rule tells apart are of one class`() {
        var examination = Examination(of: Self.firewall, budget: 1_000_000)
        var classes: Set<PacketClass> = []
        for number in 0..<20_000 as Range<UInt32> {
            let packet = packet(0x0A00_0000 + number, UInt16(1 + number % 900))
            classes.insert(examination.packetClass(of: packet))
        }
        #expect(classes.count == 1)
        #expect(examination.budget > 0)
    }
}
