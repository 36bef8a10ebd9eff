public import GenerationModel

/// Something that happened to a table, for whoever keeps a log.
public enum TableEvent: Sendable {
    /// A command did what it was asked to.
    case changed(Change)
    /// A trial was found to be over, and its outcome is recorded.
    case trialEnded(Trial, Head.Outcome)
    /// A change was refused, or not carried out completely.
    case failed(ApplyError)
}

extension Applier {
    /// Carries out a change, and reports what came of it.
    mutating func observed(_ step: (inout Applier) throws -> Change) throws -> Change {
        do {
            let change = try step(&self)
            managed.observe(.changed(change))
            return change
        } catch let error as ApplyError {
            managed.observe(.failed(error))
            throw error
        }
    }
}
