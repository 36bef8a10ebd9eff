internal import Nftables
internal import RulesetModel

extension LiveCounter {
    /// Reads the `counter` of a listing.
    init(listing object: JSONObject) throws(KernelError) {
        self.init(
            name: try object.text("name", of: "counter"),
            handle: try object.handle(of: "counter"),
            packets: object.count("packets"),
            bytes: object.count("bytes")
        )
    }
}

extension LiveObject {
    /// Reads an entry of any other kind.
    ///
    /// Whatever it is, it is not ours: it must be seen, and need not be understood.
    init(listing object: JSONObject, kind: String) {
        self.init(kind: kind, name: object["name"]?.text ?? "", handle: object.handle)
    }
}

extension JSONObject {
    /// The kernel counts in 64 bits without a sign; JSON carries them in 64 bits with one.
    func count(_ key: String) -> UInt64 {
        UInt64(bitPattern: self[key]?.number ?? 0)
    }
}
