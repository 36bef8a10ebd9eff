import Addressing

extension Match.Key {
    /// The key as policies write it, with a dot before a key of a key: `destination.port`.
    public var path: String {
        switch self {
        case .family: "family"
        case .transport: "protocol"
        case .sourceAddress: "source.address"
        case .sourcePort: "source.port"
        case .destinationAddress: "destination.address"
        case .destinationPort: "destination.port"
        case .interface: "interface"
        case .user: "user"
        case .group: "group"
        case .cgroup: "cgroup"
        case .mark: "mark"
        case .dscp: "dscp"
        }
    }
}

extension Match {
    /// The values of a key as policies write them; empty if the key is not given.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - limit: How many values are written at most.
    /// - Returns: The values, a text each.
    public func values(of key: Key, atMost limit: Int = .max) -> [String] {
        func texts(_ values: some Collection<some CustomStringConvertible>) -> [String] {
            values.prefix(limit).map(\.description)
        }
        return switch key {
        case .family: family.map { [$0.rawValue] } ?? []
        case .transport: protocols.map { texts($0.map(\.rawValue).sorted()) } ?? []
        case .sourceAddress: source.addressValues(atMost: limit)
        case .sourcePort: source.portValues(atMost: limit)
        case .destinationAddress: destination.addressValues(atMost: limit)
        case .destinationPort: destination.portValues(atMost: limit)
        case .interface: interfaces.map { texts($0.sorted()) } ?? []
        case .user: users.map { texts($0.texts) } ?? []
        case .group: groups.map { texts($0.texts) } ?? []
        case .cgroup: cgroups.map { texts($0.map(\.text).sorted()) } ?? []
        case .mark: mark.map { [$0.description] } ?? []
        case .dscp: dscp.map { texts($0.sorted { $0.number < $1.number }) } ?? []
        }
    }

    /// How many values a key has, as ``values(of:atMost:)`` writes them.
    public func valueCount(of key: Key) -> Int {
        switch key {
        case .family: family == nil ? 0 : 1
        case .transport: protocols?.count ?? 0
        case .sourceAddress: source.addressCount
        case .sourcePort: source.ports?.ranges.count ?? 0
        case .destinationAddress: destination.addressCount
        case .destinationPort: destination.ports?.ranges.count ?? 0
        case .interface: interfaces?.count ?? 0
        case .user: users?.intervals.count ?? 0
        case .group: groups?.intervals.count ?? 0
        case .cgroup: cgroups?.count ?? 0
        case .mark: mark == nil ? 0 : 1
        case .dscp: dscp?.count ?? 0
        }
    }
}

extension Match.Endpoint {
    /// What policies write for any address of this machine.
    private static let local = "local"

    fileprivate var addressCount: Int { (isLocal ? 1 : 0) + (addresses?.rangeCount ?? 0) }

    fileprivate func addressValues(atMost limit: Int) -> [String] {
        let named = addresses.map { $0.ranges.prefix(limit).map(\.description) } ?? []
        return Array(((isLocal ? [Self.local] : []) + named).prefix(limit))
    }

    fileprivate func portValues(atMost limit: Int) -> [String] {
        ports.map { $0.ranges.prefix(limit).map(PortSet.text) } ?? []
    }
}

extension Connection {
    /// What is known of a connection's part that a key is about; `nil` if nothing is.
    public func value(of key: Match.Key) -> String? {
        switch key {
        case .family: family?.title
        case .transport: transport.rawValue
        case .sourceAddress: sourceAddress?.description ?? family.map { "an \($0.title) address" }
        case .sourcePort: sourcePort?.description
        case .destinationAddress: destinationAddress?.description ?? "local"
        case .destinationPort: destinationPort.description
        case .interface: interface
        case .user: user.map { "\($0)" }
        case .group: group.map { "\($0)" }
        case .cgroup: cgroup?.text
        case .mark: mark.map { "0x" + String($0, radix: 16) }
        case .dscp: dscp?.description
        }
    }
}
