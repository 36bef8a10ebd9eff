import Addressing

extension LookupMap {
    /// The map as part of a script, with its elements, or as many of them as it may have at once.
    var block: String {
        let elements = elements.prefix(type.needsSmallCommands ? MapType.elementsPerCommand : .max)
        let head = "\t\(type.keyword) \(name) {\n\t\t\(type.text(size: size))\n"
        if elements.isEmpty { return head + "\t}" }
        var writer = MapWriter()
        writer.reserve(80 * elements.count)
        writer.write(head)
        writer.write(words: "\t\telements = {\n\t\t\t")
        for index in elements.indices {
            if index > 0 { writer.write(words: ",\n\t\t\t") }
            writer.write(elements[index], of: type)
        }
        writer.write(words: "\n\t\t}\n\t}")
        return writer.text
    }
}

extension LookupMap {
    /// The commands that add the elements for which there is no room in ``block``.
    func rest(in table: String) -> [String] {
        let most = MapType.elementsPerCommand
        guard type.needsSmallCommands, elements.count > most else { return [] }
        return stride(from: most, to: elements.count, by: most).map { first in
            let some = elements[first..<min(first + most, elements.count)]
            let texts = type.text(of: some.map { LiveElement($0) })
            return "add element inet \(table) \(name) { \(texts) }\n"
        }
    }
}

extension Lookup {
    /// The expression in nft's language: `th dport map @m`, `vmap` for verdicts, and no keyword for
    /// a set.
    func text(_ keyword: String? = nil) -> String {
        ([key.map(\.expression).joined(separator: " . ")] + [keyword, "@\(map)"].compactMap(\.self))
            .joined(separator: " ")
    }

    /// A key of the map in nft's language: `10.0.0.0/24 . tcp . 80-89`.
    public func text(of key: MapKey) -> String {
        var writer = MapWriter()
        writer.write(key, of: self.key)
        return writer.text
    }
}

extension MapType {
    /// An element in nft's language, for adding it.
    ///
    /// With a count, its counter begins there instead of at zero.
    public func text(of element: MapElement, countingFrom count: PacketCount? = nil) -> String {
        var writer = MapWriter()
        writer.write(element, of: self, countingFrom: count)
        return writer.text
    }

    /// Elements in nft's language, for adding them, separated by commas.
    ///
    /// The counter of one with a count begins there instead of at zero.
    public func text(of elements: [LiveElement]) -> String {
        var writer = MapWriter()
        writer.reserve(80 * elements.count)
        for index in elements.indices {
            if index > 0 { writer.write(words: ", ") }
            writer.write(elements[index].element, of: self, countingFrom: elements[index].count)
        }
        return writer.text
    }

    /// Keys in nft's language, separated by commas.
    public func text(of keys: some Sequence<MapKey>) -> String {
        var writer = MapWriter()
        for (index, key) in keys.enumerated() {
            if index > 0 { writer.write(words: ", ") }
            writer.write(key, of: self.key)
        }
        return writer.text
    }

    /// A key in nft's language: `10.0.0.0/24 . tcp . 80-89`.
    public func text(of key: MapKey) -> String { text(of: CollectionOfOne(key)) }
}

extension MapWriter {
    fileprivate mutating func write(
        _ element: MapElement,
        of type: MapType,
        countingFrom count: PacketCount? = nil
    ) {
        write(element.key, of: type.key)
        if type.isCounting, let count {
            write(words: " counter packets ")
            write(count.packets)
            write(words: " bytes ")
            write(count.bytes)
        }
        if let redirect = element.redirect {
            write(words: " comment \"")
            write(redirect)
            write(words: "\"")
        }
        guard element.value != .member else { return }
        write(words: " : ")
        write(element.value)
    }
}

extension KeyField {
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
        var writer = MapWriter()
        writer.write(self)
        return writer.text
    }
}
