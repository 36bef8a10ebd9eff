import ArgumentParser
import Diagnostics
import Glibc
import Reporting
import TrustedFiles

struct Init: Command {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Write an example policy to begin with",
        discussion: """
            The policy has a comment for each line, and tests. An existing file is not overwritten. \
            Needs no privileges.

              $ redirctl init
              $ redirctl init --list
              $ redirctl init --example port-forward web.yaml
            """
    )

    @Argument(help: "The file to write; `-` prints the policy.", completion: .policy)
    var file: String?

    @Option(
        help: ArgumentHelp(
            "Which example to write. (default: \(StarterPolicy.usual))",
            valueName: "name"
        ),
        completion: .list(StarterPolicy.all.map(\.name)),
        transform: Self.parseExample
    )
    var example: StarterPolicy?

    @Flag(help: "List the examples.")
    var list = false

    @OptionGroup var output: OutputOptions

    private static let usualFile = "policy.yaml"

    private static func parseExample(_ name: String) throws -> StarterPolicy {
        if let example = StarterPolicy.named(name) { return example }
        let guess = Suggestion.nearest(to: name, among: StarterPolicy.all.map(\.name))
        throw ValidationError(
            "there is no such example; "
                + (guess.map { "did you mean `\($0)`?" } ?? "`redirctl init --list` names them.")
        )
    }

    func validate() throws {
        guard !list || (file == nil && example == nil) else {
            throw ValidationError(
                "`--list` writes nothing, so a file or `--example` does not go with it."
            )
        }
    }

    func run(_ console: Console) throws -> ExitStatus {
        if list {
            let examples = StarterPolicy.all.map {
                StartersReport.Example(name: $0.name, summary: $0.summary)
            }
            try console.print("init", .starters(StartersReport(examples)))
            return .done
        }
        let example = example ?? .httpTo8080
        let file = file ?? Self.usualFile
        let target: StarterReport.Target = file == "-" ? .text(example.text) : .file(file)
        if case .file = target { try Self.write(example.text, to: file) }
        try console.print("init", .starter(StarterReport(example: example.name, target)))
        return .done
    }

    /// Makes a new file, which everybody may read unless the umask says otherwise.
    private static func write(_ text: String, to path: String) throws {
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        let descriptor = open(path, flags, 0o644)
        guard descriptor >= 0 else {
            guard errno == EEXIST else { throw failure(path, errno) }
            throw Failure(
                "\(path) exists already and is not overwritten; name another file, or print the "
                    + "policy with `redirctl init -`"
            )
        }
        defer { close(descriptor) }
        guard Stream.write(text, to: descriptor) else {
            let reason = errno
            unlink(path)
            throw failure(path, reason)
        }
    }

    private static func failure(_ path: String, _ reason: Int32) -> Failure {
        Failure("\(path) can't be written: \(errorText(reason))")
    }
}
