import Addressing
import TestSupport

/// A policy made at random, with its meaning.
///
/// The meaning is written a second time here, straight from `Policies/README.md` and without any
/// code of the program: what no two pieces of code share, no mistake can hide in.
struct RandomPolicy {
    /// One end of a connection, as far as a match says something about it.
    struct Endpoint {
        var addresses: [String] = []
        var ports: [ClosedRange<UInt16>] = []

        func holds(_ end: LabEndpoint) -> Bool {
            let hasAddress =
                addresses.isEmpty
                || addresses.contains { text in
                    if text == "local" { return RouterLab.here.contains(end.address) }
                    return (try? AddressRange(parsing: text)).map {
                        $0.family == end.address.family && $0.bits.contains(end.address.bits)
                    } ?? false
                }
            return hasAddress && (ports.isEmpty || ports.contains { $0.contains(end.port) })
        }

        var yaml: String? {
            var parts: [String] = []
            if !addresses.isEmpty {
                parts.append("address: [\(addresses.map { "\"\($0)\"" }.joined(separator: ", "))]")
            }
            if !ports.isEmpty {
                let texts = ports.map { "\($0.lowerBound)-\($0.upperBound)" }
                parts.append("port: [\(texts.joined(separator: ", "))]")
            }
            return parts.isEmpty ? nil : "{\(parts.joined(separator: ", "))}"
        }
    }

    /// What a packet mark must be in some of its bits.
    struct Mark {
        var value: UInt32
        var mask: UInt32
    }

    struct Match {
        var family: IPFamily?
        var protocols: [TransportProtocol] = []
        var source = Endpoint()
        var destination = Endpoint()
        /// Names, or their beginnings with a star.
        var interfaces: [String] = []
        var users: [ClosedRange<UInt32>] = []
        var groups: [ClosedRange<UInt32>] = []
        var mark: Mark?
        var dscp: [UInt8] = []

        func holds(_ probe: Probe) -> Bool {
            (family == nil || family == probe.family)
                && (protocols.isEmpty || protocols.contains(probe.transport))
                && source.holds(probe.source) && destination.holds(probe.destination)
                && (interfaces.isEmpty || interfaces.contains { $0.names(probe.interface) })
                && (users.isEmpty || !probe.isInbound && users.contains { $0.contains(probe.user) })
                && (groups.isEmpty
                    || !probe.isInbound && groups.contains { $0.contains(probe.group) })
                && (mark.map { probe.mark & $0.mask == $0.value } ?? true)
                && (dscp.isEmpty || dscp.contains(probe.dscp))
        }

        var yaml: String {
            var parts: [String] = []
            if let family { parts.append("family: \(family.rawValue)") }
            if !protocols.isEmpty {
                parts.append("protocol: [\(protocols.map(\.rawValue).joined(separator: ", "))]")
            }
            if let source = source.yaml { parts.append("source: \(source)") }
            if let destination = destination.yaml { parts.append("destination: \(destination)") }
            if !interfaces.isEmpty {
                let names = interfaces.map { "\"\($0)\"" }.joined(separator: ", ")
                parts.append("interface: [\(names)]")
            }
            for (key, ids) in [("user", users), ("group", groups)] where !ids.isEmpty {
                let texts = ids.map { "\($0.lowerBound)-\($0.upperBound)" }
                parts.append("\(key): [\(texts.joined(separator: ", "))]")
            }
            if let mark { parts.append("mark: \(mark.value)/\(mark.mask)") }
            if !dscp.isEmpty {
                parts.append("dscp: [\(dscp.map(String.init).joined(separator: ", "))]")
            }
            return "{\(parts.joined(separator: ", "))}"
        }
    }

    enum Target {
        case port(UInt16)
        case address(IPAddress, UInt16?)
        case local(UInt16?)
        /// From the only range of ports that the match names to one that begins here.
        case shift(IPAddress?, UInt16, size: UInt16)
        /// Each address of the only prefix that the match names to the one at its position.
        case prefix(from: AddressRange, to: AddressRange)
        case balance(String, [(address: IPAddress, port: UInt16?)])
        case bypass

        var yaml: String {
            switch self {
            case .port(let port): "to: {port: \(port)}"
            case .address(let address, nil): "to: {address: \"\(address)\"}"
            case .address(let address, let port?):
                "to: {address: \"\(address)\", port: \(port)}"
            case .local(nil): "to: {local: true}"
            case .local(let port?): "to: {local: \(port)}"
            case .shift(nil, let first, let size): "to: {port: \(first)-\(first + size - 1)}"
            case .shift(let address?, let first, let size):
                "to: {address: \"\(address)\", port: \(first)-\(first + size - 1)}"
            case .prefix(_, let prefix): "to: {address: \"\(prefix)\"}"
            case .balance(let method, let places):
                "to: {balance: \(method), targets: ["
                    + places.map { address, port in
                        "{address: \"\(address)\"\(port.map { ", port: \($0)" } ?? "")}"
                    }
                    .joined(separator: ", ") + "]}"
            case .bypass: "bypass: true"
            }
        }
    }

    struct Redirect {
        var isInbound: Bool
        var isOutbound: Bool
        var match: Match
        var exceptions: [Match]
        var target: Target
        var isEnabled: Bool
        var isMasqueraded = false
        /// The clients that are masqueraded; all if empty.
        var clients: [String] = []
        /// Their new addresses, one for each family; those of the interface if empty.
        var newSources: [IPAddress] = []
        var isLogged = false

        fileprivate var masquerade: String {
            let from = clients.map { "\"\($0)\"" }.joined(separator: ", ")
            let to = newSources.map { "\"\($0)\"" }.joined(separator: ", ")
            let parts = [("from", from), ("to", to)].filter { !$1.isEmpty }
                .map { "\($0): [\($1)]" }
            return parts.isEmpty ? "\(isMasqueraded)" : "{\(parts.joined(separator: ", "))}"
        }

        func decides(_ probe: Probe) -> Bool {
            let family = probe.family
            switch target {
            case .address(let address, _), .shift(let address?, _, _):
                if address.family != family { return false }
            case .prefix(_, let prefix): if prefix.family != family { return false }
            case .balance(_, let places):
                if !places.contains(where: { $0.address.family == family }) { return false }
            case .port, .local, .shift, .bypass: break
            }
            return isEnabled && (probe.isInbound ? isInbound : isOutbound)
                && match.holds(probe) && !exceptions.contains { $0.holds(probe) }
        }
    }

    var redirects: [Redirect]

    /// The policy as a text.
    var yaml: String {
        "version: 1\nredirects:\n"
            + redirects.indices.map { index in
                let redirect = redirects[index]
                let directions =
                    (redirect.isInbound ? ["inbound"] : [])
                    + (redirect.isOutbound ? ["outbound"] : [])
                let except = redirect.exceptions.map { "    - \($0.yaml)\n" }.joined()
                return """
                    - name: r\(index)
                      direction: [\(directions.joined(separator: ", "))]
                      match: \(redirect.match.yaml)
                      \(redirect.target.yaml)
                      enabled: \(redirect.isEnabled)
                      masquerade: \(redirect.masquerade)

                    """
                        + (redirect.isLogged ? "  log: {group: 3, rate: 9/second}\n" : "")
                        + (except.isEmpty ? "" : "  except:\n\(except)")
            }
            .joined()
    }

    /// What servers may say of a connection, and which redirect decides it.
    func meaning(of probe: Probe) -> (decider: String?, replies: Set<String>) {
        guard let index = redirects.firstIndex(where: { $0.decides(probe) }) else {
            return (nil, [probe.reply(at: probe.destination, newSource: nil)])
        }
        let redirect = redirects[index]
        let clients = Endpoint(addresses: redirect.clients)
        var newSource: IPAddress?
        if redirect.isMasqueraded, clients.holds(probe.source) {
            newSource =
                redirect.newSources.first { $0.family == probe.family }
                ?? Lan.address(probe.family, .uplink)
        }
        let places = redirect.places(of: probe)
        return ("r\(index)", Set(places.map { probe.reply(at: $0, newSource: newSource) }))
    }
}

extension RandomPolicy.Redirect {
    /// Where a connection goes that the redirect decides.
    fileprivate func places(of probe: Probe) -> [LabEndpoint] {
        let (address, port) = (probe.destination.address, probe.destination.port)
        switch target {
        case .bypass: return [probe.destination]
        case .port(let newPort): return [LabEndpoint(address, newPort)]
        case .address(let newAddress, let newPort):
            return [LabEndpoint(newAddress, newPort ?? port)]
        case .local(let newPort): return [LabEndpoint(probe.localAddress, newPort ?? port)]
        case .shift(let newAddress, let first, _):
            let start = match.destination.ports.first?.lowerBound ?? port
            return [LabEndpoint(newAddress ?? address, first + (port - start))]
        case .prefix(let from, let to):
            let place = to.bits.lowerBound + (address.bits - from.bits.lowerBound)
            return IPAddress(family: to.family, bits: place).map { [LabEndpoint($0, port)] } ?? []
        case .balance(_, let places):
            return places.filter { $0.address.family == address.family }
                .map { LabEndpoint($0.address, $0.port ?? port) }
        }
    }
}

extension String {
    /// Whether it is the name of an interface, or the beginning of one with a star.
    fileprivate func names(_ interface: String) -> Bool {
        last == "*" ? interface.hasPrefix(dropLast()) : interface == self
    }
}
