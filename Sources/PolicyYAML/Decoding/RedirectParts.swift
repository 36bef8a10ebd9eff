import Addressing
import Diagnostics
import PolicyModel

/// The parts of a redirect that have to make sense together, as far as they could be decoded.
struct RedirectParts {
    var directions: Field<[Direction]>
    /// Nothing where there is no telling what was meant.
    var match: MatchParts?
    var exceptions: [MatchParts]
    var decision: Field<DecisionParts>
    /// Nothing for `false`, which is the same as no key.
    var masquerade: Field<MasqueradeParts?>
}

/// What becomes of connections, as it was written.
enum DecisionParts {
    case bypass
    case target(TargetParts)
    case balance(BalanceParts)

    /// The places that connections can go to.
    var targets: [TargetParts] {
        switch self {
        case .bypass: []
        case .target(let target): [target]
        case .balance(let balance): balance.shares.map(\.target)
        }
    }
}

/// A target as it was written.
struct TargetParts {
    /// The address, where it changes.
    var address: Field<IPAddress> = .absent
    /// The ports, where they change: one, or the range that ports are shifted to.
    var ports: Field<ClosedRange<Port>> = .absent
    /// Where it is said that the target is this machine, if it is.
    var local: SourceSpan?

    /// The target, with what becomes of the port.
    func target(_ port: NewPort?) -> Target? {
        if local != nil { return .local(port: port) }
        if let address = address.value { return .address(address, port: port) }
        return port.map { .port($0) }
    }
}

/// A balance as it was written.
struct BalanceParts {
    /// An entry of its `targets`.
    struct Share {
        /// The target, of which the ports are one port.
        let target: TargetParts
        let weight: UInt32
        let span: SourceSpan
    }

    let method: Balance.Method
    let shares: [Share]
}

/// A masquerade as it was written.
struct MasqueradeParts {
    /// The clients that it is for, where it names them.
    let clients: Field<AddressParts>

    /// The addresses that sources become, where it names them.
    let addresses: Field<[PlacedAddress]>

    var masquerade: Masquerade {
        let addresses = (addresses.value ?? []).map { ($0.address.family, $0.address) }
        return Masquerade(
            clients: clients.value?.set,
            source: Masquerade.Source(Dictionary(addresses) { first, _ in first })
        )
    }
}

/// An address with its place in the text.
///
/// Two of the same address are equal, so that a list that names one twice is found.
struct PlacedAddress: Hashable {
    let address: IPAddress
    let span: SourceSpan

    init(_ address: IPAddress, _ span: SourceSpan) {
        self.address = address
        self.span = span
    }

    static func == (left: PlacedAddress, right: PlacedAddress) -> Bool {
        left.address == right.address
    }

    func hash(into hasher: inout Hasher) { hasher.combine(address) }
}
