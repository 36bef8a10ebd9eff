import Addressing
import RulesetModel
import Testing

/// Maps, and rules that ask them, in the shapes in which libnftables 1.0.2 to 1.1.6 list them.
struct MapListingTests {
    private static let pairs = map(
        ##"["ipv4_addr", "inet_proto", "inet_service"]"##,
        ##""ipv4_addr . inet_service""##
    )

    private static func map(_ type: String, _ values: String, _ more: String = "") -> String {
        """
        {"map": {"family": "inet", "name": "m", "table": "t", "type": \(type), "handle": 7,
            "map": \(values)\(more)}}
        """
    }

    private static func elements(_ elements: String...) -> String {
        ", \"elem\": [\(elements.joined(separator: ","))]"
    }

    /// The elements of the only map, or `nil` if it is foreign.
    private static func texts(_ map: String) throws -> [String]? {
        let table = try Listing.table(map)
        #expect(table.maps.count + table.others.count == 1)
        return table.maps.first.map { map in
            map.elements.map { map.type.text(of: $0.element, countingFrom: $0.count) }
        }
    }

    @Test(
        arguments: [
            (##""inet_service""##, "[80, 8080]", "80 : 8080"),
            (
                ##""inet_service""##,
                ##"[{"elem": {"val": 80, "comment": "web"}}, 8080]"##,
                "80 comment \"web\" : 8080"
            ),
            (
                ##"["ipv4_addr", "mark"]"##,
                ##"[{"concat": ["10.0.0.1", 16]}, 8080]"##,
                "10.0.0.1 . 16 : 8080"
            ),
            (
                ##"["ifname", "inet_proto"]"##,
                ##"[{"concat": ["eth0", 6]}, 8080]"##,
                "\"eth0\" . tcp : 8080"
            ),
        ]
    )
    func `elements are read`(type: String, element: String, text: String) throws {
        let map = Self.map(type, ##""inet_service""##, Self.elements(element))
        #expect(try Self.texts(map) == [text])
    }

    @Test(
        arguments: [
            (##"{"prefix": {"addr": "10.0.0.0", "len": 8}}"##, "{\"range\": [80, 90]}", "16"),
            (
                ##"{"range": ["10.0.0.0", "10.255.255.255"]}"##, "{\"range\": [80, 90]}",
                ##"{"range": [16, 16]}"##
            ),
        ]
    )
    func `ranges and prefixes are the same`(address: String, ports: String, mark: String) throws {
        let element = "[{\"concat\": [\(address), \(ports), \(mark)]}, 8080]"
        for flags in [##"["interval"]"##, ##""interval""##] {
            let map = Self.map(
                ##"["ipv4_addr", "inet_service", "mark"]"##,
                ##""inet_service""##,
                ", \"flags\": \(flags)" + Self.elements(element)
            )
            #expect(try Self.texts(map) == ["10.0.0.0/8 . 80-90 . 16 : 8080"])
        }
    }

    @Test(
        arguments: [
            (##""verdict""##, ##"{"accept": null}"##, "accept"),
            (##""verdict""##, ##"{"jump": {"target": "sub"}}"##, "jump sub"),
            (##""ipv6_addr""##, ##""fd00::1""##, "fd00::1"),
            (
                ##""ipv4_addr . inet_service""##, ##"{"concat": ["10.0.0.1", 80]}"##,
                "10.0.0.1 . 80"
            ),
            (
                ##"["ipv4_addr", "inet_service"]"##, ##"{"concat": ["10.0.0.1", 80]}"##,
                "10.0.0.1 . 80"
            ),
        ]
    )
    func `values are read`(type: String, value: String, text: String) throws {
        let map = Self.map(##""inet_service""##, type, Self.elements("[80, \(value)]"))
        #expect(try Self.texts(map) == ["80 : \(text)"])
    }

    @Test func `counters are read where the map has some`() throws {
        let counting = ", \"stmt\": [{\"counter\": null}]"
        let element = ##"[{"elem": {"val": 80, "counter": {"packets": 3, "bytes": -1}}}, 8080]"##
        let port = ##""inet_service""##
        #expect(
            try Self.texts(Self.map(port, port, counting + Self.elements(element)))
                == ["80 counter packets 3 bytes \(UInt64.max) : 8080"]
        )
        #expect(try Self.texts(Self.map(port, port, Self.elements(element))) == nil)
        #expect(try Self.texts(Self.map(port, port, counting + Self.elements("[80, 8080]"))) == nil)
    }

    @Test(
        arguments: [
            ", \"timeout\": 10", ", \"policy\": \"memory\"",
            ", \"comment\": \"x\"", ", \"flags\": [\"constant\"]",
            ", \"flags\": [\"interval\", \"timeout\"]", ", \"flags\": \"dynamic\"",
            ", \"stmt\": [{\"quota\": {}}]",
            ", \"stmt\": [{\"counter\": null}, {\"limit\": {}}]", ", \"novel\": null",
            elements("80"), elements("[80]"), elements("[80, 0]"), elements("[80, \"@m\"]"),
            elements("[65536, 80]"), elements("[-1, 80]"), elements("[\"*\", 80]"),
            elements("[{\"range\": [80, 90]}, 80]"),
            elements("[{\"elem\": {\"val\": 80, \"timeout\": 10}}, 80]"),
            elements("[{\"elem\": {\"val\": 80, \"comment\": \"a\\u0007\"}}, 80]"),
            elements("[{\"elem\": {\"val\": 80, \"comment\": \"a\\\"\"}}, 80]"),
            elements("[{\"concat\": [80, 80]}, 80]"), elements("[80, {\"concat\": [80, 80]}]"),
        ]
    )
    func `a map that says more is foreign`(more: String) throws {
        let port = ##""inet_service""##
        #expect(try Self.texts(Self.map(port, port)) == [])
        #expect(try Self.texts(Self.map(port, port, more)) == nil)
    }

    @Test func `a map of other types is foreign`() throws {
        let port = ##""inet_service""##
        let interval = ", \"flags\": [\"interval\"]"
        for map in [
            Self.map(##""ether_addr""##, port), Self.map(port, ##""mark""##),
            Self.map(##"["ether_addr", "inet_service"]"##, port), Self.map("[]", port),
            Self.map(port, ##""inet_service . ipv4_addr""##), Self.map(port, port, interval),
            Self.map(
                ##""ifname""##,
                port,
                Self.elements(##"["eth*", 80]"##)
            ),
            Self.map(
                ##"["ifname", "mark"]"##,
                port,
                interval + Self.elements(##"[{"concat": ["eth*", 80]}, 80]"##)
            ),
            Self.map(
                ##"["ipv4_addr", "mark"]"##,
                port,
                interval + Self.elements(##"[{"concat": ["::1", 80]}, 80]"##)
            ),
            Self.map(
                ##"["ipv4_addr", "mark"]"##,
                port,
                interval
                    + Self.elements(
                        ##"[{"concat": ["::1", {"prefix": {"addr": 7, "len": 8}}]}, 80]"##
                    )
            ),
        ] {
            #expect(try Self.texts(map) == nil, "\(map)")
        }
    }

    // MARK: - Questions

    private static let protocols = Listing.meta("l4proto", "{\"set\": [6, 17]}")
    private static let address = ##"{"payload": {"protocol": "ip", "field": "saddr"}}"##
    private static let transport = ##"{"meta": {"key": "l4proto"}}"##
    private static let port = ##"{"payload": {"protocol": "th", "field": "dport"}}"##

    private static func rule(
        _ expressions: String...,
        of map: String = pairs
    ) throws -> (rule: Rule?, table: LiveTable) {
        let table = try Listing.table(
            map,
            Listing.chain("output"),
            """
            {"rule": {"family": "inet", "table": "t", "chain": "output", "handle": 9,
                "expr": [\(expressions.joined(separator: ","))]}}
            """
        )
        return (table.chains.first?.rules.first?.known, table)
    }

    private static func question(_ parts: String..., data: String = "@m") -> String {
        let key = parts.count == 1 ? parts[0] : "{\"concat\": [\(parts.joined(separator: ","))]}"
        return "{\"key\": \(key), \"data\": \"\(data)\"}"
    }

    @Test func `a rule says what its map is asked for`() throws {
        let asked = Self.question(Self.address, Self.transport, Self.port)
        let (rule, table) = try Self.rule(
            Self.protocols,
            "{\"dnat\": {\"family\": \"ip\", \"addr\": {\"map\": \(asked)}}}"
        )
        #expect(
            rule?.text == """
                meta nfproto ipv4 meta l4proto { tcp, udp } \
                dnat ip to ip saddr . meta l4proto . th dport map @m
                """
        )
        #expect(
            table.maps.map(\.type.key) == [[.sourceAddress(.ipv4), .transport, .destinationPort]]
        )
    }

    @Test func `ports of a protocol stand for the match on it`() throws {
        let map = Self.map(##"["inet_service", "mark"]"##, ##""verdict""##)
        let asked = Self.question(
            ##"{"payload": {"protocol": "sctp", "field": "sport"}}"##,
            ##"{"meta": {"key": "mark"}}"##
        )
        let (rule, _) = try Self.rule("{\"vmap\": \(asked)}", of: map)
        #expect(rule?.text == "meta l4proto sctp th sport . meta mark vmap @m")
    }

    @Test func `a question that does not fit the map is foreign`() throws {
        let asked = [
            Self.question(Self.address, Self.transport, Self.port, data: "m"),
            Self.question(Self.address, Self.transport, Self.port, data: "@n"),
            Self.question(Self.address, Self.port, Self.transport),
            Self.question(Self.address, Self.transport),
            Self.question(
                ##"{"payload": {"protocol": "ip6", "field": "saddr"}}"##,
                Self.transport,
                Self.port
            ),
            Self.question(
                ##"{"payload": {"protocol": "ip", "field": "ttl"}}"##,
                Self.transport,
                Self.port
            ),
            Self.question("{\"&\": [\(Self.address), 7]}", Self.transport, Self.port),
        ]
        for asked in asked {
            let map = "{\"map\": \(asked)}"
            #expect(try Self.rule(Self.protocols, "{\"dnat\": {\"addr\": \(map)}}").rule == nil)
        }
        // Of values that the statement has no use for.
        let good = Self.question(Self.address, Self.transport, Self.port)
        for statement in [
            "{\"vmap\": \(good)}", "{\"redirect\": {\"port\": {\"map\": \(good)}}}",
            "{\"dnat\": {\"port\": {\"map\": \(good)}}}",
            "{\"dnat\": {\"addr\": {\"map\": \(good)}, \"family\": \"ip6\"}}",
            "{\"dnat\": {\"addr\": {\"map\": \(good)}, \"port\": 80}}",
            "{\"dnat\": {\"addr\": {\"map\": \(good)}, \"flags\": \"random\"}}",
        ] {
            #expect(try Self.rule(Self.protocols, statement).rule == nil, "\(statement)")
        }
        // A port of what?
        #expect(try Self.rule("{\"dnat\": {\"addr\": {\"map\": \(good)}}}").rule == nil)
    }
}
