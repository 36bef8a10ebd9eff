import RulesetModel

/// A ruleset, and the bytes and the digest by which a store keeps it; without one, that there be no
/// table.
///
/// Of a large one the bytes take a while to make, so they go along with it.
struct EncodedRuleset: Sendable {
    let ruleset: Ruleset?
    let bytes: [UInt8]?

    /// The SHA-256 of the bytes, in hexadecimal.
    let digest: String

    /// Encodes a ruleset.
    init(_ ruleset: Ruleset?) throws(StoreError) {
        self.ruleset = ruleset
        bytes = try ruleset.map { (ruleset) throws(StoreError) in
            try StoredJSON.encode(ruleset, path: "ruleset.json")
        }
        digest = Digest.hexadecimal(of: bytes ?? [])
    }

    /// Decodes what was read at a path.
    ///
    /// - Throws: That it is damaged, where it has another digest.
    init(reading bytes: [UInt8]?, digest: String, path: String) throws(StoreError) {
        guard Digest.hexadecimal(of: bytes ?? []) == digest else {
            throw .corrupt(path: path, reason: "it does not match its digest")
        }
        self.bytes = bytes
        self.digest = digest
        ruleset = try bytes.map { (bytes) throws(StoreError) in
            let ruleset = try StoredJSON.decode(Ruleset.self, bytes, path: path)
            guard ruleset.hasOnlyPlainTexts else {
                throw .corrupt(path: path, reason: "it has names that no policy can have")
            }
            return ruleset
        }
    }
}
