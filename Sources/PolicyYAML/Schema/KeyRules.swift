import PolicyModel

/// What must hold between the keys of each mapping, besides those that are required.
///
/// Decoding sees to the same with messages of its own.
extension PolicyKey {
    /// That `redirects` or `include` must be there holds for the first file of a policy only.
    static var rules: [SchemaValue] { [] }
}

extension SettingsKey {
    static var rules: [SchemaValue] { [] }
}

extension FileKey {
    static var rules: [SchemaValue] { [] }
}

extension MatchKey {
    static var rules: [SchemaValue] {
        [
            .if(namesPort, then: .properties([(`protocol`, notAny)])),
            .properties([(source, .properties([(EndpointKey.address, .notLocal)]))]),
        ]
    }

    /// A match that names a port.
    fileprivate static var namesPort: SchemaValue {
        let end = SchemaValue.requiring(EndpointKey.port)
        return .anyOf(.having(source, end), .having(destination, end))
    }

    /// A match that names protocols, all of which have ports.
    fileprivate static var namesProtocol: SchemaValue {
        .having(`protocol`, notAny).with(["errorMessage": portMessage])
    }

    /// A match that asks for no process.
    fileprivate static var ofNobody: SchemaValue { .without(user, group, cgroup) }

    private static var notAny: SchemaValue {
        ["pattern": "^(?!any$)", "errorMessage": portMessage]
    }

    private static var portMessage: SchemaValue {
        "a port needs a `protocol`: only tcp, udp and sctp have ports"
    }
}

extension SchemaValue {
    /// Addresses that a connection can come from.
    fileprivate static var notLocal: SchemaValue {
        let pattern: SchemaValue = [
            "pattern": "^(?!local$)", "errorMessage": "a connection cannot come from `local`",
        ]
        return pattern.with(["items": pattern])
    }
}

extension EndpointKey {
    static var rules: [SchemaValue] { [] }
}

extension RedirectKey {
    static var rules: [SchemaValue] {
        [
            .requiring(oneOf: to, bypass),
            .if(.requiring(bypass), then: .without(to)),
            .if(
                .anyOf(.requiring(bypass), .having(to, TargetKey.isThisMachine)),
                then: .properties([(masquerade, isFalse)])
            ),
            .if(
                isInbound,
                then: .properties([
                    (match, MatchKey.ofNobody), (except, .list(of: MatchKey.ofNobody)),
                ])
            ),
            .if(
                .anyOf(
                    .having(match, MatchKey.namesPort),
                    .having(to, TargetKey.namesPort),
                    .having(except, ["contains": exceptsPort])
                ),
                then: .having(match, MatchKey.namesProtocol)
            ),
            .if(.having(to, TargetKey.namesRange), then: .having(match, shifted)),
        ]
    }

    private static var isInbound: SchemaValue {
        let inbound: SchemaValue = ["const": .text(Direction.inbound.rawValue)]
        return .having(direction, .anyOf(inbound, ["type": "array", "contains": inbound]))
    }

    /// An exception with a port, and no protocol of its own.
    private static var exceptsPort: SchemaValue {
        ["allOf": [MatchKey.namesPort, ["not": .requiring(MatchKey.protocol)]]]
    }

    private static var isFalse: SchemaValue {
        [
            "enum": [false, "false"],
            "errorMessage": "only connections that leave this machine again can be masqueraded",
        ]
    }

    /// A match with ports that can be shifted.
    private static var shifted: SchemaValue {
        let message: SchemaValue = "a range of target ports needs `port` in `destination`"
        return .having(
            MatchKey.destination,
            .requiring(EndpointKey.port).with(["errorMessage": message])
        )
        .with(["errorMessage": message])
    }
}

extension TargetKey {
    static var rules: [SchemaValue] {
        [
            .if(.requiring(local), then: .without(address, port, balance, targets)),
            .if(
                .anyOf(.requiring(balance), .requiring(targets)),
                then: .without(address, port).with(["required": .words(balanced)])
            ),
        ]
    }

    private static let balanced = [balance.rawValue, targets.rawValue]

    /// A target that changes the port.
    fileprivate static var namesPort: SchemaValue {
        .anyOf(
            .requiring(port),
            .having(local, .isPort),
            .having(targets, ["contains": ShareKey.namesPort])
        )
    }

    /// A target to which the ports of the match are shifted.
    fileprivate static var namesRange: SchemaValue {
        let range: SchemaValue = ["type": "string", "pattern": "^([0-9]+)-(?!\\1$)"]
        return .anyOf(.having(port, range), .having(local, range))
    }

    /// A target that connections do not leave this machine for.
    fileprivate static var isThisMachine: SchemaValue {
        .anyOf(
            .requiring(local),
            .having(targets, ["type": "array", "items": .requiring(ShareKey.local)])
        )
    }
}

extension ShareKey {
    static var rules: [SchemaValue] {
        [
            .requiring(oneOf: address, port, local),
            .if(.requiring(local), then: .without(address, port)),
        ]
    }

    /// An entry that changes the port.
    fileprivate static var namesPort: SchemaValue {
        .anyOf(.requiring(port), .having(local, .isPort))
    }
}

extension SchemaValue {
    /// What stands behind `local` where it changes the port.
    fileprivate static var isPort: SchemaValue { ["not": ["enum": [true, "true"]]] }
}

extension MasqueradeKey {
    static var rules: [SchemaValue] { [.properties([(from, .notLocal)])] }
}

extension LogKey {
    static var rules: [SchemaValue] { [.if(.requiring(group), then: .without(level))] }
}

extension TestKey {
    static var rules: [SchemaValue] { [] }
}
