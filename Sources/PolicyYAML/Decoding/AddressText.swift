import Addressing

/// What somebody means who writes an address in another way.
enum AddressText {
    /// What to say of a text that is no address.
    struct Advice {
        var isHostname = false
        var label = "expected an address such as `192.0.2.10` or `2001:db8::10`"
        var help: String?
    }

    /// Whether a text is made only of the characters that addresses are made of.
    ///
    /// It keeps everything else, a NUL above all, away from the C library.
    static func isPlausible(_ text: String) -> Bool {
        text.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x3A, 0x41...0x46, 0x61...0x66: true
            case UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: "-"): true
            default: false
            }
        }
    }

    /// Reads an address, a prefix or a range; a single address on a short way.
    static func range(_ text: String) throws(AddressRange.Malformed) -> AddressRange {
        let isSingle = text.utf8.allSatisfy { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "-") }
        if isSingle, let address = IPAddress(text) { return AddressRange(address) }
        return try AddressRange(parsing: text)
    }

    static func advice(on text: String) -> Advice {
        if let help = helpForOtherForm(text) { return Advice(help: help) }
        if isHostname(text) {
            return Advice(
                isHostname: true,
                label: "expected an address",
                help:
                    "write the address; names are not looked up, as the answer could change unseen"
            )
        }
        if !text.contains(":"), let help = helpForDotted(text) { return Advice(help: help) }
        return Advice()
    }

    /// The prefix that an address with a netmask stands for: `10.0.0.0/255.0.0.0`.
    static func prefixLength(fromMaskIn text: String) -> AddressRange? {
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
        if text.isEmpty { return "for any address leave `address` out" }
        if text.contains("%") {
            return "an address of a policy has no zone; leave out `%` and what follows"
        }
        if text.contains(" ") || text.contains(",") {
            return "write a range as `192.0.2.10-192.0.2.20`, and several addresses as a list"
        }
        if text.contains("*") {
            return "write all addresses of a network as a prefix: `192.0.2.0/24`"
        }
        if text.contains("[") || text.contains("]") {
            return "write the address without brackets, and the port behind `port`"
        }
        if let mapped = (try? AddressRange(parsing: text))?.mappedAddress {
            return "no packet carries this form; write `\(mapped)`"
        }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        if parts.count == 2, IPAddress(parts[0]) != nil, UInt16(parts[1]) != nil {
            return "write the port behind `port`: `{address: \(parts[0]), port: \(parts[1])}`"
        }
        return nil
    }

    private static func isHostname(_ text: String) -> Bool {
        text.contains { $0.isLetter } && !text.contains(":")
            && text.allSatisfy { $0.isLetter || $0.isNumber || "-._/".contains($0) }
    }

    private static func helpForDotted(_ text: String) -> String? {
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
