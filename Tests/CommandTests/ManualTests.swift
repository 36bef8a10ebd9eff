import FoundationEssentials
import TestSupport
import Testing

/// The manual pages that the packages install, as they are generated from this program and its documents.
@Suite struct ManualTests {
    let scratch: Scratch
    let pages: String

    private static let checkout = #filePath.replacing(
        "/Tests/CommandTests/ManualTests.swift",
        with: ""
    )

    init() throws {
        scratch = try Scratch()
        pages = scratch.directory
        let generate = "\(Self.checkout)/Sources/Packaging/generate"
        let ending = try Program.run([generate, Program.path, pages])
        guard ending.status == 0 else { throw Scratch.Failure(description: ending.errors) }
    }

    private func page(_ name: String) throws -> String {
        try String(decoding: TestFile.read("\(pages)/\(name)"), as: UTF8.self)
    }

    @Test func `every command and every option is in the manual`() throws {
        var sections: [String: String] = [:]
        for section in try page("redirctl.8").split(separator: "\n.S") {
            let lines = section.split(separator: "\n", maxSplits: 1)
            sections[String(lines[0])] = lines.count > 1 ? String(lines[1]) : ""
        }
        let common = try #require(sections["H \"COMMON OPTIONS\""])
        let dump = try JSON(try Scratch.redirctl("--experimental-dump-help").output)
        var commands = 0
        func check(_ command: JSON, path: [String]) throws {
            commands += 1
            let name = path.joined(separator: " ")
            let section = try #require(sections["S \"\(name)\""], "\(name)")
            #expect(section.contains("redirctl \(name)"))
            for argument in command["arguments"].elements
            where argument["shouldDisplay"] == .bool(true)
                && argument["kind"] != .text("positional")
            {
                for each in argument["names"].elements where each["kind"] == .text("long") {
                    guard case .text(let option) = each["name"] else { continue }
                    let text = "\\fB--\(option)\\fP".replacing("-", with: "\\-")
                    if !["help", "version"].contains(option) {
                        #expect(section.contains(text), "\(name) \(option)")
                    }
                    #expect((section + common).contains(text), "\(name) \(option)")
                }
            }
            for other in command["subcommands"].elements {
                guard case .text(let word) = other["commandName"], word != "help" else { continue }
                try check(other, path: path + [word])
            }
        }
        for command in dump["command", "subcommands"].elements {
            guard case .text(let word) = command["commandName"], word != "help" else { continue }
            try check(command, path: [word])
        }
        #expect(commands > 15)
    }

    @Test func `every variable of the program is in the manual`() throws {
        let found = try Program.run([
            "grep", "-rhoE", "--include=*.swift", "REDIRCTL_[A-Z_]+", "\(Self.checkout)/Sources",
        ])
        let variables = Set(found.output.split(separator: "\n"))
        #expect(variables.count > 3)
        let page = try page("redirctl.8")
        for variable in variables {
            let tag = "\\fB\(variable)\\fP"
            #expect(page.contains(tag), "\(variable)")
        }
    }

    @Test func `every key and every finding is in the manual of policies`() throws {
        let page = try page("redirctl-policy.5")
        let reference = try String(
            decoding: TestFile.read("\(Self.checkout)/Policies/README.md"),
            as: UTF8.self
        )
        var rows = 0
        for row in reference.split(separator: "\n") {
            guard let match = row.firstMatch(of: /^\| `([a-z-]+)` \| [^|]/) else { continue }
            rows += 1
            let tag = ".TP\n\\fB\(match.1)\\fP".replacing("-", with: "\\-")
            #expect(page.contains(tag), "\(row)")
        }
        #expect(rows > 120)
        #expect(!page.contains("`"))
        #expect(!page.contains("| "))
    }

    @Test(arguments: ["redirctl.8", "redirctl-policy.5"])
    func `man and mandoc find no mistake in a page`(name: String) throws {
        let man = try Program.run([
            "env", "LC_ALL=C.UTF-8", "MANWIDTH=80", "man", "--warnings", "-l", "\(pages)/\(name)",
        ])
        #expect(man.status == 0)
        #expect(man.errors.isEmpty)
        #expect(man.output.contains("SEE ALSO"))
        let lint = try Program.run(["mandoc", "-T", "lint", "-W", "warning", "\(pages)/\(name)"])
        #expect(lint.status == 0)
        #expect(lint.output.isEmpty)
    }

    @Test func `the same program gives the same files`() throws {
        let generate = "\(Self.checkout)/Sources/Packaging/generate"
        let words = ["env", "SOURCE_DATE_EPOCH=0", generate, Program.path]
        for folder in ["a", "b"] {
            #expect(try Program.run(words + ["\(pages)/\(folder)"]).status == 0)
        }
        #expect(try Program.run(["diff", "-r", "\(pages)/a", "\(pages)/b"]).output.isEmpty)
        #expect(try page("a/redirctl.8").hasPrefix(".TH redirctl 8 \"1970-01-01\""))
    }
}
