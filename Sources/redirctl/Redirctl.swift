import ArgumentParser

@main
struct Redirctl: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "redirctl",
        abstract: "Manage port redirects on Linux as a policy",
        discussion: """
            A policy says in YAML which connections go where. redirctl compiles it into one nftables \
            table of its own, applies it in one transaction, keeps every generation for rollback, \
            and tells whether the kernel still holds what was applied.

              $ redirctl validate policy.yaml
              $ sudo redirctl plan policy.yaml
              $ sudo redirctl apply policy.yaml
            """,
        version: Version.current,
        groupedSubcommands: [
            CommandGroup(name: "Check", subcommands: [Validate.self, Compile.self, Schema.self]),
            CommandGroup(
                name: "Change",
                subcommands: [Plan.self, Apply.self, Rollback.self, Remove.self, Run.self]
            ),
            CommandGroup(
                name: "Look",
                subcommands: [Diff.self, Check.self, Status.self, History.self]
            ),
        ]
    )
}

extension Redirctl {
    /// Starts the program.
    ///
    /// Scripts ask for the version often, and ArgumentParser takes longer to set up than to answer.
    static func main() {
        if CommandLine.arguments.dropFirst().elementsEqual(["--version"]) {
            Swift.print(Version.current)
        } else {
            main(nil)
        }
    }
}

/// The program's version.
enum Version {
    static let current = "0.1.0"
}
