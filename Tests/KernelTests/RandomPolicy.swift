import Addressing
import TestSupport

/// A connection that a test opens.
struct Probe: CustomStringConvertible {
    let isInbound: Bool
    let transport: TransportProtocol
    let source: IPAddress
    let sourcePort: UInt16
    let destination: IPAddress
    let port: UInt16

    var description: String {
        "\(isInbound ? "inbound" : "outbound") \(transport) "
            + "\(LabEndpoint(source, sourcePort)) → \(LabEndpoint(destination, port))"
    }
}

/// A policy made at random, with its meaning.
///
/// The meaning is written a second time here, straight from `Policies/README.md` and without any
/// code of the program: what no two pieces of code share, no mistake can hide in.
struct RandomPolicy {
    /// One end of a connection, as far as a match says something about it.
    struct Endpoint {
        var addresses: [String] = []
        var ports: [ClosedRange<UInt16>] = []

        func holds(_ address: IPAddress, _ port: UInt16, here: [IPAddress]) -> Bool {
            let hasAddress =
                addresses.isEmpty
                || addresses.contains { text in
                    if text == "local" { return here.contains(address) }
                    return (try? AddressRange(parsing: text))
                        .map { $0.family == address.family && $0.bits.contains(address.bits) }
                        ?? false
                }
            return hasAddress && (ports.isEmpty || ports.contains { $0.contains(port) })
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

    struct Match {
        var family: IPFamily?
        var protocols: [TransportProtocol] = []
        var source = Endpoint()
        var destination = Endpoint()

        func holds(_ probe: Probe, here: [IPAddress]) -> Bool {
            (family == nil || family == probe.destination.family)
                && (protocols.isEmpty || protocols.contains(probe.transport))
                && source.holds(probe.source, probe.sourcePort, here: here)
                && destination.holds(probe.destination, probe.port, here: here)
        }

        var yaml: String {
            var parts: [String] = []
            if let family { parts.append("family: \(family.rawValue)") }
            if !protocols.isEmpty {
                parts.append("protocol: [\(protocols.map(\.rawValue).joined(separator: ", "))]")
            }
            if let source = source.yaml { parts.append("source: \(source)") }
            if let destination = destination.yaml { parts.append("destination: \(destination)") }
            return "{\(parts.joined(separator: ", "))}"
        }
    }

    enum Target {
        case port(UInt16)
        case address(IPAddress, UInt16?)
        case local(UInt16?)
        /// From the only range of ports that the match names to one that begins here.
        case shift(IPAddress?, UInt16, size: UInt16)
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
        var masqueradedSources: [String] = []
        var isLogged = false

        var masquerade: String {
            let sources = masqueradedSources.map { "\"\($0)\"" }.joined(separator: ", ")
            return sources.isEmpty ? "\(isMasqueraded)" : "{from: [\(sources)]}"
        }

        func decides(_ probe: Probe, here: [IPAddress]) -> Bool {
            let family = probe.destination.family
            switch target {
            case .address(let address, _), .shift(let address?, _, _):
                if address.family != family { return false }
            case .balance(_, let places):
                if !places.contains(where: { $0.address.family == family }) { return false }
            case .port, .local, .shift, .bypass: break
            }
            return isEnabled && (probe.isInbound ? isInbound : isOutbound)
                && match.holds(probe, here: here)
                && !exceptions.contains { $0.holds(probe, here: here) }
        }
    }

    var redirects: [Redirect]

    /// The policy's `redirects`.
    var yaml: String {
        redirects.indices.map { index in
            let redirect = redirects[index]
            let directions =
                (redirect.isInbound ? ["inbound"] : []) + (redirect.isOutbound ? ["outbound"] : [])
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

    /// Where a connection can arrive, on a machine that has some addresses, one of them for `local`.
    func destinations(of probe: Probe, here: [IPAddress], local: IPAddress) -> [LabEndpoint] {
        let redirect = redirects.first { $0.decides(probe, here: here) }
        switch redirect?.target {
        case nil, .bypass?: return [LabEndpoint(probe.destination, probe.port)]
        case .port(let port)?: return [LabEndpoint(probe.destination, port)]
        case .address(let address, let port)?: return [LabEndpoint(address, port ?? probe.port)]
        case .local(let port)?: return [LabEndpoint(local, port ?? probe.port)]
        case .shift(let address, let first, _)?:
            let start = redirect?.match.destination.ports.first?.lowerBound ?? probe.port
            return [LabEndpoint(address ?? probe.destination, first + (probe.port - start))]
        case .balance(_, let places)?:
            return places.filter { $0.address.family == probe.destination.family }
                .map { LabEndpoint($0.address, $0.port ?? probe.port) }
        }
    }

    /// Whether a connection bears an address of the machine as its source afterwards.
    func masquerades(_ probe: Probe, here: [IPAddress]) -> Bool {
        guard let redirect = redirects.first(where: { $0.decides(probe, here: here) }),
            redirect.isMasqueraded
        else { return false }
        let sources = Endpoint(addresses: redirect.masqueradedSources)
        return sources.holds(probe.source, probe.sourcePort, here: here)
    }
}
