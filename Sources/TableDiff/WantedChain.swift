import RulesetModel

/// A chain that a ruleset asks for, base or regular.
struct WantedChain {
    let name: String

    /// How it is to be attached; nothing for a regular chain.
    let head: BaseChain.Head?

    let rules: [Rule]

    /// How the kernel lists it when it is up to date.
    var attachment: LiveChain.Attachment { head.map { .nat($0) } ?? .none }

    /// The command that creates it, empty.
    var creation: NftCommand {
        if let head { .addChain(head) } else { .addRegularChain(name: name) }
    }
}

extension Ruleset {
    /// All chains: the base chains, then those they jump to.
    var wantedChains: [WantedChain] {
        chains.map { WantedChain(name: $0.name, head: $0.head, rules: $0.rules) }
            + regularChains.map { WantedChain(name: $0.name, head: nil, rules: $0.rules) }
    }
}
