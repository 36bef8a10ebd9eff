import Addressing
import RulesetModel

/// One place that a redirect sends connections to.
struct ViewPlace: Hashable {
    /// What becomes of the ports of a shift: the first of them, which becomes the first of others.
    struct Shift: Hashable {
        let from: PortRange
        let to: PortRange
    }

    /// What becomes of a connection's port.
    enum Ports: Hashable {
        case one(Port)
        case shifted([Shift])
    }

    /// The new address; `nil` if it stays, or is one of this machine.
    var address: IPAddress?

    /// The prefix in which the new address has the place of the old one; `nil` if there is none.
    var prefix: AddressRange?

    /// The new port; `nil` if it stays.
    var ports: Ports?

    /// Whether connections go to this machine.
    var isThisMachine = false

    /// What a rule says that sends connections nowhere else, in nft's language; `nil` for all others.
    var statement: String?

    /// Reads where a rule leads.
    init(_ placed: PlacedRule) {
        func ports(_ port: PortExpression?) -> Ports? {
            switch port {
            case nil: nil
            case .port(let port)?: .one(port)
            case .mapped?: .shifted(placed.ports?.runs ?? [])
            }
        }
        switch placed.rule.statement {
        case .dnatPort(let port): self.ports = ports(port)
        case .dnat(let address, let port):
            self.address = address
            self.ports = ports(port)
        case .dnatPrefix(let prefix): self.prefix = prefix
        case .redirect(let port):
            isThisMachine = true
            self.ports = ports(port)
        case .accept, .drop, .return, .jump, .masquerade, .snat, .label, .log, .dnatMapped,
            .verdict, .trial:
            statement = placed.rule.statement.text
        }
    }

    /// The place in the policy's words.
    var words: String {
        if let statement { return isBypass ? "unchanged" : statement }
        if let prefix { return "\(prefix)" }
        if let address {
            switch ports {
            case nil: return "\(address)"
            case .one(let port)?: return address.text(withPort: port)
            case .shifted(let shifts)?:
                let host = address.family == .ipv6 ? "[\(address)]" : "\(address)"
                return "\(host):\(Self.words(shifts))"
            }
        }
        return (isThisMachine ? "local" : "") + (ports.map { ":" + Self.words($0) } ?? "")
    }

    /// The family of the addresses that it names; `nil` if it names none.
    var family: IPFamily? { address?.family ?? prefix?.family }

    /// Whether connections are left alone.
    var isBypass: Bool { statement == Statement.accept.text }

    private static func words(_ ports: Ports) -> String {
        switch ports {
        case .one(let port): "\(port)"
        case .shifted(let shifts): words(shifts)
        }
    }

    private static func words(_ shifts: [Shift]) -> String {
        if shifts.count == 1 { return PortSet.text(of: shifts[0].to) }
        let shown = shifts.prefix(3)
            .map { "\(PortSet.text(of: $0.from))→\(PortSet.text(of: $0.to))" }
            .joined(separator: ",")
        return shifts.count > 3
            ? "\(shown),… (\(shifts.count))" : shown.isEmpty ? "none" : shown
    }
}

extension ShiftedPorts {
    /// What becomes of ports, as the ranges that they make up.
    fileprivate var runs: [ViewPlace.Shift] {
        var runs: [ViewPlace.Shift] = []
        for element in [own, others[...]].joined() {
            guard let (from, to) = element.ports else { continue }
            if let last = runs.last, last.from.upperBound.number &+ 1 == from.number,
                last.to.upperBound.number &+ 1 == to.number
            {
                runs[runs.count - 1] = .init(
                    from: last.from.lowerBound...from,
                    to: last.to.lowerBound...to
                )
            } else {
                runs.append(.init(from: from...from, to: to...to))
            }
        }
        return runs
    }
}

extension MapElement {
    /// The port that the element is for, and the one that it becomes.
    fileprivate var ports: (from: Port, to: Port)? {
        guard key.parts.count == 1, case .port(let to) = value,
            let from = Port(UInt16(clamping: key.parts[0].lowerBound))
        else { return nil }
        return (from, to)
    }
}
