internal import CNetfilter
public import RulesetModel

/// A request to connection tracking (ctnetlink).
public enum FlowRequest: Sendable, Hashable {
    /// For all flows of all families.
    case all
    /// For one flow.
    case one(TrackedFlow)
    /// That one flow be forgotten.
    case delete(TrackedFlow)

    /// The request's name in the kernel's words.
    public var name: String {
        switch self {
        case .all, .one: "IPCTNL_MSG_CT_GET"
        case .delete: "IPCTNL_MSG_CT_DELETE"
        }
    }

    /// The request as it is sent.
    public func bytes(sequence: UInt32) -> [UInt8] {
        switch self {
        case .all:
            message(IPCTNL_MSG_CT_GET, flags: NLM_F_DUMP, family: 0, [], sequence)
        case .one(let flow):
            message(
                IPCTNL_MSG_CT_GET,
                flags: NLM_F_ACK,
                family: flow.familyNumber,
                flow.identity,
                sequence
            )
        case .delete(let flow):
            message(
                IPCTNL_MSG_CT_DELETE,
                flags: NLM_F_ACK,
                family: flow.familyNumber,
                flow.identity,
                sequence
            )
        }
    }

    private func message(
        _ kind: cntl_msg_types,
        flags: Int32,
        family: UInt8,
        _ attributes: [UInt8],
        _ sequence: UInt32
    ) -> [UInt8] {
        Request.message(
            type: UInt16(NFNL_SUBSYS_CTNETLINK) << 8 | UInt16(kind.rawValue),
            flags: UInt16(NLM_F_REQUEST | flags),
            family: family,
            attributes,
            sequence: sequence
        )
    }
}
