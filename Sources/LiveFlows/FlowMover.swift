internal import Addressing
import GenerationModel
public import Generations
internal import Glibc
public import Nftables
internal import RulesetModel

/// Makes flows go another way, and reads where they go then.
public struct FlowMover {
    /// The flows that are not known to have moved, by their client's tuples.
    private var pending: [ClientTuple: Flow] = [:]

    /// Those of ``pending`` that went their old way when the kernel was last asked.
    private var onOldWay: Set<ClientTuple> = []

    private var moved: [Flow] = []

    /// How long the flows are watched: most clients that still send do so within that time.
    private static let watchMilliseconds: UInt64 = 2000

    private static let pauseMilliseconds: UInt64 = 50

    private static let mostTries = 10

    /// A client, and where it sends its packets.
    private struct ClientTuple: Hashable {
        let protocolNumber: UInt8
        let from: Flow.End
        let to: Flow.End
        var echoID: UInt16?
    }

    /// Holds the old servers of flows back, makes the kernel forget the flows, and watches them for two
    /// seconds.
    ///
    /// The servers stay held back for as long as ``RulesetModel/Holdback`` says: a client that sends
    /// nothing in these two seconds moves with its next packet.
    public static func move(
        _ flows: FlowsLeft,
        by applier: inout Applier
    ) throws(KernelError) -> FlowMove {
        var move = FlowMove()
        guard !flows.entries.isEmpty else { return move }
        do throws(KernelError) {
            if try !applier.holdBack(packets(of: flows.entries.map(\.flow))) {
                move.holdFailure = .olderTable
            }
        } catch {
            move.holdFailure = .kernel(error)
        }
        let flush = try ConnectionTracking.flush(flows.entries)
        (move.flushed, move.gone) = (flush.flushed.count, flush.gone)
        var mover = FlowMover(flush.flushed.map(\.flow))
        try mover.watch()
        // A flow that has moved needs no protection from its old server, and another connection may use
        // its ports.
        if move.holdFailure == nil { try? applier.letGo(packets(of: mover.moved)) }
        move.stayed = mover.onOldWay.count
        // The new target does not know a TCP connection, wherever its packets go now.
        let notOnOldWay = mover.pending.filter { !mover.onOldWay.contains($0.key) }.map(\.value)
        move.moved = mover.moved.count { !$0.isTCP }
        move.cut = (mover.moved + notOnOldWay).count(where: \.isTCP)
        return move
    }

    private init(_ flows: [Flow]) {
        pending = Dictionary(flows.map { (Self.tuple(of: $0), $0) }) { first, _ in first }
    }

    /// Watches the flows until all of them have moved or the time is over.
    private mutating func watch() throws(KernelError) {
        let end = Self.now + Self.watchMilliseconds
        var isOver = pending.isEmpty
        var tries = 0
        while !isOver {
            usleep(UInt32(Self.pauseMilliseconds * 1000))
            let old = try readConnections()
            // A packet can make a new entry on the old way while the kernel forgets, so that one is
            // flushed again. An entry that still comes back is another program's doing.
            if !old.isEmpty, tries < Self.mostTries {
                tries += 1
                _ = try ConnectionTracking.flush(old)
            }
            isOver = pending.values.allSatisfy(\.isTCP) || Self.now >= end
        }
        if !pending.isEmpty { _ = try readConnections() }
    }

    /// Reads where the pending flows go; returns those on their old way.
    private mutating func readConnections() throws(KernelError) -> [TrackedFlow] {
        var (pending, moved, onOldWay) = (pending, moved, Set<ClientTuple>())
        let old = try ConnectionTracking.flows { entry in
            guard !entry.isClosed else { return false }
            let tuple = Self.tuple(of: entry)
            if let flow = pending[tuple] {
                guard
                    entry.target == flow.target,
                    entry.answerDestination == flow.answerDestination
                else {
                    pending[tuple] = nil
                    moved.append(flow)
                    return false
                }
                onOldWay.insert(tuple)
                return true
            }
            // In an entry that the old server made, the client's packets are the answers.
            let answers = ClientTuple(
                protocolNumber: entry.protocolNumber,
                from: entry.target,
                to: entry.answerDestination
            )
            guard let flow = pending[answers], entry.client == flow.target,
                entry.destination == flow.answerDestination
            else { return false }
            onOldWay.insert(answers)
            return true
        }
        self.onOldWay = onOldWay.filter { pending[$0] != nil }
        (self.pending, self.moved) = (pending, moved)
        return old
    }

    private static func tuple(of flow: Flow) -> ClientTuple {
        ClientTuple(
            protocolNumber: flow.protocolNumber,
            from: flow.client,
            to: flow.destination,
            echoID: flow.echoID
        )
    }

    /// The packets that the servers of flows send, as keys of the sets of packets that are held back.
    private static func packets(of flows: [Flow]) -> [IPFamily: [MapKey]] {
        let numbers = TransportProtocol.allCases.map(\.number)
        var keys: [IPFamily: Set<MapKey>] = [:]
        for flow in flows where numbers.contains(flow.protocolNumber) {
            guard let from = flow.target.port, let to = flow.answerDestination.port else {
                continue
            }
            keys[flow.family, default: []].insert(
                MapKey(exactly: [
                    UInt128(flow.protocolNumber), flow.target.address.bits, UInt128(from.number),
                    flow.answerDestination.address.bits, UInt128(to.number),
                ])
            )
        }
        return keys.mapValues { $0.sorted() }
    }

    /// Milliseconds of CLOCK_MONOTONIC.
    private static var now: UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1000 + UInt64(time.tv_nsec) / 1_000_000
    }
}

extension Flow {
    /// Whether its next packet on a new way ends it.
    fileprivate var isTCP: Bool { protocolNumber == TransportProtocol.tcp.number }
}
