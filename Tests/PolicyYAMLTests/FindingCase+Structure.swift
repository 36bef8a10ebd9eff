import Diagnostics

@testable import PolicyYAML

extension FindingCase {
    /// Findings about YAML, and about the keys of mappings.
    static let structureCases: [DiagnosticCode: FindingCase] = [
        .yamlSyntax: FindingCase(
            """
            version: 1
            redirects:
              - name: web
                direction: inbound
                match:
                \tprotocol: tcp

            """
        ),
        .yamlAnchor: FindingCase("version: 1\nredirects: &all []\n"),
        .yamlAlias: .redirect("to: *standard"),
        .yamlTag: .redirect("to: {local: !!bool true}"),
        .multipleDocuments: FindingCase(
            """
            version: 1
            redirects: []
            ---
            version: 1
            redirects: []

            """
        ),
        .nestingTooDeep: FindingCase(
            "version: 1\nredirects: \(String(repeating: "[", count: 40))\n"
        ),
        .notAPolicy: FindingCase(
            """
            # The ports of the web server.
            table inet nat {
                chain prerouting {
                    type nat hook prerouting priority dstnat;
                    tcp dport 80 redirect to :8080
                }
            }

            """
        ),
        .wrongKind: .redirect(
            """
            match: [tcp, 80]
            to:
            log: true
            masquerade: [192.0.2.0/24]
            """
        ),
        .unknownKey: .redirect(
            """
            match: {protocol: tcp, port: 80, destination: {prot: 80}}
            to: {port: 8080, masquerade: true, weight: 2}
            log: {prefx: web}
            """
        ),
        .duplicateKey: .redirect(
            """
            to: {address: 192.0.2.10}
            enabled: true
            to: {address: 192.0.2.11}
            """
        ),
        .missingKey: FindingCase(
            """
            redirects:
              - name: web
                to: {local: true}
              - {direction: inbound, to: {local: true}}
              - {name: dns, direction: inbound, to: {address: 192.0.2.10}, masquerade: {}}
            tests:
              - connection: outbound tcp 192.0.2.10:80

            """
        ),
        .emptyList: FindingCase(files: [
            "web.yaml": """
            version: 1
            addresses:
              blocked: {file: blocked.txt}
              nobody: []
            redirects:
              - name: web
                direction: inbound
                match: {source: {address: []}}
                except: []
                to: {balance: random, targets: []}

            """,
            "blocked.txt": """
            # Nobody so far.

            """,
        ]),
        .emptyMapping: .redirect(
            """
            match: {source: {}}
            except: [{}]
            to: {local: true}
            log: {}
            """
        ),
    ]
}
