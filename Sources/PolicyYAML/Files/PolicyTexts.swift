import Diagnostics

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
    private let checksPermissions: Bool

    /// The texts, in the order in which they were read.
    private(set) var sources = SourceMap()

    /// Where texts were kept: what there is to read instead of files.
    private let kept: KeptTexts?

    init(limits: Limits, checksPermissions: Bool, kept: KeptTexts? = nil) {
        self.limits = limits
        self.checksPermissions = checksPermissions
        self.kept = kept
    }

    /// The names in a directory.
    func names(in directory: String) throws(PolicyFileError) -> [String] {
        if let kept { return kept.names(in: directory) }
        return try DirectoryListing.names(in: directory)
    }

    /// Opens the file that a policy begins with; what can't be opened is the machine's fault.
    func file(path: String) throws(PolicyFileError) -> PolicyFile {
        path == "-"
            ? try PolicyFile(standardInputUpTo: limits.bytes)
            : try PolicyFile(
                path: path,
                upTo: limits.bytes,
                checksPermissions: checksPermissions
            )
    }

    /// Reads the file at a path that a policy names; reports why it cannot be used.
    mutating func read(
        path: String,
        namedAt place: SourceSpan,
        bag: inout DiagnosticBag
    ) -> Text? {
        open(path: path, namedAt: place, bag: &bag).flatMap {
            add($0, namedAt: place, bag: &bag)
        }
    }

    /// Opens the file at a path that a policy names, and reads it as far as that is allowed.
    func open(
        path: String,
        namedAt place: SourceSpan,
        bag: inout DiagnosticBag
    ) -> PolicyFile? {
        do throws(PolicyFileError) {
            if let kept { return try kept.file(path) }
            return try PolicyFile(
                path: path,
                upTo: limits.bytes,
                checksPermissions: checksPermissions
            )
        } catch {
            bag.report(.unreadableFile(error, namedAt: place))
            return nil
        }
    }

    /// Takes in a file; reports why it cannot be used.
    mutating func add(
        _ file: PolicyFile,
        namedAt place: SourceSpan? = nil,
        bag: inout DiagnosticBag
    ) -> Text? {
        if let bytes = file.bytes {
            return add(bytes, named: file.name, identity: file.identity, bag: &bag)
        }
        let source = sources.add(SourceText(name: file.name, text: ""))
        for danger in file.dangers {
            bag.report(.unsafePermissions(danger, in: source, namedAt: place))
        }
        if file.dangers.isEmpty {
            bag.report(.fileTooLarge(limits.bytes, in: source, namedAt: place))
        }
        return nil
    }

    /// Takes in the bytes of a file; reports why they cannot be used.
    mutating func add(
        _ bytes: [UInt8],
        named name: String,
        identity: FileIdentity? = nil,
        bag: inout DiagnosticBag
    ) -> Text? {
        let isTooLarge = bytes.count > limits.bytes
        let hasMark = bytes.starts(with: [0xEF, 0xBB, 0xBF])
        let bytes = isTooLarge ? [] : hasMark ? Array(bytes.dropFirst(3)) : bytes
        let text = SourceText(name: name, text: String(decoding: bytes, as: UTF8.self))
        let source = sources.add(text)
        if isTooLarge {
            bag.report(.fileTooLarge(limits.bytes, in: source, namedAt: nil))
            return nil
        }
        let scan = bytes.withUnsafeBufferPointer { TextScan($0, source: source, bag: &bag) }
        return scan.isClean ? Text(source: source, bytes: bytes, identity: identity) : nil
    }
}
