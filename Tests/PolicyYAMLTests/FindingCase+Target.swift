import Diagnostics

@testable import PolicyYAML

extension FindingCase {
    /// Findings about shifts, balances and masquerades.
    static let targetCases: [DiagnosticCode: FindingCase] = [
        .shiftSizesDiffer: FindingCase(
            """
            version: 1
            ports: {old: 64000-64099}
            redirects:
              - name: short
                direction: inbound
                match: {protocol: tcp, destination: {port: 1000-1999}}
                to: {port: 5000-5998}
              - name: single
                direction: inbound
                match: {protocol: tcp, destination: {port: 80}}
                to: {local: 8000-8001}
              - name: last
                direction: inbound
                match: {protocol: tcp, destination: {port: old}}
                to: {address: 192.0.2.10, port: 65500-65535}

            """
        ),
        .shiftWithList: .redirect(
            """
            match:
              protocol: tcp
              destination: {port: [1000-1999, 3000-3999]}
            to: {port: 5000-6999}
            """
        ),
        .shiftWithoutPorts: .redirect(
            """
            match: {protocol: tcp, source: {port: 1000-1999}}
            to: {local: 5000-5999}
            """
        ),
        .prefixLengthsDiffer: FindingCase(
            """
            version: 1
            addresses: {office: 192.0.2.64/26}
            redirects:
              - name: longer
                direction: inbound
                match: {destination: {address: 203.0.113.0/24}}
                to: {address: 10.0.1.128/25}
              - name: shorter
                connection: inbound any office
                to: 10.0.1.0/24
              - name: one
                connection: inbound tcp 203.0.113.7:80
                to: 10.0.1.0/24
              - name: wide
                connection: outbound any 2001:db8::/32
                to: "2001:db8:1::/48"

            """
        ),
        .prefixWithList: FindingCase(
            """
            version: 1
            redirects:
              - name: list
                direction: inbound
                match: {destination: {address: [203.0.113.0/25, 198.51.100.0/25]}}
                to: {address: 10.0.1.0/24}
              - name: range
                connection: inbound any 203.0.113.10-203.0.113.19
                to: 10.0.1.0/28
              - name: local
                connection: inbound any local
                to: 10.0.1.0/24

            """
        ),
        .prefixWithoutAddress: FindingCase(
            """
            version: 1
            redirects:
              - name: mapping
                direction: inbound
                match: {source: {address: 203.0.113.0/24}}
                to: {address: 10.0.1.0/24}
              - name: text
                connection: inbound any 203.0.113.0/24 -> *
                to: 10.0.1.0/24

            """
        ),
        .prefixWithPort: FindingCase(
            """
            version: 1
            redirects:
              - name: mapping
                direction: inbound
                match: {protocol: tcp, destination: {address: 203.0.113.0/24}}
                to: {address: 10.0.1.0/24, port: 8080}
              - name: text
                connection: inbound tcp 203.0.113.0/24:5000-5999
                to: 10.0.1.0/24:6000-6999

            """
        ),
        .invalidWeight: .redirect(
            """
            match: {protocol: tcp}
            to:
              balance: round-robin
              targets:
                - {address: 192.0.2.10, weight: 0}
                - {address: 192.0.2.11, weight: 70000}
                - {address: 192.0.2.12, weight: 50%}
            """
        ),
        .targetNeverUsed: .redirect(
            """
            match: {destination: {address: 192.0.2.1}}
            to:
              balance: source-hash
              targets:
                - {address: 192.0.2.10}
                - {address: "2001:db8::10"}
            """
        ),
        .masqueradeWithoutEffect: FindingCase(
            """
            version: 1
            redirects:
              - name: alone
                direction: inbound
                match: {destination: {address: 192.0.2.1}}
                bypass: true
                masquerade: true
              - name: here
                direction: outbound
                match: {protocol: tcp}
                to: {local: 8080}
                masquerade: {from: 10.0.0.0/8}
              - name: others
                direction: inbound
                match: {source: {address: 10.0.0.0/8}}
                to: {address: 192.0.2.10}
                masquerade: {from: [172.16.0.0/12, 192.168.0.0/16]}
              - name: family
                direction: inbound
                match: {family: ipv4}
                to: {address: 192.0.2.10}
                masquerade: {to: [192.0.2.1, "2001:db8::1"]}

            """
        ),
        .tooManyElements: FindingCase(
            """
            version: 1
            settings: {max-elements: 1500}
            redirects:
              - name: web
                direction: inbound
                match: {protocol: tcp, destination: {port: [80, 443]}}
                to: {port: 8080}
              - name: games
                direction: inbound
                match: {protocol: udp, destination: {port: 20000-24999}}
                to: {address: 192.0.2.10, port: 30000-34999}

            """
        ),
        .tooManySources: FindingCase(
            """
            version: 1
            settings: {labels: 126-127}
            redirects:
              - name: one
                direction: inbound
                to: {address: 192.0.2.10}
                masquerade: {to: 192.0.2.1}
              - name: again
                direction: inbound
                to: {address: 192.0.2.11}
                masquerade: {to: 192.0.2.1}
              - name: two
                direction: inbound
                to: {address: 192.0.2.12}
                masquerade: {to: 192.0.2.2}

            """
        ),
    ]
}
