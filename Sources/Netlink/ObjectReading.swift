internal import Addressing
internal import CNetfilter
internal import RulesetModel

extension LiveCounter {
    /// Reads a named counter; `nil` if the object is of another kind.
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
    /// redirctl creates no such objects, so only the name and the kind are read.
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

    /// The names of the kinds of objects in nft's language.
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

extension LiveLease.Term {
    /// Reads an element of a lease's set: a family with its time; `nil` if the element has anything
    /// else.
    static func read(_ bytes: Bytes, isTimed: Bool) -> (IPFamily, LiveLease.Term)? {
        guard let element = Attributes(bytes), let key = element.value(NFTA_SET_ELEM_KEY),
            key.length == 1, let family = IPFamily(number: key.bits),
            element[NFTA_SET_ELEM_KEY_END] == nil, element[NFTA_SET_ELEM_DATA] == nil,
            element.flags(NFTA_SET_ELEM_FLAGS) == 0, element[NFTA_SET_ELEM_EXPR] == nil,
            element[NFTA_SET_ELEM_EXPRESSIONS] == nil, element[NFTA_SET_ELEM_OBJREF] == nil,
            element.endsBy(NFTA_SET_ELEM_EXPRESSIONS)
        else { return nil }
        // A timeout of zero means that the element does not expire.
        let timeout =
            element.isZero(NFTA_SET_ELEM_TIMEOUT)
            ? nil : element[NFTA_SET_ELEM_TIMEOUT]?.number(UInt64.self)
        let expires = element[NFTA_SET_ELEM_EXPIRATION]?.number(UInt64.self)
        guard isTimed || timeout == nil && expires == nil else { return nil }
        return (family, LiveLease.Term(timeout: timeout, expires: expires))
    }
}
