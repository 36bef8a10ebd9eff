import Addressing
import Diagnostics
import PolicyModel
import Testing

@testable import PolicyYAML

/// Prefixes as targets.
@Suite struct PrefixTests {
    private func target(_ keys: String) throws -> Target? {
        let text = "version: 1\naddresses: {office: 203.0.113.0/24}\nredirects:\n  - name: a\n    "
        return try load(text + keys + "\n").policy.redirects.first?.decision.targets.first
    }

    private func move(_ origin: String, _ destination: String) throws -> Target {
        let ranges = try [origin, destination].map { try #require(AddressRange(stored: $0)) }
        return .prefix(try #require(PrefixMove(ranges[0], to: ranges[1])))
    }

    @Test(arguments: [
        "connection: inbound any 203.0.113.0/24\n    to: 10.0.1.0/24",
        "connection: inbound any office\n    to: {address: 10.0.1.0/24}",
        "connection: inbound any 203.0.113.0-203.0.113.255\n    to: 10.0.1.0/24",
        "direction: inbound\n    match: {destination: {address: [203.0.113.0/25, 203.0.113.128/25]}}"
            + "\n    to: {address: 10.0.1.0/24}",
    ])
    func `a prefix goes to one of its length, in every form`(keys: String) throws {
        #expect(try target(keys) == move("203.0.113.0/24", "10.0.1.0/24"))
    }

    @Test func `prefixes of IPv6 need no brackets`() throws {
        let keys = "connection: outbound any 2001:db8::/64\n    to: 2001:db8:1::/64"
        #expect(try target(keys) == move("2001:db8::/64", "2001:db8:1::/64"))
    }

    @Test(arguments: [
        ("10.0.1.10-10.0.1.19", "only a prefix can take the place of another one"),
        ("10.0.1.0-10.0.1.255", "write it as the prefix `10.0.1.0/24`"),
        ("10.0.1.7/32", "write `10.0.1.7`"),
    ])
    func `ranges and single addresses are no prefixes`(target: String, help: String) {
        let all = findings(
            in: "version: 1\nredirects:\n  - name: a\n    connection: inbound any 203.0.113.0/24\n"
                + "    to: \(target)\n"
        )
        #expect(all.map(\.code) == [.invalidAddress])
        #expect(all.first?.help?.hasPrefix(help) == true, "\(all)")
    }

    @Test(arguments: ["127.0.0.0/24", "224.0.1.0/24", "0.0.0.0/24", "255.255.255.0/24"])
    func `some prefixes no connection can be sent to`(target: String) {
        let all = findings(
            in: "version: 1\nredirects:\n  - name: a\n    connection: inbound any 203.0.113.0/24\n"
                + "    to: \(target)\n"
        )
        #expect(all.map(\.code) == [.unreachableTarget], "\(all)")
    }

    @Test func `a share is one address`() {
        let all = findings(
            in: policy(
                with: "match: {destination: {address: 203.0.113.0/24}}\n"
                    + "    to: {balance: random, targets: [{address: 10.0.1.0/24}]}"
            )
        )
        #expect(all.map(\.code) == [.invalidAddress])
        #expect(all.first?.help == "write an entry of `targets` for each address")
    }

    @Test func `families that differ are told once`() {
        let all = findings(
            in: "version: 1\nredirects:\n  - name: a\n    connection: inbound any 203.0.113.0/24\n"
                + "    to: 2001:db8::/120\n"
        )
        #expect(all.map(\.code) == [.familyConflict])
    }

    @Test func `nothing is concluded from addresses that were rejected`() {
        let all = findings(
            in: "version: 1\nredirects:\n  - name: a\n    connection: inbound any 203.0.113.1/24\n"
                + "    to: 10.0.1.0/24\n"
        )
        #expect(all.map(\.code) == [.hostBitsSet])
    }
}
