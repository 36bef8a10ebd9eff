import Diagnostics

@testable import PolicyYAML

extension FindingCase {
    /// Findings about the values of `match` that are neither addresses nor ports.
    static let matchCases: [DiagnosticCode: FindingCase] = [
        .localAsSource: .redirect(
            """
            match: {source: {address: local}}
            to: {local: true}
            """
        ),
        .invalidInterface: .redirect(
            """
            match: {interface: [wg+, "*", eth0@if5, eth0/1, enp0s31f6-uplink]}
            to: {local: true}
            """
        ),
        .invalidID: .redirect(
            """
            match: {user: [0100, 4294967295, -1], group: "1000,1001"}
            to: {local: true}
            """,
            direction: "outbound"
        ),
        .unknownUser: .redirect(
            """
            match: {user: [roto, no-such-user-here]}
            to: {local: true}
            """,
            direction: "outbound"
        ),
        .unknownGroup: .redirect(
            """
            match: {group: roto}
            to: {local: true}
            """,
            direction: "outbound"
        ),
        .invalidMark: FindingCase(
            """
            version: 1
            redirects:
              - {name: a, direction: inbound, match: {mark: 010}, to: {local: true}}
              - {name: b, direction: inbound, match: {mark: 0x110/0xff}, to: {local: true}}
              - {name: c, direction: inbound, match: {mark: 0/0}, to: {local: true}}

            """
        ),
        .invalidCodePoint: FindingCase(
            """
            version: 1
            redirects:
              - {name: a, direction: inbound, match: {dscp: 64}, to: {local: true}}
              - {name: b, direction: inbound, match: {dscp: [46, 0x2e]}, to: {local: true}}
              - {name: c, direction: inbound, match: {dscp: eff}, to: {local: true}}
              - {name: d, direction: inbound, match: {dscp: 184}, to: {local: true}}
              - {name: e, direction: inbound, match: {dscp: BE}, to: {local: true}}
              - {name: f, direction: inbound, match: {dscp: 0-7}, to: {local: true}}
              - {name: g, direction: inbound, match: {dscp: gold}, to: {local: true}}

            """
        ),
        .invalidCgroup: .redirect(
            """
            match:
              cgroup: [/sys/fs/cgroup/system.slice/web.service, system.slice/, ../web, a*, "a b"]
            to: {local: true}
            """,
            direction: "outbound"
        ),
        .missingCgroup: .redirect(
            """
            match: {cgroup: no-such.slice/web.service}
            to: {local: true}
            """,
            direction: "outbound"
        ),
    ]
}
