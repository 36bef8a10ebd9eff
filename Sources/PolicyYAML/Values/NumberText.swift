import Addressing
import Diagnostics
import PolicyModel

/// The text form of whole numbers.
enum NumberText {
    /// Reads decimal digits, without a sign or leading zeros; `nil` for any other form.
    ///
    /// A number that is too large for the type is read as its largest, which is out of every range.
    static func decimal(_ text: some StringProtocol) -> UInt64? {
        let digits = text.utf8
        guard let first = digits.first, digits.allSatisfy({ Alphabet.digits.contains($0) }),
            first != UInt8(ascii: "0") || digits.count == 1
        else { return nil }
        return UInt64(text) ?? .max
    }

    /// Reads the version of the language.
    static func version(_ text: String) throws(ValueProblem) -> Int {
        if text == "1" { return 1 }
        throw ValueProblem(
            .unsupportedVersion,
            "version \(text.quoted) of the policy language is not known",
            "expected `1`",
            help: "write `version: 1`; it is the only version so far"
        )
    }

    /// Reads the priority of the chains.
    static func priority(_ text: String) throws(ValueProblem) -> Int32 {
        let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
        guard decimal(digits) != nil, text != "-0" else {
            let names = ["raw": -300, "mangle": -150, "dstnat": -100, "filter": 0, "security": 50]
            throw ValueProblem(
                .invalidPriority,
                "\(text.quoted) is not a priority",
                "expected a whole number such as `-105`",
                help: names[text].map { "the number of `\(text)` is `\($0)`" }
                    ?? "write a decimal number without leading zeros; lower runs first"
            )
        }
        let valid = Settings.validPriorities
        guard let number = Int32(text), valid.contains(number) else {
            throw ValueProblem(
                .invalidPriority,
                "the kernel takes no NAT chain of priority \(text.quoted)",
                "expected a number from \(valid.lowerBound) to \(valid.upperBound)",
                help: "NAT needs connection tracking, which runs at -200; "
                    + "the default of -105 decides before the chains of most others"
            )
        }
        return number
    }

    /// Reads a label or a range of labels.
    static func labels(_ text: String) throws(ValueProblem) -> ClosedRange<ConnectionLabel> {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false)
            .map { decimal($0).flatMap { UInt8(exactly: $0) }.flatMap(ConnectionLabel.init) }
        guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1],
            first <= last
        else {
            throw ValueProblem(
                .invalidLabels,
                "\(text.quoted) is neither a bit of a connection label nor a range of them",
                "expected a bit or a range of bits from 0 to 127",
                help: "for example `\(SettingsKey.labels.example)`: decimal numbers, the lower one "
                    + "first, without spaces"
            )
        }
        return first...last
    }

    /// Reads the most elements that a policy may take.
    static func maxElements(_ text: String) throws(ValueProblem) -> Int {
        let number = decimal(text).flatMap { Int(exactly: $0) }
        guard let number, Settings.validMaxElements.contains(number) else {
            throw ValueProblem(
                .invalidMaxElements,
                "\(text.quoted) cannot be the highest number of elements",
                "expected \(Grammar.elements.expectation)",
                help: "write a decimal number without signs and separators, for example "
                    + "`\(SettingsKey.maxElements.example)`"
            )
        }
        return number
    }

    /// Reads the weight of a target.
    static func weight(_ text: String) throws(ValueProblem) -> UInt32 {
        guard let number = decimal(text) else {
            throw ValueProblem(
                .invalidWeight,
                "\(text.quoted) is not a weight",
                "expected \(Grammar.weight.expectation)",
                help: "a weight is a whole number in relation to the others: "
                    + "of 1 and 3, one target gets a quarter"
            )
        }
        guard let weight = UInt32(exactly: number), Balance.Share.validWeights.contains(weight)
        else {
            throw ValueProblem(
                .invalidWeight,
                number == 0
                    ? "a target of weight 0 gets no connection"
                    : "the weight \(text.quoted) is too large",
                "expected \(Grammar.weight.expectation)",
                help: number == 0 ? "remove the target" : "divide all weights by the same number"
            )
        }
        return weight
    }

    /// Reads a packet mark: a number, or a number and the mask of the bits that count.
    static func mark(_ text: String) throws(ValueProblem) -> PacketMark {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let numbers = parts.compactMap { bits($0) }
        guard let value = numbers.first, numbers.count == parts.count else {
            throw ValueProblem(
                .invalidMark,
                "\(text.quoted) is not a packet mark",
                "expected a number such as `0x10`, or `0x10/0xff` with a mask",
                help:
                    "a mark has 32 bits: a decimal number without leading zeros up to 4294967295, "
                    + "or a hexadecimal one up to 0xffffffff"
            )
        }
        let mask = numbers.count == 2 ? numbers[1] : .max
        guard mask != 0 else {
            throw ValueProblem(
                .invalidMark,
                "the mask of \(text.quoted) has no bits",
                "every packet would match",
                help: "for any mark leave `mark` out"
            )
        }
        guard let mark = PacketMark(value: value, mask: mask) else {
            throw ValueProblem(
                .invalidMark,
                "the mark \(text.quoted) has bits outside its mask",
                "no packet matches",
                help:
                    "under the mask `\(hex(mask))` the mark is `\(hex(value & mask))/\(hex(mask))`"
            )
        }
        return mark
    }

    /// Reads 32 bits: decimal digits without leading zeros, or hexadecimal ones after `0x`.
    private static func bits(_ text: Substring) -> UInt32? {
        guard text.hasPrefix("0x") else { return decimal(text).flatMap { UInt32(exactly: $0) } }
        let digits = text.dropFirst(2)
        guard let first = digits.utf8.first, first != UInt8(ascii: "+"),
            first != UInt8(ascii: "-")
        else { return nil }
        return UInt32(digits, radix: 16)
    }

    private static func hex(_ number: UInt32) -> String { "0x" + String(number, radix: 16) }
}
