import TestSupport
import Testing

/// The commands that need no privileges.
@Suite struct OfflineTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test func `a valid policy is told so`() throws {
        let policy = try scratch.policy(["a": (80, 8080), "b": (81, 8081)])
        let ending = try Scratch.redirctl("validate", policy)
        #expect(ending.status == 0)
        #expect(ending.output == "\(policy): valid, 2 redirects\n")
        #expect(ending.errors.isEmpty)
    }

    @Test func `an invalid policy is shown on standard error, with status 1`() throws {
        let policy = try scratch.file("bad.yaml", "version: 1\nredirect: []\n")
        for command in ["validate", "compile"] {
            let ending = try Scratch.redirctl(command, policy)
            #expect(ending.status == 1)
            #expect(ending.output.isEmpty)
            #expect(ending.errors.contains("error[unknown-key]"))
            #expect(ending.errors.contains("--> \(policy):2:1"))
            #expect(ending.errors.contains("did you mean `redirects`?"))
        }
    }

    @Test func `as JSON, findings have codes and places`() throws {
        let policy = try scratch.file("bad.yaml", "version: 1\nredirect: []\n")
        let ending = try Scratch.redirctl("validate", policy, "--format", "json")
        #expect(ending.status == 1)
        let json = try JSON(ending.output)
        #expect(json["version"] == .number(1))
        #expect(json["command"] == .text("validate"))
        #expect(json["valid"] == .bool(false))
        #expect(json["findings", "0", "line"] != .null)
        let valid = try scratch.policy(["a": (80, 8080)])
        let good = try JSON(Scratch.redirctl("validate", valid, "--format", "json").output)
        #expect(good["valid"] == .bool(true))
        #expect(good["redirects"] == .number(1))
        #expect(good["findings"] == .list([]))
    }

    /// A policy of which one redirect can never match.
    private static let covered = """
        version: 1
        redirects:
          - name: all
            direction: inbound
            match: {protocol: tcp, destination: {address: local, port: 80-90}}
            to: {local: 8080}
          - name: one
            direction: inbound
            match: {protocol: tcp, destination: {address: local, port: 85}}
            to: {local: 8085}

        """

    @Test func `what a redirect means is a warning, or with --strict an error`() throws {
        let policy = try scratch.file("covered.yaml", Self.covered)
        let ending = try Scratch.redirctl("validate", policy)
        #expect(ending.status == 0)
        #expect(ending.output == "\(policy): valid, 2 redirects, 1 warning\n")
        #expect(ending.errors.contains("warning[never-matches]"))
        #expect(ending.errors.contains("`redirctl explain \(policy) inbound tcp local:85`"))
        let strict = try Scratch.redirctl("validate", "--strict", policy)
        #expect(strict.status == 1)
        #expect(strict.errors.contains("error[never-matches]"))
        let allowed = try scratch.file(
            "allowed.yaml",
            Self.covered + "    allow: never-matches\n"
        )
        #expect(try Scratch.redirctl("validate", "--strict", allowed).status == 0)
    }

    @Test func `compile --explain names what never matches, also beside another map`() throws {
        let policy = try scratch.file(
            "shapes.yaml",
            """
            version: 1
            redirects:
              - name: wide
                direction: inbound
                match: {protocol: tcp, destination: {address: 198.51.100.0/24, port: 80}}
                to: {local: 8080}
              - name: inner
                direction: inbound
                match: {protocol: tcp, interface: eth0, destination: {address: 198.51.100.7, port: 80}}
                to: {local: 8085}

            """
        )
        let ending = try Scratch.redirctl("compile", "--explain", policy)
        #expect(ending.status == 0)
        #expect(ending.output.hasSuffix("Never match: inner\n"))
        let json = try JSON(
            Scratch.redirctl("compile", "--explain", "--format", "json", policy).output
        )
        #expect(json["neverMatches"] == .list([.text("inner")]))
    }

    @Test func `several policies and directories are checked in one run`() throws {
        let folder = scratch.folder("conf")
        _ = try scratch.file("conf/b.yaml", Self.covered)
        _ = try scratch.file("conf/a.yml", "version: 2\n")
        _ = try scratch.file("conf/notes.txt", "no policy")
        let single = try scratch.policy(["a": (80, 8080)])
        let ending = try Scratch.redirctl("validate", folder, single)
        #expect(ending.status == 1)
        #expect(
            ending.output == """
                \(folder)/a.yml: not valid, 2 errors
                \(folder)/b.yaml: valid, 2 redirects, 1 warning
                \(single): valid, 1 redirect

                """
        )
        let json = try JSON(
            Scratch.redirctl("validate", "--format", "json", folder, single).output
        )
        #expect(json["valid"] == .bool(false))
        #expect(json["policies", "1", "findings", "0", "witness"] == .text("inbound tcp local:85"))
    }

    @Test func `of many redirects that decide before, all are counted`() throws {
        let hosts = (0..<7).map { "10.0.0.\($0)" }
        let bypasses = hosts.map {
            "  - {name: e\($0.last ?? " "), direction: outbound, "
                + "match: {protocol: tcp, destination: {address: \($0), port: 80}}, bypass: true}\n"
        }
        let web =
            "  - {name: web, direction: outbound, match: {protocol: tcp, destination: {port: 80}}, "
            + "except: [{destination: {address: [\(hosts.joined(separator: ", "))]}}], to: {port: 8080}}\n"
        let policy = try scratch.file(
            "many.yaml",
            "version: 1\nredirects:\n" + bypasses.joined() + web
        )
        let errors = try Scratch.redirctl("validate", policy).errors
        #expect(errors.contains("`e0`, `e1`, `e2` and 4 more decide all its connections before"))
    }

    @Test func `a directory without policies is an error`() throws {
        let folder = scratch.folder("empty")
        _ = try scratch.file("empty/notes.txt", "no policy")
        let ending = try Scratch.redirctl("validate", folder)
        #expect(ending.status == 1)
        #expect(ending.errors.contains("is a directory, not a policy; name a file in it"))
    }

    @Test func `a policy that was probably meant is named`() throws {
        let policy = try scratch.file("web.yaml", "version: 1\nredirects: []\n")
        for name in ["web.yml", "web", "wbe.yaml"] {
            let path = policy.replacing("web.yaml", with: name)
            let ending = try Scratch.redirctl("compile", path)
            #expect(ending.status == 1)
            #expect(ending.errors.hasSuffix("; did you mean \(policy)?\n"))
        }
        let folder = String(policy.dropLast("/web.yaml".count))
        let errors = try Scratch.redirctl("compile", folder).errors
        #expect(errors.hasSuffix("name a file in it, such as \(policy)\n"))
    }

    @Test func `findings are annotations for GitHub`() throws {
        let policy = try scratch.file("covered.yaml", Self.covered)
        let ending = try Scratch.redirctl("validate", "--format", "github", policy)
        #expect(ending.status == 0)
        let lines = ending.output.split(separator: "\n")
        #expect(lines.count == 1)
        #expect(
            lines[0].hasPrefix(
                "::warning file=\(policy),line=7,endLine=7,col=11,endColumn=13,title=never-matches::"
            )
        )
        #expect(lines[0].contains("%0A") && !lines[0].contains("\u{1B}"))
        #expect(ending.errors.isEmpty)
    }

    @Test(arguments: ["validate", "test"])
    func `a file that can't be read is an annotation for GitHub, too`(command: String) throws {
        let missing = "\(scratch.directory)/a,b.yaml"
        let good = try scratch.policy(["a": (80, 8080)])
        for policies in [[missing], [missing, good]] {
            let ending = try Program.run(
                [Program.path, command, "--format", "github"] + policies
            )
            #expect(ending.status == 1)
            let sentence = "cannot open \(missing): No such file or directory"
            let file = missing.replacing(",", with: "%2C")
            #expect(ending.output == "::error file=\(file)::\(sentence)\n")
            #expect(ending.errors == "error: \(sentence)\n")
        }
    }

    @Test(arguments: ["validate", "test"])
    func `a file of a directory whose name is not UTF-8 is told so`(command: String) throws {
        let folder = scratch.folder("names")
        _ = try scratch.file("names/good.yaml", "version: 1\nredirects: []\n")
        let script = "printf 'version: 1\nredirects: []\n' > \(folder)/\"$(printf 'b\\377d').yaml\""
        #expect(try Program.run(["sh", "-c", script]).status == 0)
        let ending = try Scratch.redirctl(command, folder)
        #expect(ending.status == 1)
        #expect(
            ending.errors.hasSuffix("d.yaml: No such file or directory (a name must be UTF-8)\n"),
            "\(ending.errors)"
        )
        #expect(ending.output.contains("\(folder)/good.yaml: "))
    }

    @Test func `a command that is recommended for a file like -x.yaml can be run`() throws {
        _ = try scratch.file("-x.yaml", Self.covered)
        let run = "cd \(scratch.directory) && \(Program.path) validate -- -x.yaml"
        let ending = try Program.run(["sh", "-c", run])
        let command = "redirctl explain ./-x.yaml inbound tcp local:85"
        #expect(ending.errors.contains("`\(command)`"), "\(ending.errors)")
        let words = command.replacing("redirctl", with: Program.path)
        let explained = try Program.run(["sh", "-c", "cd \(scratch.directory) && \(words)"])
        #expect(explained.status == 0, "\(explained.errors)")
    }

    @Test func `what is never used is listed by validate only`() throws {
        let policy = try scratch.file(
            "unused.yaml",
            "version: 1\naddresses: {lan: 10.0.0.0/8}\nports: {web: 80}\nredirects: []\n"
        )
        let full = try Scratch.redirctl("validate", policy)
        #expect(full.errors.contains("warning[unused-definition]"))
        let note =
            "note: 2 warnings about the policy are not shown; see `redirctl validate \(policy)`\n"
        for words in [["test"], ["compile"], ["explain"]] {
            let connection = words == ["explain"] ? ["inbound tcp local:80"] : []
            let ending = try Program.run([Program.path] + words + [policy] + connection)
            #expect(ending.status == 0)
            #expect(ending.errors == note)
        }
    }

    @Test func `a protected connection that a redirect takes is a warning`() throws {
        let policy = try scratch.file(
            "ssh.yaml",
            """
            version: 1
            settings: {protect: inbound tcp 192.0.2.10:22}
            redirects:
              - name: taker
                direction: inbound
                match: {protocol: tcp, destination: {address: local, port: 22}}
                to: {port: 2222}

            """
        )
        let ending = try Scratch.redirctl("validate", policy)
        #expect(ending.status == 0)
        #expect(
            ending.errors.hasPrefix(
                "warning[protected-connection]: `taker` takes a protected connection elsewhere: "
                    + "`inbound tcp 192.0.2.10:22`\n"
            ),
            "\(ending.errors)"
        )
        #expect(ending.errors.contains("--> \(policy):4:11\n"))
        #expect(try Scratch.redirctl("validate", "--strict", policy).status == 1)
    }

    @Test func `a missing file is an error without a place`() throws {
        let ending = try Scratch.redirctl("validate", "/nowhere/policy.yaml")
        #expect(ending.status == 1)
        #expect(
            ending.errors
                == "error: cannot open /nowhere/policy.yaml: No such file or directory\n"
        )
    }

    @Test func `colours only where they are asked for`() throws {
        let policy = try scratch.file("bad.yaml", "version: 2\n")
        #expect(try !Scratch.redirctl("validate", policy).errors.contains("\u{1B}"))
        #expect(
            try Scratch.redirctl("validate", policy, "--color", "always").errors.contains("\u{1B}")
        )
    }

    @Test func `a policy can come by standard input`() throws {
        let policy = try scratch.policy(["a": (80, 8080)])
        let ending = try Program.run([
            "sh", "-c", "\(Program.path) validate - < \(policy)",
        ])
        #expect(ending.output == "<stdin>: valid, 1 redirect\n")
    }

    @Test func `a reader that has seen enough is no failure worth a word`() throws {
        let policy = try scratch.policy(["a": (80, 8080)])
        let ending = try Program.run([
            "sh", "-c", "\(Program.path) compile \(policy) | true",
        ])
        #expect(ending.errors.isEmpty)
    }

    @Test func `a result that can't be written is a failure`() throws {
        let policy = try scratch.policy(["a": (80, 8080)])
        let ending = try Program.run([
            "sh", "-c", "\(Program.path) compile \(policy) > /dev/full",
        ])
        #expect(ending.status == 1)
        #expect(ending.errors.contains("No space left on device"))
    }

    @Test func `compiled as JSON, every element names its redirect`() throws {
        let policy = try scratch.policy(["a": (80, 8080)])
        let json = try JSON(Scratch.redirctl("compile", policy, "--format", "json").output)
        #expect(json["table"] == .text("redirctl"))
        // The first two are the sets of packets that are held back.
        #expect(json["maps", "2", "elements", "0", "redirect"] == .text("a"))
        let script = try Scratch.redirctl("compile", policy).output
        #expect(json["script"] == .text(script))
        #expect(try Scratch.redirctl("compile", policy, "--format", "text").output == script)
    }

    @Test func `the schema is JSON with nothing around it`() throws {
        let ending = try Scratch.redirctl("schema")
        #expect(ending.status == 0)
        #expect(ending.errors.isEmpty)
        let schema = try JSON(ending.output)
        #expect(schema["$schema"] == .text("https://json-schema.org/draft/2020-12/schema"))
        #expect(schema["properties", "settings", "description"] != .null)
        #expect(try Scratch.redirctl("schema").output == ending.output)
    }

    @Test(
        arguments: [
            ["apply", "policy.yaml", "--table", "other"],
            ["diff", "policy.yaml", "--table", "redirctl"],
            ["apply", "policy.yaml", "--state-dir", ""],
            ["status", "--state-dir="],
        ]
    )
    func `an option that could only mislead is wrong usage`(words: [String]) throws {
        let ending = try Program.run([Program.path] + words)
        #expect(ending.status == 64)
        #expect(ending.errors.contains("--table") || ending.errors.contains("--state-dir"))
    }
}
