import Addressing
import Diagnostics
import PolicyModel

/// What a failed test leaves out and could name to pass.
struct TestHint {
    /// The hint as a sentence.
    let text: String

    private static let mostRedirects = 1000
    private static let mostBoxes = 1000
    private static let mostPoints = 500
    private static let mostTries = 50

    /// Looks for values of what a test leaves out with which it would pass.
    ///
    /// The connections that the test could stand for are split by the redirect that decides them. Of each
    /// part, the packet is tried that differs least from the one of the test.
    ///
    /// - Returns: `nil` if there are none, or if it would take too long to find them.
    init?(for result: TestResult, of policy: Policy, _ ordinary: OrdinaryValues) {
        let connection = result.test.connection
        let redirects = policy.redirects.filter {
            $0.isEnabled && $0.directions.contains(connection.direction)
                && $0.match.canMatch(connection)
        }
        guard redirects.count <= Self.mostRedirects else { return nil }
        let policy = Policy(redirects: redirects)
        var test = result.test
        let space = PacketSpace([policy], [connection])
        let boxes = space.boxes(of: connection)
        let partition = Partition(boxes, by: policy, in: space, most: Self.mostBoxes)
        let start = space.point(of: result.packet)
        let changes = partition.parts.lazy.flatMap(\.boxes).prefix(Self.mostPoints)
            .compactMap { Change(of: connection, from: start, into: $0, in: space) }
            .sorted { $0.dimensions.count < $1.dimensions.count }
        for change in changes.prefix(Self.mostTries) {
            test.connection = change.connection
            guard let packet = ordinary.packet(for: test),
                test.isMet(by: policy.outcome(of: packet), for: packet)
            else { continue }
            text = change.text(for: connection)
            return
        }
        return nil
    }
}

extension Match {
    /// Whether a match can hold for some connection that this one stands for; quick, and not exact.
    fileprivate func canMatch(_ connection: Connection) -> Bool {
        guard protocols?.contains(connection.transport) ?? true,
            destination.ports?.contains(connection.destinationPort) ?? true
        else { return false }
        guard let address = connection.destinationAddress else { return true }
        return destination.isLocal || destination.addresses?.contains(address) ?? true
    }
}

/// A connection that says more than that of a test.
private struct Change {
    private(set) var connection: Connection

    /// What it says that the test leaves out.
    private(set) var dimensions: [Dimension] = []
    private var namesMark = false

    /// Moves a packet into a box, and names what then differs; `nil` if a test can't name it.
    init?(
        of connection: Connection,
        from start: Point,
        into box: Box,
        in space: PacketSpace
    ) {
        self.connection = connection
        let isToItself = connection.direction == .outbound && start[.locality] == 1
        // A connection of the other family is another test.
        guard box.family == start.family else { return nil }
        let ordinary = Point(in: box)
        var point = start
        for side in box.sides where !side.numbers.contains(start[side.dimension]) {
            point[side.dimension] = ordinary[side.dimension]
            dimensions.append(side.dimension)
        }
        namesMark = !box.mark.contains(start.mark)
        if namesMark { point.mark = box.mark.value }
        guard !dimensions.isEmpty || namesMark, let packet = space.packet(at: point) else {
            return nil
        }
        if namesMark { self.connection.mark = packet.mark }
        for dimension in dimensions {
            switch dimension {
            // The test says these, or no test can.
            case .origin, .transport, .destinationPort: return nil
            case .destination: self.connection.destination = .address(packet.destination)
            case .locality:
                guard packet.isToThisMachine else { return nil }
                self.connection.destination = .local
            case .source:
                guard !isToItself else { return nil }
                self.connection.sourceAddress = packet.source
            case .sourcePort:
                self.connection.sourceAddress = packet.source
                self.connection.sourcePort = packet.sourcePort
            case .interface:
                guard !isToItself else { return nil }
                self.connection.interface = packet.interface
            case .user: self.connection.user = packet.process?.user
            case .group: self.connection.group = packet.process?.group
            case .cgroup: self.connection.cgroup = packet.process?.cgroup
            case .dscp: self.connection.dscp = packet.dscp
            }
        }
    }

    /// What the answer depends on, and what to write.
    func text(for original: Connection) -> String {
        let known = Set("\(original)".split(separator: " "))
        let words = "\(connection)".split(separator: " ").filter { !known.contains($0) }
        var subjects: [String] = dimensions.map { dimension in
            switch dimension {
            case .origin, .transport, .destinationPort, .destination:
                "the address of this machine that it is sent to"
            case .locality:
                "whether \(original.destinationAddress.map(\.description) ?? "the destination") "
                    + "is an address of this machine"
            case .source: "the source"
            case .sourcePort: "the source port"
            case .interface: "the interface"
            case .user: "the user"
            case .group: "the group"
            case .cgroup: "the control group"
            case .dscp: "the code point"
            }
        }
        if namesMark { subjects.append("the mark") }
        return "the outcome depends on \(subjects.joined(by: "and")), which the test leaves out; "
            + "with `\(words.joined(separator: " "))` it would pass"
    }
}
