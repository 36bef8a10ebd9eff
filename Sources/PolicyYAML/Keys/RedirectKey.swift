import Addressing
import Diagnostics
import LocatedYAML
import PolicyModel

/// The keys of an entry of `redirects`.
enum RedirectKey: String, MappingKey {
    case name
    case description
    case connection
    case direction
    case match
    case except
    case to
    case bypass
    case masquerade
    case log
    case enabled
    case allow

    static let owner = "a redirect"
    /// One of `connection` and `direction` is required, too, and one of `to` and `bypass`.
    static let required: [RedirectKey] = [.name]

    static let rows = allCases.map(\.row)

    var row: KeyRow<RedirectParts> {
        switch self {
        case .name:
            KeyRow(
                .one(.name),
                example: "name: web",
                summary: "The name, unique in the policy: plans, counters and messages go by it."
            ) { $0.name = RedirectDecoder(context: $1.context).name($1) }
        case .description:
            KeyRow(
                .one(.line),
                example: "description: why it is there",
                summary: "What it is for."
            ) { $0.description = $1.one(NameText.description) }
        case .connection:
            KeyRow(
                .one(.connections),
                example: "connection: inbound tcp local:2222",
                summary:
                    "The connections it is about in one line, in place of `direction` and `match`."
            ) { parts, value in
                parts.connection = value.oneScalar(
                    ConnectionPatternDecoder(context: value.context).pattern
                )
            }
        case .direction:
            KeyRow(
                .oneOrMore(.direction),
                example: "direction: inbound",
                summary:
                    """
                    Whether the connections come from outside, or are opened by a program on this \
                    machine.
                    """
            ) { $0.directions = $1.several(WordText.direction) }
        case .match:
            KeyRow(
                .mapping(MatchKey.self),
                example: "match: {protocol: tcp, destination: {port: 80}}",
                summary:
                    """
                    The connections it is about: every key must hold, and what is left out may be \
                    anything.
                    """,
                // A match without keys is about every connection.
                mayBeEmpty: true
            ) { $0.match = MatchDecoder($1).match() }
        case .except:
            KeyRow(
                .list(of: MatchKey.self),
                example: "except: [{destination: {address: 127.0.0.0/8}}]",
                summary: "What is carved out of the match: one entry that holds is enough."
            ) { $0.exceptions = MatchDecoder($1).exceptions() }
        case .to:
            KeyRow(
                .oneOrMapping(.target, TargetKey.self),
                example: "to: {port: 8080}",
                summary: "Where the connections go."
            ) { $0.to = TargetDecoder($1).target() }
        case .bypass:
            KeyRow(
                .one(.onlyTrue),
                example: "bypass: true",
                summary:
                    "Leaves the connections alone, so that no later redirect touches them either."
            ) { $0.bypass = $1.one(WordText.boolean) }
        case .masquerade:
            KeyRow(
                .oneOrMapping(.boolean, MasqueradeKey.self),
                example: "masquerade: true",
                summary:
                    "Whether the connections leave with an address of this machine as their source.",
                default: "false"
            ) { $0.masquerade = MasqueradeDecoder($1).masquerade() }
        case .log:
            KeyRow(
                .mapping(LogKey.self),
                example: "log: {prefix: \"web: \", rate: 10/minute}",
                summary: "A line in a log for every connection that it decides."
            ) { $0.log = LogDecoder($1).log(named: $0.name.value) }
        case .enabled:
            KeyRow(
                .one(.boolean),
                example: "enabled: true",
                summary: "Whether it has any effect; it is checked in any case.",
                default: "true"
            ) { $0.enabled = $1.one(WordText.boolean) }
        case .allow:
            KeyRow(
                .oneOrMore(.finding),
                example: "allow: [partial-overlap]",
                summary: "The findings of `validate` that are meant to be so, and not reported."
            ) { parts, value in
                var places: [DiagnosticCode: SourceSpan] = [:]
                let codes = value.severalScalars { scalar in
                    let code = value.context.read(scalar, WordText.finding)
                    if let code { places[code] = places[code] ?? scalar.span }
                    return code
                }
                parts.allowed = codes.map { codes in
                    codes.compactMap { code in
                        places[code].map { AllowedFinding(code: code, span: $0) }
                    }
                }
            }
        }
    }

    static let rules = """
        - anyOf: [{required: [direction]}, {required: [connection]}]
        - if: {required: [connection]}
          then: {properties: {direction: false, match: false}}
        - anyOf: [{required: [to]}, {required: [bypass]}]
        - if: {required: [bypass]}
          then: {properties: {to: false}}
        - if:
            anyOf:
              - {required: [bypass]}
              - {required: [to], properties: {to: \(TargetKey.isThisMachine)}}
          then:
            properties:
              masquerade:
                enum: [false, "false"]
                errorMessage: only connections that leave this machine again can be masqueraded
        - if:
            required: [direction]
            properties:
              direction: {anyOf: [{const: inbound}, {type: array, contains: {const: inbound}}]}
          then:
            properties: {match: \(MatchKey.ofNobody), except: {items: \(MatchKey.ofNobody)}}
        - if: {required: [connection], properties: {connection: \(text(SchemaPattern.inboundConnections))}}
          then: {properties: {except: {items: \(MatchKey.ofNobody)}}}
        - if:
            anyOf:
              - {required: [match], properties: {match: \(MatchKey.namesPort)}}
              - {required: [to], properties: {to: \(TargetKey.namesPort)}}
              - required: [except]
                properties:
                  except: {contains: {allOf: [\(MatchKey.namesPort), {not: {required: [protocol]}}]}}
          then:
            anyOf:
              - required: [connection]
                properties: {connection: \(text(SchemaPattern.connectionsWithPorts))}
              - required: [match]
                properties:
                  match:
                    required: [protocol]
                    errorMessage: \(MatchKey.portMessage)
                    properties: {protocol: \(MatchKey.notAny)}
            errorMessage: \(MatchKey.portMessage)
        - if: {required: [to], properties: {to: \(TargetKey.namesRange)}}
          then:
            anyOf:
              - required: [connection]
                properties: {connection: \(text(SchemaPattern.connectionsToPort))}
              - required: [match]
                properties:
                  match:
                    required: [destination]
                    properties: {destination: {required: [port], errorMessage: \(shiftMessage)}}
                    errorMessage: \(shiftMessage)
            errorMessage: \(shiftMessage)
        - if: {required: [to], properties: {to: \(TargetKey.namesPrefix)}}
          then:
            anyOf:
              - required: [connection]
                properties: {connection: \(text(SchemaPattern.connectionsToAddress))}
              - required: [match]
                properties:
                  match:
                    required: [destination]
                    properties: {destination: {required: [address], errorMessage: \(moveMessage)}}
                    errorMessage: \(moveMessage)
            errorMessage: \(moveMessage)
        """

    private static func text(_ pattern: String) -> String { "{pattern: '^\(pattern)$'}" }

    private static let moveMessage = #""a prefix as the target needs `address` in `destination`""#

    private static let shiftMessage = #""a range of target ports needs `port` in `destination`""#
}

/// A redirect as it is written.
///
/// It is large and passed on from check to check, so it is shared and not copied.
final class RedirectParts {
    var name: Decoded<String> = .absent
    var description: Decoded<String> = .absent
    var connection: Decoded<ConnectionPattern> = .absent
    var directions: Decoded<[Direction]> = .absent

    /// The match, or `nil` if it could not be decoded.
    var match: MatchParts?
    var exceptions: [MatchParts] = []
    var to: Decoded<DecisionParts> = .absent
    var bypass: Decoded<Bool> = .absent

    /// The masquerade; `nil` for `false`, which is the same as no key.
    var masquerade: Decoded<MasqueradeParts?> = .absent
    var log: Decoded<PacketLog> = .absent
    var enabled: Decoded<Bool> = .absent
    var allowed: Decoded<[AllowedFinding]> = .absent

    /// The decision of `to` and `bypass`.
    var decision: Decoded<DecisionParts> = .rejected
}

/// What happens to connections, as it is written.
enum DecisionParts {
    case bypass
    case target(TargetParts)
    case balance(BalanceParts)

    /// The places that connections can go to.
    var targets: [TargetParts] {
        switch self {
        case .bypass: []
        case .target(let target): [target]
        case .balance(let balance): balance.shares.map(\.target)
        }
    }
}
