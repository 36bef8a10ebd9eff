import Addressing
import Diagnostics

/// `addresses` and `ports`: lists with names.
extension PolicyDecoder {
    /// A definition that is yet to be read.
    struct Declaration {
        let name: String
        let kind: DefinitionKind
        let value: Node
        /// The path of the file that it stands in.
        let file: String
    }

    /// The definitions of a file, by name only, so that no order matters between them.
    mutating func declarations(in document: Document) -> [Declaration] {
        DefinitionKind.allCases.flatMap { declarations($0, in: document) }
    }

    private mutating func declarations(
        _ kind: DefinitionKind,
        in document: Document
    ) -> [Declaration] {
        let key: PolicyKey =
            switch kind {
            case .addresses: .addresses
            case .ports: .ports
            }
        guard let node = document.fields[key] else { return [] }
        guard case .mapping(let mapping) = node else {
            reportKind(of: node, for: key)
            isIncomplete = true
            return []
        }
        return mapping.entries.compactMap { entry in
            let name = entry.key.text
            guard DefinitionName.hasForm(name), !DefinitionName.reserved.contains(name) else {
                bag.report(.invalidDefinitionName(entry.key, kind))
                return nil
            }
            if let first = definitions.declare(name, kind, at: entry.key.span) {
                bag.report(.duplicateDefinition(entry.key, kind, first: first))
                return nil
            }
            return Declaration(name: name, kind: kind, value: entry.value, file: document.name)
        }
    }

    /// Reads what stands behind a name.
    mutating func define(_ declaration: Declaration) {
        switch declaration.kind {
        case .addresses:
            if let set = addresses(declaration) { definitions.define(declaration.name, as: set) }
        case .ports:
            let slot = Slot(named: declaration.name, .ports)
            let ranges = several(declaration.value, in: slot) { decoder, scalar in
                decoder.isNested(scalar, .ports) ? nil : decoder.portRange(scalar)
            }
            if let ranges = ranges.value {
                definitions.define(declaration.name, as: PortSet(ranges))
            }
        }
    }

    private mutating func addresses(_ declaration: Declaration) -> AddressSet? {
        let title = "the list \(declaration.name.quoted)"
        if case .mapping = declaration.value {
            let fields = fields(of: declaration.value, FileKey.self, expecting: title)
            guard let fields else { return nil }
            let set = one(fields, .file) { decoder, name in
                decoder.isPath(name) ? decoder.addresses(inFile: name, of: declaration.file) : nil
            }
            return set.value
        }
        let slot = Slot(named: declaration.name, .addresses)
        let ranges = several(declaration.value, in: slot) { decoder, scalar in
            decoder.isNested(scalar, .addresses) ? nil : decoder.addressRange(scalar)
        }
        return ranges.value.map { AddressSet($0) }
    }

    /// Reports a name inside a list: lists hold values, so that none can contain itself.
    private mutating func isNested(_ scalar: Node.Scalar, _ kind: DefinitionKind) -> Bool {
        if scalar.text == "local", kind == .addresses {
            bag.report(.localInList(scalar))
            return true
        }
        guard definitions.state(of: scalar.text, kind) != .absent else { return false }
        definitions.use(scalar.text, kind)
        bag.report(.nestedList(scalar, kind))
        return true
    }

    /// Warns of definitions that nothing uses.
    mutating func checkUse() {
        for kind in DefinitionKind.allCases {
            for (name, span) in definitions.unused(kind) {
                bag.report(.unusedDefinition(name, kind, at: span))
            }
        }
    }
}

extension Diagnostic {
    fileprivate static func invalidDefinitionName(
        _ key: Node.Scalar,
        _ kind: DefinitionKind
    ) -> Diagnostic {
        let isReserved = DefinitionName.reserved.contains(key.text)
        return Diagnostic(
            .invalidName,
            "\(key.text.quoted) cannot be the name of a list of \(kind.rawValue)",
            at: Label(
                key.span,
                isReserved
                    ? "this word has a meaning of its own" : "expected a name such as `office`"
            ),
            help: isReserved
                ? "choose another name"
                : "begin with a small letter, then at most 62 small letters, digits, `_` and `-`"
        )
    }

    fileprivate static func duplicateDefinition(
        _ key: Node.Scalar,
        _ kind: DefinitionKind,
        first: SourceSpan
    ) -> Diagnostic {
        Diagnostic(
            .duplicateName,
            "two lists of \(kind.rawValue) are called \(key.text.quoted)",
            at: Label(key.span, "here again"),
            related: [Label(first, "first here")],
            help: "the names of lists hold in all files of a policy; rename one of them"
        )
    }

    fileprivate static func nestedList(
        _ scalar: Node.Scalar,
        _ kind: DefinitionKind
    ) -> Diagnostic {
        Diagnostic(
            .nestedList,
            "a list of \(kind.rawValue) cannot hold another: \(scalar.text.quoted)",
            at: Label(scalar.span, "expected \(kind.values.expectation)"),
            help: "name both where they are used: "
                + "`\(kind.use.rawValue): [first, \(scalar.text)]`"
        )
    }

    fileprivate static func localInList(_ scalar: Node.Scalar) -> Diagnostic {
        Diagnostic(
            .nestedList,
            "a list of addresses cannot hold `local`",
            at: Label(scalar.span, "expected \(Grammar.addressRange.expectation)"),
            help: "write it beside the name of the list where that is used: `address: [lan, local]`"
        )
    }

    fileprivate static func unusedDefinition(
        _ name: String,
        _ kind: DefinitionKind,
        at span: SourceSpan
    ) -> Diagnostic {
        Diagnostic(
            .unusedDefinition,
            severity: .warning,
            "nothing uses the list of \(kind.rawValue) \(name.quoted)",
            at: Label(span, "defined here"),
            help: "use it behind `\(kind.use.rawValue)`, or remove it"
        )
    }
}
