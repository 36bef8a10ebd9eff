import Diagnostics

@testable import PolicyAnalysis
@testable import PolicyYAML

extension FindingCase {
    /// A policy that is read without errors, and what the analysis finds in it.
    private init(analysed text: String, budget: Int = DecidingRedirects.usualBudget) {
        self.init(shown: text, policies: [Array(text.utf8)]) {
            do throws(PolicyRejected) {
                let loaded = try PolicyReader().read(Array(text.utf8), named: "web.yaml")
                let analysis = PolicyAnalysis(of: loaded.policy, budget: budget)
                return (loaded.warnings + analysis.findings, loaded.sources)
            } catch {
                return (error.findings, error.sources)
            }
        }
    }

    /// Redirects that mean something else than they seem to.
    static let analysisCases: [DiagnosticCode: FindingCase] = [
        .neverMatches: FindingCase(
            analysed: """
                version: 1
                redirects:
                  - name: office
                    direction: inbound
                    match: {protocol: tcp, destination: {address: 198.51.100.0/24, port: 80}}
                    to: {local: 443}
                  - name: one-host
                    direction: inbound
                    match: {protocol: tcp, destination: {address: 198.51.100.7, port: 80}}
                    to: {local: 81}
                  - name: low
                    direction: outbound
                    match: {protocol: udp, destination: {address: 192.0.2.1, port: 1-511}}
                    to: {port: 5000}
                  - name: high
                    direction: outbound
                    match: {protocol: udp, destination: {address: 192.0.2.1, port: 512-1023}}
                    to: {port: 5000}
                  - name: both
                    direction: outbound
                    match: {protocol: udp, destination: {address: 192.0.2.1, port: 500-600}}
                    to: {port: 6000}
                  - name: nothing-left
                    direction: inbound
                    match: {protocol: udp, destination: {address: local, port: 53}}
                    except: [{destination: {port: 1-100}}]
                    to: {local: 5353}

                """
        ),
        .duplicateRedirect: FindingCase(
            analysed: """
                version: 1
                redirects:
                  - name: web
                    direction: inbound
                    match: {protocol: tcp, destination: {address: local, port: [80, 81]}}
                    to: {local: 8080}
                  - name: web-again
                    direction: inbound
                    match: {protocol: tcp, destination: {address: local, port: 80-81}}
                    to: {local: 8080}

                """
        ),
        .partialOverlap: FindingCase(
            analysed: """
                version: 1
                redirects:
                  - name: web
                    direction: inbound
                    match: {protocol: tcp, destination: {address: local, port: [80, 443]}}
                    to: {address: 192.0.2.10}
                  - name: admin
                    direction: inbound
                    match: {protocol: tcp, destination: {address: local, port: [443, 8443]}}
                    to: {address: 192.0.2.20}

                """
        ),
        .targetUnchanged: FindingCase(
            analysed: """
                version: 1
                redirects:
                  - name: same-port
                    direction: outbound
                    match: {protocol: tcp, destination: {port: 8080}}
                    to: {port: 8080}
                  - name: same-host
                    direction: outbound
                    match: {protocol: tcp, destination: {address: 192.0.2.10, port: 80}}
                    to: {address: 192.0.2.10}

                """
        ),
        .chainedRedirect: FindingCase(
            analysed: """
                version: 1
                redirects:
                  - name: to-proxy
                    direction: outbound
                    match: {protocol: tcp, destination: {address: 198.51.100.0/24, port: 80}}
                    to: {address: 192.0.2.8, port: 3128}
                  - name: proxy-moved
                    direction: outbound
                    match: {protocol: tcp, destination: {address: 192.0.2.8, port: 3128}}
                    to: {address: 192.0.2.9}

                """
        ),
        .redirectLoop: FindingCase(
            analysed: """
                version: 1
                redirects:
                  - name: proxy
                    direction: outbound
                    match: {protocol: tcp, destination: {port: [80, 443]}}
                    to: {local: 8080}

                """
        ),
        .transitTraffic: FindingCase(
            analysed: """
                version: 1
                redirects:
                  - name: web
                    direction: inbound
                    match: {protocol: tcp, destination: {port: 80}}
                    to: {address: 10.0.1.10}

                """
        ),
        .unusedAllow: FindingCase(
            analysed: """
                version: 1
                redirects:
                  - name: web
                    direction: inbound
                    match: {protocol: tcp, destination: {port: 80}}
                    to: {address: 10.0.1.10}
                    allow: [transit-traffic, partial-overlap]

                """
        ),
        .analysisIncomplete: FindingCase(
            analysed: """
                version: 1
                redirects:
                  - name: low
                    direction: inbound
                    match: {protocol: udp, destination: {address: local, port: 1-511}}
                    to: {local: 5000}
                  - name: high
                    direction: inbound
                    match: {protocol: udp, destination: {address: local, port: 512-1023}}
                    to: {local: 5000}
                  - name: both
                    direction: inbound
                    match: {protocol: udp, destination: {address: local, port: 1-1023}}
                    to: {local: 6000}

                """,
            budget: 1
        ),
    ]
}
