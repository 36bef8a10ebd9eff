import Addressing
import RulesetModel

extension CompilerFault {
    /// Faults of where connections go.
    static let targets = [
        CompilerFault("target port off by one", inRule: { $0.statement.mapPort { $0.next } }),
        CompilerFault(
            "target port lost",
            inRule: { rule in
                switch rule.statement {
                case .dnat(let address, _?): rule.statement = .dnat(to: address, port: nil)
                case .redirect(_?): rule.statement = .redirect(port: nil)
                default: break
                }
            }
        ),
        CompilerFault(
            "target address off by one",
            inRule: { rule in
                if case .dnat(let address, let port) = rule.statement, let next = address.next {
                    rule.statement = .dnat(to: next, port: port)
                }
            }
        ),
        CompilerFault(
            "target address lost",
            inRule: { rule in
                if case .dnat(_, let port?) = rule.statement {
                    rule.statement = .dnatPort(to: port)
                }
            }
        ),
        CompilerFault(
            "next prefix instead of the target's",
            inRule: { rule in
                if case .dnatPrefix(let prefix) = rule.statement, let next = prefix.next {
                    rule.statement = .dnatPrefix(to: next)
                }
            }
        ),
        CompilerFault(
            "shorter prefix instead of the target's",
            inRule: { rule in
                if case .dnatPrefix(let prefix) = rule.statement, let shorter = prefix.shorter {
                    rule.statement = .dnatPrefix(to: shorter)
                }
            }
        ),
        CompilerFault(
            "first address of a prefix for all",
            inRule: { rule in
                if case .dnatPrefix(let prefix) = rule.statement,
                    let first = IPAddress(family: prefix.family, bits: prefix.bits.lowerBound)
                {
                    rule.statement = .dnat(to: first, port: nil)
                }
            }
        ),
        CompilerFault(
            "port of this machine instead of the destination's",
            inRule: { rule in
                if case .dnatPort(let port) = rule.statement {
                    rule.statement = .redirect(port: port)
                }
            }
        ),
        CompilerFault(
            "port of the destination instead of this machine's",
            inRule: { rule in
                if case .redirect(let port?) = rule.statement {
                    rule.statement = .dnatPort(to: port)
                }
            }
        ),
        CompilerFault(
            "target instead of a bypass",
            inRule: { rule in
                if rule.statement == .accept { rule.statement = .redirect(port: nil) }
            }
        ),
        CompilerFault(
            "bypass instead of a target",
            inRule: { rule in
                if case .dnat = rule.statement { rule.statement = .accept }
            }
        ),
    ]
}

extension Statement {
    fileprivate mutating func mapPort(_ change: (Port) -> Port?) {
        guard case .port(let port)? = port, let changed = change(port) else { return }
        switch self {
        case .dnatPort: self = .dnatPort(to: .port(changed))
        case .dnat(let address, _): self = .dnat(to: address, port: .port(changed))
        case .redirect: self = .redirect(port: .port(changed))
        default: break
        }
    }
}

extension AddressRange {
    /// The prefix of the same length after this one.
    fileprivate var next: AddressRange? {
        let size = bits.upperBound - bits.lowerBound + 1
        return AddressRange(family: family, bits: bits.lowerBound + size...bits.upperBound + size)
    }

    /// The prefix that is twice as large.
    fileprivate var shorter: AddressRange? {
        let size = bits.upperBound - bits.lowerBound + 1
        let first = bits.lowerBound & ~(2 * size - 1)
        return AddressRange(family: family, bits: first...first + 2 * size - 1)
    }
}

extension Port {
    var next: Port? { Port(number &+ 1) }
}

extension IPAddress {
    var next: IPAddress? { IPAddress(family: family, bits: bits &+ 1) }
}
