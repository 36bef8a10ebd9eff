/// Bytes of an answer from the kernel; valid as long as the answer's buffer.
///
/// Every access is checked, because other programs choose the content of their rules.
struct Bytes {
    private let all: UnsafeRawBufferPointer

    init(_ all: UnsafeRawBufferPointer) {
        self.all = all
    }

    var count: Int { all.count }

    /// The bytes of a range; `nil` if there are fewer bytes.
    subscript(range: Range<Int>) -> Bytes? {
        guard range.lowerBound >= 0, range.upperBound <= all.count else { return nil }
        return Bytes(UnsafeRawBufferPointer(rebasing: all[range]))
    }

    /// The bytes after the first ones; empty if there are fewer bytes.
    func dropFirst(_ count: Int) -> Bytes {
        Bytes(UnsafeRawBufferPointer(rebasing: all.dropFirst(count)))
    }

    /// A number in the machine's byte order, as in netlink's headers; `nil` if there are fewer bytes.
    func native<Number: FixedWidthInteger>(_ type: Number.Type, at offset: Int) -> Number? {
        guard offset >= 0, offset + MemoryLayout<Number>.size <= all.count else { return nil }
        return all.loadUnaligned(fromByteOffset: offset, as: type)
    }

    /// The bytes as one number in network byte order; `nil` if its width differs.
    func number<Number: FixedWidthInteger>(_ type: Number.Type) -> Number? {
        guard all.count == MemoryLayout<Number>.size else { return nil }
        return Number(bigEndian: all.loadUnaligned(as: type))
    }

    /// The value of an attribute of this type; `nil` if the bytes are anything but that attribute.
    func only<Key: RawRepresentable<UInt32>>(_ key: Key) -> Bytes? {
        var list = AttributeList(self)
        guard let (type, value) = list.next(), type == key.rawValue, list.next() == nil,
            !list.isDamaged
        else { return nil }
        return value
    }

    /// A copy of the bytes.
    var array: [UInt8] { Array(all) }

    /// The number in at most 16 bytes, in network byte order; `nil` if there are more.
    var bits: UInt128? {
        guard all.count <= 16 else { return nil }
        var bits: UInt128 = 0
        for byte in all { bits = bits << 8 | UInt128(byte) }
        return bits
    }

    /// The text up to the first NUL; U+FFFD replaces invalid bytes.
    var text: String {
        String(decoding: untilNul, as: UTF8.self)
    }

    /// The text up to the NUL at the end; `nil` if it is not UTF-8 or has another NUL.
    var wholeText: String? {
        let text = untilNul
        guard all.count - text.count <= 1 else { return nil }
        return String(validating: text, as: UTF8.self)
    }

    /// Whether the bytes up to the first NUL are those of a text.
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
