import Diagnostics
import LocatedYAML

@testable import PolicyYAML

extension FindingCase {
    /// Findings about the files of a policy.
    static let includeCases: [DiagnosticCode: FindingCase] = [
        .includeCycle: FindingCase(files: [
            "web.yaml": """
            version: 1
            include: conf.d/*.yaml

            """,
            "conf.d/dns.yaml": """
            version: 1
            include: [common/base.yaml, dns.yaml]

            """,
            "conf.d/common/base.yaml": """
            version: 1
            include: ../../web.yaml

            """,
        ]),
        .duplicateInclude: FindingCase(files: [
            "web.yaml": """
            version: 1
            include:
              - conf.d/base.yaml
              - conf.d/*.yaml

            """,
            "conf.d/base.yaml": """
            version: 1

            """,
        ]),
        .includeTooDeep: FindingCase(
            files: [
                "web.yaml": "version: 1\ninclude: a.yaml\n",
                "a.yaml": "version: 1\ninclude: b.yaml\n",
                "b.yaml": "version: 1\ninclude: c.yaml\n",
            ],
            limits: Limits(includes: 2)
        ),
        .settingsInInclude: FindingCase(files: [
            "web.yaml": """
            version: 1
            include: conf.d/*.yaml

            """,
            "conf.d/dns.yaml": """
            version: 1
            settings: {counters: false}

            """,
        ]),
        .duplicateName: FindingCase(files: [
            "web.yaml": """
            version: 1
            include: conf.d/*.yaml
            addresses: {office: 192.0.2.0/24}
            redirects:
              - {name: web, direction: inbound, to: {local: true}}
              - {name: dns, direction: inbound, to: {local: true}}
              - {name: dns, direction: outbound, to: {local: true}}

            """,
            "conf.d/web.yaml": """
            version: 1
            addresses: {office: 198.51.100.0/24}
            redirects:
              - name: web
                direction: inbound
                match: {source: {address: office}}
                to: {local: true}

            """,
        ]),
    ]
}
