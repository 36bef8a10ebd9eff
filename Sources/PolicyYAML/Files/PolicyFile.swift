import TrustedFiles

/// The bytes of a policy's file, and what is to be said of the file itself.
struct PolicyFile {
    /// The name by which findings call it.
    let name: String

    /// What it is, or nothing for a pipe.
    let identity: FileIdentity?

    /// The contents, or nothing where there are more than allowed or they must not be used.
    let bytes: [UInt8]?

    /// In what way others can change the contents.
    let dangers: [FileDanger]

    /// Names a text that was kept.
    init(kept bytes: [UInt8], named name: String, identity: FileIdentity) {
        self.name = name
        self.identity = identity
        self.bytes = bytes
        dangers = []
    }

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
}
