import Glibc

/// What the program prints if it is asked for nothing: where to begin.
enum FirstSteps {
    private static let text = """
        redirctl manages port redirects on Linux as a policy: a YAML file says which connections go where.

        To begin:
          redirctl init                     write an example policy to policy.yaml
          redirctl validate policy.yaml     check it
          sudo redirctl plan policy.yaml    show what an apply would change
          sudo redirctl apply policy.yaml   make it live
          sudo redirctl status              show what is live, and count its connections

        `redirctl --help` lists all commands.

        """

    /// Prints the text.
    static func print() -> ExitStatus {
        let console = Console.usual
        do {
            try console.write(text)
            return .done
        } catch {
            return console.report(error, command: "redirctl")
        }
    }
}
