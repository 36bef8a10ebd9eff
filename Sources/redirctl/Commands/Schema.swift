import ArgumentParser
import PolicyYAML
import Reporting

struct Schema: Command {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Print the JSON Schema of policies, for editors",
        discussion: """
            An editor with a YAML language server completes and checks a policy that begins with \
            the comment `# yaml-language-server: $schema=redirctl.schema.json`. Needs no privileges.

              $ redirctl schema > redirctl.schema.json
            """
    )

    var output: OutputOptions {
        var options = OutputOptions()
        options.given = .text
        options.color = .auto
        return options
    }

    func run(_ console: Console) throws -> ExitStatus {
        try console.write(JSONFormat.text(of: PolicySchema()))
        return .done
    }
}
