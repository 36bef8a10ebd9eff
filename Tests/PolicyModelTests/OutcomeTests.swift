import Addressing
import PolicyModel
import TestSupport
import Testing

@Suite struct OutcomeTests {
    private static let tcp = Match(protocols: [.tcp])

    @Test func `the first redirect that matches decides`() throws {
        let redirects = [
            Redirect.sample("off", isEnabled: false),
            .sample("in", directions: [.inbound]),
            .sample("udp", Match(protocols: [.udp])),
            .sample("tcp", Self.tcp, to: .target(.local(port: nil))),
            .sample("later"),
        ]
        let packet = try FirstPacket.sample()
        let outcome = Policy(redirects: redirects).outcome(of: packet)
        #expect(outcome.redirect?.name == "tcp")
        #expect(outcome.places == [.local(80): 1])
        #expect(
            redirects.map { $0.mismatch(for: packet) }
                == [.disabled, .direction, .key(.transport), nil, nil]
        )
    }

    @Test func `what none matches is left alone`() throws {
        let outcome = Policy(redirects: []).outcome(of: try .sample())
        #expect(outcome.redirect == nil)
        #expect(outcome.places == [.address("192.0.2.1", 80): 1])
        #expect(outcome.newSource == nil)
        #expect(outcome.log == nil)
    }

    @Test func `what an exception lets go is for later redirects, what a bypass matches is not`()
        throws
    {
        let later = Redirect.sample("later", Self.tcp, to: .target(.port(.one(.http))))
        let exceptions = [Match(users: ids("1")), Match(users: ids("1000"), groups: ids("100"))]
        let excepting = Redirect.sample("a", except: exceptions, to: .target(.local(port: nil)))
        let packet = try FirstPacket.sample()
        #expect(excepting.mismatch(for: packet) == .exception(1))
        var outcome = Policy(redirects: [excepting, later]).outcome(of: packet)
        #expect(outcome.redirect?.name == "later")
        outcome = Policy(redirects: [.sample("a"), later]).outcome(of: packet)
        #expect(outcome.redirect?.name == "a")
        #expect(outcome.places == [.address("192.0.2.1", 80): 1])
    }

    @Test(
        arguments: [
            (.port(.one(.http)), .address("192.0.2.1", 8080)),
            (.address(.v4, port: nil), .address("10.0.0.9", 80)),
            (.address(.v4, port: .one(.http)), .address("10.0.0.9", 8080)),
            (.local(port: nil), .local(80)),
            (.local(port: .one(.http)), .local(8080)),
            (.port(.shift("80-81", "90-91")), .address("192.0.2.1", 90)),
            (.port(.shift("79-80", "90-91")), .address("192.0.2.1", 91)),
            (.address(.v4, port: .shift("80-81", "81-82")), .address("10.0.0.9", 81)),
            (.local(port: .shift("79-80", "78-79")), .local(79)),
        ] as [(Target, Outcome.Place)]
    )
    func `a target makes this of it`(target: Target, place: Outcome.Place) throws {
        let policy = Policy(redirects: [.sample("a", Self.tcp, to: .target(target))])
        #expect(policy.outcome(of: try .sample()).places == [place: 1])
    }

    @Test(arguments: [
        ("203.0.113.0", "10.0.1.0"), ("203.0.113.7", "10.0.1.7"), ("203.0.113.255", "10.0.1.255"),
        ("203.0.112.255", nil), ("203.0.114.0", nil),
    ])
    func `each address of a prefix goes to the one at its position`(
        destination: String,
        moved: String?
    ) throws {
        let move = try #require(PrefixMove.of("203.0.113.0/24", "10.0.1.0/24"))
        var match = Match()
        match.destination.addresses = AddressSet(move.origin)
        let policy = Policy(redirects: [.sample("a", match, to: .target(.prefix(move)))])
        let outcome = policy.outcome(of: try .sample(to: destination))
        #expect(outcome.places == [.address(moved ?? destination, 80): 1])
        #expect((outcome.redirect != nil) == (moved != nil))
        let ping = policy.outcome(of: try .sample(.ping, to: destination))
        #expect(ping.places.keys.map(\.description) == [moved ?? destination])
    }

    @Test func `a move needs two prefixes of one family and length, and more than one address`() {
        #expect(PrefixMove.of("2001:db8::/64", "fd00::/64") != nil)
        #expect(PrefixMove.of("203.0.113.0/24", "10.0.1.0/25") == nil)
        #expect(PrefixMove.of("203.0.113.0/24", "2001:db8::/120") == nil)
        #expect(PrefixMove.of("203.0.113.10-203.0.113.19", "10.0.1.10-10.0.1.19") == nil)
        #expect(PrefixMove.of("203.0.113.7", "10.0.1.7") == nil)
    }

    @Test func `a protocol without ports keeps having none`() throws {
        for target in [Target.address(.v4, port: nil), .local(port: nil)] {
            let policy = Policy(redirects: [.sample("a", to: .target(target))])
            let outcome = policy.outcome(of: try .sample(.ping))
            #expect(outcome.redirect?.name == "a")
            #expect(outcome.places.keys.map(\.port) == [nil])
        }
    }

    @Test func `a target narrows the family`() throws {
        let redirect = Redirect.sample("a", to: .target(.address(.v6, port: nil)))
        #expect(redirect.mismatch(for: try .sample()) == .target(.ipv4))
        #expect(redirect.mismatch(for: try .sampleOfIPv6()) == nil)
    }

    @Test func `the shares of a family divide its connections by their weights`() throws {
        let balance = Balance(
            method: .random,
            shares: [
                .init(target: .address(.v4, port: nil), weight: 3),
                .init(target: .address(.v6, port: .one(.http)), weight: 5),
                .init(target: .port(.one(.http)), weight: 2),
                .init(target: .port(.one(.http)), weight: 1),
            ]
        )
        let policy = Policy(redirects: [.sample("a", Self.tcp, to: .balance(balance))])
        #expect(
            policy.outcome(of: try .sample()).places
                == [.address("10.0.0.9", 80): 3, .address("192.0.2.1", 8080): 3]
        )
        #expect(
            policy.outcome(of: try .sampleOfIPv6()).places
                == [.address("fd00::9", 8080): 5, .address("fd00::2", 8080): 3]
        )
    }

    @Test(arguments: [Masquerade.Source.interface, Masquerade.Source([.ipv4: .v4])])
    func `sources change for the clients of a masquerade`(source: Masquerade.Source) throws {
        for (clients, isChanged) in [(nil, true), ("10.0.0.0/24", true), ("10.1.0.1", false)] {
            let masquerade = Masquerade(
                clients: clients.flatMap { addresses($0) },
                source: source
            )
            let redirect = Redirect.sample(
                masquerade: masquerade,
                to: .target(.address(.v4, port: nil))
            )
            let outcome = Policy(redirects: [redirect]).outcome(of: try .sample())
            #expect(outcome.newSource == (isChanged ? source : nil))
        }
    }

    @Test func `only the redirect that decides gives a line`() throws {
        let logs = ["one", "two"].map { PacketLog(prefix: $0) }
        let policy = Policy(
            redirects: [
                .sample("a", Match(protocols: [.udp]), log: logs[0]), .sample("b", log: logs[1]),
            ]
        )
        #expect(policy.outcome(of: try .sample()).log == logs[1])
        #expect(policy.outcome(of: try .sample(.udp(1, 2))).log == logs[0])
    }
}

extension Port {
    fileprivate static let http = Port(8080).unsafelyUnwrapped
}

extension IPAddress {
    fileprivate static let v4 = IPAddress("10.0.0.9").unsafelyUnwrapped
    fileprivate static let v6 = IPAddress("fd00::9").unsafelyUnwrapped
}

extension PrefixMove {
    fileprivate static func of(_ origin: String, _ destination: String) -> PrefixMove? {
        let ranges = [origin, destination].compactMap { AddressRange(stored: $0) }
        return PrefixMove(ranges[0], to: ranges[1])
    }
}

extension NewPort {
    fileprivate static func shift(_ origin: String, _ destination: String) -> NewPort {
        let ranges = [origin, destination].map { PortSet(stored: $0)?.onlyRange }
        return .shift(
            PortShift(ranges[0].unsafelyUnwrapped, to: ranges[1].unsafelyUnwrapped)
                .unsafelyUnwrapped
        )
    }
}

extension Outcome.Place {
    fileprivate static func address(_ text: String, _ port: UInt16) -> Self {
        Self(host: .address(IPAddress(text).unsafelyUnwrapped), port: Port(port))
    }

    fileprivate static func local(_ port: UInt16) -> Self { Self(host: .local, port: Port(port)) }
}
