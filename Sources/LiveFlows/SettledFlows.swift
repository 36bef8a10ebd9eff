public import GenerationModel
public import Generations
public import Nftables
internal import RulesetModel
public import TableDiff

/// Why live flows could not be read or moved.
public enum FlowError: Error, Sendable {
    /// The kernel does not tell which connections it tracks; nothing was changed.
    case untracked(KernelError)
    /// The change is in effect, but the flows that it left behind could not be read.
    case unreadable(KernelError)
    /// The change is in effect, but the store does not tell which flows it left behind.
    case unrecorded(StoreError)
    /// The change is in effect, but not all flows that it left behind could be flushed.
    case notFlushed(FlowsLeft, KernelError)
}

/// What was done about the live flows that a change leaves on their old way.
public enum SettledFlows: Sendable {
    /// They could not be counted.
    case uncounted(KernelError)
    /// They keep their way until they end.
    case left(FlowsLeft)
    /// They were flushed, so that they go the new way.
    case moved(FlowsLeft, FlowMove)

    /// Makes sure that the kernel tells which connections it tracks, before anything is changed.
    public static func checkTracking() throws(FlowError) {
        do throws(KernelError) {
            _ = try ConnectionTracking.flows { _ in false }
        } catch {
            throw .untracked(error)
        }
    }

    /// Counts the flows that a difference would leave on their old way.
    public init(leftBy difference: Difference) {
        do throws(KernelError) {
            self = .left(try .behind(difference))
        } catch {
            self = .uncounted(error)
        }
    }

    /// Counts the flows that a change has left on their old way, or makes them go the new one.
    ///
    /// If nothing was changed, the flows that the change before left behind are moved.
    ///
    /// - Parameters:
    ///   - change: The change.
    ///   - managed: The table in which it is in effect.
    ///   - applier: What made the change; it holds the old servers back.
    ///   - flushing: Whether the flows are to be moved.
    /// - Returns: What was done about them.
    /// - Throws: If the flows were to be moved, and could not be.
    public static func settle(
        _ change: Change,
        at managed: ManagedTable,
        by applier: inout Applier,
        flushing: Bool
    ) throws(FlowError) -> SettledFlows {
        guard flushing else {
            return change.difference.map { SettledFlows(leftBy: $0) } ?? .left(.none)
        }
        let left = try flows(leftBy: change, at: managed)
        do throws(KernelError) {
            return .moved(left, try FlowMover.move(left, by: &applier))
        } catch {
            throw .notFlushed(left, error)
        }
    }

    private static func flows(
        leftBy change: Change,
        at managed: ManagedTable
    ) throws(FlowError) -> FlowsLeft {
        var sides: (before: Ruleset, after: Ruleset)?
        do throws(StoreError) {
            if case .nothing(let number, _) = change {
                sides = try rulesets(around: number, in: managed.store)
            }
        } catch {
            throw .unrecorded(error)
        }
        do throws(KernelError) {
            if let difference = change.difference { return try .behind(difference) }
            guard let (before, after) = sides else { return .none }
            return try FlowsLeft(
                by: StaleFlows(from: [before], to: after, machine: LocalAddresses.all())
            )
        } catch {
            throw .unreadable(error)
        }
    }

    /// The rulesets before and after the change that made a generation; `nil` if one of them is no
    /// ruleset.
    private static func rulesets(
        around number: Int,
        in store: Store
    ) throws(StoreError) -> (before: Ruleset, after: Ruleset)? {
        guard let current = try store.generation(number).ruleset,
            let parent = try store.manifest(of: number).parent,
            let before = try store.generation(parent).ruleset
        else { return nil }
        return (before, current)
    }
}

extension Change {
    /// What the change made different in the kernel; `nil` if no new connection goes another way.
    fileprivate var difference: Difference? {
        switch self {
        case .applied(_, _, let difference), .restored(_, let difference),
            .confirmed(_, _, let difference):
            difference
        case .nothing, .removed, .nothingToRemove, .onTrial, .extended, .cancelled: nil
        }
    }
}

/// The live flows that the redirects of a table have taken.
///
/// Those of a few earlier generations count, too: a flow keeps its way when they change.
public enum RedirectedFlows {
    /// The flows that go another way than they would without any redirect.
    ///
    /// - Parameters:
    ///   - managed: The table.
    ///   - number: The current generation.
    /// - Returns: The flows.
    /// - Throws: A ``KernelError`` or a ``StoreError``.
    public static func all(at managed: ManagedTable, current number: Int) throws -> FlowsLeft {
        let rulesets = try managed.rulesets(upTo: number)
        return try FlowsLeft(
            by: StaleFlows(
                from: rulesets,
                to: Ruleset(table: managed.name),
                machine: LocalAddresses.all()
            )
        )
    }
}
