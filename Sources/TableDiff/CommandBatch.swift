import RulesetModel

/// The commands of one transaction, gathered by phase.
///
/// The kernel carries them out one after another, and refuses to remove what something still refers
/// to. So rules go before the maps, chains and counters they name and come after them, and so do elements
/// and the chains they jump to.
struct CommandBatch {
    var removeRules: [NftCommand] = []
    var removeElements: [NftCommand] = []
    var removeObjects: [NftCommand] = []
    var removeChains: [NftCommand] = []
    var create: [NftCommand] = []
    var addElements: [NftCommand] = []
    var addRules: [NftCommand] = []
    var removeCounters: [NftCommand] = []
    var mark: [NftCommand] = []

    var commands: [NftCommand] {
        removeRules + removeElements + removeObjects + removeChains + create + addElements
            + addRules + removeCounters + mark
    }
}
