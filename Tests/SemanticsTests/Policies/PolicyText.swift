import Addressing
import PolicyModel

extension Policy {
    /// The policy in its own language, for people who have to understand why a test fails.
    var yaml: String {
        let redirects = redirects.map(\.yaml).joined()
        return """
            version: 1
            settings: {table: \(settings.table), counters: \(settings.counters)}
            redirects:\(redirects.isEmpty ? " []" : "\n" + redirects)

            """
    }
}

extension Redirect {
    fileprivate var yaml: String {
        var lines = ["direction: [\(directions.sorted().map(\.rawValue).joined(separator: ", "))]"]
        if match != Match() { lines.append("match: \(match.yaml)") }
        if !exceptions.isEmpty {
            lines.append("except: [\(exceptions.map(\.yaml).joined(separator: ", "))]")
        }
        lines.append(decision.yaml)
        if let masquerade {
            lines.append("masquerade: \(masquerade.yaml)")
        }
        if let log { lines.append("log: \(log.yaml)") }
        if !isEnabled { lines.append("enabled: false") }
        return "  - name: \(name)\n" + lines.map { "    \($0)\n" }.joined()
    }
}

extension Masquerade {
    fileprivate var yaml: String {
        let addresses = IPFamily.allCases.compactMap { source.addresses[$0]?.description }
        if clients == nil, addresses.isEmpty { return "true" }
        return mapping([
            ("from", clients?.yaml), ("to", addresses.isEmpty ? nil : list(addresses)),
        ])
    }
}

extension Match {
    fileprivate var yaml: String {
        mapping(Key.allCases.compactMap(entry))
    }

    private func entry(_ key: Key) -> (String, String?)? {
        switch key {
        case .family: ("family", family?.rawValue)
        case .transport: ("protocol", protocols.map { list($0.sorted().map(\.rawValue)) })
        case .sourceAddress: ("source", source.yaml)
        case .destinationAddress: ("destination", destination.yaml)
        // With the addresses.
        case .sourcePort, .destinationPort: nil
        case .interface: ("interface", interfaces.map { list($0.sorted().map(\.description)) })
        case .user: ("user", users.map { list($0.texts) })
        case .group: ("group", groups.map { list($0.texts) })
        case .cgroup: ("cgroup", cgroups.map { list($0.sorted().map(\.text)) })
        case .mark: ("mark", mark?.description)
        case .dscp: ("dscp", dscp.map { list($0.sorted().map(\.description)) })
        }
    }
}

extension Match.Endpoint {
    fileprivate var yaml: String? {
        let named = addresses?.ranges.map(\.description) ?? []
        let all = named + (isLocal ? ["local"] : [])
        if all.isEmpty, ports == nil { return nil }
        return mapping([
            ("address", all.isEmpty ? nil : list(all)),
            ("port", ports.map { list($0.ranges.map(PortSet.text(of:))) }),
        ])
    }
}

extension AddressSet {
    fileprivate var yaml: String { list(ranges.map(\.description)) }
}

extension Decision {
    fileprivate var yaml: String {
        switch self {
        case .bypass: return "bypass: true"
        case .target(let target): return "to: " + mapping(target.entries)
        case .balance(let balance):
            let shares = balance.shares.map { share in
                mapping(share.target.entries + [("weight", "\(share.weight)")])
            }
            return "to: {balance: \(balance.method.rawValue), "
                + "targets: [\(shares.joined(separator: ", "))]}"
        }
    }
}

extension Target {
    fileprivate var entries: [(String, String?)] {
        switch self {
        case .port(let port): [("port", port.yaml)]
        case .address(let address, let port): [("address", "\"\(address)\""), ("port", port?.yaml)]
        case .prefix(let move): [("address", "\"\(move.destination)\"")]
        case .local(let port): [("local", port?.yaml ?? "true")]
        }
    }
}

extension NewPort {
    fileprivate var yaml: String {
        switch self {
        case .one(let port): "\(port)"
        // A range of one port is one port, to a reader too.
        case .shift(let shift): PortSet.text(of: shift.destination)
        }
    }
}

extension PacketLog {
    fileprivate var yaml: String {
        var entries: [(String, String?)] = [("prefix", "\"\(prefix)\"")]
        switch destination {
        case .kernel(let level): entries.append(("level", level.rawValue))
        case .group(let group): entries.append(("group", "\(group)"))
        }
        return mapping(entries + [("rate", rate?.description)])
    }
}

private func list(_ values: [String]) -> String {
    "[" + values.map { "\"\($0)\"" }.joined(separator: ", ") + "]"
}

private func mapping(_ entries: [(String, String?)]) -> String {
    let texts = entries.compactMap { key, value in value.map { "\(key): \($0)" } }
    return "{" + texts.joined(separator: ", ") + "}"
}
