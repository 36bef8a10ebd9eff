import ArgumentParser
import GenerationModel
import Glibc
import Nftables

@main
struct Redirctl: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "redirctl",
        abstract: "Manage port redirects on Linux as a policy",
        discussion: """
            A policy says in YAML which connections go where. redirctl compiles it into one nftables \
            table of its own, applies it in one transaction, keeps every generation for rollback, \
            and detects drift from what was applied. `redirctl schema` prints the language of policies \
            as a JSON Schema.

              $ redirctl init policy.yaml
              $ redirctl validate policy.yaml
              $ sudo redirctl plan policy.yaml
              $ sudo redirctl apply policy.yaml
            """,
        version: Version.current,
        groupedSubcommands: [
            CommandGroup(
                name: "Policy",
                subcommands: [
                    Init.self, ImportCommand.self, Validate.self, Explain.self, TestCommand.self,
                    Compile.self, Schema.self,
                ]
            ),
            CommandGroup(
                name: "Change",
                subcommands: [
                    Apply.self, Confirm.self, Cancel.self, Extend.self, Rollback.self, Remove.self,
                    Run.self,
                ]
            ),
            CommandGroup(
                name: "Inspect",
                subcommands: [
                    PlanCommand.self, PlanShow.self, Diff.self, Check.self, Watch.self, Status.self,
                    History.self, DoctorCommand.self,
                ]
            ),
        ]
    )
}

extension Redirctl {
    /// Starts the program.
    ///
    /// ArgumentParser sets up every command before it reads the first word. Scripts ask for the
    /// version often, and checks run by the minute, so what needs one command only, or none, sets up
    /// no more (``QuickCheck``); help and mistakes are left to ArgumentParser.
    static func main() {
        Stream.open()
        // Linux starts no program without a first word (execve(2)); Swift finds the words by
        // /proc/self/maps, and has none where that can't be read. Otherwise it would look like
        // a run without arguments, which exits with 0.
        if CommandLine.arguments.isEmpty {
            let sentence = "error: the command line can't be read: is /proc mounted?\n"
            Stream.write(sentence, to: STDERR_FILENO)
            Glibc.exit(ExitStatus.failed.rawValue)
        }
        let words = CommandWords.ordered(Array(CommandLine.arguments.dropFirst()))
        if CompletionRoot.isMeant(by: words) {
            do { try CompletionRoot.answer(words) } catch { end(with: error, words) }
            return
        }
        // ArgumentParser evaluates its `version` for every command, and this one starts libnftables.
        if words.isEmpty {
            Glibc.exit(FirstSteps.print().rawValue)
        } else if words.prefix(while: { $0 != "--" }).contains("--version") {
            Swift.print(Version.text)
        } else if QuickCheck(words)?.isAllWell == true {
            return
        } else {
            do {
                var parsed =
                    try words.first.flatMap { command(named: $0, words.dropFirst()) }
                    ?? parseAsRoot(words)
                try parsed.run()
            } catch {
                end(with: error, words)
            }
        }
    }

    /// Ends the program with what a command threw, or with what is wrong with its words.
    private static func end(with error: any Error, _ words: [String]) -> Never {
        guard exitCode(for: error) == .validationFailure else { exit(withError: error) }
        Console.usual.fail(CommandMistake(error, in: words).text)
        Glibc.exit(ExitCode.validationFailure.rawValue)
    }

    private static func command(
        named name: String,
        _ words: some Sequence<String>
    ) -> (any ParsableCommand)? {
        configuration.subcommands.first { $0.configuration.commandName == name }
            .flatMap { try? $0.parse(Array(words)) }
    }
}

/// The program's version.
enum Version {
    static let current = "0.2.0"

    /// The version with those of the library and the kernel, which a report of a fault needs.
    static var text: String {
        let platform = [
            "libnftables \(PlatformVersions.libnftables ?? "of unknown version")",
            PlatformVersions.kernel ?? "unknown kernel",
        ]
        return "\(current) (\(platform.joined(separator: ", ")))"
    }
}
