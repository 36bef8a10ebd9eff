import Diagnostics

/// Builds the tree of one document from libyaml's events.
///
/// It reports what YAML has and the language does not, and goes on where that makes sense.
struct TreeBuilder: ~Copyable {
    /// The end of reading; what ended it has been reported.
    struct Stopped: Error {}

    private var events: YAMLEvents
    private let text: String
    private lazy var lines = SourceLines(text)
    private let limits: Limits
    private var valueCount = 0

    /// The entries of the mappings that are not at their end yet, the innermost last; a mapping
    /// then gets an array that is exactly as large as it needs.
    private var open: [Node.Entry] = []

    init(_ events: consuming YAMLEvents, of text: String, limits: Limits) {
        self.events = events
        self.limits = limits
        self.text = text
    }

    /// The document's value, or nothing where there is none.
    mutating func document(bag: inout DiagnosticBag) throws(Stopped) -> Node? {
        var root: Node?
        while true {
            let event = try next(&bag)
            switch event.kind {
            case .streamEnd: return root
            case .documentStart where root != nil:
                bag.report(.secondDocument(at: event.span))
                return root
            case .documentStart:
                root = try node(from: next(&bag), depth: 0, bag: &bag)
            default: continue
            }
        }
    }

    private mutating func node(
        from event: YAMLEvent,
        depth: Int,
        bag: inout DiagnosticBag
    ) throws(Stopped) -> Node {
        reportProperties(of: event, bag: &bag)
        switch event.kind {
        case .scalar(let text, let isPlain):
            return .scalar(Node.Scalar(text: text, span: event.span, isPlain: isPlain))
        case .listStart(let isFlow):
            try checkDepth(depth, at: event, bag: &bag)
            return try list(from: event, isFlow: isFlow, depth: depth, bag: &bag)
        case .mappingStart(let isFlow):
            try checkDepth(depth, at: event, bag: &bag)
            return try mapping(from: event, isFlow: isFlow, depth: depth, bag: &bag)
        case .alias:
            bag.report(.alias(at: event.span))
            return .unusable(event.span)
        default:
            return .unusable(event.span)
        }
    }

    private mutating func list(
        from start: YAMLEvent,
        isFlow: Bool,
        depth: Int,
        bag: inout DiagnosticBag
    ) throws(Stopped) -> Node {
        var items: [Node] = []
        while true {
            let event = try next(&bag)
            if case .listEnd = event.kind {
                let last = isFlow ? event.span : items.last?.span
                return .list(Node.List(items: items, span: start.span.joined(to: last)))
            }
            items.append(try node(from: event, depth: depth + 1, bag: &bag))
        }
    }

    private mutating func mapping(
        from start: YAMLEvent,
        isFlow: Bool,
        depth: Int,
        bag: inout DiagnosticBag
    ) throws(Stopped) -> Node {
        var keys = KeyCheck()
        let first = open.count
        while true {
            let event = try next(&bag)
            if case .mappingEnd = event.kind {
                let entries = Array(open[first...])
                open.removeSubrange(first...)
                let last = isFlow ? event.span : entries.last?.value.span
                let span = start.span.joined(to: last)
                return .mapping(Node.Mapping(entries: entries, span: span, isFlow: isFlow))
            }
            let key = try node(from: event, depth: depth + 1, bag: &bag)
            let value = try node(from: next(&bag), depth: depth + 1, bag: &bag)
            if let key = keys.accept(key, after: open[first...], bag: &bag) {
                open.append(Node.Entry(key: key, value: value.placed(behind: key)))
            }
        }
    }

    // MARK: - Checks

    private mutating func next(_ bag: inout DiagnosticBag) throws(Stopped) -> YAMLEvent {
        let event: YAMLEvent
        do throws(YAMLProblem) {
            event = try events.next()
        } catch {
            let problem = error.moved { lines.nearest(to: $0) }
            bag.report(.syntax(problem, character: character(at: problem.position.start)))
            throw Stopped()
        }
        valueCount += 1
        guard valueCount <= limits.values else {
            bag.report(.tooManyValues(limits.values, at: event.span))
            throw Stopped()
        }
        return event
    }

    private func checkDepth(
        _ depth: Int,
        at event: YAMLEvent,
        bag: inout DiagnosticBag
    ) throws(Stopped) {
        guard depth >= limits.depth else { return }
        bag.report(.tooDeep(limits.depth, at: event.span))
        throw Stopped()
    }

    private mutating func reportProperties(of event: YAMLEvent, bag: inout DiagnosticBag) {
        if event.hasAnchor { bag.report(.anchor(at: place(of: "&", in: event))) }
        if event.hasTag { bag.report(.tag(at: place(of: "!", in: event))) }
    }

    // MARK: - Places

    /// The place of the anchor or tag in front of a value; libyaml only knows where the first of
    /// them begins.
    private mutating func place(of marker: Unicode.Scalar, in event: YAMLEvent) -> SourceSpan {
        let (number, column) = (Int(event.span.start.line), Int(event.span.start.column))
        guard let line = lines.line(number),
            let start = lines.index(line: number, column: column),
            let from = line[start...].firstIndex(of: marker)
        else { return event.span }
        let end = line[from...].firstIndex { " \t,]}".unicodeScalars.contains($0) }
        let first = column + line.distance(from: start, to: from)
        let length = line.distance(from: from, to: end ?? line.endIndex)
        return SourceSpan(
            source: event.span.source,
            start: SourcePosition(line: number, column: first),
            end: SourcePosition(line: number, column: first + length)
        )
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

extension SourceSpan {
    /// The span from the beginning of this one to the end of another.
    func joined(to last: SourceSpan?) -> SourceSpan {
        SourceSpan(source: source, start: start, end: last?.end ?? end)
    }
}

extension Node {
    /// The value with a place: one that was left out takes that of its key.
    fileprivate func placed(behind key: Node.Scalar) -> Node {
        guard case .scalar(let scalar) = self, scalar.isPlain, scalar.text.isEmpty else {
            return self
        }
        return .scalar(Scalar(text: "", span: key.span, isPlain: true))
    }
}
