import Testing

@testable import TrustedFiles

@Suite struct TrustTests {
    private func dangers(
        _ kind: FileDanger.Kind = .file,
        owner: UInt32 = 0,
        mode: UInt32 = 0o644,
        trusting trust: Trust = Trust(user: 0)
    ) -> [FileDanger.Reason] {
        FileDanger.all(of: kind, at: "/x", owner: owner, mode: mode, trusting: trust).map(\.reason)
    }

    @Test(arguments: [0o664, 0o646, 0o666, 0o620, 0o602] as [UInt32])
    func `a file that others can write is dangerous`(mode: UInt32) {
        #expect(dangers(mode: mode) == [.mode])
        #expect(dangers(owner: 1000, mode: mode) == [.owner, .mode])
    }

    @Test func `a file of a user other than root and the process's is dangerous`() {
        for kind in [FileDanger.Kind.file, .directory, .link] {
            #expect(dangers(kind, owner: 1000) == [.owner])
            #expect(dangers(kind, owner: 1000, trusting: Trust(user: 1000)).isEmpty)
            #expect(dangers(kind, owner: 0, trusting: Trust(user: 1000)).isEmpty)
        }
    }

    @Test func `a directory that others can write is dangerous unless it is sticky`() {
        for mode in [0o777, 0o775, 0o757] as [UInt32] {
            #expect(dangers(.directory, mode: mode) == [.mode])
            #expect(dangers(.directory, mode: 0o1000 | mode).isEmpty)
        }
        #expect(dangers(.directory, owner: 1000, mode: 0o1777) == [.owner])
        #expect(dangers(mode: 0o1666) == [.mode])
        #expect(dangers(.link, mode: 0o777).isEmpty)
    }

    @Test func `the caller of sudo is trusted with policies and nothing else`() {
        let trust = Trust(user: 0, caller: 1000)
        let file = FileDanger(.file, .owner, path: "/x", owner: 1000, mode: 0o644)
        let other = FileDanger(.directory, .owner, path: "/", owner: 1001, mode: 0o755)
        let open = FileDanger(.file, .mode, path: "/x", owner: 1000, mode: 0o664)
        #expect(dangers(owner: 1000, trusting: trust) == [.owner])
        #expect(trust.acceptsAsPolicy([file]) && trust.acceptsAsPolicy([]))
        #expect(!trust.acceptsAsPolicy([file, other]))
        #expect(!trust.acceptsAsPolicy([file, open]))
        #expect(!Trust(user: 1, caller: 1000).acceptsAsPolicy([file]))
        #expect(!Trust(user: 0).acceptsAsPolicy([file]))
    }

    @Test(
        arguments: [
            ("1000", 1000), ("0", 0), ("4294967294", 4_294_967_294), ("4294967295", nil),
            ("4294967296", nil), ("+1000", nil), ("01000", nil), (" 1000", nil), ("1000 ", nil),
            ("-1", nil), ("", nil), ("root", nil), ("1000\n", nil), ("0x10", nil),
        ] as [(String, UInt32?)]
    )
    func `a number is read as sudo writes it`(text: String, number: UInt32?) {
        #expect(Trust.number(text) == number)
    }

    @Test(
        arguments: [
            ("         0          0 4294967295\n", true), ("0 1000 1\n", false),
            ("0 100000 65536\n", true), ("0 1000 1\n1 100000 65533\n", false),
            ("0 1000 1\n1 100000 65534\n", true), ("65534 65534 1\n", true),
            ("65535 0 10\n0 0 65534\n", false), ("", true), ("nonsense\n", true),
        ]
    )
    func `nobody is trusted only if it has no number in the namespace`(
        map: String,
        isMapped: Bool
    ) {
        #expect(Trust.maps(65_534, map) == isMapped)
    }

    @Test func `each danger has a command that removes it`() {
        func command(_ kind: FileDanger.Kind, _ reason: FileDanger.Reason, _ path: String) -> String
        {
            FileDanger(kind, reason, path: path, owner: 7, mode: 0o777).command()
        }
        #expect(command(.file, .owner, "/a") == "`chown root:root /a`")
        #expect(command(.directory, .owner, "/a b") == "`chown root:root '/a b'`")
        #expect(command(.link, .owner, "/a") == "`chown -h root:root /a`")
        #expect(command(.directory, .mode, "/a;reboot") == "`chmod go-w '/a;reboot'`")
        #expect(command(.file, .mode, "/a\nb") == "`chmod go-w '/a\\u{a}b'`")
    }
}
