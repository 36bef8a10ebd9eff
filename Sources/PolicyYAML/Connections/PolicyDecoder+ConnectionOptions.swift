import Addressing
import Diagnostics
import PolicyModel

/// What can follow the destination of a connection: `KEY=VALUE`.
extension PolicyDecoder {
    /// The keys and values in some words; nothing where one of them has errors.
    mutating func options(_ words: [Node.Scalar]) -> ConnectionOptions? {
        var options = ConnectionOptions()
        var isComplete = true
        for word in words where !read(word, into: &options) { isComplete = false }
        return isComplete ? options : nil
    }

    private mutating func read(_ word: Node.Scalar, into options: inout ConnectionOptions) -> Bool {
        guard let equals = word.text.firstIndex(of: "=") else {
            bag.report(.noValue(word))
            return false
        }
        let name = word.part(word.text[..<equals])
        let text = word.text[equals...].dropFirst()
        guard let key = ConnectionKey(rawValue: name.text) else {
            bag.report(.unknownConnectionKey(name))
            return false
        }
        if let first = options.places.updateValue(word.span, forKey: key) {
            options.places[key] = first
            bag.report(.connectionKeyTwice(key, at: word.span, first: first))
            return false
        }
        // In the path of a control group, a comma is a character like any other.
        guard !text.isEmpty, key == .cgroup || !text.contains(",") else {
            bag.report(.notOneValue(word, key, isEmpty: text.isEmpty))
            return false
        }
        return set(key, word.part(text), at: word.span, of: &options)
    }

    private mutating func set(
        _ key: ConnectionKey,
        _ value: Node.Scalar,
        at span: SourceSpan,
        of options: inout ConnectionOptions
    ) -> Bool {
        switch key {
        case .source:
            guard let source = endpoint(value, .source) else { return false }
            options.source = .given(source, value.span)
            return true
        case .interface:
            options.interface = interfaceName(value)
            return options.interface != nil
        case .user:
            options.user = account(.user, value)
            return options.user != nil
        case .group:
            options.group = account(.group, value)
            return options.group != nil
        case .cgroup:
            options.cgroup = cgroupPath(value)
            return options.cgroup != nil
        case .mark:
            options.mark = wholeMark(value)
            return options.mark != nil
        }
    }

    private mutating func interfaceName(_ value: Node.Scalar) -> String? {
        guard let pattern = interface(value) else { return nil }
        guard !pattern.isPrefix else {
            bag.report(.several(value, .invalidInterface, "one interface", "`wg0`"))
            return nil
        }
        return pattern.name
    }

    private mutating func account(_ kind: AccountKind, _ value: Node.Scalar) -> UInt32? {
        guard IDText.ends(of: value.text) == nil, IDText.canBeName(value.text) else {
            bag.report(.several(value, .invalidID, "one \(kind.rawValue)", "`1000` or `root`"))
            return nil
        }
        return ids(of: kind, value)?.lowerBound
    }

    private mutating func wholeMark(_ value: Node.Scalar) -> UInt32? {
        guard !value.text.contains("/") else {
            bag.report(.several(value, .invalidMark, "one mark, without a mask", "`0x10`"))
            return nil
        }
        return mark(value)?.value
    }
}

extension Diagnostic {
    fileprivate static func noValue(_ word: Node.Scalar) -> Diagnostic {
        let key =
            ConnectionKey(rawValue: word.text) ?? ConnectionKey.meant(by: word.text)
        return Diagnostic(
            .invalidConnection,
            "\(word.text.quoted) is not a key with a value",
            at: Label(word.span, "expected `KEY=VALUE` behind the destination"),
            help: key.map { "for example `\($0.example)`" }
                ?? "the keys are \(ConnectionKey.names.alternatives)"
        )
    }

    fileprivate static func unknownConnectionKey(_ name: Node.Scalar) -> Diagnostic {
        Diagnostic(
            .unknownKey,
            "\(name.text.quoted) is not a key of a connection",
            at: Label(name.span, "expected \(ConnectionKey.names.alternatives)"),
            help: ConnectionKey.meant(by: name.text).map {
                "did you mean `\($0.rawValue)`? for example `\($0.example)`"
            }
        )
    }

    fileprivate static func connectionKeyTwice(
        _ key: ConnectionKey,
        at span: SourceSpan,
        first: SourceSpan
    ) -> Diagnostic {
        Diagnostic(
            .duplicateKey,
            "the key `\(key.rawValue)` is there twice",
            at: Label(span, "here again"),
            related: [Label(first, "first here")],
            help: "keep one of them; a connection has one `\(key.rawValue)`"
        )
    }

    fileprivate static func notOneValue(
        _ word: Node.Scalar,
        _ key: ConnectionKey,
        isEmpty: Bool
    ) -> Diagnostic {
        Diagnostic(
            .invalidConnection,
            isEmpty
                ? "`\(key.rawValue)` has no value" : "a connection has one `\(key.rawValue)`",
            at: Label(word.span, "expected one value behind `=`"),
            help: "for example `\(key.example)`"
        )
    }

    fileprivate static func several(
        _ value: Node.Scalar,
        _ code: DiagnosticCode,
        _ what: String,
        _ example: String
    ) -> Diagnostic {
        Diagnostic(
            code,
            "a connection has \(what), not \(value.text.quoted)",
            at: Label(value.span, "expected \(what)"),
            help: "for example \(example)"
        )
    }
}

extension ConnectionKey {
    /// The key that somebody probably means.
    fileprivate static func meant(by text: String) -> ConnectionKey? {
        synonyms[text.lowercased()]
            ?? Suggestion.nearest(to: text, among: names).flatMap { ConnectionKey(rawValue: $0) }
    }
}
