internal import CNetfilter
public import RulesetModel

/// A request to connection tracking (ctnetlink).
public enum FlowRequest: Sendable, Hashable {
    /// Lists all flows of all families.
    case all
    /// Gets one flow.
    case one(TrackedFlow)
    /// Deletes one flow.
    case delete(TrackedFlow)

    /// The request's name in `enum cntl_msg_types`.
    public var name: String {
        switch self {
        case .all, .one: "IPCTNL_MSG_CT_GET"
        case .delete: "IPCTNL_MSG_CT_DELETE"
        }
    }

    /// The request as it is sent, with a sequence number that all messages of the answer repeat.
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
        MessageBytes.message(
            type: UInt16(NFNL_SUBSYS_CTNETLINK) << 8 | UInt16(kind.rawValue),
            flags: NLM_F_REQUEST | flags,
            family: family,
            attributes,
            sequence: sequence
        )
    }
}
