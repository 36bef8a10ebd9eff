import Diagnostics
import LocatedYAML
import TrustedFiles

/// A kind of account: what a process runs as.
enum AccountKind: String {
    case user
    case group
}

/// The text form of user and group ids.
enum IDText {
    /// The number by which the kernel means "nobody", and which no process has.
    static let nobody = UInt32.max

    /// What a text is.
    enum Reading {
        /// A number that an account can have.
        case id(UInt32)
        /// A number that no account can have, or one in another form.
        case problem(ValueProblem)
        /// Not a number.
        case name
    }

    /// Reads a decimal number, which is a part of a value.
    static func id(_ number: Substring, in text: String, _ kind: AccountKind) -> Reading {
        guard !number.isEmpty, number.utf8.allSatisfy({ Alphabet.digits.contains($0) }) else {
            return .name
        }
        guard let id = UInt32(number), id != nobody else { return .problem(tooLarge(text, kind)) }
        let isPlain = number.utf8.first != UInt8(ascii: "0") || number.utf8.count == 1
        guard !isPlain else { return .id(id) }
        return .problem(
            problem(
                text,
                kind,
                "some programs would read it as octal",
                help: "write `\(id)`"
            )
        )
    }

    /// The ends of a range, or `nil` if a text is none.
    ///
    /// Names have dashes, too, but do not begin with digits up to a dash.
    static func ends(of text: String) -> (first: Substring, last: Substring)? {
        let first = text.prefix { $0 != "-" }
        guard first.endIndex < text.endIndex, !first.isEmpty,
            first.utf8.allSatisfy({ Alphabet.digits.contains($0) })
        else { return nil }
        return (first, text[text.index(after: first.endIndex)...])
    }

    /// Reads a range of ids.
    static func range(
        _ ends: (first: Substring, last: Substring),
        in text: String,
        _ kind: AccountKind
    ) throws(ValueProblem) -> ClosedRange<UInt32> {
        switch (id(ends.first, in: text, kind), id(ends.last, in: text, kind)) {
        case (.id(let first), .id(let last)) where first <= last:
            return first...last
        case (.id(let first), .id(let last)):
            throw ValueProblem(
                .rangeUpsideDown,
                "the range of ids \(text.quoted) ends before it begins",
                "no \(kind.rawValue) lies in this range",
                help: "write `\(last)-\(first)`"
            )
        case (.problem(let problem), _), (_, .problem(let problem)):
            throw problem
        case (.name, _), (_, .name):
            throw notAName(text, kind)
        }
    }

    /// Whether a text can be the name of a user or group: anything that the files of the system
    /// could contain, because directory services have names of many forms.
    static func canBeName(_ text: String) -> Bool {
        guard let first = text.utf8.first, first != UInt8(ascii: "-"), first != 0x20,
            text.utf8.count <= 256
        else { return false }
        return text.unicodeScalars.allSatisfy {
            $0.isPrintable && !":/,".unicodeScalars.contains($0)
        }
    }

    /// The problem of a text that is neither an id nor a name.
    static func notAName(_ text: String, _ kind: AccountKind) -> ValueProblem {
        problem(
            text,
            kind,
            "expected a name, an id, or a range of ids",
            help: "for example `1000`, `1000-1999` or `root`; several in a list"
        )
    }

    /// The problem of a number above the highest id.
    static func tooLarge(_ text: String, _ kind: AccountKind) -> ValueProblem {
        problem(
            text,
            kind,
            "the highest id is 4294967294",
            help: "4294967295 means \"no \(kind.rawValue)\" to the kernel, and no process has it"
        )
    }

    private static func problem(
        _ text: String,
        _ kind: AccountKind,
        _ label: String,
        help: @escaping @autoclosure @Sendable () -> String
    ) -> ValueProblem {
        ValueProblem(.invalidID, "\(text.quoted) is not a \(kind.rawValue)", label, help: help())
    }
}

/// The users and groups that were looked up; each name is looked up once.
final class AccountNames {
    private struct Name: Hashable {
        let kind: AccountKind
        let text: String
    }

    private var answers: [Name: AccountDatabase.Answer] = [:]
    private var known: [AccountKind: [String]] = [:]

    /// Creates names; those of the given accounts are not looked up again.
    init(_ accounts: [ResolvedAccount] = []) {
        for account in accounts {
            guard let kind = AccountKind(rawValue: account.kind) else { continue }
            answers[Name(kind: kind, text: account.name)] = .id(account.id)
        }
    }

    /// The names that stand for an id, sorted.
    var resolved: [ResolvedAccount] {
        answers.compactMap { name, answer -> ResolvedAccount? in
            guard case .id(let id) = answer else { return nil }
            return ResolvedAccount(kind: name.kind.rawValue, name: name.text, id: id)
        }
        .sorted { ($0.kind, $0.name) < ($1.kind, $1.name) }
    }

    /// Reads the id, the range of ids or the name of users.
    func users(_ text: String) throws(ValueProblem) -> ClosedRange<UInt32> {
        try ids(of: .user, text)
    }

    /// Reads the id, the range of ids or the name of groups.
    func groups(_ text: String) throws(ValueProblem) -> ClosedRange<UInt32> {
        try ids(of: .group, text)
    }

    /// Reads an id, a range of ids, or a name, which stands for the id that it has now.
    func ids(of kind: AccountKind, _ text: String) throws(ValueProblem) -> ClosedRange<UInt32> {
        if let ends = IDText.ends(of: text) { return try IDText.range(ends, in: text, kind) }
        switch IDText.id(text[...], in: text, kind) {
        case .id(let id): return id...id
        case .problem(let problem): throw problem
        case .name:
            let id = try id(of: kind, named: text)
            return id...id
        }
    }

    private func id(of kind: AccountKind, named text: String) throws(ValueProblem) -> UInt32 {
        guard IDText.canBeName(text) else { throw IDText.notAName(text, kind) }
        let name = Name(kind: kind, text: text)
        let answer = answers[name] ?? AccountDatabase.id(of: kind, named: text)
        answers[name] = answer
        let code: DiagnosticCode = kind == .user ? .unknownUser : .unknownGroup
        switch answer {
        case .id(IDText.nobody):
            throw IDText.tooLarge(text, kind)
        case .id(let id):
            return id
        case .unknown:
            let meant = nearest(kind, to: text)
            throw ValueProblem(
                code,
                "this machine has no \(kind.rawValue) \(text.quoted)",
                "not found",
                help: ["any", "all", "*"].contains(text)
                    ? "for any \(kind.rawValue) leave `\(kind.rawValue)` out"
                    : meant.map { "did you mean `\($0.escaped)`?" }
                        ?? "create the \(kind.rawValue) first, or write its id"
            )
        case .failed(let errno):
            throw ValueProblem(
                code,
                "the system cannot say who the \(kind.rawValue) \(text.quoted) is: "
                    + errorText(errno),
                "not found",
                help: "write its id, which needs no look-up"
            )
        }
    }

    /// The name that was probably meant.
    private func nearest(_ kind: AccountKind, to text: String) -> String? {
        let names = known[kind] ?? AccountDatabase.localNames(of: kind)
        known[kind] = names
        return Suggestion.nearest(to: text, among: names)
    }
}
