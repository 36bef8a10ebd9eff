import ArgumentParser
import PolicyAnalysis
import PolicyCompiler
import PolicyModel
import PolicyYAML
import Reporting
import RulesetModel

struct Compile: Command {
    enum CompileFormat: String, ExpressibleByArgument, CaseIterable {
        case nft
        case json

        /// The script is this command's text, so `text` means `nft`, as in other commands.
        init?(argument: String) {
            self.init(rawValue: argument == "text" ? "nft" : argument)
        }
    }

    static let configuration = CommandConfiguration(
        commandName: "compile",
        abstract: "Print the nftables script of a policy",
        discussion: """
            `nft -f` loads the script; the script replaces the table if it exists. Needs no \
            privileges.

              $ redirctl compile policy.yaml | sudo nft -f -

            Redirects that match on the same fields share a map, so a new connection costs one \
            look-up for each kind of redirect, however many there are. `--explain` shows which \
            redirects share a map, in the order of evaluation, and why others have their own rule.
            """
    )

    @OptionGroup var policy: PolicyOptions

    @Option(help: ArgumentHelp("What to print.", valueName: "nft|json"))
    var format = CompileFormat.nft

    @Flag(help: "Show which maps and rules the redirects become, instead of the script.")
    var explain = false

    @Option(help: ArgumentHelp("When to use colours; NO_COLOR is honoured.", valueName: "when"))
    var color = OutputOptions.Color.auto

    var output: OutputOptions { .ofOwnFormat(isJSON: format == .json, color: color) }

    func run(_ console: Console) throws -> ExitStatus {
        let policy = try policy.load(console).policy
        let (ruleset, layouts) = PolicyCompiler.compile(policy)
        guard explain else {
            try console.print("compile", .script(ruleset))
            return .done
        }
        let neverMatching = PolicyAnalysis(of: policy).neverMatching
        let layout = LayoutReport(layouts, of: ruleset, neverMatching: neverMatching)
        try console.print("compile", .layout(layout))
        return .done
    }
}
