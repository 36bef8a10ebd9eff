import Addressing
import Diagnostics
import PolicyModel
import Testing

@testable import PolicyYAML

/// `except` and `bypass`.
@Suite struct ExceptionTests {
    private func redirect(_ rest: String) throws -> Redirect {
        let loaded = try load(policy(with: rest))
        #expect(loaded.warnings.isEmpty)
        return try #require(loaded.policy.redirects.first)
    }

    @Test func `an exception has the grammar of a match`() throws {
        let read = try redirect(
            """
            match: {protocol: tcp}
                except:
                  - {source: {address: 10.0.0.0/8}, interface: wg*}
                  - destination: {address: [local, 192.0.2.1]}
                to: {local: true}
            """
        )
        #expect(read.exceptions.count == 2)
        #expect(read.exceptions[0].source.addresses?.description == "10.0.0.0/8")
        #expect(read.exceptions[0].interfaces == [InterfacePattern(name: "wg", isPrefix: true)])
        #expect(read.exceptions[0].protocols == nil)
        #expect(read.exceptions[1].destination.isLocal)
    }

    @Test func `an exception that names a port is about the protocols of the match`() throws {
        let read = try redirect(
            """
            match: {protocol: [tcp, udp]}
                except: [{destination: {port: 22}}, {protocol: udp, source: {port: 53}}]
                to: {local: true}
            """
        )
        #expect(read.exceptions.map(\.protocols) == [[.tcp, .udp], [.udp]])
    }

    @Test(arguments: ["", "match: {family: ipv4}\n    ", "match: {protocol: any}\n    "])
    func `an exception that names a port needs a protocol`(match: String) throws {
        try expectFinding(
            .protocolRequired,
            in: policy(
                with: match + "except: [{destination: {port: 1️⃣222️⃣}}]\n    to: {local: true}"
            ),
            help: "add `protocol: tcp` here or to `match`"
        )
    }

    @Test func `any protocol is not inherited away`() throws {
        let except = "except: [{protocol: any, destination: {port: 1️⃣222️⃣}}]"
        try expectFinding(
            .protocolRequired,
            in: policy(with: "match: {protocol: tcp}\n    \(except)\n    to: {local: true}")
        )
    }

    @Test func `nothing is concluded about an exception beside a match that was rejected`() {
        for match in ["match: 5", "match: {protocol: tpc}"] {
            let text = "\(match)\n    except: [{destination: {port: 22}}]\n    to: {local: true}"
            #expect(findings(in: policy(with: text)).count == 1)
        }
    }

    @Test func `an exception without keys, and a list without exceptions, are refused`() throws {
        try expectFinding(.emptyMapping, in: policy(with: "except: [1️⃣{}2️⃣]\n    to: {local: true}"))
        try expectFinding(.emptyList, in: policy(with: "except: 1️⃣[]2️⃣\n    to: {local: true}"))
        try expectFinding(
            .wrongKind,
            in: policy(with: "except: 1️⃣{mark: 1}2️⃣\n    to: {local: true}"),
            message: "`except` must be a list, not a mapping"
        )
    }

    @Test func `an exception that contradicts itself is refused`() throws {
        try expectFinding(
            .familyConflict,
            in: policy(
                with:
                    "except: [{family: ipv6, source: {address: 1️⃣10.0.0.12️⃣}}]\n    to: {local: true}"
            )
        )
    }

    @Test func `an exception of another family than the target never applies`() throws {
        let text = "except: [{family: 1️⃣ipv62️⃣}]\n    to: {address: 192.0.2.1}"
        try expectFinding(.exceptionNeverApplies, in: policy(with: text))
        #expect(throws: Never.self) {
            try load(policy(with: "except: [{family: ipv6}]\n    to: {address: 192.0.2.1}"))
        }
    }

    @Test func `a bypass has no target`() throws {
        #expect(try redirect("bypass: true").decision == .bypass)
        #expect(try redirect("match: {mark: 1}\n    bypass: true").match.mark != nil)
    }

    @Test func `a redirect goes somewhere or nowhere, and says which`() throws {
        try expectFinding(
            .ambiguousTarget,
            in: policy(with: "bypass: true\n    1️⃣to2️⃣: {local: true}")
        )
        try expectFinding(
            .incompleteTarget,
            in: policy(with: "bypass: 1️⃣false2️⃣\n    to: {local: true}"),
            help: "leave `bypass` out"
        )
        try expectFinding(.incompleteTarget, in: policy(with: "bypass: 1️⃣false2️⃣"))
        try expectFinding(.invalidBoolean, in: policy(with: "bypass: 1️⃣yes2️⃣"))
    }

    @Test(arguments: ["match: {1️⃣user2️⃣: 0}", "except: [{mark: 1}, {1️⃣group2️⃣: 0}]"])
    func `users and groups are for outbound connections alone`(text: String) throws {
        for direction in ["inbound", "[inbound, outbound]"] {
            let marked = policy(with: text + "\n    bypass: true")
                .replacing("direction: inbound", with: "direction: \(direction)")
            try expectFinding(.userOnInbound, in: marked)
        }
    }
}
