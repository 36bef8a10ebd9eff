import Addressing
import Diagnostics
import LocatedYAML
import PolicyModel

/// Decodes `addresses`, `ports` and `interfaces`: lists with names.
struct DefinitionDecoder {
    let context: DecodingContext

    /// A definition that is yet to be decoded.
    private struct Declaration {
        let value: KeyValue
        let kind: DefinitionKind
        /// The path of the file with the definition.
        let file: String
    }

    /// Decodes the definitions of all files, after all names, so that their order does not matter.
    func define(in documents: [Document]) {
        let declarations = documents.flatMap { document in
            document.parts.definitions.flatMap { declare($0.kind, $0.value, in: document.name) }
        }
        context.definitions.defineBuiltInLists()
        for declaration in declarations { define(declaration) }
    }

    private func declare(
        _ kind: DefinitionKind,
        _ value: KeyValue,
        in file: String
    ) -> [Declaration] {
        guard case .mapping(let mapping) = value.node else {
            value.reportKind(of: value.node)
            context.isIncomplete = true
            return []
        }
        return mapping.entries.compactMap { entry in
            let name = context.read(entry.key) { text throws(ValueProblem) in
                try ListName.name(text, kind)
            }
            guard let name else { return nil }
            if let first = context.definitions.declare(name, kind, at: entry.key.span) {
                context.bag.repetition(
                    .duplicateName,
                    "two lists of \(kind.rawValue) are called \(name.quoted)",
                    at: entry.key.span,
                    first: first,
                    help: "the names of lists apply to all files of a policy; rename one of them"
                )
                return nil
            }
            let value = KeyValue(entry.key, entry.value, kind, context)
            return Declaration(value: value, kind: kind, file: file)
        }
    }

    private func define(_ declaration: Declaration) {
        let value = declaration.value
        switch declaration.kind {
        case .addresses:
            if let set = addresses(declaration) {
                context.definitions.define(value.name, as: set)
            }
        case .ports:
            let ranges = value.severalScalars { scalar in
                isNested(scalar, .ports)
                    ? nil : context.read(scalar, in: .init(several: value.several), PortText.range)
            }
            if let ranges = ranges.value {
                context.definitions.define(value.name, as: PortSet(ranges))
            }
        case .interfaces:
            // A name is never that of another list: an interface can be called like one.
            if let list = value.several(InterfaceText.pattern).value {
                context.definitions.define(value.name, as: list)
            }
        }
    }

    private func addresses(_ declaration: Declaration) -> AddressSet? {
        let value = declaration.value
        if case .mapping = value.node {
            let title = "the list \(value.name.quoted)"
            return DecodedMapping<FileKey>(value.node, title, into: FileParts(), context)
                .flatMap(\.parts.path)
                .flatMap {
                    AddressFileDecoder(context: context).addresses(inFile: $0, of: declaration.file)
                }
        }
        let ranges = value.severalScalars { scalar in
            isNested(scalar, .addresses)
                ? nil : context.read(scalar, in: .init(several: value.several), AddressText.range)
        }
        return ranges.value.map { AddressSet($0) }
    }

    /// Whether a value of a list is the name of another; reports it.
    ///
    /// Lists contain only values, so that none can contain itself.
    private func isNested(_ scalar: Node.Scalar, _ kind: DefinitionKind) -> Bool {
        let name = scalar.text
        if name == "local", kind == .addresses {
            context.bag.error(
                .nestedList,
                "a list of addresses cannot contain `local`",
                at: scalar.span,
                "expected \(kind.values.expectation)",
                help: "write it beside the name of the list where that is used: "
                    + "`address: [lan, local]`"
            )
            return true
        }
        guard context.definitions.state(of: name, kind) != .absent else { return false }
        context.definitions.use(name, kind)
        context.bag.error(
            .nestedList,
            "a list of \(kind.rawValue) cannot contain another: \(name.quoted)",
            at: scalar.span,
            "expected \(kind.values.expectation)",
            help: "name both where they are used: `\(kind.use): [first, \(name)]`"
        )
        return true
    }

    /// Warns of definitions that nothing uses.
    func checkUse() {
        for kind in DefinitionKind.allCases {
            for (name, span) in context.definitions.unused(kind) {
                context.bag.warning(
                    .unusedDefinition,
                    "nothing uses the list of \(kind.rawValue) \(name.quoted)",
                    at: span,
                    "defined here",
                    help: "use it in `\(kind.use)`, or remove it"
                )
            }
        }
    }
}
