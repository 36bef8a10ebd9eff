import Glibc
import TestSupport
import Testing

@testable import TrustedFiles

/// The dangers of a path: each file, directory and link on it is checked and named.
@Suite(.enabled(if: LabIdentity.isFree, "only root of the machine can give files away"))
struct PathDangerTests {
    private static let nobody: UInt32 = 65_534

    private let scratch: ScratchDirectory

    init() throws {
        scratch = try ScratchDirectory()
        for name in ["safe", "theirs", "theirs/deep", "shared", "sticky"] {
            #expect(mkdir("\(scratch.path)/\(name)", 0o755) == 0)
            try scratch.write("text", to: "\(name)/file")
        }
        chmod("\(scratch.path)/shared", 0o777)
        chmod("\(scratch.path)/sticky", 0o1777)
        for (name, target) in [
            ("safe/to-theirs", "../theirs/file"), ("safe/back", "../theirs/deep/to-safe"),
            ("theirs/deep/to-safe", "../../safe/file"), ("safe/by-name", "file"),
            ("sticky/planted", "\(scratch.path)/safe/file"), ("sticky/roots", "../safe/file"),
            ("safe/over", "../sticky/planted"), ("safe/directory", "../theirs"),
        ] {
            #expect(symlink(target, "\(scratch.path)/\(name)") == 0)
        }
        try scratch.write("text", to: "safe/given-away")
        try scratch.write("text", to: "sticky/given-away")
        try scratch.write("text", to: "safe/group")
        chmod("\(scratch.path)/safe/group", 0o664)
        for name in ["safe/given-away", "sticky/given-away", "theirs", "sticky/planted"] {
            #expect(lchown("\(scratch.path)/\(name)", Self.nobody, 0) == 0)
        }
    }

    @Test(
        arguments: [
            ("safe/file", []), ("safe/by-name", []), ("sticky/file", []), ("sticky/roots", []),
            ("safe/given-away", ["safe/given-away"]), ("safe/group", ["safe/group"]),
            ("sticky/given-away", ["sticky/given-away"]), ("theirs/file", ["theirs"]),
            ("theirs/deep/file", ["theirs"]), ("shared/file", ["shared"]),
            ("safe/to-theirs", ["theirs"]), ("safe/back", ["theirs"]),
            ("safe/directory/file", ["theirs"]), ("theirs/../safe/file", ["theirs"]),
            ("theirs/deep/../../safe/file", ["theirs"]), ("sticky/planted", ["sticky/planted"]),
            ("safe/over", ["sticky/planted"]),
        ] as [(String, [String])]
    )
    func `a path has the dangers of all that it leads through`(
        name: String,
        places: [String]
    ) throws {
        let file = try CheckedFile(path: "\(scratch.path)/\(name)", trusting: Trust(user: 0))
        #expect(file.dangers.map(\.path) == places.map { "\(scratch.path)/\($0)" })
        #expect(try file.contents(upTo: 9) == Array("text".utf8))
    }

    @Test func `each danger has a message`() throws {
        func messages(_ name: String) throws -> [String] {
            try CheckedFile(path: "\(scratch.path)/\(name)", trusting: Trust(user: 0))
                .dangers.map { String($0.message.trimmingPrefix("\(scratch.path)/")) }
        }
        #expect(
            try messages("theirs/file") == [
                "theirs belongs to user 65534, who can replace what is in it"
            ]
        )
        #expect(
            try messages("shared/file") == [
                "shared has mode 777: every user can replace what is in it"
            ]
        )
        #expect(try messages("safe/group") == ["safe/group has mode 664: its group can change it"])
        #expect(
            try messages("safe/given-away") == [
                "safe/given-away belongs to user 65534, who can change it"
            ]
        )
        #expect(
            try messages("sticky/planted") == [
                "the link \(scratch.path)/sticky/planted belongs to user 65534, who chose where it leads"
            ]
        )
    }

    @Test func `an empty directory of another user is dangerous, too`() throws {
        #expect(mkdir("\(scratch.path)/theirs/empty", 0o755) == 0)
        let (names, dangers) = try CheckedDirectory.names(
            in: "\(scratch.path)/theirs/empty/",
            trusting: Trust(user: 0)
        )
        #expect(names.isEmpty)
        #expect(dangers.map(\.path) == ["\(scratch.path)/theirs"])
    }
}
