internal import Glibc
internal import Netlink
public import RulesetModel

/// The connections that the kernel tracks in the calling thread's network namespace (conntrack).
public enum ConnectionTracking {
    /// The result of deleting flows.
    public struct Flush: Sendable, Hashable {
        /// The flows that were deleted.
        public var flushed: [TrackedFlow] = []

        /// The number of flows that had already ended.
        public var gone = 0
    }

    /// All flows that a condition holds for.
    ///
    /// The corresponding netlink message is IPCTNL_MSG_CT_GET.
    public static func flows(where isWanted: (Flow) -> Bool) throws(KernelError) -> [TrackedFlow] {
        var socket = try NetlinkSocket()
        var flows: [TrackedFlow] = []
        // A flow can appear twice if the kernel resizes its table meanwhile.
        var known: Set<[UInt8]> = []
        let end = try socket.ask(FlowRequest.all) { (message) throws(UnreadableMessage) in
            guard let flow = TrackedFlow(message, where: isWanted) else { return }
            if known.insert(flow.identity).inserted { flows.append(flow) }
        }
        guard end == 0 else { throw .failed(FlowRequest.all.name, errno: end) }
        return flows
    }

    /// Deletes flows, so that the rules are evaluated again for their next packets.
    ///
    /// A flow is identified by its tuple, its zone and its id. A new flow with the same tuple in the
    /// same memory has the same id, so the target must be the same, too; otherwise the old flow
    /// counts as ended. The corresponding netlink message is IPCTNL_MSG_CT_DELETE.
    public static func flush(_ flows: [TrackedFlow]) throws(KernelError) -> Flush {
        guard !flows.isEmpty else { return Flush() }
        var socket = try NetlinkSocket()
        var flush = Flush()
        for flow in flows {
            let request = FlowRequest.delete(flow)
            guard try isThere(flow, &socket) else {
                flush.gone += 1
                continue
            }
            switch try socket.ask(request, each: { _ in }) {
            case 0: flush.flushed.append(flow)
            case ENOENT: flush.gone += 1
            case let error: throw .failed(request.name, errno: error)
            }
        }
        return flush
    }

    /// Whether the kernel still tracks a flow, with the same target.
    private static func isThere(
        _ flow: TrackedFlow,
        _ socket: inout NetlinkSocket
    ) throws(KernelError) -> Bool {
        let request = FlowRequest.one(flow)
        var isSame = false
        let error = try socket.ask(request) { (message) throws(UnreadableMessage) in
            let found = TrackedFlow(message) { $0.target == flow.flow.target }
            isSame = isSame || found?.identity == flow.identity
        }
        guard error == 0 || error == ENOENT else { throw .failed(request.name, errno: error) }
        return isSame
    }
}
