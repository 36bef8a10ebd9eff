import Diagnostics
import Glibc
import TrustedFiles

/// The texts that a reading has left, as the only files that there are.
struct StoredTexts {
    private let sources: [SourceText]
    private let indices: [String: Int]

    init(_ sources: [SourceText]) {
        self.sources = sources
        indices = Dictionary(
            sources.enumerated().map { ($0.element.name, $0.offset) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    /// What the policy begins with.
    var first: PolicyFile? { sources.indices.first.map(file) }

    /// The file that was read by a path.
    func file(_ path: String) throws(FileError) -> PolicyFile {
        guard let index = indices[path] else { throw .cannotOpen(path: path, errno: ENOENT) }
        return file(index)
    }

    /// The names of those that lie in a directory.
    func names(in directory: String) -> [String] {
        indices.keys.filter { FilePath.directory(of: $0) == directory }
            .map { String($0.dropFirst(directory.count)) }
    }

    private func file(_ index: Int) -> PolicyFile {
        PolicyFile(
            kept: Array(sources[index].text.utf8),
            named: sources[index].name,
            identity: FileIdentity(device: 0, number: UInt(index))
        )
    }
}
