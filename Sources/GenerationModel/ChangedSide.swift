/// What is not as it was when the current generation was applied.
public enum ChangedSide: String, Sendable, Hashable, Codable {
    /// The policy asks for something else.
    case policy
    /// The kernel's table has something else.
    case kernel
    /// Each has something else.
    case both
}

extension Plan {
    /// What has changed since the current generation was applied; `nil` if nothing has, or nothing was
    /// applied.
    public var changedSide: ChangedSide? {
        guard current != nil else { return nil }
        let isOtherPolicy = step == .advance
        // What was not listed is as it was verified.
        let isOtherTable = live.reaches(.listed) && live.snapshot?.drift != Drift.none
        return switch (isOtherPolicy, isOtherTable) {
        case (true, true): .both
        case (true, false): .policy
        case (false, true): .kernel
        case (false, false): nil
        }
    }
}
