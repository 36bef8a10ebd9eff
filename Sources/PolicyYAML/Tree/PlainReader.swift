import Diagnostics

/// Reads texts in the plain forms of YAML, many times as fast as libyaml: large policies consist of
/// them.
///
/// It knows lists and mappings, by lines and in brackets; words as keys; and values in one line,
/// with or without quotes. At anything else, right or wrong, it gives up without a word, and the
/// text as a whole is libyaml's. What it does read, libyaml reads in the same way.
struct PlainReader: ~Copyable {
    /// That a text has other forms too.
    struct NotPlain: Error {}

    private var scanner: PlainScanner
    private var assembly: TreeAssembly
    private let limits: Limits

    /// How many steps libyaml would take; the first four are those around the document's value.
    private var valueCount = 4

    init(_ bytes: UnsafeBufferPointer<UInt8>, of text: PolicyTexts.Text, limits: Limits) {
        scanner = PlainScanner(bytes)
        assembly = TreeAssembly(of: text.source, bytes: bytes.count, texts: text.bytes)
        self.limits = limits
    }

    /// The document's value.
    mutating func document() throws(NotPlain) -> Node {
        try scanner.skipToNextLine()
        guard scanner.indentation == 0 else { throw NotPlain() }
        let root = try lines(at: 0, depth: 0)
        guard scanner.isAtEnd, valueCount <= limits.values else { throw NotPlain() }
        return assembly.tree.node(root)
    }

    // MARK: - By lines

    /// A mapping whose first key follows at a column.
    private mutating func lines(at column: Int, depth: Int) throws(NotPlain) -> Tree.Record {
        var mapping = try collection(depth: depth)
        let mark = assembly.mark
        var keys = KeyCheck(since: mark)
        repeat {
            let key = try key(&keys)
            let value = try value(below: column, depth: depth + 1, isItem: false)
            assembly.append(key)
            assembly.append(value)
        } while scanner.indentation == column
        guard scanner.indentation < column else { throw NotPlain() }
        assembly.endMapping(&mapping, since: mark, isFlow: false)
        return mapping
    }

    /// A list whose first dash follows at a column.
    private mutating func items(at column: Int, depth: Int) throws(NotPlain) -> Tree.Record {
        var list = try collection(depth: depth)
        let mark = assembly.mark
        repeat {
            scanner.skip(1)
            assembly.append(try value(below: column, depth: depth + 1, isItem: true))
        } while scanner.indentation == column && scanner.isAtDash
        guard scanner.indentation <= column else { throw NotPlain() }
        assembly.endList(&list, since: mark)
        return list
    }

    /// What stands behind a dash or the colon of a key; goes on to the next line.
    private mutating func value(
        below column: Int,
        depth: Int,
        isItem: Bool
    ) throws(NotPlain) -> Tree.Record {
        guard scanner.isAtLastOfLine else {
            try scanner.skipSpace()
            if isItem, scanner.isAtKey { return try lines(at: scanner.column, depth: depth) }
            let record = try valueInLine(depth: depth, inBrackets: false)
            try scanner.skipToNextLine()
            return record
        }
        try scanner.skipToNextLine()
        // A list may begin right below its key.
        if scanner.isAtDash,
            scanner.indentation > column || (!isItem && scanner.indentation == column)
        {
            return try items(at: scanner.indentation, depth: depth)
        }
        guard scanner.indentation > column else { throw NotPlain() }
        return try lines(at: scanner.indentation, depth: depth)
    }

    // MARK: - In one line

    private mutating func valueInLine(
        depth: Int,
        inBrackets: Bool
    ) throws(NotPlain) -> Tree.Record {
        switch scanner.next {
        case UInt8(ascii: "{"): return try braces(depth: depth)
        case UInt8(ascii: "["): return try brackets(depth: depth)
        case UInt8(ascii: "\""), UInt8(ascii: "'"): return try scalar(scanner.quotedText())
        default: return try scalar(scanner.text(inBrackets: inBrackets))
        }
    }

    private mutating func braces(depth: Int) throws(NotPlain) -> Tree.Record {
        var mapping = try collection(depth: depth)
        let mark = assembly.mark
        var keys = KeyCheck(since: mark)
        scanner.skip(1)
        try scanner.skipInBrackets()
        if scanner.next != UInt8(ascii: "}") {
            repeat {
                let key = try key(&keys)
                try scanner.skipSpace()
                let value = try valueInLine(depth: depth + 1, inBrackets: true)
                assembly.append(key)
                assembly.append(value)
            } while try scanner.skipComma()
        }
        try scanner.skip(UInt8(ascii: "}"))
        assembly.endMapping(&mapping, since: mark, isFlow: true)
        mapping.end = scanner.position
        return mapping
    }

    private mutating func brackets(depth: Int) throws(NotPlain) -> Tree.Record {
        var list = try collection(depth: depth)
        let mark = assembly.mark
        scanner.skip(1)
        try scanner.skipInBrackets()
        if scanner.next != UInt8(ascii: "]") {
            repeat {
                assembly.append(try valueInLine(depth: depth + 1, inBrackets: true))
            } while try scanner.skipComma()
        }
        try scanner.skip(UInt8(ascii: "]"))
        assembly.endList(&list, since: mark)
        list.end = scanner.position
        return list
    }

    // MARK: - Parts

    /// The beginning of a list or mapping.
    private mutating func collection(depth: Int) throws(NotPlain) -> Tree.Record {
        guard depth < limits.depth else { throw NotPlain() }
        valueCount += 2
        return Tree.Record(start: scanner.position, end: scanner.position, content: .unusable)
    }

    private mutating func key(_ keys: inout KeyCheck) throws(NotPlain) -> Tree.Record {
        let key = scalar(try scanner.key())
        guard keys.first(like: key, in: assembly) == nil else { throw NotPlain() }
        return key
    }

    private mutating func scalar(_ piece: PlainScanner.Piece) -> Tree.Record {
        valueCount += 1
        let content = Tree.Content.scalar(
            first: Int32(piece.text.lowerBound),
            count: Int32(piece.text.count),
            isPlain: piece.isPlain
        )
        return Tree.Record(start: piece.start, end: piece.end, content: content)
    }
}
