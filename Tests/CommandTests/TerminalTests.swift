import TestSupport
import Testing

/// What is printed on a terminal, which is as wide as it says, and into a pipe, which has no width.
@Suite struct TerminalTests {
    private let scratch: Scratch
    private let command: String
    private let row = "  ~ the-web-server  inbound  tcp  203.0.113.5:443"

    init() throws {
        let scratch = try Scratch()
        self.scratch = scratch
        func policy(_ name: String, to address: String) throws -> String {
            try scratch.file(
                name,
                """
                version: 1
                redirects:
                  - name: the-web-server
                    direction: inbound
                    match: {protocol: tcp, destination: {address: 203.0.113.5, port: 443}}
                    to: {address: \(address), port: 8443}

                """
            )
        }
        let (old, new) = (
            try policy("old.yaml", to: "10.0.0.7"), try policy("new.yaml", to: "10.0.0.8")
        )
        command = "\(Program.path) diff \(old) \(new)"
    }

    /// What a command prints on a terminal of 60 columns.
    private func lines(_ command: String) throws -> [String] {
        let shell = "stty cols 60; \(command); true"
        return try LabCommand.run(["script", "-qec", shell, "/dev/null"])
            .replacing("\r\n", with: "\n").split(separator: "\n").map(String.init)
    }

    @Test func `a table is as wide as the terminal, and a pipe has no width`() throws {
        let narrow = try lines("\(command) --color never")
        #expect(narrow.contains(row), "\(narrow)")
        #expect(narrow.contains("      → 10.0.0.8:8443  (was → 10.0.0.7:8443)"), "\(narrow)")
        let piped = try lines("\(command) | cat")
        #expect(piped.contains("\(row)  → 10.0.0.8:8443  (was → 10.0.0.7:8443)"), "\(piped)")
    }

    @Test func `the user can choose another width`() throws {
        let wide = try lines("COLUMNS=80 \(command) --color never")
        #expect(wide.contains("\(row)  → 10.0.0.8:8443"), "\(wide)")
    }

    @Test func `the sign and what changes are coloured, not the whole line`() throws {
        let lines = try lines("TERM=xterm NO_COLOR= COLUMNS=200 \(command)")
        let (start, end) = ("\u{1B}[33m", "\u{1B}[0m")
        let text = row.dropFirst(3)
        #expect(
            lines.contains(
                "  \(start)~\(end)\(text)  → 10.0.0.8:8443  \(start)(was → 10.0.0.7:8443)\(end)"
            ),
            "\(lines)"
        )
    }

    @Test func `what takes long says what it is doing, and leaves nothing behind`() throws {
        let policy = try scratch.policy(["web": (80, 8080)])
        let slow = "(sleep 1.5; cat \(policy)) | \(Program.path) validate -"
        func output(_ command: String, _ environment: String = "TERM=xterm") throws -> String {
            let shell = "stty cols 60; export \(environment); \(command)"
            return try LabCommand.run(["script", "-qec", shell, "/dev/null"])
        }
        let line = "\rreading standard input … 1 s\u{1B}[K"
        let shown = try output(slow)
        #expect(shown.contains(line), "\(shown)")
        #expect(shown.hasSuffix("\r\u{1B}[K<stdin>: valid, 1 redirect\r\n"), "\(shown)")
        for (command, environment) in [
            (slow, "TERM=dumb"), ("\(slow) 2>/dev/null", "TERM=xterm"),
            ("\(slow) --format json", "TERM=xterm"),
        ] {
            let quiet = try output(command, environment)
            #expect(!quiet.contains("reading"), "\(quiet)")
        }
        #expect(try !output("\(Program.path) validate \(policy)").contains("reading"))
    }
}
