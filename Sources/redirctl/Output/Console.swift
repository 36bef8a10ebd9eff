import Diagnostics
import Glibc
import Reporting

/// The output of a command: results go to standard output, everything else to standard error.
struct Console {
    let format: OutputFormat
    let colorsOutput: Bool
    let colorsErrors: Bool
    /// The table that notes, warnings and errors are about, if a command works with several.
    var subject: String?

    /// The same console for notes, warnings and errors about one of several tables.
    func about(_ table: String, in namespace: String) -> Console {
        var console = self
        console.subject = "table inet \(table) (\(namespace))"
        return console
    }

    // MARK: - Results

    /// Prints the result of a command; if that fails, the error says what was changed.
    ///
    /// - Parameters:
    ///   - command: The command's name.
    ///   - report: The result.
    ///   - place: Where the command works, for the commands that the result recommends.
    /// - Throws: ``OutputLost`` if standard output can't be written.
    func print(
        _ command: String,
        _ report: Report,
        at place: CommandHint = CommandHint()
    ) throws {
        let context = ReportContext(
            command: command,
            place: place,
            now: .now,
            width: TerminalWidth.columns(of: STDOUT_FILENO)
        )
        do {
            try write(format.format(isColored: colorsOutput).text(of: report, in: context))
        } catch let lost as OutputLost {
            throw OutputLost(errno: lost.errno, change: report.effect)
        }
    }

    /// Says what is going to happen, before it does; programs are told by the result.
    ///
    /// That it can't be written is told of the result, too.
    func announce(_ text: String) {
        if !format.isForPrograms { Stream.write(text.escaped + "\n\n", to: STDOUT_FILENO) }
    }

    /// Writes a text to standard output.
    func write(_ text: String) throws {
        guard Stream.write(text, to: STDOUT_FILENO) else { throw OutputLost(errno: errno) }
    }

    // MARK: - Everything else

    /// Prints a note.
    func note(_ text: String) {
        complain("note", "36", text)
    }

    /// Prints a warning.
    func warn(_ text: String) {
        complain("warning", "1;33", text)
    }

    /// Prints why a command fails.
    func fail(_ text: String) {
        complain("error", "1;31", text)
    }

    /// Prints findings about a policy.
    func warn(_ findings: [Diagnostic], in sources: SourceMap) {
        guard !findings.isEmpty else { return }
        let text = DiagnosticText(sources: sources, color: colorsErrors).render(findings)
        Stream.write(text.hasSuffix("\n") ? text : text + "\n", to: STDERR_FILENO)
    }

    private func complain(_ word: String, _ color: String, _ text: String) {
        let head = colorsErrors ? "\u{1B}[\(color)m\(word):\u{1B}[0m" : "\(word):"
        let text = (subject.map { "\($0): " } ?? "") + text
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let harmless = lines.map(\.escaped).joined(separator: "\n")
        Stream.write("\(head) \(harmless)\n", to: STDERR_FILENO)
    }
}

/// The result could not be written to standard output.
struct OutputLost: Error {
    let errno: Int32
    /// What the command changed, because the lost result can't say it.
    var change: String?
}

enum Stream {
    /// Opens those of the three standard streams that the caller has closed, so that no other file gets
    /// their numbers and then what is meant for them.
    ///
    /// Each is opened the wrong way round: reading and writing still fail.
    static func open() {
        for file in STDIN_FILENO...STDERR_FILENO where fcntl(file, F_GETFD) < 0 && errno == EBADF {
            _ = Glibc.open("/dev/null", file == STDIN_FILENO ? O_WRONLY : O_RDONLY)
        }
    }

    /// Writes a text to a file descriptor; `errno` tells why where it fails.
    @discardableResult
    static func write(_ text: String, to file: Int32) -> Bool {
        // The line is on the same terminal, whichever of the two streams this is.
        if file == STDOUT_FILENO { Progress.end() } else { Progress.hide() }
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if count < 0 {
                if errno == EINTR { continue }
                return false
            }
            rest = rest.dropFirst(count)
        }
        return true
    }
}
