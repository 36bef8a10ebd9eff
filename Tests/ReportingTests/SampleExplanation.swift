import Addressing
import Diagnostics
import PolicyAnalysis
import PolicyModel
import PolicyYAML
import Reporting
import RulesetModel
import Testing

extension Sample {
    private static let policy = """
        version: 1
        redirects:
          - name: ssh
            direction: inbound
            match: {protocol: tcp, destination: {address: local, port: 2222}}
            to: {local: 22}
          - name: old
            direction: outbound
            match: {protocol: tcp, destination: {port: 80}}
            to: {port: 81}
            enabled: false
          - name: management
            direction: outbound
            match: {destination: {address: 10.250.0.0/16}}
            bypass: true
          - name: users
            direction: outbound
            match: {protocol: tcp, destination: {port: [80, 443]}, user: 1000-1999}
            except: [{interface: lo}, {mark: 0x10/0xf0, group: 5}]
            to: {local: 3128}
          - name: web
            direction: outbound
            match: {protocol: tcp, destination: {port: 80}}
            except:
              - {user: 1500}
              - {destination: {address: [local, 127.0.0.0/8, "::1"]}}
            to:
              balance: round-robin
              targets:
                - {address: 192.0.2.10, port: 8080, weight: 3}
                - {address: 192.0.2.11, port: 8080}
                - {address: "2001:db8::10", port: 8080}
            masquerade: {from: 10.0.0.0/8}
          - name: proxy
            direction: outbound
            match: {protocol: [tcp, udp], destination: {port: [53, 8080, 8081, 8082-8089, 9000]}}
            to: {local: 9090}

        """

    static func explanation(_ sample: SampleReport) throws -> ExplanationReport {
        let text = SourceText(name: "policy.yaml", text: policy)
        let loaded = try PolicyReader().read(text)
        let connection =
            switch sample {
            case .explanationOfMany: "outbound tcp 198.51.100.7:80"
            case .explanationOfNone: "outbound sctp 10.1.0.1:9000 user=1000"
            case .explanationOfTransit: "inbound tcp 203.0.113.9:40000 -> 192.0.2.1:2222"
            case .explanationLive, .explanationDiffering: "outbound udp 198.51.100.7:53"
            default: "outbound tcp 198.51.100.7:443 user=1000 interface=eth0 mark=0"
            }
        return ExplanationReport(
            Explanation(of: try ConnectionReader().read(connection), by: loaded.policy),
            of: sample == .explanationLive ? nil : "policy.yaml",
            sources: loaded.sources,
            accounts: [.user: [1500: "proxy"], .group: [5: "tty"]],
            live: try live(sample)
        )
    }

    private static func live(_ sample: SampleReport) throws -> LiveExplanation? {
        let flows = try [("127.0.0.1", 9090, false), ("198.51.100.7", 53, true)].map {
            try flow(to: $0.0, $0.1, isClosed: $0.2)
        }
        switch sample {
        case .explanationLive:
            return LiveExplanation(
                table: "redirctl",
                generation: 3,
                isOnTrial: false,
                isOfPolicy: false,
                problem: nil,
                redirects: [
                    .init(
                        redirect: "proxy",
                        state: .present,
                        rules: ["output: udp dport 53 redirect to :9090"],
                        ruleCount: 2,
                        connections: 1
                    )
                ],
                flows: .tracked(
                    [.init(flows[0], isAsExplained: true), .init(flows[1], isAsExplained: false)],
                    count: 3
                )
            )
        case .explanationDiffering:
            let states: [LiveExplanation.LiveRedirect.State] = [.missing, .differs, .moved]
            return LiveExplanation(
                table: "redirctl",
                generation: 3,
                isOnTrial: true,
                isOfPolicy: true,
                problem: "the table differs from what the policy says; `redirctl diff policy.yaml` "
                    + "shows how",
                redirects: states.map {
                    .init(redirect: "proxy", state: $0, rules: [], ruleCount: 0, connections: nil)
                },
                flows: .unknown(reason: "Operation not permitted")
            )
        default: return nil
        }
    }

    private static func flow(to target: String, _ port: UInt16, isClosed: Bool) throws -> Flow {
        func end(_ address: String, _ port: UInt16) throws -> Flow.End {
            Flow.End(address: try #require(IPAddress(address)), port: Port(port))
        }
        return Flow(
            protocolNumber: 17,
            client: try end("192.0.2.1", 40_000),
            destination: try end("198.51.100.7", 53),
            target: try end(target, port),
            answerDestination: try end(isClosed ? "192.0.2.9" : "192.0.2.1", 40_000),
            isTranslated: !isClosed,
            isClosed: isClosed
        )
    }
}
