import Diagnostics
import TrustedFiles

/// The texts that one policy is read from, and how they may be read.
struct PolicyTexts {
    /// A text in which nothing is that no policy may hold.
    struct Text {
        let source: SourceID
        /// The contents without a byte order mark, which is no part of the text: columns are
        /// counted without it.
        let bytes: [UInt8]
        /// The file that it was read from, if it was.
        let identity: FileIdentity?
    }

    let limits: Limits
    private let unsafe: UnsafeFiles
    private let trust: Trust

    /// The dangers that were reported; most lie on the way to several files.
    private var reported: Set<FileDanger> = []

    /// What belongs to whoever called sudo, and was accepted for that: the first of it.
    private(set) var acceptedOfCaller: FileDanger?

    /// The texts, in the order in which they were read.
    private(set) var sources = SourceMap()

    /// The names in directories that patterns have led to.
    private var listed: [String: [String]] = [:]

    /// Where texts were kept: what there is to read instead of files.
    private let kept: StoredTexts?

    /// Whether the texts were kept, so that what they say was accepted before.
    var areKept: Bool { kept != nil }

    init(
        limits: Limits,
        unsafe: UnsafeFiles,
        trust: Trust = .ofThisProcess,
        kept: StoredTexts? = nil
    ) {
        self.limits = limits
        self.unsafe = unsafe
        self.trust = trust
        self.kept = kept
    }

    /// The names in a directory; none where others can change them and that is refused.
    mutating func names(
        in directory: String,
        namedAt span: SourceSpan,
        bag: inout DiagnosticBag
    ) throws(FileError) -> [String] {
        if let kept { return kept.names(in: directory) }
        if let known = listed[directory] { return known }
        let (names, dangers) = try CheckedDirectory.names(in: directory, trusting: trust)
        report(dangers, bag: &bag) { .unsafePermissions($0, severity: $1, namedAt: span) }
        let allowed = isRefused(dangers) ? [] : names
        listed[directory] = allowed
        return allowed
    }

    /// Reads an open file as far as that is allowed.
    func read(_ file: borrowing CheckedFile) throws(FileError) -> PolicyFile {
        try PolicyFile(file, upTo: limits.bytes, unless: isRefused(file.dangers))
    }

    // MARK: - Dangers

    private func isRefused(_ dangers: [FileDanger]) -> Bool {
        unsafe == .refused && !trust.acceptsAsPolicy(dangers)
    }

    /// Reports each danger once, or of those that are only warned of, the first.
    private mutating func report(
        _ dangers: [FileDanger],
        bag: inout DiagnosticBag,
        as finding: (FileDanger, Diagnostic.Severity) -> Diagnostic
    ) {
        guard unsafe != .accepted else { return }
        for danger in dangers {
            if danger.isOwnership(of: trust.caller) {
                acceptedOfCaller = acceptedOfCaller ?? danger
            } else if unsafe == .refused {
                if reported.insert(danger).inserted { bag.report(finding(danger, .error)) }
            } else if reported.isEmpty {
                reported.insert(danger)
                bag.report(finding(danger, .warning))
            }
        }
    }

    // MARK: - Texts

    /// Reads the file at a path that a policy names; reports why it cannot be used.
    mutating func read(
        path: String,
        namedAt span: SourceSpan,
        bag: inout DiagnosticBag
    ) -> Text? {
        open(path: path, namedAt: span, bag: &bag).flatMap {
            add($0, namedAt: span, bag: &bag)
        }
    }

    /// Opens the file at a path that a policy names, and reads it as far as that is allowed.
    func open(
        path: String,
        namedAt span: SourceSpan,
        bag: inout DiagnosticBag
    ) -> PolicyFile? {
        do throws(FileError) {
            if let kept { return try kept.file(path) }
            return try read(CheckedFile(path: path, trusting: trust))
        } catch {
            bag.report(.unreadableFile(error, namedAt: span))
            return nil
        }
    }

    /// Takes in a file; reports why it cannot be used.
    mutating func add(
        _ file: PolicyFile,
        namedAt span: SourceSpan? = nil,
        bag: inout DiagnosticBag
    ) -> Text? {
        let bytes = file.bytes ?? []
        let (source, text) = take(bytes, named: file.name, identity: file.identity, bag: &bag)
        report(file.dangers, bag: &bag) {
            .unsafePermissions($0, severity: $1, in: source, namedAt: span)
        }
        guard file.bytes == nil else { return text }
        if !isRefused(file.dangers) {
            bag.report(.fileTooLarge(limits.bytes, in: source, namedAt: span))
        }
        return nil
    }

    /// Takes in the bytes of a file; reports why they cannot be used.
    mutating func add(
        _ bytes: [UInt8],
        named name: String,
        bag: inout DiagnosticBag
    ) -> Text? {
        take(bytes, named: name, identity: nil, bag: &bag).text
    }

    private mutating func take(
        _ bytes: [UInt8],
        named name: String,
        identity: FileIdentity?,
        bag: inout DiagnosticBag
    ) -> (source: SourceID, text: Text?) {
        let isTooLarge = bytes.count > limits.bytes
        let hasMark = bytes.starts(with: [0xEF, 0xBB, 0xBF])
        let bytes = isTooLarge ? [] : hasMark ? Array(bytes.dropFirst(3)) : bytes
        let text = SourceText(name: name, text: String(decoding: bytes, as: UTF8.self))
        let source = sources.add(text)
        if isTooLarge {
            bag.report(.fileTooLarge(limits.bytes, in: source, namedAt: nil))
            return (source, nil)
        }
        let scan = bytes.withUnsafeBufferPointer { TextScan($0, source: source, bag: &bag) }
        let taken = scan.isClean ? Text(source: source, bytes: bytes, identity: identity) : nil
        return (source, taken)
    }
}
