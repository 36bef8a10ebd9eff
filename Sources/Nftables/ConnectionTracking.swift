internal import Glibc
internal import Netlink
public import RulesetModel

/// The connections that the kernel tracks in the calling thread's network namespace (conntrack).
public enum ConnectionTracking {
    /// What became of flows that were to be forgotten.
    public struct Flush: Sendable, Hashable {
        /// Those that the kernel has forgotten.
        public var flushed: [TrackedFlow] = []

        /// How many were gone already, by themselves.
        public var gone = 0
    }

    /// The flows that are wanted, of all that there are.
    ///
    /// The corresponding netlink message is IPCTNL_MSG_CT_GET.
    public static func flows(where isWanted: (Flow) -> Bool) throws(KernelError) -> [TrackedFlow] {
        var socket = try NetlinkSocket()
        var flows: [TrackedFlow] = []
        // Where the table is resized meanwhile, a flow can come twice.
        var known: Set<[UInt8]> = []
        let end = try socket.ask(FlowRequest.all) { (message) throws(UnreadableMessage) in
            guard let flow = TrackedFlow(message, where: isWanted) else { return }
            if known.insert(flow.identity).inserted { flows.append(flow) }
        }
        guard end == 0 else { throw .failed(FlowRequest.all.name, errno: end) }
        return flows
    }

    /// Makes the kernel forget flows, so that the rules decide anew about their next packets.
    ///
    /// Each is named by its tuple, its zone and its id. Where another one has taken its tuple and its
    /// memory, the id is the same, so it must also still go where it went; otherwise it counts as gone.
    /// The corresponding netlink message is IPCTNL_MSG_CT_DELETE.
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

    /// Whether the kernel still tracks a flow that goes the same way.
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
