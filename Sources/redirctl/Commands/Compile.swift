import ArgumentParser
import PolicyCompiler
import PolicyModel
import PolicyYAML
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

    var output: OutputOptions {
        var options = OutputOptions()
        options.format = format == .json ? .json : .text
        options.color = color
        return options
    }

    func run(_ console: Console) throws -> ExitStatus {
        let (ruleset, layouts) = PolicyCompiler.compile(try policy.load(console).policy)
        let layout = explain ? LayoutView(layouts, of: ruleset) : nil
        switch (format, layout) {
        case (.nft, let layout?): try console.print(layout.lines)
        case (.nft, nil): try console.write(ruleset.script)
        case (.json, let layout?): try console.print("compile", layout)
        case (.json, nil): try console.print("compile", Result(ruleset))
        }
        return .done
    }

    private struct Result: Encodable {
        struct Chain: Encodable {
            let name: String
            let priority: Int32
            let rules: [Rule]
        }

        struct Map: Encodable {
            let name: String
            let type: String
            let elements: [Element]
        }

        struct Element: Encodable {
            let redirect: String?
            let text: String
        }

        struct Rule: Encodable {
            let redirect: String?
            let counter: String?
            let text: String
        }

        let table: String
        let counters: [String]
        let maps: [Map]
        let chains: [Chain]
        let script: String

        init(_ ruleset: Ruleset) {
            table = ruleset.table
            counters = ruleset.counters
            maps = ruleset.maps.map { map in
                Map(
                    name: map.name,
                    type: map.type.text,
                    elements: map.elements.map {
                        Element(redirect: $0.redirect, text: map.type.text(of: $0))
                    }
                )
            }
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
