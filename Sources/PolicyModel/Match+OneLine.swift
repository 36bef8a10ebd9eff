public import Addressing

extension Match {
    /// The connections in one line, as a policy's `connection` writes them:
    /// `inbound tcp 10.0.0.0/8 -> local:80,443 interface=eth0`.
    ///
    /// - Parameters:
    ///   - directions: The directions of the redirect.
    ///   - others: What else narrows the families of its connections, such as its target.
    /// - Returns: The line.
    public func line(_ directions: Set<Direction>, beside others: Set<IPFamily>) -> String {
        var line = [
            directions.sorted().map(\.rawValue).joined(separator: ","),
            protocols.map { $0.map(\.rawValue).sorted().joined(separator: ",") } ?? "any",
        ]
        if !source.isAny { line += [source.text, "->"] }
        line.append(destination.text)
        if let family, !isImplied(beside: others) { line.append("family=\(family.rawValue)") }
        for key in [Key.interface, .user, .group, .cgroup, .mark, .dscp] {
            let values = values(of: key)
            // A comma can be a part of a path.
            let words = key == .cgroup ? values : [values.joined(separator: ",")]
            line += words.filter { !$0.isEmpty }.map { "\(key.path)=\($0)" }
        }
        return line.joined(separator: " ")
    }

    /// Whether the addresses leave only the family that is written.
    private func isImplied(beside others: Set<IPFamily>) -> Bool {
        var any = self
        any.family = nil
        return any.families.intersection(others) == families.intersection(others)
    }
}

extension Match.Endpoint {
    /// Whether it may have any address and any port.
    fileprivate var isAny: Bool { addresses == nil && !isLocal && ports == nil }

    /// The end in one word: `*:80`, `local,[fd00::/8]:80,443`.
    fileprivate var text: String {
        let ranges = (addresses?.ranges ?? []).map { range in
            ports != nil && range.family == .ipv6 ? "[\(range)]" : range.description
        }
        let hosts = (isLocal ? ["local"] : []) + ranges
        return (hosts.isEmpty ? "*" : hosts.joined(separator: ","))
            + (ports.map { ":\($0)" } ?? "")
    }
}
