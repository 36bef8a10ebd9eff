public import Addressing

extension Connection: CustomStringConvertible {
    /// The connection as a policy writes it: `inbound tcp 192.0.2.10:22 source=198.51.100.7`.
    public var description: String {
        var words = ["\(direction.rawValue) \(transport.rawValue)"]
        words.append(destination.text(withPort: destinationPort))
        if let sourceAddress {
            words.append("source=\(sourcePort.map(sourceAddress.text) ?? "\(sourceAddress)")")
        }
        let options: [(String, (any CustomStringConvertible)?)] = [
            ("interface", interface), ("user", user), ("group", group), ("cgroup", cgroup?.text),
            ("mark", mark.map { "0x" + String($0, radix: 16) }),
        ]
        words += options.compactMap { name, value in value.map { "\(name)=\($0)" } }
        return words.joined(separator: " ")
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
