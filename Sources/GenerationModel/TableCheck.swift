public import RulesetModel
public import TableDiff

/// How a table compares with what it should contain: the current generation or a policy.
public struct TableCheck: Sendable {
    /// A program that owns a table, so that no other program can change it (`flags owner`).
    public enum Owner: Sendable, Hashable {
        /// A process, by its number, with its command line, which is empty if it can't be read.
        case process(Int32, command: [String])
        /// A program that can't be found.
        case unknown
    }

    /// What a table is compared with.
    public enum Subject: Sendable {
        /// The current generation.
        case current
        /// A policy, by its name.
        case policy(String)
        /// A generation that was asked for.
        case generation(Manifest)
    }

    /// The table's name.
    public let table: String

    /// The directory of the table's store.
    public let storeDirectory: String

    /// What the table was compared with.
    public let subject: Subject

    /// What was read; `nil` if the table can't be read because it has an owner.
    public let live: TableReading?

    /// The current generation; `nil` before the first one.
    public let generation: Manifest?

    /// How the table differs; `nil` if there is nothing to compare it with.
    public private(set) var drift: Drift?

    /// How the trial's objects in the kernel differ from what was sent; `nil` if they do not.
    public private(set) var trialDrift: Difference?

    /// When the table was last known to be what the current generation says: seconds since 1970, UTC;
    /// `nil` if that is not known.
    public var lastVerified: Int?

    /// What has changed since the current generation was applied, if the table was compared with a
    /// policy; `nil` if nothing has.
    public var changedSide: ChangedSide?

    /// The program that owns the table.
    public let owner: Owner?

    /// Creates the result of a comparison.
    ///
    /// - Parameters:
    ///   - table: The table's name.
    ///   - storeDirectory: The directory of the table's store.
    ///   - subject: What the table was compared with.
    ///   - live: What was read.
    ///   - generation: The current generation.
    ///   - drift: How the table differs.
    ///   - owner: The program that owns the table.
    public init(
        table: String,
        storeDirectory: String,
        subject: Subject = .current,
        live: TableReading?,
        generation: Manifest?,
        drift: Drift?,
        owner: Owner? = nil
    ) {
        self.table = table
        self.storeDirectory = storeDirectory
        self.subject = subject
        self.live = live
        self.generation = generation
        self.drift = drift
        self.owner = owner
        trialDrift = live?.snapshot?.trial?.pending?.drift
    }
}

extension TableCheck {
    /// Whether the table was compared with the current generation.
    public var isOfCurrent: Bool { if case .current = subject { true } else { false } }

    /// Store and table, if the table was read.
    public var snapshot: Snapshot? { live?.snapshot }

    /// The trial that goes on beside the current generation.
    public var trial: PendingTrial? { snapshot?.trial?.pending }

    /// The trial that should be over, and is still in effect.
    public var overdueTrial: OverdueTrial? { snapshot?.overdueTrial }

    /// The marker of the table, if no generation here has it.
    public var unknownMarker: Marker? { snapshot?.unknownMarker }

    /// Whether the table is that of a generation, but nothing is recorded here.
    public var isUnrecorded: Bool { drift == nil && unknownMarker != nil }

    /// Whether the table, or what it has of a trial, is not as it should be.
    public var isDrifted: Bool {
        trial?.isDrifted == true || overdueTrial != nil || owner != nil || isUnrecorded
            || drift != nil && drift != Drift.none
    }

    /// Whether there is anything that the table could be compared with.
    ///
    /// A first generation can be on trial before any other was applied.
    public var isComparable: Bool {
        drift != nil || trial != nil || overdueTrial != nil || isUnrecorded
    }

    /// The same reading with its differences replaced, for example by the same in nft's words.
    public func mapDifferences(_ replacement: (Difference) -> Difference) -> TableCheck {
        var reading = self
        if case .differs(let difference) = drift {
            reading.drift = .differs(replacement(difference))
        }
        reading.trialDrift = trialDrift.map(replacement)
        return reading
    }
}
