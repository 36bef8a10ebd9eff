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
            .if(namesPort, then: .properties([`protocol`: notAny])),
            .properties([
                source: .properties([
                    EndpointKey.address: [
                        "pattern": "^(?!local$)", "items": ["pattern": "^(?!local$)"],
                        "errorMessage": "only a destination can be `local`",
                    ]
                ])
            ]),
        ]
    }

    /// A match that names a port.
    fileprivate static var namesPort: SchemaValue {
        let end: SchemaValue = .requiring([EndpointKey.port])
        return ["anyOf": .list([source, destination].map { .having($0, end) })]
    }

    /// A match that names protocols, all of which have ports.
    fileprivate static var namesProtocol: SchemaValue {
        .having(`protocol`, notAny).with(["errorMessage": portMessage])
    }

    private static var notAny: SchemaValue {
        ["pattern": "^(?!any$)", "errorMessage": portMessage]
    }

    private static let portMessage: SchemaValue =
        "a port needs a `protocol`: only tcp, udp and sctp have ports"
}

extension EndpointKey {
    static var rules: [SchemaValue] { [] }
}

extension RedirectKey {
    static var rules: [SchemaValue] {
        [
            .requiring(oneOf: [to, bypass]),
            .if(.requiring([bypass]), then: .without([to])),
            .if(isInbound, then: .properties([match: ofNobody, except: ["items": ofNobody]])),
            .if(
                [
                    "anyOf": [
                        .having(match, MatchKey.namesPort), .having(to, TargetKey.namesPort),
                        .having(except, ["contains": exceptsPort]),
                    ]
                ],
                then: .having(match, MatchKey.namesProtocol)
            ),
        ]
    }

    private static var isInbound: SchemaValue {
        let inbound: SchemaValue = ["const": .text(Direction.inbound.rawValue)]
        return .having(direction, ["anyOf": [inbound, ["type": "array", "contains": inbound]]])
    }

    /// A match that asks for no process.
    private static var ofNobody: SchemaValue {
        .without([MatchKey.user, .group, .cgroup])
    }

    /// An exception with a port, and no protocol of its own.
    private static var exceptsPort: SchemaValue {
        ["allOf": [MatchKey.namesPort, ["not": .requiring([MatchKey.protocol])]]]
    }
}

extension TargetKey {
    static var rules: [SchemaValue] {
        [
            .if(.requiring([local]), then: .without([address, port, balance, targets])),
            .if(.requiring([balance]), then: .without([address, port])),
            ["dependentRequired": ["balance": ["targets"], "targets": ["balance"]]],
        ]
    }

    /// A target that changes the port.
    fileprivate static var namesPort: SchemaValue {
        [
            "anyOf": [
                .requiring([port]), .having(local, ShareKey.isPort),
                .having(targets, ["contains": ShareKey.namesPort]),
            ]
        ]
    }
}

extension ShareKey {
    static var rules: [SchemaValue] {
        [
            .requiring(oneOf: [address, port, local]),
            .if(.requiring([local]), then: .without([address, port])),
        ]
    }

    /// An entry that changes the port.
    fileprivate static var namesPort: SchemaValue {
        ["anyOf": [.requiring([port]), .having(local, isPort)]]
    }

    /// What stands behind `local` where it changes the port.
    fileprivate static var isPort: SchemaValue { ["not": ["enum": [true, "true"]]] }
}

extension MasqueradeKey {
    static var rules: [SchemaValue] { [] }
}

extension LogKey {
    static var rules: [SchemaValue] { [.if(.requiring([group]), then: .without([level]))] }
}

extension TestKey {
    static var rules: [SchemaValue] { [] }
}
