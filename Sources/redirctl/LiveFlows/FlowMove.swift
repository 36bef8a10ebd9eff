import Addressing
import Flows
import Generations
import Glibc
import Nftables
import RulesetModel

/// What became of flows that were to go another way.
struct FlowMove {
    /// How many the kernel has forgotten; how many had ended by themselves.
    private(set) var flushed = 0
    private(set) var gone = 0

    /// Of those that were forgotten: how many began anew on the new way, and how many are on their old
    /// way again.
    private(set) var moved = 0
    private(set) var stayed = 0

    /// How many have sent nothing since.
    var waiting: Int { flushed - moved - stayed }

    /// Why the old servers could not be held back meanwhile.
    private(set) var obstacle: KernelError?

    /// How long old servers are held back: most clients that still talk do so within that time.
    private static let holdMilliseconds = 2000

    /// More would take too long to hold back.
    private static let mostHeld = 50_000

    private static let pauseMilliseconds: UInt64 = 50

    /// The flows that are not known to have moved, by who speaks to whom.
    private var pending: [Speech: Flow] = [:]

    /// Those of them that went their old way when they were last looked at.
    private var reversed: Set<Speech> = []

    /// A client with where it sends its packets.
    private struct Speech: Hashable {
        let protocolNumber: UInt8
        let from: Flow.End
        let to: Flow.End
    }

    /// No flows were to move.
    init() {}

    /// Makes the kernel forget flows, holds their old servers back until the clients have spoken, and
    /// sees where they go then.
    init(of flows: FlowsLeft, by applier: inout Applier) throws(KernelError) {
        guard !flows.entries.isEmpty else { return }
        do throws(KernelError) {
            try applier.hold(
                Self.packets(of: flows.entries.prefix(Self.mostHeld).map(\.flow)),
                milliseconds: Self.holdMilliseconds
            )
        } catch {
            obstacle = error
        }
        let end = Self.now + UInt64(Self.holdMilliseconds)
        let views = Dictionary(flows.entries.map { ($0.tracked, $0.flow) }) { first, _ in first }
        let flush = try ConnectionTracking.flush(flows.entries.map(\.tracked))
        (flushed, gone) = (flush.flushed.count, flush.gone)
        for tracked in flush.flushed {
            guard let flow = views[tracked] else { continue }
            pending[Self.speech(of: flow)] = flow
        }
        while !pending.isEmpty, Self.now < end {
            usleep(UInt32(Self.pauseMilliseconds * 1000))
            // One that slipped through while the kernel forgot is forgotten again.
            _ = try ConnectionTracking.flush(try look())
        }
        if !pending.isEmpty {
            // The servers may speak again now.
            usleep(UInt32(2 * Self.pauseMilliseconds * 1000))
            _ = try look()
        }
        stayed = reversed.count
    }

    /// Looks where the flows go that are not known to have moved; returns those that are on their old
    /// way.
    private mutating func look() throws(KernelError) -> [TrackedFlow] {
        reversed = []
        var (pending, moved, reversed) = (pending, 0, reversed)
        let old = try ConnectionTracking.flows { entry in
            guard !entry.isClosed else { return false }
            let speech = Self.speech(of: entry)
            if let flow = pending[speech] {
                guard entry.target == flow.target else {
                    pending[speech] = nil
                    moved += 1
                    return false
                }
                reversed.insert(speech)
                return true
            }
            // An entry that the old server made: the client's packets are answers to it.
            let answers = Speech(
                protocolNumber: entry.protocolNumber,
                from: entry.target,
                to: entry.answerDestination
            )
            guard pending[answers] != nil else { return false }
            reversed.insert(answers)
            return true
        }
        self.pending = pending
        self.moved += moved
        self.reversed = reversed.filter { pending[$0] != nil }
        return old
    }

    private static func speech(of flow: Flow) -> Speech {
        Speech(protocolNumber: flow.protocolNumber, from: flow.client, to: flow.destination)
    }

    /// What the servers of flows send, as keys of the sets of packets that are held back.
    private static func packets(of flows: [Flow]) -> [IPFamily: [MapKey]] {
        var keys: [IPFamily: Set<MapKey>] = [:]
        for flow in flows
        where TransportProtocol.allCases.contains(where: {
            $0.number == flow.protocolNumber
        }) {
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

    /// Milliseconds of a clock that nobody sets.
    private static var now: UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1000 + UInt64(time.tv_nsec) / 1_000_000
    }
}
