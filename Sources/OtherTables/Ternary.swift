/// The answer to a question about a packet that is known only in part.
public enum Ternary: Sendable, Hashable {
    case no
    case maybe
    case yes

    /// Creates the answer to a question that has one.
    init(_ isTrue: Bool) {
        self = isTrue ? .yes : .no
    }

    /// The answer to the opposite question.
    static prefix func ! (answer: Ternary) -> Ternary {
        switch answer {
        case .no: .yes
        case .maybe: .maybe
        case .yes: .no
        }
    }

    /// Whether both are true.
    func and(_ other: Ternary) -> Ternary {
        if self == .no || other == .no { return .no }
        return self == .yes && other == .yes ? .yes : .maybe
    }

    /// Whether one of them is true.
    func or(_ other: Ternary) -> Ternary { !(!self).and(!other) }
}
