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
            "Which example to write. (default: \(ExamplePolicy.usual.name))",
            valueName: "name"
        ),
        completion: .list(ExamplePolicy.all.map(\.name)),
        transform: Self.parseExample
    )
    var example: ExamplePolicy?

    @Flag(help: "List the examples.")
    var list = false

    @OptionGroup var output: OutputOptions

    private static let usualFile = "policy.yaml"

    private static func parseExample(_ name: String) throws -> ExamplePolicy {
        if let example = ExamplePolicy.named(name) { return example }
        let guess = Suggestion.nearest(to: name, among: ExamplePolicy.all.map(\.name))
        throw ValidationError(
            "there is no such example; "
                + (guess.map { "did you mean `\($0)`?" } ?? "`redirctl init --list` names them.")
        )
    }

    func validate() throws {
        guard !list || (file == nil && example == nil) else {
            throw ValidationError(
                "`--list` can't be combined with a file or `--example`."
            )
        }
    }

    func run(_ console: Console) throws -> ExitStatus {
        if list {
            let examples = ExamplePolicy.all.map {
                ExampleListReport.Example(name: $0.name, summary: $0.summary)
            }
            try console.print("init", .exampleList(ExampleListReport(examples)))
            return .done
        }
        let example = example ?? .usual
        let file = file ?? Self.usualFile
        let target: ExampleReport.Target = file == "-" ? .text(example.text) : .file(file)
        if case .file = target { try Self.write(example, to: file) }
        try console.print("init", .example(ExampleReport(example: example.name, target)))
        return .done
    }

    /// Makes a new file, which everybody may read unless the umask says otherwise.
    private static func write(_ example: ExamplePolicy, to path: String) throws {
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        let descriptor = open(path, flags, 0o644)
        guard descriptor >= 0 else {
            guard errno == EEXIST else { throw failure(path, errno) }
            let option =
                example.name == ExamplePolicy.usual.name ? "" : " --example \(example.name)"
            throw Failure(
                "\(path) exists already and is not overwritten; name another file, or print the "
                    + "policy with `redirctl init -\(option)`"
            )
        }
        defer { close(descriptor) }
        guard Stream.write(example.text, to: descriptor) else {
            let reason = errno
            unlink(path)
            throw failure(path, reason)
        }
    }

    private static func failure(_ path: String, _ reason: Int32) -> Failure {
        Failure("\(path) can't be written: \(errorText(reason))")
    }
}
