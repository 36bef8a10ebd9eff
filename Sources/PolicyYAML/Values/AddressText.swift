import Addressing
import Diagnostics

/// The use of a single address or port; messages depend on it.
enum SingleUse {
    /// A target.
    case target
    /// An entry of `targets`.
    case share
    /// The source that connections get.
    case source
    /// Where one connection goes.
    case connection
    /// Where one connection comes from.
    case client

    /// How messages call it.
    var title: String {
        switch self {
        case .target, .share: "a target"
        case .source: "a source"
        case .connection: "the destination of a connection"
        case .client: "the source of a connection"
        }
    }

    /// Whether it is an end of one connection.
    var isOfConnection: Bool { self == .connection || self == .client }

    /// What to do instead of naming several addresses.
    func adviceOnSeveral(_ range: AddressRange? = nil) -> String? {
        let one = "write one of them" + (range?.example.map { ", such as `\($0)`" } ?? "")
        return switch self {
        case .target: adviceOnRange(range)
        case .share: "write an entry of `targets` for each address"
        case .source: nil
        case .connection: one
        case .client: one + "; or leave the source out"
        }
    }

    /// Only prefixes can be moved: the kernel puts bits together.
    private func adviceOnRange(_ range: AddressRange?) -> String {
        let balance = "to share connections among several write `balance` and `targets`"
        guard let range else { return balance }
        return range.prefixLength == nil
            ? "only a prefix can take the place of another one, such as `192.0.2.0/28`; \(balance)"
            : "write it as the prefix `\(range)`"
    }
}

extension AddressRange {
    /// One of its addresses for an example, which is not that of a network.
    var example: IPAddress? {
        let (first, last) = (bits.lowerBound, bits.upperBound)
        return IPAddress(
            family: family,
            bits: first < last && first & 0xFF == 0 ? first + 1 : first
        )
    }
}

/// The text form of addresses, prefixes and ranges.
enum AddressText {
    /// Reads an address, a prefix or a range.
    static func range(_ text: String) throws(ValueProblem) -> AddressRange {
        if let range = IPv4Text.range(text.utf8) { return range }
        guard isPlausible(text) else { throw AddressAdvice.problem(text) }
        let range: AddressRange
        do throws(AddressRange.Malformed) {
            range = try general(text)
        } catch {
            throw problem(text, error)
        }
        guard range.mappedAddress == nil else { throw AddressAdvice.problem(text) }
        return range
    }

    /// Reads the address or the prefix of a target.
    static func target(_ text: String) throws(ValueProblem) -> TargetAddress {
        if let address = IPv4Text.address(text.utf8) { return .one(address) }
        let range = try range(text)
        guard text.contains("/"), range.bits.lowerBound < range.bits.upperBound else {
            return .one(try address(text, for: .target))
        }
        return .prefix(range)
    }

    /// Reads a single address.
    static func address(_ text: String, for use: SingleUse) throws(ValueProblem) -> IPAddress {
        if let address = IPv4Text.address(text.utf8) { return address }
        let range = try range(text)
        guard range.bits.lowerBound == range.bits.upperBound,
            !text.contains(where: { $0 == "/" || $0 == "-" }),
            let address = IPAddress(family: range.family, bits: range.bits.lowerBound)
        else {
            let mayBePrefix = use == .target && range.bits.lowerBound < range.bits.upperBound
            throw ValueProblem(
                .invalidAddress,
                mayBePrefix
                    ? "a target is one address or one prefix, not a range"
                    : "\(use.title) is one address, not a prefix or a range",
                mayBePrefix ? "expected an address or a prefix" : "expected one address",
                help: range.bits.count == 1
                    ? "write `\(text.prefix { $0 != "/" && $0 != "-" })`"
                    : use.adviceOnSeveral(range)
            )
        }
        return address
    }

    /// Whether a text has only characters of addresses.
    ///
    /// The C library gets no others, above all no NUL.
    private static func isPlausible(_ text: String) -> Bool {
        text.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x3A, 0x41...0x46, 0x61...0x66: true
            case UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: "-"): true
            default: false
            }
        }
    }

    /// Reads any form; a single address is read without searching for a prefix or a range.
    private static func general(_ text: String) throws(AddressRange.Malformed) -> AddressRange {
        let isSingle = text.utf8.allSatisfy { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "-") }
        if isSingle, let address = IPAddress(text) { return AddressRange(address) }
        return try AddressRange(parsing: text)
    }

    private static func problem(_ text: String, _ error: AddressRange.Malformed) -> ValueProblem {
        switch error {
        case .notAnAddress:
            AddressAdvice.problem(text)
        case .prefixLength(let family):
            ValueProblem(
                .invalidAddress,
                "\(text.quoted) has no valid prefix length",
                "expected a number from 0 to \(family.bitWidth) after the slash",
                help: AddressAdvice.prefix(fromMaskIn: text)
                    .map { "a prefix is written by its length: `\($0)`" }
            )
        case .hostBitsSet(let network):
            ValueProblem(
                .hostBitsSet,
                "the prefix \(text.quoted) has host bits set",
                "this lies inside `\(network)`",
                help: "write `\(network)` for the network, or `\(text.prefix { $0 != "/" })` for "
                    + "the one address"
            )
        case .mixedFamilies:
            ValueProblem(
                .mixedFamilies,
                "the range \(text.quoted) begins and ends in different families",
                "one end is IPv4, the other IPv6",
                help: "write a range for each family, in a list"
            )
        case .upsideDown(let swapped):
            ValueProblem(
                .rangeUpsideDown,
                "the range \(text.quoted) ends before it begins",
                "no address lies in this range",
                help: "write `\(swapped.endsText)`"
            )
        }
    }
}

/// What somebody probably means who writes an address in another way.
private enum AddressAdvice {
    /// The problem of a text that is not an address.
    static func problem(_ text: String) -> ValueProblem {
        if let help = helpForOtherForm(text) ?? (isHostname(text) ? nil : helpForDotted(text)) {
            return notAnAddress(text, help: help)
        }
        guard isHostname(text) else { return notAnAddress(text, help: nil) }
        return ValueProblem(
            .hostnameAsAddress,
            "\(text.quoted) is a name, not an address",
            "expected an address",
            help: ListName.hasForm(text)
                ? "write the address; host names are not looked up, and a list can only stand in a "
                    + "redirect"
                : "write the address; names are not looked up, as the answer could change unseen"
        )
    }

    private static func notAnAddress(_ text: String, help: String?) -> ValueProblem {
        ValueProblem(
            .invalidAddress,
            "\(text.quoted) is not an address",
            "expected an address such as `192.0.2.10` or `2001:db8::10`",
            help: help
        )
    }

    /// The prefix that an address with a netmask stands for: `10.0.0.0/255.0.0.0`.
    static func prefix(fromMaskIn text: String) -> AddressRange? {
        let parts = text.split(separator: "/", maxSplits: 1)
        guard parts.count == 2, let mask = IPAddress(parts[1]), mask.family == .ipv4 else {
            return nil
        }
        let bits = UInt32(truncatingIfNeeded: mask.bits)
        let length = (~bits).leadingZeroBitCount
        guard ~bits & (~bits &+ 1) == 0 else { return nil }
        return try? AddressRange(parsing: "\(parts[0])/\(length)")
    }

    private static func helpForOtherForm(_ text: String) -> String? {
        if text.isEmpty || text == "*" { return "for any address leave `address` out" }
        if text.contains("%") {
            return "an address of a policy has no zone; leave out the `%` and the part after it"
        }
        if text.contains(" ") || text.contains(",") {
            return "write a range as `192.0.2.10-192.0.2.20`, and several addresses as a list"
        }
        if text.contains("*") {
            return "write all addresses of a network as a prefix: `192.0.2.0/24`"
        }
        if text.contains("[") || text.contains("]") {
            return "write the address without brackets, and the port under `port`"
        }
        if let mapped = (try? AddressRange(parsing: text))?.mappedAddress {
            return "no packet carries this form; write `\(mapped)`"
        }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        if parts.count == 2, IPAddress(parts[0]) != nil, UInt16(parts[1]) != nil {
            return "write the port under `port`: `{address: \(parts[0]), port: \(parts[1])}`"
        }
        return nil
    }

    private static func isHostname(_ text: String) -> Bool {
        text.contains { $0.isLetter } && !text.contains(":")
            && text.allSatisfy { $0.isLetter || $0.isNumber || "-._/".contains($0) }
    }

    private static func helpForDotted(_ text: String) -> String? {
        guard !text.contains(":") else { return nil }
        let ends = text.split(separator: "-", omittingEmptySubsequences: false)
        if ends.count == 2, IPAddress(ends[0]) != nil, UInt8(ends[1]) != nil {
            let network = ends[0].split(separator: ".").dropLast().joined(separator: ".")
            return "write both ends of a range in full: `\(ends[0])-\(network).\(ends[1])`"
        }
        let address = text.prefix { $0 != "/" && $0 != "-" }
        let octets = address.split(separator: ".", omittingEmptySubsequences: false)
        if octets.contains(where: { $0.count > 1 && $0.first == "0" }) {
            let plain = octets.map { $0.drop { $0 == "0" } }.map { $0.isEmpty ? "0" : $0 }
            let written = plain.joined(separator: ".")
            return IPAddress(written) == nil
                ? "write the four numbers without leading zeros"
                : "leading zeros would be octal to some programs; write `\(written)`"
        }
        if octets.contains(where: { !$0.isEmpty && UInt8($0) == nil }) {
            return "each of the four numbers of an IPv4 address is at most 255"
        }
        return octets.count == 4
            ? nil : "an IPv4 address is four numbers with dots between them: `192.0.2.10`"
    }
}

extension AddressRange {
    /// The IPv4 address that a single address of `::ffff:0:0/96` stands for.
    fileprivate var mappedAddress: IPAddress? {
        guard family == .ipv6, bits.lowerBound == bits.upperBound, bits.lowerBound >> 32 == 0xFFFF
        else { return nil }
        return IPAddress(family: .ipv4, bits: bits.lowerBound & 0xFFFF_FFFF)
    }

    /// The range as its two ends, also if it is a prefix.
    fileprivate var endsText: String {
        [bits.lowerBound, bits.upperBound]
            .compactMap { IPAddress(family: family, bits: $0)?.description }
            .joined(separator: "-")
    }
}
