import GenerationModel

extension Manifest {
    /// What in it no version has ever written; `nil` if all can be used.
    ///
    /// It is read from a file, and names other files.
    var flaw: String? {
        guard StoredTime.range.contains(time) else { return "its time is not one" }
        guard digest.isDigest, sources.allSatisfy(\.digest.isDigest) else {
            return "its digest is not one"
        }
        guard [parent, restores].allSatisfy({ $0.map { $0 > 0 && $0 < number } ?? true }) else {
            return "it comes from a generation that is not before it"
        }
        let files = sources.map(\.file)
        guard files.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." && !$0.contains("/") })
        else { return "it names files elsewhere" }
        return nil
    }
}

/// The seconds since 1970 that can be told as dates with a year of four digits.
///
/// A clock that is set wrongly can give any of them.
enum StoredTime {
    static let range = -62_135_596_800...253_402_300_799
}

extension String {
    fileprivate var isDigest: Bool {
        utf8.count == 64 && allSatisfy { "0123456789abcdef".contains($0) }
    }
}

extension Manifest.Source {
    /// Names the copies of some texts.
    ///
    /// The index keeps apart what has the same name in two directories; the end of a long name is
    /// dropped, because with the index it could be too long for a file system.
    static func copies(of sources: [StoredSource]) -> [Manifest.Source] {
        sources.enumerated().map { index, source in
            let name = source.name.split(separator: "/").last ?? "policy"
            return Manifest.Source(
                name: source.name,
                file: "\(index)-\(String(decoding: name.utf8.prefix(100), as: UTF8.self))",
                digest: Digest.hexadecimal(of: Array(source.text.utf8))
            )
        }
    }
}
