import Addressing
import TableDiff
import TestSupport
import Testing

/// Which processes a redirect is about.
///
/// Only the machine's own root can act as somebody else.
@Suite(.networkNamespace, .enabled(if: LabIdentity.isFree, "root of the machine is needed"))
struct IdentityTests {
    @Test func `users and groups match to the end of their ranges`() throws {
        let lab = try Lab.withInternet()
        let server = try lab.internet.serve(ports: [80, 8080])
        defer { withExtendedLifetime(server) {} }
        _ = try PolicyUnderTest(
            redirects: """
                - name: users
                  direction: outbound
                  match: {protocol: tcp, destination: {port: 80}, user: [2000-2999, 65534]}
                  to: {port: 8080}
                - name: groups
                  direction: outbound
                  match: {protocol: tcp, destination: {port: 80}, group: 500}
                  to: {port: 8080}
                """
        )
        let cases: [(user: UInt32, group: UInt32, port: Int)] = [
            (1999, 0, 80), (2000, 0, 8080), (2999, 0, 8080), (3000, 0, 80), (65533, 0, 80),
            (65534, 0, 8080), (65535, 0, 80), (1, 499, 80), (1, 500, 8080), (1, 501, 80),
        ]
        for (user, group, port) in cases {
            let reply = try LabIdentity.with(user: user, group: group) {
                try lab.machine.ask(.tcp, "192.0.2.1:80")
            }
            #expect(reply == .reached("192.0.2.1:\(port)"), "user \(user), group \(group)")
        }
    }

    @Test func `a control group matches with all below it, and its neighbours do not`() throws {
        let lab = try Lab.withInternet()
        let server = try lab.internet.serve(ports: [80, 81, 8080, 8081])
        defer { withExtendedLifetime(server) {} }
        let (one, other) = ("rc-test.slice", "rc-test2.slice")
        let groups = [one, "\(one)/a.service", "\(one)/a.service/deep", "\(one)/b.service", other]
        try LabIdentity.withControlGroups(groups) {
            let policy = try PolicyUnderTest(
                redirects: """
                    - name: slice
                      direction: outbound
                      match: {protocol: tcp, destination: {port: 80}, cgroup: \(one)}
                      except: [{cgroup: \(one)/b.service}]
                      to: {port: 8080}
                    - name: services
                      direction: outbound
                      match:
                        protocol: tcp
                        destination: {port: 81}
                        cgroup: [\(one)/a.service, \(other)]
                      to: {port: 8081}
                    """
            )
            #expect(try policy.difference.isEmpty)
            let cases =
                [
                    (one, 80, 8080), ("\(one)/a.service", 80, 8080), ("\(one)/b.service", 80, 80),
                    ("\(one)/a.service/deep", 80, 8080), (other, 80, 80), (one, 81, 81),
                    ("\(one)/a.service", 81, 8081), ("\(one)/a.service/deep", 81, 8081),
                    ("\(one)/b.service", 81, 81), (other, 81, 8081),
                ] as [(String, UInt16, Int)]
            for (group, port, reached) in cases {
                let answer = try lab.machine.ask("192.0.2.1", port, inControlGroup: group)
                #expect(answer.hasPrefix("192.0.2.1:\(reached) "), "\(group) \(port): \(answer)")
            }
        }
    }

    @Test func `a control group that was removed is drift, and so is one of another depth`() throws
    {
        let lab = try Lab.withInternet()
        try LabIdentity.withControlGroups(["rc-drift.slice"]) {
            let policy = try PolicyUnderTest(
                redirect: "direction: outbound",
                "match: {protocol: tcp, cgroup: rc-drift.slice}",
                "to: {port: 8080}"
            )
            #expect(try policy.difference.isEmpty)
            try lab.machine.nft(
                """
                flush chain inet redirctl output
                add rule inet redirctl output meta l4proto tcp \
                socket cgroupv2 level 2 "rc-drift.slice" \
                counter name "rc_under-test" dnat to :8080 comment "under-test"
                """
            )
            #expect(try policy.difference.foreign.count == 1)
            try policy.carryOut(policy.difference)
            #expect(try policy.difference.isEmpty)
            try LabIdentity.replaceControlGroup("rc-drift.slice")
            #expect(try policy.difference.redirects.map(\.name) == ["under-test"])
            try policy.carryOut(policy.difference)
            #expect(try policy.difference.isEmpty)
        }
    }
}
