import ArgumentParser
import Generations

struct Remove: SiteCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Take the table away; nothing is left in the kernel",
        discussion: """
            New connections go where they are sent. Established redirected ones may break: the \
            kernel stops translating when nothing else uses connection tracking. The history stays.

              $ sudo redirctl remove
            """
    )

    @OptionGroup var message: MessageOptions
    @OptionGroup var table: TableOptions
    @OptionGroup var lock: LockOptions
    @OptionGroup var site: SiteOptions
    @OptionGroup var output: OutputOptions

    func run(_ console: Console) throws -> ExitStatus {
        var applier = try lock.applier(for: site.site(table: table.table), console)
        let change = try applier.remove(
            for: Request(author: Invocation.author, message: message.message)
        )
        let place = Place(site, table: table)
        try console.print("remove", change, table: table.table, at: place, objects: false)
        return .done
    }
}
