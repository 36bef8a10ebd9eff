import Addressing

/// Reads the elements of a map as they are stored: `10.0.0.5 . tcp . 80 : 10.1.0.5 . 8080 # web`.
///
/// Byte by byte: a stored map can have 100,000 of them.
struct StoredElements {
    private let bytes: [UInt8]
    private let type: MapType
    private var index = 0

    /// The line that is being read, from 1.
    private(set) var line = 1

    init(_ text: String, of type: MapType) {
        bytes = Array(text.utf8)
        self.type = type
    }

    /// All elements; `nil` if a line is none.
    mutating func elements() -> [MapElement]? {
        var elements: [MapElement] = []
        while index < bytes.count {
            guard let element = element() else { return nil }
            elements.append(element)
            line += 1
        }
        return elements
    }

    private mutating func element() -> MapElement? {
        var parts: [ClosedRange<UInt128>] = []
        parts.reserveCapacity(type.key.count)
        for field in type.key {
            if !parts.isEmpty, !skip(" . ") { return nil }
            guard let numbers = numbers(of: field) else { return nil }
            parts.append(numbers)
        }
        guard type.value == .member || skip(" : "), let value = value() else { return nil }
        let redirect = skip(" # ") ? word() : nil
        guard index == bytes.count || skip("\n") else { return nil }
        return MapElement(key: MapKey(parts), value: value, redirect: redirect)
    }

    private mutating func value() -> MapValue? {
        switch type.value {
        case .member: return .member
        case .port: return port().map { .port($0) }
        case .address(let family): return address(family).map { .address($0) }
        case .addressAndPort(let family):
            guard let address = address(family), skip(" . "), let port = port() else { return nil }
            return .addressAndPort(address, port)
        case .verdict:
            if skip("jump ") { return .jump(to: word()) }
            return skip("accept") ? .accept : nil
        }
    }

    private mutating func numbers(of field: KeyField) -> ClosedRange<UInt128>? {
        switch field {
        case .inputInterface, .outputInterface:
            guard skip("\"") else { return nil }
            let name = text { $0 != UInt8(ascii: "\"") }
            guard skip("\""), ObjectName.isPlain(name), name.utf8.count < field.length else {
                return nil
            }
            let number = KeyField.number(ofInterface: name)
            return number...number
        case .sourceAddress(let family), .destinationAddress(let family):
            return addresses(family)
        case .transport:
            for transport in TransportProtocol.allCases where skip(transport.rawValue) {
                return UInt128(transport.number)...UInt128(transport.number)
            }
            return numbers()
        case .user, .group, .mark, .sourcePort, .destinationPort: return numbers()
        }
    }

    private mutating func numbers() -> ClosedRange<UInt128>? {
        guard let first = number() else { return nil }
        guard skip("-") else { return UInt128(first)...UInt128(first) }
        guard let last = number(), first <= last else { return nil }
        return UInt128(first)...UInt128(last)
    }

    private mutating func port() -> Port? {
        number().flatMap { UInt16(exactly: $0) }.flatMap(Port.init)
    }
}

// MARK: - Addresses

extension StoredElements {
    private mutating func addresses(_ family: IPFamily) -> ClosedRange<UInt128>? {
        let start = index
        if family == .ipv4, let bits = dotted(), isAtEndOfWord { return bits...bits }
        index = start
        guard let range = try? AddressRange(parsing: word()), range.family == family else {
            return nil
        }
        return range.bits
    }

    private mutating func address(_ family: IPFamily) -> IPAddress? {
        let start = index
        if family == .ipv4, let bits = dotted(), isAtEndOfWord {
            return IPAddress(family: family, bits: bits)
        }
        index = start
        guard let address = IPAddress(word()), address.family == family else { return nil }
        return address
    }

    private mutating func dotted() -> UInt128? {
        var bits: UInt32 = 0
        for part in 0..<4 {
            guard part == 0 || skip("."), let number = number(), number <= 255 else { return nil }
            bits = bits << 8 | number
        }
        return UInt128(bits)
    }

    private var isAtEndOfWord: Bool { index == bytes.count || bytes[index] <= UInt8(ascii: " ") }
}

// MARK: - Words and numbers

extension StoredElements {
    private mutating func skip(_ expected: StaticString) -> Bool {
        guard bytes.count - index >= expected.utf8CodeUnitCount else { return false }
        for offset in 0..<expected.utf8CodeUnitCount
        where bytes[index + offset] != expected.utf8Start[offset] {
            return false
        }
        index += expected.utf8CodeUnitCount
        return true
    }

    private mutating func skip(_ expected: String) -> Bool {
        guard bytes[index...].starts(with: expected.utf8) else { return false }
        index += expected.utf8.count
        return true
    }

    /// A decimal number as it is written: without a sign, and no zero before others.
    private mutating func number() -> UInt32? {
        let start = index
        var number: UInt64 = 0
        while index < bytes.count, case let digit = bytes[index] &- UInt8(ascii: "0"), digit < 10 {
            number = number * 10 + UInt64(digit)
            guard number <= UInt64(UInt32.max) else { return nil }
            index += 1
        }
        let isPadded = index - start > 1 && bytes[start] == UInt8(ascii: "0")
        return index == start || isPadded ? nil : UInt32(number)
    }

    /// What comes before the next space or line break.
    private mutating func word() -> String { text { $0 > UInt8(ascii: " ") } }

    private mutating func text(while isPart: (UInt8) -> Bool) -> String {
        let start = index
        while index < bytes.count, isPart(bytes[index]) { index += 1 }
        return String(decoding: bytes[start..<index], as: UTF8.self)
    }
}
