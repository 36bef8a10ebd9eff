import Glibc
import TestSupport
import Testing

/// A way in which a user can have a hand in a policy that root applies, or seem to have one.
struct Attack: Sendable, CustomTestStringConvertible {
    /// Where it takes place.
    struct Place {
        let directory: String

        private let scratch: Scratch

        /// A policy of root's, `policy.yaml`, beside `theirs`, a directory of nobody's.
        init(_ scratch: Scratch) throws {
            self.scratch = scratch
            directory = scratch.directory
            _ = try write("policy.yaml")
            makeDirectory("theirs", owner: TrustTests.nobody)
        }

        /// Writes a file, by default a policy, that belongs to root unless it is given away.
        func write(
            _ name: String,
            _ text: String = TrustTests.redirect(),
            owner: UInt32 = 0,
            mode: mode_t = 0o644
        ) throws -> String {
            let path = try scratch.file(name, text)
            chown(path, owner, 0)
            chmod(path, mode)
            return path
        }

        func makeDirectory(_ name: String, owner: UInt32 = 0, mode: mode_t = 0o755) {
            mkdir("\(directory)/\(name)", 0o755)
            chmod("\(directory)/\(name)", mode)
            chown("\(directory)/\(name)", owner, 0)
        }

        func link(_ name: String, to target: String, owner: UInt32 = 0) -> String {
            symlink(target, "\(directory)/\(name)")
            lchown("\(directory)/\(name)", owner, 0)
            return "\(directory)/\(name)"
        }

        /// A policy of root's that includes others.
        func including(_ pattern: String) throws -> String {
            try write("main.yaml", "{version: 1, include: ['\(pattern)']}\n")
        }

        /// A policy of root's with a list of addresses.
        func listing(_ name: String) throws -> String {
            let text = TrustTests.redirect().replacing(
                "destination: {",
                with: "destination: {address: list, "
            )
            return try write("main.yaml", "addresses: {list: {file: '\(name)'}}\n\(text)")
        }
    }

    let testDescription: String

    /// The path in the complaint, below the directory; `nil` if the policy is safe.
    let component: String?

    /// Why.
    let reason: String

    /// Sets it up, and returns the path of the policy.
    let prepare: @Sendable (Place) throws -> String

    private init(
        _ description: String,
        _ component: String?,
        _ reason: String = "belongs to user 65534",
        _ prepare: @escaping @Sendable (Place) throws -> String
    ) {
        testDescription = description
        (self.component, self.reason, self.prepare) = (component, reason, prepare)
    }

    private static let nobody = TrustTests.nobody

    static let all: [Attack] = files + directories + links + includes

    private static let files = [
        Attack("a file of root's", nil) { "\($0.directory)/policy.yaml" },
        Attack("a file of theirs", "x.yaml") { try $0.write("x.yaml", owner: nobody) },
        Attack("a file that its group can write", "x.yaml", "has mode 664: its group") {
            try $0.write("x.yaml", mode: 0o664)
        },
        Attack("a file that everybody can write", "x.yaml", "has mode 646: every user") {
            try $0.write("x.yaml", mode: 0o646)
        },
        Attack("a file of theirs that everybody can write", "x.yaml", "has mode 666: every user") {
            try $0.write("x.yaml", owner: nobody, mode: 0o666)
        },
    ]

    private static let directories = [
        Attack("in a directory of theirs", "theirs") { try $0.write("theirs/x.yaml") },
        Attack("deep below a directory of theirs", "theirs") {
            $0.makeDirectory("theirs/a")
            return try $0.write("theirs/a/x.yaml")
        },
        Attack("in a directory that its group can write", "d", "has mode 775: its group") {
            $0.makeDirectory("d", mode: 0o775)
            return try $0.write("d/x.yaml")
        },
        Attack("in a directory that everybody can write", "d", "has mode 777: every user") {
            $0.makeDirectory("d", mode: 0o777)
            return try $0.write("d/x.yaml")
        },
        Attack("in a sticky directory of root's", nil) {
            $0.makeDirectory("d", mode: 0o1777)
            return try $0.write("d/x.yaml")
        },
        Attack("in a sticky directory of theirs", "d") {
            $0.makeDirectory("d", owner: nobody, mode: 0o1777)
            return try $0.write("d/x.yaml")
        },
        Attack("a file of theirs in a sticky directory", "d/x.yaml") {
            $0.makeDirectory("d", mode: 0o1777)
            return try $0.write("d/x.yaml", owner: nobody)
        },
        Attack("in a directory of theirs in a sticky one", "d/e") {
            $0.makeDirectory("d", mode: 0o1777)
            $0.makeDirectory("d/e", owner: nobody)
            return try $0.write("d/e/x.yaml")
        },
        Attack("by a way through a directory of theirs and back", "theirs") {
            "\($0.directory)/theirs/../policy.yaml"
        },
    ]

    private static let links = [
        Attack("a link of root's", nil) { $0.link("link", to: "policy.yaml") },
        Attack("a link of theirs in a sticky directory", "d/link") {
            $0.makeDirectory("d", mode: 0o1777)
            return $0.link("d/link", to: "../policy.yaml", owner: nobody)
        },
        Attack("a link of root's in a directory of theirs", "theirs") {
            $0.link("theirs/link", to: "../policy.yaml")
        },
        Attack("a link of root's to a file of theirs", "x.yaml") {
            _ = try $0.write("x.yaml", owner: nobody)
            return $0.link("link", to: "x.yaml")
        },
        Attack("a link of root's through a directory of theirs", "theirs") {
            _ = $0.link("theirs/back", to: "../policy.yaml")
            return $0.link("link", to: "theirs/back")
        },
        Attack("a link of theirs to a directory of root's", "d/link") {
            $0.makeDirectory("d", mode: 0o1777)
            return "\($0.link("d/link", to: "..", owner: nobody))/policy.yaml"
        },
    ]

    private static let includes = [
        Attack("an included file of root's", nil) { try $0.including("policy.yaml") },
        Attack("an included file of theirs", "x.yaml") {
            _ = try $0.write("x.yaml", owner: nobody)
            return try $0.including("x.yaml")
        },
        Attack("an included file in a directory of theirs", "theirs") {
            _ = try $0.write("theirs/x.yaml")
            return try $0.including("theirs/x.yaml")
        },
        Attack("an included link in a directory of theirs", "theirs") {
            _ = $0.link("theirs/link.yaml", to: "../policy.yaml")
            return try $0.including("theirs/link.yaml")
        },
        Attack("a pattern in a directory of theirs", "theirs") {
            _ = try $0.write("theirs/x.yaml")
            return try $0.including("theirs/*.yaml")
        },
        Attack("a pattern in a directory of theirs that is empty as yet", "theirs") {
            try $0.including("theirs/*.yaml")
        },
        Attack("a pattern that finds a file of theirs in a sticky directory", "d/x.yaml") {
            $0.makeDirectory("d", mode: 0o1777)
            _ = try $0.write("d/x.yaml", owner: nobody)
            return try $0.including("d/*.yaml")
        },
        Attack("a list of addresses of root's", nil) {
            _ = try $0.write("list", "10.0.0.1\n")
            return try $0.listing("list")
        },
        Attack("a list of addresses of theirs", "list") {
            _ = try $0.write("list", "10.0.0.1\n", owner: nobody)
            return try $0.listing("list")
        },
        Attack("a list of addresses in a directory of theirs", "theirs") {
            _ = try $0.write("theirs/list", "10.0.0.1\n")
            return try $0.listing("theirs/list")
        },
        Attack("a list of addresses that everybody can write", "list", "has mode 666: every user") {
            _ = try $0.write("list", "10.0.0.1\n", mode: 0o666)
            return try $0.listing("list")
        },
    ]
}
