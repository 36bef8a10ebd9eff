/// An exact part of a whole.
struct Fraction: Hashable {
    let numerator: UInt128
    let denominator: UInt128

    static let whole = Fraction(1, of: 1)

    init(_ numerator: UInt128, of denominator: UInt128) {
        var (divisor, rest) = (denominator, numerator)
        while rest != 0 { (divisor, rest) = (rest, divisor % rest) }
        self.numerator = numerator / divisor
        self.denominator = denominator / divisor
    }

    static func * (left: Fraction, right: Fraction) -> Fraction {
        Fraction(left.numerator * right.numerator, of: left.denominator * right.denominator)
    }

    static func + (left: Fraction, right: Fraction) -> Fraction {
        Fraction(
            left.numerator * right.denominator + right.numerator * left.denominator,
            of: left.denominator * right.denominator
        )
    }
}

extension Fraction: CustomStringConvertible {
    var description: String { "\(numerator)/\(denominator)" }
}
