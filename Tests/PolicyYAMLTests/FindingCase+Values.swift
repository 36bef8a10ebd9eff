import Diagnostics

@testable import PolicyYAML

extension FindingCase {
    /// Findings about single values.
    static let valueCases: [DiagnosticCode: FindingCase] = [
        .unsupportedVersion: FindingCase("version: 1.1\nredirects: []\n"),
        .invalidTableName: FindingCase(
            "version: 1\nsettings: {table: Redirects}\nredirects: []\n"
        ),
        .invalidPriority: FindingCase(
            "version: 1\nsettings: {priority: dstnat}\nredirects: []\n"
        ),
        .invalidLabels: FindingCase(
            "version: 1\nsettings: {labels: 120-128}\nredirects: []\n"
        ),
        .invalidMaxElements: FindingCase(
            "version: 1\nsettings: {max-elements: 500_000}\nredirects: []\n"
        ),
        .invalidBoolean: .redirect(
            """
            to: {local: true}
            enabled: yes
            """
        ),
        .invalidName: FindingCase(
            """
            version: 1
            addresses: {10.0.0.0/8: 10.0.0.0/8, local: 127.0.0.0/8}
            redirects:
              - {name: Web Server, direction: inbound, to: {local: true}}

            """
        ),
        .invalidText: .redirect(
            """
            description: |
              The old web server.
              It moves next year.
            to: {local: true}
            """
        ),
        .unknownWord: .redirect(
            """
            match: {protocol: icmp, family: ip6}
            to: {balance: roundrobin, targets: [{address: 192.0.2.10}]}
            log: {level: error}
            """
        ),
        .duplicateValue: .redirect(
            """
            match: {protocol: [tcp, udp, tcp]}
            to:
              balance: random
              targets:
                - {address: 192.0.2.10, port: 8080, weight: 2}
                - {address: 192.0.2.11, port: 8080}
                - {address: 192.0.2.10, port: 8080}
            """
        ),
        .invalidAddress: FindingCase(files: [
            "web.yaml": """
            version: 1
            addresses: {blocked: {file: blocked.txt}}
            redirects:
              - name: web
                direction: inbound
                match:
                  source: {address: [10.0.0.256, 10.1.2.3-20, 10.0.0.0/255.0.0.0, "fe80::1%eth0"]}
                except: [{source: {address: blocked}}]
                to: {address: 010.0.0.1}

            """,
            "blocked.txt": """
            # Seen in the logs of June.
            192.0.2.1     # scanner
            192.0.2.256   # scanner
            198.51.100.0/24 198.51.101.0/24

            """,
        ]),
        .hostnameAsAddress: .redirect("to: {address: web.example.com}"),
        .hostBitsSet: .redirect(
            """
            match: {source: {address: 192.0.2.17/24}}
            to: {local: true}
            """
        ),
        .invalidPort: .redirect(
            """
            match: {protocol: tcp, destination: {port: [http, 0x50, "80,443"]}}
            to: {port: 0080}
            """
        ),
        .portOutOfRange: .redirect(
            """
            match: {protocol: tcp, destination: {port: 70000}}
            to: {port: 0}
            """
        ),
        .rangeUpsideDown: .redirect(
            """
            match: {protocol: tcp, source: {address: 10.0.0.9-10.0.0.5, port: 2000-1000}}
            to: {local: true}
            """
        ),
        .mixedFamilies: .redirect(
            """
            match: {source: {address: "10.0.0.1-fd00::1"}}
            to: {local: true}
            """
        ),
    ]
}
