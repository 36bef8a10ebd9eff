import Addressing
import PolicyModel
import TestSupport
import Testing

/// Values as texts, so that tests read like policies.
func addresses(_ text: String) -> AddressSet? { AddressSet(stored: text) }
func ports(_ text: String) -> PortSet? { PortSet(stored: text) }
func ids(_ text: String) -> IntervalSet<UInt32>? { IntervalSet(stored: text) }

extension Redirect {
    /// An outbound redirect; what is left out matches everything.
    static func sample(
        _ name: String = "a",
        _ match: Match = Match(),
        except exceptions: [Match] = [],
        directions: Set<Direction> = [.outbound],
        masquerade: Masquerade? = nil,
        log: PacketLog? = nil,
        isEnabled: Bool = true,
        to decision: Decision = .bypass
    ) -> Redirect {
        Redirect(
            name: name,
            directions: directions,
            match: match,
            exceptions: exceptions,
            decision: decision,
            masquerade: masquerade,
            log: log,
            isEnabled: isEnabled,
            span: .nowhere
        )
    }
}

extension FirstPacket {
    /// A connection by user 1000 and group 100 in `a/b`, from port 40000 to 80, through eth0.
    static func sample(
        origin: Origin? = nil,
        _ payload: Payload? = nil,
        from source: String = "10.0.0.1",
        to destination: String = "192.0.2.1",
        isToThisMachine: Bool = false,
        interface: String = "eth0",
        mark: UInt32 = 0x12,
        dscp: UInt8 = 46
    ) throws -> FirstPacket {
        let process = Process(user: 1000, group: 100, cgroup: CgroupPath("a/b"))
        let packet = FirstPacket(
            origin: origin ?? .outbound(by: process),
            payload: try payload ?? .tcp(40000, 80),
            source: try #require(IPAddress(source)),
            destination: try #require(IPAddress(destination)),
            isToThisMachine: isToThisMachine,
            interface: interface,
            mark: mark,
            dscp: try #require(CodePoint(dscp))
        )
        return try #require(packet)
    }

    static func sampleOfIPv6() throws -> FirstPacket { try .sample(from: "fd00::1", to: "fd00::2") }
}

extension FirstPacket.Payload {
    static func tcp(_ source: UInt16, _ destination: UInt16) throws -> Self {
        .transport(.tcp, source: try #require(Port(source)), destination: try port(destination))
    }

    static func udp(_ source: UInt16, _ destination: UInt16) throws -> Self {
        .transport(.udp, source: try #require(Port(source)), destination: try port(destination))
    }

    static let ping = Self.portless(1)

    private static func port(_ number: UInt16) throws -> Port { try #require(Port(number)) }
}
