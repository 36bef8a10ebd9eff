import Diagnostics

@testable import PolicyYAML

extension FindingCase {
    /// Findings about `log`.
    static let logCases: [DiagnosticCode: FindingCase] = [
        .invalidLogPrefix: FindingCase(
            """
            version: 1
            redirects:
              - {name: a, direction: inbound, bypass: true, log: {prefix: "price in $: "}}
              - {name: b, direction: inbound, bypass: true, log: {prefix: 'say "web": '}}
              - {name: c, direction: inbound, bypass: true, log: {prefix: "für alle"}}
              - {name: d, direction: inbound, bypass: true, log: {prefix: ""}}

            """
        ),
        .invalidLogGroup: .redirect(
            """
            bypass: true
            log: {group: 65536}
            """
        ),
        .invalidLogRate: FindingCase(
            """
            version: 1
            redirects:
              - {name: a, direction: inbound, bypass: true, log: {rate: 10/m}}
              - {name: b, direction: inbound, bypass: true, log: {rate: 10 per minute}}
              - {name: c, direction: inbound, bypass: true, log: {rate: 10}}
              - {name: d, direction: inbound, bypass: true, log: {rate: 0/second}}
              - {name: e, direction: inbound, bypass: true, log: {rate: often}}

            """
        ),
        .ambiguousLog: .redirect(
            """
            bypass: true
            log: {level: info, group: 1}
            """
        ),
    ]
}
