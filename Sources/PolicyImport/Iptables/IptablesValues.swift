import Addressing
import Diagnostics
import PolicyModel

extension AddressRange {
    /// Reads an address, with the length or the bits of its network; `nil` if it is none.
    init?(iptables text: some StringProtocol) {
        var text = String(text)
        if let slash = text.firstIndex(of: "/") {
            let mask = text[text.index(after: slash)...]
            if mask.contains(".") || mask.contains(":") {
                guard let bits = IPAddress(mask) else { return nil }
                let width = bits.family.bitWidth
                let ones = (~(bits.bits << UInt128(128 - width))).leadingZeroBitCount
                let isWhole = ones >= width || bits.bits << UInt128(128 - width + ones) == 0
                guard isWhole else { return nil }
                text = text[..<slash] + "/\(min(ones, width))"
            }
        }
        do {
            try self.init(parsing: text)
        } catch .hostBitsSet(let network) {
            self = network
        } catch {
            return nil
        }
    }
}

extension PortSet {
    /// Reads ports and ranges between commas; `nil` if they are none.
    init?(iptables text: some StringProtocol, rangeSign: Character) {
        var ranges: [ClosedRange<Port>] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let ends = part.split(separator: rangeSign, omittingEmptySubsequences: false)
            guard (1...2).contains(ends.count) else { return nil }
            // An end that is left out is the lowest or the highest port; nobody sends to port 0.
            let isRange = ends.count == 2
            let first = isRange && ends[0].isEmpty ? 1 : ends[0].decimal(as: UInt16.self)
            let last =
                isRange && ends[1].isEmpty
                ? UInt16.max : ends[ends.count - 1].decimal(as: UInt16.self)
            guard let first, let last, let low = Port(isRange ? max(first, 1) : first),
                let high = Port(last), low <= high
            else { return nil }
            ranges.append(low...high)
        }
        self.init(ranges)
    }
}

extension PacketMark {
    /// Reads a mark, with a mask after a slash.
    init?(iptables text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(\.number)
        guard (1...2).contains(parts.count), let value = parts[0],
            let mask = parts.count == 1 ? .max : parts[1]
        else { return nil }
        self.init(value: value, mask: mask)
    }
}

extension ForeignDestination {
    /// Reads `ADDRESS[-ADDRESS][:PORT[-PORT[/BASE]]]`; an IPv6 address with a port is in brackets.
    init?(iptables text: String, _ family: IPFamily) {
        var hosts = text[...]
        var ports: Substring?
        if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
            hosts = text[text.index(after: text.startIndex)..<end]
            let rest = text[text.index(after: end)...]
            guard rest.isEmpty || rest.hasPrefix(":") else { return nil }
            ports = rest.isEmpty ? nil : rest.dropFirst()
        } else if family == .ipv4 || text.hasPrefix(":"), let colon = text.firstIndex(of: ":"),
            !text.hasPrefix("::")
        {
            hosts = text[..<colon]
            ports = text[text.index(after: colon)...]
        }
        if hosts.isEmpty {
            self.init(place: .same)
        } else if let address = IPAddress(hosts) {
            guard address.family == family else { return nil }
            self.init(place: .address(address))
        } else {
            guard let range = try? AddressRange(parsing: hosts), range.family == family,
                hosts.contains("-"), let addresses = range.addresses(atMost: Self.largestPool)
            else { return nil }
            self.init(place: addresses.count == 1 ? .address(addresses[0]) : .pool(addresses))
        }
        guard let ports else { return }
        let halves = ports.split(separator: "/", omittingEmptySubsequences: false)
        guard (1...2).contains(halves.count),
            let range = PortSet(iptables: halves[0], rangeSign: "-")?.onlyRange
        else { return nil }
        self.ports = range
        guard halves.count == 2 else { return }
        guard let base = halves[1].decimal(as: UInt16.self).flatMap({ Port($0) }) else {
            return nil
        }
        self.base = base
    }

    /// The most addresses that a policy gets as targets of one redirect.
    static let largestPool = 256
}

extension AddressRange {
    /// The addresses, one by one; `nil` if there are more than so many.
    func addresses(atMost most: Int) -> [IPAddress]? {
        guard bits.upperBound - bits.lowerBound < UInt128(most) else { return nil }
        return bits.compactMap { IPAddress(family: family, bits: $0) }
    }
}

extension StringProtocol {
    /// The text as a redirect's description: one line, printable, not too long; `nil` if it is empty.
    var asDescription: String? {
        var result = ""
        for scalar in unicodeScalars {
            guard result.utf8.count + UTF8.width(scalar) <= 256 else { break }
            result.unicodeScalars.append(scalar.isPrintable ? scalar : " ")
        }
        let words = result.split(separator: " ")
        return words.isEmpty ? nil : words.joined(separator: " ")
    }
}
