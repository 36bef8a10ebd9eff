import Addressing
import Diagnostics
import PolicyModel

/// Decodes prefixes as targets: each address of the match goes to the one at its position.
struct PrefixMoveDecoder {
    let context: DecodingContext

    /// The move that the prefix of a target and that of a match make together, or `nil` if they have
    /// errors.
    func move(
        _ prefix: AddressRange,
        at span: SourceSpan,
        _ ports: Decoded<ClosedRange<Port>>,
        _ match: MatchParts?
    ) -> PrefixMove? {
        if case .given(_, let written) = ports {
            reportPort(at: written, prefix: span)
            return nil
        }
        guard !ports.isRejected, let match else { return nil }
        switch match.destination.addresses {
        case .rejected:
            return nil
        case .absent:
            reportMissing(prefix, at: span, match)
            return nil
        case .given(let addresses, let written):
            guard !addresses.isLocal, let origin = addresses.set?.onlyPrefix else {
                reportList(addresses, prefix, at: span, match: written)
                return nil
            }
            // That the families differ has been reported.
            guard origin.family == prefix.family else { return nil }
            if let move = PrefixMove(origin, to: prefix) { return move }
            reportLengths(prefix, at: span, origin, match: written)
            return nil
        }
    }

    /// libnftables has no word for a prefix with a port; with a map in its place, 1.0.6 makes rules
    /// for IPv6 that the kernel refuses.
    private func reportPort(at ports: SourceSpan, prefix: SourceSpan) {
        context.bag.error(
            .prefixWithPort,
            "a target that is a prefix keeps the port",
            at: ports,
            "nftables cannot change both at once",
            related: [.init(prefix, "each address goes to the one at the same position")],
            help: "leave the port out, or write a redirect with a port for each address"
        )
    }

    private func reportMissing(_ prefix: AddressRange, at span: SourceSpan, _ match: MatchParts) {
        let length = "/\(prefix.length)"
        context.bag.error(
            .prefixWithoutAddress,
            "a prefix as the target needs the prefix that is moved to it",
            at: span,
            "each of these addresses stands for one that connections were sent to",
            help: (match.isText
                ? "name a prefix with `\(length)` as the destination"
                : "add a prefix with `\(length)` to `match`: `destination: {address: …\(length)}`")
                + "; or write one address here"
        )
    }

    private func reportList(
        _ addresses: AddressParts,
        _ prefix: AddressRange,
        at span: SourceSpan,
        match: SourceSpan
    ) {
        let count = addresses.set?.rangeCount ?? 0
        let found =
            addresses.isLocal
            ? "`local` is every address of this machine"
            : count == 1
                ? "this range is no prefix" : "these are \(count) ranges, with gaps between them"
        context.bag.error(
            .prefixWithList,
            "only one prefix can be moved to another",
            at: span,
            "it is not clear which of these belongs to which address",
            related: [.init(match, found)],
            help:
                "name one prefix with `/\(prefix.length)`, and write a redirect for each other one; or "
                + "write one target address for all"
        )
    }

    private func reportLengths(
        _ prefix: AddressRange,
        at span: SourceSpan,
        _ origin: AddressRange,
        match: SourceSpan
    ) {
        let isOne = origin.bits.lowerBound == origin.bits.upperBound
        let help =
            isOne
            ? "write one address" + (prefix.firstHost.map { ", such as `\($0)`" } ?? "")
            : "write `\(prefix.resized(as: origin))`; each address goes to the one at the same "
                + "position"
        context.bag.error(
            .prefixLengthsDiffer,
            isOne
                ? "the connections have one destination and the target is a prefix"
                : "the destination is a `/\(origin.length)` and the target is a `/\(prefix.length)`",
            at: span,
            "these are \(prefix.countText)",
            related: [
                .init(match, isOne ? "this is one address" : "these are \(origin.countText)")
            ],
            help: help
        )
    }
}

extension AddressSet {
    /// The range, if there is only one and it is a prefix.
    fileprivate var onlyPrefix: AddressRange? {
        guard rangeCount == 1, let range = ranges.first else { return nil }
        return range.prefixLength == nil ? nil : range
    }
}

extension AddressRange {
    /// The length of a prefix.
    fileprivate var length: Int { prefixLength ?? family.bitWidth }

    /// The prefix as long as another one that has the first address.
    fileprivate func resized(as other: AddressRange) -> AddressRange {
        let rest = other.bits.upperBound - other.bits.lowerBound
        let first = bits.lowerBound & ~rest
        return AddressRange(family: family, bits: first...(first | rest)) ?? self
    }

    /// How many addresses it has, in words; exact only up to 65536.
    fileprivate var countText: String {
        let bits = family.bitWidth - length
        return bits <= 16 ? "\(1 << bits) addresses" : "2^\(bits) addresses"
    }
}
