import Diagnostics
import Testing

/// What is said of values that people write in another way.
@Suite struct ValueTests {
    @Test(arguments: [
        ("0080", "write `80`"), ("0x50", "write `80`"),
        ("http", "names of services are not looked up; write `80`, or define `http` under `ports`"),
        ("80:90", "write `80-90`"), ("80:90:100", "write a range with a dash: `8000-8010`"),
        ("80,443", "write several ports as a list: `[80, 443]`"),
        ("8_080", "write `8080`"), ("+80", "write `80`"), ("80 - 90", "write `80-90`"),
        ("80-", "write `80-65535` for all ports from 80 on"), (">80", "write `81-65535`"),
        ("*", "for any port leave `port` out"),
        ("80/tcp", "write `80` here, and `protocol: tcp` in `match`"),
        ("10.0.0.1:80", "write `address: 10.0.0.1, port: 80`"), (":8080", "write `8080`"),
        ("8e1", "names of services are not looked up; write the number"),
    ])
    func `a port in another form is refused with the right one`(text: String, help: String) throws {
        let target = "match: {protocol: tcp}\n    to: {port: 1️⃣\"\(text)\"2️⃣}"
        try expectFinding(.invalidPort, in: policy(with: target), help: help)
    }

    @Test(arguments: ["0", "65536", "70000", "99999999999999999999", "00"])
    func `a port that does not exist is out of range`(text: String) throws {
        let target = "match: {protocol: tcp}\n    to: {port: 1️⃣\(text)2️⃣}"
        try expectFinding(.portOutOfRange, in: policy(with: target))
    }

    @Test(arguments: [
        "", "-80", "80-", "-", "80--90", "8 0", "٨٠", "1.5", "80\\0",
    ])
    func `what is no number is no port`(text: String) throws {
        let match = "match: {protocol: tcp, source: {port: 1️⃣\"\(text)\"2️⃣}}\n    to: {local: true}"
        try expectFinding(.invalidPort, in: policy(with: match))
    }

    @Test(arguments: [
        ("10.0.0", "an IPv4 address is four numbers with dots between them: `192.0.2.10`"),
        ("10", "an IPv4 address is four numbers with dots between them: `192.0.2.10`"),
        ("10.0.0.01", "leading zeros would be octal to some programs; write `10.0.0.1`"),
        ("10.0.0.1:80", "write the port under `port`: `{address: 10.0.0.1, port: 80}`"),
        ("10.0.0.*", "write all addresses of a network as a prefix: `192.0.2.0/24`"),
        ("[fd00::1]", "write the address without brackets, and the port under `port`"),
        (
            "fe80::1%eth0",
            "an address of a policy has no zone; leave out the `%` and the part after it"
        ),
        ("::ffff:192.0.2.1", "no packet carries this form; write `192.0.2.1`"),
        ("10.0.0.0/255.255.0.0", "a prefix is written by its length: `10.0.0.0/16`"),
        ("", "for any address leave `address` out"),
    ])
    func `an address in another form is refused with the right one`(
        text: String,
        help: String
    ) throws {
        let match = "match: {source: {address: 1️⃣\"\(text)\"2️⃣}}\n    to: {local: true}"
        try expectFinding(.invalidAddress, in: policy(with: match), help: help)
    }

    @Test(arguments: [
        "10.0.0.1\\0", "10.0.0.1\\e[2J", "fd00:::1", "/", "10.0.0.1/33", "::/129", "10.0.0.1/+8",
        "10.0.0.1-",
    ])
    func `what only looks like an address is none`(text: String) throws {
        let match = "match: {source: {address: 1️⃣\"\(text)\"2️⃣}}\n    to: {local: true}"
        try expectFinding(.invalidAddress, in: policy(with: match))
    }

    @Test(arguments: ["localhost", "my-server", "lan", "web_1", "fd00"])
    func `a name that is not defined is no address`(text: String) throws {
        try expectFinding(.unknownName, in: policy(with: "to: {address: 1️⃣\(text)2️⃣}"))
    }

    @Test(arguments: ["localhost.", "web.example.com", "MyServer", "1und1", "lan/24"])
    func `a name is no address`(text: String) throws {
        try expectFinding(.hostnameAsAddress, in: policy(with: "to: {address: 1️⃣\(text)2️⃣}"))
    }

    @Test(arguments: ["10.0.0.5/32", "10.0.0.1-10.0.0.9", "10.0.0.0-10.0.0.255"])
    func `a target is one address or one prefix`(text: String) throws {
        try expectFinding(.invalidAddress, in: policy(with: "to: {address: 1️⃣\(text)2️⃣}"))
    }

    @Test(arguments: [
        "0.0.0.0", "255.255.255.255", "239.1.2.3", "\"::\"", "\"ff02::1\"", "\"fe80::1\"",
    ])
    func `an address that can be nobody's is no target`(text: String) throws {
        try expectFinding(.unreachableTarget, in: policy(with: "to: {address: 1️⃣\(text)2️⃣}"))
    }

    @Test(arguments: [
        "", "a", "a b", "1table", "-x", "Table", "über", "table", "ip", "counters", "last", "th",
        String(repeating: "a", count: 32),
    ])
    func `a table has a name that nft can read`(text: String) {
        let isShort = text == "a"
        let all = findings(in: "version: 1\nsettings: {table: \"\(text)\"}\nredirects: []\n")
        #expect(all.map(\.code) == (isShort ? [] : [.invalidTableName]))
    }

    @Test(arguments: [
        ("-199", true), ("2147483647", true), ("0", true), ("-200", false), ("2147483648", false),
        ("-0", false), ("+5", false), ("005", false), ("1e3", false), ("0x10", false),
    ])
    func `a priority is a decimal number that the kernel takes`(text: String, isValid: Bool) {
        let all = findings(in: "version: 1\nsettings: {priority: \(text)}\nredirects: []\n")
        #expect(all.map(\.code) == (isValid ? [] : [.invalidPriority]))
    }

    @Test(arguments: ["null", "~", ""])
    func `nothing is not a value`(text: String) throws {
        let all = findings(in: policy(with: "description: \(text)\n    to: {local: true}"))
        #expect(all.map(\.code) == [.wrongKind])
        #expect(all.first?.message == "`description` has no value")
    }

    @Test func `a description is printable, on one line and short`() {
        let long = String(repeating: "é", count: 129)
        for text in ["a\\nb", "\\e[31m", "\\u202e", "\\0", long] {
            let all = findings(
                in: policy(with: "description: \"\(text)\"\n    to: {local: true}")
            )
            #expect(all.map(\.code) == [.invalidText], "\(text)")
        }
    }

    @Test func `names are as long as they may be and no longer`() {
        for (count, isValid) in [(63, true), (64, false)] {
            let name = String(repeating: "a", count: count)
            let text =
                "version: 1\nredirects: [{name: \(name), direction: inbound, to: {local: true}}]"
            #expect(findings(in: text).map(\.code) == (isValid ? [] : [.invalidName]))
        }
    }
}
