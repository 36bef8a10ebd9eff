/// The text form of plain whole numbers.
enum DecimalText {
    /// Reads decimal digits, without a sign or leading zeros; nothing for any other form.
    ///
    /// What is too large for the type is the type's largest number, which is out of every range.
    static func number(_ text: some StringProtocol) -> UInt64? {
        let digits = text.utf8
        guard let first = digits.first, digits.allSatisfy({ Alphabet.digits.contains($0) }),
            first != UInt8(ascii: "0") || digits.count == 1
        else { return nil }
        return UInt64(text) ?? .max
    }
}
