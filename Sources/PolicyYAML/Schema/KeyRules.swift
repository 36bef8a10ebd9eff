/// What must hold between the keys of each mapping, besides those that are required: lists of
/// schemas.
///
/// Decoding sees to the same with messages of its own. As texts they take a fraction of the room that
/// they would take as code.
extension PolicyKey {
    /// That `redirects` or `include` must be there holds for the first file of a policy only.
    static let rules = "[]"
}

extension SettingsKey {
    static let rules = "[]"
}

extension FileKey {
    static let rules = "[]"
}

extension RedirectKey {
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

extension MatchKey {
    static let rules = """
        - if: \(namesPort)
          then: {properties: {protocol: \(notAny)}}
        - properties: {source: {properties: {address: \(EndpointKey.notLocal)}}}
        """

    /// A match that names a port.
    fileprivate static let namesPort = """
        {anyOf: [{required: [source], properties: {source: {required: [port]}}}, \
        {required: [destination], properties: {destination: {required: [port]}}}]}
        """

    /// A match that asks for no process.
    fileprivate static let ofNobody = "{properties: {user: false, group: false, cgroup: false}}"

    /// Protocols that have ports.
    fileprivate static let notAny = "{pattern: '^(?!any$)', errorMessage: \(portMessage)}"

    fileprivate static let portMessage =
        #""a port needs a `protocol`: only tcp, udp and sctp have ports""#
}

extension EndpointKey {
    static let rules = "[]"

    /// Addresses that a connection can come from.
    fileprivate static let notLocal = """
        {pattern: '^(?!local$)', items: {pattern: '^(?!local$)', errorMessage: \(localMessage)}, \
        errorMessage: \(localMessage)}
        """

    private static let localMessage = #""a connection cannot come from `local`""#
}

extension TargetKey {
    static let rules = """
        - if: {required: [local]}
          then: {properties: {address: false, port: false, balance: false, targets: false}}
        - if: {anyOf: [{required: [balance]}, {required: [targets]}]}
          then: {required: [balance, targets], properties: {address: false, port: false}}
        """

    /// A target that changes the port.
    fileprivate static let namesPort = """
        {anyOf: [\(ShareKey.namesPort), \
        {required: [targets], properties: {targets: {contains: \(ShareKey.namesPort)}}}]}
        """

    /// A target to which the ports of the match are shifted.
    fileprivate static let namesRange = """
        {anyOf: [{required: [port], properties: {port: \(range)}}, \
        {required: [local], properties: {local: \(range)}}]}
        """

    /// A target for which connections do not leave this machine.
    fileprivate static let isThisMachine = """
        {anyOf: [{required: [local]}, {required: [targets], \
        properties: {targets: {type: array, items: {required: [local]}}}}]}
        """

    private static let range = #"{type: string, pattern: '^([0-9]+)-(?!\1$)'}"#
}

extension ShareKey {
    static let rules = """
        - anyOf: [{required: [address]}, {required: [port]}, {required: [local]}]
        - if: {required: [local]}
          then: {properties: {address: false, port: false}}
        """

    /// An entry that changes the port.
    fileprivate static let namesPort = """
        {anyOf: [{required: [port]}, \
        {required: [local], properties: {local: {not: {enum: [true, "true"]}}}}]}
        """
}

extension MasqueradeKey {
    static let rules = """
        - properties: {from: \(EndpointKey.notLocal)}
        - anyOf: [{required: [from]}, {required: [to]}]
        """
}

extension LogKey {
    static let rules = """
        - if: {required: [group]}
          then: {properties: {level: false}}
        """
}

extension TestKey {
    static let rules = "[]"
}
