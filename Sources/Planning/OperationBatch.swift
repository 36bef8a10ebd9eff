import RulesetModel

/// The commands of one transaction, gathered by phase.
///
/// The kernel carries them out one after another, and refuses to remove what something still refers
/// to. So rules go before the maps, chains and counters they name and come after them, and so do elements
/// and the chains they jump to.
struct OperationBatch {
    var removeRules: [Operation] = []
    var removeElements: [Operation] = []
    var removeObjects: [Operation] = []
    var removeChains: [Operation] = []
    var create: [Operation] = []
    var addElements: [Operation] = []
    var addRules: [Operation] = []
    var removeCounters: [Operation] = []
    var mark: [Operation] = []

    var operations: [Operation] {
        removeRules + removeElements + removeObjects + removeChains + create + addElements
            + addRules + removeCounters + mark
    }
}
