import ArgumentParser
import GenerationModel
import Generations
import Planning

struct HistoryShow: Command {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Print the policy that a generation was made from",
        discussion: """
            The text is as it was read then, so it can be applied again. Included files come after \
            it, each under its name.

              $ sudo redirctl history show 3 > policy-3.yaml
            """
    )

    @Argument(help: ArgumentHelp("The generation.", valueName: "number"))
    var number: Int

    @OptionGroup var table: TableOptions
    @OptionGroup var location: LocationOptions
    @OptionGroup var output: OutputOptions

    func run(_ console: Console) throws -> ExitStatus {
        let store = try location.managedTable(table.table).store
        let manifest = try store.manifest(of: number)
        let sources = try store.sources(of: manifest)
        switch console.format {
        case .text:
            if sources.isEmpty {
                console.note(
                    "generation \(number) was made without a policy: \(deed(of: manifest))"
                )
            }
            for (index, source) in sources.enumerated() {
                if index > 0 { try console.write("# ---- \(source.name)\n") }
                try console.write(source.text)
                if !source.text.hasSuffix("\n") { try console.write("\n") }
            }
        case .json:
            let report = GenerationReport(manifest, sources, table: table.table)
            try console.print("history", report)
        }
        return .done
    }

    private func deed(of manifest: Manifest) -> String {
        switch manifest.origin {
        case .remove: "it took the table away"
        case .drain: "it let the table drain"
        case .rollback: "it went back to generation \(manifest.restores ?? 0)"
        case .apply: "its text was not kept"
        }
    }
}

/// The JSON shape of one generation.
private struct GenerationReport: Encodable {
    struct Source: Encodable {
        let name: String
        let text: String
    }

    let table: String
    let number: Int
    let time: String
    let user: String
    let message: String?
    let policy: String?
    let sources: [Source]

    init(_ manifest: Manifest, _ sources: [StoredSource], table: String) {
        self.table = table
        number = manifest.number
        time = Timestamp(seconds: manifest.time).iso
        user = manifest.user
        message = manifest.message
        policy = manifest.policy
        self.sources = sources.map { Source(name: $0.name, text: $0.text) }
    }
}
