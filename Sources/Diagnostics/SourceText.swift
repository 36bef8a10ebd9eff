/// A text that an operator wrote, with the name it is known by.
public struct SourceText: Sendable, Hashable {
    /// The file's path as it was given, or `<stdin>`.
    public let name: String

    /// The whole text.
    public let text: String

    /// Creates a source from its name and text.
    public init(name: String, text: String) {
        self.name = name
        self.text = text
    }
}

/// The texts that one run has read; a span refers to one of them by its identifier.
public struct SourceMap: Sendable {
    /// The texts, in the order in which they were read.
    public private(set) var sources: [SourceText] = []

    /// Creates an empty map.
    public init() {}

    /// Adds a text and returns the identifier that spans into it carry.
    public mutating func add(_ source: SourceText) -> SourceID {
        sources.append(source)
        return SourceID(index: Int32(sources.count - 1))
    }

    /// The text that a span refers to.
    public subscript(id: SourceID) -> SourceText { sources[Int(id.index)] }

    /// Where a span begins: `web.yaml:4:11`.
    public func place(of span: SourceSpan) -> String {
        "\(self[span.source].name):\(span.start.line):\(span.start.column)"
    }
}

/// The identity of one text within a ``SourceMap``.
public struct SourceID: Sendable, Hashable {
    let index: Int32
}
