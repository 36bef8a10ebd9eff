import Addressing
import Netlink
import RulesetModel
import TestSupport
import Testing

@testable import Nftables

/// Reading and deleting the connections that the kernel tracks.
@Suite(.networkNamespace) struct ConnectionTrackingTests {
    private let machine = Lab().machine

    private func redirect(_ from: Int, to port: Int) throws {
        try machine.nft(
            """
            table inet t
            delete table inet t
            table inet t { chain o { type nat hook output priority -105; \
            udp dport \(from) dnat to :\(port); tcp dport \(from) dnat to :\(port); }; }
            """
        )
    }

    private func flows(to port: UInt16) throws -> [TrackedFlow] {
        try ConnectionTracking.flows { $0.destination.port?.number == port }
    }

    @Test(arguments: ["127.0.0.1", "[::1]"])
    func `a flow is read with its destination and its target`(address: String) throws {
        let server = try machine.serve(ports: [5353])
        defer { withExtendedLifetime(server) {} }
        try redirect(53, to: 5353)
        #expect(
            try machine.ask(.udp, "\(address):53", from: "\(address):4000")
                == .reached("\(address):5353")
        )
        let host = try #require(
            IPAddress(address.replacing("[", with: "").replacing("]", with: ""))
        )
        let tracked = try flows(to: 53)
        #expect(
            tracked.map(\.flow) == [
                Flow(
                    protocolNumber: 17,
                    client: .init(address: host, port: Port(4000)),
                    destination: .init(address: host, port: Port(53)),
                    target: .init(address: host, port: Port(5353)),
                    isTranslated: true
                )
            ]
        )
        #expect(try flows(to: 54).isEmpty)
    }

    @Test func `a flow without translation has its destination as target`() throws {
        let server = try machine.serve(ports: [54])
        defer { withExtendedLifetime(server) {} }
        try redirect(53, to: 5353)
        _ = try machine.ask(.udp, "127.0.0.1:54")
        let flow = try #require(try flows(to: 54).first?.flow)
        #expect(flow.target == flow.destination)
        #expect(!flow.isTranslated)
    }

    @Test func `a TCP connection that has ended is closed`() throws {
        let server = try machine.serve(ports: [5353])
        defer { withExtendedLifetime(server) {} }
        try redirect(53, to: 5353)
        #expect(try machine.ask(.tcp, "127.0.0.1:53") == .reached("127.0.0.1:5353"))
        // The client's last word may still be on its way.
        var states: [Bool] = []
        for _ in 0..<1000 where states != [true] { states = try flows(to: 53).map(\.flow.isClosed) }
        #expect(states == [true])
    }

    @Test func `only the next packets of a deleted flow are evaluated again`() throws {
        let server = try machine.serve(ports: [5353, 5354])
        defer { withExtendedLifetime(server) {} }
        try redirect(53, to: 5353)
        for port in 4000...4002 {
            _ = try machine.ask(.udp, "127.0.0.1:53", from: "127.0.0.1:\(port)")
        }
        let old = try ConnectionTracking.flows { $0.client.port?.number == 4001 }
        #expect(old.count == 1)
        try redirect(53, to: 5354)
        func target(from port: Int) throws -> LabReply {
            try machine.ask(.udp, "127.0.0.1:53", from: "127.0.0.1:\(port)")
        }
        #expect(try target(from: 4001) == .reached("127.0.0.1:5353"))
        #expect(try ConnectionTracking.flush(old) == .init(flushed: old, gone: 0))
        let anew = try target(from: 4001)
        #expect(anew == .reached("127.0.0.1:5354"))
        #expect(try target(from: 4000) == .reached("127.0.0.1:5353"))
        #expect(try target(from: 4002) == .reached("127.0.0.1:5353"))
        // Another one has its tuple now.
        #expect(try ConnectionTracking.flush(old) == .init(flushed: [], gone: 1))
        let left = try flows(to: 53).map(\.flow)
        #expect(left.count == 3, "\(left)")
    }

    @Test func `a flow in a zone is identified with its zone`() throws {
        let server = try machine.serve(ports: [5353])
        defer { withExtendedLifetime(server) {} }
        try redirect(53, to: 5353)
        try machine.nft(
            "table inet z { chain o { type filter hook output priority -300; meta l4proto udp ct zone set 7; }; "
                + "chain p { type filter hook prerouting priority -300; meta l4proto udp ct zone set 7; }; }"
        )
        _ = try machine.ask(.udp, "127.0.0.1:53", from: "127.0.0.1:4000")
        let tracked = try flows(to: 53)
        #expect(tracked.count == 1)
        #expect(try ConnectionTracking.flush(tracked).flushed == tracked)
        #expect(try flows(to: 53).isEmpty)
    }
}

/// Entries of connection tracking as bytes.
@Suite struct FlowReadingTests {
    /// An entry of Linux 6.18: UDP from 127.0.0.1:49530 to port 53, which became 5353.
    private static let recorded: [UInt8] = {
        func attribute(_ type: UInt16, _ value: [UInt8]) -> [UInt8] {
            let length = UInt16(4 + value.count)
            return [UInt8(length & 0xFF), UInt8(length >> 8), UInt8(type & 0xFF), UInt8(type >> 8)]
                + value + [UInt8](repeating: 0, count: -value.count & 3)
        }
        func nest(_ type: UInt16, _ value: [UInt8]) -> [UInt8] { attribute(type | 0x8000, value) }
        let addresses = nest(1, attribute(1, [127, 0, 0, 1]) + attribute(2, [127, 0, 0, 1]))
        func tuple(_ type: UInt16, _ from: [UInt8], _ to: [UInt8]) -> [UInt8] {
            nest(
                type,
                addresses + nest(2, attribute(1, [17]) + attribute(2, from) + attribute(3, to))
            )
        }
        let entry =
            [2, 0, 0, 0] + tuple(1, [0xC1, 0x7A], [0, 53]) + tuple(2, [0x14, 0xE9], [0xC1, 0x7A])
            + attribute(3, [0, 0, 1, 0xA8]) + attribute(8, [0, 0, 0, 0])
            + attribute(12, [0x9D, 0x27, 0xAE, 0x38]) + attribute(11, [0, 0, 0, 1])
            + attribute(7, [0, 0, 0, 0x1D])
        let length = UInt32(16 + entry.count)
        return withUnsafeBytes(of: length.littleEndian) { Array($0) }
            + [0, 1, 2, 0, 7, 0, 0, 0, 0, 0, 0, 0] + entry
    }()

    private func read(_ bytes: [UInt8]) -> [TrackedFlow] {
        var flows: [TrackedFlow] = []
        bytes.withUnsafeBytes { bytes in
            try? Message.readAll(bytes) { message in
                if let flow = TrackedFlow(message, where: { _ in true }) { flows.append(flow) }
            }
        }
        return flows
    }

    @Test func `an entry is read`() throws {
        let flow = try #require(read(Self.recorded).first?.flow)
        #expect(flow.client.port == Port(49530))
        #expect(flow.destination.port == Port(53))
        #expect(flow.target.port == Port(5353))
        #expect(flow.isTranslated && !flow.isClosed)
    }

    @Test func `damaged entries never crash the program`() {
        var random = SeededGenerator(seed: 5)
        for _ in 0..<20_000 {
            var bytes = Self.recorded
            for _ in 0...Int.random(in: 0..<4, using: &random) {
                bytes[Int.random(in: 16..<bytes.count, using: &random)] = .random(
                    in: 0...255,
                    using: &random
                )
            }
            #expect(read(bytes).count <= 1)
        }
        for length in 0..<Self.recorded.count {
            #expect(read(Array(Self.recorded.prefix(length))).isEmpty)
        }
    }
}
