internal import CNftables
internal import Glibc

/// A table that the kernel drops when this process ends, however it does (`flags owner`, nft(8)).
///
/// The process of libnftables that made it is kept, because the table belongs to its netlink socket.
public final class HeldTable {
    /// The table's name; its family is `inet`.
    public let name: String

    private var holder: cnft_holder

    /// The number of the process that has the table.
    public var process: Int32 { holder.process }

    /// Makes a table that nobody else can change, and carries out nft commands for it, one a line, in
    /// one transaction.
    ///
    /// The corresponding C function is `cnft_hold`. Refused where there is a table of that name.
    public init(_ name: String, _ commands: [String]) throws(KernelError) {
        // libnftables tells a lack of privileges in English only; the kernel, by a number.
        _ = try Netlink.generation()
        let script =
            (["create table inet \(name) { flags owner; }"] + commands)
            .joined(separator: "\n") + "\n"
        var result = cnft_result()
        var holder = cnft_holder()
        let error = script.withCString { text in
            cnft_hold(text, script.utf8.count, &holder, &result)
        }
        guard error == 0 else {
            throw .system(call: String(cString: result.failed_call), errno: error)
        }
        defer { cnft_free(&result) }
        if let failure = Libnftables.failure(in: result) {
            // Such a kernel refuses the table's flag.
            if let kernel = PlatformVersions.kernel, PlatformVersions.isKernel(before: 5, 12) {
                throw .tooOld(needs: "Linux 5.12", has: kernel)
            }
            throw failure
        }
        self.name = name
        self.holder = holder
    }

    deinit { cnft_release(&holder) }

    /// Gives the table up; when this returns, it is gone.
    public func release() { cnft_release(&holder) }

    /// Whether the process that has the table has been ended by force, and the table with it.
    ///
    /// The corresponding C function is `waitid`, which leaves the status to be collected.
    public var isLost: Bool {
        guard holder.process > 0 else { return true }
        var ending = siginfo_t()
        let flags = WEXITED | WNOHANG | WNOWAIT
        return waitid(P_PID, id_t(holder.process), &ending, flags) == 0
            && ending.si_signo == SIGCHLD
    }
}
