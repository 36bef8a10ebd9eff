import Diagnostics
import FoundationEssentials
import Glibc
import Planning

/// Where a command's words go: results to standard output, all else to standard error.
struct Console {
    let format: OutputOptions.Format
    let colorsOutput: Bool
    let colorsErrors: Bool

    // MARK: - Results

    /// Prints lines of a result.
    func print(_ lines: [ReportLine]) throws {
        let text = lines.map { $0.rendered(colored: colorsOutput) + "\n" }.joined()
        try write(text)
    }

    /// Prints a result as it is.
    func write(_ text: String) throws {
        guard Stream.write(text, to: STDOUT_FILENO) else { throw OutputLost(errno: errno) }
    }

    /// Prints a result for machines: one JSON object, with its version and command.
    func print<Result: Encodable>(_ command: String, _ result: Result) throws {
        try print(Envelope(command: command, result: result))
    }

    /// Prints JSON with nothing around it.
    func print(_ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let data = try encoder.encode(value)
        try write(String(decoding: data, as: UTF8.self) + "\n")
    }

    /// Prints the result of a change; if that fails, the error says what was changed.
    func print(about change: String, _ body: () throws -> Void) throws {
        do {
            try body()
        } catch let lost as OutputLost {
            throw OutputLost(errno: lost.errno, change: change)
        }
    }

    // MARK: - Everything else

    /// Tells the operator something that is no failure.
    func note(_ text: String) {
        complain("note", "36", text)
    }

    /// Warns the operator.
    func warn(_ text: String) {
        complain("warning", "1;33", text)
    }

    /// Tells the operator why a command fails.
    func fail(_ text: String) {
        complain("error", "1;31", text)
    }

    /// Shows findings about a policy.
    func warn(_ findings: [Diagnostic], in sources: SourceMap) {
        guard !findings.isEmpty else { return }
        let text = DiagnosticText(sources: sources, color: colorsErrors).render(findings)
        Stream.write(text.hasSuffix("\n") ? text : text + "\n", to: STDERR_FILENO)
    }

    private func complain(_ word: String, _ color: String, _ text: String) {
        let head = colorsErrors ? "\u{1B}[\(color)m\(word):\u{1B}[0m" : "\(word):"
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let harmless = lines.map(\.escaped).joined(separator: "\n")
        Stream.write("\(head) \(harmless)\n", to: STDERR_FILENO)
    }
}

/// The outermost shape of every JSON result.
private struct Envelope<Result: Encodable>: Encodable {
    let version = 1
    let command: String
    let result: Result

    enum CodingKeys: String, CodingKey {
        case version
        case command
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(version, forKey: .version)
        try container.encode(command, forKey: .command)
        try result.encode(to: encoder)
    }
}

/// The result could not be written to standard output.
struct OutputLost: Error {
    let errno: Int32
    /// What was changed, which nobody would know otherwise.
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

extension ReportLine {
    /// What others have named or commented in our table can hold anything, so nothing reaches the
    /// terminal that it would take for a command.
    fileprivate func rendered(colored: Bool) -> String {
        let text = text.escaped
        guard colored, let color = role.color, !text.isEmpty else { return text }
        return "\u{1B}[\(color)m\(text)\u{1B}[0m"
    }
}

extension ReportLine.Role {
    fileprivate var color: String? {
        switch self {
        case .heading: "1"
        case .addition: "32"
        case .change: "33"
        case .removal: "31"
        case .foreign: "35"
        case .plain: nil
        }
    }
}
