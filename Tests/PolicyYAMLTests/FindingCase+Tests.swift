import Diagnostics
import PolicyAnalysis

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
              - {connection: "outbound tcp 192.0.2.10:80", expect: masqueraded}

            """
        ),
        .failedTest: FindingCase(
            """
            version: 1
            redirects:
              - name: web
                direction: inbound
                match: {protocol: tcp, destination: {port: 80}, interface: wg0}
                to: {address: 192.0.2.20, port: 8080}
              - name: rest
                direction: inbound
                match: {protocol: tcp, destination: {address: local}}
                to: {local: 9000}
            tests:
              - connection: inbound tcp 198.51.100.7:80
                expect: 192.0.2.20:8080
              - name: the rest keeps its port
                connection: inbound tcp local:25
                expect: local:25
                by: none

            """
        ) { TestRun(of: $0.policy).findings(atMost: 10) },
        .protectedConnection: FindingCase(
            """
            version: 1
            settings:
              protect: [inbound tcp local:22, inbound tcp 192.0.2.10:8443]
            redirects:
              - name: old-ssh
                direction: inbound
                match: {protocol: tcp, destination: {port: 22}}
                to: {port: 2222}
              - name: admin
                direction: inbound
                match: {protocol: tcp, destination: {address: local, port: 8443}, interface: eth0}
                to: {address: 192.0.2.20}

            """
        ) { PolicyAnalysis.protectedFindings(in: $0.policy) },
    ]
}
