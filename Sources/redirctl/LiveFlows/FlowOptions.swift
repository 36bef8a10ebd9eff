import ArgumentParser
import Diagnostics
import GenerationModel
import Generations
import LiveFlows
import Nftables
import Planning

/// What becomes of live flows that a change leaves on their old way.
struct FlowOptions: ParsableArguments {
    @Flag(help: "Make live flows that would keep an old target or source go the new way.")
    var flushFlows = false

    /// Makes sure that flows can be flushed, before anything is sent.
    func prepare() throws {
        guard flushFlows else { return }
        do throws(KernelError) { _ = try ConnectionTracking.flows { _ in false } } catch {
            throw Failure("the kernel does not tell which connections it tracks: \(error)")
        }
    }

    /// Tells of the flows that a change has left behind, or makes them go the new way.
    func settle(
        _ change: Change,
        at managed: ManagedTable,
        by applier: inout Applier,
        _ console: Console
    ) throws -> FlowsReport {
        let left: FlowsLeft
        do { left = try flows(leftBehindBy: change, at: managed) } catch {
            guard flushFlows else {
                console.note(Self.uncounted(error))
                return FlowsReport(.none, nil)
            }
            throw Failure("the change is live, but flows could not be flushed: \(error)")
        }
        if let warning = left.warningOfSession { console.warn(warning) }
        guard flushFlows else {
            for sentence in left.sentences { console.warn(sentence) }
            return FlowsReport(left, nil)
        }
        do throws(KernelError) {
            let move = try FlowMover.move(left, by: &applier)
            for sentence in move.warnings(tableStays: true) { console.warn(sentence) }
            return FlowsReport(left, move)
        } catch {
            throw Failure("the change is live, but not all flows could be flushed: \(error)")
        }
    }

    /// Tells of the flows that a plan would leave behind.
    static func warn(of difference: Difference, _ console: Console) -> FlowsReport {
        do throws(KernelError) {
            let left = try FlowsLeft.behind(difference)
            if let warning = left.warningOfSession { console.warn(warning) }
            for sentence in left.sentences { console.warn(sentence) }
            return FlowsReport(left, nil)
        } catch {
            console.note(uncounted(error))
            return FlowsReport(.none, nil)
        }
    }

    private static func uncounted(_ error: any Error) -> String {
        "live flows could not be counted: \(error)"
    }

    private func flows(leftBehindBy change: Change, at managed: ManagedTable) throws -> FlowsLeft {
        switch change {
        case .applied(_, _, let difference), .restored(_, let difference),
            .confirmed(_, _, let difference):
            return try .behind(difference)
        case .removed, .nothingToRemove, .onTrial, .extended, .cancelled:
            return .none
        case .nothing(let number, _):
            // What the last change left behind may be what is to be flushed now.
            guard flushFlows, let current = try managed.store.generation(number).ruleset,
                let parent = try managed.store.manifest(of: number).parent,
                let before = try managed.store.generation(parent).ruleset
            else { return .none }
            return try FlowsLeft(
                by: StaleFlows(from: [before], to: current, machine: LocalAddresses.all())
            )
        }
    }
}

/// The JSON shape of what is told of flows.
struct FlowsReport: Encodable {
    let left: [FlowsLeft.Group]
    let redirectOfSession: String?
    let flushed: Int?
    let gone: Int?
    let moved: Int?
    let stayed: Int?
    let cut: Int?
    let waiting: Int?

    private let move: FlowMove?

    private enum CodingKeys: CodingKey {
        case left, redirectOfSession, flushed, gone, moved, stayed, cut, waiting
    }

    init(_ left: FlowsLeft, _ move: FlowMove?) {
        self.left = left.groups
        redirectOfSession = left.redirectOfSession
        flushed = move?.flushed
        gone = move?.gone
        moved = move?.moved
        stayed = move?.stayed
        cut = move?.cut
        waiting = move?.waiting
        self.move = move
    }

    /// The exit status of a command that was asked to move flows.
    var status: ExitStatus { (stayed ?? 0) > 0 ? .failed : .done }

    /// What was flushed, in words.
    var lines: [ReportLine] { move.map { [ReportLine(.plain, $0.sentence)] } ?? [] }
}
