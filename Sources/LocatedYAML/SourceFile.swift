import Diagnostics
import Glibc
public import TrustedFiles

/// The contents of a file, and who can change it.
public struct SourceFile {
    /// The name that findings use.
    let name: String

    /// The identity of the file, or `nil` for a pipe.
    public let identity: FileIdentity?

    /// The contents, or `nil` if the file is too large or was refused.
    let bytes: [UInt8]?

    /// The ways in which other users can change the contents.
    let dangers: [FileDanger]

    /// Reads an open file, unless it is refused for its dangers.
    init(
        _ file: borrowing CheckedFile,
        upTo limit: Int,
        unless isRefused: Bool
    ) throws(FileError) {
        name = file.name
        identity = file.identity
        dangers = file.dangers
        bytes = isRefused ? nil : try file.contents(upTo: limit)
    }

    /// Creates a file from a text that was kept.
    init(kept bytes: [UInt8], named name: String, identity: FileIdentity) {
        self.name = name
        self.identity = identity
        self.bytes = bytes
        dangers = []
    }
}

/// Texts that were read before and are read again instead of the files.
struct KeptTexts {
    private let sources: [SourceText]
    private let indices: [String: Int]

    init(_ sources: [SourceText]) {
        self.sources = sources
        indices = Dictionary(
            sources.enumerated().map { ($0.element.name, $0.offset) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    /// The text that was read first.
    var first: SourceFile? { sources.indices.first.map(file) }

    /// The text that was read from a path.
    func file(_ path: String) throws(FileError) -> SourceFile {
        guard let index = indices[path] else { throw .cannotOpen(path: path, errno: ENOENT) }
        return file(index)
    }

    /// The names of the texts that were read from a directory.
    func names(in directory: String) -> [String] {
        indices.keys.filter { FilePath.directory(of: $0) == directory }
            .map { String($0.dropFirst(directory.count)) }
    }

    private func file(_ index: Int) -> SourceFile {
        SourceFile(
            kept: Array(sources[index].text.utf8),
            named: sources[index].name,
            identity: FileIdentity(device: 0, number: UInt(index))
        )
    }
}
