import Addressing

/// Writes the parts of maps as bytes of text.
///
/// A map can have 100,000 elements; a string for each part of each would take most of an apply.
struct MapWriter {
    private var bytes: [UInt8] = []

    /// What was written.
    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Makes room for so many bytes.
    mutating func reserve(_ count: Int) { bytes.reserveCapacity(count) }

    mutating func write(_ text: String) { bytes.append(contentsOf: text.utf8) }

    /// Writes a text that is known beforehand.
    mutating func write(words text: StaticString) {
        text.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    mutating func write(_ number: some BinaryInteger) {
        let number = UInt64(truncatingIfNeeded: number)
        var divisor: UInt64 = 1
        while number / divisor >= 10 { divisor *= 10 }
        while divisor > 0 {
            bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number / divisor % 10))
            divisor /= 10
        }
    }

    /// Writes a key: `10.0.0.0/24 . tcp . 80-89`.
    mutating func write(_ key: MapKey, of fields: [KeyField]) {
        for (index, field) in fields.enumerated() where index < key.parts.count {
            if index > 0 { write(words: " . ") }
            write(key.parts[index], of: field)
        }
    }

    private mutating func write(_ numbers: ClosedRange<UInt128>, of field: KeyField) {
        let isOne = numbers.lowerBound == numbers.upperBound
        switch field {
        case .inputInterface, .outputInterface:
            write("\"\(KeyField.interfaceName(of: numbers.lowerBound))\"")
        case .sourceAddress(.ipv4) where isOne, .destinationAddress(.ipv4) where isOne:
            write(ipv4: numbers.lowerBound)
        case .sourceAddress(let family), .destinationAddress(let family):
            write(AddressRange(family: family, bits: numbers)?.description ?? "")
        case .transport where isOne:
            let known = TransportProtocol.allCases.first { $0.number == numbers.lowerBound }
            if let known { write(known.rawValue) } else { write(numbers.lowerBound) }
        case .transport, .user, .group, .mark, .sourcePort, .destinationPort:
            write(numbers.lowerBound)
            if !isOne {
                write(words: "-")
                write(numbers.upperBound)
            }
        }
    }

    /// Writes a value: `10.0.0.5 . 8080`.
    mutating func write(_ value: MapValue) {
        switch value {
        case .port(let port): write(port.number)
        case .address(let address): write(address)
        case .addressAndPort(let address, let port):
            write(address)
            write(words: " . ")
            write(port.number)
        case .member: break
        case .accept: write(words: "accept")
        case .jump(let chain):
            write(words: "jump ")
            write(chain)
        }
    }

    private mutating func write(_ address: IPAddress) {
        switch address.family {
        case .ipv4: write(ipv4: address.bits)
        case .ipv6: write(address.description)
        }
    }

    private mutating func write(ipv4 bits: UInt128) {
        let bits = UInt32(truncatingIfNeeded: bits)
        for shift in [24, 16, 8, 0] as [UInt32] {
            write(UInt8(truncatingIfNeeded: bits >> shift))
            if shift > 0 { write(words: ".") }
        }
    }
}
