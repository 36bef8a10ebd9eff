import ArgumentParser
import Reporting

struct Watch: SiteCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Report drift as it happens, and who caused it",
        discussion: """
            Follows the kernel's messages about changes, and prints each change of the table: what, \
            when, and which process made it. It goes on until ^C or SIGTERM.

              $ sudo redirctl watch
              $ sudo redirctl watch --exec 'mail -s "drift of $REDIRCTL_TABLE" root'
            """
    )

    @Option(
        name: .customLong("exec"),
        help: ArgumentHelp(
            """
            Run this shell command when drift begins, changes or ends, with the event as JSON on \
            standard input and REDIRCTL_EVENT, REDIRCTL_TABLE and REDIRCTL_AUTHOR set.
            """,
            valueName: "command"
        ),
        completion: .nothing
    )
    var exec: String?

    @Flag(
        help: """
            On drift, put back what was applied, as `apply --restore` does. After three times within \
            a minute, the next drift ends the watch with exit status 2.
            """
    )
    var heal = false

    @OptionGroup var listing: ListOptions
    @OptionGroup var lock: LockOptions
    @OptionGroup var table: TableOptions
    @OptionGroup var location: LocationOptions
    @OptionGroup var output: OutputOptions

    func run(_ console: Console) throws -> ExitStatus {
        let managed = try location.managedTable(table.table)
        let output = WatchOutput(
            managed: managed,
            place: CommandHint(location, table: table),
            location: location,
            listing: listing,
            logging: lock.logging,
            console: console
        )
        let healer = TableHealer(location: location, lock: lock)
        var watch = try TableWatch(
            output,
            healing: heal ? WatchHealing(healer) : nil,
            running: exec.map { EventCommand($0) }
        )
        return try watch.run()
    }
}
