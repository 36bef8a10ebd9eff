internal import CNetfilter
internal import RulesetModel

extension LiveCounter {
    /// Reads a named counter, or nothing where it is another kind of object.
    init?(_ object: Attributes) {
        guard object.number(NFTA_OBJ_TYPE) == UInt32(NFT_OBJECT_COUNTER),
            let name = object[NFTA_OBJ_NAME]?.text,
            let handle = object[NFTA_OBJ_HANDLE]?.number(UInt64.self),
            let data = object.nest(NFTA_OBJ_DATA),
            let packets = data[NFTA_COUNTER_PACKETS]?.number(UInt64.self),
            let bytes = data[NFTA_COUNTER_BYTES]?.number(UInt64.self)
        else { return nil }
        self.init(name: name, handle: handle, packets: packets, bytes: bytes)
    }
}

extension LiveObject {
    /// Reads an object of any other kind.
    ///
    /// Whatever it is, it is not ours: it must be seen, and need not be understood.
    init(_ object: Attributes) {
        self.init(
            kind: object.number(NFTA_OBJ_TYPE).flatMap { Self.kinds[$0] } ?? "object",
            name: object[NFTA_OBJ_NAME]?.text ?? "",
            handle: object[NFTA_OBJ_HANDLE]?.number(UInt64.self)
        )
    }

    /// Reads a flowtable.
    init(flowtable: Attributes) {
        self.init(
            kind: "flowtable",
            name: flowtable[NFTA_FLOWTABLE_NAME]?.text ?? "",
            handle: flowtable[NFTA_FLOWTABLE_HANDLE]?.number(UInt64.self)
        )
    }

    /// nft's words for the kinds of objects.
    private static let kinds: [UInt32: String] = [
        UInt32(NFT_OBJECT_COUNTER): "counter",
        UInt32(NFT_OBJECT_QUOTA): "quota",
        UInt32(NFT_OBJECT_CT_HELPER): "ct helper",
        UInt32(NFT_OBJECT_LIMIT): "limit",
        UInt32(NFT_OBJECT_TUNNEL): "tunnel",
        UInt32(NFT_OBJECT_CT_TIMEOUT): "ct timeout",
        UInt32(NFT_OBJECT_SECMARK): "secmark",
        UInt32(NFT_OBJECT_CT_EXPECT): "ct expectation",
        UInt32(NFT_OBJECT_SYNPROXY): "synproxy",
    ]
}
