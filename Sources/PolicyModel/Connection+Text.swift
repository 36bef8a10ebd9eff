public import Addressing

extension Connection: CustomStringConvertible {
    /// The connection as a policy writes it: `inbound tcp 192.0.2.10:22 source=198.51.100.7`.
    public var description: String {
        var words = ["\(direction.rawValue) \(transport.rawValue)"]
        words.append(destination.text(withPort: destinationPort))
        words += Match.Key.allCases.compactMap(option)
        return words.joined(separator: " ")
    }

    /// What follows the destination for a key: `user=1000`.
    private func option(_ key: Match.Key) -> String? {
        func option(_ name: String, _ value: (any CustomStringConvertible)?) -> String? {
            value.map { "\(name)=\($0)" }
        }
        return switch key {
        // They come first, or beside an address.
        case .family, .transport, .sourcePort, .destinationAddress, .destinationPort: nil
        case .sourceAddress:
            option(
                "source",
                sourceAddress.map { address in sourcePort.map(address.text) ?? "\(address)" }
            )
        case .interface: option("interface", interface)
        case .user: option("user", user)
        case .group: option("group", group)
        case .cgroup: option("cgroup", cgroup?.text)
        case .mark: option("mark", mark.map { "0x" + String($0, radix: 16) })
        case .dscp: option("dscp", dscp)
        }
    }
}

extension Connection.Destination {
    /// The host with a port, as a policy writes it: `192.0.2.10:22`, `local:22`.
    public func text(withPort port: Port) -> String {
        switch self {
        case .address(let address): address.text(withPort: port)
        case .local: "local:\(port)"
        }
    }
}
