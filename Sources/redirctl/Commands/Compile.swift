import ArgumentParser
import RulesetModel

struct Compile: Command {
    enum CompileFormat: String, ExpressibleByArgument, CaseIterable {
        case nft
        case json

        /// The script is this command's text, so the other commands' word for it is taken as well.
        init?(argument: String) {
            self.init(rawValue: argument == "text" ? "nft" : argument)
        }
    }

    static let configuration = CommandConfiguration(
        abstract: "Print the nftables script of a policy",
        discussion: """
            Plain `nft -f` loads the script, and loads it again: it puts the table in the place of \
            whatever was there. Needs no privileges.

              $ redirctl compile policy.yaml | sudo nft -f -
            """
    )

    @OptionGroup var policy: PolicyOptions

    @Option(help: ArgumentHelp("What to print.", valueName: "nft|json"))
    var format = CompileFormat.nft

    @Option(help: ArgumentHelp("When to use colours; NO_COLOR is honoured.", valueName: "when"))
    var color = OutputOptions.Color.auto

    var output: OutputOptions {
        var options = OutputOptions()
        options.format = format == .json ? .json : .text
        options.color = color
        return options
    }

    func run(_ console: Console) throws -> ExitStatus {
        let ruleset = try policy.load(console).ruleset
        switch format {
        case .nft: try console.write(ruleset.script)
        case .json: try console.print("compile", Result(ruleset))
        }
        return .done
    }

    private struct Result: Encodable {
        struct Chain: Encodable {
            let name: String
            let priority: Int32
            let rules: [Rule]
        }

        struct Rule: Encodable {
            let redirect: String?
            let counter: String?
            let text: String
        }

        let table: String
        let counters: [String]
        let chains: [Chain]
        let script: String

        init(_ ruleset: Ruleset) {
            table = ruleset.table
            counters = ruleset.counters
            chains = ruleset.chains.map { chain in
                Chain(
                    name: chain.name,
                    priority: chain.head.priority,
                    rules: chain.rules.map {
                        Rule(redirect: $0.comment, counter: $0.counter, text: $0.text)
                    }
                )
            }
            script = ruleset.script
        }
    }
}
