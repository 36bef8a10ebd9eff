import Addressing
import Diagnostics
import LocatedYAML
import PolicyModel

/// The keys of a `masquerade` that is a mapping.
enum MasqueradeKey: String, MappingKey {
    case from
    case to

    static let owner = "`masquerade`"

    static let rows = allCases.map(\.row)

    var row: KeyRow<MasqueradeParts> {
        switch self {
        case .from:
            KeyRow(
                .oneOrMore(.matchedAddress),
                example: "from: 192.0.2.0/24",
                summary: "The clients whose source address changes; without it, all."
            ) { $0.clients = EndpointDecoder($1).addresses(of: .source) }
        case .to:
            KeyRow(
                .oneOrMore(.address),
                example: "to: 192.0.2.1",
                summary:
                    """
                    The source address that connections leave with, at most one of each family; \
                    without it, that of the interface they leave by.
                    """
            ) { $0.addresses = MasqueradeDecoder($1).sourceAddresses() }
        }
    }

    static let rules = """
        - properties: {from: \(EndpointKey.notLocal)}
        - anyOf: [{required: [from]}, {required: [to]}]
        """
}

/// A masquerade as it is written.
struct MasqueradeParts {
    /// The clients that it is for, if it names them.
    var clients: Decoded<AddressParts> = .absent

    /// The addresses that sources become, if it names them.
    var addresses: Decoded<[LocatedAddress]> = .absent

    var masquerade: Masquerade {
        let addresses = (addresses.value ?? []).map { ($0.address.family, $0.address) }
        return Masquerade(
            clients: clients.value?.set,
            source: Masquerade.Source(Dictionary(addresses) { first, _ in first })
        )
    }
}

/// An address with its span.
///
/// Two of the same address are equal, so that a list that names one twice is found.
struct LocatedAddress: Hashable {
    let address: IPAddress
    let span: SourceSpan

    static func == (left: LocatedAddress, right: LocatedAddress) -> Bool {
        left.address == right.address
    }

    func hash(into hasher: inout Hasher) { hasher.combine(address) }
}

/// Decodes `masquerade` and its keys.
struct MasqueradeDecoder {
    private let value: KeyValue
    private var context: DecodingContext { value.context }

    init(_ value: KeyValue) { self.value = value }

    /// The masquerade; `nil` for `false`.
    func masquerade() -> Decoded<MasqueradeParts?> {
        guard case .mapping = value.node else {
            return value.one { text throws(ValueProblem) in
                let address = IPAddress(text) == nil ? "ADDRESS" : text
                return try WordText.boolean(
                    text,
                    otherwise: "to choose the source write `masquerade: {to: \(address)}`"
                ) ? MasqueradeParts() : nil
            }
        }
        let mapping = DecodedMapping<MasqueradeKey>(
            value.node,
            MasqueradeKey.owner,
            into: MasqueradeParts(),
            context
        )
        guard let mapping else { return .rejected }
        guard !mapping.isEmpty else {
            context.bag.error(
                .missingKey,
                "`masquerade` is empty",
                at: mapping.mapping.span,
                "expected `from`, `to`, or both",
                help: "`masquerade: true` is for all clients, with the address of the interface"
            )
            return .rejected
        }
        let parts = mapping.parts
        if parts.clients.isRejected || parts.addresses.isRejected
            || !areValidSources(parts.addresses.value ?? [])
        {
            return .rejected
        }
        return .given(parts, value.node.head)
    }

    /// The addresses that sources become.
    func sourceAddresses() -> Decoded<[LocatedAddress]> {
        value.severalScalars { scalar in
            guard !["local", "any", "true"].contains(scalar.text) else {
                context.bag.error(
                    .invalidAddress,
                    "\(scalar.text.quoted) is not an address that packets can have as their source",
                    at: scalar.span,
                    "expected an address",
                    help: "`masquerade: true` takes the address of the interface"
                )
                return nil
            }
            return SingleValueDecoder(context: context).address(scalar, for: .source).map {
                LocatedAddress(address: $0, span: scalar.span)
            }
        }
    }

    /// Whether packets can have these addresses as their source, and no two are of one family;
    /// reports it otherwise.
    private func areValidSources(_ addresses: [LocatedAddress]) -> Bool {
        var firsts: [IPFamily: SourceSpan] = [:]
        var areAll = true
        var known: Set<LocatedAddress> = []
        // The same address twice has been reported as such.
        for located in addresses where known.insert(located).inserted {
            let address = located.address
            let reason =
                address.isLoopback
                ? "it is only for this machine itself" : address.reasonAgainstEnd
            if let reason {
                areAll = false
                context.bag.error(
                    .invalidAddress,
                    "no packet can have `\(address)` as its source",
                    at: located.span,
                    reason,
                    help: "name an address whose answers come back to this machine"
                )
            } else if let first = firsts.updateValue(located.span, forKey: address.family) {
                areAll = false
                context.bag.error(
                    .duplicateValue,
                    "there are two \(address.family.title) addresses for the source of one "
                        + "connection",
                    at: located.span,
                    "a second one",
                    related: [.init(first, "the first \(address.family.title) address")],
                    help: "keep one; for other clients write a redirect of its own"
                )
            }
        }
        return areAll
    }
}
