import RulesetModel

/// The commands of one transaction, gathered by phase.
///
/// The kernel carries them out one after another, and refuses to remove what something still refers
/// to: rules go before the maps and chains they name, and come after the counters they name.
struct OperationBatch {
    var removeRules: [Operation] = []
    var removeObjects: [Operation] = []
    var removeElements: [Operation] = []
    var removeChains: [Operation] = []
    var create: [Operation] = []
    var addElements: [Operation] = []
    var addRules: [Operation] = []
    var removeCounters: [Operation] = []
    var mark: [Operation] = []

    var operations: [Operation] {
        removeRules + removeObjects + removeElements + removeChains + create + addElements
            + addRules + removeCounters + mark
    }
}
