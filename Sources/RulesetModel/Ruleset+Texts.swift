import Addressing

/// What a ruleset says in words that somebody has chosen, held to what a policy may say.
///
/// A ruleset that was compiled can't have others. One that was read from a file can, and its text
/// becomes commands.
extension Ruleset {
    /// Whether nft reads every name, comment and prefix as just that.
    public var hasOnlyPlainTexts: Bool {
        objectNames.allSatisfy(ObjectName.canBeInCommands)
            && rules.allSatisfy { rule in
                rule.comment.map(ObjectName.isPlain) != false && Self.isPlain(rule.statement)
                    && (rule.selector.inputInterfaces + rule.selector.outputInterfaces)
                        .allSatisfy { ObjectName.isPlain($0.name) }
            }
            && maps.allSatisfy { map in map.elements.allSatisfy { Self.isPlain($0) } }
    }

    private var objectNames: [String] {
        [table] + counters + maps.map(\.name) + regularChains.map(\.name)
            + rules.flatMap { rule in
                [rule.counter, rule.statement.lookup?.map, rule.selector.member?.map]
                    .compactMap(\.self)
            }
    }

    private static func isPlain(_ element: MapElement) -> Bool {
        guard element.redirect.map(ObjectName.isPlain) != false else { return false }
        if case .jump(let chain) = element.value { return ObjectName.canBeInCommands(chain) }
        return true
    }

    private static func isPlain(_ statement: Statement) -> Bool {
        switch statement {
        case .jump(let chain), .trial(let chain): ObjectName.canBeInCommands(chain)
        case .log(let log):
            log.prefix.utf8.count <= PacketLog.longestPrefix
                && log.prefix.utf8.allSatisfy(PacketLog.allowsInPrefix)
        default: true
        }
    }
}
