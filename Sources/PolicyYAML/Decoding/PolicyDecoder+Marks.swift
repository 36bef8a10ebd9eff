import Addressing
import Diagnostics

/// Packet marks.
extension PolicyDecoder {
    /// A number, or a number and the mask of the bits that are looked at.
    mutating func mark(_ scalar: Node.Scalar) -> PacketMark? {
        let parts = scalar.text.split(
            separator: "/",
            maxSplits: 1,
            omittingEmptySubsequences: false
        )
        let numbers = parts.compactMap { MarkText.number($0) }
        guard let value = numbers.first, numbers.count == parts.count else {
            bag.report(.invalidMark(scalar))
            return nil
        }
        let mask = numbers.count == 2 ? numbers[1] : .max
        guard mask != 0 else {
            bag.report(.emptyMask(scalar))
            return nil
        }
        guard let mark = PacketMark(value: value, mask: mask) else {
            bag.report(.bitsOutsideMask(scalar, value: value, mask: mask))
            return nil
        }
        return mark
    }
}

/// The text form of the numbers in a packet mark.
enum MarkText {
    /// Reads 32 bits, in decimal or, behind `0x`, in hexadecimal.
    static func number(_ text: Substring) -> UInt32? {
        let isHexadecimal = text.hasPrefix("0x")
        let digits = isHexadecimal ? text.dropFirst(2) : text
        guard let first = digits.utf8.first, first != UInt8(ascii: "+"),
            first != UInt8(ascii: "-")
        else { return nil }
        // To other programs, 010 is 8.
        if !isHexadecimal, first == UInt8(ascii: "0"), digits.utf8.count > 1 { return nil }
        return UInt32(digits, radix: isHexadecimal ? 16 : 10)
    }

    /// A number in hexadecimal, as marks are usually written.
    static func text(_ number: UInt32) -> String { "0x" + String(number, radix: 16) }
}

extension Diagnostic {
    fileprivate static func invalidMark(_ scalar: Node.Scalar) -> Diagnostic {
        Diagnostic(
            .invalidMark,
            "\(scalar.text.quoted) is not a packet mark",
            at: Label(scalar.span, "expected a number such as `0x10`, or `0x10/0xff` with a mask"),
            help: "a mark has 32 bits: a decimal number without leading zeros up to 4294967295, "
                + "or a hexadecimal one up to 0xffffffff"
        )
    }

    fileprivate static func emptyMask(_ scalar: Node.Scalar) -> Diagnostic {
        Diagnostic(
            .invalidMark,
            "the mask of \(scalar.text.quoted) looks at no bit",
            at: Label(scalar.span, "every packet would match"),
            help: "for any mark leave `mark` out"
        )
    }

    fileprivate static func bitsOutsideMask(
        _ scalar: Node.Scalar,
        value: UInt32,
        mask: UInt32
    ) -> Diagnostic {
        let (wanted, mask) = (MarkText.text(value & mask), MarkText.text(mask))
        return Diagnostic(
            .invalidMark,
            "the mark \(scalar.text.quoted) wants bits that its mask leaves out",
            at: Label(scalar.span, "no packet matches"),
            help: "under the mask `\(mask)` the mark is `\(wanted)/\(mask)`"
        )
    }
}
