internal import Addressing
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

extension LiveLease {
    /// Reads the `set` of a listing, or `nil` if it is no lease.
    ///
    /// JSON tells times in whole seconds.
    init?(listing object: JSONObject) {
        let flags = object["flags"].map { $0.list ?? [$0] } ?? []
        guard
            object.hasOnly("family", "name", "table", "type", "handle", "flags", "elem", "size"),
            object["name"]?.text == Self.name, Self.isType(object["type"]),
            flags.isEmpty || flags == [.text("timeout")], let handle = object.handle
        else { return nil }
        var terms: [IPFamily: Term] = [:]
        for listed in object["elem"]?.list ?? [] {
            let element = listed.object?.single?.value.object
            guard element?.hasOnly("val", "timeout", "expires", "comment") != false,
                let family = IPFamily(listing: element?["val"] ?? listed)
            else { return nil }
            terms[family] = Term(
                timeout: element.map { 1000 * $0.count("timeout") },
                expires: element.map { 1000 * $0.count("expires") }
            )
        }
        self.init(handle: handle, isTimed: !flags.isEmpty, terms: terms)
    }

    /// Whether it is `nf_proto`, which newer versions of libnftables call `typeof meta nfproto`.
    private static func isType(_ type: JSONValue?) -> Bool {
        let meta = type?.object?["typeof"]?.object?["meta"]?.object
        return type?.text == "nf_proto" || meta?["key"]?.text == "nfproto"
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
