import Diagnostics

@testable import PolicyYAML

extension FindingCase {
    /// Findings about `tests`.
    static let testCases: [DiagnosticCode: FindingCase] = [
        .invalidConnection: FindingCase(
            """
            version: 1
            redirects: []
            tests:
              - {connection: "tcp 192.0.2.10:80", expect: unchanged}
              - {connection: "outbound 192.0.2.10:80", expect: unchanged}
              - {connection: outbound tcp, expect: unchanged}
              - {connection: outbound tcp 192.0.2.10, expect: unchanged}
              - {connection: outbound tcp 192.0.2.10 80, expect: unchanged}
              - connection: outbound tcp 2001:db8::10:80
                expect: unchanged
              - connection: outbound tcp [2001:db8::10:80
                expect: unchanged
              - connection: outbound tcp 192.0.2.10:80 user root
                expect: unchanged
              - connection: outbound tcp 192.0.2.10:80 user= group=0,1
                expect: unchanged

            """
        ),
        .invalidOutcome: FindingCase(
            """
            version: 1
            redirects: []
            tests:
              - {connection: "outbound tcp 192.0.2.10:80", expect: unchangd}
              - {connection: "outbound tcp 192.0.2.10:80", expect: local}
              - {connection: "outbound tcp 192.0.2.10:80", expect: [refused, 192.0.2.10]}

            """
        ),
    ]
}
