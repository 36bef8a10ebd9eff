internal import RulesetModel

extension MapDeclaration {
    /// The bytes of a key of single numbers, as the kernel has them; nothing where it is no key of
    /// this map, or one of ranges.
    func bytes(of key: MapKey) -> [UInt8]? {
        guard !isInterval, key.parts.count == self.key.count,
            key.parts.allSatisfy({ $0.lowerBound == $0.upperBound })
        else { return nil }
        let bytes = zip(self.key, key.parts).flatMap { part, range in
            partBytes(part, range.lowerBound)
        }
        return Array(bytes.prefix(keyLength))
    }

    /// The bytes of a part, filled up to whole words.
    private func partBytes(_ part: KeyPart, _ number: UInt128) -> [UInt8] {
        // The least significant first.
        let significant = (0..<part.length).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
        let ordered = order(of: part).isBigEndian ? significant.reversed() : significant
        return ordered + [UInt8](repeating: 0, count: 4 * part.words - part.length)
    }
}
