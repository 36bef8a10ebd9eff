import Diagnostics

/// Builds the tree of one document from libyaml's events.
///
/// Reports anchors, aliases, tags and further documents, which are not supported, and goes on
/// reading where that makes sense.
struct TreeBuilder: ~Copyable {
    private var events: YAMLEvents
    private let source: SourceID
    private let text: String
    private lazy var lines = SourceLines(text)
    private let limits: Limits
    private let isKey: (String) -> Bool
    private var valueCount = 0
    private var assembly: TreeAssembly

    init(
        _ events: consuming YAMLEvents,
        of text: String,
        _ source: SourceID,
        limits: Limits,
        isKey: @escaping (String) -> Bool
    ) {
        self.events = events
        self.source = source
        self.limits = limits
        self.isKey = isKey
        self.text = text
        assembly = TreeAssembly(of: source, bytes: text.utf8.count)
    }

    /// The value of the document, or `nil` if the text has none.
    mutating func document(bag: inout DiagnosticBag) throws(NotYAML) -> Node? {
        var root: Tree.Record?
        while true {
            let event = try next(&bag)
            switch event.kind {
            case .streamEnd: return root.map { assembly.node($0) }
            case .documentStart where root != nil:
                bag.error(
                    .multipleDocuments,
                    "the file contains more than one document",
                    at: span(of: event),
                    "a second one begins here",
                    help: "put each into a file of its own, or remove the `---`"
                )
                return root.map { assembly.node($0) }
            case .documentStart:
                root = try record(from: next(&bag), depth: 0, bag: &bag)
            default: continue
            }
        }
    }

    /// The value that begins with an event.
    private mutating func record(
        from event: YAMLEvent,
        depth: Int,
        bag: inout DiagnosticBag
    ) throws(NotYAML) -> Tree.Record {
        reportProperties(of: event, bag: &bag)
        var record = Tree.Record(start: event.start, end: event.end, content: .unusable)
        switch event.kind {
        case .scalar(let text, let isPlain):
            // An unquoted `!10.0.0.1` is a tag without a value.
            guard !event.hasTag || !text.isEmpty else { break }
            record.content = assembly.add(text, isPlain: isPlain)
        case .listStart(let isFlow):
            try checkDepth(depth, at: event, bag: &bag)
            try readList(&record, isFlow: isFlow, depth: depth, bag: &bag)
        case .mappingStart(let isFlow):
            try checkDepth(depth, at: event, bag: &bag)
            try readMapping(&record, isFlow: isFlow, depth: depth, bag: &bag)
        case .alias:
            bag.error(
                .yamlAlias,
                "aliases are not supported",
                at: span(of: event),
                "this stands for a value somewhere else",
                help: "write the value out; if the `*` belongs to the value, put it in quotes"
            )
        default: break
        }
        return record
    }

    /// Reads a list to its end.
    private mutating func readList(
        _ list: inout Tree.Record,
        isFlow: Bool,
        depth: Int,
        bag: inout DiagnosticBag
    ) throws(NotYAML) {
        let mark = assembly.mark
        while true {
            let event = try next(&bag)
            if case .listEnd = event.kind {
                assembly.endList(&list, since: mark)
                if isFlow { list.end = event.end }
                return
            }
            assembly.append(try record(from: event, depth: depth + 1, bag: &bag))
        }
    }

    /// Reads a mapping to its end.
    private mutating func readMapping(
        _ mapping: inout Tree.Record,
        isFlow: Bool,
        depth: Int,
        bag: inout DiagnosticBag
    ) throws(NotYAML) {
        let mark = assembly.mark
        var keys = KeyCheck(since: mark)
        var isTemplate = false
        while true {
            let event = try next(&bag)
            if case .mappingEnd = event.kind {
                assembly.endMapping(&mapping, since: mark, isFlow: isFlow)
                if isFlow { mapping.end = event.end }
                if isTemplate { reportTemplate(&mapping, bag: &bag) }
                return
            }
            let key = try record(from: event, depth: depth + 1, bag: &bag)
            if isFlow, case .mapping = key.content, mapping.start.isJustBefore(key.start) {
                isTemplate = true
                _ = try record(from: next(&bag), depth: depth + 1, bag: &bag)
                continue
            }
            var value = try record(from: next(&bag), depth: depth + 1, bag: &bag)
            guard keys.accepts(key, in: assembly, bag: &bag) else { continue }
            // A value that was left out gets the span of its key.
            if value.isNothing { (value.start, value.end) = (key.start, key.end) }
            assembly.append(key)
            assembly.append(value)
        }
    }

    // MARK: - Checks

    /// Reports `{{ name }}`, which YAML reads as a mapping whose key is a mapping.
    private func reportTemplate(_ mapping: inout Tree.Record, bag: inout DiagnosticBag) {
        mapping.content = .unusable
        bag.error(
            .yamlSyntax,
            "a template was not expanded",
            at: assembly.tree.span(of: mapping),
            "a value can't begin with `{{`",
            help: TemplateText.help
        )
    }

    private mutating func next(_ bag: inout DiagnosticBag) throws(NotYAML) -> YAMLEvent {
        guard let event = events.next() else {
            let problem = events.problem(in: source).moved { lines.nearest(to: $0) }
            let character = character(at: problem.position.start)
            bag.report(
                .clue(in: lines, to: problem, isKey: isKey)
                    ?? .syntax(problem, character: character)
            )
            throw NotYAML()
        }
        valueCount += 1
        guard valueCount <= limits.values else {
            bag.error(
                .fileTooLarge,
                "the file contains more than \(limits.values) keys and values",
                at: span(of: event),
                "reading stops here"
            )
            throw NotYAML()
        }
        return event
    }

    /// Reports the anchor and the tag before a value.
    private mutating func reportProperties(of event: YAMLEvent, bag: inout DiagnosticBag) {
        if event.hasAnchor {
            bag.error(
                .yamlAnchor,
                "anchors are not supported",
                at: span(of: "&", in: event),
                "this marks a value to use it again",
                help: "remove it; if the `&` belongs to the value, put it in quotes"
            )
        }
        if event.hasTag {
            let tag = span(of: "!", in: event)
            let second = SourcePosition(
                line: Int(tag.start.line),
                column: Int(tag.start.column) + 1
            )
            let isType = character(at: second) == "!"
            bag.error(
                .yamlTag,
                "tags are not supported",
                at: tag,
                "this is a tag",
                help: isType
                    ? "remove it; every key has one type, whatever YAML makes of the text"
                    : "remove it; a `!` that means \"not\" is written as an exception, under `except`"
            )
        }
    }

    private func checkDepth(
        _ depth: Int,
        at event: YAMLEvent,
        bag: inout DiagnosticBag
    ) throws(NotYAML) {
        guard depth >= limits.depth else { return }
        bag.error(
            .nestingTooDeep,
            "lists and mappings are nested more than \(limits.depth) deep",
            at: span(of: event),
            "this is one too many; reading stops here"
        )
        throw NotYAML()
    }

    // MARK: - Spans

    /// The span of the anchor or tag before a value; libyaml only reports where the first of them
    /// begins.
    private mutating func span(of marker: Unicode.Scalar, in event: YAMLEvent) -> SourceSpan {
        let (number, column) = (Int(event.start.line), Int(event.start.column))
        guard let line = lines.line(number),
            let start = lines.index(line: number, column: column),
            let from = line[start...].firstIndex(of: marker)
        else { return span(of: event) }
        let end = line[from...].firstIndex { " \t,]}".unicodeScalars.contains($0) }
        let first = column + line.distance(from: start, to: from)
        let length = line.distance(from: from, to: end ?? line.endIndex)
        return SourceSpan(
            source: source,
            start: SourcePosition(line: number, column: first),
            end: SourcePosition(line: number, column: first + length)
        )
    }

    private func span(of event: YAMLEvent) -> SourceSpan {
        SourceSpan(source: source, start: event.start, end: event.end)
    }

    private mutating func character(at position: SourcePosition) -> Unicode.Scalar? {
        let number = Int(position.line)
        guard let line = lines.line(number),
            let index = lines.index(line: number, column: Int(position.column)),
            index < line.endIndex
        else { return nil }
        return line[index]
    }
}

extension SourcePosition {
    /// Whether another position is the next one of the line.
    fileprivate func isJustBefore(_ other: SourcePosition) -> Bool {
        line == other.line && column + 1 == other.column
    }
}
