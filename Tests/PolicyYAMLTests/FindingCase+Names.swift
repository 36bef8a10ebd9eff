import Diagnostics

@testable import PolicyYAML

extension FindingCase {
    /// Findings about lists with names, and about the files that a policy names.
    static let nameCases: [DiagnosticCode: FindingCase] = [
        .unknownName: FindingCase(
            """
            version: 1
            addresses: {office: 192.0.2.0/24}
            ports: {web: [80, 443]}
            redirects:
              - name: web
                direction: inbound
                match:
                  protocol: tcp
                  source: {address: [ofice, office, blocked]}
                  destination: {port: [wbe, web, mail]}
                to: {address: proxy, port: 8080}

            """
        ),
        .nameOfOtherKind: FindingCase(
            """
            version: 1
            addresses: {office: 192.0.2.0/24}
            ports: {web: [80, 443]}
            redirects:
              - name: web
                direction: inbound
                match:
                  protocol: tcp
                  source: {address: web, port: office}
                to: {local: true}

            """
        ),
        .nestedList: FindingCase(
            """
            version: 1
            addresses:
              office: [192.0.2.0/24, local]
              all: [office, 198.51.100.0/24]
            redirects: []

            """
        ),
        .unusedDefinition: FindingCase(
            """
            version: 1
            addresses: {office: 192.0.2.0/24, lab: 198.51.100.0/24}
            ports: {web: [80, 443]}
            redirects:
              - name: web
                direction: inbound
                match: {source: {address: lab}}
                to: {local: true}

            """
        ),
        .unreadableFile: FindingCase(
            """
            version: 1
            addresses:
              blocked: {file: /nowhere/blocked.txt}
              others: {file: /proc/self}
              devices: {file: /dev/null}
            redirects: []

            """
        ),
        .invalidPath: FindingCase(
            """
            version: 1
            addresses:
              blocked: {file: ~/blocked.txt}
              others: {file: "a\\0b"}
            redirects: []

            """
        ),
    ]
}
