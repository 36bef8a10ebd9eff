import Addressing
import Diagnostics
import LocatedYAML
import PolicyModel

/// The keys of an entry of `redirects`.
enum RedirectKey: String, MappingKey {
    case name
    case description
    case direction
    case match
    case except
    case to
    case bypass
    case masquerade
    case log
    case enabled

    static let owner = "a redirect"

    var row: KeyRow<RedirectParts> {
        switch self {
        case .name:
            KeyRow(
                .one(.name),
                example: "name: web",
                summary: "The name, unique in the policy: plans, counters and messages go by it.",
                isRequired: true
            ) { $0.name = $1.redirectName() }
        case .description:
            KeyRow(
                .one(.line),
                example: "description: why it is there",
                summary: "What it is for."
            ) { $0.description = $1.line("the description") }
        case .direction:
            KeyRow(
                .oneOrMore(.direction),
                example: "direction: inbound",
                summary:
                    """
                    Whether the connections come from outside, or are opened by a program on this \
                    machine.
                    """,
                isRequired: true
            ) { $0.directions = $1.directions() }
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
            ) { $0.match = $1.match() }
        case .except:
            KeyRow(
                .list(of: MatchKey.self),
                example: "except: [{destination: {address: 127.0.0.0/8}}]",
                summary: "What is carved out of the match: one entry that holds is enough."
            ) { $0.exceptions = $1.exceptions() }
        case .to:
            KeyRow(
                .mapping(TargetKey.self),
                example: "to: {port: 8080}",
                summary: "Where the connections go."
            ) { $0.to = $1.target() }
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
            ) { $0.masquerade = $1.masquerade() }
        case .log:
            KeyRow(
                .mapping(LogKey.self),
                example: "log: {prefix: \"web: \", rate: 10/minute}",
                summary: "A line in a log for every connection that it decides."
            ) { $0.log = $1.log(named: $0.name.value) }
        case .enabled:
            KeyRow(
                .one(.boolean),
                example: "enabled: true",
                summary: "Whether it has any effect; it is checked in any case.",
                default: "true"
            ) { $0.enabled = $1.one(WordText.boolean) }
        }
    }

    static let rules = """
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
        - if:
            anyOf:
              - {required: [match], properties: {match: \(MatchKey.namesPort)}}
              - {required: [to], properties: {to: \(TargetKey.namesPort)}}
              - required: [except]
                properties:
                  except: {contains: {allOf: [\(MatchKey.namesPort), {not: {required: [protocol]}}]}}
          then:
            required: [match]
            properties:
              match:
                required: [protocol]
                errorMessage: \(MatchKey.portMessage)
                properties: {protocol: \(MatchKey.notAny)}
            errorMessage: \(MatchKey.portMessage)
        - if: {required: [to], properties: {to: \(TargetKey.namesRange)}}
          then:
            required: [match]
            properties:
              match:
                required: [destination]
                properties: {destination: {required: [port], errorMessage: \(shiftMessage)}}
                errorMessage: \(shiftMessage)
            errorMessage: \(shiftMessage)
        """

    private static let shiftMessage = #""a range of target ports needs `port` in `destination`""#
}

/// A redirect as it is written.
struct RedirectParts {
    var name: Decoded<String> = .absent
    var description: Decoded<String> = .absent
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

/// Decodes one entry of `redirects`.
struct RedirectDecoder {
    let context: DecodingContext

    /// The redirect, or `nil` if it has errors.
    func redirect(_ node: Node) -> Redirect? {
        let title = { Self.title(of: node) }
        guard
            let mapping = DecodedMapping<RedirectKey>(node, title(), into: RedirectParts(), context)
        else { return nil }
        var parts = mapping.parts
        if mapping.span(of: .match) == nil { parts.match = MatchParts() }
        for exception in parts.exceptions { exception.inheritProtocols(from: parts.match) }
        parts.decision = decision(mapping, title())
        RedirectChecks(context: context).check(parts)
        let decision = parts.decision.value.flatMap { self.decision($0, parts.match) }
        guard case .given(let name, let span) = parts.name,
            let directions = parts.directions.value, let match = parts.match, let decision
        else { return nil }
        return Redirect(
            name: name,
            description: parts.description.value,
            directions: context.directionSets.set(of: directions),
            match: match.match,
            exceptions: parts.exceptions.map(\.match),
            decision: decision,
            masquerade: parts.masquerade.value??.masquerade,
            log: parts.log.value,
            isEnabled: parts.enabled.value ?? true,
            span: span
        )
    }

    /// How messages call a redirect: by its name, if it has one.
    private static func title(of node: Node) -> String {
        guard case .mapping(let mapping) = node,
            let index = mapping.entries.index(of: RedirectKey.name.rawValue),
            case .scalar(let name) = mapping.entries.value(at: index), !name.isNull
        else { return "a redirect" }
        return "redirect \(name.text.quoted)"
    }

    /// The decision, which must be either `to` or `bypass`.
    private func decision(
        _ redirect: DecodedMapping<RedirectKey>,
        _ title: @autoclosure () -> String
    ) -> Decoded<DecisionParts> {
        let (to, bypass) = (redirect.span(of: .to), redirect.span(of: .bypass))
        switch redirect.parts.bypass {
        case .given(true, let span):
            guard let to, let bypass else { return .given(.bypass, span) }
            reportBoth(to, bypass)
        case .given(false, let span):
            context.bag.error(
                .incompleteTarget,
                "`bypass: false` says nothing",
                at: span,
                "expected `true`",
                help: to != nil
                    ? "leave `bypass` out"
                    : "say where the connections go, for example `to: {port: 8080}`"
            )
        case .rejected: break
        case .absent:
            guard to == nil else { return redirect.parts.to }
            context.bag.error(
                .missingKey,
                "\(title()) has no `to`",
                at: redirect.mapping.head,
                "`to` must be among these keys",
                help: "add `\(RedirectKey.to.example)`, "
                    + "or `\(RedirectKey.bypass.example)` to leave the connections alone"
            )
        }
        return .rejected
    }

    private func reportBoth(_ to: SourceSpan, _ bypass: SourceSpan) {
        context.reportContradiction(
            .ambiguousTarget,
            "the redirect has a target and leaves connections alone at once",
            to,
            bypass,
            help: "keep `to`, or keep `bypass`; a bypass for a part of the connections is a "
                + "redirect of its own, before this one"
        )
    }

    /// The decision, with the port shift that match and target make together; `nil` if it has errors.
    private func decision(_ parts: DecisionParts, _ match: MatchParts?) -> Decision? {
        switch parts {
        case .bypass: .bypass
        case .balance(let balance): .balance(balance.balance)
        case .target(let target):
            switch target.ports {
            case .given(let ports, let span):
                PortShiftDecoder(context: context).newPort(ports, at: span, match)
                    .flatMap { target.target($0) }.map { .target($0) }
            case .absent, .rejected: target.target(nil).map { .target($0) }
            }
        }
    }
}

extension KeyValue {
    fileprivate func redirectName() -> Decoded<String> {
        oneScalar { scalar in
            guard let name = context.read(scalar, NameText.redirect) else { return nil }
            if let first = context.redirectNames.updateValue(scalar.span, forKey: name) {
                context.redirectNames[name] = first
                context.bag.error(
                    .duplicateName,
                    "two redirects are called \(name.quoted)",
                    at: scalar.span,
                    "here again",
                    related: [.init(first, "first here")],
                    help: "give every redirect a name of its own; plans and counters go by it"
                )
                return nil
            }
            return name
        }
    }

    /// One line of text; `title` is how messages call it.
    func line(_ title: String) -> Decoded<String> {
        one { text throws(ValueProblem) in try NameText.line(text, title) }
    }

    fileprivate func directions() -> Decoded<[Direction]> {
        several { text throws(ValueProblem) in
            let remark =
                ["any", "both"].contains(text.lowercased())
                ? "for both directions write `[inbound, outbound]`" : nil
            return try WordText.word(text, "a direction", remark: remark)
        }
    }
}
