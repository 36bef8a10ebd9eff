import ArgumentParser
import Generations
import Planning

struct History: Command {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "List the generations, the newest first",
        discussion: """
            The one marked with * is current. `redirctl rollback --to N` returns to one; the files \
            of each lie in the state directory.

              $ sudo redirctl history
            """
    )

    @OptionGroup var table: TableOptions
    @OptionGroup var site: SiteOptions
    @OptionGroup var output: OutputOptions

    func run(_ console: Console) throws -> ExitStatus {
        let site = try site.site(table: table.table)
        let entries = try site.history().reversed().map(HistoryEntry.init)
        switch console.format {
        case .text:
            try console.print(
                entries.isEmpty
                    ? [ReportLine(.plain, "No generation is recorded here.")]
                    : HistoryEntry.lines(of: entries)
            )
        case .json:
            try console.print("history", HistoryReport(table: table.table, generations: entries))
        }
        return .done
    }
}
