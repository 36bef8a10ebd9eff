import GenerationModel
import RulesetModel

extension EncodedRuleset {
    /// Encodes a ruleset.
    init(_ ruleset: Ruleset?) throws(StoreError) {
        let bytes = try ruleset.map { (ruleset) throws(StoreError) in
            try StoredJSON.encode(ruleset, path: "ruleset.json")
        }
        self.init(ruleset: ruleset, bytes: bytes, digest: Digest.hexadecimal(of: bytes ?? []))
    }

    /// Decodes what was read at a path.
    ///
    /// - Throws: That it is damaged, where it has another digest.
    init(reading bytes: [UInt8]?, digest: String, path: String) throws(StoreError) {
        guard Digest.hexadecimal(of: bytes ?? []) == digest else {
            throw .corrupt(path: path, reason: "it does not match its digest")
        }
        let ruleset = try bytes.map { (bytes) throws(StoreError) in
            let ruleset = try StoredJSON.decode(Ruleset.self, bytes, path: path)
            guard ruleset.hasOnlyPlainTexts else {
                throw .corrupt(path: path, reason: "it has names that no policy can have")
            }
            return ruleset
        }
        self.init(ruleset: ruleset, bytes: bytes, digest: digest)
    }
}
