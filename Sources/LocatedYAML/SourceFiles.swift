public import Diagnostics
import Glibc
public import TrustedFiles

/// The files that are read together, and how they may be read.
public struct SourceFiles {
    /// A text that passed the check of its characters.
    public struct Text {
        /// The identity of the text in ``SourceFiles/sources``.
        public let source: SourceID

        /// The contents without a byte order mark, which columns do not count.
        public let bytes: [UInt8]

        /// The identity of the file, or `nil` for a pipe or a text from memory.
        public let identity: FileIdentity?
    }

    /// The limits on what is read.
    public let limits: Limits

    private let unsafe: UnsafeFiles
    private let trust: Trust

    /// The dangers that were reported; one directory can lead to several files.
    private var reported: Set<FileDanger> = []

    /// The first danger that was accepted because the file belongs to the user who called sudo.
    public private(set) var acceptedOfCaller: FileDanger?

    /// The texts, in the order in which they were read.
    public private(set) var sources = SourceMap()

    /// The names in the directories that were listed.
    private var listed: [String: [String]] = [:]

    /// How many more missing files are compared with others.
    private var searchesLeft = 10

    /// The texts to read instead of files, if there are any.
    private let kept: KeptTexts?

    /// Whether the texts were read before, so that their contents were accepted then.
    public var areKept: Bool { kept != nil }

    /// Creates files that are read from disk.
    public init(limits: Limits, unsafe: UnsafeFiles, trust: Trust = .ofThisProcess) {
        (self.limits, self.unsafe, self.trust, kept) = (limits, unsafe, trust, nil)
    }

    /// Creates files from texts that were read before; nothing is read from disk.
    public init(limits: Limits, again sources: [SourceText]) {
        (self.limits, unsafe, trust) = (limits, .accepted, .ofThisProcess)
        kept = KeptTexts(sources)
    }

    // MARK: - Files

    /// The text that was read first, of those that were read before.
    public mutating func addFirst(bag: inout DiagnosticBag) -> Text? {
        kept?.first.flatMap { add($0, bag: &bag) }
    }

    /// The names in a directory; none if other users can change them and that is refused.
    public mutating func names(
        in directory: String,
        namedAt span: SourceSpan,
        bag: inout DiagnosticBag
    ) throws(FileError) -> [String] {
        if let kept { return kept.names(in: directory) }
        if let known = listed[directory] { return known }
        let (names, dangers) = try CheckedDirectory.names(in: directory, trusting: trust)
        report(dangers, at: .init(span, "named here"), bag: &bag)
        let allowed = isRefused(dangers) ? [] : names
        listed[directory] = allowed
        return allowed
    }

    /// Reads an open file, unless that is refused.
    public func read(_ file: borrowing CheckedFile) throws(FileError) -> SourceFile {
        try SourceFile(file, upTo: limits.bytes, unless: isRefused(file.dangers))
    }

    /// Reads the file at a path that another file names; reports why it cannot be read.
    public mutating func open(
        path: String,
        namedAt span: SourceSpan,
        bag: inout DiagnosticBag
    ) -> SourceFile? {
        do throws(FileError) {
            if let kept { return try kept.file(path) }
            return try read(CheckedFile(path: path, trusting: trust))
        } catch {
            searchesLeft -= 1
            bag.report(
                .unreadableFile(
                    error,
                    namedAt: span,
                    suggestsFile: kept == nil && searchesLeft >= 0
                ) {
                    FilePath.name(of: $0, besideFile: sources[span.source].name)
                }
            )
            return nil
        }
    }

    // MARK: - Texts

    /// Adds the text of a file; reports why it cannot be used.
    public mutating func add(
        _ file: SourceFile,
        namedAt span: SourceSpan? = nil,
        bag: inout DiagnosticBag
    ) -> Text? {
        let (source, text) = add(file.bytes ?? [], file.name, file.identity, bag: &bag)
        let named = span.map { [Diagnostic.Label($0, "named here")] } ?? []
        report(file.dangers, at: .init(.beginning(of: source)), related: named, bag: &bag)
        guard file.bytes == nil else { return text }
        if !isRefused(file.dangers) { reportSize(source, related: named, bag: &bag) }
        return nil
    }

    /// Adds the bytes of a file; reports why they cannot be used.
    public mutating func add(
        _ bytes: [UInt8],
        named name: String,
        bag: inout DiagnosticBag
    ) -> Text? {
        add(bytes, name, nil, bag: &bag).text
    }

    private mutating func add(
        _ bytes: [UInt8],
        _ name: String,
        _ identity: FileIdentity?,
        bag: inout DiagnosticBag
    ) -> (source: SourceID, text: Text?) {
        let isTooLarge = bytes.count > limits.bytes
        let hasMark = bytes.starts(with: [0xEF, 0xBB, 0xBF])
        let bytes = isTooLarge ? [] : hasMark ? Array(bytes.dropFirst(3)) : bytes
        let source = sources.add(
            SourceText(name: name, text: String(decoding: bytes, as: UTF8.self))
        )
        guard !isTooLarge else {
            reportSize(source, bag: &bag)
            return (source, nil)
        }
        let scan = bytes.withUnsafeBufferPointer { TextScan($0, source: source, bag: &bag) }
        let text = scan.isClean ? Text(source: source, bytes: bytes, identity: identity) : nil
        return (source, text)
    }

    /// The tree of a text, or `nil` if the text has no value; reports what is not YAML.
    ///
    /// `isKey` says whether a word before a colon must be a key.
    ///
    /// - Throws: ``NotYAML`` if reading cannot go on; the reason has been reported.
    public func tree(
        of text: Text,
        bag: inout DiagnosticBag,
        isKey: @escaping (String) -> Bool = { _ in false }
    ) throws(NotYAML) -> Node? {
        var root: Node?
        var stopped: NotYAML?
        text.bytes.withUnsafeBufferPointer { bytes in
            let events = YAMLEvents(bytes)
            var builder = TreeBuilder(
                events,
                of: sources[text.source].text,
                text.source,
                limits: limits,
                isKey: isKey
            )
            do throws(NotYAML) { root = try builder.document(bag: &bag) } catch { stopped = error }
        }
        if let stopped { throw stopped }
        return root?.isEmptyScalar == true ? nil : root
    }

    // MARK: - Dangers

    private func isRefused(_ dangers: [FileDanger]) -> Bool {
        unsafe == .refused && !trust.acceptsAsPolicy(dangers)
    }

    /// Reports each danger once if it is refused; of those that are only warned of, the first.
    private mutating func report(
        _ dangers: [FileDanger],
        at label: Diagnostic.Label,
        related: [Diagnostic.Label] = [],
        bag: inout DiagnosticBag
    ) {
        guard unsafe != .accepted else { return }
        for danger in dangers {
            if danger.isOwnership(of: trust.caller) {
                acceptedOfCaller = acceptedOfCaller ?? danger
            } else if unsafe == .refused {
                guard reported.insert(danger).inserted else { continue }
                bag.report(.unsafePermissions(danger, .error, at: label, related: related))
            } else if reported.isEmpty {
                reported.insert(danger)
                bag.report(.unsafePermissions(danger, .warning, at: label, related: related))
            }
        }
    }

    private func reportSize(
        _ source: SourceID,
        related: [Diagnostic.Label] = [],
        bag: inout DiagnosticBag
    ) {
        bag.error(
            .fileTooLarge,
            "the file is larger than \(limits.bytes >> 20) MiB",
            at: .beginning(of: source),
            related: related
        )
    }
}

/// Thrown if a text is not YAML, or too large; the reason has been reported.
public struct NotYAML: Error {}

extension Node {
    /// Whether it is an empty plain scalar, which a text without any value has as its root.
    fileprivate var isEmptyScalar: Bool {
        if case .scalar(let scalar) = self { scalar.isPlain && scalar.text.isEmpty } else { false }
    }
}

extension Diagnostic {
    /// The finding for a file or directory that other users can change.
    static func unsafePermissions(
        _ danger: FileDanger,
        _ severity: Severity,
        at label: Label,
        related: [Label]
    ) -> Diagnostic {
        Diagnostic(
            .unsafePermissions,
            severity: severity,
            danger.message,
            at: label,
            related: related,
            help: (severity == .warning ? "`apply` and `run` refuse it as root\n" : "")
                + (danger.kind == .directory
                    ? "move the policy to a directory that only root can change, such as /etc/redirctl"
                    : "run \(danger.command())")
                + "\nor accept the risk with `--allow-unsafe-permissions`"
        )
    }

    /// The finding for a file that cannot be opened or read.
    ///
    /// - Parameters:
    ///   - error: Why the file can't be read.
    ///   - span: Where it is named.
    ///   - suggestsFile: Whether a file that was probably meant is looked for.
    ///   - asWritten: Turns a path into the form that the policy uses.
    /// - Returns: The finding.
    public static func unreadableFile(
        _ error: FileError,
        namedAt span: SourceSpan,
        suggestsFile: Bool = false,
        asWritten: (String) -> String = { $0 }
    ) -> Diagnostic {
        let (message, help) =
            switch error {
            case .cannotOpen(let path, let errno):
                (
                    "cannot open \(path.quoted): \(errorText(errno))",
                    (suggestsFile && errno == ENOENT ? NearestFile.to(path) : nil)
                        .map { "did you mean \(asWritten($0).quoted)?" }
                        ?? (path.contains("://")
                            ? "nothing is fetched from other machines; name a file of this one"
                            : "a path is relative to the file that names it")
                )
            case .cannotRead(let path, let errno), .cannotMake(let path, let errno):
                (
                    "cannot read \(path.quoted): \(errorText(errno))",
                    "check whether the disk works"
                )
            case .notARegularFile(let path) where FileError.isDirectory(path):
                (
                    "\(path.quoted) is a directory",
                    "for the files in it write a pattern: "
                        + "\((asWritten(path) + (path.hasSuffix("/") ? "" : "/") + "*.yaml").quoted)"
                )
            case .notARegularFile(let path):
                ("\(path.quoted) is not a regular file", "devices and pipes cannot be read")
            case .inProc(let path):
                (
                    "\(path.quoted) is a file or link of /proc",
                    "any user can choose the contents of such a file: copy it to a directory that "
                        + "only root can change"
                )
            }
        return Diagnostic(.unreadableFile, message, at: Label(span, "named here"), help: help)
    }
}

extension SourceSpan {
    /// The beginning of a text, where findings about the whole file are.
    public static func beginning(of source: SourceID) -> SourceSpan {
        SourceSpan(at: SourcePosition(line: 1, column: 1), in: source)
    }
}
