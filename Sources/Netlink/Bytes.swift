/// Some of the bytes that the kernel answered with; valid as long as the answer is.
///
/// Every access is checked: what the bytes say is up to whoever wrote into the kernel.
struct Bytes {
    private let all: UnsafeRawBufferPointer

    init(_ all: UnsafeRawBufferPointer) {
        self.all = all
    }

    var count: Int { all.count }

    /// The bytes of a range, or nothing where there are not so many.
    subscript(range: Range<Int>) -> Bytes? {
        guard range.lowerBound >= 0, range.upperBound <= all.count else { return nil }
        return Bytes(UnsafeRawBufferPointer(rebasing: all[range]))
    }

    /// What comes behind so many bytes; nothing at all where there are not so many.
    func dropFirst(_ count: Int) -> Bytes {
        Bytes(UnsafeRawBufferPointer(rebasing: all.dropFirst(count)))
    }

    /// A number in the machine's own order, as netlink's headers have them.
    func native<Number: FixedWidthInteger>(_ type: Number.Type, at offset: Int) -> Number? {
        guard offset >= 0, offset + MemoryLayout<Number>.size <= all.count else { return nil }
        return all.loadUnaligned(fromByteOffset: offset, as: type)
    }

    /// The bytes as one number whose first byte is the most significant; nothing for other widths.
    func number<Number: FixedWidthInteger>(_ type: Number.Type) -> Number? {
        guard all.count == MemoryLayout<Number>.size else { return nil }
        return Number(bigEndian: all.loadUnaligned(as: type))
    }

    /// The value of an attribute of this type, where the bytes are that attribute and nothing more.
    func only<Key: RawRepresentable<UInt32>>(_ key: Key) -> Bytes? {
        var list = AttributeList(self)
        guard let (type, value) = list.next(), type == key.rawValue, list.next() == nil,
            !list.isDamaged
        else { return nil }
        return value
    }

    /// The bytes themselves, which stay.
    var array: [UInt8] { Array(all) }

    /// The number in up to 16 bytes.
    var bits: UInt128? {
        guard all.count <= 16 else { return nil }
        var bits: UInt128 = 0
        for byte in all { bits = bits << 8 | UInt128(byte) }
        return bits
    }

    /// The text up to the first NUL, with a sign of replacement for what is none.
    var text: String {
        String(decoding: untilNul, as: UTF8.self)
    }

    /// The text up to the NUL at the end, or nothing where it is no text or has more NULs.
    var wholeText: String? {
        let text = untilNul
        guard all.count - text.count <= 1 else { return nil }
        return String(validating: text, as: UTF8.self)
    }

    /// Whether the bytes, up to the first NUL, are those of a text.
    func isText(_ text: String) -> Bool {
        var index = 0
        for byte in text.utf8 {
            guard index < all.count, all[index] == byte else { return false }
            index += 1
        }
        return index == all.count || all[index] == 0
    }

    private var untilNul: UnsafeRawBufferPointer {
        var count = 0
        while count < all.count, all[count] != 0 { count += 1 }
        return UnsafeRawBufferPointer(rebasing: all[..<count])
    }
}
