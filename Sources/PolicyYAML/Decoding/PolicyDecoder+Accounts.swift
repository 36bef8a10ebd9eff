import Diagnostics
import TrustedFiles

/// Users and groups: ids, ranges of ids, and names, which stand for the id they have now.
extension PolicyDecoder {
    /// An id, a range of ids, or the id of a name.
    mutating func ids(of kind: AccountKind, _ scalar: Node.Scalar) -> ClosedRange<UInt32>? {
        if let ends = IDText.ends(of: scalar.text) { return range(of: kind, ends, scalar) }
        switch IDText.id(scalar.text[...]) {
        case .id(let id): return id...id
        case .problem(let problem):
            bag.report(.invalidID(scalar, kind, problem))
            return nil
        case .name: return named(kind, scalar).map { $0...$0 }
        }
    }

    private mutating func range(
        of kind: AccountKind,
        _ ends: (first: Substring, last: Substring),
        _ scalar: Node.Scalar
    ) -> ClosedRange<UInt32>? {
        switch (IDText.id(ends.first), IDText.id(ends.last)) {
        case (.id(let first), .id(let last)) where first <= last:
            return first...last
        case (.id(let first), .id(let last)):
            bag.report(.idsUpsideDown(scalar, kind, "\(last)-\(first)"))
        case (.problem(let problem), _), (_, .problem(let problem)):
            bag.report(.invalidID(scalar, kind, problem))
        case (.name, _), (_, .name):
            bag.report(.invalidID(scalar, kind, .notANumber))
        }
        return nil
    }

    private mutating func named(_ kind: AccountKind, _ scalar: Node.Scalar) -> UInt32? {
        guard IDText.canBeName(scalar.text) else {
            bag.report(.invalidID(scalar, kind, .notANumber))
            return nil
        }
        switch accounts.answer(kind, scalar.text) {
        case .id(IDText.nobody):
            bag.report(.invalidID(scalar, kind, .tooLarge))
        case .id(let id):
            return id
        case .unknown:
            bag.report(
                .unknownAccount(scalar, kind, meant: accounts.nearest(kind, to: scalar.text))
            )
        case .failed(let errno):
            bag.report(.unansweredAccount(scalar, kind, errno: errno))
        }
        return nil
    }
}

extension Diagnostic {
    fileprivate static func invalidID(
        _ scalar: Node.Scalar,
        _ kind: AccountKind,
        _ problem: IDText.Problem
    ) -> Diagnostic {
        let label: String
        let help: String?
        switch problem {
        case .notANumber:
            label = "expected a name, an id, or a range of ids"
            help = "for example `1000`, `1000-1999` or `root`; several in a list"
        case .leadingZeros(let id):
            label = "some programs would read it as octal"
            help = "write `\(id)`"
        case .tooLarge:
            label = "the highest id is 4294967294"
            help = "4294967295 means \"no \(kind.rawValue)\" to the kernel, and no process has it"
        }
        return Diagnostic(
            .invalidID,
            "\(scalar.text.quoted) is not a \(kind.rawValue)",
            at: Label(scalar.span, label),
            help: help
        )
    }

    fileprivate static func idsUpsideDown(
        _ scalar: Node.Scalar,
        _ kind: AccountKind,
        _ swapped: String
    ) -> Diagnostic {
        Diagnostic(
            .rangeUpsideDown,
            "the range of ids \(scalar.text.quoted) ends before it begins",
            at: Label(scalar.span, "no \(kind.rawValue) lies in this range"),
            help: "write `\(swapped)`"
        )
    }

    fileprivate static func unknownAccount(
        _ scalar: Node.Scalar,
        _ kind: AccountKind,
        meant: String?
    ) -> Diagnostic {
        Diagnostic(
            kind == .user ? .unknownUser : .unknownGroup,
            "this machine has no \(kind.rawValue) \(scalar.text.quoted)",
            at: Label(scalar.span, "not found"),
            help: meant.map { "did you mean `\($0.escaped)`?" }
                ?? "create the \(kind.rawValue) first, or write its id"
        )
    }

    fileprivate static func unansweredAccount(
        _ scalar: Node.Scalar,
        _ kind: AccountKind,
        errno: Int32
    ) -> Diagnostic {
        Diagnostic(
            kind == .user ? .unknownUser : .unknownGroup,
            "the system cannot say who the \(kind.rawValue) \(scalar.text.quoted) is: "
                + errorText(errno),
            at: Label(scalar.span, "not found"),
            help: "write its id, which needs no look-up"
        )
    }
}
