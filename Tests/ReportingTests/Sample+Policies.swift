import Diagnostics
import PolicyAnalysis
import PolicyYAML
import Reporting

extension Sample {
    /// What an operator makes of the first policy: one of each way that connections can change.
    private static let before = """
        version: 1
        redirects:
          - name: old-web
            direction: inbound
            match: {protocol: tcp, destination: {address: 203.0.113.5, port: 443}}
            to: {address: 192.0.2.10, port: 8443}
          - name: dns
            direction: outbound
            match: {protocol: [tcp, udp], destination: {port: 53}}
            to: {local: 5353}
          - name: pool
            direction: inbound
            match: {protocol: tcp, destination: {port: 80}}
            to: {balance: random, targets: [{address: 192.0.2.1}, {address: 192.0.2.2}]}
          - name: mail
            direction: inbound
            match: {protocol: tcp, destination: {address: 203.0.113.5, port: 25}}
            to: {address: 192.0.2.25}
          - name: clients
            direction: inbound
            match: {protocol: udp, destination: {address: 203.0.113.5, port: 53}}
            to: {balance: source-hash, targets: [{address: 192.0.2.1}, {address: 192.0.2.2}]}

        """

    private static let after = """
        version: 1
        redirects:
          - name: web
            direction: inbound
            match: {protocol: tcp, destination: {address: 203.0.113.5, port: 443}}
            to: {address: 192.0.2.21, port: 8443}
          - name: dns
            direction: outbound
            match: {protocol: [tcp, udp], destination: {port: 53}}
            except: [{user: 65534}]
            to: {local: 5353}
          - name: pool
            direction: inbound
            match: {protocol: tcp, destination: {port: 80}}
            to:
              balance: random
              targets: [{address: 192.0.2.1, weight: 2}, {address: 192.0.2.2}]
            masquerade: {from: 10.0.0.0/8}
          - name: clients
            direction: inbound
            match: {protocol: udp, destination: {address: 203.0.113.5, port: 53}}
            to: {balance: source-hash, targets: [{address: 192.0.2.2}, {address: 192.0.2.1}]}
          - name: tunnel
            direction: inbound
            match: {destination: {address: 203.0.113.9}}
            except: [{protocol: [tcp, udp, sctp]}]
            to: {address: 192.0.2.9}

        """

    /// The connections that change, listed up to a limit.
    static func connections(
        atMost limit: Int = 20,
        since generation: Int? = nil
    ) throws -> ConnectionsReport {
        let comparison = PolicyComparison(
            old: try policy(before).policy,
            new: try policy(after).policy,
            atMost: limit
        )
        return ConnectionsReport(comparison, since: generation)
    }

    /// No connection changes.
    static func noConnections(since generation: Int? = nil) throws -> ConnectionsReport {
        let policy = try policy(before).policy
        return ConnectionsReport(PolicyComparison(old: policy, new: policy), since: generation)
    }

    static func policy(_ text: String) throws -> LoadedPolicy {
        try PolicyReader().read(again: [SourceText(name: "a.yaml", text: text)], accounts: [])
    }
}
