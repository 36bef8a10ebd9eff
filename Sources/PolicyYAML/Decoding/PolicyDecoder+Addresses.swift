import Addressing
import Diagnostics

/// Addresses: single ones, prefixes and ranges.
extension PolicyDecoder {
    /// An address, a prefix or a range.
    mutating func addressRange(_ scalar: Node.Scalar) -> AddressRange? {
        if let range = IPv4Text.range(scalar.text.utf8) { return range }
        guard AddressText.isPlausible(scalar.text) else {
            bag.report(.notAnAddress(scalar))
            return nil
        }
        do throws(AddressRange.Malformed) {
            let range = try AddressText.range(scalar.text)
            guard range.mappedAddress == nil else {
                bag.report(.notAnAddress(scalar))
                return nil
            }
            return range
        } catch {
            bag.report(.malformed(scalar, error))
            return nil
        }
    }

    /// A single address.
    mutating func address(_ scalar: Node.Scalar, for use: SingleUse) -> IPAddress? {
        if let address = IPv4Text.address(scalar.text.utf8) { return address }
        guard let range = addressRange(scalar) else { return nil }
        guard range.bits.lowerBound == range.bits.upperBound,
            !scalar.text.contains(where: { $0 == "/" || $0 == "-" }),
            let address = IPAddress(family: range.family, bits: range.bits.lowerBound)
        else {
            bag.report(.rangeAsAddress(scalar, use))
            return nil
        }
        return address
    }
}

extension AddressRange {
    /// The IPv4 address that a single address of `::ffff:0:0/96` stands for.
    var mappedAddress: IPAddress? {
        guard family == .ipv6, bits.lowerBound == bits.upperBound, bits.lowerBound >> 32 == 0xFFFF
        else { return nil }
        return IPAddress(family: .ipv4, bits: bits.lowerBound & 0xFFFF_FFFF)
    }
}

extension Diagnostic {
    fileprivate static func notAnAddress(_ scalar: Node.Scalar) -> Diagnostic {
        let advice = AddressText.advice(on: scalar.text)
        return Diagnostic(
            advice.isHostname ? .hostnameAsAddress : .invalidAddress,
            advice.isHostname
                ? "\(scalar.text.quoted) is a name, not an address"
                : "\(scalar.text.quoted) is not an address",
            at: Label(scalar.span, advice.label),
            help: advice.help
        )
    }

    fileprivate static func rangeAsAddress(
        _ scalar: Node.Scalar,
        _ use: SingleUse
    ) -> Diagnostic {
        Diagnostic(
            .invalidAddress,
            "\(use.title) is one address, not a prefix or a range",
            at: Label(scalar.span, "expected one address"),
            help: use == .target
                ? "to share connections among several write `balance` and `targets`" : nil
        )
    }

    fileprivate static func malformed(
        _ scalar: Node.Scalar,
        _ problem: AddressRange.Malformed
    ) -> Diagnostic {
        switch problem {
        case .notAnAddress:
            return notAnAddress(scalar)
        case .prefixLength(let family):
            return Diagnostic(
                .invalidAddress,
                "\(scalar.text.quoted) has no valid prefix length",
                at: Label(
                    scalar.span,
                    "behind the slash stands a number from 0 to \(family.bitWidth)"
                ),
                help: AddressText.prefixLength(fromMaskIn: scalar.text)
                    .map { "a prefix is written by its length: `\($0)`" }
            )
        case .hostBitsSet(let network):
            let address = scalar.text.prefix { $0 != "/" }
            return Diagnostic(
                .hostBitsSet,
                "the prefix \(scalar.text.quoted) has bits set behind its length",
                at: Label(scalar.span, "this lies inside `\(network)`"),
                help: "write `\(network)` for the network, or `\(address)` for the one address"
            )
        case .mixedFamilies:
            return Diagnostic(
                .mixedFamilies,
                "the range \(scalar.text.quoted) begins and ends in different families",
                at: Label(scalar.span, "one end is IPv4, the other IPv6"),
                help: "write a range for each family, in a list"
            )
        case .upsideDown(let swapped):
            return Diagnostic(
                .rangeUpsideDown,
                "the range \(scalar.text.quoted) ends before it begins",
                at: Label(scalar.span, "no address lies in this range"),
                help: "write `\(swapped.endsText)`"
            )
        }
    }
}

extension AddressRange {
    /// The range as its two ends, also where it is a prefix.
    fileprivate var endsText: String {
        [bits.lowerBound, bits.upperBound]
            .compactMap { IPAddress(family: family, bits: $0)?.description }
            .joined(separator: "-")
    }
}
