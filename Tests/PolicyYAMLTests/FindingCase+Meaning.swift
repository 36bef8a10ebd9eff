import Diagnostics

@testable import PolicyYAML

extension FindingCase {
    /// Findings about parts that make no sense together.
    static let meaningCases: [DiagnosticCode: FindingCase] = [
        .ambiguousTarget: .redirect(
            """
            match: {protocol: tcp}
            to: {local: true, port: 8080}
            """
        ),
        .incompleteTarget: .redirect("to: {}"),
        .protocolRequired: FindingCase(
            """
            version: 1
            redirects:
              - name: forward
                direction: inbound
                match: {destination: {port: 80}}
                to: {local: true}
              - name: dns
                direction: outbound
                match: {protocol: any}
                to: {port: 5353}
              - {name: all, direction: inbound, to: {address: 192.0.2.10, port: 80}}

            """
        ),
        .familyConflict: .redirect(
            """
            match:
              destination: {address: [192.0.2.10, 192.0.2.11]}
            to: {address: "2001:db8::10"}
            """
        ),
        .unreachableTarget: FindingCase(
            """
            version: 1
            redirects:
              - name: loopback
                direction: inbound
                match: {protocol: tcp, destination: {port: 80}}
                to: {address: "::1", port: 8080}
              - name: old-loopback
                direction: inbound
                match: {protocol: tcp, destination: {port: 81}}
                to: {address: 127.0.0.1, port: 8081}
              - name: everybody
                direction: outbound
                to: {address: 224.0.0.1}

            """
        ),
    ]
}
