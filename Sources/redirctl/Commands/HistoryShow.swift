import ArgumentParser
import GenerationModel
import Generations
import Reporting

struct HistoryShow: SiteCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Print the policy that a generation was made from",
        discussion: """
            The text is as it was read then, so a policy of one file can be applied again. Included \
            files come after it, each under its name.

              $ sudo redirctl history show 3 > policy-3.yaml
            """
    )

    @Argument(
        help: ArgumentHelp("The generation.", valueName: "number"),
        completion: .generation
    )
    var number: Int

    @OptionGroup var table: TableOptions
    @OptionGroup var location: LocationOptions
    @OptionGroup var output: OutputOptions

    func run(_ console: Console) throws -> ExitStatus {
        let store = try location.managedTable(table.table).store
        let manifest = try store.manifest(of: number)
        let report = GenerationReport(
            table: table.table,
            manifest,
            try store.sources(of: manifest)
        )
        if !console.format.isForPrograms, let reason = report.reasonForNoPolicy {
            console.note(reason)
        }
        try console.print("history", .generation(report))
        return .done
    }
}
