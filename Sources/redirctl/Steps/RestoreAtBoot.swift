import GenerationModel
import Generations
import Glibc
import Nftables
import Reporting

/// Whether something puts the redirects back after a restart of the machine, as far as files tell.
enum RestoreAtBoot {
    private static let unit = "redirctl-restore.service"

    /// Where systemd looks for units (systemd.unit(5)).
    private static let directories = "{/etc,/run,/usr/local/lib,/usr/lib,/lib}/systemd/system"

    /// The sentence for a table to which something was applied for the first time.
    ///
    /// - Parameters:
    ///   - table: The table.
    ///   - location: Where the command works.
    /// - Returns: `nil` if the unit is enabled, systemd does not run, or the table is not in the
    ///   machine's own network namespace.
    static func sentence(for table: ManagedTable, at location: LocationOptions) -> String? {
        let place = "\(location.stateDir)/\(NetworkNamespace.host)/\(table.name)"
        guard table.store.directory == place, access("/run/systemd/system", F_OK) == 0 else {
            return nil
        }
        let start = "a restart of this machine removes the redirects"
        guard location.stateDir == TableLocation.usualStateDir else {
            let restore = CommandHint(location, named: table.name).line("apply --restore")
            return
                "\(start), and \(unit) reads \(TableLocation.usualStateDir) only; run \(restore) at "
                + "boot"
        }
        if exists("\(directories)/*.{wants,requires}/\(unit)") { return nil }
        guard exists("\(directories)/\(unit)") else {
            return
                "\(start), and \(unit), which puts them back, is not installed: the Debian package "
                + "and `make install` have it"
        }
        return
            "\(start); to restore them at boot: `systemctl enable redirctl-restore "
            + "redirctl-after-nftables`"
    }

    /// Whether there is a file, or a link, whose path matches a pattern; glob(3).
    private static func exists(_ pattern: String) -> Bool {
        var found = glob_t()
        defer { globfree(&found) }
        return glob(pattern, GLOB_BRACE, nil, &found) == 0
    }
}

extension Console {
    /// Notes that a restart removes the redirects, if a change was the first one of its table.
    func tellOfRestart(after change: Change, at table: ManagedTable, _ location: LocationOptions) {
        switch change {
        case .applied(_, nil, _), .confirmed(_, nil, _):
            RestoreAtBoot.sentence(for: table, at: location).map(note)
        default: break
        }
    }
}
