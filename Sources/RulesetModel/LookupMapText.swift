import Addressing

extension LookupMap {
    /// The map with its elements, as part of a script.
    var block: String {
        var block = "\tmap \(name) {\n\t\t\(type.text)\n"
        if !elements.isEmpty {
            let texts = elements.map { type.text(of: $0) }
            block += "\t\telements = {\n\t\t\t\(texts.joined(separator: ",\n\t\t\t"))\n\t\t}\n"
        }
        return block + "\t}"
    }
}

extension Lookup {
    /// The expression in nft's language: `th dport map @m`, or `vmap` for verdicts.
    func text(_ keyword: String) -> String {
        "\(key.map(\.expression).joined(separator: " . ")) \(keyword) @\(map)"
    }
}

extension MapType {
    /// An element in nft's language, for adding it.
    ///
    /// With a count, its counter begins there instead of at zero.
    public func text(of element: MapElement, countingFrom count: PacketCount? = nil) -> String {
        var text = self.text(of: element.key)
        if isCounting, let count {
            text += " counter packets \(count.packets) bytes \(count.bytes)"
        }
        if let redirect = element.redirect { text += " comment \"\(redirect)\"" }
        return text + " : " + element.value.text
    }

    /// A key in nft's language: `10.0.0.0/24 . tcp . 80-89`.
    public func text(of key: MapKey) -> String {
        zip(self.key, key.parts).map { $0.text(of: $1) }.joined(separator: " . ")
    }
}

extension KeyField {
    /// Values of it in nft's language.
    func text(of numbers: ClosedRange<UInt128>) -> String {
        switch self {
        case .inputInterface, .outputInterface:
            return "\"\(Self.interfaceName(of: numbers.lowerBound))\""
        case .sourceAddress(let family), .destinationAddress(let family):
            return AddressRange(family: family, bits: numbers)?.description ?? ""
        case .transport where numbers.lowerBound == numbers.upperBound:
            let known = TransportProtocol.allCases.first { $0.number == numbers.lowerBound }
            return known?.rawValue ?? "\(numbers.lowerBound)"
        case .transport, .user, .group, .mark, .sourcePort, .destinationPort:
            return numbers.lowerBound == numbers.upperBound
                ? "\(numbers.lowerBound)" : "\(numbers.lowerBound)-\(numbers.upperBound)"
        }
    }

    /// The name of an interface as the number that its 16 bytes make.
    public static func number(ofInterface name: String) -> UInt128 {
        let bytes = name.utf8.prefix(16)
        let number = bytes.reduce(UInt128(0)) { $0 << 8 | UInt128($1) }
        return number << UInt128(8 * (16 - bytes.count))
    }

    /// The name of an interface from the number that its 16 bytes make.
    public static func interfaceName(of number: UInt128) -> String {
        withUnsafeBytes(of: number.bigEndian) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }
}

extension MapValue {
    /// The value in nft's language.
    public var text: String {
        switch self {
        case .port(let port): "\(port)"
        case .address(let address): "\(address)"
        case .addressAndPort(let address, let port): "\(address) . \(port)"
        case .accept: "accept"
        case .jump(let chain): "jump \(chain)"
        }
    }
}
