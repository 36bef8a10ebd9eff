import Addressing
import PolicyModel

/// One packet: a number for each dimension.
struct Point: Hashable, Sendable {
    let family: IPFamily
    private var numbers: [UInt128]
    var mark: UInt32

    /// Where in a box a point is taken from.
    enum Place: CaseIterable {
        /// Ordinary numbers where the box has them, otherwise the lowest.
        case ordinary
        /// The highest numbers.
        case highest
        /// Numbers in the middle.
        case middle
    }

    /// A packet of a box.
    init(in box: Box, at place: Place = .ordinary) {
        family = box.family
        numbers = Dimension.allCases.map { $0.ordinary(in: box.family) }
        for side in box.sides {
            let intervals = side.numbers.intervals
            let number: UInt128
            switch place {
            case .ordinary:
                let ordinary = numbers[Int(side.dimension.rawValue)]
                if side.numbers.contains(ordinary) { continue }
                number = side.dimension.ordinary(in: intervals[0])
            case .highest: number = intervals[intervals.count - 1].upperBound
            case .middle:
                let interval = intervals[intervals.count / 2]
                number = interval.lowerBound + (interval.upperBound - interval.lowerBound) / 2
            }
            numbers[Int(side.dimension.rawValue)] = number
        }
        mark = box.mark.value
    }

    subscript(dimension: Dimension) -> UInt128 {
        get { numbers[Int(dimension.rawValue)] }
        set { numbers[Int(dimension.rawValue)] = newValue }
    }
}

extension Box {
    /// Whether a packet is in the box.
    func contains(_ point: Point) -> Bool {
        family == point.family && mark.contains(point.mark)
            && sides.allSatisfy { $0.numbers.contains(point[$0.dimension]) }
    }
}

extension Dimension {
    /// What packets have if nothing is asked for.
    fileprivate func ordinary(in family: IPFamily) -> UInt128 {
        switch self {
        case .origin: Origin.process.rawValue
        case .transport: UInt128(TransportProtocol.tcp.number)
        case .destinationPort: 9
        case .sourcePort: 40_000
        // Addresses for documentation (RFC 5737, RFC 3849).
        case .destination: family == .ipv4 ? 0xC633_6407 : 0x2001_0DB8 << 96 | 7
        case .source: family == .ipv4 ? 0xCB00_7109 : 0x2001_0DB8 << 96 | 9
        case .user, .group: 65534
        case .locality, .interface, .cgroup, .dscp: 0
        }
    }

    /// The number of an interval that an operator would take: not the address of a network itself.
    fileprivate func ordinary(in interval: ClosedRange<UInt128>) -> UInt128 {
        switch self {
        case .destination, .source:
            interval.lowerBound < interval.upperBound
                ? interval.lowerBound + 1 : interval.lowerBound
        // Of protocols without ports, ICMP is the best known.
        case .transport: interval.contains(1) ? 1 : interval.lowerBound
        case .origin, .destinationPort, .sourcePort, .user, .group, .locality, .interface, .cgroup,
            .dscp:
            interval.lowerBound
        }
    }
}

// MARK: - To packets

extension PacketSpace {
    /// The packet with the numbers of a point; `nil` if one of its names has no example.
    func packet(at point: Point) -> FirstPacket? {
        guard let origin = Origin(rawValue: point[.origin]),
            let interface = interfaces.name(point[.interface]),
            let source = IPAddress(family: point.family, bits: point[.source]),
            let destination = IPAddress(family: point.family, bits: point[.destination]),
            let sourcePort = Port(UInt16(point[.sourcePort])),
            let destinationPort = Port(UInt16(point[.destinationPort])),
            let dscp = CodePoint(UInt8(point[.dscp]))
        else { return nil }
        let transport = TransportProtocol.allCases.first { $0.number == point[.transport] }
        let group = point[.cgroup]
        let cgroup = group == 0 ? nil : cgroups.name(group).flatMap { CgroupPath($0.dropLast()) }
        guard group == 0 || cgroup != nil else { return nil }
        let process = FirstPacket.Process(
            user: UInt32(point[.user]),
            group: UInt32(point[.group]),
            cgroup: cgroup
        )
        return FirstPacket(
            origin: origin == .inbound
                ? .inbound : .outbound(by: origin == .process ? process : nil),
            payload: transport.map {
                .transport($0, source: sourcePort, destination: destinationPort)
            } ?? .portless(UInt8(point[.transport])),
            source: source,
            destination: destination,
            isToThisMachine: point[.locality] == 1,
            interface: interface,
            mark: point.mark,
            dscp: dscp
        )
    }
}

extension CgroupPath {
    fileprivate init?(_ text: Substring) { self.init(String(text)) }
}

// MARK: - From packets

extension PacketSpace {
    /// The point of a packet.
    func point(of packet: FirstPacket) -> Point {
        var point = Point(in: Box(family: packet.family))
        for dimension in Dimension.allCases {
            point[dimension] = number(of: packet, dimension)
        }
        point.mark = packet.mark
        return point
    }

    private func number(of packet: FirstPacket, _ dimension: Dimension) -> UInt128 {
        switch dimension {
        case .origin:
            switch packet.origin {
            case .inbound: Origin.inbound.rawValue
            case .outbound(let process): (process == nil ? Origin.kernel : .process).rawValue
            }
        case .transport:
            switch packet.payload {
            case .transport(let transport, _, _): UInt128(transport.number)
            case .portless(let number): UInt128(number)
            }
        case .destinationPort: UInt128(packet.destinationPort?.number ?? 1)
        case .destination: packet.destination.bits
        case .locality: packet.isToThisMachine ? 1 : 0
        case .source: packet.source.bits
        case .sourcePort: UInt128(packet.sourcePort?.number ?? 1)
        case .interface: interfaces.number(of: packet.interface)
        case .user: UInt128(packet.process?.user ?? 0)
        case .group: UInt128(packet.process?.group ?? 0)
        case .cgroup: packet.process?.cgroup.map { cgroups.number(of: $0.text + "/") } ?? 0
        case .dscp: UInt128(packet.dscp.number)
        }
    }
}
