import Addressing

/// The names and texts in a ruleset that come from a policy, checked by the policy's rules.
///
/// A ruleset that was compiled can't have others. One that was read from a file can, and its text
/// becomes commands.
extension Ruleset {
    /// Whether nft reads every name, comment and prefix as just that.
    public var hasOnlyPlainTexts: Bool {
        objectNames.allSatisfy(ObjectName.canBeInCommands)
            && rules.allSatisfy { rule in
                rule.comment.map(ObjectName.isPlain) != false && Self.isPlain(rule.statement)
                    && Selector.Part.allCases.allSatisfy { rule.selector.isPlain($0) }
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
        case .dnatPort, .dnat, .dnatPrefix, .dnatMapped, .redirect, .masquerade, .snat, .label,
            .accept, .drop, .return, .verdict:
            true
        }
    }
}

extension Selector {
    /// Whether the words in a part are plain; numbers, and values of our own grammars, always are.
    fileprivate func isPlain(_ part: Part) -> Bool {
        switch part {
        case .inputInterfaces: inputInterfaces.allSatisfy { ObjectName.isPlain($0.name) }
        case .outputInterfaces: outputInterfaces.allSatisfy { ObjectName.isPlain($0.name) }
        case .family, .protocols, .users, .groups, .cgroup, .mark, .isToThisMachine,
            .sourceAddresses, .destinationAddresses, .sourcePorts, .destinationPorts, .dscp,
            .original, .tracked:
            true
        // Its name is among those of the objects.
        case .member: true
        }
    }
}
